"""The program that migrates a store: ``python -m`` this module, its URL on standard input.

The URL comes that way because it may hold a password. Exit status 0: the schema is the newest one;
what it said on standard output is where it keeps a copy of the store as it was.

All of it is one transaction: the copy is made while nobody else can write, and what the migrations
made is read back, every record, before it counts. Whatever fails, or kills this process, leaves
the store as it was. See :mod:`~paasta_deploy.adapters.store.revision` for why this is a process of
its own.
"""

import sys
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, select

from paasta_deploy.adapters.store.codec import CodecError
from paasta_deploy.adapters.store.copies import copy_of, keep_copy
from paasta_deploy.adapters.store.database import Database, connect
from paasta_deploy.adapters.store.reading import damaged
from paasta_deploy.adapters.store.record_tables import TABLE_OF
from paasta_deploy.adapters.store.revision import MIGRATIONS, known_revisions, stored_revision
from paasta_deploy.model.errors import StoreError


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for one open connection, which ``env.py`` picks up."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    # The paths of Windows hold colons, so Alembic wants to be told how lists are written.
    config.set_main_option("path_separator", "os")
    return config


def upgrade(url: str) -> Path | None:
    """Bring the database to the newest schema; return where it is kept as it was before.

    None: nothing was to be kept (a new store, or one that is current already), or it is no file:
    PostgreSQL has its own tools. Raises StoreError.
    """
    database = connect(url)
    try:
        with database.told(), database.write() as connection:
            # Another process may have been quicker.
            revision = stored_revision(connection)
            if revision == known_revisions()[-1]:
                return None
            kept = _keep(database, revision)
            command.upgrade(alembic_config(connection), "head")
            read_all(connection)
            return kept
    finally:
        database.close()


def read_all(connection: Connection) -> dict[str, int]:
    """Read every record; return how many each table has. Raises StoreError for one it cannot."""
    counts: dict[str, int] = {}
    for place in TABLE_OF.values():
        keys = tuple(place.table.primary_key.columns)
        rows = connection.execute(select(place.table.c.body, *keys))
        for count, (body, *key) in enumerate(rows, start=1):
            counts[place.name] = count
            try:
                place.codec.decode(body)
            except CodecError as error:
                raise damaged(place.name, tuple(key), error) from error
    return counts


def _keep(database: Database, revision: str | None) -> Path | None:
    if revision is None or database.file is None:
        return None
    return keep_copy(database.file, copy_of(database.file, revision))


def main() -> int:
    """Read the URL, migrate, and say on standard error what went wrong."""
    try:
        kept = upgrade(sys.stdin.read().strip())
    except StoreError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return 1
    sys.stdout.write("" if kept is None else str(kept))
    return 0


if __name__ == "__main__":
    sys.exit(main())
