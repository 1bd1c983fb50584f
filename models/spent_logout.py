"""Words of signing out that the city's provider has sent once, and sessions there that have just ended by them."""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, text
from sqlmodel import Field, Session, SQLModel

from models.upsert import upsert


class SpentLogout(SQLModel, table=True):
    """One of them, by a mark: of the word's `jti`, or of the session there."""

    __tablename__ = "spent_logout"

    id: str = Field(primary_key=True)
    until: datetime
    """From then on it need not be known: the word has expired, nobody is still on the way in."""


_SPENT: Any = SpentLogout.__table__  # type: ignore[attr-defined]


def hold(session: Session, id: str) -> None:
    """Until the transaction ends nobody else takes this one or asks for it here. SQLite's writer is alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(hashtext(:name))"), {"name": f"kehoach.logout.{id}"})


def spend(session: Session, id: str, until: datetime, now: datetime) -> bool:
    """Take this one; False where it was taken before. Those that have expired are forgotten."""
    session.execute(delete(_SPENT).where(_SPENT.c.until <= now))
    take = upsert(session, _SPENT).values(id=id, until=until).on_conflict_do_nothing().returning(_SPENT.c.id)
    return session.execute(take).first() is not None


def is_spent(session: Session, id: str, now: datetime) -> bool:
    """Whether this one was taken and is still to be known."""
    return session.execute(select(_SPENT.c.id).where(_SPENT.c.id == id, _SPENT.c.until > now)).first() is not None
