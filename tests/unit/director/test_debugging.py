"""The journal, told in the debug output of its task."""

import pytest

from paasta_deploy.director.debugging import ToldJournal
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog

ONE = TaskId(1)


def entry(task_id: TaskId | None = ONE) -> JournalEntry:
    return JournalEntry(
        task_id=task_id, phase=Phase.INTENT, step="web/0/create", data={"action": "CreateVm"}
    )


async def test_what_is_written_is_told_with_time_step_and_data() -> None:
    store, log = MemoryStore(clock=FakeClock()), MemoryTaskLog()
    journal = ToldJournal(store, log=log, clock=FakeClock())
    await journal.write(entry())
    assert log.read(ONE, TaskOutput.DEBUG) == (
        b'2026-01-01T00:00:00.000Z intent web/0/create action="CreateVm"\n'
    )
    assert journal.entries(ONE) == store.entries(ONE)


async def test_what_belongs_to_no_task_is_written_only() -> None:
    store, log = MemoryStore(clock=FakeClock()), MemoryTaskLog()
    await ToldJournal(store, log=log, clock=FakeClock()).write(entry(None))
    assert len(store.lines) == 1
    assert log.read(ONE, TaskOutput.DEBUG) is None


async def test_what_was_not_written_is_not_told() -> None:
    def be_full(_entry: JournalEntry) -> None:
        raise StoreError("The disk is full.")

    store, log = MemoryStore(clock=FakeClock(), before_write=be_full), MemoryTaskLog()
    with pytest.raises(StoreError):
        await ToldJournal(store, log=log, clock=FakeClock()).write(entry())
    assert log.read(ONE, TaskOutput.DEBUG) is None
