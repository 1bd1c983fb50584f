"""Accounts: added by role and unit, taken up by a one-time invitation, signed in to, ended and disabled.

A wrong login, a wrong password, a wrong code and a disabled account are one refusal, and cost one password hash each.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import account, city
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import desk_key, passwords, plans, second_factor

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

OF_UNIT = ("unit", "head")
"""Roles that see and speak for one unit only."""
OF_OFFICE = ("monitor", "office", "clerk", "vice-chair", "chair", "inspector")
"""Roles that see every unit; each has a second factor."""
OF_CITY = ("city",)
"""Sees the totals of the wards that its office follows (usecases.cities), and of no ward anything else."""
ROLES = (*OF_UNIT, *OF_OFFICE, *OF_CITY)

INVITED_DAYS = 7
LONGEST_LOGIN = 64
TOKEN_BYTES = 24

_LOGIN = re.compile(r"[a-z0-9]+([._@-][a-z0-9]+)*")


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


def needs_second(roles: frozenset[str]) -> bool:
    """Whether these roles sign in with a second factor: all who see more than one unit."""
    return not roles.isdisjoint((*OF_OFFICE, *OF_CITY))


def add(
    engine: Engine,
    *,
    login: str,
    name: str,
    roles: tuple[str, ...],
    now: datetime,
    made_by: str,
    unit: str | None = None,
    plan: str | None = None,
    office: str | None = None,
) -> Invited:
    """Add an account to the plan's office and invite it. Roles of a unit need the unit, and go with no other role.
    `office`: an office named by itself, for an account that follows its wards and needs no plan.

    Raises RequestRefused: `account.bad_login`, `.login_taken`, `.unknown_role`, `.needs_unit`, `.unknown_office`,
    `.only_city`, an unknown unit or plan.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login) or len(login) > LONGEST_LOGIN:
        raise RequestRefused("account.bad_login", login=login)
    check_roles(roles, unit)
    with begin(engine) as session:
        of = _office(session, roles, unit, plan, office)
        if account.by_login(session, login) is not None:
            raise RequestRefused("account.login_taken", login=login)
        row = account.Account(
            office=of,
            id=secrets.token_hex(4),
            login=login,
            name=name.strip() or login,
            unit=unit,
            roles=" ".join(sorted(set(roles))),
            made_at=now,
            made_by=made_by,
        )
        session.add(row)
        from sqlalchemy.exc import IntegrityError

        try:
            session.flush()
        except IntegrityError:  # another added it at the same moment
            raise RequestRefused("account.login_taken", login=login) from None
        return _invite(session, row, now, made_by)


def _office(session: Session, roles: tuple[str, ...], unit: str | None, plan: str | None, office: str | None) -> str:
    if office is None:
        in_force = plans.in_force(session, *plans.find(session, plan))
        if unit is not None:
            in_force.require_unit(unit)
        return in_force.office
    if city.office(session, office) is None:
        raise RequestRefused("account.unknown_office", office=office)
    if unit is not None or not set(roles) <= set(OF_CITY):
        raise RequestRefused("account.only_city", roles=", ".join(OF_CITY))
    return office


def check_roles(roles: tuple[str, ...], unit: str | None) -> None:
    """Refuse roles that are none, that do not go together, or that need a unit and have none. Raises as `add`."""
    for role in roles:
        if role not in ROLES:
            raise RequestRefused("account.unknown_role", role=role, allowed=", ".join(ROLES))
    if not roles:
        raise RequestRefused("account.unknown_role", role="", allowed=", ".join(ROLES))
    of_unit = not set(roles).isdisjoint(OF_UNIT)
    if of_unit and unit is None:
        raise RequestRefused("account.needs_unit")
    if of_unit and needs_second(frozenset(roles)):
        raise RequestRefused("account.roles_apart", of_unit=", ".join(OF_UNIT), others=", ".join(OF_OFFICE))


def invite(engine: Engine, *, login: str, now: datetime, made_by: str) -> Invited:
    """A new one-time link for an account: to set its password anew. Earlier ones no longer open.

    Raises RequestRefused(`account.unknown`) where it does not stand.
    """
    with begin(engine) as session:
        row = _standing(session, login)
        account.use_invitations(session, row.office, row.id, now)
        return _invite(session, row, now, made_by)


def _invite(session: Session, row: Any, now: datetime, made_by: str) -> Invited:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    expires_at = now + timedelta(days=INVITED_DAYS)
    session.add(
        account.Invitation(
            office=row.office,
            account=row.id,
            token_hash=hash_of(token),
            made_at=now,
            made_by=made_by,
            expires_at=expires_at,
        )
    )
    return Invited(row.login, row.name, row.unit, tuple(row.roles.split()), token, expires_at)


def disable(engine: Engine, *, login: str, now: datetime, by: str) -> None:
    """End an account for good: its sessions and invitations with it.

    Raises RequestRefused: `account.unknown`; `.last_office` for the last one of its office that can invite others.
    """
    with begin(engine) as session:
        row = _require_another(session, _standing(session, login, lock=False))
        account.change(session, row.office, row.id, disabled_at=now, disabled_by=by, password_hash=None, outside=None)
        account.end_sessions(session, row.office, row.id, now)
        account.use_invitations(session, row.office, row.id, now)


