"""Task outputs in memory: the fake of ``ports.events.TaskLog`` for tests and the simulator."""

import json
from collections import defaultdict
from collections.abc import Sequence

from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.events import TaskOutput


class MemoryTaskLog:
    """Keeps every output as the lines that were appended; ``lines`` has them parsed."""

    def __init__(self) -> None:
        self._texts: defaultdict[tuple[TaskId, TaskOutput], list[str]] = defaultdict(list)
        self._lines: defaultdict[tuple[TaskId, TaskOutput], list[JsonObject]] = defaultdict(list)

    def append(self, task_id: TaskId, output: TaskOutput, lines: Sequence[JsonObject]) -> None:
        """Append one JSON line per object."""
        self._lines[task_id, output] += lines
        self._texts[task_id, output] += [f"{json.dumps(line)}\n" for line in lines]

    def append_text(self, task_id: TaskId, output: TaskOutput, text: str) -> None:
        """Append free text."""
        self._texts[task_id, output].append(text)

    def read(self, task_id: TaskId, output: TaskOutput, *, offset: int = 0) -> bytes | None:
        """Return the bytes from ``offset`` on, or None when nothing was appended."""
        texts = self._texts.get((task_id, output))
        return None if texts is None else "".join(texts).encode()[offset:]

    def remove(self, task_id: TaskId) -> None:
        """Remove all outputs of a task; absent is success."""
        for output in TaskOutput:
            self._texts.pop((task_id, output), None)
            self._lines.pop((task_id, output), None)

    def lines(self, task_id: TaskId, output: TaskOutput = TaskOutput.EVENT) -> list[JsonObject]:
        """Return the objects that were appended, in order."""
        return list(self._lines[task_id, output])
