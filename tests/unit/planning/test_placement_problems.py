"""What is said when instances cannot be placed: what, where, and what to do."""

from ipaddress import ip_address

from paasta_deploy.diagnostics import Diagnostic
from paasta_deploy.model.deployment import InstanceGroup
from paasta_deploy.model.ids import AzName, DeploymentName, InstanceGroupName
from paasta_deploy.planning.addresses import Holder
from paasta_deploy.planning.placement_problems import (
    ignored_group,
    no_free_address,
    static_address_held,
    static_spread_impossible,
)
from paasta_deploy.testing.planning_world import parsed_manifest
from tests.unit.planning.shop import MANIFEST

STATIC = MANIFEST.replace(
    "networks: [{name: default}]",
    "networks: [{name: default, static_ips: [10.0.0.200 - 10.0.0.202]}]",
    1,
)


def group(text: str = MANIFEST) -> InstanceGroup:
    return parsed_manifest(text).instance_groups[0]


def line(said: Diagnostic, text: str) -> str:
    assert said.span is not None
    return text.split("\n")[said.span.line - 1]


def test_a_full_network_is_told_with_its_size_and_az() -> None:
    found = group()

    said = no_free_address(found, found.networks[0], AzName("z1"), 2, 1)
    anywhere = no_free_address(found, found.networks[0], None, 1, 9)

    assert said.summary == (
        "network `default` has no free address left for 2 instances of `db` in AZ `z1`"
    )
    assert "gives out 1 address in AZ `z1`" in said.detail
    assert "AZ" not in anywhere.summary
    assert line(said, MANIFEST) == "  networks: [{name: default}]"


def test_a_held_address_is_told_with_its_holder() -> None:
    found = group(STATIC)
    holder = Holder(DeploymentName("other"), "web/1")

    said = static_address_held(found, found.networks[0], ip_address("10.0.0.200"), holder)

    assert said.summary == "10.0.0.200 is held by `web/1` of deployment `other`"
    assert "migrated_from" in said.hint


def test_an_impossible_spread_points_at_the_static_addresses() -> None:
    said = static_spread_impossible(group(STATIC))

    assert "static_ips" in line(said, STATIC)
    assert said.bosh_code == 150002


def test_a_group_that_is_gone_has_no_line() -> None:
    said = ignored_group(InstanceGroupName("old"), 2)

    assert said.span is None
    assert said.bosh_code == 190020
