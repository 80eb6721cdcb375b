"""Static addresses against the pools of the networks."""

import pytest

from tests.unit.manifest.parsing.documents import CLOUD, DEPLOYMENT, GROUP, changed, misfits

NETWORK = "  - name: private\n"
WITH_VIP = """\
  - {name: private, default: [dns, gateway]}
  - {name: vip, static_ips: [1.1.1.1, 1.1.1.2]}
"""


def using(ips: str, instances: int = 2, network: str = "private", azs: str = "[z1]") -> str:
    """Return the deployment whose group has these static addresses."""
    return changed(
        DEPLOYMENT,
        (NETWORK, f"  - name: {network}\n    static_ips: {ips}\n"),
        ("instances: 2", f"instances: {instances}"),
        ("azs: [z1]", f"azs: {azs}"),
    )


@pytest.mark.parametrize(
    ("ips", "instances"),
    [("[10.0.0.10, 10.0.0.19]", 2), ("[10.0.0.12 - 10.0.0.15]", 4), ("10.0.0.16/31", 2)],
)
def test_offered_addresses_are_fine(ips: str, instances: int) -> None:
    assert misfits(using(ips, instances))[1] == []


@pytest.mark.parametrize(
    ("ips", "place", "detail"),
    [
        ("[10.0.0.10, 10.0.0.20]", "10.0.0.20", "does not list it below `static`"),
        ("[10.0.0.10, 10.0.0.5]", "10.0.0.5", "it is reserved, the gateway, or an edge"),
        ("[10.0.0.10, 10.9.9.9]", "10.9.9.9", 'no subnet of "private" has it'),
        ("[10.0.0.19 - 10.0.0.20]", "10.0.0.19 - 10.0.0.20", "does not list it"),
    ],
)
def test_an_address_that_is_not_offered_is_told(ips: str, place: str, detail: str) -> None:
    diagnostics, found = misfits(using(ips))

    assert found == [("PD0504", place)]
    assert detail in diagnostics[0].detail
    assert diagnostics[0].bosh_code == 150002


def test_the_pools_are_named_when_the_address_is_nowhere() -> None:
    diagnostics, _ = misfits(using("[10.0.0.10, 10.9.9.9]"))

    assert diagnostics[0].hint == "the network offers 10.0.0.10 - 10.0.0.19"


TWO_SUBNETS = changed(
    CLOUD,
    ("azs: [z1, z2]", "azs: [z1]"),
    (
        "- name: cloudy",
        """  - range: 10.1.0.0/24
    gateway: 10.1.0.1
    static: [10.1.0.10]
    az: z2
- name: cloudy""",
    ),
)


def test_an_address_in_another_az_is_told() -> None:
    text = using("[10.0.0.10, 10.1.0.10]")

    assert misfits(text, TWO_SUBNETS)[1] == [("PD0505", "10.1.0.10")]


def test_an_address_in_any_az_of_the_group_is_fine() -> None:
    assert misfits(using("[10.0.0.10, 10.1.0.10]", azs="[z2, z1]"), TWO_SUBNETS)[1] == []


def test_a_dynamic_network_has_no_static_addresses() -> None:
    text = changed(using("[10.0.0.1, 10.0.0.2]", network="cloudy"), ("  azs: [z1]\n", ""))

    assert misfits(text)[1] == [("PD0506", "static_ips")]


def test_public_addresses_are_given_in_one_place() -> None:
    text = changed(
        DEPLOYMENT,
        (
            NETWORK,
            WITH_VIP,
        ),
    )
    cloud = CLOUD.replace("  type: vip\n", "  type: vip\n  subnets: [{static: [1.1.1.1]}]\n")

    assert misfits(text)[1] == []
    assert misfits(text, cloud)[1] == [("PD0508", "static_ips")]


def two_groups(first: str, second: str, *, first_has: int = 2) -> str:
    """Return a deployment with two groups on static addresses."""
    one = using(first, first_has)
    other = changed(
        GROUP,
        ("name: web", "name: db"),
        (NETWORK, f"  - name: private\n    static_ips: {second}\n"),
    )
    return one + other


def test_two_groups_cannot_have_one_address() -> None:
    text = two_groups("[10.0.0.10, 10.0.0.11]", "[10.0.0.11, 10.0.0.12]")
    diagnostics, found = misfits(text)

    assert found == [("PD0507", "10.0.0.11")]
    assert diagnostics[0].related[0].text == "the group `web`"


def test_an_address_inside_the_range_of_another_group_is_noticed() -> None:
    text = two_groups("[10.0.0.10 - 10.0.0.15]", "[10.0.0.12, 10.0.0.14]", first_has=6)

    assert [code for code, _ in misfits(text)[1]] == ["PD0507", "PD0507"]


def test_different_addresses_are_fine() -> None:
    assert misfits(two_groups("[10.0.0.10, 10.0.0.11]", "[10.0.0.12, 10.0.0.13]"))[1] == []
