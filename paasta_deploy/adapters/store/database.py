"""Opening the database behind the store, and saying in an operator's words what went wrong.

SQLite is the default: write-ahead log, a sync at each commit, one writer. What only SQLite needs
stands in this module; everything else of the store is plain SQLAlchemy Core and works with
PostgreSQL as well.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from paasta_deploy.model.errors import StoreError

# How long a statement waits for another process that is writing (a migration, a backup); a
# director's own writes never wait, because one thread does them all.
BUSY_TIMEOUT_MS = 10_000
# The log is cut back to this after a checkpoint; a deploy of 10,000 instances fits several times.
WAL_BYTES_MAX = 64 * 1024 * 1024
_PRIVATE_FILE = 0o600
_PRIVATE_FOLDER = 0o700
WRITES = "paasta_writes"
"""Execution option of connections which will write: they take the lock at their beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """An open database. ``place`` is what people call it: a path, or a URL without password."""

    engine: Engine
    url: URL
    place: str

    @property
    def file(self) -> Path | None:
        """The file that is the database; None: it is a server's."""
        is_file = self.url.get_backend_name() == "sqlite"
        return Path(self.url.database or "") if is_file else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection on which all reads see the same instant. Raises StoreError."""
        with self.told(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are durable after the block, or undone by an error."""
        connection = self.engine.connect().execution_options(**{WRITES: True})
        with connection, connection.begin():
            yield connection

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn failures of the database into StoreErrors."""
        try:
            yield
        except SQLAlchemyError as error:
            raise self.error(error) from error

    def error(self, cause: SQLAlchemyError) -> StoreError:
        """Return what to tell an operator about ``cause``."""
        reason = str(getattr(cause, "orig", None) or cause)
        for sign, (summary, hint) in _REASONS.items():
            if sign in reason:
                return StoreError(f"{summary.format(place=self.place)} ({reason})", hint=hint)
        return StoreError(
            f"The store {self.place} refused: {reason}",
            hint="Look into the director's log; nothing of the refused entry was written.",
        )

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def connect(location: Path | str, *, make: bool = True) -> Database:
    """Open the database at a path (SQLite) or URL; an absent SQLite file is made, mode 0600.

    Raises StoreError when the place cannot be read and written, or is no database; with ``make``
    False also when there is no file.
    """
    url = _url_of(location)
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "")
        if not make and not path.exists():
            raise StoreError(
                f"There is no store at {path}.", hint="The first start of a director makes one."
            )
        _make_private(path)
        database = Database(engine=create_engine(url), url=url, place=str(path))
        event.listen(database.engine, "connect", _set_up_sqlite)
        event.listen(database.engine, "begin", _begin_sqlite)
    else:
        place = url.render_as_string(hide_password=True)
        database = Database(engine=create_engine(url, pool_pre_ping=True), url=url, place=place)
    return database


def _url_of(location: Path | str) -> URL:
    if isinstance(location, Path) or "://" not in location:
        return URL.create("sqlite", database=str(Path(location).absolute()))
    try:
        return make_url(location)
    except ArgumentError as error:
        raise StoreError(
            "The address of the store in director.yml is no database URL.",
            hint="Write a path, sqlite:////absolute/path or postgresql+psycopg://user@host/name.",
        ) from error


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, since SQLite gives its log files the same mode."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE_FILE)
        try:
            os.fchmod(descriptor, _PRIVATE_FILE)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise StoreError(
            f"The store {path} cannot be opened for writing: {error.strerror}.",
            hint="The folder must exist and belong to the user who runs the director.",
        ) from error


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - any DBAPI's
    # The driver must not begin transactions by itself: _begin_sqlite does, of the right kind.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute(f"PRAGMA journal_size_limit={WAL_BYTES_MAX}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once; a reader that turned writer could find it gone.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


_DAMAGED = (
    "The store {place} is damaged",
    (
        "Stop the director and keep a copy of the file. Restore a backup, or try "
        "`sqlite3 store.db .recover | sqlite3 mended.db` and put the mended file in its place."
    ),
)
# What the driver says (SQLite's result texts, which are stable) -> summary and hint.
_REASONS = {
    "disk is full": (
        "The disk that holds the store {place} is full; nothing was written",
        "Free some space there. The director keeps running; give the command again afterwards.",
    ),
    "disk I/O error": (
        "The disk that holds the store {place} failed",
        "Look at the kernel's log (dmesg) and at the free space, then start the director again.",
    ),
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
    "readonly": (
        "The store {place} cannot be written",
        "Give the user who runs the director write permission on the file and on its folder.",
    ),
    "unable to open": (
        "The store {place} cannot be opened",
        "Look whether its folder exists and belongs to the user who runs the director.",
    ),
    "locked": (
        f"Another process has been writing to the store {{place}} for {BUSY_TIMEOUT_MS // 1000} s",
        "Only one director may use a store. Stop the other one, or the tool that has it open.",
    ),
}
