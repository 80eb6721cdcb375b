"""Writing many entries in one transaction: few statements, each over many rows.

Of several changes to one row only the last one is written. A task that is removed takes its lines
of the journal with it. The entries of a batch succeed or fail
one by one: a refused address refuses its entry, and when the database itself refuses a row the
batch is written again, each entry behind a savepoint of its own. Anything else (disk full, store
gone) fails the whole batch, of which then nothing stands.

The writer's fencing token is compared in the transaction that writes: a director that was stopped
for a while, and was replaced meanwhile, cannot add a line to the journal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Delete,
    Executable,
    Insert,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from paasta_deploy.adapters.store import schema
from paasta_deploy.adapters.store.addresses import AddressBook, touched
from paasta_deploy.adapters.store.claims import REIGN
from paasta_deploy.adapters.store.database import Database
from paasta_deploy.adapters.store.journal_lock import lock_journal
from paasta_deploy.adapters.store.prepared import Prepared, RowChange
from paasta_deploy.adapters.store.record_tables import Key
from paasta_deploy.model.errors import DeposedError, StoreError
from paasta_deploy.model.recorded import Record

# Parameters in one statement; SQLite's smallest compiled-in limit is 999.
PARAMETERS_MAX = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedRow:
    """A row as it stands after the batch; ``record`` None: it is gone."""

    table: str
    key: Key
    version: int
    record: Record | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the entries, in their order: None, or why one was refused."""

    refusals: Sequence[StoreError | None]
    rows: Sequence[CachedRow] = field(default=())


