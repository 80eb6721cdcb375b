"""Decoded records by row, so that a row is decoded once and not at every read.

An entry counts only while its version is that of the row, which every read asks the database for;
so the cache can be forgotten at any time, may lag behind, and is right with several directors on
one database as well. Filled by the journal's thread and by reads; safe from any thread.
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
    """Versions and records by table and key."""

    def __init__(self, rows_max: int = ROWS_MAX) -> None:
        self._rows_max = rows_max
        self._rows: dict[tuple[str, Key], tuple[int, Record]] = {}
        self._lock = Lock()

    def get(self, table: str, key: Key, version: int) -> Record | None:
        """Return the record if it is known in this version."""
        found = self._rows.get((table, key))
        return found[1] if found is not None and found[0] == version else None

    def keep(self, table: str, key: Key, version: int, record: Record) -> None:
        """Remember one decoded row."""
        with self._lock:
            self._rows[table, key] = (version, record)
            while len(self._rows) > self._rows_max:
                del self._rows[next(iter(self._rows))]

    def follow(self, rows: Iterable[CachedRow]) -> None:
        """Take over what was just written."""
        for row in rows:
            if row.record is None:
                with self._lock:
                    self._rows.pop((row.table, row.key), None)
            else:
                self.keep(row.table, row.key, row.version, row.record)
