"""The acts of one instance, in BOSH's order and without its quirks (bosh.md 4.11)."""

from collections.abc import Callable

import pytest

from paasta_deploy.model.lifecycle import RunState, VmState
from paasta_deploy.model.observed import VmPresence
from paasta_deploy.planning.actions import CreateVm, StopInstance
from paasta_deploy.planning.plan import Change, ChangeKind, Plan
from paasta_deploy.planning.wants import Renewal, Selector, Wants
from paasta_deploy.testing.planning_world import PlanningWorld
from tests.unit.planning.shop import MANIFEST, deployed_shop, shop
from tests.unit.planning.test_deploy_plan import EVENTS

ONE_DB = MANIFEST[: MANIFEST.index("- name: web")].replace("instances: 3", "instances: 1")


def one_db() -> PlanningWorld:
    return deployed_shop(ONE_DB)


def acts(plan: Plan, *stages: str) -> str:
    wanted = {
        change.change_id for change in plan.changes if not stages or change.stage.value in stages
    }
    names = [type(step.action).__name__ for step in plan.steps if step.change_id in wanted]
    return " ".join(name.removesuffix("Instance") for name in names if name != "Gate")


def after(event: str) -> Plan:
    world = one_db()
    EVENTS[event](world)
    world.new_task()
    return world.plan_deploy()


REPLACE = "Stop DetachDisk DeleteVm CreateVm AttachDisk Apply Start"
EXCHANGE = "CreateDisk AttachDisk MigrateDisk DetachDisk OrphanDisk"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("a property", "Prepare Stop Apply Start"),
        ("another VM type", REPLACE),
        ("a new stemcell", REPLACE),
        ("another name server", REPLACE),
        ("a larger disk", f"Stop {EXCHANGE} Apply Start"),
        (
            "another VM type and disk",
            f"Stop DetachDisk DeleteVm CreateVm AttachDisk {EXCHANGE} Apply Start",
        ),
        ("no disk", "Stop DetachDisk OrphanDisk Apply Start"),
        ("nothing", ""),
    ],
)
def test_what_a_change_does_to_an_instance(event: str, expected: str) -> None:
    assert acts(after(event), "Updating instance") == expected


def test_a_brand_new_vm_is_neither_prepared_nor_stopped_nor_applied_twice() -> None:
    plan = shop(ONE_DB).plan_deploy()

    assert acts(plan, "Creating missing vms", "Updating instance") == (
        "CreateVm CreateDisk AttachDisk Apply Start"
    )


def stops(plan: Plan) -> list[tuple[str, str, str, str]]:
    return [
        (
            step.action.vm_next.value,
            step.action.instance_next.value,
            step.action.deployment_next.value,
            step.action.drain_reason,
        )
        for step in plan.steps
        if isinstance(step.action, StopInstance)
    ]


def test_scripts_are_told_what_comes_after_the_stop() -> None:
    world = one_db()
    world.new_task()
    detach = Wants(task_id=world.task_id, run_state=RunState.DETACHED)
    less = one_db()
    less.manifest = ONE_DB.replace("instances: 1", "instances: 0")

    assert stops(after("a property")) == [("keep", "keep", "keep", "update")]
    assert stops(after("a new stemcell")) == [("delete", "keep", "keep", "shutdown")]
    assert stops(world.plan_states(detach)) == [("delete", "keep", "keep", "shutdown")]
    assert stops(less.plan_deploy()) == [("delete", "delete", "keep", "shutdown")]
    assert stops(world.plan_delete()) == [("delete", "delete", "delete", "shutdown")]


def shown(plan: Plan) -> list[Change]:
    return [change for change in plan.changes if change.stage.value == "Updating instance"]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("a property", ChangeKind.UPDATE),
        ("a larger disk", ChangeKind.UPDATE),
        ("a new stemcell", ChangeKind.RECREATE),
    ],
)
def test_kinds_of_changes(event: str, expected: ChangeKind) -> None:
    assert [change.kind for change in shown(after(event))] == [expected]


