"""Digests that people are sent, and addresses that take nothing any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "digest",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("notices", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint("state in ('claimed','sent','failed')", name=op.f("ck_digest_state")),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("fk_digest_office")),
        sa.PrimaryKeyConstraint("office", "day", "recipient", "channel", name=op.f("pk_digest")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "dead_address",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("fk_dead_address_office")),
        sa.PrimaryKeyConstraint("office", "channel", "address", name=op.f("pk_dead_address")),
    )
