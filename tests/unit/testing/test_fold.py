"""The fold sees what a wrong plan would do: each law is broken once on purpose."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.recorded import Put
from paasta_deploy.planning.actions import (
    AttachDisk,
    CreateVm,
    DeleteVm,
    DetachDisk,
    Gate,
    MigrateDisk,
    OrphanDisk,
    StopInstance,
)
from paasta_deploy.planning.plan import Plan, StepId
from paasta_deploy.testing.fold import check_order
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import deployed_shop
from tests.unit.planning.test_deploy_plan import EVENTS


def without(plan: Plan, *kinds: type[object]) -> Plan:
    """Return ``plan`` in which all steps of these kinds do nothing."""
    return replace(
        plan,
        steps=tuple(
            replace(step, action=Gate()) if isinstance(step.action, kinds) else step
            for step in plan.steps
        ),
    )


def planned(event: str) -> tuple[PlanningWorld, Plan]:
    world = deployed_shop()
    EVENTS[event](world)
    world.new_task()
    return world, world.plan_deploy()


@pytest.mark.parametrize(
    ("event", "left_out", "law"),
    [
        ("a new stemcell", DeleteVm, "two VMs"),
        ("a new stemcell", DetachDisk, "not detached before the new VM"),
        ("a new stemcell", StopInstance, "while it runs"),
        ("a new stemcell", AttachDisk, "starts without its disk"),
        ("a larger disk", MigrateDisk, "lost its data"),
        ("a larger disk", OrphanDisk, "starts with two disks"),
        ("fewer instances", OrphanDisk, "a disk that nobody would find"),
        ("fewer instances", DeleteVm, "removed with a living VM"),
    ],
)
def test_a_plan_without_one_of_its_acts_breaks_a_law(
    event: str, left_out: type[object], law: str
) -> None:
    world, plan = planned(event)

    with pytest.raises(AssertionError, match=law):
        world.fold.run(without(plan, left_out), world.task_id)


def test_an_address_on_two_vms_is_seen() -> None:
    world, plan = planned("more instances")
    taken = world.instance("db/0").addresses[0].ip

    def misplaced(action: CreateVm) -> CreateVm:
        (network,) = action.vm.networks
        return replace(action, vm=replace(action.vm, networks=(replace(network, ip=taken),)))

    with pytest.raises(AssertionError, match="on two VMs"):
        world.fold.run(changed(plan, misplaced), world.task_id)


def changed(plan: Plan, change: Callable[[CreateVm], CreateVm]) -> Plan:
    return replace(
        plan,
        steps=tuple(
            replace(step, action=change(step.action))
            if isinstance(step.action, CreateVm)
            else step
            for step in plan.steps
        ),
    )


def test_a_disk_torn_from_a_living_vm_is_seen() -> None:
    world, plan = planned("a new stemcell")
    torn = replace(
        plan,
        steps=tuple(
            replace(step, action=replace(step.action, agent_answers=False))
            if isinstance(step.action, DetachDisk)
            else step
            for step in plan.steps
        ),
    )

    with pytest.raises(AssertionError, match="torn from a living VM"):
        world.fold.run(torn, world.task_id)


def test_an_address_given_away_while_it_is_used_is_seen() -> None:
    world = deployed_shop()
    record = world.instance("db/0")

    with pytest.raises(AssertionError, match="away in use"):
        world.fold.write([Put(record=replace(record, addresses=()))])


def test_a_plan_whose_steps_wait_for_later_ones_is_not_a_plan() -> None:
    _, plan = planned("a property")
    first, *rest = plan.steps
    late = replace(first, after=(rest[-1].step_id,))

    with pytest.raises(AssertionError, match="waits for"):
        check_order(replace(plan, steps=(late, *rest)))
    with pytest.raises(AssertionError, match="waits for"):
        check_order(replace(plan, steps=(replace(first, after=(StepId("nobody"),)), *rest)))
    with pytest.raises(AssertionError, match="two steps are called"):
        check_order(replace(plan, steps=(*plan.steps, first)))


def test_a_copy_goes_its_own_way() -> None:
    world, plan = planned("no disk")
    twin = world.copy()

    twin.fold.run(plan, twin.task_id)

    assert {disk.state for disk in world.fold.disks.values()} == {DiskState.ATTACHED}
    assert {disk.state for disk in twin.fold.disks.values()} == {DiskState.ORPHANED}
