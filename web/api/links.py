"""A unit's calendar links: listed, made (the secret is said once), revoked."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from rules.errors import RequestRefused
from usecases import feeds
from web.api import bodies, documents
from web.api.answers import answered
from web.api.caller import Caller, Who
from web.api.fields import Id, Line
from web.api.operations import SMALL, WRITES, operations
from web.api.problems import Problem
from web.api.reads import known_unit

MOST = 12
"""Standing links of one unit, as at the desk."""
_PATH = "/units/{unit}/calendar-links"


@operations.get(
    _PATH,
    WRITES,
    name="calendar_links",
    document=list[documents.StandingLink],
    versioned=False,
    refuses=(404,),
    area="calendar",
)
def listed(caller: Who, unit: Id) -> Response:
    return answered(caller, _standing(caller, known_unit(caller, unit)))


@operations.post(
    _PATH,
    WRITES,
    name="calendar_link_add",
    document=documents.MadeLink,
    refuses=(404, 409),
    most=SMALL,
    area="calendar",
)
def add(caller: Who, unit: Id, said: bodies.CalendarLink) -> Response:
    which = known_unit(caller, unit)
    if len(_standing(caller, which)) >= MOST:
        raise Problem(409, "api.too_many_links", {"most": MOST})
    made = feeds.add(
        caller.engine,
        now=caller.now,
        made_by=caller.recorded_by,
        which=which,
        label=said.label or caller.in_force.unit_name(which),
        plan=caller.plan,
        lang=caller.lang,
    )
    return answered(
        caller,
        made.as_json()
        | {"page": feeds.address(caller.base, made.token, ending=""), "link": feeds.address(caller.base, made.token)},
    )


@operations.delete(
    _PATH + "/{link}",
    WRITES,
    name="calendar_link_revoke",
    document=documents.RevokedLink,
    refuses=(404,),
    area="calendar",
)
def revoke(caller: Who, unit: Id, link: Line) -> Response:
    if link not in {each["id"] for each in _standing(caller, known_unit(caller, unit))}:
        raise Problem(404, "api.nothing_here")
    try:
        feeds.revoke(caller.engine, id=link, now=caller.now, by=caller.recorded_by, plan=caller.plan)
    except RequestRefused:  # somebody was quicker
        raise Problem(404, "api.nothing_here") from None
    return answered(caller, {"id": link, "revoked_at": caller.now.isoformat()})


def _standing(caller: Caller, unit: str) -> list[dict[str, Any]]:
    names = documents.StandingLink.model_fields
    every = feeds.listed(caller.engine, plan=caller.plan, lang=caller.lang)
    return [
        {name: each[name] for name in names} for each in every if each["which"] == unit and each["revoked_at"] is None
    ]
