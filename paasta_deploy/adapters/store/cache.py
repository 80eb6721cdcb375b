"""Decoded records by row, so that a row is decoded once and not at every read.

An entry counts only while its version is that of the row, which every read asks the database for;
so the cache can be forgotten at any time, may lag behind, and is right with several writers on
one database as well. Filled by the journal's thread and by reads; safe from any thread.

With one writer alone, which is what a director that reigns is, nobody else changes rows, and the
newest entry of a row is the row: :meth:`RecordCache.newest` needs no database. For that an older
version never replaces a newer one: a read may bring it late. A row that was removed leaves a mark
for the same reason.
"""

from collections.abc import Iterable
from threading import Lock

from paasta_deploy.adapters.store.batch import CachedRow
from paasta_deploy.adapters.store.record_tables import Key
from paasta_deploy.model.recorded import Record

# Twice 10,000 instances and their VMs would not fit the director's memory anyway; below that,
# the oldest go first.
ROWS_MAX = 20_000


class RecordCache:
    """Versions and records by table and key; None: the row was removed by then."""

    def __init__(self, rows_max: int = ROWS_MAX) -> None:
        self._rows_max = rows_max
        self._rows: dict[tuple[str, Key], tuple[int, Record | None]] = {}
        self._lock = Lock()

    def get(self, table: str, key: Key, version: int) -> Record | None:
        """Return the record if it is known in this version."""
        found = self._rows.get((table, key))
        return found[1] if found is not None and found[0] == version else None

    def newest(self, table: str, key: Key) -> Record | None:
        """Return the record as it was written last, if that is known. For the only writer."""
        found = self._rows.get((table, key))
        return None if found is None else found[1]

    def keep(self, table: str, key: Key, version: int, record: Record | None) -> None:
        """Remember one decoded row, unless a newer one is known."""
        with self._lock:
            known = self._rows.get((table, key))
            if known is not None and known[0] > version:
                return
            self._rows[table, key] = (version, record)
            while len(self._rows) > self._rows_max:
                del self._rows[next(iter(self._rows))]

    def forget(self) -> None:
        """Know nothing any more."""
        with self._lock:
            self._rows.clear()

    def follow(self, rows: Iterable[CachedRow]) -> None:
        """Take over what was just written."""
        for row in rows:
            self.keep(row.table, row.key, row.version, row.record)
