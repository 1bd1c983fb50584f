"""How it stands: the documents of `kehoach status`, `show`, `ladder`, `tasks`, `units`, `targets` and `coverage`.

A unit's token gets what the command line says with `--unit` of its own unit: nothing of another, and of the ladder
nothing, since who is told about a unit is for the office. Cases are in none of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Query
from starlette.responses import Response

from models.session import reading
from plan import stored
from rules.errors import RequestRefused
from usecases import contents, ladder, plans, stored_coverage, targets, unit_page
from usecases import show as shown
from usecases import status as standing
from usecases.evidence import path_of
from web.api import documents
from web.api.answers import answered
from web.api.caller import Caller, Who
from web.api.fields import Day, Id, Sha256
from web.api.guard import VARY
from web.api.operations import EVERYBODY, SEES_ALL, operations
from web.api.problems import HEADERS, Problem
from web.api.work import hidden, visible

if TYPE_CHECKING:
    from usecases.status import Item, StatusReport

MOST = 1000
"""Occurrences in one answer; a ward has some hundred."""

MOST_ENTRIES = 200

Limit = Annotated[int, Query(ge=1, le=MOST)]
Offset = Annotated[int, Query(ge=0, le=100_000)]


@operations.get("/me", EVERYBODY, name="me", document=documents.Me, versioned=False)
def me(caller: Who) -> Response:
    with reading(caller.engine) as session:
        known = [plan for office, plan in plans.all_plans(session) if office == caller.office]
    return answered(
        caller,
        {
            "id": caller.id,
            "label": caller.label,
            "office": caller.office,
            "plan": caller.in_force.plan,
            "plans": known,
            "unit": caller.unit,
            "roles": sorted(caller.roles),
            "expires_at": caller.expires_at.isoformat(),
        },
    )


@operations.get("/status", EVERYBODY, name="status", document=documents.Status, ladder=True)
def status(
    caller: Who,
    unit: Id | None = None,
    as_of: Day | None = None,
    known_by: Day | None = None,
    limit: Limit = MOST,
    offset: Offset = 0,
) -> Response:
    report = standing.status(
        caller.engine, plan=caller.plan, unit=_own(caller, unit), as_of=as_of, known_by=known_by, now=caller.now
    )
    items = report.items[offset : offset + limit]
    if not caller.sees_all:
        items = [_quiet(each) for each in items]
    page = replace(report, items=items)
    return answered(caller, page.as_json(), **_links(caller, report, limit, offset, unit, as_of, known_by))


def _quiet(item: Item) -> Item:
    """Without the rung: whom else the ladder has told about a unit is not for the unit."""
    return replace(item, rung=None)


def _links(caller: Caller, report: StatusReport, limit: int, offset: int, *asked: Any) -> dict[str, str]:
    """RFC 8288: where the next page is, where there is one."""
    said = {"total_count": str(len(report.items))}
    if offset + limit < len(report.items):
        names = ("unit", "as_of", "known_by")
        query: dict[str, Any] = {name: value for name, value in zip(names, asked, strict=True) if value is not None}
        said["link"] = _next("status", **query, plan=caller.in_force.plan, limit=limit, offset=offset + limit)
    return said


def _next(last: str, **query: Any) -> str:
    """RFC 8288; relative to the address that was asked, of which `last` is the last part."""
    return f'<{last}?{urlencode(query)}>; rel="next"'


@operations.get(
    "/occurrences/{task}/{unit}/{period}",
    EVERYBODY,
    name="show",
    document=documents.Shown,
    refuses=(404,),
    ladder=True,
)
def show(
    caller: Who, task: Id, unit: Id, period: Id, as_of: Day | None = None, known_by: Day | None = None
) -> Response:
    found = visible(caller, task, unit, period, withdrawn=True)
    try:
        document = shown.show(
            caller.engine, plan=caller.plan, occurrence=found.id, as_of=as_of, known_by=known_by, now=caller.now
        ).as_json()
    except RequestRefused as refused:
        raise hidden() if refused.code == "request.unknown_occurrence" else refused from None
    if not caller.sees_all:
        document |= {"ladder": [], "rung": None}
    return answered(caller, document)


@operations.get(
    "/occurrences/{task}/{unit}/{period}/ladder",
    SEES_ALL,
    name="ladder",
    document=documents.Ladder,
    refuses=(404,),
    ladder=True,
)
def explained(caller: Who, task: Id, unit: Id, period: Id) -> Response:
    found = visible(caller, task, unit, period)
    return answered(
        caller, ladder.explain(caller.engine, plan=caller.plan, occurrence=found.id, now=caller.now)[0].as_json()
    )


@operations.get("/tasks", EVERYBODY, name="tasks", document=list[documents.Task])
def tasks(caller: Who, unit: Id | None = None) -> Response:
    return answered(caller, _contents(caller).of_unit(_own(caller, unit)))


@operations.get("/units", EVERYBODY, name="units", document=list[documents.Unit])
def units(caller: Who) -> Response:
    return answered(caller, [each for each in _contents(caller).units if caller.sees(each["id"])])


def _contents(caller: Caller) -> contents.Contents:
    of_it = caller.in_force.documents
    return contents.Contents(of_it["tasks"].read(stored.tasks_json), of_it["units"].read(stored.units_json), [])


@operations.get("/targets", EVERYBODY, name="targets", document=list[documents.Target])
def indicators(caller: Who, as_of: Day | None = None, known_by: Day | None = None) -> Response:
    with reading(caller.engine) as session:
        every = targets.read(session, caller.in_force, as_of, known_by)
    return answered(caller, [each for each in every if caller.sees_all or _leads(caller, each["id"])])


def _leads(caller: Caller, target: str) -> bool:
    lead = caller.in_force.meta.get("target_leads", {}).get(target)
    known = caller.in_force.units.get(caller.unit or "")
    return known is not None and lead is not None and lead in (known.id, known.group)


@operations.get("/coverage", SEES_ALL, name="coverage", document=documents.Coverage, refuses=(404,))
def coverage(caller: Who) -> Response:
    if not caller.in_force.meta.get("clauses"):
        raise Problem(404, "api.no_text")
    return answered(caller, stored_coverage.coverage(caller.in_force))


@operations.get("/units/{unit}/history", EVERYBODY, name="history", document=list[documents.Said], refuses=(404,))
def history(
    caller: Who,
    unit: Id,
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 60,
    before: Annotated[int | None, Query(ge=1, le=10**12)] = None,
) -> Response:
    known = known_unit(caller, unit)
    said = unit_page.history(caller.engine, in_force=caller.in_force, unit=known, most=limit + 1, before=before)
    more = {}
    if len(said) > limit:
        said = said[:limit]
        more["link"] = _next("history", plan=caller.in_force.plan, limit=limit, before=said[-1].seq)
    names = ("seq", "kind", "declared_by", "recorded_by", "channel", "line", "text", "title")
    return answered(
        caller,
        [
            {name: getattr(each, name) for name in names}
            | {
                "data": dict(each.data),
                "happened_on": each.happened_on.isoformat(),
                "recorded_at": each.recorded_at.isoformat(),
                "erased_on": each.erased_on.isoformat() if each.erased_on else None,
                "file_erased_on": each.file_erased_on.isoformat() if each.file_erased_on else None,
            }
            for each in said
        ],
        **more,
    )


@operations.get(
    "/units/{unit}/evidence/{sha256}", EVERYBODY, name="evidence", document=None, versioned=False, refuses=(404,)
)
def evidence(caller: Who, unit: Id, sha256: Sha256) -> Response:
    """The file as it was sent; nothing that a browser would show or run. Its name is its tag: it never changes, and who
    holds it is asked only whether it may still be seen."""
    known = known_unit(caller, unit)
    found = unit_page.file(caller.engine, in_force=caller.in_force, unit=known, sha256=sha256)
    path = path_of(caller.desk.evidence, found.sha256) if found is not None else None
    if found is None or path is None or not path.is_file():
        raise Problem(404, "api.nothing_here")
    said = HEADERS | {
        "content-type": "application/octet-stream",
        "content-disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "content-security-policy": "default-src 'none'; sandbox",
        "etag": f'"{found.sha256}"',
        "cache-control": "private, no-cache",
        "vary": VARY,
    }
    if caller.holds(said["etag"]):
        return Response(status_code=304, headers={name: said[name] for name in ("etag", "cache-control", "vary")})
    return Response(path.read_bytes(), headers=said)


def known_unit(caller: Caller, unit: str) -> str:
    """The unit of the path; another's and an unknown one are the same to who may not see it."""
    if not caller.sees(unit) or unit not in caller.in_force.units:
        raise Problem(404, "api.nothing_here")
    return unit


def _own(caller: Caller, unit: str | None) -> str | None:
    """The unit that is asked for; of a unit's token its own, and no other."""
    if caller.sees_all:
        return unit
    if unit not in (None, caller.unit):
        raise Problem(404, "api.nothing_here")
    return caller.unit
