"""What the office and the leaders said to a unit: that it was urged (đôn đốc) by telephone, Zalo, a letter or in a
meeting, or an answer to who asked for help. Of a body that is only requested it is asked again, never urged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import KehoachError, RequestRefused
from texts import say
from usecases import record
from usecases.permits import overseers_of
from web.desk import marks, office, templates
from web.desk.forms import LONGEST_TEXT, form_context, request_of, whole
from web.desk.guard import said
from web.desk.routing import SPEAKS, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.desk.reading import Desk, Line
    from web.desk.visit import Visit

PATH = "/viec/{task}/{of}/{period}/don-doc"
LAST = "/don-doc"
KINDS = ("urged", "noted")
_OWES = ("", "unit", "head")
"""Whom one may have spoken to: "" for whoever owes something now."""
_CONFIRMS = ("",)


@routes.get(PATH, SPEAKS)
def page(visit: Visit) -> Response:
    line = _line(visit)
    return said(visit, 404, "desk.no_such_page") if line is None else _page(visit, line)


@routes.post(PATH, SPEAKS)
def tell(visit: Visit) -> Response:
    """One entry: urged, or noted."""
    line = _line(visit)
    if line is None:
        return said(visit, 404, "desk.no_such_page")
    problems, wrong = _missing(visit)
    if problems:
        return _page(visit, line, " ".join(problems), wrong)
    try:
        kind = _record(visit, line)
    except KehoachError as refused:
        return _page(visit, line, templates.refusal(refused, visit.lang), str(refused.values.get("field") or ""))
    return marks.redirect(
        visit, visit.address.removesuffix(LAST), kind, form=visit.address, request=visit.typed("request_id")
    )


def voice(visit: Visit, line: Line) -> str | None:
    """The unit in whose name who looks may say something of it here; None where it is nobody's, or asks nobody."""
    mine = office.speaks_for(visit) & overseers_of(visit.in_force, visit.today)
    return min(mine - {line.unit}, default=None) if line.owed else None


def offered(visit: Visit, desk: Desk, line: Line) -> bool:
    """Whether a page that shows `line` leads here."""
    return visit.who.may(*SPEAKS) and not desk.past and voice(visit, line) is not None


def _line(visit: Visit) -> Line | None:
    """The occurrence as it stands today; a case is as unknown as an id that does not exist."""
    name = "/".join(visit.path(each) for each in ("task", "of", "period"))
    with office.opened(visit) as (_, desk):
        return next((each for each in desk.lines if each.id == name), None)


def _missing(visit: Visit) -> tuple[list[str], str]:
    """Everything that the form lacks, in words, and the first field of which that is so."""
    what, lacks = visit.typed("what"), []
    if what not in KINDS:
        lacks.append("what")
    if what == "urged" and visit.typed("via") not in record.URGED_BY:
        lacks.append("via")
    if what == "noted" and not visit.typed("note"):
        lacks.append("note")
    return [say(f"urge.needs_{each}", visit.lang) for each in lacks], lacks[0] if lacks else ""


def _record(visit: Visit, line: Line) -> str:
    kind, to = visit.typed("what"), visit.typed("to")
    by = voice(visit, line)
    if by is None:
        raise RequestRefused("urge.closed")
    urges = kind == "urged"
    return record.say(
        visit.engine,
        kind=kind,
        occurrence=line.id,
        by=by,
        on=visit.typed_day("on"),
        note=whole(visit, "note", LONGEST_TEXT) or None,
        via=visit.typed("via") if urges else None,
        to=to if urges and to and to in _reached(line) else None,
        plan=visit.who.plan,
        now=visit.now,
        recorded_by=visit.who.login,
        channel="desk",
        request_id=request_of(visit),
    ).kind


def _reached(line: Line) -> tuple[str, ...]:
    return _CONFIRMS if line.status == "submitted" else _OWES


def _page(visit: Visit, line: Line, problem: str | None = None, wrong: str = "") -> Response:
    by = voice(visit, line)
    context = form_context(visit, problem, line.unit) | {
        "line": line,
        "offered": by is not None,
        "by_name": visit.in_force.unit_name(by) if by else "",
        "ways": record.URGED_BY,
        "reached": _reached(line),
        "wrong": wrong,
        "back_to": visit.address.removesuffix(LAST),
    }
    return templates.render(visit, "urge.html", 400 if problem else 200, **context)
