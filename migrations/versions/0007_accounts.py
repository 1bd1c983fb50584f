"""Accounts, invitations, sessions and signed links of the desk."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _instant(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "account",
        *map(_text, ("office", "id", "login", "name")),
        _text("unit", True),
        _text("roles"),
        _text("password_hash", True),
        sa.Column("totp_salt", sa.LargeBinary(), nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        _instant("made_at"),
        _text("made_by"),
        _instant("disabled_at", True),
        _text("disabled_by", True),
        sa.ForeignKeyConstraint(["office"], ["office.id"], name=op.f("fk_account_office")),
        sa.PrimaryKeyConstraint("office", "id", name=op.f("pk_account")),
    )
    op.create_index("uq_account_login", "account", ["login"], unique=True)
    op.create_table(
        "invitation",
        *map(_text, ("office", "account", "token_hash")),
        _instant("made_at"),
        _text("made_by"),
        _instant("expires_at"),
        _instant("used_at", True),
        sa.ForeignKeyConstraint(
            ["office", "account"], ["account.office", "account.id"], name=op.f("fk_invitation_account")
        ),
        sa.PrimaryKeyConstraint("office", "account", "token_hash", name=op.f("pk_invitation")),
    )
    op.create_index("uq_invitation_token_hash", "invitation", ["token_hash"], unique=True)
    op.create_table(
        "desk_session",
        *map(_text, ("office", "account", "id", "token_hash")),
        _instant("made_at"),
        _instant("seen_at"),
        _instant("ended_at", True),
        sa.ForeignKeyConstraint(
            ["office", "account"], ["account.office", "account.id"], name=op.f("fk_desk_session_account")
        ),
        sa.PrimaryKeyConstraint("office", "account", "id", name=op.f("pk_desk_session")),
    )
    op.create_index("uq_desk_session_token_hash", "desk_session", ["token_hash"], unique=True)
    op.create_table(
        "signed_link",
        *map(_text, ("office", "plan", "id", "unit", "label")),
        _instant("made_at"),
        _text("made_by"),
        _instant("expires_at"),
        _instant("revoked_at", True),
        _text("revoked_by", True),
        sa.ForeignKeyConstraint(["office", "plan"], ["plan.office", "plan.id"], name=op.f("fk_signed_link_plan")),
        sa.PrimaryKeyConstraint("office", "plan", "id", name=op.f("pk_signed_link")),
    )
    op.create_index("uq_signed_link_id", "signed_link", ["id"], unique=True)
