"""What is done with a case on its page: each act records what was typed and returns what the page then says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from rules.errors import RequestRefused
from usecases import extend, naming, record
from usecases.enter import WAYS
from usecases.naming import Caller
from web.desk import erasing
from web.desk.forms import LONGEST_NUMBER, LONGEST_TEXT, request_of, whole
from web.desk.routing import ENTERS, WRITES

if TYPE_CHECKING:
    from datetime import date

    from usecases.cases import CasePage
    from web.desk.visit import Visit

Act = Callable[["Visit", "CasePage"], str]
"""Raises RequestRefused."""


def caller(visit: Visit) -> Caller:
    """Who asks, as the use cases of cases want to know it."""
    return Caller(visit.who.id, visit.who.login, visit.who.unit, visit.who.roles)


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


def _say(kind: str) -> Act:
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


ACTS: Mapping[str, Act] = {
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
    if not may_speak(visit, found):
        raise RequestRefused("cases.cannot_sign")
    return held_by


def may_speak(visit: Visit, found: CasePage) -> bool:
    """Whether who acts says the unit's word: itself, or the office for it."""
    return visit.who.may(*ENTERS) or (visit.who.unit == found.item.state.held_by and visit.who.may(*WRITES))
