"""A director that stands still is replaced, and what it would write when it wakes up is refused.

With real processes on one SQLite file. Its task goes on under its number.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from paasta_deploy.adapters.store import open_store
from paasta_deploy.model.ids import TaskId
from paasta_deploy.model.lifecycle import TaskState
from paasta_deploy.testing.clock import FakeClock

ENTRIES = 200
# Reigns over the store, then runs a task that writes entries until there are enough of them. Its
# lease is short, since whoever waits for it is this test.
DIRECTOR = """
import asyncio, sys
from pathlib import Path
from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.store import open_store
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.reign import Reign, wait_for_claim
from paasta_deploy.director.requests import HealRequest
from paasta_deploy.director.tasks import TaskRunner
from paasta_deploy.model.errors import DeposedError
from paasta_deploy.model.ids import DeploymentName
from paasta_deploy.ports.store import JournalEntry, Phase
from paasta_deploy.testing.memory_task_log import MemoryTaskLog

path, name, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])

async def main():
    clock, stop = SystemClock(), asyncio.Event()
    loop = asyncio.get_running_loop()
    store, database = open_store(path, clock=clock), connect(path)
    claim = await wait_for_claim(
        database, name, clock=clock, standby=True, tell=print, lease_s=1.0, look_s=0.05
    )

    def deposed(error):
        print("deposed", flush=True)
        loop.call_soon_threadsafe(stop.set)

    reign = Reign(store.journal, claim, clock=clock, on_deposed=deposed, beat_s=0.1, trust_s=0.5)

    async def work(context, request):
        while True:
            steps = [one for one in store.journal.entries(context.task_id) if one.step == "work"]
            if len(steps) >= wanted:
                return f"{len(steps)} entries"
            entry = JournalEntry(
                task_id=context.task_id, phase=Phase.RESULT, step="work", data={"by": name}
            )
            try:
                await store.journal.write(entry)
            except DeposedError:
                print("refused", flush=True)
                raise
            print("wrote", flush=True)

    tasks = TaskRunner(
        store=store, journal=store.journal, clock=clock, task_log=MemoryTaskLog(),
        handlers={"cck_scan_and_fix": work}, unlocked_kinds=frozenset(),
    )
    resumed = await tasks.resume()
    if not resumed:
        request = HealRequest(instance_ids=("i",))
        task = await tasks.submit(
            request, description="d", deployment=DeploymentName("dep"), user="me"
        )
        resumed = (task.task_id,)
    waiting = asyncio.create_task(tasks.wait(resumed[0]))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((waiting, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    print("ends", flush=True)
    await tasks.close()
    reign.close()
    store.close()

asyncio.run(main())
"""


class Directors:
    """Real processes over one store."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self._path = path
        self._stack = stack

    def start(self, name: str, *, entries: int) -> "subprocess.Popen[str]":
        """Start a director that works until the journal has so many entries of the task."""
        command = [sys.executable, "-c", DIRECTOR, str(self._path), name, str(entries)]
        process = self._stack.enter_context(
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        )
        self._stack.callback(process.kill)
        return process


def heard(process: "subprocess.Popen[str]", *words: str) -> str:
    """Return the first line that is one of the words. What the process ended with, if it ends."""
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() in words:
            return line.strip()
    raise AssertionError(f"it ended without saying {words}")


@pytest.fixture
def directors(tmp_path: Path) -> Iterator[Directors]:
    with ExitStack() as stack:
        yield Directors(tmp_path / "store.db", stack)


@pytest.mark.slow
def test_a_director_that_wakes_up_after_another_took_over_writes_nothing(
    directors: Directors, tmp_path: Path
) -> None:
    first = directors.start("first", entries=10**9)
    for _ in range(20):
        heard(first, "wrote")
    os.kill(first.pid, signal.SIGSTOP)  # in whatever it was doing
    second = directors.start("second", entries=ENTRIES)
    assert heard(second, "ends", "deposed") == "ends"
    os.kill(first.pid, signal.SIGCONT)
    told = {heard(first, "refused", "deposed")}
    assert first.stdout is not None
    told |= {line.strip() for line in first.stdout}
    store = open_store(tmp_path / "store.db", clock=FakeClock())
    task = store.task(TaskId(1))
    lines = store.journal.entries(TaskId(1))
    store.close()

    assert {"deposed", "ends"} <= told
    assert first.wait(60) == 0
    assert task is not None
    assert (task.state, task.result) == (TaskState.DONE, f"{ENTRIES} entries")
    writers = [str(one.data["by"]) for one in lines if one.step == "work"]
    assert writers == sorted(writers)
    assert set(writers) == {"first", "second"}
    assert [one.sequence for one in lines] == list(range(1, len(lines) + 1))


@pytest.mark.slow
def test_a_director_that_is_killed_is_replaced_and_its_task_goes_on(
    directors: Directors, tmp_path: Path
) -> None:
    first = directors.start("first", entries=10**9)
    for _ in range(20):
        heard(first, "wrote")
    first.kill()
    second = directors.start("second", entries=ENTRIES)
    assert heard(second, "ends", "deposed") == "ends"
    store = open_store(tmp_path / "store.db", clock=FakeClock())
    task = store.task(TaskId(1))
    store.close()

    assert task is not None
    assert task.state is TaskState.DONE
