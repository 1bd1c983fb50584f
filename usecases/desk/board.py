"""The office's board: the four cells, who and what, what asks for somebody, and what is new since the last visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from models import spoken
from outputs.report_view import Counts
from rules.states import OPEN
from rules.values import UPPER_LEVEL
from usecases import plans
from usecases.desk.calls import Call
from usecases.desk.filters import Filters
from usecases.desk.matters import Matter, matters
from usecases.desk.reading import Desk, Line, count
from usecases.desk.weeks import place, weeks_of
from usecases.undelivered import Undelivered

if TYPE_CHECKING:
    from sqlmodel import Session

NEWS = 40
"""How many entries since the last visit are listed; more are counted."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit, or a group with its members in one line."""

    id: str
    name: str
    """The short one."""
    relation: str
    """As it was on the day of the page."""
    requested: bool
    members: int
    """How many units stand in this line; 1 for a unit."""
    counts: Counts
    silent: int
    """Of a unit that is only requested: what it has not answered though the day has passed."""
    due: tuple[int, ...]
    """How many of its occurrences were due by the end of each week of the year …"""
    done: tuple[int, ...]
    """… and how many were done by then, up to the week of the page."""


@dataclass(frozen=True, slots=True)
class RoundSilent:
    """A round of check-ins whose day has passed, and the units that have not answered all of it."""

    label: str
    last_day: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class News:
    """One entry since the last visit; the answers of one check-in are one piece of news."""

    seq: int
    kind: str
    name: str
    """Of the occurrence; "" where it is about the plan, or about an indicator."""
    occurrence: str
    line: str
    """The target of a measured value."""
    happened_on: date
    declared_by: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class Board:
    """What the page shows; everything below the cells is what the filters let pass."""

    filters: Filters
    counts: Counts
    cases: Counts
    """Cases in `counts`; none where something is filtered."""
    asked: Counts
    """Of units that are only requested: apart from `counts`."""
    units: tuple[UnitLine, ...]
    asked_units: tuple[UnitLine, ...]
    late: tuple[Line, ...]
    """Most serious first: set by a higher body, then the longest overdue."""
    matters: tuple[Matter, ...]
    """The same by task and period, as one is spoken about; without what was said."""
    extensions: tuple[Line, ...]
    waiting: tuple[Line, ...]
    """Reported and not yet confirmed, the oldest report first."""
    returned: tuple[Line, ...]
    papers: tuple[Line, ...]
    """Reports on their way to be signed, numbered and issued, the one that has waited longest first."""
    calls: tuple[tuple[Line, Call], ...]
    """What units wrote and nobody has answered, the oldest first."""
    rounds: tuple[RoundSilent, ...]
    unanswered: tuple[Line, ...]
    """Asked of units that are only requested, not answered though the day has passed; rounds apart."""
    found: tuple[Line, ...]
    """Every occurrence, where something is filtered."""
    undelivered: tuple[Undelivered, ...] = ()
    news: tuple[News, ...] = ()
    news_in_all: int = 0
    since: int | None = None

    @property
    def quiet(self) -> bool:
        """Whether nothing asks for anybody."""
        of_it = (self.late, self.extensions, self.waiting, self.returned, self.papers, self.calls, self.rounds)
        return not any((*of_it, self.unanswered, self.undelivered))


def board(desk: Desk, filters: Filters, undelivered: Sequence[Undelivered] = ()) -> Board:
    """The board of what was read; pure."""
    lines = filters.of(desk)
    lates = late(lines)
    own = [each for each in lines if not each.requested]
    asked = [each for each in lines if each.requested]
    return Board(
        filters=filters,
        counts=count(own) if filters.any else desk.counts,
        cases=Counts() if filters.any else desk.cases,
        asked=count(asked),
        units=tuple(unit_lines(desk, own, members=bool(filters.unit))),
        asked_units=tuple(unit_lines(desk, asked, members=bool(filters.unit))),
        late=lates,
        matters=tuple(matters(desk, lates, {})),
        extensions=tuple(each for each in lines if each.asked_until is not None and each.status in OPEN),
        waiting=waiting(lines, desk.as_of),
        returned=tuple(each for each in own if each.status == "returned" and not each.late),
        papers=papers(lines, desk.as_of),
        calls=_calls(desk, lines),
        rounds=tuple(_rounds(lines, desk.as_of)),
        unanswered=unanswered(lines, desk.as_of),
        found=lines if filters.any else (),
        undelivered=tuple(undelivered),
    )


