"""What Alembic runs: the connection is models.migrate's, open in its transaction."""

from __future__ import annotations

from typing import Any

from alembic import context

from models import account, api_token, calendar_chunk, case, digest, feed  # noqa: F401  (their tables, for the metadata)
from models.migrate import verify_schema
from models.tables import SQLModel

connection = context.config.attributes["connection"]


def _check(**_step: Any) -> None:
    verify_schema(connection)


context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    transactional_ddl=True,
    on_version_apply=_check,
)
context.run_migrations()
