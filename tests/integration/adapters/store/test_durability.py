"""What a killed director and a full disk leave of the journal: every answered entry, whole."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paasta_deploy.adapters.store import open_store
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.made_records import entry, vm
from paasta_deploy.testing.store_conformance import put

KILLS = 5
# Writes VMs from many tasks for ever and prints the name of each whose write has returned.
WRITER = """
import asyncio, sys
from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.store import open_store
from paasta_deploy.testing.made_records import vm
from paasta_deploy.testing.store_conformance import put

async def write(store, place):
    number = 0
    while True:
        name = f"{sys.argv[2]}-{place}-{number}"
        await put(store, vm(name))
        print(name, flush=True)
        number += 1

async def main():
    store = open_store(sys.argv[1], clock=SystemClock())
    await asyncio.gather(*(write(store, place) for place in range(20)))

asyncio.run(main())
"""


def answered_before_kill(path: Path, life: int) -> set[str]:
    """Run the writer, kill it in the midst, and return what it was told to be on disk."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(life)], stdout=subprocess.PIPE, text=True
    )
    with writer:
        assert writer.stdout is not None
        # A different number each time, so that the kill meets different moments of a batch.
        lines = [writer.stdout.readline() for _ in range(100 + 37 * life)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    return {line.strip() for line in lines if line.endswith("\n")}


@pytest.mark.slow
def test_every_answered_entry_survives_every_kill(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    answered: set[str] = set()
    for life in range(KILLS):
        answered |= answered_before_kill(path, life)
        store = open_store(path, clock=FakeClock())
        found = {str(one.agent_id) for one in store.vms()}
        lines = store.journal.entries(TaskId(1))
        store.close()

        assert answered <= found
        assert [one.sequence for one in lines] == list(range(1, len(found) + 1))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount 2 MB of memory as a disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk: run `sudo scripts/test`")
def test_a_full_disk_refuses_entries_whole_and_more_space_mends_it(small_disk: Path) -> None:
    async def scenario() -> None:
        store = open_store(small_disk / "store.db", clock=FakeClock())
        await put(store, vm("before"))
        filler = small_disk / "filler"
        filler.write_bytes(b"x" * max(0, shutil.disk_usage(small_disk).free - 100_000))
        large = entry(data={"text": "x" * 500_000})
        with pytest.raises(StoreError) as refusal:
            await store.journal.write(large)
        assert "store.db" in str(refusal.value)
        assert refusal.value.hint
        assert store.vm(vm("before").agent_id) is not None

        filler.unlink()
        await store.journal.write(large)
        store.close()
        again = open_store(small_disk / "store.db", clock=FakeClock())
        assert len(again.journal.entries(TaskId(1))) == 2
        again.close()

    asyncio.run(scenario())
