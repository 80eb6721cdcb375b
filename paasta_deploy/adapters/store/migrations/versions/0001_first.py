"""The first schema: records, addresses, journal, settings, counters.

There is no way down: a newer store is refused, and a backup is the way back.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Create everything."""
    _create_addresses()
    _create_compiled_packages()
    _create_configs()
    _create_counters()
    _create_deployments()
    _create_disks()
    _create_instances()
    _create_journal()
    _create_releases()
    _create_settings()
    _create_stemcells()
    _create_tasks()
    _create_vms()


def _counter() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _create_addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("ip", sa.Text(), primary_key=True),
        sa.Column("network", sa.Text(), nullable=False),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
    )
    op.create_index("addresses_instance_id", "addresses", ["instance_id"])


def _create_compiled_packages() -> None:
    op.create_table(
        "compiled_packages",
        sa.Column("stemcell_os", sa.Text(), primary_key=True),
        sa.Column("stemcell_version", sa.Text(), primary_key=True),
        sa.Column("fingerprint", sa.Text(), primary_key=True),
        sa.Column("dependency_key", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )


def _create_configs() -> None:
    op.create_table(
        "configs",
        sa.Column("config_id", _counter(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("configs_kind_name", "configs", ["kind", "name"])


def _create_counters() -> None:
    op.create_table(
        "counters",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )


def _create_deployments() -> None:
    op.create_table(
        "deployments",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )


def _create_disks() -> None:
    op.create_table(
        "disks",
        sa.Column("disk_id", sa.Text(), primary_key=True),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("orphaned", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('creating', 'detached', 'attaching', 'attached', 'detaching', "
            "'orphaned', 'deleting')",
            name="disks_state",
        ),
    )
    op.create_index("disks_deployment", "disks", ["deployment"])
    op.create_index("disks_orphaned", "disks", ["orphaned"])


def _create_instances() -> None:
    op.create_table(
        "instances",
        sa.Column("instance_id", sa.Text(), primary_key=True),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("instance_group", sa.Text(), nullable=False),
        sa.Column("instance_index", sa.BigInteger(), nullable=False),
        sa.Column("run_state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "run_state IN ('started', 'stopped', 'detached')",
            name="instances_run_state",
        ),
    )
    op.create_index("instances_deployment", "instances", ["deployment"])


def _create_journal() -> None:
    op.create_table(
        "journal",
        sa.Column("sequence", _counter(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "phase IN ('intent', 'result', 'failure', 'note')",
            name="journal_phase",
        ),
    )
    op.create_index("journal_task_id", "journal", ["task_id", "sequence"])


def _create_releases() -> None:
    op.create_table(
        "releases",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("release_version", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )


def _create_settings() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )


def _create_stemcells() -> None:
    op.create_table(
        "stemcells",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("stemcell_version", sa.Text(), primary_key=True),
        sa.Column("cpi", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )


def _create_tasks() -> None:
    op.create_table(
        "tasks",
        sa.Column("task_id", _counter(), primary_key=True, autoincrement=False),
        sa.Column("deployment", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'processing', 'cancelling', 'cancelled', 'done', 'error', "
            "'timeout')",
            name="tasks_state",
        ),
    )
    op.create_index("tasks_deployment", "tasks", ["deployment"])
    op.create_index("tasks_state", "tasks", ["state"])


def _create_vms() -> None:
    op.create_table(
        "vms",
        sa.Column("agent_id", sa.Text(), primary_key=True),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('creating', 'running', 'deleting')",
            name="vms_state",
        ),
    )
    op.create_index("vms_deployment", "vms", ["deployment"])
    op.create_index("vms_instance_id", "vms", ["instance_id"])
