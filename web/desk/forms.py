"""What the forms about a piece of work share: whose word it is, what was typed, what is refused, the page again.

The same forms serve the office when it enters what a unit said: whose word it is and by which way it came are kept
apart from who typed it. A form carries the id of its request, so that sending it twice records it once.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from models.session import reading
from rules import documents
from rules.errors import RequestRefused, SeveralRefused
from usecases import unit_page
from usecases.allowance import Allowance, allowance
from usecases.enter import WAYS
from usecases.handed import photos_allowed
from web.desk import marks, templates
from web.desk.routing import ENTERS, WRITES
from web.desk.unit import pieces

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.unit_page import Work
    from web.desk.visit import Visit

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
        "photos": photos_allowed(visit.in_force, work.item.terms),
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
