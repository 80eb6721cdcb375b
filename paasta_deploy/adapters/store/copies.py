"""Copies of a store that is one file: kept before an upgrade, because there is no way down.

A copy is a whole SQLite database beside the store, readable by nobody else, whose name tells its
revision: ``store.db.revision-0001``. One is kept for each revision; a later upgrade from the same
revision replaces it, since it starts from what counts then. A copy is there whole or not at all:
it is written under another name first.
"""

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from paasta_deploy.model.errors import StoreError

_SIGN = ".revision-"
_UNFINISHED = ".unfinished"
_PRIVATE_FILE = 0o600


def copy_of(store: Path, revision: str) -> Path:
    """Return the name of the copy of ``store`` at ``revision``."""
    return store.with_name(f"{store.name}{_SIGN}{revision}")


def kept_copies(store: Path, revisions: Sequence[str]) -> tuple[Path, ...]:
    """Return the copies there are of these revisions, oldest revision first."""
    return tuple(copy for copy in (copy_of(store, one) for one in revisions) if copy.exists())


def keep_copy(store: Path, target: Path) -> Path:
    """Copy the database durably, as it is at one instant, and return ``target``.

    Others may read and write meanwhile; who must not lose what they write holds the lock. Blocks:
    about a second for a gigabyte. Raises StoreError, then there is no new copy and an older one is
    left as it was.
    """
    unfinished = target.with_name(target.name + _UNFINISHED)
    try:
        _make_private(unfinished)
        _copy(store, unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    except (OSError, sqlite3.Error) as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise StoreError(
            f"The store {store} is to be upgraded, and no copy of it could be kept at {target}: "
            f"{error}.",
            hint=f"Nothing was changed. Make room for {_megabytes(store)} MB in that folder, with "
            "write permission for the user who runs the director, and start it again.",
        ) from error
    return target


def _make_private(path: Path) -> None:
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE_FILE))


def _copy(store: Path, target: Path) -> None:
    # The write-ahead log is part of what is copied, which copying the file alone would miss.
    with (
        contextlib.closing(sqlite3.connect(store)) as source,
        contextlib.closing(sqlite3.connect(target)) as made,
    ):
        source.backup(made)
    _sync(target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _megabytes(path: Path) -> int:
    with contextlib.suppress(OSError):
        return 1 + path.stat().st_size // 1_000_000
    return 1
