"""When a calendar link was last read, to the day: so that links nobody reads are found and ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
