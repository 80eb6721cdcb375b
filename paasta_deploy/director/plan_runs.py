"""Runs of plans on behalf of tasks: carry a plan out, remember how long it took, tell its end.

Every task that changes a deployment ends here; they differ only in what they want and in what they
make of what was lost.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from paasta_deploy.director.cancelling import cancelled
from paasta_deploy.director.deadlines import deadline_of, deadline_passed
from paasta_deploy.director.durations import DurationBook
from paasta_deploy.director.failures import told
from paasta_deploy.director.names import Names
from paasta_deploy.director.pausing import ROLLING_BACK
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.execution.executor import Executor
from paasta_deploy.execution.outcome import Outcome, StepFailure
from paasta_deploy.execution.run_events import AfterFailure, LossLimits, RunEnd
from paasta_deploy.model.errors import TaskPausedError
from paasta_deploy.model.recorded import Put, RecordChange
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.dns_records import Coming
from paasta_deploy.planning.plan import ChangeId, Plan
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import Journal, JournalEntry, Phase


class PlanRuns:
    """Carries plans out, in the name of a task."""

    def __init__(
        self,
        *,
        journal: Journal,
        executor: Executor,
        durations: DurationBook,
        clock: Clock,
        names: Names | None = None,
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._executor = executor
        self._durations = durations
        self._names = names

    async def run(
        self,
        context: TaskContext,
        plan: Plan,
        *,
        losses: LossLimits | None = None,
        deadline_s: int | None = None,
    ) -> Sequence[StepFailure]:
        """Run the plan and return what was lost without stopping it.

        Raises RolloutFailedError; TaskPausedError when it was paused with something left to begin;
        TaskCancelledError when it was cancelled or reached its deadline, which counts from when
        the task was asked for, so a kill does not put it off.
        """
        deadline = None if deadline_s is None else deadline_of(context.task, deadline_s)
        if plan.refreshed:
            refreshed = (Put(record=record) for record in plan.refreshed)
            await self.note(context, "refreshed", *refreshed)
        if self._names is not None:
            await self._names.publish(plan.deployment, Coming.of(plan))
        durations = self._durations.of(plan.deployment)
        outcome = await self._executor.run(
            plan,
            task_id=context.task_id,
            cancellation=context.cancel,
            after_failure=AfterFailure.FINISH_CHANGE,  # nobody is left drained (bosh.md 4.5)
            durations=durations,
            losses=losses,
            deadline=deadline,
            pause=context.pause,
            begun_before=self._begun_before(context, deadline),
        )
        if not plan.is_empty:
            self._durations.keep(plan.deployment, durations)
            if self._names is not None:
                await self._names.publish(plan.deployment)
        return self._lost(plan, outcome, context, deadline)

    async def note(
        self,
        context: TaskContext,
        step: str,
        *changes: RecordChange,
        data: JsonObject | None = None,
    ) -> None:
        """Write down, durably, that the task has come as far as ``step``."""
        await self._journal.write(
            JournalEntry(
                task_id=context.task_id,
                phase=Phase.NOTE,
                step=step,
                changes=changes,
                data=data or {},
            )
        )

    def _lost(
        self, plan: Plan, outcome: Outcome, context: TaskContext, deadline: datetime | None
    ) -> Sequence[StepFailure]:
        is_drained = outcome.end is RunEnd.DRAINED
        if is_drained and not self._is_late(deadline):
            # What failed without stopping the run is tried again when the task goes on, and that
            # may have been wished by now.
            raise TaskPausedError("The task was paused by an operator.")
        if outcome.failures:
            failures = (*outcome.failures, *outcome.lost)
            raise told(failures, policies=plan.on_failure, left=outcome.left) from outcome.error
        if context.cancel.is_requested:
            raise cancelled(outcome)
        if is_drained:
            assert deadline is not None, "only what is late comes here"
            raise deadline_passed(deadline, outcome.left)
        return outcome.lost

    def _is_late(self, deadline: datetime | None) -> bool:
        return deadline is not None and self._clock.now() >= deadline

    def _begun_before(
        self, context: TaskContext, deadline: datetime | None
    ) -> frozenset[ChangeId]:
        """Return the changes that this task began in earlier lives, if that matters.

        They are finished even where nothing may begin any more. Steps of a change are called after
        it, so the intents in the journal tell.
        """
        if not context.pause.is_requested and not self._is_late(deadline):
            return frozenset()
        notes = self._journal.entries(context.task_id, phase=Phase.NOTE)
        since = max((one.sequence for one in notes if one.step == ROLLING_BACK), default=0)
        intents = self._journal.entries(context.task_id, phase=Phase.INTENT)
        parents = {one.step.rpartition("/")[0] for one in intents if one.sequence > since}
        return frozenset(ChangeId(name) for name in _with_parents(parents))


def _with_parents(names: Iterable[str]) -> Iterator[str]:
    """Yield each name and what it is a part of: a step may have a number behind its name."""
    for name in names:
        yield name
        yield name.rpartition("/")[0]
