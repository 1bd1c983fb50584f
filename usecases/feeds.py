"""Calendar links: made, listed, given a new secret, revoked; and how one is asked for.

The token is shown once and only its SHA-256 is kept. What a link answers is in usecases.feed_answers.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from models import feed
from models.session import begin, reading
from outputs import ical
from rules.errors import RequestRefused
from usecases import calendars, plans

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

TOKEN_BYTES = 24
"""192 random bits: not to be guessed, and 32 letters to be typed where nothing else helps."""
_ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was made or got a new secret. `token` is said here and never again."""

    id: str
    which: str
    name: str
    """The calendar's own name, as a client shows it."""
    label: str
    token: str

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("id", "which", "name", "label", "token")}


def add(
    engine: Engine,
    *,
    now: datetime,
    made_by: str,
    which: str | None = None,
    label: str = "",
    plan: str | None = None,
    lang: str = "vi",
) -> Link:
    """Make a link to the calendar of `which`: a unit, a group or a member of one, `office` (the default), `campaigns`.

    Raises RequestRefused for an unknown unit or plan.
    """
    which = which or calendars.OFFICE
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        if which != calendars.CAMPAIGNS:
            calendars.scope_of(in_force, which)
        return _added(session, in_force, which, label, now, made_by, lang)


def add_members(
    engine: Engine, *, now: datetime, made_by: str, group: str, plan: str | None = None, lang: str = "vi"
) -> list[Link]:
    """Make a link for each member of a group, all or none; each is labelled with its member's name.

    Raises RequestRefused for an unknown group or plan; `feed.no_members` for a unit that is no group of named members.
    """
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        named = in_force.require_unit(group).name
        members = [each.id for each in in_force.units.values() if each.group == group]
        if not members:
            raise RequestRefused("feed.no_members", unit=named)
        return [_added(session, in_force, each, in_force.unit_name(each), now, made_by, lang) for each in members]


def _added(
    session: Session, in_force: plans.InForce, which: str, label: str, now: datetime, made_by: str, lang: str
) -> Link:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    id = secrets.token_hex(_ID_BYTES)
    session.add(
        feed.Feed(
            office=in_force.office,
            plan=in_force.plan,
            id=id,
            which=which,
            label=label,
            token_hash=hash_of(token.encode()),
            made_at=now,
            made_by=made_by,
        )
    )
    return Link(id, which, name_of(in_force, which, lang), label, token)


def listed(engine: Engine, *, plan: str | None = None, lang: str = "vi") -> list[dict[str, Any]]:
    """Every link of the plan, revoked ones among them: id, which, name, label, made_at, made_by, rotated_at,
    revoked_at, revoked_by and used_at (its calendar's last reading, to the day); instants in ISO 8601, of the plan's
    zone. Never a token: nobody has it any more.
    """
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        rows = feed.feeds(session, in_force.office, in_force.plan)
    return [
        {
            "id": row.id,
            "which": row.which,
            "name": name_of(in_force, row.which, lang),
            "label": row.label,
            "made_at": _iso(row.made_at, in_force.zone),
            "made_by": row.made_by,
            "rotated_at": _iso(row.rotated_at, in_force.zone),
            "revoked_at": _iso(row.revoked_at, in_force.zone),
            "revoked_by": row.revoked_by,
            "used_at": _iso(row.used_at, in_force.zone),
        }
        for row in rows
    ]


def rotate(engine: Engine, *, id: str, now: datetime, plan: str | None = None, lang: str = "vi") -> Link:
    """Give a link a new secret; the old one answers as an unknown one from now on.

    Raises RequestRefused(`feed.unknown`) for a link that does not stand.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        row = _standing(session, in_force, id)
        feed.change(session, row.office, row.plan, id, token_hash=hash_of(token.encode()), rotated_at=now)
        return Link(id, row.which, name_of(in_force, row.which, lang), row.label, token)


def revoke(engine: Engine, *, id: str, now: datetime, by: str, plan: str | None = None) -> None:
    """End a link for good: no token opens it any more. Raises RequestRefused(`feed.unknown`) where none stands."""
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        row = _standing(session, in_force, id)
        feed.change(session, row.office, row.plan, id, token_hash=None, revoked_at=now, revoked_by=by)


def note_use(engine: Engine, *, office: str, plan: str, id: str, at: datetime) -> bool:
    """Note that a link's calendar was read at `at` (aware, UTC): written once a day (UTC), and not for an ended link.

    Does not wait for the disk: a reading lost in a power cut is noted on the next day.
    """
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    with begin(engine, relaxed=True) as session:
        return feed.note_use(session, office, plan, id, at=at, day=day)


def _standing(session: Session, in_force: plans.InForce, id: str) -> Any:
    rows = [each for each in feed.feeds(session, in_force.office, in_force.plan) if each.token_hash is not None]
    for row in rows:
        if row.id == id:
            return row
    raise RequestRefused("feed.unknown", id=id, near=plans.nearest(id, [each.id for each in rows]))


def hash_of(token: bytes) -> str:
    """What is kept of a token. It has 192 random bits, so a quick hash hides it as well as a slow one."""
    return sha256(token).hexdigest()


def name_of(in_force: plans.InForce, which: str, lang: str) -> str:
    """The name of a calendar as a client shows it."""
    return calendars.names(in_force, which, lang)[0]


def _iso(at: datetime | None, zone: str) -> str | None:
    return None if at is None else at.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


# ---- how it is asked for


class Form(NamedTuple):
    """How a link's calendar is asked for: `?as=`, `?lang=`, `?alarms=`."""

    form: str = ical.EVENT
    lang: str = "vi"
    alarms: bool = True


def address(base: str, token: str, form: Form | None = None, lang: str = "vi", *, ending: str = ".ics") -> str:
    """The calendar's address, or without `ending` its page's; `lang` is what is served where none is asked for."""
    form = form or Form(lang=lang)
    asked = {
        name: value
        for name, value, usual in (
            ("as", form.form, Form().form),
            ("lang", form.lang, lang),
            ("alarms", "on" if form.alarms else "off", "on"),
        )
        if value != usual
    }
    return f"{base}/lich/{token}{ending}{'?' if asked else ''}{urlencode(asked)}"
