"""Signing in by a password, and six digits where the roles need them.

A wrong login, a wrong password, a wrong code and a disabled account are one refusal, and cost one password hash each.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from models import account
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import desk_sessions, passwords, second_factor
from usecases.roles import needs_second

if TYPE_CHECKING:
    from sqlalchemy import Engine


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
        values: dict[str, Any] = {"password_hash": newer} if newer else {}
        if row.totp_salt is not None:
            step = second_factor.accepted_step(second_factor.secret(key, row.totp_salt), code, now, row.totp_step)
            if step is None:
                raise RequestRefused("account.wrong")
            values["totp_step"] = step
        elif needs_second(frozenset(row.roles.split())):
            raise RequestRefused("account.wrong")
        if values:
            account.change(session, row.office, row.id, **values)
        return desk_sessions.opened(session, row, now)
