"""The wards that a city follows, and up to which day the nights of each plan have run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=False)


def _instant(name: str) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    op.create_table(
        "city_ward",
        *map(_text, ("office", "city", "name")),
        _instant("listed_at"),
        _text("listed_by"),
        sa.ForeignKeyConstraint(["city"], ["office.id"], name=op.f("fk_city_ward_office")),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_city_ward")),
    )
    op.create_index("ix_city_ward_city", "city_ward", ["city"])
    op.create_table(
        "night",
        *map(_text, ("office", "plan")),
        sa.Column("swept_on", sa.Date(), nullable=False),
        _instant("swept_at"),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_night_plan")),
        sa.PrimaryKeyConstraint("office", "plan", name=op.f("pk_night")),
    )
