"""A task's page for the office: one occurrence whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from models.erasure import ERASED
from rules.errors import RequestRefused
from usecases import show, steps
from usecases.desk.task import File, task
from usecases.permits import Case
from web.desk import erasing, marks, office, templates, urging
from web.desk.forms import form_context
from web.desk.routing import ERASES, SEES_ALL, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.desk.reading import Desk
    from web.desk.visit import Visit


@routes.get("/viec/{task}/{of}/{period}", SEES_ALL)
def one(visit: Visit) -> Response:
    """One occurrence; a case is as unknown here as an id that does not exist."""
    return _page(visit)


@routes.post("/viec/{task}/{of}/{period}", ERASES)
def erase(visit: Visit) -> Response:
    """Erase the text or the file of one entry of it, for good."""
    with office.opened(visit) as (_, desk):
        known = any(each.id == _occurrence(visit) for each in desk.lines)
    if known:
        try:
            erasing.erase(visit, _occurrence(visit))
        except RequestRefused as refused:
            return _page(visit, templates.refusal(refused, visit.lang))
    return marks.redirect(visit, visit.address, ERASED)


def _occurrence(visit: Visit) -> str:
    return "/".join(visit.path(each) for each in ("task", "of", "period"))


def _page(visit: Visit, problem: str | None = None) -> Response:
    occurrence = _occurrence(visit)
    with office.opened(visit) as (session, desk):
        if not any(each.id == occurrence for each in desk.lines):
            return templates.render(visit, "said.html", 404, key="desk.no_such_page", words=None)
        shown = show.show(
            visit.engine,
            occurrence=occurrence,
            now=visit.now,
            plan=visit.who.plan,
            as_of=office.asked_day(visit),
            known_by=office.known_day(visit),
        )
        page = task(session, desk, shown, visit.lang)
    return templates.render(
        visit,
        "task.html",
        400 if problem else 200,
        page=page,
        line=page.line,
        file_path=partial(_file_path, page.line.unit),
        size=_size,
        file_names={each.sha256: each.name for each in page.files},
        takes=_takes(visit, desk, shown),
        steps_path=f"{quote(visit.address)}/buoc",
        urge_path=f"{quote(visit.address)}{urging.LAST}" if urging.offered(visit, desk, page.line) else "",
        done=marks.read(visit, _DONE) if problem is None else None,
        erase_path=quote(visit.address) if visit.who.may(*ERASES) and not desk.past else "",
        **form_context(visit, problem, page.line.unit),
        **office.shown(visit, desk),
    )


_DONE = (*steps.STEPS.values(), ERASED, *urging.KINDS)
"""What the page may say was just recorded (web.desk.marks)."""


def _takes(visit: Visit, desk: Desk, shown: show.Shown) -> bool:
    """Whether who looks may take the next step of this report; of a past day nobody may."""
    if desk.past:
        return False
    case = Case(visit.in_force, shown.item.terms, shown.item.state, visit.today)
    return bool(steps.offered(case, unit=visit.who.unit, roles=visit.who.roles))


def _file_path(unit: str, file: File) -> str:
    return f"/don-vi/{quote(unit, safe='')}/tep/{file.sha256}"


def _size(count: int) -> str:
    """Bytes as people say them."""
    return f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{max(count / 1024, 0.1):.1f} kB"
