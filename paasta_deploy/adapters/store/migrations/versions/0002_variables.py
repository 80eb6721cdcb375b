"""Variables: versions of their values, the sets that deploys use, and rotations."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Create the three tables; no row of others changes."""
    op.create_table(
        "variables",
        sa.Column("variable_id", sa.Text(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_index("variables_name_number", "variables", ["name", "number"], unique=True)
    op.create_index("variables_deployment", "variables", ["deployment"])
    op.create_table(
        "variable_sets",
        sa.Column("deployment", sa.Text(), primary_key=True),
        sa.Column("set_id", sa.Text(), primary_key=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )
    op.create_table(
        "rotations",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("deployment", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "phase IN ('replacing', 'trusting', 'signing', 'dropping')",
            name="rotations_phase",
        ),
    )
