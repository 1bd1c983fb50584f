"""Calendar links, and what a unit has handed over, found without reading its whole ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("which", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_feed_plan")),
        sa.PrimaryKeyConstraint("office", "plan", "id", name=op.f("pk_feed")),
    )
    op.create_index("uq_feed_token_hash", "feed", ["token_hash"], unique=True)
    held_over = sa.text("kind = 'held_over'")
    op.create_index(
        "ix_entry_held_over",
        "entry",
        ["declared_by", "office", "plan"],
        sqlite_where=held_over,
        postgresql_where=held_over,
    )
