"""What a unit says of one piece of work: done, help needed, more time, taken back; and an indicator's figure.

The same forms serve the office when it enters what a unit said: whose word it is and by which way it came are kept
apart from who typed it. A form carries the id of its request, so that sending it twice records it once.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from models.session import reading
from rules import documents
from rules.errors import RequestRefused, SeveralRefused
from usecases import extend, record, targets, unit_page, uploads
from usecases.allowance import Allowance, allowance
from web.desk import marks, templates
from web.desk.guard import said
from web.desk.numbers import figure
from web.desk.routing import ENTERS, EVERYBODY, WRITES, routes
from web.desk.unit import pieces

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.unit_page import Work
    from web.desk.visit import Visit

WAYS = ("phone", "meeting", "paper", "zalo", "letter", "email")
"""How what a unit said reached the office."""
REPORT = "report.html"
WORK = "/don-vi/{unit}/%s/{task}/{of}/{period}"
LONGEST_TEXT, LONGEST_NUMBER, LONGEST_LINE = 4000, 100, 500
"""Letters of a note, of a document's number, and of what proves one line. What is longer is refused, here and not in
the browser: that would cut what is pasted, and nobody would see it."""
_FIELDS = {
    "desk.bad_figure": "value",
    "desk.which_figure": "value",
    "desk.needs_day": "until",
    "desk.needs_way": "channel",
    "request.extension_past": "until",
    "request.future": "on",
    "request.issued_without_number": "document",
    "request.needs_document": "document",
    "request.needs_file": "file",
    "request.needs_note": "note",
    "request.needs_reason": "note",
    "request.too_early": "on",
}
"""The field of which a refusal speaks, by its code."""

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


# ---- what the forms share


def found(visit: Visit) -> Work | None:
    """The work that the path names, where the unit of the path holds it."""
    return unit_page.work(
        visit.engine,
        in_force=visit.in_force,
        now=visit.now,
        **{name: visit.path(name) for name in ("unit", "task", "of", "period")},
    )


def enters(visit: Visit) -> bool:
    """Whether who types is not the unit itself: the office enters for it."""
    return visit.who.unit != visit.path("unit")


def common(visit: Visit) -> dict[str, Any]:
    """What every verb is told: the plan, the moment, who types, the way, and the id of the request."""
    channel = visit.typed("channel") if enters(visit) else "desk"
    if enters(visit) and channel not in WAYS:
        raise RequestRefused("desk.needs_way")
    return {
        "plan": visit.who.plan,
        "now": visit.now,
        "recorded_by": visit.who.login,
        "channel": channel,
        "request_id": request_of(visit),
    }


def whole(visit: Visit, name: str, most: int) -> str:
    """What was typed, whole: words that are too long are refused, never cut."""
    typed = visit.typed(name)
    if len(typed) > most:
        raise RequestRefused("desk.too_long", most=most, count=len(typed), field=name)
    return typed


def number_typed(visit: Visit) -> str | None:
    """The number and sign of a document as it is kept, whatever was pasted around it."""
    return documents.plain(whole(visit, "document", LONGEST_NUMBER)) or None


def field_of(refused: RequestRefused) -> str:
    """The field that a refusal is about; empty where it is about none."""
    if isinstance(refused, SeveralRefused):
        return field_of(refused.each[0][1])
    named = refused.values.get("field") or _FIELDS.get(refused.code)
    return str(named or ("file" if refused.code.startswith("upload.") else ""))


def request_of(visit: Visit) -> str | None:
    """The id that the form bears, kept apart from those of other people's requests."""
    typed = visit.typed("request_id")
    return f"desk:{visit.who.login}:{typed}" if typed.isalnum() and len(typed) <= 64 else None


def shown(visit: Visit, template: str, work: Work, problem: str | None = None, **more: Any) -> Response:
    """A page about one piece of work; after a refusal with what was typed."""
    page = {
        "work": work,
        "item": work.item,
        "unit": visit.in_force.units[visit.path("unit")],
        "photos": uploads.photos_allowed(visit.in_force, work.item.terms),
        "tomorrow": visit.today + timedelta(days=1),
        "may_write": visit.who.may(*WRITES),
        **form_context(visit, problem),
        **pieces(visit),
    }
    if template == REPORT:
        page |= {"room": _room(visit), "sent_before": [each.name for each in visit.files]}
    return templates.render(visit, template, 400 if problem else 200, **(page | more))


def _room(visit: Visit) -> Allowance | None:
    """What the unit may still send today; None where the office enters, which is not bound."""
    if enters(visit):
        return None
    with reading(visit.engine) as session:
        return allowance(session, visit.in_force, visit.path("unit"), visit.now, visit.desk.most_a_day)


def form_context(visit: Visit, problem: str | None, unit: str | None = None) -> dict[str, Any]:
    """What every form needs: the refusal, whose word (that of `unit`, by default of the path's), how it came, what was
    typed, the id of its request."""
    return {
        "problem": problem,
        "wrong": "",
        "entering": visit.who.may(*ENTERS) and visit.who.unit != (unit or visit.path("unit")),
        "ways": WAYS,
        "today": visit.today,
        "typed": visit.typed,
        "filled": visit.form is not None,
        "request_id": visit.typed("request_id") if visit.form is not None else secrets.token_hex(16),
        "keep": visit.address,
    }


def done(visit: Visit, what: str) -> Response:
    """To the unit's page, which says what was recorded and forgets what the browser kept of the form."""
    unit = f"/don-vi/{visit.path('unit')}"
    return marks.redirect(visit, unit, what, form=visit.address, request=visit.typed("request_id"))


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
