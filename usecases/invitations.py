"""Invitations: one-time links by which an account gets its way in, a password here or an identity of the city's.

Looking at one uses nothing up. Taken up, it sets the one way in anew; what opened the account before does so no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from models import account, account_news
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import bearer, passwords, second_factor
from usecases.roles import needs_second

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

INVITED_DAYS = 7

NO_WAY_IN: dict[str, None] = {"password_hash": None, "totp_salt": None, "totp_step": None, "outside": None}
"""Columns by which an account was opened until an invitation was taken up."""


@dataclass(frozen=True, slots=True)
class Invited:
    """An account with the one-time token that opens it; said here and never again."""

    login: str
    name: str
    unit: str | None
    roles: tuple[str, ...]
    token: str
    expires_at: datetime

    def as_json(self) -> dict[str, Any]:
        names = ("login", "name", "unit", "token")
        return {name: getattr(self, name) for name in names} | {
            "roles": list(self.roles),
            "expires_at": self.expires_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invitation's page shows before anything is done."""

    login: str
    name: str
    unit: str | None
    roles: frozenset[str]
    office: str
    salt: bytes
    """Of the second factor that would be set up; the same each time the page is shown."""

    @property
    def needs_second(self) -> bool:
        return needs_second(self.roles)


def write(session: Session, row: Any, now: datetime, made_by: str) -> Invited:
    """Invite an account, in a transaction that is under way."""
    token = bearer.new()
    expires_at = now + timedelta(days=INVITED_DAYS)
    session.add(
        account.Invitation(
            office=row.office,
            account=row.id,
            token_hash=bearer.hash_of(token),
            made_at=now,
            made_by=made_by,
            expires_at=expires_at,
        )
    )
    return Invited(row.login, row.name, row.unit, tuple(row.roles.split()), token, expires_at)


def look(engine: Engine, *, token: str, now: datetime) -> Invitation | None:
    """What an invitation opens; None for one that was never given, was used or has expired. Nothing is written."""
    with reading(engine) as session:
        return opened(session, token, now)[0]


def opened(session: Session, token: str, now: datetime, *, lock: bool = False) -> tuple[Invitation | None, Any]:
    """What an invitation opens now, and its row beside its account's; None and None where it opens nothing. `lock` it
    to take it up: of two takers one comes too late."""
    row = account.invitation(session, bearer.hash_of(token), lock=lock)
    if row is None or row.used_at is not None or row.disabled_at is not None or now >= row.expires_at:
        return None, None
    salt = sha256(b"second factor\0" + token.encode()).digest()[: second_factor.SALT_BYTES]
    return Invitation(row.login, row.name, row.unit, frozenset(row.roles.split()), row.office, salt), row


def take_up(
    engine: Engine, *, key: bytes, token: str, password: str, again: str, code: str, now: datetime
) -> Invitation:
    """Set the password, and the second factor where the roles need one, with the code that proves it works. An identity
    that opened the account until now no longer does. Sessions opened before are ended.

    Raises RequestRefused: `account.invitation_over`, `.password_short`, `.password_long`, `.password_differs`,
    `.password_known`, `.wrong_code`.
    """
    with begin(engine) as session:
        found, row = opened(session, token, now, lock=True)
        if found is None:
            raise RequestRefused("account.invitation_over")
        passwords.check(password, again, found.login)
        values: dict[str, Any] = {"password_hash": passwords.hashed(password)}
        if found.needs_second:
            step = second_factor.accepted_step(second_factor.secret(key, found.salt), code, now, None)
            if step is None:
                raise RequestRefused("account.wrong_code")
            values |= {"totp_salt": found.salt, "totp_step": step}
        settle(session, row, now, **values)
        return found


def settle(session: Session, row: Any, now: datetime, **values: Any) -> None:
    """Give an account its one way in; sessions and invitations from before are over, and its holder is
    told."""
    account.change(session, row.office, row.id, **NO_WAY_IN | values)
    account.end_sessions(session, row.office, row.id, now)
    account.use_invitations(session, row.office, row.id, now)
    account_news.add(session, row.office, row.id, account_news.WAY, now, "")
