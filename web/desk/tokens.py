"""Tokens of the API, for the office: made for a system and shown once, when each was last used, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RequestRefused
from usecases import tokens
from web.desk import templates
from web.desk.guard import said
from web.desk.people import OFFICE, caller_of, given
from web.desk.routing import routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.tokens import Made
    from web.desk.visit import Visit

PATH = "/ma-truy-cap"

routes.navigation("token.title", PATH, OFFICE, place=4, manages=True)


@routes.get(PATH, OFFICE)
def listed(visit: Visit) -> Response:
    return _page(visit, None)


@routes.post(PATH, OFFICE)
def change(visit: Visit) -> Response:
    """Make one for a system, or revoke one of this office."""
    who, revoked, days = visit.who, visit.typed("revoke"), visit.typed("days")
    if revoked:
        try:
            tokens.revoke(visit.engine, id=revoked, now=visit.now, by=who.login, plan=who.plan)
        except RequestRefused:  # never given, of another office, or revoked by somebody quicker
            return said(visit, 404, "desk.no_such_page")
        return templates.redirect(visit, PATH)
    try:
        made = tokens.add(
            visit.engine,
            label=visit.typed("label"),
            roles=tuple(str(each) for each in (visit.form.getlist("role") if visit.form else ())),
            unit=visit.typed("unit") or None,
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            now=visit.now,
            made_by=who.login,
            plan=who.plan,
            caller=caller_of(visit),
        )
    except RequestRefused as refused:
        return _page(visit, None, templates.refusal(refused, visit.lang))
    return _page(visit, made)


def _page(visit: Visit, made: Made | None, problem: str | None = None) -> Response:
    page = {
        "made": made,
        "tokens": tokens.listed(visit.engine, now=visit.now, plan=visit.who.plan),
        "units": [each for each in visit.in_force.units.values() if each.members in (1, None)],
        "roles": [each for each in tokens.ROLES if given(visit, (each,))],
        "days": tokens.DAYS,
        "problem": problem,
        "typed": visit.typed if problem else lambda _: "",
        "chosen": [str(each) for each in visit.form.getlist("role")] if visit.form and problem else [],
    }
    return templates.render(visit, "tokens.html", 400 if problem else 200, **page)
