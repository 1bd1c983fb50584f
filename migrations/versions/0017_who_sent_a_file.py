"""Which unit sent a file itself, so that what it sends in a day can be counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("unit", sa.String(), nullable=True))
    op.create_index("ix_evidence_unit", "evidence", ["unit", "office", "plan", "stored_at"])
