"""An account may be opened by an identity of the city's provider instead of a password; its mark is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("outside", sa.String(), nullable=True))
    op.create_index("uq_account_outside", "account", ["outside"], unique=True)
