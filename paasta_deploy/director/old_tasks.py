"""Forgetting old tasks: their records, their lines of the journal, their outputs.

A director that heals, scans and deploys for years must not fill its disk with what it once did.
``engine.tasks_kept`` finished tasks are kept; what is beyond them goes a few at a time, whenever a
task ends, so that nobody waits for it. Tasks that have not ended are never touched.
"""

import logging
from datetime import timedelta

from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.recorded import Remove
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.events import TaskLog
from paasta_deploy.ports.store import Journal, JournalEntry, Phase, Store

log = logging.getLogger(__name__)

FORGOTTEN_AT_ONCE = 20
"""Bounds one transaction: a deploy of 300 instances has some 5000 lines. Below this number nothing
is done, so that forgetting writes far less than it removes."""

LOOKED_AT = timedelta(hours=1)
"""Whoever waited for a long task reads its outputs when it ends, however many came after it."""


class OldTasks:
    """Keeps the newest finished tasks and forgets the others."""

    def __init__(
        self,
        *,
        store: Store,
        journal: Journal,
        task_log: TaskLog,
        clock: Clock,
        kept: int,
        at_once: int = FORGOTTEN_AT_ONCE,
    ) -> None:
        self._store = store
        self._journal = journal
        self._log = task_log
        self._clock = clock
        self._kept = kept
        self._at_once = at_once
        self._is_forgetting = False

    async def forget(self) -> None:
        """Forget the oldest tasks when there are too many. Never fails: there is a next time.

        Outputs go first: whatever a kill leaves half done is found again by its record.
        """
        if self._is_forgetting:
            return
        self._is_forgetting = True
        try:
            await self._forget_some()
        except StoreError as error:
            log.warning("old tasks cannot be forgotten", extra={"error": str(error)})
        finally:
            self._is_forgetting = False

    async def _forget_some(self) -> None:
        found = self._store.tasks_beyond(self._kept, limit=self._at_once)
        if len(found) < self._at_once:
            return
        now = self._clock.now()
        old = [task for task in found if task.finished_at and now - task.finished_at >= LOOKED_AT]
        if not old:
            return
        for task in old:
            self._log.remove(task.task_id)
        await self._journal.write(
            JournalEntry(
                task_id=None,
                phase=Phase.NOTE,
                step="forget tasks",
                changes=tuple(Remove(record=task) for task in old),
                data={"first": old[0].task_id, "last": old[-1].task_id, "count": len(old)},
            )
        )
