"""One form for several units that are late in the same: they were urged by one call, one letter or in one meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import spoken
from models.session import reading
from rules.errors import RequestRefused, SeveralRefused
from texts import say
from usecases import record
from usecases.desk.matters import names_of, task_of
from usecases.urging import urge_together
from web.desk import marks, office, templates
from web.desk.forms import LONGEST_TEXT, field_of, form_context, request_of, whole
from web.desk.guard import said
from web.desk.routing import SPEAKS, routes
from web.desk.urging import voice

if TYPE_CHECKING:
    from datetime import date

    from starlette.responses import Response

    from usecases.desk.reading import Line
    from usecases.plans import InForce
    from web.desk.visit import Visit

PATH = "/don-doc/{task}/{period}"
_BOX = "viec:"
_COUNTS = frozenset(map(str, range(1, 1000)))
"""How many units the page may say were urged."""


@routes.get(PATH, SPEAKS)
def together(visit: Visit) -> Response:
    """The units that are late in it, all of them chosen."""
    lines = _lines(visit)
    return _page(visit, lines) if lines else said(visit, 404, "desk.no_such_page")


@routes.post(PATH, SPEAKS)
def tell(visit: Visit) -> Response:
    """An entry for each unit that was chosen, or, where one is refused, none and every refusal."""
    lines = _lines(visit)
    if not lines:
        return said(visit, 404, "desk.no_such_page")
    chosen = [each for each in lines if each.id in _chosen(visit)]
    problems, wrong, on, note = _problems(visit, chosen)
    if problems:
        return _page(visit, lines, "\n".join(problems), wrong)
    try:
        made = _record(visit, chosen, on, note)
    except RequestRefused as refused:
        return _page(
            visit, lines, templates.refusal(_named(refused, visit.in_force, chosen), visit.lang), field_of(refused)
        )
    return marks.redirect(visit, visit.address, str(made), form=visit.address, request=visit.typed("request_id"))


def _lines(visit: Visit) -> list[Line]:
    """Whose work it is in this task and period, today; a case is as unknown as an id that does not exist, and who is
    only requested is never urged."""
    wanted = (visit.path("task"), visit.path("period"))
    with office.opened(visit) as (_, desk):
        every = [each for each in desk.lines if task_of(each) == wanted and not each.requested]
    return sorted(every, key=lambda each: -each.days_late)


def _chosen(visit: Visit) -> set[str]:
    """A field for each: what a browser keeps of a form, it keeps by the name of the field."""
    named = visit.form.keys() if visit.form is not None else ()
    return {each.removeprefix(_BOX) for each in named if each.startswith(_BOX)}


def _urged_today(visit: Visit) -> set[str]:
    """Whom somebody has noted today already: they are not chosen again by themselves, as where a browser goes back."""
    plan = visit.in_force
    with reading(visit.engine) as session:
        rows = spoken.said(session, plan.office, plan.plan, ("urged",), upto=visit.today)
        return {"/".join((each.task, each.unit, each.period)) for each in rows if each.happened_on == visit.today}


def _problems(visit: Visit, chosen: list[Line]) -> tuple[list[str], str, date | None, str]:
    """Everything that is wrong with the form, in words, and the first field of which that is so; what was typed."""
    problems, fields = [], []
    on, note = None, ""
    if not chosen:
        problems.append(say("board.chosen", visit.lang))
        fields.append("viec")
    if visit.typed("via") not in record.URGED_BY:
        problems.append(say("urge.needs_via", visit.lang))
        fields.append("via")
    try:
        on = visit.typed_day("on")
        note = whole(visit, "note", LONGEST_TEXT)
    except RequestRefused as refused:
        problems.append(templates.refusal(refused, visit.lang))
        fields.append(field_of(refused))
    return problems, fields[0] if fields else "", on, note


def _record(visit: Visit, chosen: list[Line], on: date | None, note: str) -> int:
    voices = {each.id: voice(visit, each) for each in chosen}
    closed = [(of, RequestRefused("urge.closed")) for of, by in voices.items() if by is None]
    if closed:
        raise SeveralRefused("urge.none_recorded", closed)
    made = urge_together(
        visit.engine,
        voices={of: by for of, by in voices.items() if by is not None},
        via=visit.typed("via"),
        on=on,
        note=note,
        plan=visit.who.plan,
        now=visit.now,
        recorded_by=visit.who.login,
        channel="desk",
        request_id=request_of(visit),
    )
    return len(made)


def _named(refused: RequestRefused, plan: InForce, chosen: list[Line]) -> RequestRefused:
    """The same, each refusal by its unit's name; what is wrong for all of them alike, such as the day, once."""
    if not isinstance(refused, SeveralRefused):
        return refused
    alike = {repr((one.code, one.values)) for _, one in refused.each}
    if len(alike) == 1 and len(refused.each) == len(chosen):
        return refused.each[0][1]
    names = names_of(plan, chosen)
    return SeveralRefused(refused.code, [(names.get(of, of), one) for of, one in refused.each])


def _page(visit: Visit, lines: list[Line], problem: str | None = None, wrong: str = "") -> Response:
    voices = {each.id: voice(visit, each) for each in lines}
    asked = [each for each in lines if voices[each.id] is not None and each.late]
    today = _urged_today(visit)
    names = sorted({visit.in_force.unit_name(by) for by in voices.values() if by is not None})
    context = form_context(visit, problem, lines[0].unit) | {
        "line": lines[0],
        "asked": asked,
        "names": names_of(visit.in_force, asked),
        "chosen": _chosen(visit) if visit.form is not None else {each.id for each in asked} - today,
        "urged_today": today,
        "by_names": names,
        "ways": record.URGED_BY,
        "wrong": wrong,
        "recorded": marks.read(visit, _COUNTS),
    }
    return templates.render(visit, "urge_together.html", 400 if problem else 200, **context)
