"""The scheduler starts everything once, in order, within its limits, and stops when told.

Its properties over any plan stand in `test_scheduler_properties.py`.
"""

from collections.abc import Iterable, Sequence

import pytest

from paasta_deploy.execution.run_events import (
    AfterFailure,
    AllDone,
    CancelRequested,
    ChangeFinished,
    ChangeStarted,
    DrainRequested,
    Effect,
    RunEnd,
    StartStep,
    StepFailed,
    StepStopped,
    StepSucceeded,
)
from paasta_deploy.execution.scheduler import Scheduler
from paasta_deploy.model.ids import AgentId, DeploymentName
from paasta_deploy.planning.actions import DeleteVm, Gate
from paasta_deploy.planning.plan import (
    Change,
    ChangeId,
    ChangeKind,
    Plan,
    SlotName,
    Stage,
    Step,
    StepId,
)

SLOT = SlotName("web")


def plan_of(
    changes: Sequence[tuple[str, Sequence[str], Iterable[str]]],
    *,
    slot: SlotName | None = None,
    units: int = 1,
    gates: Iterable[str] = (),
) -> Plan:
    """Make a plan from (change, its steps, what its first step waits for)."""
    gates = frozenset(gates)
    steps = []
    for name, step_names, after in changes:
        waits = tuple(StepId(item) for item in after)
        for step_name in step_names:
            action = Gate() if step_name in gates else DeleteVm(agent_id=AgentId("a"), cid=None)
            steps.append(
                Step(
                    step_id=StepId(step_name), change_id=ChangeId(name), action=action, after=waits
                )
            )
            waits = ()
    return Plan(
        deployment=DeploymentName("d"),
        changes=tuple(
            Change(
                change_id=ChangeId(name),
                stage=Stage.UPDATE,
                kind=ChangeKind.UPDATE,
                label=name,
                slot=slot,
            )
            for name, _, _ in changes
        ),
        steps=tuple(steps),
        slots={} if slot is None else {slot: units},
    )


def started(effects: Iterable[Effect]) -> list[str]:
    return [str(effect.step.step_id) for effect in effects if isinstance(effect, StartStep)]


def told(effects: Iterable[Effect]) -> list[str]:
    """Return effects as short texts."""
    texts = []
    for effect in effects:
        match effect:
            case StartStep():
                texts.append(f"step {effect.step.step_id}")
            case ChangeStarted():
                texts.append(f"begin {effect.change.label}")
            case ChangeFinished():
                texts.append(f"{effect.end.value} {effect.change.label}")
            case AllDone():
                texts.append(effect.end.value)
    return texts


def done(scheduler: Scheduler, step: str) -> list[str]:
    return told(scheduler.handle(StepSucceeded(StepId(step))))


def failed(scheduler: Scheduler, step: str) -> list[str]:
    return told(scheduler.handle(StepFailed(StepId(step))))


def test_an_empty_plan_is_done_at_once() -> None:
    assert told(Scheduler(plan_of([])).begin()) == ["succeeded"]


def test_steps_of_a_change_run_one_after_another() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1", "a2"], [])]))

    assert told(scheduler.begin()) == ["begin a", "step a1"]
    assert done(scheduler, "a1") == ["step a2"]
    assert done(scheduler, "a2") == ["done a", "succeeded"]


def test_edges_between_changes_are_waited_for() -> None:
    scheduler = Scheduler(
        plan_of([("a", ["a1"], []), ("b", ["b1"], []), ("c", ["c1"], ["a1", "b1"])])
    )

    assert told(scheduler.begin()) == ["begin a", "step a1", "begin b", "step b1"]
    assert done(scheduler, "b1") == ["done b"]
    assert done(scheduler, "a1") == ["done a", "begin c", "step c1"]


def test_a_change_holds_its_slot_from_its_first_step_to_its_last() -> None:
    changes = [(name, [f"{name}1", f"{name}2"], ()) for name in "abc"]
    scheduler = Scheduler(plan_of(changes, slot=SLOT, units=1))

    assert told(scheduler.begin()) == ["begin a", "step a1"]
    assert done(scheduler, "a1") == ["step a2"]
    assert done(scheduler, "a2") == ["done a", "begin b", "step b1"]


def test_slots_go_in_the_order_of_the_plan() -> None:
    changes = [(name, [f"{name}1"], ()) for name in "abcde"]
    scheduler = Scheduler(plan_of(changes, slot=SLOT, units=2))

    assert started(scheduler.begin()) == ["a1", "b1"]
    assert done(scheduler, "b1") == ["done b", "begin c", "step c1"]
    assert done(scheduler, "a1") == ["done a", "begin d", "step d1"]


def test_a_change_that_has_waited_for_a_slot_comes_before_one_that_is_just_ready() -> None:
    plan = plan_of(
        [("a", ["a1"], []), ("late", ["late1"], ["a1"]), ("waiting", ["waiting1"], [])],
        slot=SLOT,
        units=1,
    )
    scheduler = Scheduler(plan)
    scheduler.begin()

    assert "begin waiting" in done(scheduler, "a1")


def test_gates_need_no_work() -> None:
    plan = plan_of(
        [("a", ["a1"], []), ("gate", ["g1", "g2"], ["a1"]), ("b", ["b1"], ["g2"])],
        gates=["g1", "g2"],
    )
    scheduler = Scheduler(plan)
    scheduler.begin()

    assert done(scheduler, "a1") == ["done a", "begin gate", "done gate", "begin b", "step b1"]


