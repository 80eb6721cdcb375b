"""Old stores are migrated, newer ones refused, and a failed migration changes nothing."""

import sqlite3
from pathlib import Path

import pytest

from paasta_deploy.adapters.store import open_store
from paasta_deploy.adapters.store.copies import copy_of, keep_copy
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.migrate import upgrade
from paasta_deploy.adapters.store.revision import known_revisions, make_current
from paasta_deploy.model.errors import StoreError
from paasta_deploy.testing.clock import FakeClock


def change(path: Path, statement: str) -> None:
    """Run one statement on the file."""
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def tables(path: Path) -> set[str]:
    """Return the names of the tables in the file."""
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    return {name for (name,) in rows}


def test_revisions_count_up() -> None:
    known = known_revisions()

    assert list(known) == [f"{number:04}" for number in range(1, len(known) + 1)]


def test_an_empty_database_gets_all_tables(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    upgrade(str(path))

    assert {"vms", "journal", "alembic_version"} <= tables(path)


def test_a_current_store_is_left_alone(store_path: Path) -> None:
    before = store_path.stat().st_mtime_ns
    database = connect(store_path)
    make_current(database)
    database.close()

    assert store_path.stat().st_mtime_ns == before


def test_a_newer_store_is_refused_with_both_versions_named(store_path: Path) -> None:
    change(store_path, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=f"its schema is 9999, .* {known_revisions()[-1]}"):
        open_store(store_path, clock=FakeClock())


def test_a_newer_store_is_refused_with_the_way_back_and_not_touched(store_path: Path) -> None:
    copy = keep_copy(store_path, copy_of(store_path, "0001"))
    change(store_path, "UPDATE alembic_version SET version_num = '9999'")
    before = store_path.read_bytes()

    with pytest.raises(StoreError) as refusal:
        open_store(store_path, clock=FakeClock())
    assert f"copy {copy} to {store_path}" in refusal.value.hint
    assert "store.db-wal" in refusal.value.hint
    assert store_path.read_bytes() == before


def test_a_migration_that_fails_says_why_and_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    change(path, "CREATE TABLE vms (somebody_elses INTEGER)")

    with pytest.raises(StoreError, match="vms already exists"):
        open_store(path, clock=FakeClock())
    assert tables(path) == {"vms"}
