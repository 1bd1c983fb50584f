"""Signing in by a password, and six digits where the roles need them.

A wrong login, a wrong password, a wrong code and a disabled account are one refusal, and cost one password hash each.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from models import account
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import codes, desk_sessions, passwords
from usecases.roles import needs_second

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


def sign_in(engine: Engine, *, key: bytes, login: str, password: str, code: str, now: datetime) -> str:
    """Open a session; returns its token, which is kept nowhere. Raises RequestRefused(`account.wrong`)."""
    with reading(engine) as session:
        row = account.by_login(session, login.strip().lower()[: passwords.LONGEST])
    stored = row.password_hash if row is not None and row.disabled_at is None else None
    right, newer = passwords.fits(password, stored)
    if row is None or not right:
        raise RequestRefused("account.wrong")
    with begin(engine) as session:
        row = account.by_login(session, row.login, lock=True)  # again: a code opens once
        if row is None or row.password_hash != stored or row.disabled_at is not None:
            raise RequestRefused("account.wrong")
        token = desk_sessions.opened(session, row, now) if _second(session, row, key, code, now) else None
        if token is not None and newer:
            account.change(session, row.office, row.id, password_hash=newer)
    if token is None:  # raised here: a wrong code stays counted
        raise RequestRefused("account.wrong")
    return token


def _second(session: Session, row: Any, key: bytes, code: str, now: datetime) -> bool:
    """The account's second factor, where it has one; without one a role that needs it gets nowhere."""
    if row.totp_salt is not None:
        return codes.take(session, row, key, code, now)
    return not needs_second(frozenset(row.roles.split()))
