"""Names that nothing answers to."""

import pytest

from paasta_deploy.manifest.validation.validate import validate
from tests.unit.manifest.parsing.documents import (
    CLOUD,
    DEPLOYMENT,
    changed,
    deployment_of,
    misfits,
)

HERE = "  instances: 2\n"


def test_a_deployment_that_fits_has_no_problems() -> None:
    assert misfits(DEPLOYMENT)[1] == []


@pytest.mark.parametrize(
    ("old", "new", "expected", "bosh"),
    [
        ("name: private", "name: privat", ("PD0142", "privat"), 150001),
        ("vm_type: small", "vm_type: smal", ("PD0141", "smal"), 140004),
        ("azs: [z1]", "azs: [z1, z3]", ("PD0140", "z3"), 140018),
        ("stemcell: default", "stemcell: defualt", ("PD0144", "defualt"), 140005),
        ("{name: j, release: r}", "{name: j, release: q}", ("PD0146", "q"), 140002),
        (HERE, HERE + "  vm_extensions: [public, pubic]\n", ("PD0145", "pubic"), None),
        (HERE, HERE + "  persistent_disk_type: 10G\n", ("PD0143", "10G"), 140012),
        (
            HERE,
            HERE + "  persistent_disks: [{name: a, type: 20GB}]\n",
            ("PD0143", "20GB"),
            140012,
        ),
    ],
)
def test_an_unknown_name_is_told_with_the_number_of_bosh(
    old: str, new: str, expected: tuple[str, str], bosh: int | None
) -> None:
    diagnostics, found = misfits(changed(DEPLOYMENT, (old, new)))

    assert expected in found
    assert all(code in (expected[0], "PD0147") for code, _ in found)
    assert diagnostics[0].bosh_code == bosh


def test_the_nearest_name_is_offered() -> None:
    diagnostics, _ = misfits(changed(DEPLOYMENT, ("name: private", "name: privat")))

    assert diagnostics[0].summary == 'unknown network "privat"'
    assert diagnostics[0].hint == "did you mean `private`?"


def test_all_names_are_listed_when_none_is_near() -> None:
    diagnostics, _ = misfits(changed(DEPLOYMENT, ("name: private", "name: backbone")))

    assert diagnostics[0].hint == "known here: `private`, `cloudy`, `vip`"


def test_it_is_said_when_there_is_nothing_to_name() -> None:
    text = changed(DEPLOYMENT, (HERE, HERE + "  persistent_disk_type: 10GB\n"))
    cloud = changed(CLOUD, ("disk_types:\n- {name: 10GB, disk_size: 10240}\n", ""))

    assert misfits(text, cloud)[0][0].detail == "the cloud config has none at all"


def test_a_variable_that_was_never_given_is_called_a_variable() -> None:
    text = changed(DEPLOYMENT, ("name: private", "name: ((net))"))

    assert misfits(text)[1] == [("PD0149", "((net))")]


def test_without_a_cloud_config_only_the_manifest_is_checked() -> None:
    text = changed(
        DEPLOYMENT, ("name: private", "name: privat"), ("stemcell: default", "stemcell: x")
    )

    assert misfits(text, with_cloud=False)[1] == [("PD0144", "x")]


@pytest.mark.parametrize(
    ("azs", "network", "detail"),
    [
        ("  azs: [z1]\n", "cloudy", "its subnets are in no AZ, but the group has `azs`"),
        ("", "private", "its subnets are in `z1`, `z2`, the group is in no AZ"),
        (
            "  azs: [z1, z3]\n",
            "private",
            "no subnet of it is in `z3`; there are subnets in `z1`, `z2`",
        ),
        ("", "cloudy", None),
        ("  azs: [z2, z1]\n", "private", None),
    ],
)
def test_a_network_must_cover_the_azs_of_the_group(
    azs: str, network: str, detail: str | None
) -> None:
    text = changed(DEPLOYMENT, ("  azs: [z1]\n", azs), ("name: private", f"name: {network}"))
    cloud = changed(CLOUD, ("- {name: z2, cpi: other}", "- {name: z2}\n- {name: z3}"))

    details = [item.detail for item in misfits(text, cloud)[0]]

    assert details == ([] if detail is None else [detail])


def test_public_addresses_alone_cannot_be_the_default() -> None:
    alone = changed(DEPLOYMENT, ("name: private", "name: vip"))
    beside = changed(
        DEPLOYMENT,
        (
            "  - name: private\n",
            "  - {name: private, default: [dns]}\n  - {name: vip, default: [gateway]}\n",
        ),
    )

    assert misfits(alone)[1] == [("PD0509", "vip")]
    assert misfits(beside)[1] == [("PD0509", "[")]


def test_ten_thousand_wrong_names_are_told_in_linear_time() -> None:
    group = DEPLOYMENT[DEPLOYMENT.index("- name: web") :]
    groups = "".join(
        changed(group, ("name: web", f"name: g{n}"), ("name: private", f"name: net{n}"))
        for n in range(400)
    )
    manifest = deployment_of(DEPLOYMENT + groups)
    diagnostics, _ = misfits(DEPLOYMENT)
    assert not diagnostics

    found = validate(manifest, None)

    assert found == ()
    diagnostics = misfits(DEPLOYMENT + groups)[0]
    assert len(diagnostics) == 400
    assert sum(bool(item.hint) for item in diagnostics) == 200  # then guessing is given up
