"""Calendar texts are kept by the address that their links to the desk begin with. What was kept is made again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("calendar_chunk")
    op.create_table(
        "calendar_chunk",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("which", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("alarms", sa.Boolean(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("base", sa.String(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("sizes", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_calendar_chunk_plan")),
        sa.PrimaryKeyConstraint(
            "office",
            "plan",
            "which",
            "form",
            "lang",
            "alarms",
            "renderer",
            "revision",
            "base",
            "whole",
            "seq",
            "part",
            name=op.f("pk_calendar_chunk"),
        ),
    )
