"""Who may write to a store: one director at a time, and each one's number, the fencing token.

The token counts up with every director that takes the store, and stands in the table of counters,
so that the very transaction that writes entries can compare it. Beside it stands the holder's
:class:`Claim`, whose ``beat`` goes up while the holder lives. Nobody's clock is compared with
anybody else's: whoever watches sees beats come, or not.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from paasta_deploy.adapters.store import schema
from paasta_deploy.adapters.store.database import Database
from paasta_deploy.adapters.store.journal_lock import lock_journal

REIGN = "reign"
"""The name of the claim among the settings, and of the token among the counters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the director that holds a store says of itself. ``holder`` empty: it has let go."""

    holder: str
    token: int
    beat: int

    def text(self) -> str:
        """Return the claim as the setting holds it."""
        return json.dumps(asdict(self))


def read_claim(connection: Connection) -> Claim | None:
    """Return who holds the store, or held it last; None: nobody ever did."""
    name = schema.settings.c.name
    text = connection.scalar(select(schema.settings.c.value).where(name == REIGN))
    return None if text is None else Claim(**json.loads(text))


def take(database: Database, holder: str, *, seen: Claim | None) -> Claim | None:
    """Make ``holder`` the one that may write, unless the claim is no more what was seen.

    Return the new claim, or None when somebody was quicker. Once this returns no entry of the
    former holder can be written. Raises StoreError.
    """
    with database.told(), database.write() as connection:
        lock_journal(connection)
        if read_claim(connection) != seen:
            return None
        name = schema.counters.c.name
        token = connection.scalar(select(schema.counters.c.value).where(name == REIGN)) or 0
        claim = Claim(holder=holder, token=token + 1, beat=0)
        _put(connection, schema.counters, {"name": REIGN, "value": claim.token})
        _put(connection, schema.settings, {"name": REIGN, "value": claim.text()})
    return claim


def _put(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    is_postgresql = connection.dialect.name == "postgresql"
    into = (postgresql.insert if is_postgresql else sqlite.insert)(table).values(**row)
    connection.execute(
        into.on_conflict_do_update(index_elements=["name"], set_={"value": into.excluded.value})
    )
