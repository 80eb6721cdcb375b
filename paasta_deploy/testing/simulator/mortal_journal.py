"""The journal as one director knows it: when that one is dead, it writes nothing any more."""

import asyncio
from collections.abc import Callable, Sequence

from typing_extensions import override

from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, WrittenEntry


class MortalJournal(Journal):
    """Passes entries on while its director lives.

    ``before_write`` is told of each entry that is about to be written, ``after_write`` of each
    durable one; either may declare the director dead. Whatever a dead director still does never
    returns from here, as if its process were gone.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        before_write: Callable[[JournalEntry], None],
        after_write: Callable[[JournalEntry], None],
    ) -> None:
        self._journal = journal
        self._before_write = before_write
        self._after_write = after_write
        self.is_dead = False

    @override
    async def write(self, entry: JournalEntry) -> None:
        await self._live()
        self._before_write(entry)
        await self._live()
        await self._journal.write(entry)
        self._after_write(entry)
        await self._live()

    @override
    def entries(self, task_id: TaskId, *, phase: Phase | None = None) -> Sequence[WrittenEntry]:
        return self._journal.entries(task_id, phase=phase)

    async def _live(self) -> None:
        if self.is_dead:
            await asyncio.get_running_loop().create_future()
