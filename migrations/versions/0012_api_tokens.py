"""Tokens by which other systems of the ward use the API."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "api_token",
        *map(_text, ("office", "id", "label")),
        _text("unit", True),
        *map(_text, ("roles", "token_hash")),
        _instant("made_at"),
        _text("made_by"),
        _instant("expires_at"),
        _instant("seen_at", True),
        _instant("revoked_at", True),
        _text("revoked_by", True),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("fk_api_token_office")),
        sa.PrimaryKeyConstraint("office", "id", name=op.f("pk_api_token")),
    )
    op.create_index("uq_api_token_token_hash", "api_token", ["token_hash"], unique=True)
