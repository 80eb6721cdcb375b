"""Runs a plan: journals the intent of each step, does it, journals the result.

What starts when is decided by the pure scheduler; how an action is done is in `handlers/`. This
shell turns effects into asyncio tasks and their ends into events. It owns the one place where any
exception of a step is caught: a step that fails for whatever reason is journalled and told, and
what runs beside it goes on.

A kill at any instant leaves intents without results. Planning again from the records, under the
same task id, finishes them; running a plan is therefore all that there is to resuming.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime

from paasta_deploy.execution.admission import Urgency
from paasta_deploy.execution.agent_calls import AgentCalls
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.clouds import Caller, Clouds, party_of
from paasta_deploy.execution.context import (
    DirectorIdentity,
    FillEnv,
    NamesSource,
    PublishNames,
    RunContext,
    StepContext,
    no_names,
    publish_nothing,
    with_nothing_filled,
)
from paasta_deploy.execution.estimate import Durations
from paasta_deploy.execution.holding import told_of
from paasta_deploy.execution.journalled import carry_out
from paasta_deploy.execution.losses import is_lost
from paasta_deploy.execution.outcome import Outcome, StepFailure
from paasta_deploy.execution.progress import CANCELLED_TEXT, LOST_TEXT, Progress, is_shown
from paasta_deploy.execution.records import Records
from paasta_deploy.execution.retry import CREATE_VM_RETRIES, RetryPolicy
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
from paasta_deploy.execution.scheduler import Scheduler
from paasta_deploy.execution.wishes import Wish
from paasta_deploy.model.errors import PaastaError, StoreError, TaskCancelledError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.actions import ApplyInstance
from paasta_deploy.planning.plan import ChangeId, Plan, Stage, Step
from paasta_deploy.ports.agents import AgentChannel, AgentSettingsSource
from paasta_deploy.ports.blobs import Blobs
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog
from paasta_deploy.ports.permits import Permit
from paasta_deploy.ports.store import Journal, Phase, Store

log = logging.getLogger(__name__)


class Executor:
    """Runs plans, one or several at a time. Keep one for the director's life."""

    def __init__(
        self,
        *,
        journal: Journal,
        store: Store,
        clock: Clock,
        agents: AgentChannel,
        credentials: AgentSettingsSource,
        blobs: Blobs,
        task_log: TaskLog,
        clouds: Clouds,
        director: DirectorIdentity,
        fill_env: FillEnv = with_nothing_filled,
        names: NamesSource = no_names,
        publish_names: PublishNames = publish_nothing,
        forecasts: bool = True,
        vm_creation: RetryPolicy = CREATE_VM_RETRIES,
        permit: Permit | None = None,
    ) -> None:
        """``forecasts`` False: nobody watches, so the rest of a run is never estimated."""
        self._vm_creation = vm_creation
        self._forecasts = forecasts
        self._journal = journal
        self._store = store
        self._clock = clock
        self._agents = AgentCalls(agents, permit=permit)
        self._credentials = credentials
        self._blobs = blobs
        self._task_log = task_log
        self._clouds = clouds
        self._director = director
        self._fill_env = fill_env
        self._names = names
        self._publish_names = publish_names

    async def run(
        self,
        plan: Plan,
        task_id: TaskId,
        *,
        cancellation: Cancellation | None = None,
        after_failure: AfterFailure = AfterFailure.FINISH_STEP,
        durations: Durations | None = None,
        losses: LossLimits | None = None,
        deadline: datetime | None = None,
        pause: Wish | None = None,
        begun_before: Collection[ChangeId] = (),
    ) -> Outcome:
        """Run ``plan`` to its end and return how it went; failures are in the outcome.

        ``losses``: go on without instances whose VM dies, within these limits; the caller heals
        them. None: a dead VM is a failure like any other.

        ``durations`` of former runs make the first forecasts better and learn from this run.
        From ``deadline`` on, and once ``pause`` is wished, no change begins; those that have begun
        are finished, also those of ``begun_before``, by an earlier run of the same task.

        The caller holds the deployment's lock, and has recorded the instances that the plan
        places. Raises nothing for what the world does. An AssertionError is our bug; a
        cancellation of the awaiting asyncio task stops at once, as a kill would.
        """
        cancellation = cancellation or Cancellation()
        progress = Progress(
            plan,
            task_id,
            task_log=self._task_log,
            clock=self._clock,
            soon=asyncio.get_running_loop().call_soon,
            durations=durations,
            forecasts=self._forecasts,
            held=lambda: told_of(self._clouds.holds(party_of(task_id))),
        )
        context = self._context(plan, task_id, cancellation, progress)
        scheduler = Scheduler(
            plan, after_failure=after_failure, losses=losses, begun_before=begun_before
        )
        run = _Run(plan, context, progress, scheduler, deadline=deadline)
        with progress.beating(asyncio.get_running_loop().call_later):
            if pause is None:
                return await run.to_end()
            with pause.listening(run.drain):
                if pause.is_requested:
                    run.drain()
                return await run.to_end()

    def _context(
        self, plan: Plan, task_id: TaskId, cancellation: Cancellation, progress: Progress
    ) -> RunContext:
        return RunContext(
            task_id=task_id,
            director=self._director,
            clock=self._clock,
            began_at=self._clock.now(),
            journal=self._journal,
            records=Records(self._store, plan.deployment, current=self._clouds.current),
            clouds=self._clouds,
            agents=self._agents,
            credentials=self._credentials,
            blobs=self._blobs,
            cancellation=cancellation,
            specs_to_come={
                step.change_id: step.action.spec
                for step in plan.steps
                if isinstance(step.action, ApplyInstance)
            },
            report=progress.status,
            fill_env=self._fill_env,
            names=self._names,
            publish_names=self._publish_names,
            vm_creation=self._vm_creation,
            carry_out=carry_out,
            caller=Caller.of_task(
                task_id, cancellation, Urgency.HEALING if _heals(plan) else Urgency.USUAL
            ),
        )


