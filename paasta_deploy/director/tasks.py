"""Running tasks: queued durably, one at a time per deployment, resumed after a kill.

A task is a record before anything else happens. Whoever starts the director again finds the tasks
that were not finished and runs them once more under their old number; use cases plan again from
the records, so running again finishes the work instead of repeating it.

A task that ends in a bug of ours must not take other tasks with it: the exception is read from the
finished asyncio task, written whole to the task's debug output, and the task ends in ``error``.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paasta_deploy.director.pausing import (
    PAUSE_REACHED,
    PAUSE_REQUESTED,
    PAUSE_WITHDRAWN,
    ROLLING_BACK,
    cancelled_while_paused,
    check_pausable,
    check_paused,
    pause_of,
    paused_text,
    waits_text,
)
from paasta_deploy.director.requests import TaskRequest, decode, encode, kind_of
from paasta_deploy.director.task_book import TaskBook
from paasta_deploy.director.task_queues import PauseState, RunningTask, TaskQueues
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.execution.wishes import PauseWish
from paasta_deploy.model.errors import (
    PaastaError,
    StoreError,
    TaskCancelledError,
    TaskPausedError,
)
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import TASK_TRANSITIONS, TaskEvent, TaskState, advance
from paasta_deploy.model.recorded import TaskRecord
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog, TaskOutput
from paasta_deploy.ports.store import Journal, Store

log = logging.getLogger(__name__)

TASKS_AT_ONCE = 32
"""Bounds memory and provider load; listings and uploads must not wait behind long deploys."""

UNFINISHED_MAX = 100_000
"""More than anybody queues; a bound for what is read at a start."""

RUNS_MAX = 5
"""A task that was started this often without an end takes the director down: it is given up.
Runs that an orderly stop of the director left behind do not count."""

END_RETRY_S = 5.0
"""How long to wait for space on a full disk before the end of a task is recorded again; without
a limit, because a task without an end would hold its deployment for ever."""

_LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskContext:
    """What a use case gets besides its request."""

    task: TaskRecord
    cancel: Cancellation
    log: TaskLog
    pause: PauseWish = field(default_factory=PauseWish)

    @property
    def task_id(self) -> TaskId:
        """The number that users see."""
        return self.task.task_id


TaskHandler = Callable[[TaskContext, TaskRequest], Awaitable[str | None]]
"""Does the work and returns the task's ``result`` text. Raises PaastaError."""


