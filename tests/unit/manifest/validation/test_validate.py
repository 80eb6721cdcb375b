"""All checks together."""

from paasta_deploy.manifest import parse_cloud_config, parse_deployment, validate
from tests.unit.manifest.parsing.documents import CLOUD, DEPLOYMENT, changed, misfits
from tests.unit.manifest.texts import node


def test_problems_of_all_kinds_come_in_the_order_of_the_file() -> None:
    text = changed(
        DEPLOYMENT,
        ("instances: 2", "instances: 2000"),
        ("vm_type: small", "vm_type: smal"),
        ("stemcell: default", "stemcell: x"),
    )

    assert [code for code, _ in misfits(text)[1]] == ["PD0141", "PD0144", "PD0501"]


def test_drafts_are_checked_as_far_as_they_go() -> None:
    text = changed(DEPLOYMENT, ("  vm_type: small\n", ""), ("name: private", "name: privat"))
    parsed = parse_deployment(node(text))
    cloud = parse_cloud_config([node(changed(CLOUD, ("  vm_type: small\n", "  vm_type: x\n")))])

    assert parsed.manifest is None
    assert parsed.draft is not None
    assert [item.code for item in validate(parsed.draft, cloud.draft)] == ["PD0142"]
