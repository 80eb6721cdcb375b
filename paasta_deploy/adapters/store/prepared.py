"""One journal entry made ready for the database, outside the writer's thread and transaction.

Encoding happens here, in the caller's own time, so that a record which cannot be stored is the
caller's error and the writer only binds texts. Pure: values in, values out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Table

from paasta_deploy.adapters.store import schema
from paasta_deploy.adapters.store.codec import checked_json
from paasta_deploy.adapters.store.record_tables import CONFIGS, TABLE_OF, TASKS, Key, Scalar
from paasta_deploy.model.recorded import InstanceRecord, Put, Record, RecordChange
from paasta_deploy.model.values import canonical_json
from paasta_deploy.ports.store import JournalEntry

# Numbers that are never given twice, and the tables whose rows use them.
COUNTED: Mapping[str, str] = {TASKS.name: "task", CONFIGS.name: "config"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """One row to write, or to delete when ``values`` is None. ``record`` is for the cache."""

    table: Table
    key: Key
    values: Mapping[str, Scalar] | None
    record: Record | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressClaim:
    """The addresses that an instance holds from now on; all that it held before are free."""

    instance_id: str
    deployment: str
    networks: tuple[tuple[str, str], ...]
    """Pairs of address and network; an address named twice is a claim that cannot be granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What one write does. ``journal`` lacks its sequence; None writes no line."""

    journal: Mapping[str, Scalar] | None
    rows: tuple[RowChange, ...]
    claims: tuple[AddressClaim, ...] = ()
    counters: Mapping[str, int] = field(default_factory=dict)


def prepare(entry: JournalEntry, at: datetime) -> Prepared:
    """Encode an entry. Raises TypeError for a record or data that must not be stored."""
    return Prepared(
        journal={
            "at": at.isoformat(),
            "task_id": entry.task_id,
            "phase": entry.phase.value,
            "step": entry.step,
            "data": _data_text(entry),
        },
        rows=tuple(_row_change(change) for change in entry.changes),
        claims=_claims(entry.changes),
        counters=_counters(entry.changes),
    )


def prepare_setting(name: str, value: str) -> Prepared:
    """Encode a director-wide setting, which is no fact of a task and so no journal line."""
    row = RowChange(table=schema.settings, key=(name,), values={"name": name, "value": value})
    return Prepared(journal=None, rows=(row,))


def _data_text(entry: JournalEntry) -> str:
    checked_json(entry.data)
    return canonical_json(entry.data)


def _row_change(change: RecordChange) -> RowChange:
    record = change.record
    place = TABLE_OF[type(record)]
    columns = place.columns(record)
    key = place.key(columns)
    if isinstance(change, Put):
        values = {**columns, "body": place.codec.encode(record)}
        return RowChange(table=place.table, key=key, values=values, record=record)
    return RowChange(table=place.table, key=key, values=None)


def _claims(changes: tuple[RecordChange, ...]) -> tuple[AddressClaim, ...]:
    """Return what each instance holds after the entry; of several changes the last one counts."""
    claims: dict[str, AddressClaim] = {}
    for change in changes:
        record = change.record
        if isinstance(record, InstanceRecord):
            held = record.addresses if isinstance(change, Put) else ()
            claims[record.instance_id] = AddressClaim(
                instance_id=record.instance_id,
                deployment=record.deployment,
                networks=tuple((str(one.ip), one.network) for one in held),
            )
    return tuple(claims.values())


def _counters(changes: tuple[RecordChange, ...]) -> Mapping[str, int]:
    highest: dict[str, int] = {}
    for change in changes:
        place = TABLE_OF[type(change.record)]
        name = COUNTED.get(place.name)
        if name is not None:
            number = int(place.key(place.columns(change.record))[0])
            highest[name] = max(number, highest.get(name, 0))
    return highest
