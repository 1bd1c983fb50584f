"""What the ledger says of an occurrence beside its phase: extensions, report steps, confirmations that wait, urging.

Every column is nullable or has a default, so that no table is rebuilt. The next `sync` fills them from the ledger, since
the rules have a new version (plan.almanac.RULES_VERSION).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("extensions", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("asked_until", sa.Date(), nullable=True),
        sa.Column("waits", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("waits_since", sa.Date(), nullable=True),
        sa.Column("step", sa.String(), nullable=False, server_default=""),
        sa.Column("step_on", sa.Date(), nullable=True),
        sa.Column("urged", sa.String(), nullable=False, server_default="{}"),
    ):
        op.add_column("occurrence", column)
