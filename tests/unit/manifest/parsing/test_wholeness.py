"""What was not read as it was meant is no reason to miss what may stand in it."""

import pytest

from paasta_deploy.manifest import parse_cloud_config, parse_deployment, validate
from tests.unit.manifest.parsing.documents import CLOUD, DEPLOYMENT, changed
from tests.unit.manifest.texts import node


def codes(text: str) -> list[str]:
    """Return the codes of everything that is wrong with a deployment."""
    parsed = parse_deployment(node(text))
    assert parsed.draft is not None
    cloud = parse_cloud_config([node(CLOUD)]).draft
    return [item.code for item in (*parsed.diagnostics, *validate(parsed.draft, cloud))]


@pytest.mark.parametrize(
    ("before", "after"),
    [("releases:", "releaess:"), ("stemcells:", "stemcels:"), ("  azs: [", "  azz: [")],
)
def test_a_misspelt_key_has_no_consequences(before: str, after: str) -> None:
    assert codes(changed(DEPLOYMENT, (before, after))) == ["PD0103"]


def test_a_list_with_a_nameless_item_may_have_any_name() -> None:
    text = changed(DEPLOYMENT, ('{name: r, version: "1.2"}', '{version: "1.2"}'))

    assert codes(text) == ["PD0102"]


def test_a_count_that_is_none_is_compared_with_nothing() -> None:
    text = changed(
        DEPLOYMENT,
        ("instances: 2", "instances: two"),
        ("- name: private", "- {name: private, static_ips: [10.0.0.10]}"),
    )

    assert codes(text) == ["PD0101"]


def test_what_is_left_out_is_missed() -> None:
    text = changed(
        DEPLOYMENT, ("stemcells:\n- {alias: default, os: ubuntu-jammy, version: latest}\n", "")
    )

    assert codes(text) == ["PD0144"]
