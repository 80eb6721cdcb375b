"""Opening the database: who may read it, and what an operator is told when it cannot be used."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from paasta_deploy.adapters.store import open_store
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.model.errors import StoreError
from paasta_deploy.testing.clock import FakeClock


def mode(path: Path) -> int:
    """Return the permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_reads_a_new_store(tmp_path: Path) -> None:
    path = tmp_path / "home" / "store.db"
    database = connect(path)
    with database.write() as connection:
        connection.execute(text("CREATE TABLE t (x INTEGER)"))
    modes = {one.name: mode(one) for one in path.parent.iterdir()}
    database.close()

    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    assert mode(path.parent) == 0o700


def test_a_store_that_others_could_read_is_closed_to_them(store_path: Path) -> None:
    store_path.chmod(0o644)
    connect(store_path).close()

    assert mode(store_path) == 0o600


def test_commits_are_synced_and_written_ahead(store_path: Path) -> None:
    database = connect(store_path)
    with database.read() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
    database.close()


def test_a_file_that_is_no_database_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"this is a text and no database at all, long enough to be looked at" * 20)

    with pytest.raises(StoreError, match=r"store\.db is damaged") as refusal:
        open_store(path, clock=FakeClock())
    assert "Restore a backup" in refusal.value.hint


def test_a_damaged_page_is_told_with_what_to_do(store_path: Path) -> None:
    content = bytearray(store_path.read_bytes())
    content[100:4000] = os.urandom(3900)
    store_path.write_bytes(content)

    with pytest.raises(StoreError, match="damaged"):
        open_store(store_path, clock=FakeClock())


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(StoreError, match="cannot be opened for writing"):
        connect(tmp_path / "file" / "store.db")


def test_an_address_that_is_no_url_is_told_without_repeating_it() -> None:
    with pytest.raises(StoreError) as refusal:
        connect("post gres://user:hunter2@host")
    assert "hunter2" not in str(refusal.value) + refusal.value.hint


def test_a_url_and_a_path_name_the_same_store(store_path: Path) -> None:
    by_url = connect(f"sqlite:///{store_path}")
    by_path = connect(store_path)

    assert by_url.place == by_path.place == str(store_path)
    by_url.close()
    by_path.close()


def test_a_full_database_is_told_with_what_to_do(store_path: Path) -> None:
    database = connect(store_path)
    with database.engine.connect() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        with pytest.raises(StoreError, match="is full") as refusal, database.told():
            connection.execute(text("CREATE TABLE t AS SELECT randomblob(1000000) AS x"))
    database.close()

    assert "Free some space" in refusal.value.hint


def test_a_lock_that_another_process_holds_is_told(store_path: Path) -> None:
    other = sqlite3.connect(store_path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = connect(store_path)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")
        with pytest.raises(StoreError, match="Another process has been writing"), database.told():
            connection.execute(text("DELETE FROM vms"))
    database.close()
    other.close()