def listed(engine: Engine, *, plan: str | None = None, office: str | None = None) -> list[dict[str, Any]]:
    """Every account of the plan's office, or of `office`, disabled ones among them: login, name, unit, roles, state
    (`invited`, `active`, `disabled`), way (what opens it: `password`, `outside`, None), second (whether it has a second
    factor of ours), made_at (ISO, UTC), made_by.
    """
    with reading(engine) as session:
        office = office or plans.find(session, plan)[0]
        return [
            {
                "login": row.login,
                "name": row.name,
                "unit": row.unit,
                "roles": row.roles.split(),
                "state": _state(row),
                "way": "password" if row.password_hash is not None else "outside" if row.outside is not None else None,
                "second": row.totp_salt is not None,
                "made_at": row.made_at.isoformat(),
                "made_by": row.made_by,
            }
            for row in account.accounts(session, office)
        ]


def lost_key(engine: Engine, home: Path) -> bool:
    """Whether accounts stand that were opened with a key which is not in this data folder: a new one opens none of the
    links and second factors given before."""
    if desk_key.read(home) is not None:
        return False
    with reading(engine) as session:
        return account.opened_before(session)


def _state(row: Any) -> str:
    if row.disabled_at is not None:
        return "disabled"
    return "invited" if row.password_hash is None and row.outside is None else "active"


def _require_another(session: Session, row: Any) -> Any:
    """The account again, now that the office's are locked in one order: two who disable each other at the same moment
    would leave nobody who could let anybody in."""
    every = account.accounts(session, row.office, lock=True)
    if [each.id for each in every if _may_invite(each)] == [row.id]:
        raise RequestRefused("account.last_office", login=row.login)
    now = next(each for each in every if each.id == row.id)
    if now.disabled_at is not None:
        raise RequestRefused("account.unknown", login=row.login)
    return now


def _may_invite(row: Any) -> bool:
    return "office" in row.roles.split() and _state(row) == "active"


def _standing(session: Session, login: str, *, lock: bool = True) -> Any:
    row = account.by_login(session, login.strip().lower(), lock=lock)
    if row is None or row.disabled_at is not None:
        raise RequestRefused("account.unknown", login=login)
    return row


# ---- taking up an invitation


def invitation(engine: Engine, *, token: str, now: datetime) -> Invitation | None:
    """What an invitation opens; None for one that was never given, was used or has expired. Nothing is written."""
    with reading(engine) as session:
        return open_invitation(session, token, now)[0]


def open_invitation(
    session: Session, token: str, now: datetime, *, lock: bool = False
) -> tuple[Invitation | None, Any]:
    """What an invitation opens now, and its row beside its account's; None and None where it opens nothing. `lock` it
    to take it up: of two takers one comes too late."""
    row = account.invitation(session, hash_of(token), lock=lock)
    if row is None or row.used_at is not None or row.disabled_at is not None or now >= row.expires_at:
        return None, None
    salt = sha256(b"second factor\0" + token.encode()).digest()[: second_factor.SALT_BYTES]
    return Invitation(row.login, row.name, row.unit, frozenset(row.roles.split()), row.office, salt), row


def take_up(
    engine: Engine, *, key: bytes, token: str, password: str, again: str, code: str, now: datetime
) -> Invitation:
    """Set the password, and the second factor where the roles need one, with the code that proves it works. An identity
    that opened the account until now no longer does: an invitation sets the one way in anew.

    Raises RequestRefused: `account.invitation_over`, `.password_short`, `.password_long`, `.password_differs`,
    `.password_known`, `.wrong_code`. Sessions opened before are ended.
    """
    with begin(engine) as session:
        found, row = open_invitation(session, token, now, lock=True)
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


NO_WAY_IN: dict[str, None] = {"password_hash": None, "totp_salt": None, "totp_step": None, "outside": None}
"""Columns by which an account was opened until an invitation was taken up."""


def settle(session: Session, row: Any, now: datetime, **values: Any) -> None:
    """Give an account its one way in; sessions and invitations from before are over."""
    account.change(session, row.office, row.id, **NO_WAY_IN | values)
    account.end_sessions(session, row.office, row.id, now)
    account.use_invitations(session, row.office, row.id, now)


def hash_of(token: str) -> str:
    """What is kept of a token. It has 192 random bits, so a quick hash hides it as well as a slow one."""
    return sha256(token.encode()).hexdigest()


# ---- signing in


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
        return open_session(session, row, now)


def open_session(session: Session, row: Any, now: datetime) -> str:
    """A new session of the account; its token, which is kept nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        account.DeskSession(
            office=row.office,
            account=row.id,
            id=secrets.token_hex(4),
            token_hash=hash_of(token),
            made_at=now,
            seen_at=now,
        )
    )
    return token
