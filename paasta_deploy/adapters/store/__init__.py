"""The durable store on SQLAlchemy: SQLite by default, PostgreSQL by URL.

:func:`open_store` is all that wiring needs. Inside, by the way of the data: ``prepared`` encodes
an entry (``codec``, ``record_tables``), ``journal`` queues it, ``batch`` writes many of them in
one transaction (``addresses`` decides who may have which address), ``sql_store`` and ``reading``
read (``cache`` spares decoding), ``schema`` has the tables, ``migrate`` makes them. ``reign``
and ``claims`` see to it that one director at a time writes.
"""

from pathlib import Path

from paasta_deploy.adapters.store.cache import RecordCache
from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.journal import SqlJournal
from paasta_deploy.adapters.store.reign import Reign
from paasta_deploy.adapters.store.revision import make_current
from paasta_deploy.adapters.store.sql_store import SqlStore
from paasta_deploy.ports.clock import Clock

__all__ = ["Reign", "SqlStore", "open_store"]


def open_store(location: Path | str, *, clock: Clock) -> SqlStore:
    """Open the store at a path or URL, create it when it is absent, migrate it when it is old.

    Blocks: milliseconds when the schema is current, about a second when it must be made. Reads may
    come from any thread; ``journal.write`` from one event loop at a time. Raises StoreError: newer
    schema, damaged file, no permission, disk full.
    """
    database = connect(location)
    make_current(database)
    cache = RecordCache()
    journal = SqlJournal(database, clock=clock, after_write=cache.follow)
    return SqlStore(database, cache, journal)
