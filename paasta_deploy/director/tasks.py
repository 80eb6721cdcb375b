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
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from paasta_deploy.director.requests import TaskRequest, decode, encode, kind_of
from paasta_deploy.execution.cancellation import Cancellation
from paasta_deploy.model.errors import (
    NotFoundError,
    PaastaError,
    StoreError,
    TaskCancelledError,
)
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import TASK_TRANSITIONS, TaskEvent, TaskState, advance
from paasta_deploy.model.recorded import Put, RecordChange, TaskRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog, TaskOutput
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store
from paasta_deploy.wire.events import ErrorEvent, event_object

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

    @property
    def task_id(self) -> TaskId:
        """The number that users see."""
        return self.task.task_id


TaskHandler = Callable[[TaskContext, TaskRequest], Awaitable[str | None]]
"""Does the work and returns the task's ``result`` text. Raises PaastaError."""


@dataclass(slots=True)
class _Running:
    """One task in memory."""

    cancel: Cancellation
    runner: "asyncio.Task[str | None]"


@dataclass(slots=True)
class _Queues:
    """Tasks waiting for their deployment, in order of their numbers."""

    waiting: list[TaskRecord] = field(default_factory=list)
    running: dict[TaskId, _Running] = field(default_factory=dict)
    locked: dict[DeploymentName, TaskId] = field(default_factory=dict)


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
        self._handlers = handlers
        self._unlocked = unlocked_kinds
        self._queues = _Queues()
        self._finished: dict[TaskId, asyncio.Event] = {}
        self._told: set[TaskId] = set()
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
            await self._put(task)
        self._log.append_text(task.task_id, TaskOutput.EVENT, "")
        self._queues.waiting.append(task)
        self._start_waiting()
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
            runs = self._runs_cut_off(task.task_id)
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
            self._queues.waiting.append(task)
        self._start_waiting()
        return tuple(resumed)

    async def cancel(self, task_id: TaskId) -> bool:
        """Ask a task to stop. False when it has already ended."""
        task = self._store.task(task_id)
        if task is None:
            raise NotFoundError(f"Task {task_id} not found", code=10000)
        if task.state.is_final:
            return False
        waiting = next((t for t in self._queues.waiting if t.task_id == task_id), None)
        cancelling = replace(
            task, state=advance(TASK_TRANSITIONS, task.state, TaskEvent.CANCEL_REQUESTED)
        )
        await self._put(cancelling)
        if waiting is not None:
            self._queues.waiting.remove(waiting)
            await self._end(cancelling, TaskEvent.STOPPED, error=None)
            return True
        running = self._queues.running.get(task_id)
        if running is not None:
            running.cancel.request()
        return True

    async def wait(self, task_id: TaskId) -> TaskRecord:
        """Return the task's record once it has ended. For followers on the same loop."""
        task = self._store.task(task_id)
        if task is None:
            raise NotFoundError(f"Task {task_id} not found", code=10000)
        if not task.state.is_final:
            await self._finished.setdefault(task_id, asyncio.Event()).wait()
            task = self._store.task(task_id)
            assert task is not None, "a task record is never removed while it is waited for"
        return task

    def locked_by(self, deployment: DeploymentName) -> TaskId | None:
        """Return the task that holds the deployment now."""
        return self._queues.locked.get(deployment)

    def active_deployments(self) -> frozenset[DeploymentName]:
        """Return deployments that a task is changing or is waiting to change."""
        waiting = {task.deployment for task in self._queues.waiting if self._needs_lock(task)}
        return frozenset(self._queues.locked) | {name for name in waiting if name is not None}

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
                    await self._note(task_id, {"state": _LEFT})
        for ender in self._enders:
            ender.cancel()
        await asyncio.gather(*self._enders, return_exceptions=True)

    def _runs_cut_off(self, task_id: TaskId) -> int:
        """Return how many runs of a task the director did not survive."""
        said = [
            entry.data.get("state")
            for entry in self._journal.entries(task_id, phase=Phase.NOTE)
            if entry.step == "task"
        ]
        return said.count(TaskState.PROCESSING.value) - said.count(_LEFT)

    def _needs_lock(self, task: TaskRecord) -> bool:
        return task.deployment is not None and task.kind not in self._unlocked

    def _start_waiting(self) -> None:
        for task in list(self._queues.waiting):
            if self._closing or len(self._queues.running) >= TASKS_AT_ONCE:
                return
            if self._needs_lock(task):
                assert task.deployment is not None
                if task.deployment in self._queues.locked:
                    continue
                self._queues.locked[task.deployment] = task.task_id
            self._queues.waiting.remove(task)
            self._start(task)

    def _start(self, task: TaskRecord) -> None:
        cancel = Cancellation()
        if task.state is TaskState.CANCELLING:
            cancel.request()
        runner = asyncio.create_task(self._run(task, cancel), name=f"task-{task.task_id}")
        self._queues.running[task.task_id] = _Running(cancel=cancel, runner=runner)
        runner.add_done_callback(lambda done: self._on_done(task.task_id, done))

    async def _run(self, task: TaskRecord, cancel: Cancellation) -> str | None:
        started = replace(
            task,
            state=advance(TASK_TRANSITIONS, task.state, TaskEvent.STARTED),
            started_at=task.started_at or self._clock.now(),
        )
        await self._put(started)
        if cancel.is_requested:
            raise TaskCancelledError("The task was cancelled by an operator.")
        request = decode(task.kind, task.request)
        handler = self._handlers[task.kind]
        return await handler(TaskContext(task=started, cancel=cancel, log=self._log), request)

    def _on_done(self, task_id: TaskId, runner: "asyncio.Task[str | None]") -> None:
        ender = asyncio.create_task(self._after(task_id, runner))
        self._enders.add(ender)
        ender.add_done_callback(self._enders.discard)

    async def _after(self, task_id: TaskId, runner: "asyncio.Task[str | None]") -> None:
        try:
            if not runner.cancelled():
                await self._conclude(task_id, runner)
        finally:
            self._queues.running.pop(task_id, None)
            for name, holder in list(self._queues.locked.items()):
                if holder == task_id:
                    del self._queues.locked[name]
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
        elif isinstance(failure, TaskCancelledError):
            await self._end(task, TaskEvent.STOPPED, error=failure)
        elif isinstance(failure, PaastaError):
            await self._end(task, TaskEvent.FAILED, error=failure)
        else:
            await self._end(task, TaskEvent.FAILED, error=self._as_bug(task_id, failure))

    def _as_bug(self, task_id: TaskId, failure: BaseException) -> PaastaError:
        text = "".join(traceback.format_exception(failure))
        self._log.append_text(task_id, TaskOutput.DEBUG, text)
        log.error("a task ended in a bug", extra={"task": task_id, "kind": type(failure).__name__})
        return PaastaError(
            f"The director met a bug of its own ({type(failure).__name__}: {failure}).",
            hint=f"paasta-deploy task {task_id} --debug has the details",
        )

    async def _end(
        self,
        task: TaskRecord,
        event: TaskEvent,
        *,
        error: PaastaError | None,
        result: str | None = None,
    ) -> None:
        now = self._clock.now()
        state = task.state
        if event is TaskEvent.FAILED and state is TaskState.QUEUED:
            state = advance(TASK_TRANSITIONS, state, TaskEvent.STARTED)
        if event is TaskEvent.STOPPED and state is TaskState.PROCESSING:
            state = advance(TASK_TRANSITIONS, state, TaskEvent.CANCEL_REQUESTED)
        ended = replace(
            task,
            state=advance(TASK_TRANSITIONS, state, event),
            started_at=task.started_at or now,
            finished_at=now,
            result=str(error) if error is not None else result,
        )
        if error is not None and task.task_id not in self._told:
            # Before the record: a follower that sees the end has seen why.
            self._told.add(task.task_id)
            line = ErrorEvent(
                at_s=int(now.timestamp()), code=error.code, message=str(error), hint=error.hint
            )
            self._log.append(task.task_id, TaskOutput.EVENT, (event_object(line),))
        await self._put(ended)
        self._told.discard(task.task_id)
        self._log.append_text(task.task_id, TaskOutput.EVENT, "")  # wakes followers: it has ended
        waiter = self._finished.pop(task.task_id, None)
        if waiter is not None:
            waiter.set()

    async def _put(self, task: TaskRecord) -> None:
        data: JsonObject = {"state": task.state.value, "kind": task.kind}
        await self._note(task.task_id, data, Put(record=task))

    async def _note(self, task_id: TaskId, data: JsonObject, *changes: RecordChange) -> None:
        await self._journal.write(
            JournalEntry(
                task_id=task_id, phase=Phase.NOTE, step="task", changes=changes, data=data
            )
        )
