"""What to start next: ``(state, event) -> (state, effects)`` over the graph of a plan.

Pure and synchronous: no clock, no I/O, no tasks. The executor feeds it events and carries its
effects out; the simulator drives the very same code.

Theory. A step is ready when every step it waits for has succeeded; inside a change each step waits
for the one before it. The first ready step of a change needs a unit of the change's slot, which
the change then holds until its last step has ended: that is ``max_in_flight``. Changes get a slot
in the order in which they asked, and those that ask at the same moment in plan order. Gates have
no work and succeed at once. Everything is counted, nothing is searched: a step costs O(1) plus one
for each edge.

Losing. A VM that dies by itself says nothing about what is being rolled out. Its change ends as
lost, its unit of the slot is given back, what else was to be done with that instance is left out,
and everything goes on as if it had been done; who runs the plan heals the lost ones afterwards.
Where that would be wrong (a canary, too many: ``LossLimits``) a loss is a failure.

Bearing. A failed change of a group that goes on after failures ends alone in the same way; what is
borne and what stops its group is :class:`Tolerance`'s. Nobody heals it, and the run has failed.

Stopping. After any other failure nothing new begins. What happens to changes that have begun is
``AfterFailure``. A drained run begins nothing new and finishes every change that has begun. A
cancelled run starts no further step of any change. In all cases steps that run are left to end, so
that no act is cut in the middle.
"""

from collections import deque
from collections.abc import Collection, Sequence

from paasta_deploy.execution.run_events import (
    AfterFailure,
    AllDone,
    CancelRequested,
    ChangeEnd,
    ChangeFinished,
    ChangeStarted,
    DrainRequested,
    Effect,
    Event,
    LossLimits,
    RunEnd,
    StartStep,
    StepFailed,
    StepLost,
    StepStopped,
    StepSucceeded,
)
from paasta_deploy.execution.tolerance import Tolerance, Verdict
from paasta_deploy.planning.actions import Gate
from paasta_deploy.planning.plan import ChangeId, ChangeKind, Plan, SlotName, StepId

_STUCK_SHOWN_MAX = 10
"""Step ids in the message about a plan that waits for itself: enough to see the ring."""


