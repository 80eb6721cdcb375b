"""Plans with ``vm_strategy: create-swap-delete``.

Laws, tried at every half step at which a director may be killed:
- planning again under the same task and carrying that out ends where the unbroken run ends, with
  one VM for each instance;
- nothing serves on two VMs, no address and no disk is on two VMs, never a third VM (checked by the
  fold itself);
- an instance that is swapped is never without a VM that serves it.
"""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.model.lifecycle import RunState, VmState
from paasta_deploy.model.observed import Observed, ObservedVm, VmPresence
from paasta_deploy.model.recorded import VmRecord
from paasta_deploy.planning.actions import (
    ApplyInstance,
    AttachDisk,
    ConfirmVm,
    CreateVm,
    DeleteVm,
    DetachDisk,
    ElectVm,
    PostDeploy,
    PrepareInstance,
    StartInstance,
    StopInstance,
)
from paasta_deploy.planning.plan import Plan, Stage
from paasta_deploy.planning.wants import Renewal, Wants
from paasta_deploy.testing.planning_world import (
    PlanningWorld,
    made_stemcell,
)
from tests.unit.planning.shop import CLOUD, MANIFEST, deployed_shop, shop
from tests.unit.planning.test_deploy_plan import EVENTS, end_state, finish, kill_some_vms

SWAP = MANIFEST.replace("update:\n", "update:\n  vm_strategy: create-swap-delete\n", 1)
EVENTS_THAT_SWAP = (
    "another VM type",
    "another VM type and disk",
    "a new stemcell",
    "another name server",
    "other addresses",
    "env",
)
NAME = "web/0"


def swapping_shop(manifest: str = SWAP, cloud: str = CLOUD) -> PlanningWorld:
    return deployed_shop(manifest, cloud)


def with_new_stemcell(manifest: str = SWAP, cloud: str = CLOUD) -> PlanningWorld:
    world = swapping_shop(manifest, cloud)
    world.stemcells.append(made_stemcell("1.2"))
    world.new_task()
    return world


def acts(plan: Plan, world: PlanningWorld, slug: str) -> list[type[object]]:
    instance_id = world.instance(slug).instance_id
    mine = {change.change_id for change in plan.changes if change.instance_id == instance_id}
    return [type(step.action) for step in plan.steps if step.change_id in mine]


def vms_of(world: PlanningWorld, slug: str) -> Sequence[VmRecord]:
    return sorted(
        world.fold.vms_of(world.instance(slug).instance_id), key=lambda vm: not vm.active
    )


def run_until(world: PlanningWorld, plan: Plan, kind: type[object], slug: str) -> None:
    """Carry ``plan`` out up to the result of the first such act for the instance."""
    instance_id = world.instance(slug).instance_id
    mine = {change.change_id for change in plan.changes if change.instance_id == instance_id}
    for number, step in enumerate(plan.steps):
        if isinstance(step.action, kind) and step.change_id in mine:
            world.fold.run(plan, world.task_id, half_steps=2 * number + 2)
            return
    raise AssertionError(f"{slug} has no {kind.__name__}")


def test_the_new_vm_is_made_and_prepared_before_the_old_one_is_stopped() -> None:
    world = with_new_stemcell()

    plan = world.plan_deploy()

    assert acts(plan, world, "db/0") == [
        CreateVm, PrepareInstance,
        ConfirmVm, StopInstance, DetachDisk, ElectVm, AttachDisk, ApplyInstance, StartInstance,
        DeleteVm,
    ]  # fmt: skip
    assert acts(plan, world, NAME) == [
        CreateVm, PrepareInstance,
        ConfirmVm, StopInstance, ElectVm, ApplyInstance, StartInstance,
        DeleteVm, PostDeploy,
    ]  # fmt: skip


def test_the_old_one_must_be_proven_stopped_since_it_is_there_when_the_new_one_starts() -> None:
    plan = with_new_stemcell().plan_deploy()

    stops = [step.action for step in plan.steps if isinstance(step.action, StopInstance)]

    assert stops
    assert all(stop.must_answer for stop in stops)


def test_all_new_vms_are_made_before_the_first_instance_is_touched() -> None:
    world = with_new_stemcell()

    plan = world.plan_deploy()

    stages = [change.stage for change in plan.changes if change.instance_id is not None]
    assert stages.index(Stage.UPDATE) == 5
    assert set(stages[:5]) == {Stage.CREATE_VMS}


