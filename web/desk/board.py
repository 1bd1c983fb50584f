"""The office's board, and what is decided on it: confirm or return what was chosen, grant or refuse an extension."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from rules.errors import KehoachError, RequestRefused
from texts import say
from usecases import extend, record, undelivered
from usecases.desk import board as desk_board
from usecases.desk.board import News
from usecases.desk.filters import KINDS, STATES
from usecases.desk.matters import names_of
from usecases.desk.visits import visit as visit_since
from usecases.desk.year import year
from usecases.permits import confirmers_of, extenders
from web.desk import office, pictures, templates
from web.desk.forms import request_of
from web.desk.identity import cookie_name
from web.desk.routing import SEES_ALL, SPEAKS, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.desk.reading import Desk, Line
    from usecases.plans import InForce
    from web.desk.visit import Visit

SEEN = "kehoach-seen"
"""The cookie of what was seen, usecases.desk.visits; nothing in it is a secret, and nothing is decided by it."""
_SEEN_SECONDS = 400 * 24 * 3600
_MOST = 200
"""Occurrences that one form may decide."""
_CONFIRM, _EXTEND = "/bang/quyet-dinh", "/bang/gia-han"

routes.navigation("board.title", "/bang", SEES_ALL)


@routes.get("/bang", SEES_ALL)
def board(visit: Visit) -> Response:
    """The board, of what the filters let pass."""
    return _page(visit)


def _page(visit: Visit, problem: str | None = None) -> Response:
    filters = office.filters_of(visit)
    with office.opened(visit) as (session, desk):
        name = cookie_name(SEEN, secure=visit.desk.secure(visit.request))
        seen = visit_since(visit.request.cookies.get(name, ""), desk.head, visit.now)
        in_all, news = 0, tuple[News, ...]()
        if seen.since is not None and not desk.past:
            in_all, news = desk_board.news(session, desk.plan, seen.since)
        unreached = () if desk.past or filters.any else tuple(undelivered.of_plan(session, desk.plan, visit.lang))
    page = desk_board.board(desk, filters, unreached)
    confirms = _decides(visit, page.waiting, _confirmers) if not desk.past else frozenset[str]()
    whole = year(desk, filters)
    if not desk.past:
        visit.cookies.append((SEEN, seen.keep, _SEEN_SECONDS))
    return templates.render(
        visit,
        "board.html",
        board=page,
        year=whole,
        names_of=lambda matter: names_of(desk.plan, matter.lines),
        picture=pictures.whole_year(whole, desk, visit.lang),
        bar=lambda unit: pictures.unit_bar(unit, visit.lang),
        spark=lambda unit: pictures.unit_spark(unit, desk, whole, visit.lang),
        news=news,
        news_in_all=in_all,
        first_visit=seen.since is None,
        news_words=lambda each: _news_words(each, desk, visit.lang),
        confirms=confirms,
        how=_how(each for each in page.waiting if each.id in confirms),
        extends=_decides(visit, page.extensions, _extenders) if not desk.past else frozenset(),
        urges=not desk.past and bool(office.speaks_for(visit)),
        problem=problem,
        typed_reason=visit.typed("reason"),
        request_id=secrets.token_hex(16),
        choices=_choices(desk.plan),
        done=visit.query("da") if visit.query("da") in _DONE else "",
        count=visit.query("n") if visit.query("n").isdecimal() else "0",
        **office.shown(visit, desk, filters) | {"path": "/bang"},
    )


def _choices(in_force: InForce) -> dict[str, Any]:
    headings = [each for each in in_force.meta.get("clauses", ()) if each[1] == "heading"]
    units = [each for each in in_force.units.values() if each.group is None]
    return {
        "units": [(each.id, each.name) for each in units],
        "parts": [(address, f"{address}. {text}"[:90]) for address, _, text in headings],
        "kinds": KINDS,
        "states": STATES,
    }


def _news_words(each: News, desk: Desk, lang: str) -> str:
    if each.kind == "plan_revised":
        return say("board.news_plan", lang)
    if each.kind == "answered":
        return say("board.news_answers", lang, who=each.declared_by, times=each.times)
    asked = any(line.requested for line in desk.lines if line.id == each.occurrence)
    kind = office.kind_words(each.kind, lang, asked=asked)
    titles = {target["id"]: target["title"] for target in desk.plan.targets}
    said = f"{kind}: {titles.get(each.line, each.line)}" if each.kind == "measured" else kind
    return say("board.news_one", lang, who=each.declared_by, kind=said)


_DONE = ("confirmed", "returned", "returned_asked", "returned_both", "granted", "refused")


@routes.post(_CONFIRM, SPEAKS)
def decide(visit: Visit) -> Response:
    """Confirm, or return with a reason, each occurrence that was chosen; those that are refused are named with why."""
    visit.opens_at = "/bang"
    kind = "returned" if visit.typed("act") == "return" else "confirmed"
    reason = visit.typed("reason") or None
    try:
        chosen = _chosen(visit)
    except RequestRefused as refused:
        return _page(visit, templates.refusal(refused, visit.lang))

    def record_it(line: Line) -> None:
        record.say(
            visit.engine,
            kind=kind,
            occurrence=line.id,
            reason=reason if kind == "returned" else None,
            **_told(visit, _voice(visit, _confirmers(visit, line)), kind, line.id),
        )

    return _each(visit, chosen, record_it, kind)


@routes.post(_EXTEND, SPEAKS)
def extension(visit: Visit) -> Response:
    """Grant what was asked, or refuse it with a reason."""
    visit.opens_at = "/bang"
    document, reason = visit.typed("document") or None, visit.typed("reason")

    def grant(line: Line) -> None:
        told = _told(visit, _voice(visit, _extenders(visit, line)), "granted", line.id)
        extend.grant(visit.engine, occurrence=line.id, document=document, **told)

    def refuse(line: Line) -> None:
        told = _told(visit, _voice(visit, _extenders(visit, line)), "refused", line.id)
        extend.refuse(visit.engine, occurrence=line.id, reason=reason, **told)

    if visit.typed("act") == "refuse":
        return _each(visit, _chosen(visit), refuse, "refused")
    return _each(visit, _chosen(visit), grant, "granted")


def _how(lines: Iterable[Line]) -> str:
    """Which words tell that these are returned, as an ending of their keys: of a body that is only requested it is
    asked to complete its work, nothing is returned to it."""
    asked = {each.requested for each in lines}
    return "" if True not in asked else "_asked" if False not in asked else "_both"


def _confirmers(visit: Visit, line: Line) -> set[str]:
    return confirmers_of(visit.in_force, line.confirm, {line.reporter, line.unit}, visit.today)


def _extenders(visit: Visit, line: Line) -> set[str]:
    return extenders(visit.in_force, line.set_by, line.unit, visit.today)


def _decides(visit: Visit, lines: Iterable[Line], may: Callable[[Visit, Line], set[str]]) -> frozenset[str]:
    """Those of these lines that who looks may decide."""
    mine = office.speaks_for(visit)
    return frozenset(each.id for each in lines if mine & may(visit, each))


def _voice(visit: Visit, may: set[str]) -> str:
    """Whose word it is; where it is nobody's that `may`, one in whose name who asks speaks, for the refusal to name."""
    mine = office.speaks_for(visit)
    if not mine:
        raise RequestRefused("board.no_unit")
    return min(mine & may or mine)


