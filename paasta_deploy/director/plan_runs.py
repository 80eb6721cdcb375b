"""Runs of plans on behalf of tasks: carry a plan out, remember how long it took, tell its end.

Every task that changes a deployment ends here; they differ only in what they want and in what they
make of what was lost.
"""

from collections.abc import Sequence
from datetime import datetime

from paasta_deploy.director.cancelling import cancelled
from paasta_deploy.director.deadlines import deadline_of, deadline_passed
from paasta_deploy.director.durations import DurationBook
from paasta_deploy.director.failures import told
from paasta_deploy.director.names import Names
from paasta_deploy.director.tasks import TaskContext
from paasta_deploy.execution.executor import Executor
from paasta_deploy.execution.outcome import Outcome, StepFailure
from paasta_deploy.execution.run_events import AfterFailure, LossLimits, RunEnd
from paasta_deploy.model.recorded import Put, RecordChange
from paasta_deploy.planning.dns_records import Coming
from paasta_deploy.planning.plan import Plan
from paasta_deploy.ports.store import Journal, JournalEntry, Phase


class PlanRuns:
    """Carries plans out, in the name of a task."""

    def __init__(
        self,
        *,
        journal: Journal,
        executor: Executor,
        durations: DurationBook,
        names: Names | None = None,
    ) -> None:
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

        Raises its first failure, TaskCancelledError when it was cancelled or reached its deadline,
        which counts from when the task was asked for, so a kill does not put it off.
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
        )
        if not plan.is_empty:
            self._durations.keep(plan.deployment, durations)
            if self._names is not None:
                await self._names.publish(plan.deployment)
        return _lost(outcome, context, deadline)

    async def note(self, context: TaskContext, step: str, *changes: RecordChange) -> None:
        """Write down, durably, that the task has come as far as ``step``."""
        await self._journal.write(
            JournalEntry(task_id=context.task_id, phase=Phase.NOTE, step=step, changes=changes)
        )


def _lost(
    outcome: Outcome, context: TaskContext, deadline: datetime | None
) -> Sequence[StepFailure]:
    if outcome.failures:
        raise told((*outcome.failures, *outcome.lost)) from outcome.error
    if context.cancel.is_requested:
        raise cancelled(outcome)
    if outcome.end is RunEnd.DRAINED:
        assert deadline is not None, "nothing else drains a run"
        raise deadline_passed(deadline, outcome.left)
    return outcome.lost
