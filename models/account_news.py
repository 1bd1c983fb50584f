"""What befell an account, to be told to who holds it: invited anew, a way in set, disabled, wrong codes in a row."""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Row, select, text, update
from sqlmodel import Field, Session, SQLModel

from models.account import OF_ACCOUNT, Account

INVITED, WAY, DISABLED, CODES = "invited", "way", "disabled", "codes"
KINDS = (INVITED, WAY, DISABLED, CODES)
"""Invited anew; its way in was set; disabled; somebody who knew the password typed wrong codes in a row."""


class AccountNews(SQLModel, table=True):
    """One thing that its holder should hear of; settled once it was told, or nobody can be."""

    __tablename__ = "account_news"
    __table_args__ = (
        ForeignKeyConstraint(*OF_ACCOUNT),
        Index(
            "ix_account_news_waiting",
            "office",
            sqlite_where=text("settled_at is null"),
            postgresql_where=text("settled_at is null"),
        ),
    )

    office: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    what: str
    """A word of KINDS."""
    at: datetime
    by: str
    """Whose act it was, as `recorded_by`; "" where nobody is known."""
    settled_at: datetime | None = None
    channel: str | None = None
    """By which it was told; None where no address of the holder's is known."""


_NEWS: Any = AccountNews.__table__  # type: ignore[attr-defined]
_ACCOUNT: Any = Account.__table__  # type: ignore[attr-defined]


def add(session: Session, office: str, account: str, what: str, at: datetime, by: str) -> None:
    """Keep it to be told."""
    session.add(AccountNews(office=office, account=account, id=secrets.token_hex(8), what=what, at=at, by=by))


def waiting(session: Session, office: str) -> Sequence[Row[Any]]:
    """What is still to be told in an office, the oldest first, beside the account's login, name, unit and roles."""
    same = (_NEWS.c.office == _ACCOUNT.c.office) & (_NEWS.c.account == _ACCOUNT.c.id)
    return session.execute(
        select(_NEWS, *(_ACCOUNT.c[name] for name in ("login", "name", "unit", "roles")))
        .join(_ACCOUNT, same)
        .where(_NEWS.c.office == office, _NEWS.c.settled_at.is_(None))
        .order_by(_NEWS.c.at, _NEWS.c.id)
    ).all()


def settle(session: Session, row: Row[Any], now: datetime, channel: str | None) -> None:
    """It was told by this channel, or by none, since no address is known."""
    this = (_NEWS.c.office == row.office, _NEWS.c.account == row.account, _NEWS.c.id == row.id)
    session.execute(update(_NEWS).where(*this).values(settled_at=now, channel=channel))
