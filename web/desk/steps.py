"""A report's way up, step by step: its unit drafts and presents, the leaders sign, the clerk numbers and issues.

One small form in two places: under the unit, for whoever speaks or enters for it, and under the task, for the leaders,
Văn phòng and the clerk. Which steps stand in it, the rules and the permits say (usecases.steps.offered).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rules.errors import RequestRefused
from usecases import steps, unit_page
from usecases.permits import Case
from web.desk import marks, templates
from web.desk.forms import (
    LONGEST_TEXT,
    WORK,
    common,
    done,
    form_context,
    found,
    number_typed,
    request_of,
    whole,
)
from web.desk.guard import said
from web.desk.routing import WRITES, routes
from web.desk.unit import pieces

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.steps import Offer
    from usecases.unit_page import Work
    from web.desk.visit import Visit

HANDLES = frozenset({"chair", "vice-chair", "office", "clerk"})
"""Roles through whose hands a report goes after its unit."""
_HERE = "/viec/{task}/{of}/{period}/buoc"
_UNITS = frozenset({"unit"})
_NOBODY = "-"
"""Whose word a step is that who looks may never take: no unit, so refused."""


@routes.get(WORK % "buoc", WRITES)
def of_unit_page(visit: Visit) -> Response:
    work = found(visit)
    return said(visit, 404, "desk.no_such_page") if work is None else _page(visit, work, _units(visit, work))


@routes.post(WORK % "buoc", WRITES)
def of_unit(visit: Visit) -> Response:
    """A step that the unit takes, or that the office enters for it."""
    work = found(visit)
    if work is None:
        return said(visit, 404, "desk.no_such_page")
    offers = _units(visit, work)
    try:
        kind = _take(visit, work, offers, _speaker(visit, work, visit.path("unit"), _UNITS), common(visit))
    except RequestRefused as refused:
        return _page(visit, work, offers, templates.refusal(refused, visit.lang))
    return done(visit, kind)


@routes.get(_HERE, HANDLES)
def of_office_page(visit: Visit) -> Response:
    work = _work(visit)
    return said(visit, 404, "desk.no_such_page") if work is None else _page(visit, work, handled(visit, work))


@routes.post(_HERE, HANDLES)
def of_office(visit: Visit) -> Response:
    """A step of the leaders, of Văn phòng or of the clerk."""
    work = _work(visit)
    if work is None:
        return said(visit, 404, "desk.no_such_page")
    offers = handled(visit, work)
    told = {
        "plan": visit.who.plan,
        "now": visit.now,
        "recorded_by": visit.who.login,
        "channel": "desk",
        "request_id": request_of(visit),
    }
    try:
        kind = _take(visit, work, offers, _speaker(visit, work, visit.who.unit, visit.who.roles & HANDLES), told)
    except RequestRefused as refused:
        return _page(visit, work, offers, templates.refusal(refused, visit.lang))
    page = visit.address.removesuffix("/buoc")
    return marks.redirect(visit, page, kind, form=visit.address, request=visit.typed("request_id"))


def handled(visit: Visit, work: Work) -> tuple[Offer, ...]:
    """The steps that who looks may take on the office's side."""
    roles = visit.who.roles & HANDLES
    return steps.offered(_case(visit, work), unit=visit.who.unit, roles=roles)


def _units(visit: Visit, work: Work) -> tuple[Offer, ...]:
    return steps.offered(_case(visit, work), unit=visit.path("unit"), roles=_UNITS)


def _speaker(visit: Visit, work: Work, unit: str | None, roles: frozenset[str]) -> str:
    """Whose word the step is, offered or not: sent a second time it is offered no longer."""
    return steps.speaker(_case(visit, work), visit.typed("step"), unit=unit, roles=roles) or _NOBODY


def _case(visit: Visit, work: Work) -> Case:
    return Case(visit.in_force, work.item.terms, work.item.state, visit.today)


def _work(visit: Visit) -> Work | None:
    """The occurrence that the path names, whoever holds it; no case."""
    return unit_page.work(
        visit.engine,
        in_force=visit.in_force,
        now=visit.now,
        unit=None,
        **{name: visit.path(name) for name in ("task", "of", "period")},
    )


def _take(visit: Visit, work: Work, offers: tuple[Offer, ...], by: str, told: dict[str, Any]) -> str:
    step, on = visit.typed("step"), visit.typed_day("on")
    try:
        return steps.step(
            visit.engine,
            occurrence=work.item.terms.key.short,
            step=step,
            by=by,
            on=on,
            document=number_typed(visit),
            note=whole(visit, "note", LONGEST_TEXT) or None,
            **told,
        ).kind
    except RequestRefused as refused:
        if step not in {each.step for each in offers}:
            raise RequestRefused("steps.choose") from refused
        raise


def task_path(work: Work) -> str:
    """The office's page of the occurrence."""
    return "/".join(["/viec", *(quote(part, safe="") for part in work.item.terms.key[2:])])


def _page(visit: Visit, work: Work, offers: tuple[Offer, ...], problem: str | None = None) -> Response:
    holder = visit.in_force.units[work.item.state.held_by]
    of_unit = "unit" in visit.request.path_params
    page = form_context(visit, problem, holder.id) | {
        "work": work,
        "item": work.item,
        "unit": holder,
        "offers": offers,
        "entering": of_unit and visit.who.unit != holder.id,
        "back_to": f"/don-vi/{quote(holder.id, safe='')}" if of_unit else task_path(work),
        **pieces(visit),
    }
    return templates.render(visit, "step.html", 400 if problem else 200, **page)
