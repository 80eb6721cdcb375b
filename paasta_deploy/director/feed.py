"""A task log that wakes its followers: progress shows when it happens, not when polled."""

import asyncio
from collections.abc import Sequence

from typing_extensions import override

from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.events import TaskLog, TaskOutput


class TaskFeed(TaskLog):
    """Passes everything on to ``log`` and tells waiting followers. Lives on one event loop."""

    def __init__(self, log: TaskLog) -> None:
        self._log = log
        self._news: dict[TaskId, asyncio.Event] = {}

    @override
    def append(self, task_id: TaskId, output: TaskOutput, lines: Sequence[JsonObject]) -> None:
        self._log.append(task_id, output, lines)
        self._wake(task_id)

    @override
    def append_text(self, task_id: TaskId, output: TaskOutput, text: str) -> None:
        self._log.append_text(task_id, output, text)
        self._wake(task_id)

    @override
    def read(self, task_id: TaskId, output: TaskOutput, *, offset: int = 0) -> bytes | None:
        return self._log.read(task_id, output, offset=offset)

    @override
    def remove(self, task_id: TaskId) -> None:
        self._log.remove(task_id)
        self._wake(task_id)

    async def wait_for_news(self, task_id: TaskId, *, deadline_s: float) -> None:
        """Return when something was appended to any output of the task, or at the deadline."""
        event = self._news.setdefault(task_id, asyncio.Event())
        try:
            async with asyncio.timeout(deadline_s):
                await event.wait()
        except TimeoutError:
            return

    def _wake(self, task_id: TaskId) -> None:
        event = self._news.pop(task_id, None)
        if event is not None:
            event.set()
