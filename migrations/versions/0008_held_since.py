"""Since when an occurrence is held by whom it passed to: rungs of earlier days reach the new holder on that day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("occurrence", sa.Column("held_since", sa.Date(), nullable=True))