def test_nobody_waits_for_the_deletion_of_a_replaced_vm() -> None:
    world = with_new_stemcell()

    plan = world.plan_deploy()

    deletions = {
        step.step_id
        for step in plan.steps
        if isinstance(step.action, DeleteVm) and step.action.only_inactive
    }
    assert len(deletions) == 5
    assert not deletions & {end for step in plan.steps for end in step.after}


def test_a_swapped_instance_has_new_addresses_and_gives_the_old_ones_back() -> None:
    world = with_new_stemcell()
    before = {item.ip for item in world.instance(NAME).addresses}

    world.finish_deploy(world.plan_deploy())

    (vm,) = vms_of(world, NAME)
    after = {item.ip for item in world.instance(NAME).addresses}
    assert after == {network.ip for network in vm.networks}
    assert not after & before


@pytest.mark.parametrize(
    "event", [*EVENTS_THAT_SWAP, "more instances", "a renamed group", "no disk"]
)
def test_a_swap_that_is_cut_off_at_any_point_ends_like_an_unbroken_one(event: str) -> None:
    before = swapping_shop()
    EVENTS[event](before)
    before.new_task()
    plan = before.plan_deploy()
    assert event not in EVENTS_THAT_SWAP or any(isinstance(s.action, ElectVm) for s in plan.steps)
    unbroken = before.copy()
    unbroken.finish_deploy(plan)
    finish(unbroken)

    for half_steps in range(2 * len(plan.steps)):
        killed = before.copy()
        killed.fold.run(plan, killed.task_id, half_steps=half_steps)

        finish(killed)

        assert end_state(killed) == end_state(unbroken), f"killed after {half_steps} half steps"
        assert len(killed.fold.vms) == len(killed.fold.instances)


def test_a_recreation_that_is_cut_off_makes_each_vm_once() -> None:
    before = swapping_shop()
    old = set(before.fold.vms)
    task_id = before.new_task()
    wants = Wants(task_id=task_id, renewal=Renewal.RECREATE)
    plan = before.plan_deploy(wants)

    for half_steps in range(2 * len(plan.steps)):
        killed = before.copy()
        killed.fold.run(plan, task_id, half_steps=half_steps)

        killed.finish_deploy(killed.plan_deploy(wants))

        assert len(killed.fold.vms) == 5
        assert not old & set(killed.fold.vms)
        assert killed.plan_deploy(wants).is_empty


@pytest.mark.parametrize("half", [0.3, 0.5, 0.7, 0.9])
def test_going_back_in_the_middle_ends_with_the_old_stemcell_and_no_vm_too_many(
    half: float,
) -> None:
    world = with_new_stemcell()
    plan = world.plan_deploy()
    world.fold.run(plan, world.task_id, half_steps=int(half * 2 * len(plan.steps)))
    world.stemcells.pop()
    world.new_task()

    world.finish_deploy(world.plan_deploy())

    assert {vm.stemcell.version for vm in world.fold.vms.values()} == {"1.1"}
    assert all(len(vms_of(world, slug)) == 1 for slug in ("db/0", "db/1", "db/2", "web/0"))


def test_going_back_after_a_failed_start_takes_the_old_vm_again() -> None:
    world = with_new_stemcell()
    (old,) = vms_of(world, "db/0")
    run_until(world, world.plan_deploy(), ApplyInstance, "db/0")
    world.stemcells.pop()
    world.new_task()

    plan = world.plan_deploy()

    made = [step.action for step in plan.steps if isinstance(step.action, CreateVm)]
    assert made == []
    world.finish_deploy(plan)
    assert [vm.agent_id for vm in vms_of(world, "db/0")] == [old.agent_id]


def test_a_failed_start_that_is_mended_goes_on_with_the_new_vm() -> None:
    world = with_new_stemcell()
    run_until(world, world.plan_deploy(), ApplyInstance, NAME)
    new, old = vms_of(world, NAME)
    world.new_task()

    plan = world.plan_deploy()

    assert acts(plan, world, NAME) == [
        PrepareInstance, StopInstance, ApplyInstance, StartInstance, DeleteVm, PostDeploy,
    ]  # fmt: skip
    world.finish_deploy(plan)
    assert [vm.agent_id for vm in vms_of(world, NAME)] == [new.agent_id]
    assert old.orphaned_at is not None


def test_a_standby_that_does_not_answer_is_replaced_before_anything_is_stopped() -> None:
    world = with_new_stemcell()
    run_until(world, world.plan_deploy(), CreateVm, NAME)
    _, standby = vms_of(world, NAME)

    plan = plan_with(world, standby, VmPresence.SILENT)

    assert acts(plan, world, NAME)[:3] == [DeleteVm, CreateVm, PrepareInstance]


