"""The tables as code has them are those that the migrations make, on SQLite; both databases can.

The life cycles stand in the schema: who adds a state must write a migration, says this test.
"""

import sqlite3
from enum import Enum
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from paasta_deploy.adapters.store.database import connect
from paasta_deploy.adapters.store.schema import check_of, metadata
from paasta_deploy.model.lifecycle import (
    DiskState,
    RotationPhase,
    RunState,
    TaskState,
    VmState,
)
from paasta_deploy.ports.store import Phase


def test_the_migrations_lead_to_the_schema(store_path: Path) -> None:
    database = connect(store_path)
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    database.close()

    assert differences == []


@pytest.mark.parametrize(
    ("table", "column", "states"),
    [
        ("vms", "state", VmState),
        ("disks", "state", DiskState),
        ("tasks", "state", TaskState),
        ("instances", "run_state", RunState),
        ("journal", "phase", Phase),
        ("rotations", "phase", RotationPhase),
    ],
)
def test_the_migrated_tables_check_the_states_of_the_life_cycles(
    store_path: Path, table: str, column: str, states: type[Enum]
) -> None:
    connection = sqlite3.connect(store_path)
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?"
    (made,) = connection.execute(query, (table,)).fetchone()
    connection.close()

    assert f"CHECK ({check_of(column, states)})" in made


def test_the_database_refuses_a_state_that_no_life_cycle_has(store_path: Path) -> None:
    connection = sqlite3.connect(store_path)
    with pytest.raises(sqlite3.IntegrityError, match="vms_state"):
        connection.execute(
            "INSERT INTO vms (agent_id, deployment, state, version, body) "
            "VALUES ('a', 'cf', 'dreaming', 1, '{}')"
        )
    connection.close()


def test_postgresql_can_make_the_same_tables() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # untyped in SQLAlchemy
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        assert all(str(CreateIndex(index).compile(dialect=dialect)) for index in table.indexes)
