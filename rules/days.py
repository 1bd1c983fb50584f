"""The working calendar of an office: which days are worked, and counting in working days.

Computed once from public holidays and the office's overrides (plan.almanac) and handed in as a value. Days are local to
the plan's zone. A make-up day («làm bù») is worked even though it is a Saturday. A day outside `first..last` raises:
a calendar that guesses past its table would move a deadline.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.errors import KehoachError

MONDAY_TO_FRIDAY = frozenset(range(5))


class CalendarRangeError(KehoachError):
    """A day outside the years the calendar was computed for: widen the calendar, never guess."""

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__("rules.calendar_range", day=day, first=first, last=last)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Days off and worked between `first` and `last`, both inclusive."""

    off: frozenset[date]
    """Public holidays and days in lieu («nghỉ bù», «hoán đổi»), whatever their weekday."""
    worked: frozenset[date]
    """Make-up days; they win over `off` and over the week."""
    names: Mapping[date, str] = field(hash=False)
    """What a day off is called, in Vietnamese."""
    first: date
    last: date
    week: frozenset[int] = MONDAY_TO_FRIDAY
    """The weekdays worked, Monday being 0."""
    _ordinals: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        ordinals = range(self.first.toordinal(), self.last.toordinal() + 1)
        works = tuple(each for each in ordinals if self._works(date.fromordinal(each)))
        object.__setattr__(self, "_ordinals", works)

    def _works(self, day: date) -> bool:
        return day in self.worked or (day.weekday() in self.week and day not in self.off)

    def _within(self, day: date) -> int:
        if not self.first <= day <= self.last:
            raise CalendarRangeError(day, self.first, self.last)
        return day.toordinal()

    def _at(self, index: int) -> date:
        if not 0 <= index < len(self._ordinals):
            beyond = self.first - timedelta(days=1) if index < 0 else self.last + timedelta(days=1)
            raise CalendarRangeError(beyond, self.first, self.last)
        return date.fromordinal(self._ordinals[index])

    def is_working(self, day: date) -> bool:
        """Whether the office works on that day."""
        self._within(day)
        return self._works(day)

    def next_working(self, day: date) -> date:
        """`day` itself if it is worked, else the first working day after it."""
        return self._at(bisect_left(self._ordinals, self._within(day)))

    def previous_working(self, day: date) -> date:
        """`day` itself if it is worked, else the last working day before it."""
        return self._at(bisect_right(self._ordinals, self._within(day)) - 1)

    def add_working(self, day: date, n: int) -> date:
        """The n-th working day after `day` (before it, for a negative n); `day` is not counted and need not be worked.

        Zero gives `day` back, worked or not. Source: Bộ luật Dân sự 2015, article 147 (the day of the event is not
        counted).
        """
        ordinal = self._within(day)
        if n == 0:
            return day
        if n > 0:
            return self._at(bisect_right(self._ordinals, ordinal) + n - 1)
        return self._at(bisect_left(self._ordinals, ordinal) + n)
