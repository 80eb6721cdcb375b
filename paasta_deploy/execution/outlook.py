"""What a run has done, what it does, and from these what is told about its rest.

Pure: times are handed in. An estimate costs a pass over the plan, so it is made every few seconds
at most, less often the more it costs, and for huge plans not at all: then the pace so far decides.
"""

from collections.abc import Iterable

from paasta_deploy.execution.estimate import Durations, estimate
from paasta_deploy.execution.holding import NOTHING_HELD, Held
from paasta_deploy.execution.waiting import waits
from paasta_deploy.planning.actions import Gate
from paasta_deploy.planning.plan import ChangeId, ChangeKind, Plan, Step, StepId
from paasta_deploy.wire.events import ForecastEvent

INTERVAL_S = 2.0
"""People look at a number that changes no more often than this."""

REPEAT_S = 10.0
"""How often something is said while no step ends and nothing else holds the run than before."""

COST_SHARE_MAX = 0.02
"""Estimating may take two percent of the run's time."""

STEPS_MAX = 10_000
"""Playing through more steps would hold the event loop up for more than a tenth of a second."""

SHOWN_MAX = 5
"""Labels in one line: what fits beside each other on a screen."""


class Outlook:
    """One run as far as it has come."""

    def __init__(self, plan: Plan, *, began_s: float, durations: Durations | None = None) -> None:
        """``durations`` are those of former runs; what is seen in this one is added to them."""
        self._plan = plan
        self._labels = {
            change.change_id: change.label
            for change in plan.changes
            if change.kind is not ChangeKind.BARRIER
        }
        self._began_s = began_s
        self._quiet_until_s = began_s + INTERVAL_S
        self._durations = durations or Durations()
        self._finished: set[StepId] = set()
        self._running_since_s: dict[StepId, float] = {}
        self._running_changes: dict[StepId, ChangeId] = {}
        self._begun: set[ChangeId] = set()
        self._held = NOTHING_HELD
        self._told_at_s = began_s
        self._total = sum(not isinstance(step.action, Gate) for step in plan.steps)

    def started(self, step: Step, now_s: float) -> None:
        """Take in that a step runs."""
        self._running_since_s[step.step_id] = now_s
        self._running_changes[step.step_id] = step.change_id
        self._begun.add(step.change_id)

    def ended(self, step: Step, now_s: float, *, succeeded: bool) -> None:
        """Take in that a step has ended."""
        since_s = self._running_since_s.pop(step.step_id)
        del self._running_changes[step.step_id]
        if succeeded:
            self._finished.add(step.step_id)
            self._durations.saw(step.action, now_s - since_s)

    def is_quiet(self, now_s: float) -> bool:
        """Whether it is too early to say something again."""
        return now_s < self._quiet_until_s

    def is_news(self, now_s: float, held: Held) -> bool:
        """Whether something is worth saying though no step has ended.

        Numbers in ``held`` change all the time; whether there is something is what matters.
        """
        if self.is_quiet(now_s):
            return False
        is_other = len(held.trouble) != len(self._held.trouble)
        return is_other or now_s - self._told_at_s >= REPEAT_S

    def forecast(self, now_s: float, held: Held = NOTHING_HELD) -> ForecastEvent | None:
        """Return what can be said now, or None while it is too early to say something again.

        ``held`` is what holds calls to an IaaS back.
        """
        if self.is_quiet(now_s):
            return None
        self.rest(now_s, 0.0)
        self._held, self._told_at_s = held, now_s
        remaining_s, path = self._rest_of_run(now_s)
        return ForecastEvent(
            at_s=0,
            done=len(self._finished),
            total=self._total,
            remaining_s=remaining_s,
            running=self._shown(self._running_changes.values()),
            critical_path=path,
            waiting=(*held.full, *self._waiting()),
            held=held.trouble,
        )

    def rest(self, now_s: float, cost_s: float) -> None:
        """Say nothing for a while, the longer the more the last estimate cost."""
        self._quiet_until_s = now_s + max(INTERVAL_S, cost_s / COST_SHARE_MAX)

    def _rest_of_run(self, now_s: float) -> tuple[float | None, tuple[str, ...]]:
        if self._total > STEPS_MAX:
            done = len(self._finished)
            pace_s = (now_s - self._began_s) / done if done else None
            return None if pace_s is None else round(pace_s * (self._total - done), 1), ()
        running_s = {
            step_id: now_s - since_s for step_id, since_s in self._running_since_s.items()
        }
        rest = estimate(
            self._plan,
            finished=self._finished,
            running_s=running_s,
            durations=self._durations,
        )
        return round(rest.remaining_s, 1), self._shown(rest.critical_path)

    def _waiting(self) -> tuple[str, ...]:
        if len(self._plan.steps) > STEPS_MAX:
            return ()
        return tuple(waits(self._plan, finished=self._finished, begun=self._begun))

    def _shown(self, changes: Iterable[ChangeId]) -> tuple[str, ...]:
        """Return the first few labels, each once; barriers have none that people know."""
        labels = (self._labels.get(change_id) for change_id in changes)
        return tuple(dict.fromkeys(label for label in labels if label))[:SHOWN_MAX]
