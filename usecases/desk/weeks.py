"""The weeks of a year, from Monday to Sunday, the first being the one in which 1 January falls."""

from __future__ import annotations

from datetime import date, timedelta


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def weeks_of(year: int) -> list[date]:
    """The Mondays of every week that has a day of the year."""
    first, last = monday(date(year, 1, 1)), monday(date(year, 12, 31))
    return [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]


def place(weeks: list[date], day: date) -> int | None:
    """Which of `weeks` a day is in; None where in none."""
    n = (day - weeks[0]).days // 7
    return n if 0 <= n < len(weeks) else None
