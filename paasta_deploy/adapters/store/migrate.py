"""The program that migrates a store: ``python -m`` this module, its URL on standard input.

The URL comes that way because it may hold a password. Exit status 0: the schema is the newest one.
All migrations run in one transaction, so that a failure leaves the store as it was. See
:mod:`~paasta_deploy.adapters.store.revision` for why this is a process of its own.
"""

import sys

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.revision import MIGRATIONS
from paasta_deploy.model.errors import StoreError


def alembic_config(connection: Connection) -> Config:
    """Return Alembic's configuration for one open connection, which ``env.py`` picks up."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    # The paths of Windows hold colons, so Alembic wants to be told how lists are written.
    config.set_main_option("path_separator", "os")
    return config


def upgrade(url: str) -> None:
    """Bring the database to the newest schema. Raises StoreError."""
    database = connect(url)
    try:
        with database.told(), database.write() as connection:
            command.upgrade(alembic_config(connection), "head")
    finally:
        database.close()


def main() -> int:
    """Read the URL, migrate, and say on standard error what went wrong."""
    try:
        upgrade(sys.stdin.read().strip())
    except StoreError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