def test_a_first_deploy_that_was_cut_off_still_creates() -> None:
    world = shop(ONE_DB)
    world.new_task()
    plan = world.plan_deploy()
    vm_steps = [
        number for number, step in enumerate(plan.steps) if isinstance(step.action, CreateVm)
    ]
    world.fold.run(plan, world.task_id, half_steps=2 * (vm_steps[-1] + 1))

    assert [change.kind for change in shown(world.plan_deploy())] == [ChangeKind.CREATE]


def test_a_half_made_vm_that_is_no_longer_wanted_is_fenced_first() -> None:
    world = shop(ONE_DB)
    world.new_task()
    plan = world.plan_deploy()
    number = max(n for n, step in enumerate(plan.steps) if isinstance(step.action, CreateVm))
    world.fold.run(plan, world.task_id, half_steps=2 * number + 1)
    assert {vm.state for vm in world.fold.vms.values()} == {VmState.CREATING}

    same = acts(world.plan_deploy(), "Creating missing vms")
    EVENTS["another VM type"](world)
    other = acts(world.plan_deploy(), "Creating missing vms")

    assert (same, other) == ("CreateVm", "DeleteVm CreateVm")


def with_state(run_state: RunState, then: Callable[[PlanningWorld], None]) -> Plan:
    world = one_db()
    world.new_task()
    world.fold.run(
        world.plan_states(Wants(task_id=world.task_id, run_state=run_state)), world.task_id
    )
    then(world)
    world.new_task()
    return world.plan_deploy()


@pytest.mark.parametrize(
    ("run_state", "event", "expected"),
    [
        (RunState.STOPPED, "a property", "Apply Finish"),
        (
            RunState.STOPPED,
            "a new stemcell",
            "DetachDisk DeleteVm CreateVm AttachDisk Apply Finish",
        ),
        (RunState.STOPPED, "a larger disk", f"{EXCHANGE} Apply Finish"),
        (RunState.DETACHED, "a property", ""),
        (RunState.DETACHED, "a new stemcell", "Finish"),
        (RunState.DETACHED, "a larger disk", ""),
    ],
)
def test_stopped_and_detached_instances_stay_so(
    run_state: RunState, event: str, expected: str
) -> None:
    assert acts(with_state(run_state, EVENTS[event]), "Updating instance") == expected


def test_a_missing_machine_is_made_up_front_even_if_it_must_change_anyway() -> None:
    world = one_db()
    EVENTS["a new stemcell"](world)
    world.presences[world.instance("db/0").instance_id] = VmPresence.MISSING
    world.new_task()

    plan = world.plan_deploy()

    assert acts(plan, "Creating missing vms") == "DeleteVm DetachDisk CreateVm"
    assert acts(plan, "Updating instance") == "AttachDisk Apply Start"


def test_recreation_is_done_once_by_one_task() -> None:
    world = one_db()
    world.new_task()
    wants = Wants(task_id=world.task_id, renewal=Renewal.RECREATE)

    plan = world.plan_deploy(wants)
    world.fold.run(plan, world.task_id)

    assert acts(plan) == REPLACE
    assert world.plan_deploy(wants).is_empty


def test_drain_is_skipped_where_the_operator_says_so() -> None:
    world = one_db()
    EVENTS["a property"](world)
    world.new_task()

    plan = world.plan_deploy(Wants(task_id=world.task_id, skip_drain=(Selector(),)))

    assert [s.action.skip_drain for s in plan.steps if isinstance(s.action, StopInstance)] == [
        True
    ]


def test_what_never_came_up_may_fail_to_stop() -> None:
    world = shop(ONE_DB)
    world.new_task()
    plan = world.plan_deploy()
    world.fold.run(plan, world.task_id, half_steps=2 * len(plan.steps) - 1)

    (resumed,) = (
        step.action for step in world.plan_deploy().steps if isinstance(step.action, StopInstance)
    )

    assert resumed.ignore_failure


def test_an_agent_that_has_a_disk_to_free_must_have_stopped_its_jobs() -> None:
    world = one_db()
    world.new_task()

    plan = world.plan_deploy(Wants(task_id=world.task_id, renewal=Renewal.RECREATE, force=True))

    (stop,) = (step.action for step in plan.steps if isinstance(step.action, StopInstance))
    assert stop.must_answer