class BatchWriter:
    """Writes batches to one database. Used by one thread at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._statements = _Statements(database.engine.dialect.name)
        self.token: int | None = None
        """The fencing token of the director that writes; None: nobody takes the store over."""

    def write(self, entries: Sequence[Prepared]) -> Outcome:
        """Write the entries durably. Raises SQLAlchemyError when nothing could be written.

        Raises DeposedError when another director has taken the store over; nothing is written.
        """
        try:
            with self._database.write() as connection:
                return self._write_together(connection, entries)
        except IntegrityError:
            with self._database.write() as connection:
                return self._write_apart(connection, entries)

    def _write_together(self, connection: Connection, entries: Sequence[Prepared]) -> Outcome:
        lock_journal(connection)
        last, reign = connection.execute(self._statements.state).one()
        if self.token is not None and reign != self.token:
            raise deposed(self._database.place)
        book = self._address_book(connection, entries)
        refusals: list[StoreError | None] = []
        granted: list[Prepared] = []
        for entry in entries:
            try:
                book.grant(entry.claims)
            except StoreError as refusal:
                refusals.append(refusal)
            else:
                refusals.append(None)
                granted.append(entry)
        self._write_addresses(connection, book)
        rows = self._write_rows(connection, granted, last or 0)
        return Outcome(refusals=refusals, rows=rows)

    def _write_apart(self, connection: Connection, entries: Sequence[Prepared]) -> Outcome:
        refusals: list[StoreError | None] = []
        rows: list[CachedRow] = []
        for entry in entries:
            try:
                with connection.begin_nested():
                    alone = self._write_together(connection, [entry])
                refusals.extend(alone.refusals)
                rows.extend(alone.rows)
            except IntegrityError as error:
                refusals.append(self._database.error(error))
        return Outcome(refusals=refusals, rows=rows)

    def _address_book(self, connection: Connection, entries: Sequence[Prepared]) -> AddressBook:
        instances, ips = touched(claim for entry in entries for claim in entry.claims)
        rows: dict[str, Mapping[str, str]] = {}

        def look_up(statement: Executable, values: Iterable[str]) -> None:
            for some in _chunks(values):
                for row in connection.execute(statement, {"some": some}).mappings():
                    rows[row["ip"]] = dict(row)

        # Two plain look-ups: joined by OR the database would rather read the whole table. The
        # second is rarely needed, since most instances claim what they hold already.
        look_up(self._statements.held_by, instances)
        look_up(self._statements.holders_of, ips - rows.keys())
        return AddressBook(rows.values())

    def _write_addresses(self, connection: Connection, book: AddressBook) -> None:
        gone, new = book.gone(), book.new()
        if gone:
            connection.execute(self._statements.free_address, [{"gone": ip} for ip in gone])
        if new:
            connection.execute(self._statements.reserve_address, [dict(row) for row in new])

    def _write_rows(
        self, connection: Connection, entries: Sequence[Prepared], sequence: int
    ) -> list[CachedRow]:
        lines: list[Mapping[str, Any]] = []
        last: dict[tuple[Table, Key], tuple[RowChange, int]] = {}
        counters: dict[str, int] = {}
        for entry in entries:
            if entry.journal is not None:
                sequence += 1
                lines.append({**entry.journal, "sequence": sequence})
            for row in entry.rows:
                last[row.table, row.key] = (row, sequence)
            for name, number in entry.counters.items():
                counters[name] = max(number, counters.get(name, 0))
        if lines:
            connection.execute(self._statements.append_line, lines)
        for table, changes in _by_table(last.values()):
            self._write_table(connection, table, changes)
        if counters:
            rows = [{"name": name, "value": number} for name, number in counters.items()]
            connection.execute(self._statements.count, rows)
        return [
            CachedRow(table=table.name, key=key, version=version, record=row.record)
            for (table, key), (row, version) in last.items()
        ]

    def _write_table(
        self, connection: Connection, table: Table, changes: Sequence[tuple[RowChange, int]]
    ) -> None:
        has_version = "version" in table.c
        puts = [
            {**row.values, "version": version} if has_version else dict(row.values)
            for row, version in changes
            if row.values is not None
        ]
        keys = [row.key for row, _ in changes if row.values is None]
        if puts:
            connection.execute(self._statements.put[table], puts)
        if keys:
            names = [f"key_{place}" for place in range(len(keys[0]))]
            rows = [dict(zip(names, key, strict=True)) for key in keys]
            connection.execute(self._statements.remove[table], rows)
            if table is schema.tasks:
                connection.execute(self._statements.forget_task, rows)


class _Statements:
    """The statements that are the same for every batch; building one costs as much as a run."""

    def __init__(self, dialect: str) -> None:
        # Both dialects offer the same clause under the same name, but each on its own class.
        upsert: Callable[[Table], Any] = (
            postgresql.insert if dialect == "postgresql" else sqlite.insert
        )
        self.put = {table: _put(upsert(table), table) for table in schema.metadata.tables.values()}
        self.remove = {table: _remove(table) for table in schema.metadata.tables.values()}
        self.forget_task = delete(schema.journal).where(
            schema.journal.c.task_id == bindparam("key_0")
        )
        self.free_address = delete(schema.addresses).where(
            schema.addresses.c.ip == bindparam("gone")
        )
        some: BindParameter[str] = bindparam("some", expanding=True)
        addresses = schema.addresses
        self.held_by = select(addresses).where(addresses.c.instance_id.in_(some))
        self.holders_of = select(addresses).where(addresses.c.ip.in_(some))
        self.reserve_address = insert(addresses)
        reign = select(schema.counters.c.value).where(schema.counters.c.name == REIGN)
        self.state = select(func.max(schema.journal.c.sequence), reign.scalar_subquery())
        self.append_line = insert(schema.journal)
        count = upsert(schema.counters)
        self.count: Insert = count.on_conflict_do_update(
            index_elements=["name"],
            set_={"value": count.excluded.value},
            where=schema.counters.c.value < count.excluded.value,
        )


def deposed(place: str) -> DeposedError:
    """Return what to tell a director whose token is old."""
    return DeposedError(
        f"Another director has taken over the store {place}; nothing of this entry was written.",
        hint="This director had stood still, or its store was given to another one. It ends; the"
        " other one goes on with its tasks.",
    )


def _put(into: Any, table: Table) -> Insert:  # noqa: ANN401 - one of two dialects' inserts
    keys = [column.name for column in table.primary_key.columns]
    others = {
        column.name: into.excluded[column.name] for column in table.c if column.name not in keys
    }
    statement: Insert = into.on_conflict_do_update(index_elements=keys, set_=others)
    return statement


def _remove(table: Table) -> Delete:
    places = enumerate(table.primary_key.columns)
    return delete(table).where(*(column == bindparam(f"key_{place}") for place, column in places))


def _chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    remaining = iter(values)
    while some := list(islice(remaining, PARAMETERS_MAX)):
        yield some


def _by_table(
    changes: Iterable[tuple[RowChange, int]],
) -> Iterable[tuple[Table, list[tuple[RowChange, int]]]]:
    tables: dict[Table, list[tuple[RowChange, int]]] = {}
    for change in changes:
        tables.setdefault(change[0].table, []).append(change)
    return tables.items()
