"""Making sure that the database has the schema which this version of the program knows.

Whether it has is one query. When it has not, the migrations run in a process of their own
(:mod:`~paasta_deploy.adapters.store.migrate`): Alembic costs 12 MB and 0.2 s, which a director
that finds its schema current, as nearly always, need not carry.

A store from a newer version is refused: going back would lose what the newer version wrote. The
way back is the copy that was kept before upgrading.
"""

import logging
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from paasta_deploy.adapters.store.copies import kept_copies
from paasta_deploy.adapters.store.database import Database
from paasta_deploy.model.errors import StoreError

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATE_MODULE = "paasta_deploy.adapters.store.migrate"
# A migration that rewrites the largest store we measured (10,000 instances) takes seconds.
MIGRATION_DEADLINE_S = 600
_ERROR_CHARACTERS_MAX = 2000


def known_revisions() -> tuple[str, ...]:
    """Return the revisions that this version can make, oldest first; the last one is its own."""
    scripts = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return tuple(sorted(script.name.partition("_")[0] for script in scripts))


def make_current(database: Database) -> None:
    """Create or migrate the tables if need be. Raises StoreError, then nothing was changed."""
    with database.read() as connection:
        revision = stored_revision(connection)
    known = known_revisions()
    if revision == known[-1]:
        return
    refuse_newer(database, revision)
    # The other process needs the lock.
    database.close()
    kept = _run_migrations(database)
    if revision is not None:
        told = {"store": database.place, "was": revision, "is": known[-1], "copy": kept}
        log.warning("the store was upgraded", extra=told)


def refuse_newer(database: Database, revision: str | None) -> None:
    """Raise StoreError when the schema is none that this version has made or can upgrade."""
    known = known_revisions()
    if revision is not None and revision not in known:
        raise StoreError(
            f"The store {database.place} was written by a newer paasta-deploy: its schema is "
            f"{revision}, this version knows up to {known[-1]}.",
            hint=f"Nothing was changed. Install the newer version again{_way_back(database)}.",
        )


def stored_revision(connection: Connection) -> str | None:
    """Return the revision of the schema, or None when there are no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    stored = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if stored is None else str(stored)


def _way_back(database: Database) -> str:
    if database.file is None:
        return ", or restore the dump that you made before upgrading"
    copies = kept_copies(database.file, known_revisions())
    if not copies:
        return ", or restore a backup that you made before upgrading"
    return (
        f". To go back to what was before the upgrade instead: move {database.place}, "
        f"{database.file.name}-wal and {database.file.name}-shm away, and copy {copies[-1]} to "
        f"{database.place}"
    )


def _run_migrations(database: Database) -> str:
    try:
        done = subprocess.run(
            [sys.executable, "-m", MIGRATE_MODULE],
            input=database.url.render_as_string(hide_password=False),
            capture_output=True,
            text=True,
            timeout=MIGRATION_DEADLINE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreError(
            f"The migration of the store {database.place} did not finish: {error}.",
            hint="Nothing was changed. Start the director again; keep a copy of the store first.",
        ) from error
    if done.returncode != 0:
        said = done.stderr.strip()[-_ERROR_CHARACTERS_MAX:]
        raise StoreError(
            f"The migration of the store {database.place} failed:\n"
            f"{said or f'its process ended with status {done.returncode}'}",
            hint="Nothing was changed. If that text does not help, send it with a bug report.",
        )
    return done.stdout