class TaskRunner:
    """Queues, runs, resumes and cancels tasks. Lives on one event loop."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        clock: Clock,
        task_log: TaskLog,
        handlers: Mapping[str, TaskHandler],
        unlocked_kinds: frozenset[str],
        forget_old: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``unlocked_kinds`` are tasks that read only and need not wait for the deployment.

        ``forget_old`` is done after every task, when nobody waits for it.
        """
        self._store = store
        self._journal = journal
        self._clock = clock
        self._log = task_log
        self._book = TaskBook(store=store, journal=journal, clock=clock, task_log=task_log)
        self._handlers = handlers
        self._queues = TaskQueues(unlocked=unlocked_kinds)
        self._forget_old = forget_old
        self._closing = False
        self._enders: set[asyncio.Task[None]] = set()
        self._submit_lock = asyncio.Lock()

    async def submit(
        self,
        request: TaskRequest,
        *,
        description: str,
        deployment: DeploymentName | None,
        user: str,
        context_id: str = "",
    ) -> TaskRecord:
        """Record a new task and start it when its deployment is free."""
        async with self._submit_lock:  # numbers are given out in the order of the records
            task = TaskRecord(
                task_id=self._store.next_task_id(),
                state=TaskState.QUEUED,
                description=description,
                kind=kind_of(request),
                request=encode(request),
                deployment=deployment,
                user=user,
                created_at=self._clock.now(),
                context_id=context_id,
            )
            await self._book.put(task)
        self._log.append_text(task.task_id, TaskOutput.EVENT, "")
        self._queues.wait(task)
        self._start_waiting()
        self._tell_whom_it_waits_for(task)
        return task

    def unfinished(self) -> Sequence[TaskRecord]:
        """Return the tasks that have not ended, in the order of their numbers."""
        states = frozenset(state for state in TaskState if not state.is_final)
        found = self._store.tasks(states=states, limit=UNFINISHED_MAX)
        return sorted(found, key=lambda task: task.task_id)

    async def resume(self) -> tuple[TaskId, ...]:
        """Take up all unfinished tasks of a former director. Returns their numbers."""
        resumed = []
        for task in self.unfinished():
            notes = self._book.said(task.task_id)
            pause = None if task.state is TaskState.CANCELLING else pause_of(notes)
            if pause is PauseState.REACHED:
                self._queues.park(task, has_begun=task.state is TaskState.PROCESSING)
                continue
            if pause is not None:
                self._queues.pauses[task.task_id] = pause
            runs = notes.count(TaskState.PROCESSING.value) - notes.count(_LEFT)
            if runs >= RUNS_MAX:
                await self._end(
                    task,
                    TaskEvent.FAILED,
                    error=PaastaError(
                        f"Task {task.task_id} was started {runs} times and each time the director "
                        "ended before it. It is given up; nothing it made was removed.",
                        hint=f"paasta-deploy task {task.task_id} --debug",
                    ),
                )
                continue
            resumed.append(task.task_id)
            self._queues.wait(task)
        self._start_waiting()
        return tuple(resumed)

    async def cancel(self, task_id: TaskId) -> bool:
        """Ask a task to stop. False when it has already ended."""
        task = self._book.task(task_id)
        if task.state.is_final:
            return False
        idle = self._queues.parked.get(task_id)
        waiting = next((t for t in self._queues.waiting if t.task_id == task_id), None)
        cancelling = replace(
            task, state=advance(TASK_TRANSITIONS, task.state, TaskEvent.CANCEL_REQUESTED)
        )
        await self._book.put(cancelling)
        if waiting is not None:
            self._queues.waiting.remove(waiting)
        if waiting is not None or idle is not None:
            self._queues.forget_pause(task_id)
            error = None if idle is None else cancelled_while_paused(cancelling)
            await self._end(cancelling, TaskEvent.STOPPED, error=error)
            self._start_waiting()
            return True
        running = self._queues.running.get(task_id)
        if running is not None:
            running.cancel.request()
        return True

    async def pause(self, task_id: TaskId) -> None:
        """Let a task begin nothing new and finish what it has begun, until :meth:`go_on`.

        Raises NotFoundError, PaastaError: it cannot be paused now. Asking again changes nothing.
        """
        check_pausable(self._book.task(task_id))
        if task_id in self._queues.pauses:
            return
        self._queues.pauses[task_id] = PauseState.REQUESTED
        await self._book.note(task_id, {"state": PAUSE_REQUESTED})
        waiting = next((t for t in self._queues.waiting if t.task_id == task_id), None)
        running = self._queues.running.get(task_id)
        if waiting is not None:
            self._queues.waiting.remove(waiting)
            await self._park(task_id)
        elif running is not None:
            running.pause.request()

    async def go_on(self, task_id: TaskId) -> None:
        """Let a paused task go on. Raises NotFoundError, PaastaError: it is not paused."""
        check_paused(self._book.task(task_id), self._queues.pauses.get(task_id))
        await self._book.note(task_id, {"state": PAUSE_WITHDRAWN})
        self._queues.pauses.pop(task_id, None)
        running = self._queues.running.get(task_id)
        if running is not None:
            running.pause.withdraw()
        parked = self._queues.parked.pop(task_id, None)
        if parked is not None:
            self._queues.wait(parked)
            self._start_waiting()

    def pause_of(self, task_id: TaskId) -> PauseState | None:
        """Return how far the pause of a task has come; None: it is not paused."""
        return self._queues.pauses.get(task_id)

    def condition(self, task: TaskRecord) -> str:
        """Return what its state does not say of a task: ``paused, rolling back``, or nothing."""
        if task.state.is_final:
            return ""
        pause = self.pause_of(task.task_id)
        parts = [] if pause is None else [pause.value]
        if self._book.has_noted(task.task_id, ROLLING_BACK):
            parts.append(ROLLING_BACK)
        return ", ".join(parts)

    async def wait(self, task_id: TaskId) -> TaskRecord:
        """Return the task's record once it has ended. For followers on the same loop."""
        return await self._book.ended(task_id)

    def locked_by(self, deployment: DeploymentName) -> TaskId | None:
        """Return the task that holds the deployment now, or is paused in the middle of it."""
        return self._queues.holder(deployment)

    def active_deployments(self) -> frozenset[DeploymentName]:
        """Return deployments that a task is changing or is waiting to change.

        One whose task is paused is not among them: it may be healed.
        """
        return self._queues.active()

    async def close(self) -> None:
        """Stop without ending tasks: the next start resumes them. Machines are not touched."""
        self._closing = True
        running = dict(self._queues.running)
        for entry in running.values():
            entry.runner.cancel()
        for task_id, entry in running.items():
            with contextlib.suppress(asyncio.CancelledError, PaastaError):
                await entry.runner
            if entry.runner.cancelled():
                with contextlib.suppress(PaastaError):  # it counts as cut off then, no worse
                    await self._book.note(task_id, {"state": _LEFT})
        for ender in self._enders:
            ender.cancel()
        await asyncio.gather(*self._enders, return_exceptions=True)

    def _start_waiting(self) -> None:
        admitted = self._queues.admitted()
        while not self._closing and len(self._queues.running) < TASKS_AT_ONCE:
            task = next(admitted, None)
            if task is None:
                return
            self._start(task)

    def _tell_whom_it_waits_for(self, task: TaskRecord) -> None:
        """Say that a task stands behind a paused one, which may take until somebody acts."""
        name = self._queues.locks(task)
        keeper = None if name is None else self._queues.kept.get(name)
        if keeper is not None and task in self._queues.waiting:
            self._book.remark(task.task_id, waits_text(task, keeper))

    async def _park(self, task_id: TaskId) -> None:
        """Lay a task aside that was paused, unless it was told to go on meanwhile."""
        task = self._book.task(task_id)
        if task.state is TaskState.CANCELLING or task_id not in self._queues.pauses:
            await self._book.note(task_id, {"state": _LEFT})
            self._queues.wait(task)
            return
        has_begun = task.state is TaskState.PROCESSING
        self._queues.park(task, has_begun=has_begun)
        if has_begun:
            await self._book.note(task_id, {"state": _LEFT})
        await self._book.note(task_id, {"state": PAUSE_REACHED})
        self._book.remark(task_id, paused_text(task_id))

    def _start(self, task: TaskRecord) -> None:
        cancel, pause = Cancellation(), PauseWish()
        if task.state is TaskState.CANCELLING:
            cancel.request()
        if task.task_id in self._queues.pauses:
            pause.request()
        runner = asyncio.create_task(self._run(task, cancel, pause), name=f"task-{task.task_id}")
        running = RunningTask(cancel=cancel, pause=pause, runner=runner)
        self._queues.running[task.task_id] = running
        runner.add_done_callback(lambda done: self._on_done(task.task_id, done))

    async def _run(self, task: TaskRecord, cancel: Cancellation, pause: PauseWish) -> str | None:
        started = replace(
            task,
            state=advance(TASK_TRANSITIONS, task.state, TaskEvent.STARTED),
            started_at=task.started_at or self._clock.now(),
        )
        await self._book.put(started)
        if cancel.is_requested:
            raise TaskCancelledError("The task was cancelled by an operator.")
        request = decode(task.kind, task.request)
        handler = self._handlers[task.kind]
        context = TaskContext(task=started, cancel=cancel, pause=pause, log=self._log)
        return await handler(context, request)

    def _on_done(self, task_id: TaskId, runner: "asyncio.Task[str | None]") -> None:
        ender = asyncio.create_task(self._after(task_id, runner))
        self._enders.add(ender)
        ender.add_done_callback(self._enders.discard)

    async def _after(self, task_id: TaskId, runner: "asyncio.Task[str | None]") -> None:
        try:
            if not runner.cancelled():
                await self._conclude(task_id, runner)
        finally:
            self._queues.forget(task_id)
            self._start_waiting()
        if self._forget_old is not None and not self._closing:
            await self._forget_old()

    async def _conclude(self, task_id: TaskId, runner: "asyncio.Task[str | None]") -> None:
        """Record how a task ended; a full disk delays that until there is space again."""
        while True:
            try:
                await self._record_end(task_id, runner)
            except StoreError as error:
                log.warning("the end of a task cannot be recorded", extra={"error": str(error)})
                await self._clock.wait(END_RETRY_S)
            else:
                return

    async def _record_end(self, task_id: TaskId, runner: "asyncio.Task[str | None]") -> None:
        task = self._store.task(task_id)
        assert task is not None, "a running task has a record"
        failure = runner.exception()
        if failure is None:
            await self._end(task, TaskEvent.SUCCEEDED, error=None, result=runner.result())
        elif isinstance(failure, TaskPausedError):
            await self._park(task_id)
        elif isinstance(failure, TaskCancelledError):
            await self._end(task, TaskEvent.STOPPED, error=failure)
        elif isinstance(failure, PaastaError):
            await self._end(task, TaskEvent.FAILED, error=failure)
        else:
            await self._end(task, TaskEvent.FAILED, error=self._book.as_bug(task_id, failure))

    async def _end(
        self,
        task: TaskRecord,
        event: TaskEvent,
        *,
        error: PaastaError | None,
        result: str | None = None,
    ) -> None:
        await self._book.end(task, event, error=error, result=result)
        self._queues.forget_pause(task.task_id)
