"""What people see of a run: each change as one task of its stage, in BOSH's event lines (8.4).

Changes of one stage (and, where BOSH does so, of one group) count together: ``index`` of
``total``. Barriers are not shown. Lines are gathered and appended once per turn of the event loop,
since a task of ten thousand instances says hundreds of thousands of things. Now and then a line of
our own says how much longer the run will take (``ForecastEvent``); BOSH's CLI passes it over.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Protocol

from paasta_deploy.execution.estimate import Durations
from paasta_deploy.execution.holding import Held
from paasta_deploy.execution.outlook import Outlook
from paasta_deploy.execution.run_events import ChangeEnd
from paasta_deploy.model.errors import PaastaError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.actions import (
    Action,
    ApplyInstance,
    GrowDisk,
    MigrateDisk,
    PostDeploy,
    StartInstance,
    StopInstance,
)
from paasta_deploy.planning.plan import Change, ChangeId, ChangeKind, Plan, Stage, Step
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog, TaskOutput
from paasta_deploy.wire.events import StageEvent, StageTaskState, event_object

_Heading = tuple[Stage, tuple[str, ...]]

_TAGGED = frozenset({Stage.UPDATE, Stage.DELETE_UNNEEDED})
"""Stages that BOSH shows once for each instance group."""

BEAT_S = 2.0
"""How often to look whether something holds the run: nobody should wonder for longer."""


class Timer(Protocol):
    """Something that will happen later."""

    def cancel(self) -> None:
        """Let it not happen."""
        ...


CANCELLED_TEXT = "The task was cancelled."
LOST_TEXT = "Its VM died; it will be resurrected when the rest is done."
STOPPED_TEXT = "Stopped because another instance failed; deploying again goes on from here."


def heading(change: Change) -> _Heading:
    """Return what a change is shown under: its stage and the tags of that."""
    tags = (str(change.group),) if change.group and change.stage in _TAGGED else ()
    return change.stage, tags


def is_shown(change: Change) -> bool:
    """Whether people see the change."""
    return change.kind is not ChangeKind.BARRIER


def _status_count(action: Action) -> int:
    match action:
        case StopInstance():
            return 2 if action.skip_drain else 4
        case StartInstance():
            return 3
        case ApplyInstance():
            return 2
        case GrowDisk() | MigrateDisk() | PostDeploy():
            return 1
        case _:
            return 0


class Progress:
    """The event lines of one run. ``soon`` runs a function later in this turn of the loop."""

    def __init__(
        self,
        plan: Plan,
        task_id: TaskId,
        *,
        task_log: TaskLog,
        clock: Clock,
        soon: Callable[[Callable[[], None]], object],
        durations: Durations | None = None,
        forecasts: bool = True,
        held: Callable[[], Held] = Held,
    ) -> None:
        """``forecasts`` False: nobody watches, so nothing is computed about the rest.

        ``held`` says what holds calls to an IaaS back.
        """
        self._task_id = task_id
        self._task_log = task_log
        self._clock = clock
        self._soon = soon
        self._lines: list[JsonObject] = []
        shown = [change for change in plan.changes if is_shown(change)]
        self._totals = Counter(heading(change) for change in shown)
        self._indexes = _indexes(shown)
        self._statuses_total: Counter[ChangeId] = Counter()
        for step in plan.steps:
            self._statuses_total[step.change_id] += _status_count(step.action)
        self._statuses_told: Counter[ChangeId] = Counter()
        self._forecasts = forecasts
        self._held = held
        self._outlook = Outlook(plan, began_s=clock.monotonic_s(), durations=durations)

    def step_started(self, step: Step) -> None:
        """Take in that a step runs."""
        self._outlook.started(step, self._clock.monotonic_s())

    def step_ended(self, step: Step, *, succeeded: bool) -> None:
        """Take in that a step has ended; now and then, say how much longer the run takes."""
        now_s = self._clock.monotonic_s()
        self._outlook.ended(step, now_s, succeeded=succeeded)
        if self._forecasts and not self._outlook.is_quiet(now_s):
            self._tell_rest(now_s, self._held())

    @contextmanager
    def beating(self, later: Callable[[float, Callable[[], None]], Timer]) -> Iterator[None]:
        """Say also while no step ends how things are, as long as the block runs."""
        timer: Timer | None = None

        def beat() -> None:
            nonlocal timer
            now_s, held = self._clock.monotonic_s(), self._held()
            if self._outlook.is_news(now_s, held):
                self._tell_rest(now_s, held)
            timer = later(BEAT_S, beat)

        if self._forecasts:
            timer = later(BEAT_S, beat)
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()

    def _tell_rest(self, now_s: float, held: Held) -> None:
        forecast = self._outlook.forecast(now_s, held)
        if forecast is not None:
            cost_s = self._clock.monotonic_s() - now_s
            self._outlook.rest(now_s, cost_s)
            event = replace(forecast, at_s=int(self._clock.now().timestamp()))
            self._append(event_object(event))

    def started(self, change: Change) -> None:
        """Say that a change has begun."""
        self._tell(change, StageTaskState.STARTED, progress=0)

    def status(self, change: Change, text: str) -> None:
        """Say what a change does now."""
        told = self._statuses_told[change.change_id] + 1
        self._statuses_told[change.change_id] = told
        total = self._statuses_total[change.change_id] or 1
        percent = min(100, 100 * told // total)
        self._tell(change, StageTaskState.IN_PROGRESS, progress=percent, status=text)

    def finished(self, change: Change, end: ChangeEnd, error: PaastaError | None) -> None:
        """Say how a change ended. ``error`` is why, if it failed or was stopped."""
        if end is ChangeEnd.DONE:
            self._tell(change, StageTaskState.FINISHED, progress=100)
            return
        text = str(error) if error else STOPPED_TEXT
        self._tell(change, StageTaskState.FAILED, progress=100, error=text)

    def _tell(
        self,
        change: Change,
        state: StageTaskState,
        *,
        progress: int,
        status: str = "",
        error: str = "",
    ) -> None:
        if not is_shown(change):
            return
        stage, tags = heading(change)
        event = StageEvent(
            at_s=int(self._clock.now().timestamp()),
            stage=stage.value,
            task=change.label,
            state=state,
            index=self._indexes[change.change_id],
            total=self._totals[stage, tags],
            tags=tags,
            progress=progress,
            status=status,
            error=error,
        )
        self._append(event_object(event))

    def _append(self, line: JsonObject) -> None:
        if not self._lines:
            self._soon(self.flush)
        self._lines.append(line)

    def flush(self) -> None:
        """Append what has been gathered."""
        if self._lines:
            lines, self._lines = self._lines, []
            self._task_log.append(self._task_id, TaskOutput.EVENT, lines)


def _indexes(shown: list[Change]) -> Mapping[ChangeId, int]:
    counts: Counter[_Heading] = Counter()
    indexes: dict[ChangeId, int] = {}
    for change in shown:
        key = heading(change)
        counts[key] += 1
        indexes[change.change_id] = counts[key]
    return indexes