def test_a_plan_of_gates_is_done_at_once() -> None:
    names = [f"g{number}" for number in range(2000)]
    scheduler = Scheduler(plan_of([("gates", names, [])], gates=names))

    assert told(scheduler.begin())[-1] == "succeeded"


def test_after_a_failure_nothing_begins_and_running_steps_end() -> None:
    changes = [(name, [f"{name}1", f"{name}2"], ()) for name in "abc"]
    scheduler = Scheduler(plan_of(changes, slot=SLOT, units=2))
    scheduler.begin()

    assert failed(scheduler, "a1") == ["failed a"]
    assert done(scheduler, "b1") == ["stopped b", "failed"]


def test_changes_that_have_begun_may_go_on_to_their_end_after_a_failure() -> None:
    changes = [(name, [f"{name}1", f"{name}2"], ()) for name in "abc"]
    plan = plan_of(changes, slot=SLOT, units=2)
    scheduler = Scheduler(plan, after_failure=AfterFailure.FINISH_CHANGE)
    scheduler.begin()
    failed(scheduler, "a1")

    assert done(scheduler, "b1") == ["step b2"]
    assert done(scheduler, "b2") == ["done b", "failed"]


def test_a_cancelled_run_ends_with_the_steps_that_run() -> None:
    changes = [(name, [f"{name}1", f"{name}2"], ()) for name in "ab"]
    scheduler = Scheduler(plan_of(changes, slot=SLOT, units=1))
    scheduler.begin()

    assert told(scheduler.handle(CancelRequested())) == []
    assert done(scheduler, "a1") == ["stopped a", "cancelled"]


def test_a_cancelled_run_that_had_nothing_left_to_do_has_succeeded() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1"], [])]))
    scheduler.begin()
    scheduler.handle(CancelRequested())

    assert done(scheduler, "a1") == ["done a", "succeeded"]


def test_a_failure_outweighs_a_cancellation() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1"], [])]))
    scheduler.begin()
    scheduler.handle(CancelRequested())

    assert failed(scheduler, "a1") == ["failed a", "failed"]


def test_a_step_that_went_home_stops_its_change() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1", "a2"], [])]))
    scheduler.begin()

    effects = told(scheduler.handle(StepStopped(StepId("a1"))))
    assert effects == ["stopped a", "cancelled"]


def test_cancelling_before_the_beginning_starts_nothing() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1"], [])]))

    assert told(scheduler.handle(CancelRequested())) == ["cancelled"]


def test_a_plan_that_waits_for_itself_is_our_bug_and_says_so() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1"], ["b1"]), ("b", ["b1"], ["a1"])]))

    with pytest.raises(AssertionError, match="waits for itself; 2 steps: a1, b1"):
        scheduler.begin()


def test_counts_are_kept() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1", "a2"], [])]))
    scheduler.begin()

    assert (scheduler.in_flight, scheduler.unfinished) == (1, 2)


def test_every_step_of_ten_thousand_instances_is_started_once() -> None:
    changes = [
        (f"i{number}", [f"i{number}-{part}" for part in range(6)], ()) for number in range(10_000)
    ]
    plan = plan_of(changes, slot=SLOT, units=100)

    scheduler = Scheduler(plan)
    waiting = [
        effect.step.step_id for effect in scheduler.begin() if isinstance(effect, StartStep)
    ]
    steps = 0
    while waiting:
        steps += 1
        waiting += map(StepId, started(scheduler.handle(StepSucceeded(waiting.pop()))))

    assert steps == 60_000
    assert scheduler.unfinished == 0


def test_a_drained_run_finishes_what_has_begun_and_begins_nothing() -> None:
    plan = plan_of([("a", ["a1", "a2"], []), ("b", ["b1"], []), ("c", ["c1"], ["a2"])], slot=SLOT)
    scheduler = Scheduler(plan)

    assert started(scheduler.begin()) == ["a1"]
    assert scheduler.handle(DrainRequested()) == []
    assert started(scheduler.handle(StepSucceeded(StepId("a1")))) == ["a2"]
    effects = scheduler.handle(StepSucceeded(StepId("a2")))

    assert started(effects) == []
    assert effects[-1] == AllDone(RunEnd.DRAINED)


def test_a_run_that_is_drained_before_it_begins_does_nothing() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1"], [])]))

    assert scheduler.handle(DrainRequested()) == []
    assert scheduler.begin() == [AllDone(RunEnd.DRAINED)]
    assert scheduler.begin() == []


def test_a_run_with_nothing_left_when_it_is_drained_has_succeeded() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1"], [])]))
    scheduler.begin()
    scheduler.handle(DrainRequested())

    assert scheduler.handle(StepSucceeded(StepId("a1")))[-1] == AllDone(RunEnd.SUCCEEDED)


def test_a_failure_while_draining_is_a_failure() -> None:
    scheduler = Scheduler(plan_of([("a", ["a1"], []), ("b", ["b1"], ["a1"])]))
    scheduler.begin()
    scheduler.handle(DrainRequested())

    assert scheduler.handle(StepFailed(StepId("a1")))[-1] == AllDone(RunEnd.FAILED)
