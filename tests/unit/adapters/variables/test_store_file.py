"""The vars store file: private, whole or untouched, one writer at a time."""

import os
import resource
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from paasta_deploy.adapters.clock import SystemClock
from paasta_deploy.adapters.variables.store_file import LOCK_WAIT_S_MAX, VarsStoreFile
from paasta_deploy.model.errors import VariableError
from paasta_deploy.testing.clock import FakeClock

DEADLINE_S = 60.0


@pytest.fixture
def store(tmp_path: Path) -> VarsStoreFile:
    """A store that is not there yet."""
    return VarsStoreFile(tmp_path / "vars.yml", SystemClock())


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond a hundred bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def names_in(folder: Path) -> list[str]:
    """Return what lies in a folder."""
    return sorted(item.name for item in folder.iterdir())


def test_a_store_that_is_not_there_is_empty(store: VarsStoreFile) -> None:
    assert store.read() == b""


def test_what_was_written_is_read_by_its_owner_only(store: VarsStoreFile) -> None:
    store.write(b"a: 1\n", instead_of=b"")
    store.path.chmod(0o644)
    store.write(b"a: 2\n", instead_of=b"a: 1\n")

    assert store.read() == b"a: 2\n"
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert names_in(store.path.parent) == ["vars.yml"]


def test_missing_folders_are_made(tmp_path: Path) -> None:
    deep = VarsStoreFile(tmp_path / "a/b/vars.yml", SystemClock())
    with deep.locked():
        deep.write(b"x: 1\n", instead_of=b"")

    assert deep.read() == b"x: 1\n"


def test_a_link_leads_to_the_file_that_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/vars.yml").write_text("a: 1\n")
    (tmp_path / "link.yml").symlink_to("real/vars.yml")
    linked = VarsStoreFile(tmp_path / "link.yml", SystemClock())
    with linked.locked():
        linked.write(b"a: 2\n", instead_of=b"a: 1\n")

    assert (tmp_path / "link.yml").is_symlink()
    assert (tmp_path / "real/vars.yml").read_text() == "a: 2\n"
    assert names_in(tmp_path / "real") == ["vars.yml"]


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    circle = VarsStoreFile(tmp_path / "a", SystemClock())

    with pytest.raises(VariableError, match="cannot be"):
        circle.read()
    with pytest.raises(VariableError, match="cannot be"), circle.locked():
        pass


def test_a_full_disk_leaves_the_old_store(store: VarsStoreFile) -> None:
    store.write(b"old: 1\n", instead_of=b"")
    with full_disk(), pytest.raises(VariableError, match="cannot be written") as raised:
        store.write(b"new: " + b"x" * 1000, instead_of=b"old: 1\n")

    assert "the disk must have space" in raised.value.hint
    assert store.read() == b"old: 1\n"
    assert names_in(store.path.parent) == ["vars.yml"]


def test_a_store_that_somebody_else_changed_is_not_overwritten(store: VarsStoreFile) -> None:
    store.path.write_text("theirs: 1\n")

    with pytest.raises(VariableError, match="was changed while") as raised:
        store.write(b"ours: 1\n", instead_of=b"")
    assert "theirs" not in str(raised.value)
    assert store.read() == b"theirs: 1\n"


@pytest.mark.parametrize("path", ["/dev/null", "."])
def test_what_is_no_file_is_never_replaced(path: str, tmp_path: Path) -> None:
    odd = VarsStoreFile(tmp_path / path, SystemClock())

    with pytest.raises(VariableError, match=r"regular file|cannot be read"):
        odd.write(b"a: 1\n", instead_of=b"")
    assert Path("/dev/null").is_char_device()


def test_two_writers_take_turns(store: VarsStoreFile) -> None:
    order: list[str] = []
    waits, goes_on = threading.Event(), threading.Event()

    def second() -> None:
        with store.locked(waits.set):
            order.append("second")
        goes_on.set()

    with store.locked():
        other = threading.Thread(target=second)
        other.start()
        assert waits.wait(DEADLINE_S)
        order.append("first")
    assert goes_on.wait(DEADLINE_S)
    other.join()

    assert order == ["first", "second"]
    assert names_in(store.path.parent) == []


def test_a_lock_that_is_held_for_too_long_is_told(tmp_path: Path) -> None:
    clock = FakeClock()
    store = VarsStoreFile(tmp_path / "vars.yml", clock)

    with (
        store.locked(),
        pytest.raises(VariableError, match="has been locked by another process") as raised,
        store.locked(on_wait=lambda: clock.advance(LOCK_WAIT_S_MAX + 1)),
    ):
        pass
    assert ".vars.yml.lock" in raised.value.hint


def test_a_lock_left_by_a_killed_process_does_not_matter(store: VarsStoreFile) -> None:
    (store.path.parent / ".vars.yml.lock").touch()
    with store.locked():
        pass

    assert names_in(store.path.parent) == []


def test_the_lock_is_given_back_after_ctrl_c(store: VarsStoreFile) -> None:
    with pytest.raises(KeyboardInterrupt), store.locked():
        raise KeyboardInterrupt

    assert names_in(store.path.parent) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has files of somebody else")
def test_with_sudo_a_store_stays_with_its_owner(store: VarsStoreFile) -> None:
    store.path.write_text("a: 1\n")
    os.chown(store.path, 65534, 65534)
    store.write(b"a: 2\n", instead_of=b"a: 1\n")

    assert (store.path.stat().st_uid, store.path.stat().st_gid) == (65534, 65534)
