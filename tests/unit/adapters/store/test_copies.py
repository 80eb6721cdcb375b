"""A copy is there whole or not at all; its name tells its revision; only its owner reads it."""

import sqlite3
import stat
from pathlib import Path

import pytest

from paasta_deploy.adapters.store.copies import copy_of, keep_copy, kept_copies
from paasta_deploy.model.errors import StoreError


def count(path: Path) -> int:
    """Return how many settings a store has."""
    connection = sqlite3.connect(path)
    (found,) = connection.execute("SELECT count(*) FROM settings").fetchone()
    connection.close()
    return int(found)


def add(path: Path, name: str) -> None:
    """Add a setting."""
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO settings VALUES (?, 'x')", (name,))
    connection.commit()
    connection.close()


def test_a_copy_replaces_an_older_one_of_the_same_revision(store_path: Path) -> None:
    add(store_path, "first")
    target = copy_of(store_path, "0001")
    keep_copy(store_path, target)
    add(store_path, "second")

    assert keep_copy(store_path, target) == target
    assert count(target) == 2
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_copies_are_found_by_revision_oldest_first(store_path: Path) -> None:
    for revision in ("0002", "0001", "0009"):
        keep_copy(store_path, copy_of(store_path, revision))

    found = kept_copies(store_path, ("0001", "0002", "0003"))
    assert [one.name for one in found] == ["store.db.revision-0001", "store.db.revision-0002"]


def test_what_is_left_of_a_copy_that_was_cut_off_is_in_nobodys_way(store_path: Path) -> None:
    target = copy_of(store_path, "0001")
    unfinished = target.with_name(target.name + ".unfinished")
    unfinished.write_text("half of it")
    keep_copy(store_path, target)

    assert count(target) == 0
    assert not unfinished.exists()


def test_a_copy_that_fails_leaves_the_older_one_and_says_what_it_needs(store_path: Path) -> None:
    target = copy_of(store_path, "0001")
    keep_copy(store_path, target)
    store_path.write_bytes(b"no database at all" * 1000)

    with pytest.raises(StoreError, match="no copy of it could be kept") as refusal:
        keep_copy(store_path, target)
    assert "Make room for 1 MB" in refusal.value.hint
    assert count(target) == 0
