"""What went on in a simulation, with exact times: changes with begin and end, and remarks.

Event lines carry whole seconds, since that is BOSH's format; here the virtual clock is read when a
line comes.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from typing_extensions import override

from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.values import JsonObject
from paasta_deploy.planning.plan import Stage
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.testing.memory_task_log import MemoryTaskLog
from paasta_deploy.wire.simulation_report import ChangeSpan, Remark


class Recording(MemoryTaskLog):
    """A task log that remembers when each change began and ended."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.remarks: list[Remark] = []
        self._spans: list[ChangeSpan] = []
        self._open: dict[tuple[TaskId, str, str], int] = {}
        self._under_way: Counter[tuple[str, ...]] = Counter()
        self.peak_changes = 0
        self.peak_updates: dict[str, int] = {}
        """Most changes of one group that the update stage had under way at once. Groups that are
        gone from the manifest are taken away without regard to it, as in BOSH."""

    @property
    def spans(self) -> tuple[ChangeSpan, ...]:
        """Every change, in the order in which they began."""
        return tuple(self._spans)

    def remark(self, text: str) -> None:
        """Note something that happens now."""
        self.remarks.append(Remark(at_s=self._clock.monotonic_s(), text=text))

    def cut_off(self) -> None:
        """The director died: whatever was under way is told anew by the next one."""
        for place in self._open.values():
            self._end(place, "the director was killed")
        self._open.clear()
        self._under_way.clear()

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
                task=task_id,
                stage=stage,
                label=label,
                tags=tuple(map(str, tags)),
                began_s=self._clock.monotonic_s(),
            )
            self._open[key] = len(self._spans)
            self._spans.append(span)
            self._count(span, 1)
        elif state in ("finished", "failed") and key in self._open:
            place = self._open.pop(key)
            data = line.get("data")
            error = str(data.get("error", "failed")) if isinstance(data, Mapping) else "failed"
            self._end(place, error if state == "failed" else "")
            self._count(self._spans[place], -1)

    def _end(self, place: int, error: str) -> None:
        now_s = self._clock.monotonic_s()
        self._spans[place] = replace(self._spans[place], ended_s=now_s, error=error)

    def _count(self, span: ChangeSpan, by: int) -> None:
        heading = (span.stage, *span.tags)
        self._under_way[heading] += by
        self.peak_changes = max(self.peak_changes, len(self._open))
        if span.tags and by > 0 and span.stage == Stage.UPDATE.value:
            group = span.tags[0]
            at_once = max(self.peak_updates.get(group, 0), self._under_way[heading])
            self.peak_updates[group] = at_once

    def critical_path(self, task_id: TaskId) -> tuple[ChangeSpan, ...]:
        """Return the changes on which a task's duration hung, in order.

        Each one began in the very moment in which the one before it ended: what starts, starts
        because something ended.
        """
        spans = [span for span in self._spans if span.task == task_id and span.ended_s]
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
