"""From a deadline's words to the operators of rules.deadlines, and what is wrong with them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import get_args

from pydantic_core import PydanticCustomError

from plan.almanac import YEARS
from plan.scalars import parse_day, parse_hour
from plan.schema import Operators, Trigger, Weekday
from rules import deadlines
from rules.deadlines import Before, By, Every, In, Lunar, Window, Within

Fault = tuple[str, str, dict[str, object]]
"""(code, key of the deadline, values)."""

_ROLLING = (By, In)
_IN = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})))?")
_LUNAR = re.compile(r"(L?)(\d{1,2})-(\d{1,2})")
_WEEKDAYS = {name: number for number, name in enumerate(get_args(Weekday), start=1)}


class Refused(Exception):
    """An operator that cannot be read."""

    def __init__(self, code: str, key: str, /, **values: object) -> None:
        super().__init__(code)
        self.fault: Fault = (code, key, values)


def operator(entry: Operators) -> deadlines.Operator:
    """The one operator of a deadline or campaign. Raises Refused."""
    keys = [key for key in ("before", "by", "in_", "lunar") if getattr(entry, key) is not None]
    if entry.from_ is not None or entry.to is not None:
        keys.append("from_")
    names = [key.rstrip("_") for key in keys]
    if not keys:
        raise Refused("no_operator", "")
    if len(keys) > 1:
        raise Refused("two_operators", names[1], keys=", ".join(names))
    if entry.every is not None:
        return _every(entry, names[0])
    made = _READERS[keys[0]](entry)
    if entry.roll not in (None, "none") and not isinstance(made, _ROLLING):
        raise Refused("roll_refused", "roll", key=names[0], value=entry.roll)
    return made


def trigger_term(trigger: Trigger) -> Within | None:
    """The term of an on-event task; None where none is named."""
    if trigger.within is None:
        return None
    return Within(*trigger.within, roll=trigger.roll or "next")


def last_day(op: deadlines.Operator) -> date | None:
    """The last acceptable day before any rolling; None for what the calendar, the moon or an event decides."""
    match op:
        case Before(day):
            return date.fromordinal(day.toordinal() - 1) if day.toordinal() > 1 else day
        case By(day):
            return day
        case In(_, last):
            return last
        case Window(_, to_day):
            return to_day
        case _:
            return None


def _day(key: str, text: str) -> date:
    try:
        return parse_day(text)
    except PydanticCustomError as error:
        raise Refused(error.type, key, key=key, **(error.context or {})) from None


def _before(entry: Operators) -> Before:
    return Before(_day("before", entry.before or ""))


def _by(entry: Operators) -> By:
    day, hour_given, hour = (entry.by or "").partition("T")
    roll = entry.roll or "next"
    if not hour_given:
        return By(_day("by", day), roll=roll)
    try:
        return By(_day("by", day), parse_hour(hour), roll)
    except PydanticCustomError as error:
        raise Refused(error.type, "by", key="by", **(error.context or {})) from None


@lru_cache(maxsize=512)
def _span(text: str) -> tuple[date, date, str] | None:
    found = _IN.fullmatch(text)
    if found is None or int(found[1]) not in YEARS or not 1 <= int(found[3] or 1) <= 12:
        return None
    year = int(found[1])
    if found[2]:
        last = int(found[2]) * 3
        return date(year, last - 2, 1), date(year, last, monthrange(year, last)[1]), f"{year}-q{found[2]}"
    if found[3]:
        month = int(found[3])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1]), f"{year}-{month:02}"
    return date(year, 1, 1), date(year, 12, 31), str(year)


def _in(entry: Operators) -> In:
    span = _span(entry.in_ or "")
    if span is None:
        raise Refused("bad_in", "in", value=entry.in_)
    return In(*span, roll=entry.roll or "next")


def _window(entry: Operators) -> Window:
    if entry.from_ is None or entry.to is None:
        missing, key = ("from", "to") if entry.from_ is None else ("to", "from")
        raise Refused("half_window", key, missing=missing)
    first, last = _day("from", entry.from_), _day("to", entry.to)
    if last < first:
        raise Refused("window_backwards", "to", first=first.isoformat(), last=last.isoformat())
    return Window(first, last)


def _lunar(entry: Operators) -> Lunar:
    found = _LUNAR.fullmatch(entry.lunar or "")
    if found is None or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 30):
        raise Refused("bad_lunar", "lunar", value=entry.lunar)
    return Lunar(int(found[2]), int(found[3]), bool(found[1]))


def _every(entry: Operators, key: str) -> Every:
    text = {"before": entry.before, "by": entry.by}.get(key)
    if text is None:
        raise Refused("every_operator", "every", key=key)
    limit = 7 if entry.every == "week" else 31
    number = _WEEKDAYS.get(text, 0) if entry.every == "week" else 0
    number = number or (int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 0)
    if not 1 <= number <= limit:
        raise Refused("bad_every_day", key, value=text, limit=limit, key=key)
    if entry.roll not in (None, "none") and key == "before":
        raise Refused("roll_refused", "roll", key=key, value=entry.roll)
    return Every(entry.every or "", key, number, entry.roll or "next")


_READERS: dict[str, Callable[[Operators], deadlines.Operator]] = {
    "before": _before,
    "by": _by,
    "in_": _in,
    "from_": _window,
    "lunar": _lunar,
}
