"""Accounts, as who gives them out sees them: added by role and unit, invited, listed, disabled.

How an invitation is taken up is in usecases.invitations, how one signs in in usecases.signing_in and usecases.outside;
who may give out which, in usecases.giving. `caller` is the desk's account that asks, None who keeps the machine.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import account, account_news, city
from models.session import begin, reading
from rules.errors import RequestRefused
from usecases import desk_key, giving, invitations, plans
from usecases import roles as of_roles
from usecases.giving import OFFICE
from usecases.moment import local_day
from usecases.roles import OF_CITY

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from usecases.invitations import Invited
    from usecases.naming import Caller

LONGEST_LOGIN = 64

_LOGIN = re.compile(r"[a-z0-9]+([._@-][a-z0-9]+)*")


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
    caller: Caller | None = None,
) -> Invited:
    """Add an account to the plan's office and invite it. Roles of a unit need the unit, and go with no other role.
    `office`: an office named by itself, for an account that follows its wards and needs no plan.

    Raises RequestRefused: `account.bad_login`, `.login_taken`, `.unknown_role`, `.needs_unit`, `.unknown_office`,
    `.only_city`, an unknown unit or plan; for a `caller` as usecases.giving.
    """
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login) or len(login) > LONGEST_LOGIN:
        raise RequestRefused("account.bad_login", login=login)
    of_roles.check(roles, unit)
    with begin(engine) as session:
        of = _office(session, roles, unit, plan, office)
        _require_giver(session, of, caller, unit, roles, now, login)
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
        return invitations.write(session, row, now, made_by)


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


def invite(engine: Engine, *, login: str, now: datetime, made_by: str, caller: Caller | None = None) -> Invited:
    """A new one-time link for an account: to set its password anew. Earlier ones no longer open.

    Its holder is told. Raises RequestRefused(`account.unknown`) where it does not stand; for a `caller` as
    usecases.giving.
    """
    with begin(engine) as session:
        row = _standing(session, login)
        _require_giver(session, row.office, caller, row.unit, row.roles.split(), now, row.login)
        account_news.add(session, row.office, row.id, account_news.INVITED, now, made_by)
        account.use_invitations(session, row.office, row.id, now)
        return invitations.write(session, row, now, made_by)


def disable(engine: Engine, *, login: str, now: datetime, by: str, caller: Caller | None = None) -> None:
    """End an account for good: its sessions and invitations with it. Văn phòng may end a leader's, too: what is ended
    gives nobody anything. Its holder is told.

    Raises RequestRefused: `account.unknown`; `.last_office` for the last one of its office that can invite others;
    `.office_only` to a leader, for another's than a leader's.
    """
    with begin(engine) as session:
        row = _require_another(session, _standing(session, login, lock=False))
        if caller is not None and OFFICE not in caller.roles:
            _require_giver(session, row.office, caller, row.unit, row.roles.split(), now, "")
        account_news.add(session, row.office, row.id, account_news.DISABLED, now, by)
        account.change(session, row.office, row.id, disabled_at=now, disabled_by=by, password_hash=None, outside=None)
        account.end_sessions(session, row.office, row.id, now)
        account.use_invitations(session, row.office, row.id, now)


def listed(engine: Engine, *, plan: str | None = None, office: str | None = None) -> list[dict[str, Any]]:
    """Every account of the plan's office, or of `office`, disabled ones among them: login, name, unit, roles, state
    (`invited`, `active`, `disabled`), way (what opens it: `password`, `outside`, None), second (whether it has a second
    factor of ours), made_at (ISO, UTC), made_by, disabled_at (ISO, UTC, or None), disabled_by.
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
                "disabled_at": row.disabled_at.isoformat() if row.disabled_at else None,
                "disabled_by": row.disabled_by,
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


def _require_giver(
    session: Session,
    office: str,
    caller: Caller | None,
    unit: str | None,
    roles: Iterable[str],
    now: datetime,
    login: str,
) -> None:
    if caller is not None:
        in_force = plans.latest(session, office)
        today = local_day(now, in_force.zone)
        giving.require(in_force, caller, unit=unit, roles=frozenset(roles), today=today, login=login)


def _standing(session: Session, login: str, *, lock: bool = True) -> Any:
    row = account.by_login(session, login.strip().lower(), lock=lock)
    if row is None or row.disabled_at is not None:
        raise RequestRefused("account.unknown", login=login)
    return row
