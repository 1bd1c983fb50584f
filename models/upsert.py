"""INSERT … ON CONFLICT for whichever database is at the other end.

Both dialects spell it alike, but each is a package of its own: PostgreSQL's costs twenty milliseconds to import, and a
command on a SQLite file must not pay for it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlmodel import Session


def upsert(session: Session, table: Table) -> Any:
    """An insert into `table` that has `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = session.get_bind().dialect.name
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