def late(lines: Iterable[Line]) -> tuple[Line, ...]:
    """What is late, most serious first."""
    found = (each for each in lines if each.late)
    return tuple(sorted(found, key=lambda each: (each.set_by != UPPER_LEVEL, -each.days_late, each.name, each.unit)))


def waiting(lines: Iterable[Line], day: date) -> tuple[Line, ...]:
    """What waits for confirmation, the oldest report first."""
    return tuple(sorted((each for each in lines if each.status == "submitted"), key=lambda each: each.done_on or day))


def papers(lines: Iterable[Line], day: date) -> tuple[Line, ...]:
    """Reports that have left their unit and are not issued: presented, signed or numbered."""
    found = (each for each in lines if each.step in ("presented", "signed", "numbered") and each.status in OPEN)
    return tuple(sorted(found, key=lambda each: (each.step_on or day, each.id)))


def _calls(desk: Desk, lines: Iterable[Line]) -> tuple[tuple[Line, Call], ...]:
    found = ((each, desk.calls[each.id]) for each in lines if each.id in desk.calls)
    return tuple(sorted(found, key=lambda pair: (pair[1].on, pair[0].id)))


def unanswered(lines: Iterable[Line], day: date) -> tuple[Line, ...]:
    """What a body that is only requested has not answered, rounds of check-ins apart."""
    return tuple(each for each in lines if each.requested and each.kind != "check-in" and each.silent_on(day))


def _rounds(lines: Iterable[Line], day: date) -> Iterable[RoundSilent]:
    of: dict[str, list[Line]] = {}
    for each in lines:
        if each.kind == "check-in" and each.silent_on(day):
            of.setdefault(each.label, []).append(each)
    for label, silent in of.items():
        yield RoundSilent(label, max(each.last_day for each in silent if each.last_day), tuple(silent))


def unit_lines(desk: Desk, lines: Iterable[Line], *, members: bool) -> Iterable[UnitLine]:
    """A line a unit in the plan's order; the members of a group in one line unless `members` are asked for."""
    of: dict[str, list[Line]] = {}
    for each in lines:
        of.setdefault(each.unit if members or each.group is None else each.group, []).append(each)
    order = {unit: n for n, unit in enumerate(desk.plan.units)}
    weeks = weeks_of(desk.plan.year)
    upto = place(weeks, desk.as_of)
    for unit in sorted(of, key=lambda each: order.get(each, len(order))):
        known = desk.plan.units.get(unit)
        held = of[unit]
        yield UnitLine(
            id=unit,
            name=desk.plan.unit_name(unit, short=True),
            relation=known.relation_on(desk.as_of) if known else "",
            requested=all(each.requested for each in held),
            members=len({each.unit for each in held}),
            counts=count(held),
            silent=sum(each.silent_on(desk.as_of) for each in held),
            due=_by_week(weeks, [each.day for each in held if each.cell], len(weeks)),
            done=_by_week(weeks, _done_days(held), len(weeks) if upto is None else upto + 1),
        )


def _done_days(lines: Iterable[Line]) -> list[date | None]:
    return [each.done_on for each in lines if each.cell in ("done_on_time", "done_late")]


def _by_week(weeks: list[date], days: Iterable[date | None], upto: int) -> tuple[int, ...]:
    """How many of these days had come by the end of each week."""
    falls = [0] * len(weeks)
    for day in days:
        if day is not None and (n := place(weeks, max(day, weeks[0]))) is not None:
            falls[n] += 1
    total, by = 0, []
    for each in falls[:upto]:
        total += each
        by.append(total)
    return tuple(by)


def news(session: Session, in_force: plans.InForce, since: int) -> tuple[int, tuple[News, ...]]:
    """How many entries came after `since`, and the latest of them, newest first; cases are not news."""
    in_all, rows = spoken.since(session, in_force.office, in_force.plan, since, most=NEWS)
    found: dict[Any, News] = {}
    for row in rows:
        name = f"{row.title} ({row.label})" if row.label else row.title or ""
        occurrence = "/".join((row.task, row.unit, row.period)) if row.task else ""
        key = (row.kind, occurrence) if row.kind == "answered" else row.seq
        if key in found:
            found[key] = replace(found[key], times=found[key].times + 1)
            continue
        who = in_force.unit_name(row.declared_by)
        found[key] = News(row.seq, row.kind, name, occurrence, row.line or "", row.happened_on, who)
    return in_all, tuple(found.values())
