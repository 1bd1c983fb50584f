"""What the office's pages share: the day they show, the one read of the database, filters, and words for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from models import spoken
from models.session import reading
from outputs import figures
from texts import area, say
from usecases import extend
from usecases.desk import reading as desk_reading
from usecases.desk.filters import KINDS, STATES, Filters
from usecases.desk.weeks import monday
from web.desk.routing import ENTERS
from web.desk.visit import day_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from outputs.report_view import Counts
    from usecases.desk.reading import Desk, Line
    from web.desk.visit import Visit

_LONGEST = 120
"""Letters of a search; nobody types more."""
_TONES = {"submitted": "late", "returned": "late", "done_on_time": "done", "done_late": "late"}


KEPT = 64
"""Days of plans that are held at once, one to two megabytes each for 300 occurrences: those last asked for."""


@dataclass(frozen=True)
class _Shelf:
    """What is held of one database."""

    desks: OrderedDict[tuple[Any, ...], tuple[tuple[Any, ...], Desk]] = field(default_factory=OrderedDict)
    """By plan, day and language what was read last, with the version it was read of: what has passed is let go."""
    reading: dict[tuple[str, str], Lock] = field(default_factory=dict)
    """One reader of a plan at a time: who comes meanwhile takes what the first has read."""


_shelves: WeakKeyDictionary[Engine, _Shelf] = WeakKeyDictionary()
_lock = Lock()


@contextmanager
def opened(visit: Visit) -> Iterator[tuple[Session, Desk]]:
    """The database open for reading, and what the pages show of the day that is asked for.

    Read again only where the ledger or the outbox has moved since, or it is another day: between two entries every page
    is made of the same values.
    """
    with reading(visit.engine) as session:
        yield session, _read(session, visit)


def _read(session: Session, visit: Visit) -> Desk:
    plan, day, known_by, lang = visit.in_force, asked_day(visit), known_day(visit), visit.lang
    version = spoken.version(session, plan.office, plan.plan)
    key, state = (plan.office, plan.plan, day, known_by, lang), (version, plan.revision, visit.today)
    with _lock:
        shelf = _shelves.setdefault(visit.engine, _Shelf())
        one_at_a_time = shelf.reading.setdefault((plan.office, plan.plan), Lock())
    with one_at_a_time:
        with _lock:
            of, held = shelf.desks.get(key, (None, None))
            if held is not None and of == state:
                shelf.desks.move_to_end(key)
                return held
        asked: dict[str, Any] = {"plan": visit.who.plan, "as_of": day, "known_by": known_by}
        desk = desk_reading.read(session, now=visit.now, lang=lang, **asked)
        with _lock:
            shelf.desks[key] = (state, desk)
            shelf.desks.move_to_end(key)
            while len(shelf.desks) > KEPT:
                shelf.desks.popitem(last=False)
    return desk


def asked_day(visit: Visit) -> date | None:
    """The past day that `?as_of=` names; None for today and for days to come, of which nothing is known."""
    return _before_today(visit, "as_of")


def known_day(visit: Visit) -> date | None:
    """The past day of `?known_by=`, after which nothing that was recorded counts; None where all of it does."""
    return _before_today(visit, "known_by")


def _before_today(visit: Visit, name: str) -> date | None:
    day = day_of(visit.query(name))
    return None if day is None or day >= visit.today else day


def speaks_for(visit: Visit) -> set[str]:
    """The units in whose name who looks decides, confirms and urges."""
    who = visit.who
    return extend.speaks_for(visit.in_force, today=visit.today, unit=who.unit, roles=who.roles)


def filters_of(visit: Visit) -> Filters:
    """What the query filters by; words that no filter has are left out."""
    kind, state, week = visit.query("kind"), visit.query("state"), day_of(visit.query("week"))
    return Filters(
        unit=visit.query("unit"),
        part=visit.query("part"),
        kind=kind if kind in KINDS else "",
        state=state if state in STATES else "",
        week=monday(week) if week else None,
        words=visit.query("q")[:_LONGEST],
    )


def query(filters: Filters, days: Mapping[str, str] = MappingProxyType({})) -> str:
    """The filters, and the days, as a query; "" where nothing is asked."""
    said = {
        "q": filters.words,
        "unit": filters.unit,
        "part": filters.part,
        "kind": filters.kind,
        "state": filters.state,
        "week": filters.week.isoformat() if filters.week else "",
        **days,
    }
    asked = {name: value for name, value in said.items() if value}
    return f"?{urlencode(asked)}" if asked else ""


def shown(visit: Visit, desk: Desk, filters: Filters | None = None) -> dict[str, Any]:
    """What every template of the office is given."""
    lang = visit.lang
    days = {"as_of": desk.as_of.isoformat()} if desk.as_of < desk.today else {}
    days |= {"known_by": desk.known_by.isoformat()} if desk.known_by else {}

    def share(counts: Counts) -> str:
        if not counts.due:
            return say("report.no_share" if counts.total else "report.no_work", lang, open=counts.open_in_time)
        return say(
            "report.share",
            lang,
            done=counts.done,
            due=counts.due,
            percent=figures.percent(counts.done, counts.due, lang),
            overdue=counts.open_overdue,
            open=counts.open_in_time,
        )

    return {
        "desk": desk,
        "filters": filters or Filters(),
        "path": visit.address,
        "asked_days": days,
        "asked_day": f"?{urlencode(days)}" if days else "",
        "with_query": lambda **changed: query(replace(filters or Filters(), **changed), days),
        "kind_words": lambda kind, asked=False: kind_words(kind, lang, asked=asked),
        "known": lambda key, otherwise: area("board", lang).get(key, otherwise),
        "tag_of": lambda line: tag_of(line, desk.as_of, lang),
        "share": share,
        "may_enter": visit.who.may(*ENTERS) and not desk.past,
    }


def kind_words(kind: str, lang: str, *, asked: bool) -> str:
    """What an entry did. A body that is only `asked` is never urged, nor is anything returned to it."""
    apart = area("board", lang).get(f"asked_{kind}") if asked else None
    return apart or area("print", lang).get(f"entry_{kind}", kind)


def tag_of(line: Line, day: date, lang: str) -> tuple[str, str]:
    """The state of an occurrence in words, and the tone of its tag. Of a body that is only requested nothing is «quá
    hạn» or «trả lại»."""
    if line.late:
        return say("board.days_late", lang, days=line.days_late), "over"
    if line.requested and line.status == "returned":
        return say("report.asked_more", lang), "late"
    if line.silent_on(day):
        return say("state.no_response", lang), "late"
    if line.requested and line.status == "done_late":
        return say("state.done_on_time", lang), "done"
    return say(f"state.{line.status}", lang), _TONES.get(line.status, "")
