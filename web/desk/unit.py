"""A unit's page, made for a telephone on a slow line: late, next and running first; then all else, folded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from models.session import reading
from rules.values import CHECK_IN
from usecases import cases, unit_page
from web.desk import marks, templates
from web.desk.routing import EVERYBODY, SEES_ALL, WRITES, routes

if TYPE_CHECKING:
    from datetime import date

    from starlette.responses import Response

    from usecases.status import Item
    from web.desk.visit import Visit

routes.navigation("desk.units", "/don-vi", SEES_ALL, place=1)

RECORDED = (
    *("reported", "issued", "answered", "part", "noted", "extension_asked", "measured", "retracted"),
    *("event_opened", "drafted", "presented", "taken_back"),
)
"""What a page may say was just recorded (web.desk.marks)."""


@routes.get("/don-vi", SEES_ALL)
def units(visit: Visit) -> Response:
    """Every unit, to open its page or to enter what it said."""
    shown = [each for each in visit.in_force.units.values() if each.exists_on(visit.today)]
    return templates.render(visit, "units.html", units=shown, group=None)


@routes.get("/don-vi/{unit}", EVERYBODY)
def unit(visit: Visit) -> Response:
    """What is before the unit today; a group has a page for each member instead."""
    name = visit.path("unit")
    known = visit.in_force.units[name]
    if known.is_group and known.members is not None:
        members = [each for each in visit.in_force.units.values() if each.group == name]
        return templates.render(visit, "units.html", units=members, group=known)
    counts_cases = not visit.who.by_link
    with reading(visit.engine) as session:
        made = unit_page.read(session, in_force=visit.in_force, unit=name, now=visit.now)
        open_cases = cases.count(session, in_force=visit.in_force, account=visit.who.id) if counts_cases else 0
    return templates.render(
        visit,
        "unit.html",
        page=made,
        unit=known,
        may_write=visit.who.may(*WRITES),
        recorded=marks.read(visit, RECORDED),
        cases=open_cases,
        opens=visit.who.may(*WRITES) and not visit.who.by_link and cases.opens_something(visit.in_force, name),
        **pieces(visit),
    )


@routes.get("/don-vi/{unit}/lich-su", EVERYBODY)
def history(visit: Visit) -> Response:
    """What was recorded about the unit's work, and whose word it was."""
    name = visit.path("unit")
    said_of_it = unit_page.history(visit.engine, in_force=visit.in_force, unit=name)
    return templates.render(visit, "history.html", unit=visit.in_force.units[name], said=said_of_it, **pieces(visit))


def pieces(visit: Visit) -> dict[str, Any]:
    """What templates ask of an item: its words for a state, its addresses, the name of a unit."""
    lang, unit = visit.lang, visit.request.path_params.get("unit", "")

    def state_words(item: Item) -> tuple[str, str]:
        return words_of_state(item, visit.today, lang)

    def address(verb: str, item: Item) -> str:
        return address_of(unit, verb, item)

    def unit_name(id: str) -> str:
        return visit.in_force.unit_name(id)

    return {"state_words": state_words, "address": address, "unit_name": unit_name, "CHECK_IN": CHECK_IN}


def address_of(unit: str, verb: str, item: Item) -> str:
    """Where a form about an occurrence is; an event's code is its period."""
    key = item.terms.key
    return "/".join(["/don-vi", *(quote(part, safe="") for part in (unit, verb, key.task, key.unit, key.period))])


def words_of_state(item: Item, today: date, lang: str) -> tuple[str, str]:
    """How it stands, in a word or two, and its tone; of who is only asked never «quá hạn» nor «trả lại»."""
    from texts import say

    day = item.state.last_day
    if item.status == "overdue":
        return say("state.days_late", lang, days=item.days_late), "over"
    if item.status == "returned":
        return say("desk.asked_more" if item.requested else "state.returned", lang), "late"
    if item.status == "submitted":
        return say("state.submitted", lang), "late"
    if item.status in ("done_on_time", "done_late"):
        return say(f"state.{item.status}", lang), "done"
    starts = item.terms.opens_on or item.terms.dates.from_day
    if starts is not None and starts > today:
        return say("desk.from_day", lang, day=templates.day(starts)), ""
    if day is None or day < today:
        return say("state.no_response" if item.requested else "state.advisory", lang), ""
    left = (day - today).days
    return (say("desk.today", lang), "late") if left == 0 else (say("desk.days_left", lang, days=left), "")
