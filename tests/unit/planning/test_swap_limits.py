"""Where a swap is not possible: the plan falls back to delete-create and says why."""

from paasta_deploy.planning.actions import CreateVm, DeleteVm, ElectVm, StopInstance
from paasta_deploy.planning.placement import Placement, place
from paasta_deploy.planning.plan import Plan, Stage
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.planning_world import (
    PlanningWorld,
    parsed_cloud_config,
    parsed_manifest,
)
from tests.unit.planning.shop import CLOUD
from tests.unit.planning.test_swapping import NAME, SWAP, acts, with_new_stemcell


def reasons(plan: Plan, world: PlanningWorld, slug: str) -> list[str]:
    instance_id = world.instance(slug).instance_id
    return [
        reason.text
        for change in plan.changes
        if change.instance_id == instance_id and change.stage is Stage.UPDATE
        for reason in change.reasons
        if reason.aspect == "vm_strategy"
    ]


STATIC = SWAP.replace(
    "azs: [z1]\n  vm_type: small\n  stemcell: default\n  networks: [{name: default}]",
    "azs: [z1]\n  vm_type: small\n  stemcell: default\n"
    "  networks: [{name: default, static_ips: [10.0.0.200, 10.0.0.201]}]",
)


def test_static_addresses_rule_a_swap_out_and_the_plan_says_so() -> None:
    world = with_new_stemcell(STATIC)

    plan = world.plan_deploy()

    assert acts(plan, world, NAME)[:3] == [StopInstance, DeleteVm, CreateVm]
    assert ElectVm in acts(plan, world, "db/0")
    assert reasons(plan, world, NAME) == [
        "deleted before its new VM is made, not `create-swap-delete`: its address is static"
    ]
    assert reasons(plan, world, "db/0") == []


# Eight addresses: five instances, and three left for second VMs.
SCARCE = CLOUD.replace(
    "    static: [10.0.0.200 - 10.0.0.220]",
    "    reserved: [10.0.0.10 - 10.0.0.254]\n    static: []",
)


def placed_when_scarce(manifest: str) -> Placement:
    """Return the placement of a rollout for which there are eight addresses in all."""
    world = with_new_stemcell(SWAP, SCARCE)
    manifests, clouds = parsed_manifest(manifest), parsed_cloud_config(SCARCE)
    swapped = frozenset(item.instance_id for item in world.recorded.instances)
    return place(manifests, clouds, world.recorded, FakeIds(1), readdressed=swapped)


def readdressed(placement: Placement) -> int:
    return sum(len(item.record.addresses) > 1 for item in placement.instances)


def test_where_addresses_are_scarce_as_many_are_swapped_as_there_are_addresses() -> None:
    placement = placed_when_scarce(SWAP)

    assert not placement.diagnostics
    assert readdressed(placement) == 3


def test_second_vms_take_no_address_away_from_new_instances() -> None:
    placement = placed_when_scarce(SWAP.replace("instances: 2", "instances: 4"))

    assert not placement.diagnostics
    assert readdressed(placement) == 1
