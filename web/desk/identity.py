"""Who is there: an account by its session, or a unit by a signed link. Two cookies, both out of a script's reach."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from models.session import reading
from rules.errors import OutsideFailed
from rules.units import holder
from usecases import desk_sessions, plans, signed_links
from usecases.moment import local_day
from usecases.roles import OF_CITY, OF_OFFICE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session
    from starlette.requests import Request

    from usecases.plans import InForce
    from web.desk.desk import Desk

log = logging.getLogger("kehoach.web")

SESSION, LINK = "kehoach", "kehoach-link"
"""Names of the cookies; over https with the prefix __Host-, which no other host and no plain page can set."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, within one office and plan."""

    id: str
    """Of the account, or of the signed link."""
    office: str
    unit: str | None
    """Whose work it speaks for today (after a succession: who took it over); None for who only follows."""
    roles: frozenset[str]
    name: str
    login: str
    """What the ledger keeps as `recorded_by`: the account's login, or `link:<id>`."""
    in_force: InForce = field(repr=False)
    secret: str = field(repr=False)
    """What the forms of this visit are bound to."""
    session_id: str | None = None
    expires_at: datetime | None = None
    """Of a signed link."""

    @property
    def by_link(self) -> bool:
        return self.session_id is None

    @property
    def plan(self) -> str:
        """How use cases are told the plan: `office/plan`."""
        return f"{self.in_force.office}/{self.in_force.plan}"

    @property
    def sees_all(self) -> bool:
        return not self.roles.isdisjoint(OF_OFFICE)

    def may(self, *roles: str) -> bool:
        """Whether it has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def sees(self, unit: str) -> bool:
        """Whether it may open the pages of this unit."""
        return self.sees_all or unit == self.unit


def cookie_name(name: str, *, secure: bool) -> str:
    """The cookie's name for a plain or a secure connection."""
    return f"__Host-{name}" if secure else name


def current(request: Request, desk: Desk, now: datetime) -> Actor | None:
    """Who this request comes from; a signed link goes before a session, since it was opened later and sees less."""
    secure = desk.secure(request)
    link = request.cookies.get(cookie_name(LINK, secure=secure))
    token = request.cookies.get(cookie_name(SESSION, secure=secure))
    if not link and not token:
        return None
    with reading(desk.engine) as session:
        actor = of_link(session, desk, link, now) if link else None
        if actor is None and token:
            actor, stale = _of_session(session, token, now)
        else:
            stale = False
    if stale and token:
        _note_use(desk, token, now)
    return actor


def _note_use(desk: Desk, token: str, now: datetime) -> None:
    """Whoever only reads is let in though nothing can be written just now: a busy, full or read-only disk."""
    try:
        desk_sessions.note_use(desk.engine, token=token, now=now)
    except OutsideFailed as error:
        log.warning("the use of a session was not noted: %s", error.code)


def of_cookie(session: Session, request: Request, desk: Desk, now: datetime) -> desk_sessions.SignedIn | None:
    """The session whose cookie the browser bears, covered by a signed link or not."""
    token = request.cookies.get(cookie_name(SESSION, secure=desk.secure(request)))
    return desk_sessions.find(session, token=token, now=now) if token else None


def of_link(session: Session, desk: Desk, token: str, now: datetime) -> Actor | None:
    """The unit that a signed link speaks for; None where the link does not open."""
    found = signed_links.opened(session, key=desk.key, token=token, now=now)
    if found is None:
        return None
    in_force = plans.latest(session, found.office, found.plan)
    name = in_force.unit_name(found.unit)
    return Actor(
        id=found.id,
        office=found.office,
        unit=found.unit,
        roles=frozenset({"unit"}),
        name=name,
        login=f"link:{found.id}",
        in_force=in_force,
        secret=token,
        expires_at=found.expires_at,
    )


def _of_session(session: Session, token: str, now: datetime) -> tuple[Actor | None, bool]:
    found = desk_sessions.find(session, token=token, now=now)
    if found is None:
        return None, False
    planless = found.roles <= frozenset(OF_CITY)
    in_force = plans.of_office(session, found.office, planless=planless)
    unit = found.unit and holder(in_force.units, found.unit, local_day(now, in_force.zone))[0]
    actor = Actor(
        id=found.account,
        office=found.office,
        unit=unit,
        roles=found.roles,
        name=found.name,
        login=found.login,
        in_force=in_force,
        secret=token,
        session_id=found.id,
    )
    return actor, found.stale
