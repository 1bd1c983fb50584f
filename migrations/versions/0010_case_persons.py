"""Which accounts are named to a case: only they see it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_CASE = ("office", "plan", "task", "unit", "period")


def upgrade() -> None:
    op.create_table(
        "case_person",
        *(sa.Column(name, sa.String(), nullable=False) for name in (*_CASE, "account")),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            [*_CASE], [f"occurrence.{name}" for name in _CASE], name=op.f("fk_case_person_occurrence")
        ),
        sa.ForeignKeyConstraint(
            ["office", "account"], ["account.office", "account.id"], name=op.f("fk_case_person_account")
        ),
        sa.PrimaryKeyConstraint(*_CASE, "account", name=op.f("pk_case_person")),
    )
    op.create_index("ix_case_person_account", "case_person", ["account", "office", "plan"])
