"""Who asks: the token's office, unit and roles, and the plan that it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version as version_of
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from starlette.requests import Request

from models import queries, spoken
from models.session import reading
from plan.scalars import SLUG_PATTERN
from rules.units import holder
from usecases import plans, tokens
from usecases.moment import local_day
from usecases.roles import OF_OFFICE, OF_UNIT
from web.api.problems import Problem, language
from web.coding import chosen
from web.conditional import is_current

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from usecases.plans import InForce
    from web.api.problems import Described
    from web.desk.desk import Desk

_RELEASE = version_of("kehoach")  # another release may answer the same in other words
_CHALLENGE = 'Bearer realm="kehoach"'


@dataclass(frozen=True)
class Caller:
    """One request of one token."""

    desk: Desk = field(repr=False)
    now: datetime
    """Aware, UTC; read once for the whole request."""
    id: str
    label: str
    office: str
    unit: str | None
    """Whose work it speaks for today (after a succession: who took it over); None for who only follows."""
    roles: frozenset[str]
    expires_at: datetime
    in_force: InForce = field(repr=False)
    lang: str
    coding: str
    """In which the answer may be sent."""
    base: str
    """Where people reach the desk."""
    etag: str | None
    """Of what a GET answers now, where the operation has one."""
    held: str | None
    """The If-None-Match header as it came."""
    request_key: str | None
    """The Idempotency-Key header as it came."""
    faults: tuple[Described, ...] = ()
    """Parameters that the operation does not have."""

    @property
    def engine(self) -> Engine:
        return self.desk.engine

    @property
    def plan(self) -> str:
        """How use cases are told the plan: `office/plan`."""
        return f"{self.office}/{self.in_force.plan}"

    @property
    def recorded_by(self) -> str:
        return f"token:{self.id}"

    @property
    def sees_all(self) -> bool:
        return not self.roles.isdisjoint(OF_OFFICE)

    @cached_property
    def today(self) -> date:
        return local_day(self.now, self.in_force.zone)

    def holds(self, etag: str) -> bool:
        """Whether what is tagged so is at the client already."""
        held = self.held
        return held is not None and is_current(etag.encode(), self.now, held.encode("latin-1", "replace"), None)

    def sees(self, unit: str) -> bool:
        return self.sees_all or unit == self.unit


def caller_of(request: Request) -> Caller:
    """The caller that the guard has let in."""
    caller: Caller = request.state.caller
    return caller


Who = Annotated[Caller, Depends(caller_of)]


def identified(desk: Desk, request: Request, *, versioned: bool, ladder: bool) -> Caller:
    """Whose request it is, and which version its answer is tagged by. Raises Problem: 401 without a token that opens,
    429 for who tries many; RequestRefused for a plan that its office does not have."""
    now = desk.clock()
    token = _token(request)
    with reading(desk.engine) as session:
        opened = tokens.opened(session, token=token, now=now)
        if opened is None:
            raise _unopened(desk, request)
        in_force = plans.latest(session, opened.office, _plan(request))
        version = _version(session, opened, in_force, told=ladder) if versioned else None
    if opened.stale:
        tokens.note_use(desk.engine, office=opened.office, id=opened.id, now=now)
    lang = language(request, desk.lang)
    coding = chosen(request.headers.get("accept-encoding", "").encode("latin-1", "replace"))
    today = local_day(now, in_force.zone)
    unit = _unit(opened, in_force, today)
    page = (request.url.path, request.url.query)
    seen = (_RELEASE, version, in_force.revision, today, opened.id, unit, lang, coding, *page)
    return Caller(
        desk=desk,
        now=now,
        id=opened.id,
        label=opened.label,
        office=opened.office,
        unit=unit,
        roles=opened.roles,
        expires_at=opened.expires_at,
        in_force=in_force,
        lang=lang,
        coding=coding,
        base=desk.base or f"{request.url.scheme}://{request.headers.get('host', '')}",
        etag=f'"{sha256(repr(seen).encode("utf-8", "replace")).hexdigest()[:32]}"' if versioned else None,
        held=request.headers.get("if-none-match"),
        request_key=request.headers.get("idempotency-key"),
    )


def _version(session: Session, opened: tokens.Opened, in_force: InForce, *, told: bool) -> object:
    """How far the ledger has come, by one indexed look-up; of what shows the ladder, to whom it is shown, the notices
    too, by a second."""
    if told and not opened.roles.isdisjoint(OF_OFFICE):
        return spoken.version(session, opened.office, in_force.plan)
    return queries.head(session, opened.office)


def _plan(request: Request) -> str | None:
    """The plan that is asked for. What can be none goes into no query; that it is wrong is said with all else."""
    asked = request.query_params.get("plan", "")
    return asked if len(asked) <= 100 and re.fullmatch(SLUG_PATTERN, asked) and asked.isprintable() else None


def _unit(opened: tokens.Opened, in_force: InForce, today: date) -> str | None:
    if opened.unit is None:
        return None
    if opened.unit not in in_force.units:
        if opened.roles & set(OF_UNIT):  # this plan asks nothing of it, and it sees nothing else
            raise Problem(404, "api.nothing_here")
        return None
    return holder(in_force.units, opened.unit, today)[0]


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem(401, "api.no_token", headers={"www-authenticate": _CHALLENGE})
    return token.strip()


def _unopened(desk: Desk, request: Request) -> Problem:
    """The same for a token that was never given, has expired or was revoked."""
    wait = desk.wrong_tokens.refuse_for(request.client.host if request.client else "")
    if wait:
        return Problem(429, "api.too_many", headers={"retry-after": str(wait)})
    return Problem(401, "api.wrong_token", headers={"www-authenticate": f'{_CHALLENGE}, error="invalid_token"'})
