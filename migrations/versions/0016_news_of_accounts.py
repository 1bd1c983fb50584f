"""News to an account's holder, sessions known to the city's provider, its spent words of signing out, wrong codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def _text(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def _instant(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def upgrade() -> None:
    op.create_table(
        "account_news",
        *map(_text, ("office", "account", "id", "what")),
        _instant("at"),
        _text("by"),
        _instant("settled_at", null=True),
        _text("channel", null=True),
        sa.ForeignKeyConstraint(
            ["office", "account"], ["account.office", "account.id"], name=op.f("fk_account_news_account")
        ),
        sa.PrimaryKeyConstraint("office", "account", "id", name=op.f("pk_account_news")),
    )
    op.create_index(
        "ix_account_news_waiting",
        "account_news",
        ["office"],
        sqlite_where=sa.text("settled_at is null"),
        postgresql_where=sa.text("settled_at is null"),
    )
    op.create_table(
        "spent_logout",
        _text("id"),
        _instant("until"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spent_logout")),
    )
    op.add_column("desk_session", _text("outside", null=True))
    op.create_index("ix_desk_session_outside", "desk_session", ["outside"])
    op.add_column("account", sa.Column("wrong_codes", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("account", _instant("wrong_since", null=True))
