"""Whatever the plan and the order in which steps end, the scheduler keeps its promises.

Properties: on any sound plan, whatever the order in which steps end,
- a step starts once, and only after everything that it waits for;
- no slot holds more changes than it has units, and a change holds its unit to its end;
- without failures everything is done; with one, nothing begins after it;
- a cancelled run starts nothing more, and the last effect is always one AllDone;
- with losses within the limits, everything is done but for the lost instances; beyond them, or
  with a lost canary, nothing begins any more.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from paasta_deploy.execution.run_events import (
    AfterFailure,
    AllDone,
    CancelRequested,
    ChangeEnd,
    ChangeFinished,
    ChangeStarted,
    Effect,
    LossLimits,
    RunEnd,
    StartStep,
    StepFailed,
    StepLost,
    StepStopped,
    StepSucceeded,
)
from paasta_deploy.execution.scheduler import Scheduler
from paasta_deploy.model.ids import AgentId, DeploymentName, InstanceGroupName, InstanceId
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


@st.composite
def plans(draw: st.DrawFn, *, canaries: bool = False) -> Plan:
    """Sound plans: each change may wait for steps of earlier ones."""
    change_count = draw(st.integers(0, 8))
    slot_units = draw(st.dictionaries(st.sampled_from(["s", "t"]), st.integers(1, 3)))
    changes, steps = [], list[Step]()
    for number in range(change_count):
        slot = draw(st.sampled_from([None, *sorted(slot_units)]))
        change_id = ChangeId(f"c{number}")
        changes.append(
            Change(
                change_id=change_id,
                stage=Stage.UPDATE,
                kind=ChangeKind.UPDATE,
                label=change_id,
                group=InstanceGroupName("g"),
                # Some instances have two changes, as with a missing VM that is made up front.
                instance_id=InstanceId(f"i{draw(st.integers(0, change_count))}"),
                canary=canaries and draw(st.booleans()),
                slot=None if slot is None else SlotName(slot),
            )
        )
        earlier = [step.step_id for step in steps]
        after = draw(st.lists(st.sampled_from(earlier), max_size=3)) if earlier else []
        for position in range(draw(st.integers(1, 3))):
            gate = draw(st.booleans()) and draw(st.booleans())
            steps.append(
                Step(
                    step_id=StepId(f"c{number}-{position}"),
                    change_id=change_id,
                    action=Gate() if gate else DeleteVm(agent_id=AgentId("a"), cid=None),
                    after=tuple(after) if position == 0 else (),
                )
            )
    return Plan(
        deployment=DeploymentName("d"),
        changes=tuple(changes),
        steps=tuple(steps),
        slots={SlotName(name): units for name, units in slot_units.items()},
    )


@dataclass
class Watcher:
    """Carries effects out in any order and checks every one of them."""

    plan: Plan
    running: list[StepId] = field(default_factory=list)
    succeeded: set[StepId] = field(default_factory=set)
    begun: set[ChangeId] = field(default_factory=set)
    open_changes: set[ChangeId] = field(default_factory=set)
    lost: set[InstanceId | None] = field(default_factory=set)
    has_failed: bool = False
    end: RunEnd | None = None

    def take(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            assert self.end is None, "nothing follows AllDone"
            match effect:
                case ChangeStarted():
                    self._begin(effect.change)
                case StartStep():
                    self._start(effect.step)
                case ChangeFinished():
                    self._finish(effect)
                case AllDone():
                    assert not self.running
                    self.end = effect.end

    def _begin(self, change: Change) -> None:
        assert change.instance_id not in self.lost, "nothing begins for a lost instance"
        assert change.change_id not in self.begun, "a change begins once"
        self.begun.add(change.change_id)
        self.open_changes.add(change.change_id)
        held = Counter(
            other.slot for other in self.plan.changes if other.change_id in self.open_changes
        )
        if change.slot is not None:
            assert held[change.slot] <= self.plan.slots[change.slot], "too many in flight"

    def _start(self, step: Step) -> None:
        assert step.change_id in self.open_changes, "a step runs inside its change"
        assert step.step_id not in self.succeeded, "a step starts once"
        assert step.step_id not in self.running, "a step starts once"
        self.running.append(step.step_id)
        for other in self.plan.steps:
            if isinstance(other.action, Gate):
                continue
            if other.step_id in step.after and self._instance(other) not in self.lost:
                assert other.step_id in self.succeeded, "a step waits for others"

    def _instance(self, step: Step) -> InstanceId | None:
        return next(
            change.instance_id
            for change in self.plan.changes
            if change.change_id == step.change_id
        )

    def _finish(self, effect: ChangeFinished) -> None:
        assert effect.change.change_id in self.open_changes, (
            "a change finishes once, after it began"
        )
        self.open_changes.remove(effect.change.change_id)
        self.has_failed = self.has_failed or effect.end is ChangeEnd.FAILED
        if effect.end is ChangeEnd.LOST:
            self.lost.add(effect.change.instance_id)
        if effect.end is ChangeEnd.DONE:
            own = {
                step.step_id
                for step in self.plan.steps
                if step.change_id == effect.change.change_id and not isinstance(step.action, Gate)
            }
            assert own <= self.succeeded, "a change is done when its steps are"

    def next(self, dice: Random) -> StepId:
        return self.running.pop(dice.randrange(len(self.running)))


@given(plan=plans(), seed=st.integers(0, 2**32))
def test_everything_is_done_once_in_order_and_within_limits(plan: Plan, seed: int) -> None:
    dice, watcher, scheduler = Random(seed), Watcher(plan), Scheduler(plan)  # noqa: S311 - a test
    watcher.take(scheduler.begin())
    while watcher.running:
        step_id = watcher.next(dice)
        watcher.succeeded.add(step_id)
        watcher.take(scheduler.handle(StepSucceeded(step_id)))

    assert watcher.end is RunEnd.SUCCEEDED
    assert not watcher.open_changes
    work = {step.step_id for step in plan.steps if not isinstance(step.action, Gate)}
    assert watcher.succeeded == work


@given(
    plan=plans(),
    seed=st.integers(0, 2**32),
    trouble_at=st.integers(0, 12),
    trouble=st.sampled_from(["fail", "cancel", "stop"]),
    after_failure=st.sampled_from(AfterFailure),
)
def test_a_run_in_trouble_begins_nothing_more(
    plan: Plan, seed: int, trouble_at: int, trouble: str, after_failure: AfterFailure
) -> None:
    dice, watcher = Random(seed), Watcher(plan)  # noqa: S311 - a test
    scheduler = Scheduler(plan, after_failure=after_failure)
    watcher.take(scheduler.begin())
    begun: set[ChangeId] | None = None
    ended = 0
    while watcher.running:
        ended += 1
        if ended == trouble_at and trouble == "cancel":
            watcher.take(scheduler.handle(CancelRequested()))
            begun = set(watcher.begun)
        step_id = watcher.next(dice)
        if ended == trouble_at and trouble == "fail":
            watcher.take(scheduler.handle(StepFailed(step_id)))
            begun = set(watcher.begun)
        elif ended == trouble_at and trouble == "stop":
            watcher.take(scheduler.handle(StepStopped(step_id)))
            begun = set(watcher.begun)
        else:
            watcher.succeeded.add(step_id)
            watcher.take(scheduler.handle(StepSucceeded(step_id)))

    assert watcher.end is not None
    assert not watcher.open_changes
    if begun is not None:
        assert watcher.begun == begun, "a change began after the trouble"
        if trouble == "fail":
            assert watcher.end is RunEnd.FAILED


MANY = LossLimits(count=1000, percent=100.0)


def unslotted(plan: Plan) -> Plan:
    """Give every slot room, so that only the limits of the whole run count."""
    return replace(plan, slots=dict.fromkeys(plan.slots, 1000))


@given(
    drawn=st.one_of(
        st.tuples(plans(), st.just(MANY)),
        st.tuples(plans(canaries=True), st.just(replace(MANY, canaries=True))),
    ),
    seed=st.integers(0, 2**32),
    share=st.floats(0.0, 1.0),
)
def test_lost_instances_stop_nobody_else(
    drawn: tuple[Plan, LossLimits], seed: int, share: float
) -> None:
    plan, limits, dice = unslotted(drawn[0]), drawn[1], Random(seed)  # noqa: S311 - a test
    watcher, scheduler = Watcher(plan), Scheduler(plan, losses=limits)
    watcher.take(scheduler.begin())
    while watcher.running:
        step_id = watcher.next(dice)
        if dice.random() < share:
            watcher.take(scheduler.handle(StepLost(step_id)))
        else:
            watcher.succeeded.add(step_id)
            watcher.take(scheduler.handle(StepSucceeded(step_id)))

    assert watcher.end is (RunEnd.INCOMPLETE if watcher.lost else RunEnd.SUCCEEDED)
    assert not watcher.open_changes
    assert scheduler.unfinished == 0
    others = {item.change_id for item in plan.changes if item.instance_id not in watcher.lost}
    work = {
        step.step_id
        for step in plan.steps
        if step.change_id in others and not isinstance(step.action, Gate)
    }
    assert work <= watcher.succeeded


@given(plan=plans(canaries=True), seed=st.integers(0, 2**32))
def test_losses_stay_within_the_limits_and_slots_hold(plan: Plan, seed: int) -> None:
    dice, watcher = Random(seed), Watcher(plan)  # noqa: S311 - a test
    scheduler = Scheduler(plan, losses=LossLimits(count=3, percent=0.0))
    watcher.take(scheduler.begin())
    begun: set[ChangeId] | None = None
    while watcher.running:
        step_id = watcher.next(dice)
        if dice.random() < 0.3:
            watcher.take(scheduler.handle(StepLost(step_id)))
            if watcher.has_failed and begun is None:
                begun = set(watcher.begun)
        else:
            watcher.succeeded.add(step_id)
            watcher.take(scheduler.handle(StepSucceeded(step_id)))

    others = {change.instance_id for change in plan.changes if not change.canary}
    assert watcher.lost <= others, "a canary that died is a failure"
    assert len(watcher.lost) < 3
    assert not watcher.open_changes
    if begun is not None:
        assert watcher.end is RunEnd.FAILED
        assert watcher.begun == begun, "a change began after a failure"
