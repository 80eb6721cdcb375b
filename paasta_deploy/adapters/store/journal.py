"""The journal: one thread that writes, many tasks that wait for their entry to be on disk.

Group commit: the thread takes everything that is queued, writes it in one transaction, which costs
one sync of the disk however many entries it holds, and tells all waiters at once. While it writes,
the next batch gathers; so the more tasks write at the same time, the cheaper each entry becomes,
and a lone entry waits for nobody. What is told together goes on together, in one turn of the event
loop; so an idle thread is woken when that turn is over, and not for the first of its entries. The
queue is bounded: who comes when it is full waits for room.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from threading import Condition, Thread

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from paasta_deploy.adapters.store import schema
from paasta_deploy.adapters.store.batch import BatchWriter, CachedRow
from paasta_deploy.adapters.store.database import Database
from paasta_deploy.adapters.store.prepared import Prepared, prepare, prepare_setting
from paasta_deploy.model.errors import DeposedError, StoreError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.clock import Clock
from paasta_deploy.ports.store import JournalEntry, Phase, WrittenEntry
from paasta_deploy.wire.reading import decode_object

# Entries that may wait to be written. Every running step waits for its own entry, so only a flood
# of notes can fill it; it bounds memory to some tens of MB.
QUEUE_MAX = 4096
# How long a caller that is no task (a setting) waits. A healthy disk syncs in milliseconds.
BLOCKING_WRITE_DEADLINE_S = 30.0
_THREAD_ENDED = (
    "The journal's thread ended by a bug in paasta-deploy; the director's log has the traceback. "
    "Start the director again: it resumes from what is on disk."
)


@dataclass(frozen=True, slots=True)
class _AsyncWaiter:
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[None]"


_Waiter = _AsyncWaiter | Future[None]
_Answer = tuple[_Waiter, StoreError | None]


class SqlJournal:
    """Durable, ordered, grouped writes to one database. ``after_write`` sees the written rows."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        after_write: Callable[[Sequence[CachedRow]], None],
        queue_max: int = QUEUE_MAX,
    ) -> None:
        self._database = database
        self._clock = clock
        self._after_write = after_write
        self._writer = BatchWriter(database)
        self._room = asyncio.Semaphore(queue_max)
        self._queue: deque[tuple[Prepared, _Waiter]] = deque()
        self._changed = Condition()
        self._closing = False
        self._thread = Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def fence(self, token: int) -> None:
        """Refuse every entry from now on once another director's token counts."""
        self._writer.token = token

    async def write(self, entry: JournalEntry) -> None:
        """Return once the entry is on disk, all of it; raise and nothing of it is.

        A caller that is cancelled meanwhile does not know: the entry may or may not be written.
        Raises AddressTakenError, StoreError, and TypeError for what must not be stored.
        """
        prepared = prepare(entry, self._clock.now())
        await self._room.acquire()
        loop = asyncio.get_running_loop()
        waiter = _AsyncWaiter(loop, loop.create_future())
        if self._submit(prepared, waiter):
            loop.call_soon(self._rouse)
        await waiter.future

    def put_setting(self, name: str, value: str) -> None:
        """Write a setting durably; blocks for one sync of the disk. Raises StoreError."""
        waiter: Future[None] = Future()
        self._submit(prepare_setting(name, value), waiter)
        self._rouse()
        try:
            waiter.result(BLOCKING_WRITE_DEADLINE_S)
        except TimeoutError as error:
            raise StoreError(
                f"The setting {name} was not on disk after {BLOCKING_WRITE_DEADLINE_S:.0f} s.",
                hint=f"Look whether the disk that holds {self._database.place} still answers.",
            ) from error

    def entries(self, task_id: TaskId, *, phase: Phase | None = None) -> Sequence[WrittenEntry]:
        """Return what the journal holds of one task, in order; all of it, or one phase."""
        lines = schema.journal
        query = select(lines).where(lines.c.task_id == task_id).order_by(lines.c.sequence)
        if phase is not None:
            query = query.where(lines.c.phase == phase.value)
        with self._database.read() as connection:
            return tuple(
                WrittenEntry(
                    sequence=row.sequence,
                    at=datetime.fromisoformat(row.at),
                    task_id=row.task_id,
                    phase=Phase(row.phase),
                    step=row.step,
                    data=decode_object(row.data, "journal").raw,
                )
                for row in connection.execute(query)
            )

    def close(self) -> None:
        """Write what is queued, then end the thread. Blocks; calling it again does nothing."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _submit(self, prepared: Prepared, waiter: _Waiter) -> bool:
        """Queue an entry and return whether it is the first; then the thread must be roused."""
        with self._changed:
            if self._closing:
                raise StoreError("The store is closed: the director is stopping.")
            self._queue.append((prepared, waiter))
            return len(self._queue) == 1

    def _rouse(self) -> None:
        with self._changed:
            self._changed.notify()

    def _run(self) -> None:
        batch: list[tuple[Prepared, _Waiter]] = []
        try:
            while batch := self._next_batch():
                self._tell(self._write([entry for entry, _ in batch], [one for _, one in batch]))
        finally:
            # Empty after close(). A bug of ours ends the thread: then nobody may wait for ever.
            with self._changed:
                self._closing = True
                abandoned = [one for _, one in (*batch, *self._queue)]
            self._tell([(waiter, StoreError(_THREAD_ENDED)) for waiter in abandoned])

    def _next_batch(self) -> list[tuple[Prepared, _Waiter]]:
        """Wait for entries and take all there are; none: the journal was closed."""
        with self._changed:
            while not self._queue and not self._closing:
                self._changed.wait()
            batch = list(self._queue)
            self._queue.clear()
            return batch

    def _write(self, entries: Sequence[Prepared], waiters: Sequence[_Waiter]) -> list[_Answer]:
        try:
            outcome = self._writer.write(entries)
        except SQLAlchemyError as error:
            return [(waiter, self._database.error(error)) for waiter in waiters]
        except DeposedError as error:
            return [(waiter, error) for waiter in waiters]
        self._after_write(outcome.rows)
        return list(zip(waiters, outcome.refusals, strict=True))

    def _tell(self, answers: Sequence[_Answer]) -> None:
        """Wake the waiters: each event loop once, since waking one costs a system call."""
        by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_AsyncWaiter, StoreError | None]]] = {}
        for waiter, refusal in answers:
            if isinstance(waiter, _AsyncWaiter):
                by_loop.setdefault(waiter.loop, []).append((waiter, refusal))
            elif not waiter.done():
                _settle(waiter, refusal)
        for loop, told in by_loop.items():
            # A loop that was closed meanwhile has nobody left to tell.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._wake, told)

    def _wake(self, answers: Sequence[tuple[_AsyncWaiter, StoreError | None]]) -> None:
        for waiter, refusal in answers:
            self._room.release()
            if not waiter.future.done():  # done: its caller was cancelled
                _settle(waiter.future, refusal)


def _settle(future: "asyncio.Future[None] | Future[None]", refusal: StoreError | None) -> None:
    if refusal is None:
        future.set_result(None)
    else:
        future.set_exception(refusal)