def test_a_standby_takes_over_at_once_when_the_vm_that_serves_is_dead() -> None:
    world = with_new_stemcell()
    run_until(world, world.plan_deploy(), CreateVm, "db/0")
    world.presences[world.instance("db/0").instance_id] = VmPresence.MISSING
    old, standby = vms_of(world, "db/0")

    plan = plan_with(world, old, VmPresence.MISSING)

    assert acts(plan, world, "db/0") == [
        DeleteVm, DetachDisk, ElectVm, AttachDisk, ApplyInstance, StartInstance,
    ]  # fmt: skip
    world.presences.clear()
    world.finish_deploy(plan)
    assert [vm.agent_id for vm in vms_of(world, "db/0")] == [standby.agent_id]


def plan_with(world: PlanningWorld, vm: VmRecord, presence: VmPresence) -> Plan:
    """Plan a deploy for which one VM was observed."""
    world.presences.clear()
    seen = Observed(vms={vm.agent_id: ObservedVm(agent_id=vm.agent_id, presence=presence)})
    if presence is VmPresence.MISSING and vm.instance_id is not None:
        world.fold.running.discard(vm.instance_id)
    return world.plan_deploy(observed=seen)


def test_addresses_that_were_found_for_a_standby_serve_when_both_vms_are_dead() -> None:
    world = with_new_stemcell()
    run_until(world, world.plan_deploy(), CreateVm, NAME)
    old, standby = vms_of(world, NAME)
    world.fold.running.discard(world.instance(NAME).instance_id)
    gone = {
        vm.agent_id: ObservedVm(agent_id=vm.agent_id, presence=VmPresence.MISSING)
        for vm in (old, standby)
    }

    world.finish_deploy(world.plan_deploy(observed=Observed(vms=gone)))

    (vm,) = vms_of(world, NAME)
    assert [item.ip for item in world.instance(NAME).addresses] == [vm.networks[0].ip]
    assert vm.networks[0].ip == standby.networks[0].ip


def test_a_dead_vm_is_fenced_and_nobody_stands_by_for_it() -> None:
    world = with_new_stemcell()
    world.presences[world.instance(NAME).instance_id] = VmPresence.MISSING
    world.fold.running.discard(world.instance(NAME).instance_id)

    plan = world.plan_deploy()

    assert acts(plan, world, NAME)[:2] == [DeleteVm, CreateVm]
    assert ElectVm not in acts(plan, world, NAME)


def test_a_resurrection_in_the_middle_of_a_swap_keeps_the_recorded_recipe() -> None:
    world = with_new_stemcell()
    run_until(world, world.plan_deploy(), CreateVm, NAME)
    world.fold.running.discard(world.instance(NAME).instance_id)
    world.new_task()

    plan = world.plan_heal([NAME])

    assert acts(plan, world, NAME)[:3] == [DeleteVm, DeleteVm, CreateVm]
    world.fold.run(plan, world.task_id)
    (vm,) = vms_of(world, NAME)
    assert (vm.stemcell.version, vm.state) == ("1.1", VmState.RUNNING)


def test_stopped_instances_are_not_swapped() -> None:
    world = with_new_stemcell()
    stop = world.plan_states(Wants(task_id=world.task_id, run_state=RunState.STOPPED))
    world.fold.run(stop, world.task_id)
    world.new_task()

    plan = world.plan_deploy()

    assert not any(isinstance(step.action, ElectVm) for step in plan.steps)


def test_deleting_the_deployment_in_the_middle_of_a_swap_leaves_no_vm() -> None:
    world = with_new_stemcell()
    run_until(world, world.plan_deploy(), ElectVm, "db/0")
    world.new_task()

    world.fold.run(world.plan_delete(), world.task_id)

    assert not world.fold.vms
    assert not world.fold.instances


@given(data=st.data())
@settings(max_examples=40)
def test_any_row_of_events_kills_and_deaths_ends_as_the_manifest_wants(
    data: st.DataObject,
) -> None:
    world = shop(SWAP)
    for _ in range(data.draw(st.integers(1, 3), label="events")):
        EVENTS[data.draw(st.sampled_from(sorted(EVENTS)), label="event")](world)
        world.new_task()
        for _ in range(data.draw(st.integers(0, 3), label="kills")):
            plan = world.plan_deploy()
            half_steps = data.draw(st.integers(0, 2 * len(plan.steps)), label="half steps")
            world.fold.run(plan, world.task_id, half_steps=half_steps)
            kill_some_vms(world, data)
        finish(world)
        assert all(vm.active for vm in world.fold.vms.values())
