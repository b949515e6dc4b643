"""Scenarios may be shared, and what was done to one may be undone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the mark of a shared scenario, and the actions."""
    op.add_column(
        "scenarios", sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false())
    )
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(1000), nullable=False),
        sa.Column("scenario", sa.String(32), sa.ForeignKey("scenarios.id"), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("undone_at", sa.String(32)),
    )
    op.create_index("actions_by_owner", "actions", ["owner"])
