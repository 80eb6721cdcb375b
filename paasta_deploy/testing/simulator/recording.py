"""What went on in a simulation, with exact times: changes with begin and end, and remarks.

Event lines carry whole seconds, since that is BOSH's format; here the virtual clock is read when a
line comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.memory_task_log import MemoryTaskLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that happened at a moment: a fault, a death, a verdict."""

    at_s: float
    text: str


@dataclass(slots=True, kw_only=True)
class ChangeSpan:
    """One change as people saw it. ``ended_s`` None: it was still running at the end."""

    task_id: TaskId
    stage: str
    label: str
    tags: tuple[str, ...]
    began_s: float
    ended_s: float | None = None
    failed: bool = False
    error: str = ""


class Recording(MemoryTaskLog):
    """A task log that remembers when each change began and ended."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.spans: list[ChangeSpan] = []
        self.remarks: list[Remark] = []
        self._open: dict[tuple[TaskId, str, str], ChangeSpan] = {}
        self._open_by_stage: dict[tuple[str, ...], int] = {}
        self.peak_changes = 0
        self.peak_updates: dict[str, int] = {}
        """Most changes of one group that the update stage had under way at once."""

    def remark(self, text: str) -> None:
        """Note something that happens now."""
        self.remarks.append(Remark(at_s=self._clock.monotonic_s(), text=text))

    def cut_off(self) -> None:
        """The director died: whatever was under way is told anew by the next one."""
        for span in self._open.values():
            span.ended_s = self._clock.monotonic_s()
            span.failed, span.error = True, "the director was killed"
        self._open.clear()
        self._open_by_stage.clear()

    @override
    def append(self, task_id: TaskId, output: TaskOutput, lines: Sequence[JsonObject]) -> None:
        super().append(task_id, output, lines)
        if output is TaskOutput.EVENT:
            for line in lines:
                if "stage" in line:
                    self._take(task_id, line)

    def _take(self, task_id: TaskId, line: JsonObject) -> None:
        stage, label, tags = str(line["stage"]), str(line["task"]), line["tags"]
        assert isinstance(tags, Sequence)
        key = task_id, stage, label
        state = line["state"]
        if state == "started":
            span = ChangeSpan(
                task_id=task_id,
                stage=stage,
                label=label,
                tags=tuple(map(str, tags)),
                began_s=self._clock.monotonic_s(),
            )
            self.spans.append(span)
            self._open[key] = span
            self._count(span, 1)
        elif state in ("finished", "failed") and key in self._open:
            span = self._open.pop(key)
            span.ended_s = self._clock.monotonic_s()
            span.failed = state == "failed"
            data = line.get("data")
            span.error = str(data.get("error", "")) if isinstance(data, dict) else ""
            self._count(span, -1)

    def _count(self, span: ChangeSpan, by: int) -> None:
        heading = (span.stage, *span.tags)
        now = self._open_by_stage.get(heading, 0) + by
        self._open_by_stage[heading] = now
        self.peak_changes = max(self.peak_changes, len(self._open))
        if span.tags and by > 0:
            group = span.tags[0]
            self.peak_updates[group] = max(self.peak_updates.get(group, 0), now)

    def critical_path(self, task_id: TaskId) -> tuple[ChangeSpan, ...]:
        """Return the changes on which a task's duration hung, in order.

        Each one began in the very moment in which the one before it ended: what starts, starts
        because something ended.
        """
        spans = [span for span in self.spans if span.task_id == task_id and span.ended_s]
        ends: dict[float, ChangeSpan] = {}
        for span in spans:
            assert span.ended_s is not None
            ends[span.ended_s] = span
        path: list[ChangeSpan] = []
        last = max(spans, key=lambda span: span.ended_s or 0.0, default=None)
        while last is not None:
            path.append(last)
            before = ends.get(last.began_s)
            last = before if before is not None and before.began_s < last.began_s else None
        return tuple(reversed(path))