class Scheduler:
    """One run of one plan. Feed :meth:`begin` once, then :meth:`handle` every event.

    The plan must be sound (ids exist, no ring, slots named): anything else is our bug.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        after_failure: AfterFailure = AfterFailure.FINISH_STEP,
        losses: LossLimits | None = None,
        begun_before: Collection[ChangeId] = (),
    ) -> None:
        """``losses`` None: a lost instance is a failure like any other.

        ``begun_before`` had begun when the director died: a drained run finishes them.
        """
        self._tolerance = Tolerance(plan, losses)
        self._begun_before = [change.change_id in begun_before for change in plan.changes]
        self._succeeded = [False] * len(plan.steps)
        self._skipped = [False] * len(plan.steps)
        self._steps = plan.steps
        self._changes = plan.changes
        self._finish_changes = after_failure is AfterFailure.FINISH_CHANGE
        self._number = {step.step_id: number for number, step in enumerate(plan.steps)}
        assert len(self._number) == len(plan.steps), "two steps of a plan share an id"
        change_number = {change.change_id: number for number, change in enumerate(plan.changes)}
        self._change_of = [change_number[step.change_id] for step in plan.steps]
        self._is_gate = [isinstance(step.action, Gate) for step in plan.steps]
        self._waits_for: list[int] = []
        self._followers: list[list[int]] = [[] for _ in plan.steps]
        self._steps_left = [0] * len(plan.changes)
        self._steps_of: list[list[int]] = [[] for _ in plan.changes]
        self._link_steps()
        self._begun = [False] * len(plan.changes)
        self._ended = [False] * len(plan.changes)
        self._free = dict(plan.slots)
        self._queues: dict[SlotName, deque[int]] = {slot: deque() for slot in plan.slots}
        assert all(count > 0 for count in self._free.values()), "a slot with no unit never opens"
        self._unfinished = len(plan.steps)
        self._in_flight = 0
        self._failed = False
        self._cancelled = False
        self._draining = False
        self._started = False
        self._over = False

    def _link_steps(self) -> None:
        last_of_change: dict[ChangeId, int] = {}
        for number, step in enumerate(self._steps):
            before = {self._number[step_id] for step_id in step.after}
            neighbour = last_of_change.get(step.change_id)
            if neighbour is not None:
                before.add(neighbour)
            last_of_change[step.change_id] = number
            for other in before:
                self._followers[other].append(number)
            self._waits_for.append(len(before))
            self._steps_left[self._change_of[number]] += 1
            self._steps_of[self._change_of[number]].append(number)

    @property
    def bears_losses(self) -> bool:
        """Whether it makes a difference now that a step failed because its VM is gone."""
        return self._tolerance.bears_losses and not (self._failed or self._cancelled)

    @property
    def in_flight(self) -> int:
        """How many steps run now."""
        return self._in_flight

    @property
    def unfinished(self) -> int:
        """How many steps have not succeeded yet, those that run included."""
        return self._unfinished

    def begin(self) -> Sequence[Effect]:
        """Start everything that waits for nothing."""
        self._started = True
        effects: list[Effect] = []
        ready = deque(number for number, waits in enumerate(self._waits_for) if waits == 0)
        self._proceed(ready, effects)
        return effects

    def handle(self, event: Event) -> Sequence[Effect]:
        """Take in one event and return what follows from it, in the order to be carried out."""
        effects: list[Effect] = []
        ready: deque[int] = deque()
        match event:
            case StepSucceeded():
                self._in_flight -= 1
                self._succeed(self._number[event.step_id], ready, effects)
            case StepFailed():
                self._in_flight -= 1
                self._fail(event.step_id, ready, effects)
            case StepLost():
                self._in_flight -= 1
                self._lose(event.step_id, ready, effects)
            case StepStopped():
                self._in_flight -= 1
                self._cancelled = True
                self._end_change(event.step_id, ChangeEnd.STOPPED, effects)
            case CancelRequested():
                self._cancelled = True
            case DrainRequested():
                self._draining = True
                if not self._started:  # what comes of it is seen when the run begins
                    return effects
        self._proceed(ready, effects)
        return effects

    def _end_change(self, step_id: StepId, end: ChangeEnd, effects: list[Effect]) -> None:
        number = self._change_of[self._number[step_id]]
        self._ended[number] = True
        effects.append(ChangeFinished(self._changes[number], end))

    def _lose(self, step_id: StepId, ready: deque[int], effects: list[Effect]) -> None:
        change = self._change_of[self._number[step_id]]
        if self.bears_losses and self._tolerance.bears_loss(self._changes[change]):
            self._bear(step_id, ChangeEnd.LOST, ready, effects)
        else:
            self._fail(step_id, ready, effects)

    def _fail(self, step_id: StepId, ready: deque[int], effects: list[Effect]) -> None:
        change = self._changes[self._change_of[self._number[step_id]]]
        if self._tolerance.on_failure(change) is Verdict.GO_ON:
            self._bear(step_id, ChangeEnd.FAILED, ready, effects)
        else:
            self._failed = True
            self._end_change(step_id, ChangeEnd.FAILED, effects)

    def _bear(
        self, step_id: StepId, end: ChangeEnd, ready: deque[int], effects: list[Effect]
    ) -> None:
        """End a change that went wrong, and go on as if what is left of it had been done."""
        number = self._change_of[self._number[step_id]]
        self._end_change(step_id, end, effects)
        self._leave_out(number, ready)
        self._hand_slot_on(number, ready, effects)

    def _leave_out(self, change: int, ready: deque[int]) -> None:
        """Let everything that waits for steps of ``change`` go on as if they had succeeded."""
        rest = [
            number
            for number in self._steps_of[change]
            if not (self._succeeded[number] or self._skipped[number])
        ]
        self._unfinished -= len(rest)
        for number in rest:
            self._skipped[number] = True
        for number in rest:
            self._release_followers(number, ready)

    def _may_go_on(self, change: int) -> bool:
        if self._cancelled:
            return False
        if not self._failed:
            if not self._draining or self._begun[change] or self._begun_before[change]:
                return True
            # A barrier is no work, and the last ones may be all that is left.
            return self._changes[change].kind is ChangeKind.BARRIER
        return self._finish_changes and self._begun[change] and not self._ended[change]

    def _proceed(self, ready: deque[int], effects: list[Effect]) -> None:
        """Start what is ready, and what becomes ready by gates, then see whether all is over."""
        while ready:
            number = ready.popleft()
            change = self._change_of[number]
            if self._skipped[number] or not self._may_go_on(change):
                continue
            if not self._begun[change]:
                if self._tolerance.leaves_out(self._changes[change]):
                    self._leave_out(change, ready)
                    continue
                if not self._take_slot(change, number):
                    continue
                self._begin_change(change, effects)
            if self._is_gate[number]:
                self._succeed(number, ready, effects)
            else:
                self._in_flight += 1
                effects.append(StartStep(self._steps[number]))
        if self._in_flight == 0 and not self._over:
            self._finish_run(effects)

    def _take_slot(self, change: int, first_step: int) -> bool:
        slot = self._changes[change].slot
        if slot is None:
            return True
        if self._free[slot] == 0:
            self._queues[slot].append(first_step)
            return False
        self._free[slot] -= 1
        return True

    def _begin_change(self, change: int, effects: list[Effect]) -> None:
        self._begun[change] = True
        effects.append(ChangeStarted(self._changes[change]))

    def _succeed(self, number: int, ready: deque[int], effects: list[Effect]) -> None:
        self._unfinished -= 1
        self._succeeded[number] = True
        change = self._change_of[number]
        self._steps_left[change] -= 1
        if self._steps_left[change] == 0:
            self._ended[change] = True
            effects.append(ChangeFinished(self._changes[change], ChangeEnd.DONE))
            self._hand_slot_on(change, ready, effects)
        self._release_followers(number, ready)

    def _release_followers(self, number: int, ready: deque[int]) -> None:
        for follower in self._followers[number]:
            self._waits_for[follower] -= 1
            if self._waits_for[follower] == 0:
                ready.append(follower)

    def _hand_slot_on(self, change: int, ready: deque[int], effects: list[Effect]) -> None:
        """Give the unit to the change that has waited longest, before anybody new can ask."""
        slot = self._changes[change].slot
        if slot is None:
            return
        queue = self._queues[slot]
        while queue and self._may_go_on(self._change_of[queue[0]]):
            first_step = queue.popleft()
            if self._tolerance.leaves_out(self._changes[self._change_of[first_step]]):
                self._leave_out(self._change_of[first_step], ready)
                continue
            self._begin_change(self._change_of[first_step], effects)
            ready.append(first_step)
            return
        self._free[slot] += 1

    def _finish_run(self, effects: list[Effect]) -> None:
        self._over = True
        if self._unfinished and not (self._failed or self._cancelled or self._draining):
            stuck = [
                str(step.step_id)
                for number, step in enumerate(self._steps)
                if self._waits_for[number] or not self._begun[self._change_of[number]]
            ]
            shown = ", ".join(stuck[:_STUCK_SHOWN_MAX])
            raise AssertionError(f"the plan waits for itself; {len(stuck)} steps: {shown}")
        effects.extend(
            ChangeFinished(change, ChangeEnd.STOPPED)
            for number, change in enumerate(self._changes)
            if self._begun[number] and not self._ended[number]
        )
        if self._failed:
            effects.append(AllDone(RunEnd.FAILED))
        elif self._unfinished:
            end = RunEnd.CANCELLED if self._cancelled else RunEnd.DRAINED
            effects.append(AllDone(end))
        elif self._tolerance.has_failures:
            effects.append(AllDone(RunEnd.FAILED))
        elif self._tolerance.has_losses:
            effects.append(AllDone(RunEnd.INCOMPLETE))
        else:
            effects.append(AllDone(RunEnd.SUCCEEDED))
