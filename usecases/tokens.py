"""Tokens of the API: made, listed, revoked, and what one opens.

A token acts like an account: by its roles and its unit, in one office. It is shown once and only its SHA-256 is kept.
`kehoach_`, 32 letters and digits at random (190 bits) and a check sum of six: a scanner for secrets knows one by its
form, and what is mistyped or made up is refused before the database is asked.
"""

from __future__ import annotations

import re
import secrets
import string
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zlib import crc32

from models import api_token
from models.session import begin, reading
from rules.errors import OutsideFailed, RequestRefused
from usecases import giving, plans
from usecases import roles as of_roles
from usecases.bearer import hash_of
from usecases.moment import local_day
from usecases.roles import OF_OFFICE, OF_UNIT

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from usecases.naming import Caller

ROLES = (*OF_UNIT, *OF_OFFICE)
"""What a token may be given: roles of one ward."""
DAYS = 365
"""How long a token opens where nobody says."""
MOST_DAYS = 731
"""Two years: a system that nobody looks after for longer should stop."""
MOST_STANDING = 100
"""Standing tokens of one office."""
LONGEST_LABEL = 100

PREFIX = "kehoach_"
FORM = re.compile(rf"{PREFIX}[0-9A-Za-z]{{38}}")

_LETTERS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM, _CHECK = 32, 6
_NOTED_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was just made; said here and never again."""

    id: str
    label: str
    unit: str | None
    roles: tuple[str, ...]
    token: str
    expires_at: datetime

    def as_json(self) -> dict[str, Any]:
        names = ("id", "label", "unit", "token")
        return {name: getattr(self, name) for name in names} | {
            "roles": list(self.roles),
            "expires_at": self.expires_at.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Opened:
    """What a token opens."""

    id: str
    office: str
    label: str
    unit: str | None
    roles: frozenset[str]
    expires_at: datetime
    stale: bool
    """Its use was last noted a while ago: note it again."""


def add(
    engine: Engine,
    *,
    label: str,
    roles: tuple[str, ...],
    now: datetime,
    made_by: str,
    unit: str | None = None,
    days: int = DAYS,
    plan: str | None = None,
    caller: Caller | None = None,
) -> Made:
    """Make a token for the system `label` of the plan's office, good for `days` days (of 24 hours) from now.

    Raises RequestRefused: `token.needs_label`, `token.days`, `token.too_many`, `account.unknown_role`, `.needs_unit`,
    `.roles_apart`, `.link_of_group` (a group whose members are named: each has a token of its own), an unknown unit or
    plan; for a `caller` at the desk as usecases.giving.
    """
    label = " ".join(label.split())[:LONGEST_LABEL]
    if not label:
        raise RequestRefused("token.needs_label")
    if not 1 <= days <= MOST_DAYS:
        raise RequestRefused("token.days", most=MOST_DAYS)
    for role in roles:
        if role not in ROLES:
            raise RequestRefused("account.unknown_role", role=role, allowed=", ".join(ROLES))
    of_roles.check(roles, unit)
    token = new()
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        if unit is not None:
            known = in_force.require_unit(unit)
            if known.members not in (1, None) and not set(roles).isdisjoint(OF_UNIT):
                raise RequestRefused("account.link_of_group", unit=in_force.unit_name(unit))
        today = local_day(now, in_force.zone)
        giving.require(in_force, caller, unit=unit, roles=frozenset(roles), today=today, login="")
        rows = api_token.tokens(session, in_force.office)
        if sum(_state(row, now) == "standing" for row in rows) >= MOST_STANDING:
            raise RequestRefused("token.too_many", most=MOST_STANDING)
        row = api_token.ApiToken(
            office=in_force.office,
            id=secrets.token_hex(4),
            label=label,
            unit=unit,
            roles=" ".join(sorted(set(roles))),
            token_hash=hash_of(token),
            made_at=now,
            made_by=made_by,
            expires_at=(now + timedelta(days=days)).replace(microsecond=0),
        )
        session.add(row)
        return Made(row.id, label, unit, tuple(row.roles.split()), token, row.expires_at)


def listed(engine: Engine, *, now: datetime, plan: str | None = None) -> list[dict[str, Any]]:
    """Every token of the plan's office, the latest first: id, label, unit, roles, state (`standing`, `expired`,
    `revoked`), made_at, made_by, expires_at, seen_at, revoked_at (ISO, UTC) and revoked_by. Never a token.
    """
    with reading(engine) as session:
        office, _ = plans.find(session, plan)
        return [
            {
                "id": row.id,
                "label": row.label,
                "unit": row.unit,
                "roles": row.roles.split(),
                "state": _state(row, now),
                "made_at": row.made_at.isoformat(),
                "made_by": row.made_by,
                "expires_at": row.expires_at.isoformat(),
                "seen_at": row.seen_at.isoformat() if row.seen_at else None,
                "revoked_at": row.revoked_at.isoformat() if row.revoked_at else None,
                "revoked_by": row.revoked_by,
            }
            for row in api_token.tokens(session, office)
        ]


def revoke(engine: Engine, *, id: str, now: datetime, by: str, plan: str | None = None) -> None:
    """End a token for good. Raises RequestRefused(`token.unknown`) where none of that id stands."""
    with begin(engine) as session:
        office, _ = plans.find(session, plan)
        standing = [row.id for row in api_token.tokens(session, office) if row.revoked_at is None]
        if id not in standing:
            raise RequestRefused("token.unknown", id=id, near=plans.nearest(id, standing))
        api_token.change(session, office, id, revoked_at=now, revoked_by=by)


def _state(row: Any, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if now >= row.expires_at else "standing"


def opened(session: Session, *, token: str, now: datetime) -> Opened | None:
    """What `token` opens now; None for one that was never given, has expired or was revoked, alike. Nothing is written.

    The check sum of the form is looked at first; a wrong one costs no query.
    """
    if not is_token(token):
        return None
    row = api_token.by_hash(session, hash_of(token))
    if row is None or _state(row, now) != "standing":
        return None
    stale = row.seen_at is None or now - row.seen_at >= _NOTED_EVERY
    return Opened(row.id, row.office, row.label, row.unit, frozenset(row.roles.split()), row.expires_at, stale)


def note_use(engine: Engine, *, office: str, id: str, now: datetime) -> None:
    """Keep that it was used; where the database cannot be written just now, it is not kept and whoever asked still
    gets an answer."""
    with suppress(OutsideFailed), begin(engine, relaxed=True) as session:
        api_token.change(session, office, id, seen_at=now)


def new() -> str:
    """A token at random."""
    body = "".join(secrets.choice(_LETTERS) for _ in range(_RANDOM))
    return PREFIX + body + _check_sum(body)


def is_token(text: str) -> bool:
    """Whether this has the form of a token, its check sum among it; not whether it opens anything."""
    if not FORM.fullmatch(text):
        return False
    body = text.removeprefix(PREFIX)
    return _check_sum(body[:_RANDOM]) == body[_RANDOM:]


def _check_sum(body: str) -> str:
    """CRC-32 in letters and digits, as GitHub's tokens have it."""
    left, said = crc32(body.encode("ascii")), ""
    for _ in range(_CHECK):
        left, digit = divmod(left, len(_LETTERS))
        said = _LETTERS[digit] + said
    return said
