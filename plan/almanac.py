"""Public holidays and the lunar calendar of Việt Nam, as values for the rules.

The libraries are imported only when a day is asked for: `holidays` costs as much as a whole command. Both were checked
against an independent astronomical calculation (domain-facts section 3); `holidays` knows the swaps of past years but
not those announced late, which is why a plan carries overrides.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from rules.days import MONDAY_TO_FRIDAY, WorkingCalendar
from rules.errors import KehoachError

YEARS = range(1900, 2101)
"""The years of the lunar table, and so of any plan."""


class NoLeapMonth(KehoachError):
    """The lunar year has no such leap month."""

    def __init__(self, year: int, month: int) -> None:
        super().__init__("rules.no_leap_month", year=year, month=month)


class NoLunarDay(KehoachError):
    """No lunar calendar has such a day, or the year is outside the table (YEARS)."""

    def __init__(self, year: int, month: int, day: int) -> None:
        super().__init__("rules.no_lunar_day", year=year, month=month, day=day)


class PublicDays(NamedTuple):
    """Public holidays by day with their Vietnamese names, and the make-up days that the library knows."""

    names: Mapping[date, str]
    worked: frozenset[date]


@cache
def public_days(first_year: int, last_year: int) -> PublicDays:
    """The public holidays of Việt Nam (public sector) from 1/1 of the first year to 31/12 of the last.

    Holidays that fall on a Saturday or Sunday are listed too: an office that works on Saturdays is off then.
    """
    import holidays

    # A year more at either end: a day off in January may be made up for in the December before, and the reverse.
    table = holidays.country_holidays("VN", years=range(first_year - 1, last_year + 2), language="vi")
    inside = range(first_year, last_year + 1)
    names = {day: "; ".join(table.get_list(day)) for day in sorted(table) if day.year in inside}
    return PublicDays(MappingProxyType(names), frozenset(day for day in table.weekend_workdays if day.year in inside))


def working_calendar(
    first_year: int,
    last_year: int,
    add: Mapping[date, str] = MappingProxyType({}),
    remove: Iterable[date] = (),
    worked: Iterable[date] = (),
    week: Iterable[int] = MONDAY_TO_FRIDAY,
) -> WorkingCalendar:
    """The office's calendar: public holidays, then the plan's own overrides, which win.

    `add` names further days off; `remove` takes days out, be they days off or make-up days of the library; `worked`
    are make-up days. Years are inclusive.
    """
    public = public_days(first_year, last_year)
    removed = frozenset(remove)
    names = {day: name for day, name in public.names.items() if day not in removed} | dict(add)
    return WorkingCalendar(
        off=frozenset(names),
        worked=(public.worked - removed - frozenset(add)) | frozenset(worked),
        names=MappingProxyType(dict(sorted(names.items()))),
        first=date(first_year, 1, 1),
        last=date(last_year, 12, 31),
        week=frozenset(week),
    )


@cache
def solar(year: int, month: int, day: int, leap: bool) -> date:
    """The solar day of a Vietnamese lunar one (UTC+7). Day 30 of a short month is its 29th, as «30 Tết» is kept.

    Raises NoLeapMonth where that year has no such leap month, NoLunarDay for a day no month has.
    """
    from lunar_vn import convert_lunar_to_solar, convert_solar_to_lunar

    if not (1 <= month <= 12 and 1 <= day <= 30):
        raise NoLunarDay(year, month, day)
    for candidate in (day, 29) if day == 30 else (day,):
        try:
            found = convert_lunar_to_solar(candidate, month, year, int(leap))
        except ValueError as error:
            raise (NoLeapMonth(year, month) if leap else NoLunarDay(year, month, day)) from error
        # The library drops the leap mark in a year of twelve months, and runs past the end of a short month.
        back = convert_solar_to_lunar(found.day, found.month, found.year)
        if bool(back.leap) != leap and back.day == candidate:
            raise NoLeapMonth(year, month)
        if back.day == candidate:
            return found
    raise NoLunarDay(year, month, day)


RULES = "rules"
RULES_VERSION = "2"
"""Raised when our own rules come to other states or rungs from the same ledger: the next sync recomputes them all."""


def libraries() -> dict[str, str]:
    """The versions of what computed the days, our own rules among them; a plan revision keeps them."""
    from importlib.metadata import version

    return {name: version(name) for name in ("holidays", "lunar-vn")} | {RULES: RULES_VERSION}


def fingerprint(calendar: WorkingCalendar) -> str:
    """SHA-256 over everything that decides a working day; names are not part of it."""
    parts = {
        "off": sorted(day.isoformat() for day in calendar.off),
        "worked": sorted(day.isoformat() for day in calendar.worked),
        "week": sorted(calendar.week),
        "first": calendar.first.isoformat(),
        "last": calendar.last.isoformat(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
