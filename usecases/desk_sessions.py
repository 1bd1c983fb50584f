"""Sessions of the desk: whose they are, how long they last, and how they end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from models import account
from models.session import begin, reading
from usecases import bearer
from usecases.roles import needs_second

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

UNIT_IDLE, UNIT_AT_MOST = timedelta(days=30), timedelta(days=120)
"""A telephone that one head of a group keeps: it sees one unit, and must not ask for a password each week."""
OFFICE_IDLE, OFFICE_AT_MOST = timedelta(hours=8), timedelta(days=7)
"""A computer that others may sit at, and that sees everybody."""
_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose session it is."""

    id: str
    """Of the session; no secret."""
    office: str
    account: str
    login: str
    name: str
    unit: str | None
    roles: frozenset[str]
    stale: bool
    """Its use was last noted a while ago: note it again."""


def opened(session: Session, row: Any, now: datetime, *, outside: str | None = None) -> str:
    """Open a session of the account, in a transaction that is under way; its token, which is kept nowhere. `outside` is
    the mark of the session at the city's provider that it began with."""
    token = bearer.new()
    session.add(
        account.DeskSession(
            office=row.office,
            account=row.id,
            id=secrets.token_hex(4),
            token_hash=bearer.hash_of(token),
            outside=outside,
            made_at=now,
            seen_at=now,
        )
    )
    return token


def find(session: Session, *, token: str, now: datetime) -> SignedIn | None:
    """Whose session this token opens now; None for one that is over. Nothing is written."""
    row = account.of_session(session, bearer.hash_of(token))
    if row is None or row.disabled_at is not None:
        return None
    roles = frozenset(row.roles.split())
    idle, most = (OFFICE_IDLE, OFFICE_AT_MOST) if needs_second(roles) else (UNIT_IDLE, UNIT_AT_MOST)
    if now - row.session_seen_at >= idle or now - row.session_made_at >= most:
        return None
    stale = now - row.session_seen_at >= _NOTED_EVERY
    return SignedIn(row.session_id, row.office, row.id, row.login, row.name, row.unit, roles, stale)


def note_use(engine: Engine, *, token: str, now: datetime) -> None:
    """Count the idle time from now."""
    with begin(engine) as session:
        account.seen(session, bearer.hash_of(token), now)


def end(engine: Engine, *, office: str, account_id: str, now: datetime, id: str | None = None) -> None:
    """End one session of an account, or all of them."""
    with begin(engine) as session:
        account.end_sessions(session, office, account_id, now, id=id)


def listed(engine: Engine, *, office: str, account_id: str) -> list[dict[str, Any]]:
    """The sessions of an account that were not ended: id, made_at, seen_at (aware, UTC)."""
    with reading(engine) as session:
        rows = account.sessions(session, office, account_id)
        return [{"id": row.id, "made_at": row.made_at, "seen_at": row.seen_at} for row in rows]
