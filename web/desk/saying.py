"""What a unit says of one piece of work: done, help needed, more time, taken back; and an indicator's figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rules.errors import RequestRefused
from usecases import extend, record, targets, unit_page
from web.desk import templates
from web.desk.forms import (
    LONGEST_TEXT,
    REPORT,
    WORK,
    common,
    done,
    enters,
    field_of,
    form_context,
    found,
    number_typed,
    shown,
    whole,
)
from web.desk.guard import said
from web.desk.numbers import figure
from web.desk.routing import EVERYBODY, WRITES, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.unit_page import Work
    from web.desk.visit import Visit

Do = Callable[["Visit", "Work"], str]
"""Records what was typed; returns what the unit's page then says."""


@routes.get(WORK % "xem", EVERYBODY)
def look(visit: Visit) -> Response:
    """The work with its clause, its dates and where they come from, and what may be said of it."""
    work = found(visit)
    if work is None:
        return said(visit, 404, "desk.no_such_page")
    return shown(visit, "work.html", work)


@routes.get(WORK % "bao", WRITES)
def report_page(visit: Visit) -> Response:
    return _asked(visit, REPORT)


@routes.post(WORK % "bao", WRITES, files=True)
def report(visit: Visit) -> Response:
    return _recorded(visit, REPORT, _report)


@routes.get(WORK % "nhan", WRITES)
def note_page(visit: Visit) -> Response:
    return _asked(visit, "note.html")


@routes.post(WORK % "nhan", WRITES)
def note(visit: Visit) -> Response:
    return _recorded(visit, "note.html", _note)


@routes.get(WORK % "gia-han", WRITES)
def extension_page(visit: Visit) -> Response:
    return _asked(visit, "extension.html")


@routes.post(WORK % "gia-han", WRITES)
def extension(visit: Visit) -> Response:
    return _recorded(visit, "extension.html", _extension)


@routes.get(WORK % "rut", WRITES)
def retract_page(visit: Visit) -> Response:
    return _asked(visit, "retract.html")


@routes.post(WORK % "rut", WRITES)
def retract(visit: Visit) -> Response:
    return _recorded(visit, "retract.html", _retract)


@routes.get("/don-vi/{unit}/chi-tieu/{target}", WRITES)
def measure_page(visit: Visit) -> Response:
    target = _target(visit)
    return said(visit, 404, "desk.no_such_page") if target is None else _measure_form(visit, target)


@routes.post("/don-vi/{unit}/chi-tieu/{target}", WRITES)
def measure(visit: Visit) -> Response:
    target = _target(visit)
    if target is None:
        return said(visit, 404, "desk.no_such_page")
    try:
        targets.measure(
            visit.engine,
            target=target["id"],
            value=figure(visit.typed("value")),
            unit=visit.path("unit"),
            on=visit.typed_day("on"),
            note=whole(visit, "note", LONGEST_TEXT) or None,
            **common(visit),
        )
    except RequestRefused as refused:
        return _measure_form(visit, target, refused)
    return done(visit, "measured")


# ---- what is recorded


def _report(visit: Visit, work: Work) -> str:
    recorded = record.done(
        visit.engine,
        occurrence=work.item.terms.key.short,
        by=visit.path("unit"),
        on=visit.typed_day("on"),
        document=number_typed(visit),
        note=whole(visit, "note", LONGEST_TEXT) or None,
        evidence=visit.files,
        evidence_folder=visit.desk.evidence,
        most_a_day=None if enters(visit) else visit.desk.most_a_day,
        **common(visit),
    )
    return recorded.kind


def _note(visit: Visit, work: Work) -> str:
    record.say(
        visit.engine,
        kind="noted",
        occurrence=work.item.terms.key.short,
        by=visit.path("unit"),
        note=whole(visit, "note", LONGEST_TEXT) or None,
        **common(visit),
    )
    return "noted"


def _extension(visit: Visit, work: Work) -> str:
    until = visit.typed_day("until")
    if until is None:
        raise RequestRefused("desk.needs_day")
    extend.ask(
        visit.engine,
        occurrence=work.item.terms.key.short,
        by=visit.path("unit"),
        until=until,
        reason=whole(visit, "note", LONGEST_TEXT),
        **common(visit),
    )
    return "extension_asked"


def _retract(visit: Visit, work: Work) -> str:
    record.say(
        visit.engine,
        kind="retracted",
        occurrence=work.item.terms.key.short,
        by=visit.path("unit"),
        reason=whole(visit, "note", LONGEST_TEXT) or None,
        **common(visit),
    )
    return "retracted"


def _asked(visit: Visit, template: str) -> Response:
    work = found(visit)
    return said(visit, 404, "desk.no_such_page") if work is None else shown(visit, template, work)


def _recorded(visit: Visit, template: str, do: Do) -> Response:
    work = found(visit)
    if work is None:
        return said(visit, 404, "desk.no_such_page")
    try:
        return done(visit, do(visit, work))
    except RequestRefused as refused:
        return shown(visit, template, work, templates.refusal(refused, visit.lang), wrong=field_of(refused))


def _target(visit: Visit) -> dict[str, Any] | None:
    """The indicator of the path, where the unit of the path leads it."""
    page = unit_page.page(visit.engine, in_force=visit.in_force, unit=visit.path("unit"), now=visit.now)
    return next((each for each in page.targets if each["id"] == visit.path("target")), None)


def _measure_form(visit: Visit, target: dict[str, Any], refused: RequestRefused | None = None) -> Response:
    unit = visit.in_force.units[visit.path("unit")]
    problem = templates.refusal(refused, visit.lang) if refused else None
    page = {"target": target, "unit": unit, **form_context(visit, problem), "wrong": refused and field_of(refused)}
    return templates.render(visit, "measure.html", 400 if problem else 200, **page)
