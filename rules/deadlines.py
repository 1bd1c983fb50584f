"""What the words of a deadline mean: the last acceptable day of each operator of the plan language.

Source: domain-facts sections 2 and 3, Bộ luật Dân sự 2015, articles 145-148, by analogy. The stated day and the last
acceptable day are both kept, since the second is our reading of the first.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rules.days import WorkingCalendar
from rules.errors import KehoachError

ROLLS = ("next", "previous", "none")
STEPS = ("week", "month", "quarter", "half-year", "year")
WITHIN_UNITS = ("working days", "days", "hours")

Solar = Callable[[int, int, int, bool], date]
"""(lunar year, month, day, leap) -> the solar day; handed in, since the lunar calendar is a table of its own."""

_MONTHS_OF_STEP = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Before:
    """«trước ngày D»: the last day is D - 1. Never rolls: rolling would cross D."""

    day: date


@dataclass(frozen=True, slots=True)
class By:
    """«đến hết ngày D», «chậm nhất ngày D», «trước 17 giờ ngày D» (with `time`, local; it is kept where D rolls)."""

    day: date
    time: dt.time | None = None
    roll: str = "next"


@dataclass(frozen=True, slots=True)
class In:
    """«trong tháng 5», «Quý II», «trong năm»: to the end of its last day."""

    first_day: date
    last_day: date
    period: str
    roll: str = "next"


@dataclass(frozen=True, slots=True)
class Window:
    """«từ … đến …», both inclusive. Never rolls."""

    from_day: date
    to_day: date


@dataclass(frozen=True, slots=True)
class Lunar:
    """A day of the Vietnamese lunar calendar (UTC+7) in the lunar year of the plan's number: a window of one day."""

    month: int
    day: int
    leap: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """«hằng tháng, trước ngày 25»: one deadline in each period of the plan year.

    `day` is a day of the month (of the last month of a quarter, half-year or year), or for weeks the ISO weekday,
    1 Monday to 7 Sunday. A missing day is the last one. `op` is `before` (never rolls) or `by`.
    """

    step: str
    op: str
    day: int
    roll: str = "next"


@dataclass(frozen=True, slots=True)
class Within:
    """«trong 5 ngày làm việc kể từ …», «trong 24 giờ»: counted from an event, its own day not counted."""

    n: int
    unit: str
    roll: str = "next"


Operator = Before | By | In | Window | Lunar | Every | Within


@dataclass(frozen=True, slots=True)
class Resolved:
    """One deadline as days. `from_day` and `to_day` are set only where the words give a window."""

    period: str | None
    stated: date | None
    last_day: date
    advised_day: date | None = None
    """The working day before, where the last day of a `before` is a day off; advice, not the deadline."""
    time: dt.time | None = None
    from_day: date | None = None
    to_day: date | None = None


def resolve(op: Operator, *, year: int, calendar: WorkingCalendar, solar: Solar) -> list[Resolved]:
    """The deadlines that `op` makes in the plan year, in order of time; none for `Within`, which waits for its event.

    Raises CalendarRangeError where a day falls outside the calendar, NoLeapMonth (from `solar`) where the lunar year
    lacks the leap month, and KehoachError for an unknown roll, step or operator.
    """
    match op:
        case Before(day):
            return [_before(day, calendar)]
        case By(day, time, roll):
            return [Resolved(None, day, rolled(day, roll, calendar), time=time)]
        case In(_, last_day, period, roll):
            return [Resolved(period, last_day, rolled(last_day, roll, calendar))]
        case Window(from_day, to_day):
            return [Resolved(None, to_day, to_day, from_day=from_day, to_day=to_day)]
        case Lunar(month, day, leap):
            found = solar(year, month, day, leap)
            return [Resolved(None, found, found, from_day=found, to_day=found)]
        case Every():
            return _every(op, year, calendar)
        case Within():
            return []


def within(op: Within, event: datetime, calendar: WorkingCalendar) -> Resolved:
    """The deadline counted from `event`, an aware instant in the plan's zone.

    Days and working days start the day after the event (article 147); the last one rolls, being a day off (article
    148). Hours run from the instant itself, nights and days off among them, and never roll: article 148 speaks of terms
    of days, and a 24-hour report of a case that waited out Tết would defeat its purpose.
    """
    day = event.date()
    if op.unit == "working days":
        return Resolved(None, None, rolled(calendar.add_working(day, op.n), op.roll, calendar))
    if op.unit == "days":
        return Resolved(None, None, rolled(day + timedelta(days=op.n), op.roll, calendar))
    if op.unit == "hours":
        end = (event.astimezone(UTC) + timedelta(hours=op.n)).astimezone(event.tzinfo)
        return Resolved(None, None, end.date(), time=end.time().replace(second=0, microsecond=0))
    raise KehoachError("rules.unknown_unit_of_time", unit=op.unit, allowed=", ".join(WITHIN_UNITS))


def rolled(day: date, roll: str, calendar: WorkingCalendar) -> date:
    """`day`, moved off a day off: to the `next` or `previous` working day, or not at all (`none`)."""
    if roll == "next":
        return calendar.next_working(day)
    if roll == "previous":
        return calendar.previous_working(day)
    if roll == "none":
        return day
    raise KehoachError("rules.unknown_roll", roll=roll, allowed=", ".join(ROLLS))


def _before(day: date, calendar: WorkingCalendar, period: str | None = None) -> Resolved:
    last = day - timedelta(days=1)
    advised = None if calendar.is_working(last) else calendar.previous_working(last)
    return Resolved(period, day, last, advised)


def _every(op: Every, year: int, calendar: WorkingCalendar) -> list[Resolved]:
    if op.step not in STEPS:
        raise KehoachError("rules.unknown_step", step=op.step, allowed=", ".join(STEPS))
    if op.day < 1:
        raise KehoachError("rules.no_such_day", day=op.day)
    stated = _weeks(year, op.day) if op.step == "week" else _months(year, _MONTHS_OF_STEP[op.step], op.day)
    if op.op == "before":
        return [_before(day, calendar, period) for period, day in stated]
    if op.op == "by":
        return [Resolved(period, day, rolled(day, op.roll, calendar)) for period, day in stated]
    raise KehoachError("rules.unknown_operator", op=op.op, allowed="before, by")


def _weeks(year: int, weekday: int) -> list[tuple[str, date]]:
    """Every such weekday of the year, named by its ISO week (29/12/2025 lies in 2026-w01)."""
    first = date(year, 1, 1)
    day = first + timedelta(days=(min(weekday, 7) - first.isoweekday()) % 7)
    found = []
    while day.year == year:
        iso = day.isocalendar()
        found.append((f"{iso.year}-w{iso.week:02}", day))
        day += timedelta(days=7)
    return found


def _months(year: int, size: int, day: int) -> list[tuple[str, date]]:
    """That day of the last month of each period of `size` months; the last day of the month where it is missing."""
    found = []
    for number, month in enumerate(range(size, 13, size), start=1):
        name = {1: f"{year}-{month:02}", 3: f"{year}-q{number}", 6: f"{year}-h{number}", 12: f"{year}"}[size]
        found.append((name, date(year, month, min(day, monthrange(year, month)[1]))))
    return found
