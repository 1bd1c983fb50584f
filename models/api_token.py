"""Tokens of the API: who a system is, by the hash of what it shows. The token itself lies nowhere."""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Row, select, update
from sqlmodel import Field, Session, SQLModel

import models.tables as _tables  # noqa: F401  (the office that a token is of)


class ApiToken(SQLModel, table=True):
    """One system's right to act as a unit or in roles of the office, until it expires or is revoked."""

    __tablename__ = "api_token"
    __table_args__ = (
        ForeignKeyConstraint(["office"], ["office.id"]),
        Index("uq_api_token_token_hash", "token_hash", unique=True),
    )

    office: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    """What lists and the ledger (`token:<id>`) call it; no secret."""
    label: str
    """Which system has it, in the office's words."""
    unit: str | None = None
    """Whose work it speaks for; None for who only follows."""
    roles: str
    """Words of usecases.roles.ROLES, a space between them."""
    token_hash: str
    made_at: datetime
    made_by: str
    expires_at: datetime
    seen_at: datetime | None = None
    """Last used, to the hour or so; None where never."""
    revoked_at: datetime | None = None
    revoked_by: str | None = None


_TOKEN: Any = ApiToken.__table__  # type: ignore[attr-defined]


def by_hash(session: Session, token_hash: str) -> Row[Any] | None:
    """The token with this hash, whatever became of it."""
    return session.execute(select(_TOKEN).where(_TOKEN.c.token_hash == token_hash)).one_or_none()


def tokens(session: Session, office: str) -> Sequence[Row[Any]]:
    """Every token of the office, the latest first."""
    return session.execute(
        select(_TOKEN).where(_TOKEN.c.office == office).order_by(_TOKEN.c.made_at.desc(), _TOKEN.c.id)
    ).all()


def change(session: Session, office: str, id: str, **values: Any) -> None:
    """Write columns of one token."""
    session.execute(update(_TOKEN).where(_TOKEN.c.office == office, _TOKEN.c.id == id).values(**values))
