"""Old tasks are forgotten with all that they said; what is new or not over stays."""

from datetime import timedelta

import pytest

from paasta_deploy.director.old_tasks import LOOKED_AT, OldTasks
from paasta_deploy.director.requests import HealRequest, encode, kind_of
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import DeploymentName, TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.model.recorded import Put, TaskRecord
from paasta_deploy.ports.events import TaskOutput
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.memory_store import MemoryStore
from paasta_deploy.testing.memory_task_log import MemoryTaskLog

HEAL = HealRequest(instance_ids=("i-1",))


class Archive:
    """A store with tasks, each with a line in the journal and an output."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore(clock=self.clock)
        self.log = MemoryTaskLog()

    async def add(self, count: int, state: TaskState = TaskState.DONE) -> None:
        """Add tasks that end now."""
        for _ in range(count):
            now = self.clock.now()
            task = TaskRecord(
                task_id=self.store.next_task_id(),
                state=state,
                description="heal",
                kind=kind_of(HEAL),
                request=encode(HEAL),
                deployment=DeploymentName("dep"),
                user="me",
                created_at=now,
                finished_at=now if state.is_final else None,
            )
            entry = JournalEntry(
                task_id=task.task_id, phase=Phase.NOTE, step="task", changes=(Put(record=task),)
            )
            await self.store.write(entry)
            self.log.append_text(task.task_id, TaskOutput.DEBUG, "text")

    def old(self, kept: int, at_once: int = 2) -> OldTasks:
        return OldTasks(
            store=self.store,
            journal=self.store,
            task_log=self.log,
            clock=self.clock,
            kept=kept,
            at_once=at_once,
        )

    @property
    def numbers(self) -> list[int]:
        """The numbers of the tasks that are still known, by all that is known of them."""
        known = [task.task_id for task in self.store.tasks(limit=1000)]
        with_output = [
            number
            for number in range(1, 1000)
            if self.log.read(TaskId(number), TaskOutput.DEBUG) is not None
        ]
        with_lines = {line.task_id for line in self.store.lines} - {None}
        assert with_output == sorted(known) == sorted(filter(None, with_lines))
        return with_output


@pytest.fixture
def archive() -> Archive:
    return Archive()


async def test_what_is_beyond_the_kept_ones_goes_a_few_at_a_time(archive: Archive) -> None:
    await archive.add(8)
    archive.clock.advance(LOOKED_AT.total_seconds())
    old = archive.old(kept=3)
    await old.forget()
    assert archive.numbers == [3, 4, 5, 6, 7, 8]
    await old.forget()
    assert archive.numbers == [5, 6, 7, 8]


async def test_nothing_is_written_for_a_single_one(archive: Archive) -> None:
    await archive.add(4)
    archive.clock.advance(LOOKED_AT.total_seconds())
    before = len(archive.store.lines)
    await archive.old(kept=3).forget()
    assert len(archive.store.lines) == before


async def test_what_has_just_ended_stays_however_many_came_after_it(archive: Archive) -> None:
    await archive.add(6)
    archive.clock.advance((LOOKED_AT - timedelta(seconds=1)).total_seconds())
    await archive.old(kept=1).forget()
    assert archive.numbers == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("state", [state for state in TaskState if not state.is_final])
async def test_a_task_that_is_not_over_stays(archive: Archive, state: TaskState) -> None:
    await archive.add(2, state)
    await archive.add(4)
    archive.clock.advance(LOOKED_AT.total_seconds())
    await archive.old(kept=2).forget()
    assert archive.numbers == [1, 2, 5, 6]


async def test_numbers_are_not_given_again(archive: Archive) -> None:
    await archive.add(3)
    archive.clock.advance(LOOKED_AT.total_seconds())
    await archive.old(kept=1).forget()
    assert archive.store.next_task_id() == 4


async def test_a_full_disk_is_survived_and_the_next_time_does_it(archive: Archive) -> None:
    await archive.add(4)
    archive.clock.advance(LOOKED_AT.total_seconds())
    old = archive.old(kept=2)
    archive.store.before_write = _refuse
    await old.forget()
    assert [task.task_id for task in archive.store.tasks()] == [4, 3, 2, 1]
    archive.store.before_write = None
    await old.forget()
    assert archive.numbers == [3, 4]


def _refuse(_entry: JournalEntry) -> None:
    raise StoreError("no space left")
