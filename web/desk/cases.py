"""Cases (vụ việc): seen by the accounts that are named to them, and for everybody else not there.

Every address of a case begins with the same question (usecases.cases), and what is not the caller's is the page of an
address that does not exist. Nothing typed here is kept in the browser, and a signed link opens none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from rules import personal
from rules.errors import RequestRefused
from usecases import cases, extend, naming, record
from usecases.evidence import path_of
from usecases.naming import Caller
from web.desk import erasing, marks, templates
from web.desk.files import sent_as_file
from web.desk.forms import LONGEST_NUMBER, LONGEST_TEXT, WAYS, form_context, request_of, whole
from web.desk.guard import said
from web.desk.routing import ENTERS, EVERYBODY, WRITES, routes
from web.desk.unit import words_of_state

if TYPE_CHECKING:
    from datetime import date

    from starlette.responses import Response

    from rules.values import Key
    from usecases.cases import CasePage
    from usecases.status import Item
    from web.desk.visit import Visit

_ONE = "/vu-viec/{task}/{of}/{period}"
_DONE = (
    *("reported", "issued", "noted", "retracted", "confirmed", "returned", "named", "unnamed", "event_opened"),
    *("redacted", "extension_asked", "extension_granted", "extension_refused"),
)


@routes.get("/vu-viec", EVERYBODY, personal=True)
def mine(visit: Visit) -> Response:
    """The cases that are given to who has signed in."""
    found = cases.mine(visit.engine, in_force=visit.in_force, caller=caller(visit), now=visit.now)
    own = visit.who.unit
    return templates.render(
        visit,
        "cases.html",
        mine=found,
        taken=marks.read(visit, {"nhan"}) is not None,
        opens=own if own and visit.who.may(*WRITES) and cases.opens_something(visit.in_force, own) else None,
        **_pieces(visit),
    )


@routes.post("/vu-viec", EVERYBODY, personal=True)
def take_up(visit: Visit) -> Response:
    """The head of a unit takes up the cases of the unit that nobody can open."""
    naming.take_up(visit.engine, plan=visit.who.plan, caller=caller(visit), now=visit.now)
    return marks.redirect(visit, "/vu-viec", "nhan")


@routes.get(_ONE, EVERYBODY, personal=True)
def case(visit: Visit) -> Response:
    found = _found(visit)
    return _none(visit) if found is None else _page(visit, found)


@routes.post(_ONE, EVERYBODY, personal=True, files=True)
def act(visit: Visit) -> Response:
    """Report, note, take back, confirm, return, name or end naming: `act` says which."""
    found = _found(visit)
    if found is None:
        return _none(visit)
    do = _ACTS.get(visit.typed("act"))
    if do is None:
        return _page(visit, found)
    signs = personal.signs(visit.typed("note"), visit.typed("document"))
    if signs and not visit.typed("seen"):
        return _page(visit, found, signs=signs)
    try:
        what = do(visit, found)
    except RequestRefused as refused:
        return _page(visit, found, problem=templates.refusal(refused, visit.lang))
    still = what != "unnamed" or visit.typed("to") != visit.who.id
    return marks.redirect(visit, visit.address, what) if still else templates.redirect(visit, "/vu-viec")


@routes.get(_ONE + "/tep/{sha256}", EVERYBODY, personal=True)
def evidence(visit: Visit) -> Response:
    """A file of a case, to who is named to it."""
    found = cases.file(
        visit.engine, in_force=visit.in_force, key=_key(visit), caller=caller(visit), sha256=visit.path("sha256")
    )
    path = path_of(visit.desk.evidence, found.sha256) if found is not None else None
    if found is None or path is None or not path.is_file():
        return _none(visit)
    return sent_as_file(visit, found.name, path)


# ---- what is done with a case


def _report(visit: Visit, found: CasePage) -> str:
    return record.done(
        visit.engine,
        occurrence=found.item.terms.key.short,
        by=_speaks(visit, found),
        on=visit.typed_day("on"),
        document=whole(visit, "document", LONGEST_NUMBER) or None,
        note=whole(visit, "note", LONGEST_TEXT) or None,
        evidence=visit.files,
        evidence_folder=visit.desk.evidence,
        most_a_day=visit.desk.most_a_day if found.item.state.held_by == visit.who.unit else None,
        **_told(visit, found),
    ).kind


def _say(kind: str) -> Any:
    def do(visit: Visit, found: CasePage) -> str:
        words = whole(visit, "note", LONGEST_TEXT) or None
        own = kind in ("noted", "retracted")
        record.say(
            visit.engine,
            kind=kind,
            occurrence=found.item.terms.key.short,
            by=_speaks(visit, found) if own else visit.who.unit,
            note=words if kind == "noted" else None,
            reason=None if kind == "noted" else words,
            **(_told(visit, found) if own else _as_itself(visit)),
        )
        return kind

    return do


def _name(visit: Visit, found: CasePage) -> str:
    told = _as_itself(visit)
    naming.name(visit.engine, occurrence=found.item.terms.key.short, to=visit.typed("to"), caller=caller(visit), **told)
    return "named"


def _end(visit: Visit, found: CasePage) -> str:
    told = _as_itself(visit)
    naming.end(visit.engine, occurrence=found.item.terms.key.short, to=visit.typed("to"), caller=caller(visit), **told)
    return "unnamed"


def _ask(visit: Visit, found: CasePage) -> str:
    return extend.ask(
        visit.engine,
        occurrence=found.item.terms.key.short,
        by=_speaks(visit, found),
        until=_required_day(visit),
        reason=whole(visit, "note", LONGEST_TEXT),
        **_told(visit, found),
    ).kind


def _grant(visit: Visit, found: CasePage) -> str:
    return extend.grant(
        visit.engine,
        occurrence=found.item.terms.key.short,
        by=_decides(found),
        until=_required_day(visit),
        document=whole(visit, "document", LONGEST_NUMBER) or None,
        **_as_itself(visit),
    ).kind


def _refuse(visit: Visit, found: CasePage) -> str:
    return extend.refuse(
        visit.engine,
        occurrence=found.item.terms.key.short,
        by=_decides(found),
        reason=whole(visit, "note", LONGEST_TEXT),
        document=whole(visit, "document", LONGEST_NUMBER) or None,
        **_as_itself(visit),
    ).kind


def _required_day(visit: Visit) -> date:
    day = visit.typed_day("until")
    if day is None:
        raise RequestRefused("desk.needs_day")
    return day


def _decides(found: CasePage) -> str:
    """The unit for which who acts decides on more time."""
    if found.decider is None:
        raise RequestRefused("cases.not_decider")
    return found.decider


def _erase(visit: Visit, found: CasePage) -> str:
    """Whoever is named may erase what stands there: nobody else reads it."""
    return erasing.erase(visit, found.item.terms.key.short).kind


_ACTS = {
    "report": _report,
    "note": _say("noted"),
    "retract": _say("retracted"),
    "confirm": _say("confirmed"),
    "return": _say("returned"),
    "name": _name,
    "end": _end,
    "ask": _ask,
    "grant": _grant,
    "refuse": _refuse,
    "erase": _erase,
}


def _as_itself(visit: Visit) -> dict[str, Any]:
    """What a verb is told where who acts speaks for itself."""
    return {
        "plan": visit.who.plan,
        "now": visit.now,
        "recorded_by": visit.who.login,
        "channel": "desk",
        "request_id": request_of(visit),
    }


def _told(visit: Visit, found: CasePage) -> dict[str, Any]:
    """The same where it may be the office that enters what the unit said."""
    if found.item.state.held_by == visit.who.unit:
        return _as_itself(visit)
    channel = visit.typed("channel")
    if channel not in WAYS:
        raise RequestRefused("desk.needs_way")
    return _as_itself(visit) | {"channel": channel}


def _speaks(visit: Visit, found: CasePage) -> str:
    """The unit whose word it is: that which holds the case, said by itself or entered for it by the office."""
    held_by = found.item.state.held_by
    if not _may_speak(visit, found):
        raise RequestRefused("cases.cannot_sign")
    return held_by


def _may_speak(visit: Visit, found: CasePage) -> bool:
    return visit.who.may(*ENTERS) or (visit.who.unit == found.item.state.held_by and visit.who.may(*WRITES))


# ---- pages


def caller(visit: Visit) -> Caller:
    """Who asks, as the use cases of cases want to know it."""
    return Caller(visit.who.id, visit.who.login, visit.who.unit, visit.who.roles)


def _key(visit: Visit) -> Key:
    return cases.key_of(visit.in_force, visit.path("task"), visit.path("of"), visit.path("period"))


def path_of_case(key: Key) -> str:
    return "/".join(["/vu-viec", *(quote(part, safe="") for part in key[2:])])


def _found(visit: Visit) -> CasePage | None:
    return cases.page(
        visit.engine, in_force=visit.in_force, key=_key(visit), caller=caller(visit), now=visit.now, lang=visit.lang
    )


def _none(visit: Visit) -> Response:
    return said(visit, 404, "desk.no_such_page")


def _page(visit: Visit, found: CasePage, *, problem: str | None = None, signs: tuple[str, ...] = ()) -> Response:
    """The case; after a refusal or a warning with what was typed, in the form it was typed in."""
    done = marks.read(visit, _DONE) if visit.form is None else None
    held_by = found.item.state.held_by
    page = form_context(visit, problem, held_by) | {
        "found": found,
        "item": found.item,
        "signs": signs,
        "acted": visit.typed("act"),
        "done": done and done.what,
        "may_speak": _may_speak(visit, found),
        "unit": visit.in_force.units[held_by],
        "case_path": path_of_case(found.item.terms.key),
        "erase_path": path_of_case(found.item.terms.key),
        **_pieces(visit),
    }
    return templates.render(visit, "case.html", 400 if problem else 200, **page)


def _pieces(visit: Visit) -> dict[str, Any]:
    def state_words(item: Item) -> tuple[str, str]:
        return words_of_state(item, visit.today, visit.lang)

    return {
        "state_words": state_words,
        "unit_name": visit.in_force.unit_name,
        "path_of_case": lambda item: path_of_case(item.terms.key),
        "size": lambda count: f"{count / 1048576:.1f} MB" if count >= 1048576 else f"{max(count / 1024, 0.1):.1f} kB",
    }
