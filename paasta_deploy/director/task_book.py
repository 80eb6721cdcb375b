"""Writing down what becomes of tasks: their records, what the runner notes, their last words.

The end of a task is told in its event log before it is recorded, so that a follower who sees the
end has seen why.
"""

import asyncio
import logging
import traceback
from collections.abc import Sequence
from dataclasses import replace

from paasta_deploy.director.pausing import remark
from paasta_deploy.model.errors import NotFoundError, PaastaError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import TASK_TRANSITIONS, TaskEvent, TaskState, advance
from paasta_deploy.model.recorded import Put, RecordChange, TaskRecord
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog, TaskOutput
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store
from paasta_deploy.wire.events import ErrorEvent, event_object

log = logging.getLogger(__name__)

_STEP = "task"
"""The step of the journal under which the runner notes states of tasks."""


class TaskBook:
    """Reads and writes tasks for the runner. Lives on one event loop."""

    def __init__(self, *, store: Store, journal: Journal, clock: Clock, task_log: TaskLog) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._log = task_log
        self._finished: dict[TaskId, asyncio.Event] = {}
        self._told: set[TaskId] = set()

    def task(self, task_id: TaskId) -> TaskRecord:
        """Return a task as it is recorded. Raises NotFoundError."""
        task = self._store.task(task_id)
        if task is None:
            raise NotFoundError(f"Task {task_id} not found", code=10000)
        return task

    def said(self, task_id: TaskId) -> Sequence[str]:
        """Return what the runner noted of a task: the states it went through, and pauses."""
        return [
            str(entry.data.get("state"))
            for entry in self._journal.entries(task_id, phase=Phase.NOTE)
            if entry.step == _STEP
        ]

    def has_noted(self, task_id: TaskId, step: str) -> bool:
        """Return whether a task, by its own note, has come as far as ``step``."""
        notes = self._journal.entries(task_id, phase=Phase.NOTE)
        return any(entry.step == step for entry in notes)

    async def ended(self, task_id: TaskId) -> TaskRecord:
        """Return the task's record once it has ended."""
        task = self.task(task_id)
        if not task.state.is_final:
            await self._finished.setdefault(task_id, asyncio.Event()).wait()
            task = self.task(task_id)
        return task

    def remark(self, task_id: TaskId, text: str) -> None:
        """Tell whoever follows the task something that is no error."""
        self._log.append(task_id, TaskOutput.EVENT, (remark(text, self._clock.now()),))

    def as_bug(self, task_id: TaskId, failure: BaseException) -> PaastaError:
        """Return what a bug of ours is told as; its debug output has all of it."""
        text = "".join(traceback.format_exception(failure))
        self._log.append_text(task_id, TaskOutput.DEBUG, text)
        log.error("a task ended in a bug", extra={"task": task_id, "kind": type(failure).__name__})
        return PaastaError(
            f"The director met a bug of its own ({type(failure).__name__}: {failure}).",
            hint=f"paasta-deploy task {task_id} --debug has the details",
        )

    async def end(
        self,
        task: TaskRecord,
        event: TaskEvent,
        *,
        error: PaastaError | None,
        result: str | None = None,
    ) -> None:
        """Record how a task ended, and tell it. Raises StoreError: then try again."""
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
            self._told.add(task.task_id)
            line = ErrorEvent(
                at_s=int(now.timestamp()), code=error.code, message=str(error), hint=error.hint
            )
            self._log.append(task.task_id, TaskOutput.EVENT, (event_object(line),))
        await self.put(ended)
        self._told.discard(task.task_id)
        self._log.append_text(task.task_id, TaskOutput.EVENT, "")  # wakes followers: it has ended
        waiter = self._finished.pop(task.task_id, None)
        if waiter is not None:
            waiter.set()

    async def put(self, task: TaskRecord) -> None:
        """Record a task."""
        data: JsonObject = {"state": task.state.value, "kind": task.kind}
        await self.note(task.task_id, data, Put(record=task))

    async def note(self, task_id: TaskId, data: JsonObject, *changes: RecordChange) -> None:
        """Note something of a task durably."""
        await self._journal.write(
            JournalEntry(task_id=task_id, phase=Phase.NOTE, step=_STEP, changes=changes, data=data)
        )
