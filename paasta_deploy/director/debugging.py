"""What went on inside a task, for its debug output: every fact of the journal as it is written.

The journal is the truth about a task, and nobody reads a database at night. Entries hold no
secrets (their contract), so neither does this.
"""

import json
from collections.abc import Sequence

from typing_extensions import override

from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog, TaskOutput
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, WrittenEntry


class ToldJournal(Journal):
    """Writes to ``journal``, then tells what was written in the task's debug output."""

    def __init__(self, journal: Journal, *, log: TaskLog, clock: Clock) -> None:
        self._journal = journal
        self._log = log
        self._clock = clock

    @override
    async def write(self, entry: JournalEntry) -> None:
        await self._journal.write(entry)
        if entry.task_id is not None:
            self._log.append_text(entry.task_id, TaskOutput.DEBUG, self._line(entry))

    @override
    def entries(self, task_id: TaskId, *, phase: Phase | None = None) -> Sequence[WrittenEntry]:
        return self._journal.entries(task_id, phase=phase)

    def _line(self, entry: JournalEntry) -> str:
        at = self._clock.now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
        data = "".join(f" {key}={json.dumps(value)}" for key, value in entry.data.items())
        return f"{at}Z {entry.phase.value} {entry.step}{data}\n"
