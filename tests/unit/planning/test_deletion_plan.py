"""Deleting a deployment and deleting disks."""

from dataclasses import replace

import pytest

from paasta_deploy.model.lifecycle import DiskState
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.planning.actions import DeleteDisk, DeleteVm, StopInstance
from paasta_deploy.planning.planner import check_deletion, plan_delete_disks
from tests.unit.planning.shop import deployed_shop, shop


def test_a_deletion_that_is_cut_off_at_any_point_leaves_nothing_but_orphans() -> None:
    before = deployed_shop()
    before.new_task()
    plan = before.plan_delete()

    for half_steps in range(2 * len(plan.steps) + 1):
        killed = before.copy()
        killed.fold.run(plan, killed.task_id, half_steps=half_steps)

        killed.fold.run(killed.plan_delete(), killed.task_id)

        assert not killed.fold.instances
        assert not killed.fold.vms
        assert [d.state for d in killed.fold.disks.values()] == [DiskState.ORPHANED] * 3
        assert killed.plan_delete().is_empty


def test_orphans_remember_whom_they_served() -> None:
    world = deployed_shop()
    names = {f"db/{world.instance(slug).instance_id}" for slug in ("db/0", "db/1", "db/2")}
    world.new_task()

    world.fold.run(world.plan_delete(), world.task_id)

    assert {disk.former_instance for disk in world.fold.disks.values()} == names


def test_a_first_deploy_that_was_cut_off_can_be_deleted_at_any_point() -> None:
    before = shop()
    before.new_task()
    plan = before.plan_deploy()

    for half_steps in range(0, 2 * len(plan.steps), 3):
        world = before.copy()
        world.fold.run(plan, world.task_id, half_steps=half_steps)

        world.fold.run(world.plan_delete(), world.task_id)

        assert not world.fold.instances
        assert not world.fold.vms


def test_a_silent_machine_is_deleted_without_being_asked() -> None:
    world = deployed_shop()
    record = world.instance("web/0")
    world.presences[record.instance_id] = VmPresence.SILENT

    steps = world.plan_delete().steps

    asked = {step.action.instance_id for step in steps if isinstance(step.action, StopInstance)}
    assert record.instance_id not in asked
    assert sum(isinstance(step.action, DeleteVm) for step in steps) == 5


def test_force_goes_on_when_scripts_fail_and_skips_draining() -> None:
    stops = [
        step.action
        for step in deployed_shop().plan_delete(force=True).steps
        if isinstance(step.action, StopInstance)
    ]

    assert all(stop.ignore_failure and stop.skip_drain for stop in stops)


def test_ignored_instances_forbid_the_deletion() -> None:
    world = deployed_shop()
    assert check_deletion(world.recorded) == ()
    record = replace(world.instance("db/1"), ignored=True)
    world.fold.instances[record.instance_id] = record

    (said,) = check_deletion(world.recorded)

    assert said.bosh_code == 190021
    assert "`db/1`" in said.detail


def test_only_orphans_can_be_deleted() -> None:
    world = deployed_shop()
    attached = list(world.fold.disks.values())
    with pytest.raises(AssertionError):
        plan_delete_disks(attached)
    world.new_task()
    world.fold.run(world.plan_delete(), world.task_id)

    plan = plan_delete_disks(world.fold.disks.values())
    world.fold.run(plan, world.task_id)

    assert all(isinstance(step.action, DeleteDisk) for step in plan.steps)
    assert not world.fold.disks
