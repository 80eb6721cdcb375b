"""The store on a real PostgreSQL: the common suite, and two directors on one database.

Needs Debian's `postgresql` and Python's `psycopg`; without them there is nothing to test.
"""

import asyncio
import itertools
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData
from typing_extensions import override

from paasta_deploy.adapters.store import SqlStore, open_store
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.migrate import alembic_config, read_all, upgrade
from paasta_deploy.model.errors import AddressTakenError, DeposedError
from paasta_deploy.model.ids import TaskId
from paasta_deploy.testing.clock import FakeClock
from paasta_deploy.testing.made_records import instance, vm
from paasta_deploy.testing.store_conformance import StoreConformance, StoreWithJournal, put
from tests.unit.adapters.store.old_stores import (
    OLD_STORES,
    bodies,
    make_old_store,
    revision_of,
)

pytest.importorskip("psycopg", reason="needs psycopg: pip install 'psycopg[binary]'")
PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PROGRAMS, reason="needs PostgreSQL: apt-get install postgresql"),
]
Opener = Callable[[], SqlStore]


def unprivileged(folder: Path) -> list[str]:
    """Return what to put before commands: PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return []
    shutil.chown(folder, "nobody", "nogroup")
    for parent in folder.parents:
        parent.chmod(parent.stat().st_mode | 0o011)
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]


class Postgres:
    """A server on a socket file, with a database in which the tables are made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = unprivileged(folder)
        self._numbers = itertools.count()
        self._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "paasta")
        self._control("-o", f"-k {folder} -h ''", "-l", str(folder / "log"), "start")
        self.create("template")
        open_store(self.url("template"), clock=FakeClock()).close()

    def url(self, name: str) -> str:
        """Return the address of a database."""
        return f"postgresql+psycopg://paasta@/{name}?host={self._folder}"

    def fresh(self) -> str:
        """Return the address of a new database in which the tables are made."""
        name = f"store{next(self._numbers)}"
        self.create(name, "template")
        return self.url(name)

    def empty(self) -> str:
        """Return the address of a new database without tables."""
        name = f"store{next(self._numbers)}"
        self.create(name)
        return self.url(name)

    def create(self, name: str, template: str = "template1") -> None:
        """Create a database."""
        statement = f"CREATE DATABASE {name} TEMPLATE {template}"
        where = ("-h", str(self._folder), "-U", "paasta", "-d", "postgres")
        self._run("psql", "-q", *where, "-c", statement)

    def stop(self) -> None:
        """End the server."""
        self._control("-m", "immediate", "stop")

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-w", "-D", str(self._folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        command = [*self._before, str(PROGRAMS[-1] / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    # None of pytest's folders: each start of pytest closes them to other users, and the server is
    # another user.
    with tempfile.TemporaryDirectory(prefix="paasta-pg-") as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def open_again(postgres: Postgres) -> Iterator[Opener]:
    """Return how to open a fresh database, again and again."""
    url = postgres.fresh()
    opened: list[SqlStore] = []

    def open_it() -> SqlStore:
        opened.append(open_store(url, clock=FakeClock()))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


class TestPostgresStore(StoreConformance):
    @pytest.fixture
    @override
    def store(self, open_again: Opener) -> StoreWithJournal:
        return open_again()

    @pytest.fixture
    @override
    def reopened(self, open_again: Opener) -> Callable[[], StoreWithJournal]:
        return open_again


async def test_two_directors_never_give_out_one_address_and_number_their_entries_in_one_row(
    open_again: Opener,
) -> None:
    stores = [open_again(), open_again()]
    wishes = [
        put(stores[place], instance(f"i{place}-{number}", f"10.0.0.{number}"))
        for number in range(100)
        for place in (0, 1)
    ]
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)

    assert all(one is None or isinstance(one, AddressTakenError) for one in outcomes)
    assert sum(one is None for one in outcomes) == 100
    assert len(stores[0].taken_addresses(except_deployment=None)) == 100
    lines = stores[1].journal.entries(TaskId(1))
    assert [one.sequence for one in lines] == list(range(1, 101))


async def test_a_director_whose_store_was_taken_over_writes_nothing(open_again: Opener) -> None:
    former, latter = open_again(), open_again()
    first, second = [
        await store.reign(
            # One name, as after a restart: nobody waits for the lease.
            "me", clock=FakeClock(), standby=False, on_deposed=lambda _error: None, tell=print
        )
        for store in (former, latter)
    ]  # fmt: skip
    await put(latter, vm("mine"))
    with pytest.raises(DeposedError):
        await put(former, vm("late"))
    first.close()
    await put(latter, vm("mine, too"))

    assert (first.token, second.token) == (1, 2)
    assert {one.agent_id for one in latter.vms()} == {"mine", "mine, too"}
    second.close()


@pytest.mark.parametrize("dump", OLD_STORES, ids=lambda dump: dump.stem)
def test_old_stores_are_upgraded_with_all_their_rows(
    postgres: Postgres, tmp_path: Path, dump: Path
) -> None:
    path, url = make_old_store(dump, tmp_path / "store.db"), postgres.empty()
    database = connect(url)
    with database.write() as connection:
        command.upgrade(alembic_config(connection), revision_of(dump))
        fill(connection, path)
    database.close()
    assert upgrade(url) is None  # no copy is kept: that is for PostgreSQL's own tools
    upgraded = connect(url)
    with upgraded.read() as connection:
        counts = read_all(connection)
    upgraded.close()

    assert sum(counts.values()) == len(bodies(path))


def fill(connection: Connection, path: Path) -> None:
    """Copy all rows of a store in a file."""
    source = sqlite3.connect(path)
    source.row_factory = sqlite3.Row
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        if table.name == "alembic_version":
            continue
        rows = [dict(row) for row in source.execute(f"SELECT * FROM {table.name}")]  # noqa: S608 - own
        for row in rows:
            row.update({name: bool(row[name]) for name in ("deleted", "orphaned") if name in row})
        if rows:
            connection.execute(table.insert(), rows)
    source.close()
