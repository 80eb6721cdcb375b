"""Upgrades that are killed, or find a disk full or read-only: the old store stands, or the new."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from paasta_deploy.adapters.store import open_store
from paasta_deploy.adapters.store.copies import copy_of
from paasta_deploy.adapters.store.migrate import upgrade
from paasta_deploy.model.errors import StoreError
from paasta_deploy.testing.clock import FakeClock
from tests.unit.adapters.store.old_stores import OLD_STORES, bodies, make_old_store, revision_of

OLDEST = OLD_STORES[0]
# Upgrades copies of a store, the n-th of which is killed at its n-th point: before each statement
# and commit, and at both sides of each sync of the copy that is kept. Prints how many were killed.
KILLED = """
import itertools, os, shutil, signal, sys
from pathlib import Path
from sqlalchemy import event
from sqlalchemy.engine import Engine
from paasta_deploy.adapters.store import copies, migrate

folder, sync, count = Path(sys.argv[1]), copies._sync, 0

def pass_point(*_):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)

def sync_between(path):
    pass_point()
    sync(path)
    pass_point()

event.listen(Engine, "before_cursor_execute", pass_point)
event.listen(Engine, "commit", pass_point)
copies._sync = sync_between
for at in itertools.count(1):
    path = shutil.copy(folder / "old.db", folder / f"{at}.db")
    child = os.fork()
    if child == 0:
        migrate.upgrade(str(path))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL, status
print(at - 1)
"""


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_old_store_and_the_next_upgrade_finishes(
    tmp_path: Path,
) -> None:
    old = make_old_store(OLDEST, tmp_path / "old.db")
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    kills = int(done.stdout)
    before = bodies(old)
    assert kills > 20
    for kill in range(1, kills + 1):
        path = tmp_path / f"{kill}.db"
        assert bodies(path) == before, f"kill {kill} of {kills}"
        upgrade(str(path))

        assert bodies(path).keys() == before.keys()
        assert bodies(copy_of(path, revision_of(OLDEST))) == before
    assert not list(tmp_path.glob("*.unfinished"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount 1 MB of memory as a disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(folder, "size=1m")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def mount(folder: Path, options: str) -> None:
    """Mount a small disk of memory, or mount it differently."""
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], check=True)


needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="mounts a small disk: run `sudo scripts/test`"
)


@pytest.mark.root
@needs_root
@pytest.mark.parametrize("left", [0, 100_000])
def test_a_full_disk_refuses_the_upgrade_and_room_lets_it_pass(
    small_disk: Path, left: int
) -> None:
    path = make_old_store(OLDEST, small_disk / "store.db")
    before = bodies(path)
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * max(0, shutil.disk_usage(small_disk).free - left))
    with pytest.raises(StoreError) as refusal:
        upgrade(str(path))

    assert "full" in str(refusal.value)
    assert "room" in refusal.value.hint or "space" in refusal.value.hint
    assert not [one for one in small_disk.iterdir() if "revision" in one.name]
    filler.unlink()
    assert bodies(path) == before
    assert upgrade(str(path)) == copy_of(path, revision_of(OLDEST))


@pytest.mark.root
@needs_root
def test_a_read_only_disk_refuses_the_upgrade_and_says_so(small_disk: Path) -> None:
    path = make_old_store(OLDEST, small_disk / "store.db")
    mount(small_disk, "remount,ro")

    with pytest.raises(StoreError, match="Read-only file system"):
        open_store(path, clock=FakeClock())
