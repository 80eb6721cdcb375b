"""The corpus: stores as former versions have written them, by `scripts/drill old-store`."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
OLD_STORES = sorted(CORPUS.glob("*.sql"))

Rows = dict[tuple[str, tuple[object, ...]], object]
"""Table and key -> the body, as JSON."""


def revision_of(dump: Path) -> str:
    """Return the revision at which a store of the corpus was written."""
    return dump.name.partition("-")[0]


def make_old_store(dump: Path, path: Path) -> Path:
    """Make the store that the dump is of."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(dump.read_text())
    connection.close()
    path.chmod(0o600)
    return path


def bodies(path: Path) -> Rows:
    """Return all records of a store, of whatever revision."""
    connection = sqlite3.connect(path)
    found: Rows = {}
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
        names = [column[1] for column in columns]
        if "body" in names:
            keys = [column[1] for column in columns if column[5]]
            query = f"SELECT body, {', '.join(keys)} FROM {table}"  # noqa: S608 - our own names
            for body, *key in connection.execute(query):
                found[table, tuple(key)] = json.loads(body)
    connection.close()
    return found


def all_else(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what a store holds besides records: journal, settings, counters, addresses."""
    connection = sqlite3.connect(path)
    names = ("journal", "settings", "counters", "addresses")
    queries = {name: f"SELECT * FROM {name} ORDER BY 1" for name in names}  # noqa: S608 - our own
    found = {name: connection.execute(query).fetchall() for name, query in queries.items()}
    connection.close()
    return found


def paths_of(value: object, path: str = "") -> Iterator[str]:
    """Yield where a JSON value has keys; the items of a list are one place."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield f"{path}.{key}"
            yield from paths_of(below, f"{path}.{key}")
    elif isinstance(value, list):
        for below in value:
            yield from paths_of(below, f"{path}[]")
