"""Plans from recorded recipes: start, stop, detach, restart, recreate, heal.

Laws, tried at every half step at which a director may be killed: resuming ends where the unbroken
run ends; nothing is restarted or recreated twice by one task; what was carried out leaves nothing
to do. The fold checks the laws of machines, addresses and disks.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paasta_deploy.model.ids import InstanceGroupName
from paasta_deploy.model.lifecycle import DiskState, RunState
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.planning.actions import (
    DetachDisk,
)
from paasta_deploy.planning.plan import ChangeKind, Plan
from paasta_deploy.planning.planner import Problem, check_states, plan_heal
from paasta_deploy.planning.wants import Renewal, Selector, Wants
from paasta_deploy.testing.clock import FakeIds
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import deployed_shop
from tests.unit.planning.test_deploy_plan import EVENTS, end_state, finish, kill_some_vms

Planner = Callable[[PlanningWorld], Plan]


def selected(slug: str) -> tuple[Selector, ...]:
    group, _, index = slug.partition("/")
    return (
        Selector(group=InstanceGroupName(group) if group else None, id_or_index=index or None),
    )


def to_state(run_state: RunState, slug: str = "") -> Planner:
    return lambda world: world.plan_states(
        Wants(task_id=world.task_id, selectors=selected(slug), run_state=run_state)
    )


def renewed(renewal: Renewal, slug: str = "") -> Planner:
    return lambda world: world.plan_states(
        Wants(task_id=world.task_id, selectors=selected(slug), renewal=renewal)
    )


def healed(*slugs: str) -> Planner:
    return lambda world: world.plan_heal(slugs)


PLANNERS: dict[str, Planner] = {
    "stop all": to_state(RunState.STOPPED),
    "stop one": to_state(RunState.STOPPED, "db/1"),
    "detach all": to_state(RunState.DETACHED),
    "detach one": to_state(RunState.DETACHED, "db/0"),
    "restart web": renewed(Renewal.RESTART, "web"),
    "recreate all": renewed(Renewal.RECREATE),
    "recreate one": renewed(Renewal.RECREATE, "db/2"),
    "start all": to_state(RunState.STARTED),
    "heal two": healed("db/0", "web/1"),
    "heal all": healed("db/0", "db/1", "db/2", "web/0", "web/1"),
}
STATES_BEFORE: dict[str, Planner | None] = {
    "running": None,
    "stopped": to_state(RunState.STOPPED),
    "detached": to_state(RunState.DETACHED),
}


def run_task(world: PlanningWorld, planner: Planner) -> Plan:
    world.new_task()
    plan = planner(world)
    world.fold.run(plan, world.task_id)
    return plan


@pytest.mark.parametrize("before_state", STATES_BEFORE)
@pytest.mark.parametrize("name", PLANNERS)
def test_a_task_that_is_cut_off_at_any_point_ends_like_an_unbroken_one(
    name: str, before_state: str
) -> None:
    planner = PLANNERS[name]
    before = deployed_shop()
    first = STATES_BEFORE[before_state]
    if first is not None:
        run_task(before, first)
    before.new_task()
    plan = planner(before)
    unbroken = before.copy()
    unbroken.fold.run(plan, unbroken.task_id)
    assert planner(unbroken).is_empty

    for half_steps in range(2 * len(plan.steps)):
        killed = before.copy()
        killed.fold.run(plan, killed.task_id, half_steps=half_steps)

        killed.fold.run(planner(killed), killed.task_id)

        assert planner(killed).is_empty
        assert end_state(killed) == end_state(unbroken), f"killed after {half_steps} half steps"


@given(data=st.data())
@settings(max_examples=100)
def test_any_row_of_tasks_and_deaths_ends_as_the_manifest_wants_once_all_is_started(
    data: st.DataObject,
) -> None:
    world = deployed_shop()
    for _ in range(data.draw(st.integers(1, 4), label="tasks")):
        name = data.draw(st.sampled_from(sorted({**PLANNERS, **EVENTS})), label="task")
        world.new_task()
        if name in EVENTS:
            EVENTS[name](world)
        plan = plan_of(world, name)
        half_steps = data.draw(st.integers(0, 2 * len(plan.steps)), label="half steps")
        world.fold.run(plan, world.task_id, half_steps=half_steps)
        kill_some_vms(world, data)

    run_task(world, to_state(RunState.STARTED))
    world.new_task()
    finish(world)

    states = {record.run_state for record in world.fold.instances.values()}
    assert states == {RunState.STARTED}
    assert all(disk.growing_to_mib is None for disk in world.fold.disks.values())


def plan_of(world: PlanningWorld, name: str) -> Plan:
    if name in EVENTS:
        return world.plan_deploy()
    if "heal" in name:
        slugs = [f"{record.group}/{record.index}" for record in world.fold.instances.values()]
        return world.plan_heal(slugs[:2])
    return PLANNERS[name](world)


def actions(plan: Plan) -> list[str]:
    return [type(step.action).__name__ for step in plan.steps]


def test_healing_fences_the_dead_machine_before_its_disk_moves() -> None:
    world = deployed_shop()
    world.new_task()

    plan = world.plan_heal(["db/1"])

    assert actions(plan) == [
        "DeleteVm",
        "DetachDisk",
        "CreateVm",
        "AttachDisk",
        "ApplyInstance",
        "StartInstance",
    ]
    detach = next(step.action for step in plan.steps if isinstance(step.action, DetachDisk))
    assert not detach.agent_answers
    assert plan.unchanged == 4


def test_a_resurrected_instance_keeps_id_index_addresses_and_disk() -> None:
    world = deployed_shop()
    before = world.instance("db/1")
    disks = set(world.fold.disks)

    run_task(world, healed("db/1"))

    after = world.instance("db/1")
    assert (after.instance_id, after.index, after.addresses) == (
        before.instance_id,
        before.index,
        before.addresses,
    )
    assert set(world.fold.disks) == disks
    assert all(disk.state is DiskState.ATTACHED for disk in world.fold.disks.values())


def test_a_machine_that_was_replaced_meanwhile_is_not_replaced_again() -> None:
    world = deployed_shop()
    record = world.instance("db/1")
    dead = next(vm for vm in world.fold.vms.values() if vm.instance_id == record.instance_id)
    run_task(world, healed("db/1"))

    plan = plan_heal(
        recorded=world.recorded,
        problems=[Problem(instance_id=record.instance_id, agent_id=dead.agent_id)],
        task_id=world.new_task(),
        ids=FakeIds(9),
    )

    assert plan.is_empty


def test_a_detached_instance_is_not_resurrected() -> None:
    world = deployed_shop()
    run_task(world, to_state(RunState.DETACHED, "db/1"))
    world.new_task()

    assert world.plan_heal(["db/1"]).is_empty


def test_a_stopped_instance_is_resurrected_and_stays_stopped() -> None:
    world = deployed_shop()
    run_task(world, to_state(RunState.STOPPED, "db/1"))

    plan = run_task(world, healed("db/1"))

    assert "StartInstance" not in actions(plan)
    assert world.instance("db/1").run_state is RunState.STOPPED


def test_detaching_keeps_the_disk_and_the_addresses() -> None:
    world = deployed_shop()
    before = world.instance("db/0")

    plan = run_task(world, to_state(RunState.DETACHED, "db/0"))

    assert actions(plan) == ["StopInstance", "DetachDisk", "DeleteVm", "FinishInstance"]
    after = world.instance("db/0")
    assert after.addresses == before.addresses
    disk = next(d for d in world.fold.disks.values() if d.instance_id == after.instance_id)
    assert disk.state is DiskState.DETACHED


def test_stopping_what_is_stopped_does_nothing() -> None:
    world = deployed_shop()
    run_task(world, to_state(RunState.STOPPED))
    world.new_task()

    assert to_state(RunState.STOPPED)(world).is_empty


def test_restarting_touches_neither_machine_nor_disk_nor_templates() -> None:
    world = deployed_shop()

    plan = run_task(world, renewed(Renewal.RESTART, "db"))

    assert Counter(actions(plan)) == {"StopInstance": 3, "StartInstance": 3}


def test_recreating_is_canary_first_and_group_by_group() -> None:
    world = deployed_shop()
    world.new_task()

    plan = renewed(Renewal.RECREATE)(world)

    shown = [change for change in plan.changes if change.kind is ChangeKind.RECREATE]
    assert [(change.group, change.canary) for change in shown] == [
        ("db", True),
        ("db", False),
        ("db", False),
        ("web", True),
        ("web", False),
    ]


def test_groups_without_a_policy_go_one_by_one() -> None:
    world = deployed_shop()
    world.manifest = world.manifest.replace("- name: db", "- name: other")
    world.new_task()

    plan = renewed(Renewal.RESTART, "db")(world)

    assert set(plan.slots.values()) == {1}


def test_a_silent_machine_is_only_replaced_when_the_operator_says_fix() -> None:
    world = deployed_shop()
    record = world.instance("web/0")
    world.presences[record.instance_id] = VmPresence.SILENT
    world.new_task()
    wants = Wants(task_id=world.task_id, selectors=selected("web/0"), renewal=Renewal.RESTART)
    fixing = Wants(
        task_id=world.task_id, selectors=selected("web/0"), renewal=Renewal.RESTART, fix=True
    )

    assert actions(world.plan_states(wants))[0] == "StopInstance"
    assert actions(world.plan_states(fixing))[:2] == ["DeleteVm", "CreateVm"]


def test_selecting_nothing_is_said_with_the_groups_there_are() -> None:
    world = deployed_shop()
    wants = Wants(task_id=world.task_id, selectors=selected("nope/7"))

    (said,) = check_states(world.recorded, wants)

    assert said.bosh_code == 70001
    assert "`db`, `web`" in said.detail


def test_an_ignored_instance_that_is_named_is_refused_and_otherwise_left_alone() -> None:
    world = deployed_shop()
    ignore(world, "db/0")
    named = Wants(task_id=world.task_id, selectors=selected("db/0"), run_state=RunState.STOPPED)
    everyone = Wants(task_id=world.task_id, run_state=RunState.STOPPED)

    (said,) = check_states(world.recorded, named)
    assert said.bosh_code == 140021
    assert check_states(world.recorded, everyone) == ()
    touched = {change.label for change in world.plan_states(everyone).changes}
    assert not any(str(world.instance("db/0").instance_id) in label for label in touched)


def ignore(world: PlanningWorld, slug: str) -> None:
    record = replace(world.instance(slug), ignored=True)
    world.fold.instances[record.instance_id] = record


def test_post_deploy_scripts_run_on_what_was_healed_even_after_a_kill() -> None:
    world = deployed_shop()
    world.new_task()
    plan = world.plan_heal(["web/0"])
    assert actions(plan)[-1] == "PostDeploy"
    world.fold.run(plan, world.task_id, half_steps=2 * len(plan.steps) - 2)

    assert actions(world.plan_heal(["web/0"])) == ["PostDeploy"]
