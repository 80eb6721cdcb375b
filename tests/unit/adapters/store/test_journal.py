"""The journal's queue and thread: grouping, refusals one by one, room, cancellation, the end."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from paasta_deploy.adapters.store import SqlStore
from paasta_deploy.adapters.store.batch import CachedRow
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.journal import SqlJournal
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.recorded import Put
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.made_records import entry, vm
from paasta_deploy.testing.store_conformance import put

Opener = Callable[[], SqlStore]


async def test_entries_written_at_once_share_transactions(store_path: Path) -> None:
    batches: list[int] = []

    def count(rows: Sequence[CachedRow]) -> None:
        batches.append(len(rows))

    database = connect(store_path)
    journal = SqlJournal(database, clock=FakeClock(), after_write=count)
    entries = [entry(Put(record=vm(f"a{number}"))) for number in range(500)]
    await asyncio.gather(*(journal.write(one) for one in entries))
    journal.close()
    database.close()

    assert sum(batches) == 500
    assert len(batches) < 50


async def test_a_full_queue_lets_writers_wait_and_loses_none(store_path: Path) -> None:
    database = connect(store_path)
    journal = SqlJournal(database, clock=FakeClock(), after_write=lambda _rows: None, queue_max=2)
    await asyncio.gather(*(journal.write(entry()) for _ in range(50)))

    assert len(journal.entries(TaskId(1))) == 50
    journal.close()
    database.close()


async def test_a_row_that_the_database_refuses_refuses_its_entry_alone(
    open_again: Opener, store_path: Path
) -> None:
    # A trigger stands for whatever only the database knows, such as another director's address.
    by_hand = sqlite3.connect(store_path)
    by_hand.execute(
        "CREATE TRIGGER no_b BEFORE INSERT ON vms WHEN NEW.agent_id = 'b' "
        "BEGIN SELECT RAISE(ABORT, 'no b here'); END"
    )
    by_hand.commit()
    by_hand.close()
    store = open_again()
    outcomes = await asyncio.gather(
        *(put(store, vm(name)) for name in "abc"), return_exceptions=True
    )

    assert [type(one) for one in outcomes] == [type(None), StoreError, type(None)]
    assert "no b here" in str(outcomes[1])
    assert [one.agent_id for one in store.vms()] == ["a", "c"]
    assert [one.sequence for one in store.journal.entries(TaskId(1))] == [1, 2]


async def test_a_cancelled_writer_leaves_the_journal_working(open_again: Opener) -> None:
    store = open_again()
    writers = [asyncio.create_task(put(store, vm(f"a{number}"))) for number in range(20)]
    await asyncio.sleep(0)
    writers[3].cancel()
    outcomes = await asyncio.gather(*writers, return_exceptions=True)
    await put(store, vm("last"))

    assert sum(isinstance(one, asyncio.CancelledError) for one in outcomes) == 1
    assert store.vm(vm("last").agent_id) is not None


async def test_closing_writes_what_is_queued_and_refuses_what_comes_later(
    open_again: Opener,
) -> None:
    store = open_again()
    writers = [asyncio.create_task(put(store, vm(f"a{number}"))) for number in range(20)]
    await asyncio.sleep(0)
    store.close()
    await asyncio.gather(*writers)

    assert len(open_again().vms()) == 20
    with pytest.raises(StoreError, match="closed"):
        await put(store, vm("late"))
    store.close()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_a_bug_in_the_thread_fails_the_waiters_instead_of_hanging_them(
    store_path: Path,
) -> None:
    def bug(_rows: object) -> None:
        raise ZeroDivisionError

    database = connect(store_path)
    journal = SqlJournal(database, clock=FakeClock(), after_write=bug)
    with pytest.raises(StoreError, match="ended by a bug"):
        await journal.write(entry())
    with pytest.raises(StoreError, match="closed"):
        await journal.write(entry())
    journal.close()
    database.close()


async def test_when_nothing_can_be_written_every_writer_is_told_and_a_later_one_may_succeed(
    open_again: Opener, store_path: Path
) -> None:
    store = open_again()
    moved = sqlite3.connect(store_path)
    moved.execute("ALTER TABLE journal RENAME TO elsewhere")
    outcomes = await asyncio.gather(
        *(put(store, vm(name)) for name in "abc"), return_exceptions=True
    )
    assert all(isinstance(one, StoreError) for one in outcomes)

    moved.execute("ALTER TABLE elsewhere RENAME TO journal")
    moved.close()
    await put(store, vm("d"))
    assert [one.agent_id for one in store.vms()] == ["d"]


def test_a_setting_needs_no_event_loop(open_again: Opener) -> None:
    store = open_again()
    store.put_setting("uuid", "1")

    assert open_again().setting("uuid") == "1"
