"""What tasks tell people: the event log that the CLI follows, and the other outputs of a task."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject


class TaskOutput(Enum):
    """The outputs of one task, by BOSH's names."""

    EVENT = "event"
    RESULT = "result"
    DEBUG = "debug"
    CPI = "cpi"


class TaskLog(Protocol):
    """Appends to task outputs. Lines are JSON objects; no secrets."""

    def append(self, task_id: TaskId, output: TaskOutput, lines: Sequence[JsonObject]) -> None:
        """Append one JSON line per object."""
        ...

    def append_text(self, task_id: TaskId, output: TaskOutput, text: str) -> None:
        """Append free text."""
        ...

    def read(self, task_id: TaskId, output: TaskOutput, *, offset: int = 0) -> bytes | None:
        """Return the bytes from ``offset`` on, or None when the output does not exist."""
        ...

    def remove(self, task_id: TaskId) -> None:
        """Remove all outputs of a task; absent is success. Raises StoreError."""
        ...
