"""Reading records of one type: rows by condition, bodies decoded once.

The first query asks for keys and versions only; bodies are read when the cache lacks one. Both
queries run in the caller's transaction, so they see the same instant.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Select, UnaryExpression, select

from paasta_deploy.adapters.store.cache import RecordCache
from paasta_deploy.adapters.store.codec import CodecError
from paasta_deploy.adapters.store.record_tables import RecordTable
from paasta_deploy.model.errors import StoreError
from paasta_deploy.model.recorded import Record

_T = TypeVar("_T", bound=Record)
Order = ColumnElement[object] | UnaryExpression[object]
# From here on the collector's passes over a growing heap, which find nothing, cost more than the
# decoding itself (measured: 3.3 s against 0.8 s for 10,000 instances).
_MANY_ROWS = 500


def read_records(
    connection: Connection,
    cache: RecordCache,
    place: RecordTable[_T],
    *conditions: ColumnElement[bool],
    order: Sequence[Order] = (),
    limit: int | None = None,
) -> tuple[_T, ...]:
    """Return the records that meet all conditions, by key unless ``order`` says otherwise.

    Raises StoreError when a row does not hold what its type says.
    """
    table = place.table
    keys = tuple(table.primary_key.columns)
    columns = (table.c.version, *keys)
    query = select(*columns).where(*conditions).order_by(*(order or keys)).limit(limit)
    rows = connection.execute(query).all()
    known = [cache.get(place.name, tuple(row[1:]), row[0]) for row in rows]
    if None in known:
        return _read_bodies(connection, cache, place, query)
    return tuple(known)  # type: ignore[arg-type] # the table's own type, and no None among them


def _read_bodies(
    connection: Connection,
    cache: RecordCache,
    place: RecordTable[_T],
    query: Select[*tuple[object, ...]],
) -> tuple[_T, ...]:
    rows = connection.execute(query.add_columns(place.table.c.body)).all()
    records: list[_T] = []
    with _collector_paused(len(rows) > _MANY_ROWS):
        for version, *key_values, body in rows:
            key = tuple(key_values)
            known = cache.get(place.name, key, version)
            if known is not None:
                records.append(known)  # type: ignore[arg-type] # the table's own type
                continue
            try:
                record = place.codec.decode(body)
            except CodecError as error:
                raise damaged(place.name, key, error) from error
            cache.keep(place.name, key, version, record)
            records.append(record)
    return tuple(records)


@contextmanager
def _collector_paused(pause: bool) -> Iterator[None]:
    if not pause or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def damaged(table: str, key: tuple[object, ...], error: CodecError) -> StoreError:
    """Return what to tell about a row that does not hold what its type says."""
    row = f"The row {'/'.join(str(part) for part in key)} of table {table}"
    if error.unknown:
        return StoreError(
            f"{row} was written by a newer paasta-deploy: this version does not know its "
            f"{', '.join(error.unknown)}.",
            hint="Install the newer version again. Nothing was changed.",
        )
    return StoreError(
        f"{row} is damaged: {error}.",
        hint="Somebody changed the store by hand, or the disk did. Restore a backup of it.",
    )
