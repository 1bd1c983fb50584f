"""Opening what an event asks for: a case, with who is to see it, or other work that begins when something happens."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rules.errors import RequestRefused
from usecases import cases, events
from web.desk import marks, templates
from web.desk.forms import common, form_context, request_of
from web.desk.routing import WRITES, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit

_CLOCK = re.compile(r"([01]?\d|2[0-3])[:.hg]([0-5]\d)")


@routes.get("/don-vi/{unit}/vu-viec", WRITES, personal=True)
def open_page(visit: Visit) -> Response:
    return _opening(visit)


@routes.post("/don-vi/{unit}/vu-viec", WRITES, personal=True)
def open_one(visit: Visit) -> Response:
    """Open what happened; who opens a case is named to it, with whom they chose."""
    unit = visit.path("unit")
    offered = cases.opening(visit.engine, in_force=visit.in_force, unit=unit, now=visit.now)
    private = {task: is_case for task, _, is_case, _ in offered.tasks}
    task = visit.typed("task")
    try:
        if task not in private:
            raise RequestRefused("cases.needs_task")
        recorded = events.open_event(
            visit.engine,
            task=task,
            unit=unit,
            at=_instant(visit),
            ref=_code(visit),
            named=_chosen(visit, {id for id, *_ in offered.people}) if private[task] else (),
            **common(visit),
        )
    except RequestRefused as refused:
        return _opening(visit, templates.refusal(refused, visit.lang))
    if not private[task]:
        return marks.redirect(visit, f"/don-vi/{unit}", "event_opened")
    key = cases.key_of(visit.in_force, *recorded.occurrence.split("/"))
    return marks.redirect(visit, "/".join(("/vu-viec", *key[2:])), "event_opened")


def _chosen(visit: Visit, offered: set[str]) -> list[str]:
    """Who opens it, and those of the unit that were chosen."""
    chosen = visit.form.getlist("named") if visit.form is not None else []
    return [visit.who.id, *(each for each in chosen if isinstance(each, str) and each in offered)]


def _code(visit: Visit) -> str:
    """The case's code, made by the desk: a typed one might be a name, and would tell whether another case bears it.

    It follows from the request, so that the same form sent twice opens the same case.
    """
    of = f"{visit.who.login}:{request_of(visit) or secrets.token_hex(16)}"
    return f"vv-{visit.today.year}-{int(sha256(of.encode()).hexdigest(), 16) % 10**6:06}"


def _instant(visit: Visit) -> datetime:
    """The local day and time that were typed."""
    day, clock = visit.typed_day("on"), _CLOCK.fullmatch(visit.typed("time").lower())
    if day is None or clock is None:
        raise RequestRefused("cases.needs_time")
    return datetime.combine(day, time(int(clock[1]), int(clock[2])), ZoneInfo(visit.in_force.zone))


def _opening(visit: Visit, problem: str | None = None) -> Response:
    unit = visit.in_force.units[visit.path("unit")]
    offered = cases.opening(visit.engine, in_force=visit.in_force, unit=unit.id, now=visit.now)
    at = visit.now.astimezone(ZoneInfo(visit.in_force.zone))
    page = form_context(visit, problem) | {
        "unit": unit,
        "offered": offered,
        "others": [each for each in offered.people if each[0] != visit.who.id],
        "clock": visit.typed("time") or at.strftime("%H:%M"),
        "chosen": {id for id, _, heads in offered.people if heads}
        if visit.form is None
        else set(visit.form.getlist("named")),
    }
    return templates.render(visit, "case_open.html", 400 if problem else 200, **page)
