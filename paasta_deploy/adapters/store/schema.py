"""The tables: one per record type, the addresses, the journal, and two small ones.

A record's table has its key, the columns by which it is looked for, ``version`` (the sequence of
the journal entry that wrote the row) and ``body``, the whole record as JSON. Columns beside the
body repeat it and are written from it, never on their own. Nothing here is SQLite's alone.

This is what the newest migration leads to; a test compares the two. States are checked by the
database against the life cycles in ``model/lifecycle.py``: who adds a state writes a migration.
"""

from enum import Enum

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)

from paasta_deploy.model.lifecycle import DiskState, RotationPhase, RunState, TaskState, VmState
from paasta_deploy.ports.store import Phase

metadata = MetaData()
# SQLite makes only a column declared INTEGER its row number, the cheapest key that it has.
_Counter = BigInteger().with_variant(Integer(), "sqlite")


def check_of(column: str, states: type[Enum]) -> str:
    """Return the SQL condition that ``column`` holds the value of a member of ``states``."""
    values = ", ".join(f"'{state.value}'" for state in states)
    return f"{column} IN ({values})"


def _record_table(name: str, *columns: Column[object] | CheckConstraint | Index) -> Table:
    return Table(
        name,
        metadata,
        *columns,
        Column("version", BigInteger, nullable=False),
        Column("body", Text, nullable=False),
    )


def _key(name: str) -> Column[object]:
    return Column(name, Text, primary_key=True)


def _number_key(name: str) -> Column[object]:
    return Column(name, _Counter, primary_key=True, autoincrement=False)


def _state(table: str, column: str, states: type[Enum]) -> tuple[Column[object], CheckConstraint]:
    return (
        Column(column, Text, nullable=False),
        CheckConstraint(check_of(column, states), name=f"{table}_{column}"),
    )


def _text(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Text, nullable=nullable)


instances = _record_table(
    "instances",
    _key("instance_id"),
    _text("deployment"),
    _text("instance_group"),
    Column("instance_index", BigInteger, nullable=False),
    *_state("instances", "run_state", RunState),
    Index("instances_deployment", "deployment"),
)
vms = _record_table(
    "vms",
    _key("agent_id"),
    _text("deployment"),
    _text("instance_id", nullable=True),
    *_state("vms", "state", VmState),
    Index("vms_deployment", "deployment"),
    Index("vms_instance_id", "instance_id"),
)
disks = _record_table(
    "disks",
    _key("disk_id"),
    _text("deployment"),
    _text("instance_id", nullable=True),
    *_state("disks", "state", DiskState),
    Column("orphaned", Boolean, nullable=False),
    Index("disks_deployment", "deployment"),
    Index("disks_orphaned", "orphaned"),
)
deployments = _record_table("deployments", _key("name"))
configs = _record_table(
    "configs",
    _number_key("config_id"),
    _text("kind"),
    _text("name"),
    Column("deleted", Boolean, nullable=False),
    Index("configs_kind_name", "kind", "name"),
)
releases = _record_table("releases", _key("name"), _key("release_version"))
stemcells = _record_table("stemcells", _key("name"), _key("stemcell_version"), _key("cpi"))
compiled_packages = _record_table(
    "compiled_packages",
    _key("stemcell_os"),
    _key("stemcell_version"),
    _key("fingerprint"),
    _key("dependency_key"),
)
tasks = _record_table(
    "tasks",
    _number_key("task_id"),
    _text("deployment", nullable=True),
    *_state("tasks", "state", TaskState),
    Index("tasks_deployment", "deployment"),
    Index("tasks_state", "state"),
)
variables = _record_table(
    "variables",
    _key("variable_id"),
    _text("name"),
    Column("number", BigInteger, nullable=False),
    _text("deployment"),
    # Two deploys that make the same shared value at one time must not both succeed.
    Index("variables_name_number", "name", "number", unique=True),
    Index("variables_deployment", "deployment"),
)
variable_sets = _record_table("variable_sets", _key("deployment"), _key("set_id"))
rotations = _record_table(
    "rotations",
    _key("name"),
    _text("deployment"),
    *_state("rotations", "phase", RotationPhase),
)

# Which instance holds which address; the key keeps two instances from holding one.
addresses = Table(
    "addresses",
    metadata,
    Column("ip", Text, primary_key=True),
    _text("network"),
    _text("deployment"),
    _text("instance_id"),
    Index("addresses_instance_id", "instance_id"),
)
journal = Table(
    "journal",
    metadata,
    _number_key("sequence"),
    _text("at"),
    Column("task_id", BigInteger, nullable=True),
    *_state("journal", "phase", Phase),
    _text("step"),
    _text("data"),
    Index("journal_task_id", "task_id", "sequence"),
)
settings = Table("settings", metadata, _key("name"), _text("value"))
# The highest number ever given to a task or config, so that none is given twice.
counters = Table("counters", metadata, _key("name"), Column("value", BigInteger, nullable=False))
