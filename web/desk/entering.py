"""The office enters for a group: one row for each member, one button, and each word as that member's own.

What is refused in one row is said in that row; the others are recorded.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from rules import states
from rules.errors import RequestRefused
from rules.values import ANSWERS
from usecases import entering, record
from web.desk import marks, templates
from web.desk.forms import LONGEST_LINE, common, field_of, form_context, whole
from web.desk.guard import said
from web.desk.routing import ENTERS, routes
from web.desk.sitting import months, number_of
from web.desk.unit import pieces

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.entering import Together
    from usecases.status import Item
    from web.desk.visit import Visit

PLANNED = "planned"

_COUNTS = frozenset(map(str, range(1000)))
"""How many rows a page may say were recorded."""


@dataclass(frozen=True, slots=True)
class Row:
    """One member."""

    item: Item
    open: bool
    problem: str | None = None
    said: bool = False
    """Something was said in it, recorded just now or, where the form was sent twice, a moment before."""


@routes.get("/don-vi/{unit}/nhap", ENTERS)
def choose(visit: Visit) -> Response:
    """What can be entered for this group."""
    name = visit.path("unit")
    found = entering.together(visit.engine, in_force=visit.in_force, group=name, now=visit.now)
    return templates.render(visit, "enter_choose.html", unit=visit.in_force.units[name], found=found, **pieces(visit))


@routes.get("/don-vi/{unit}/nhap/{task}/{period}", ENTERS)
def grid_page(visit: Visit) -> Response:
    found = _found(visit)
    return said(visit, 404, "desk.no_such_page") if found is None else _grid(visit, found, {})


@routes.post("/don-vi/{unit}/nhap/{task}/{period}", ENTERS)
def grid(visit: Visit) -> Response:
    """Record every row that says something."""
    found = _found(visit)
    if found is None:
        return said(visit, 404, "desk.no_such_page")
    try:
        told = common(visit) | {"on": visit.typed_day("on")}
    except RequestRefused as refused:
        return _grid(visit, found, {}, templates.refusal(refused, visit.lang), field_of(refused))
    rows = [_enter(visit, item, told, found.is_check_in) for item in found.items]
    if any(row.problem for row in rows):
        again = _found(visit) or found
        words = templates.refusal(RequestRefused("desk.some_rows"), visit.lang)
        return _grid(visit, again, {row.item.terms.key.unit: row for row in rows}, words)
    count = sum(row.said for row in rows)
    here = visit.address
    return marks.redirect(visit, here, str(count), form=here, request=visit.typed("request_id"))


def _enter(visit: Visit, item: Item, told: dict[str, Any], is_check_in: bool) -> Row:
    """One row's words, each an entry that the member declared."""
    unit, problem = item.state.held_by, None
    for line, words in _said_of(visit, item, is_check_in):
        request = told["request_id"] and f"{told['request_id']}:{unit}:{line}:{_digest(words)}"
        shared = {**told, "request_id": request, "occurrence": item.terms.key.short, "by": unit, **words}
        try:
            whole(visit, f"proof.{unit}", LONGEST_LINE)
            if is_check_in:
                record.answer(visit.engine, line=line, **shared)
            else:
                record.done(visit.engine, **shared)
        except RequestRefused as refused:
            problem = templates.refusal(refused, visit.lang)
    return Row(item, states.is_open(item.state), problem, _says_something(visit, item))


def _says_something(visit: Visit, item: Item) -> bool:
    unit = item.state.held_by
    fields = [f"answer.{unit}.{place}" for place, _ in enumerate(item.terms.lines, 1)] or [f"done.{unit}"]
    return any(map(visit.typed, fields))


def _digest(words: dict[str, Any]) -> str:
    return sha256(repr(sorted(words.items(), key=str)).encode()).hexdigest()[:16]


def _said_of(visit: Visit, item: Item, is_check_in: bool) -> list[tuple[str, dict[str, Any]]]:
    """What a row says: (line, words); for work that is no check-in the line is empty."""
    unit = item.state.held_by
    proof = visit.typed(f"proof.{unit}")
    number = {"document": number_of(proof), "note": proof or None}
    if not is_check_in:
        return [("", number)] if visit.typed(f"done.{unit}") and states.is_open(item.state) else []
    found = []
    for place, line in enumerate(item.terms.lines, 1):
        answer, _, month = visit.typed(f"answer.{unit}.{place}").partition(" ")
        before = item.state.answers.get(line)
        if answer in ANSWERS and (before is None or (before.answer, before.month or "") != (answer, month)):
            found.append((line, {"answer": answer, "month": month or None, **(number if answer != PLANNED else {})}))
    return found


def _found(visit: Visit) -> Together | None:
    """Also where every member has done it: its last row was recorded just now, or in another window."""
    group = visit.path("unit")
    every = entering.together(visit.engine, in_force=visit.in_force, group=group, now=visit.now, finished=True)
    wanted = (visit.path("task"), visit.path("period"))
    return next((each for each in every if (each.task, each.period) == wanted), None)


def _grid(visit: Visit, found: Together, rows: dict[str, Row], problem: str | None = None, wrong: str = "") -> Response:
    name = visit.path("unit")
    page = {
        "unit": visit.in_force.units[name],
        "found": found,
        "problems": {unit: row.problem for unit, row in rows.items() if row.problem},
        "tasks": visit.in_force.tasks,
        "answers": tuple(each for each in ANSWERS if each != PLANNED),
        "months": months(visit),
        "recorded": marks.read(visit, _COUNTS),
        "is_open": states.is_open,
        **form_context(visit, problem),
        "wrong": wrong,
        **pieces(visit),
    }
    return templates.render(visit, "enter_grid.html", 400 if problem else 200, **page)