def _told(visit: Visit, by: str, kind: str, occurrence: str) -> dict[str, Any]:
    """What every decision is told. Its request id is that of the form and of what it is about: sent twice it is one
    entry, and what was refused may be tried again."""
    of_form = request_of(visit)
    return {
        "by": by,
        "plan": visit.who.plan,
        "now": visit.now,
        "recorded_by": visit.who.login,
        "channel": "desk",
        "request_id": of_form and f"{of_form}:{kind}:{occurrence}",
    }


def _chosen(visit: Visit) -> list[str]:
    said = visit.form.getlist("viec") if visit.form is not None else []
    chosen = list(dict.fromkeys(each for each in said if isinstance(each, str) and each))
    if not chosen:
        raise RequestRefused("board.chosen")
    return chosen[:_MOST]


def _each(visit: Visit, chosen: list[str], act: Callable[[Line], None], done: str) -> Response:
    """Each in a transaction of its own: one that is refused does not undo the others. A case is not on the board: here
    it is as unknown as an id that does not exist."""
    refused: list[tuple[str, Line | None, str]] = []
    with office.opened(visit) as (_, desk):
        known = {line.id: line for line in desk.lines}
    for occurrence in chosen:
        try:
            if occurrence not in known:
                raise RequestRefused("request.unknown_occurrence", occurrence=occurrence, near="—")
            act(known[occurrence])
        except KehoachError as error:
            refused.append((occurrence, known.get(occurrence), templates.refusal(error, visit.lang)))
    filters, left = office.filters_of(visit), {each for each, _, _ in refused}
    how = _how(known[each] for each in chosen if each in known and each not in left) if done == "returned" else ""
    if not refused:
        return templates.redirect(visit, f"/bang{office.query(filters, {'da': done + how, 'n': str(len(chosen))})}")
    return templates.render(
        visit,
        "board_refused.html",
        400,
        refused=refused,
        recorded=len(chosen) - len(refused),
        done=done,
        how=how,
        how_left=_how(line for _, line, _ in refused if line),
        act=visit.typed("act"),
        typed=visit.typed,
        action=(_EXTEND if done in ("granted", "refused") else _CONFIRM) + office.query(filters),
        back=f"/bang{office.query(filters)}",
    )