def _heals(plan: Plan) -> bool:
    """Whether the plan repairs what broke: its calls to clouds go before those of rollouts."""
    return any(change.stage is Stage.RESOLVE for change in plan.changes)


class _Run:
    """One run of one plan."""

    def __init__(
        self,
        plan: Plan,
        context: RunContext,
        progress: Progress,
        scheduler: Scheduler,
        *,
        deadline: datetime | None,
    ) -> None:
        self._context = context
        self._progress = progress
        self._scheduler = scheduler
        self._changes = {change.change_id: change for change in plan.changes}
        self._shown = tuple(filter(is_shown, plan.changes))
        self._done: set[ChangeId] = set()
        self._deadline = deadline
        self._is_late = False
        self._failures: list[StepFailure] = []
        self._errors: dict[ChangeId, PaastaError] = {}
        self._lost: set[ChangeId] = set()
        self._end: RunEnd | None = None
        self._group = asyncio.TaskGroup()

    async def to_end(self) -> Outcome:
        """Start what can start; every step's end starts what follows, until nothing runs."""
        try:
            with self._context.cancellation.listening(self._cancel):
                async with self._group:
                    if self._context.cancellation.is_requested:
                        self._cancel()
                    else:
                        self._drain_if_late()
                        self._carry_out(self._scheduler.begin())
        except BaseExceptionGroup as bugs:
            raise bugs.exceptions[0]  # noqa: B904 - the group is asyncio's wrapping, no cause
        finally:
            self._progress.flush()
        assert self._end is not None, "every run ends with AllDone"
        left = tuple(change for change in self._shown if change.change_id not in self._done)
        return Outcome(
            end=self._end,
            failures=tuple(
                item for item in self._failures if item.change.change_id not in self._lost
            ),
            lost=tuple(item for item in self._failures if item.change.change_id in self._lost),
            changes_done=len(self._shown) - len(left),
            changes_total=len(self._shown),
            left=left,
        )

    def _drain_if_late(self) -> None:
        """Begin nothing new from the deadline on. Only events begin anything, so no timer runs."""
        if self._deadline is None or self._is_late:
            return
        if self._context.clock.now() >= self._deadline:
            self._is_late = True
            self.drain()

    def drain(self) -> None:
        """Begin nothing new, and finish what has begun. Also before the run begins."""
        self._carry_out(self._scheduler.handle(DrainRequested()))

    def _cancel(self) -> None:
        self._carry_out(self._scheduler.handle(CancelRequested()))

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case StartStep():
                    self._progress.step_started(effect.step)
                    self._group.create_task(self._run_step(effect.step))
                case ChangeStarted():
                    self._progress.started(effect.change)
                case ChangeFinished():
                    self._finish_change(effect)
                case AllDone():
                    self._end = effect.end

    def _finish_change(self, effect: ChangeFinished) -> None:
        change = effect.change
        if effect.end is ChangeEnd.DONE:
            self._done.add(change.change_id)
        error = self._errors.get(change.change_id)
        if error is None and self._context.cancellation.is_requested:
            error = TaskCancelledError(CANCELLED_TEXT)
        if effect.end is ChangeEnd.LOST:
            self._lost.add(change.change_id)
            error = PaastaError(f"{LOST_TEXT} ({error})")
        self._progress.finished(change, effect.end, error)

    async def _run_step(self, step: Step) -> None:
        event: Event
        try:
            await carry_out(self._context_of(step))
        except AssertionError:
            raise  # our own bug: nothing may go on from a state that we do not understand
        except TaskCancelledError as error:
            event = StepStopped(step.step_id)
            await self._record_failure(step, error)
        except Exception as error:  # noqa: BLE001 - the step boundary: one step's fault stays its own
            context = self._context_of(step)
            bears = self._scheduler.bears_losses and await is_lost(error, context)
            event = StepLost(step.step_id) if bears else StepFailed(step.step_id)
            await self._fail(step, error)
        else:
            event = StepSucceeded(step.step_id)
        self._progress.step_ended(step, succeeded=isinstance(event, StepSucceeded))
        self._drain_if_late()
        self._carry_out(self._scheduler.handle(event))

    def _context_of(self, step: Step) -> StepContext:
        return StepContext(run=self._context, step=step, change=self._changes[step.change_id])

    async def _fail(self, step: Step, error: Exception) -> None:
        if not isinstance(error, PaastaError):
            log.error("a step failed unexpectedly", exc_info=error, extra={"step": step.step_id})
            name = type(step.action).__name__
            error = PaastaError(
                f"{name} failed with {type(error).__name__}, which nobody expected.",
                hint="The director's log has the details; please report them.",
            )
        change = self._changes[step.change_id]
        self._failures.append(StepFailure(step=step, change=change, error=error))
        self._errors[step.change_id] = error
        await self._record_failure(step, error)

    async def _record_failure(self, step: Step, error: PaastaError) -> None:
        data: JsonObject = {"error": str(error), "code": error.code}
        with suppress(StoreError):  # a full disk is told as the step's own failure already
            await self._context.write(step, Phase.FAILURE, (), data)
