"""The check-in as one sitting: every line on one page, one button; what was answered is kept even where some is not.

Each answered line is an entry of its own; a line that is refused stands on the page again with why, the others are
recorded. Sent twice, it is recorded once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rules import documents
from rules.errors import RequestRefused
from rules.values import ANSWERS, CHECK_IN, Answer
from usecases import record
from web.desk import templates
from web.desk.forms import LONGEST_LINE, common, done, field_of, found, shown, whole
from web.desk.guard import said
from web.desk.routing import WRITES, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.unit_page import Work
    from web.desk.visit import Visit

_PATH = "/don-vi/{unit}/cap-nhat/{task}/{of}/{period}"


@dataclass(frozen=True, slots=True)
class Line:
    """One continuous duty of the check-in, as it stands on the page."""

    number: int
    """Its place, from 1; the fields of the form are named by it."""
    task: str
    title: str
    answered: Answer | None
    answer: str
    """What is chosen: typed just now, else recorded before; empty where neither."""
    proof: str
    """The document or the line of text."""
    month: str
    problem: str | None = None


@routes.get(_PATH, WRITES)
def sitting_page(visit: Visit) -> Response:
    work = found(visit)
    if work is None or work.item.terms.kind != CHECK_IN:
        return said(visit, 404, "desk.no_such_page")
    return _page(visit, work, {})


@routes.post(_PATH, WRITES)
def sitting(visit: Visit) -> Response:
    """Record each line that says something new."""
    work = found(visit)
    if work is None or work.item.terms.kind != CHECK_IN:
        return said(visit, 404, "desk.no_such_page")
    try:
        told = common(visit) | {"on": visit.typed_day("on")}
    except RequestRefused as refused:
        return _page(visit, work, {}, templates.refusal(refused, visit.lang), field_of(refused))
    problems = _record(visit, work, told)
    if problems:
        again = found(visit) or work
        return _page(visit, again, problems, templates.refusal(RequestRefused("desk.some_lines"), visit.lang))
    after = found(visit) or work
    complete = len(after.item.state.answers) >= len(after.item.terms.lines)
    return done(visit, "answered" if complete else "part")


def _record(visit: Visit, work: Work, told: dict[str, Any]) -> dict[str, str]:
    """Each new answer as an entry; the refusals by line."""
    problems: dict[str, str] = {}
    for line in lines(visit, work):
        if not _says_something(line):
            continue
        try:
            whole(visit, f"proof.{line.number}", LONGEST_LINE)
            record.answer(
                visit.engine,
                occurrence=work.item.terms.key.short,
                line=line.task,
                answer=line.answer,
                by=visit.path("unit"),
                document=number_of(line.proof),
                note=line.proof or None,
                month=line.month or None,
                **(told | {"request_id": _request(told["request_id"], line)}),
            )
        except RequestRefused as refused:
            problems[line.task] = templates.refusal(refused, visit.lang)
    return problems


def _request(of_form: str | None, line: Line) -> str | None:
    """The id of one line's request: sent again it is the same, said otherwise in the same form it is another."""
    said_so = sha256(repr((line.answer, line.proof, line.month)).encode()).hexdigest()[:16]
    return of_form and f"{of_form}:{line.number}:{said_so}"


def number_of(proof: str) -> str | None:
    """The document's number and sign, where that is what was typed as proof."""
    return documents.plain(proof) if documents.is_number(proof) else None


def _says_something(line: Line) -> bool:
    """Not where nothing was chosen, nor where it is what was recorded before."""
    if line.answer not in ANSWERS:
        return False
    before = line.answered
    same = before is not None and before.answer == line.answer and (before.month or "") == line.month
    return not (same and (not line.proof or line.proof == (before.document or "" if before else "")))


def lines(visit: Visit, work: Work, problems: Mapping[str, str] = MappingProxyType({})) -> Iterator[Line]:
    """The lines in their order, with what was typed or, before, recorded."""
    posted = visit.form is not None
    for number, task in enumerate(work.item.terms.lines, 1):
        before = work.item.state.answers.get(task)
        typed = {name: visit.typed(f"{name}.{number}") for name in ("answer", "proof", "month")}
        if not posted and before is not None:
            typed = {"answer": before.answer, "proof": before.document or "", "month": before.month or ""}
        month = typed["month"] if typed["answer"] == "planned" else ""
        yield Line(
            number,
            task,
            visit.in_force.tasks.get(task, {}).get("title", task),
            before,
            typed["answer"],
            typed["proof"],
            month,
            problems.get(task),
        )


def _page(
    visit: Visit, work: Work, problems: Mapping[str, str], problem: str | None = None, wrong: str = ""
) -> Response:
    return shown(
        visit,
        "sitting.html",
        work,
        problem,
        wrong=wrong,
        lines=list(lines(visit, work, problems)),
        answers=ANSWERS,
        months=months(visit),
    )


def months(visit: Visit) -> list[str]:
    """From this month to the end of the plan's year, and this month at least: 2025-05."""
    year, month = visit.today.year, visit.today.month
    last = 12 if year <= visit.in_force.year else month
    return [f"{year}-{each:02}" for each in range(month, last + 1)]
