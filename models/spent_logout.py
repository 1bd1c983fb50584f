"""Words of signing out that the city's provider has sent once: the same one again ends nothing (its `jti`)."""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from datetime import datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Field, Session, SQLModel

from models.upsert import upsert


class SpentLogout(SQLModel, table=True):
    """One of them, as a hash over its issuer and its id."""

    __tablename__ = "spent_logout"

    id: str = Field(primary_key=True)
    until: datetime
    """When it expires by its own word; from then on it is refused for that."""


_SPENT: Any = SpentLogout.__table__  # type: ignore[attr-defined]


def spend(session: Session, id: str, until: datetime, now: datetime) -> bool:
    """Take this one; False where it was taken before. Those that have expired are forgotten."""
    session.execute(delete(_SPENT).where(_SPENT.c.until <= now))
    taken: Any = session.execute(upsert(session, _SPENT).values(id=id, until=until).on_conflict_do_nothing())
    return bool(taken.rowcount == 1)
