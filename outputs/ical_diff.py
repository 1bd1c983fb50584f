"""What a subscriber would see change between two calendars, ours or anybody's: pure, over items that were read first.

Stamps and SEQUENCE are no change that anybody sees. An item is known by its UID (RFC 5545 3.8.4.7), an instance of a
recurring one by its RECURRENCE-ID as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from outputs.ical import FORMS
from rules.errors import RequestRefused
from texts import LANGUAGES, area

if TYPE_CHECKING:
    from icalendar import Component

MAX_OCTETS = 64 * 1024 * 1024
OURS = "-//kehoach//"
UNSEEN = frozenset({"UID", "RECURRENCE-ID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE"})
_TOLD_APART = frozenset(
    {"SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "DUE", "DURATION", "STATUS", "COMPLETED", "PERCENT-COMPLETE"}
)

# What the summaries of our calendars say, in the order in which they are tried.
_TONES = ("done", "submitted", "returned", "cancelled", "cancelled_alone", "requested", "advisory", "due")
_PHASES = {"done": "done", "submitted": "submitted", "returned": "returned"} | dict.fromkeys(_TONES[3:5], "cancelled")
_STATUS = {"CANCELLED": "cancelled", "COMPLETED": "done", "IN-PROCESS": "submitted"}

Day: TypeAlias = date | datetime
"""A day, or an instant (aware, or floating where the calendar names no zone)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One item as its reader sees it. Days are inclusive; `first` and `last` are one where it is a day or an hour."""

    uid: str
    title: str
    unit: str
    """Who leads, where it is one of our own summaries; else empty."""
    phase: str
    """open, submitted, returned, done or cancelled."""
    tone: str
    """What one of our own summaries calls it (outputs.ical_words); else empty."""
    first: Day | None
    last: Day | None
    alarms: tuple[str, ...]
    said: tuple[str, ...]
    """The lines of its description."""
    fields: Mapping[str, str]
    """Every other property that is seen, by name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that changed. `was` and `now` are what the kind says: days, titles, units, tones, counts, lines of the
    description that are gone and new, or field names."""

    kind: str
    """added, gone, moved, renamed, handed, done, submitted, returned, cancelled, reopened, called, alarms, said or
    fields."""
    was: Any = None
    now: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """All that changed of one item, as it is now (as it was, where it is gone)."""

    item: Shown
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar as it was read: its name and its items by identity."""

    name: str
    items: Mapping[str, Shown]


def read(body: bytes, named: str) -> Calendar:
    """The events and to-dos of an .ics file; `named` is what a refusal calls it.

    Raises RequestRefused where it is none, whatever it is.
    """
    import icalendar

    if len(body) > MAX_OCTETS:
        raise RequestRefused("diff.too_large", file=named, limit=MAX_OCTETS // 1024 // 1024)
    try:
        calendars = icalendar.Calendar.from_ical(body, multiple=True)
        found = [each for each in calendars if each.name == "VCALENDAR"]
        items = [item for each in found for item in _items(each)]
        name = str(_first(found[0], "X-WR-CALNAME") or _first(found[0], "NAME") or "") if found else ""
    except RequestRefused:
        raise
    # The library raises whatever its parts do on bytes that are no calendar; none of it is ours to mend.
    except (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
        raise RequestRefused("diff.not_a_calendar", file=named) from error
    if not found:
        raise RequestRefused("diff.not_a_calendar", file=named)
    return Calendar(name, dict(items))


def diff(before: Mapping[str, Shown], after: Mapping[str, Shown]) -> list[Change]:
    """What changed, in the order of the days, titles and units that are shown now."""
    changes = [Change(after[key], (Step("added"),)) for key in after.keys() - before.keys()]
    changes += [Change(before[key], (Step("gone"),)) for key in before.keys() - after.keys()]
    for key in before.keys() & after.keys():
        steps = tuple(_steps(before[key], after[key]))
        if steps:
            changes.append(Change(after[key], steps))
    return sorted(changes, key=lambda each: _order(each.item))


def counts(changes: Iterable[Change]) -> dict[str, int]:
    """How many items each kind of step is about."""
    found = Counter(step.kind for change in changes for step in change.steps)
    return dict(sorted(found.items()))


def _order(item: Shown) -> tuple[Any, ...]:
    day = item.first if item.first is not None else date.max
    at = (day.date(), day.time()) if isinstance(day, datetime) else (day, time.min)
    return (*at, item.title, _natural(item.unit), item.uid)


def _natural(text: str) -> list[tuple[int, str]]:
    """«Tổ dân phố số 2» before «số 10»."""
    return [(int(each), "") if each.isdecimal() else (-1, each) for each in re.split(r"(\d+)", text)]


def _steps(was: Shown, now: Shown) -> Iterable[Step]:
    if (was.first, was.last) != (now.first, now.last):
        yield Step("moved", (was.first, was.last), (now.first, now.last))
    if was.title != now.title:
        yield Step("renamed", was.title, now.title)
    if was.unit != now.unit:
        yield Step("handed", was.unit, now.unit)
    if was.phase != now.phase:
        yield Step("reopened" if now.phase == "open" else now.phase, was.phase, now.phase)
    elif was.phase == "open" and was.tone != now.tone and was.tone and now.tone:
        yield Step("called", was.tone, now.tone)
    if was.alarms != now.alarms:
        yield Step("alarms", len(was.alarms), len(now.alarms))
    if was.said != now.said:
        yield Step("said", _without(was.said, now.said), _without(now.said, was.said))
    names = {name for name in was.fields.keys() | now.fields.keys() if was.fields.get(name) != now.fields.get(name)}
    if names:
        yield Step("fields", None, tuple(sorted(names)))


def _without(lines: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    known = frozenset(others)
    return tuple(each for each in lines if each not in known)


# ---- reading


def _items(calendar: Component) -> Iterable[tuple[str, Shown]]:
    ours = str(_first(calendar, "PRODID") or "").startswith(OURS)
    for each in calendar.subcomponents:
        if each.name in {f"V{form.upper()}" for form in FORMS}:
            shown = _shown(each, ours)
            yield "\n".join((shown.uid, _text(each, "RECURRENCE-ID"))), shown


def _shown(component: Component, ours: bool) -> Shown:
    summary = str(_first(component, "SUMMARY") or "")
    phase = _STATUS.get(str(_first(component, "STATUS") or "").upper(), "open")
    title, unit, tone = summary, "", ""
    if ours:
        tone, title, unit = _worded(summary)
        phase = _PHASES.get(tone, phase)
    first, last = _days(component)
    seen = {name: _text(component, name) for name in component if name.upper() not in UNSEEN | _TOLD_APART}
    uid = str(_first(component, "UID") or f"{summary} {_text(component, 'DTSTART')}")
    alarms = tuple(sorted(_text(each, "TRIGGER") for each in component.subcomponents if each.name == "VALARM"))
    said = tuple(str(_first(component, "DESCRIPTION") or "").splitlines())
    return Shown(uid, title, unit, phase, tone, first, last, alarms, said, seen)


def _first(component: Component, name: str) -> Any:
    """The property's value; the first one where a file has several of what may stand only once."""
    value = component.get(name)
    return value[0] if isinstance(value, list) and value else value


def _text(component: Component, name: str) -> str:
    """The property, parameters and all, in a form that is equal where two properties are."""
    values = component.get(name, [])
    texts = []
    for value in values if isinstance(values, list) else [values]:
        written = value.to_ical()
        written = written.decode("utf-8", "replace") if isinstance(written, bytes) else str(written)
        texts.append(f"{sorted(getattr(value, 'params', {}).items())}{written}")
    return "\n".join(texts)


def _days(component: Component) -> tuple[Day | None, Day | None]:
    """The first and last day shown, both inclusive: a day's DTEND is exclusive (RFC 5545 3.6.1), DUE is not."""
    start, end, due = (_day(component, name) for name in ("DTSTART", "DTEND", "DUE"))
    if due is not None:
        return (start if start is not None else due), due
    if start is not None and end is None:
        lasts = getattr(_first(component, "DURATION"), "dt", None)
        end = start + lasts if isinstance(lasts, timedelta) else None
    if not (isinstance(start, datetime) or isinstance(end, datetime)) and start is not None and end is not None:
        end = max(start, end - timedelta(days=1))
    return start, end if end is not None else start


def _day(component: Component, name: str) -> Day | None:
    value = _first(component, name)
    found = None if value is None or name in dict(component.errors) else getattr(value, "dt", None)
    if isinstance(found, datetime):
        return found.astimezone(UTC) if found.tzinfo is not None else found
    return found if isinstance(found, date) else None


def _worded(summary: str) -> tuple[str, str, str]:
    """(tone, what, unit) of a summary of ours, in whichever language it is; the summary itself where it has no tone."""
    for tone, pattern in _patterns():
        match = pattern.fullmatch(summary)
        if match:
            return tone, match["what"], match.groupdict().get("unit") or ""
    return "", summary, ""


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found = []
    for tone in (*_TONES, "campaign"):
        for lang in LANGUAGES:
            escaped = re.escape(area("ical", lang)[tone])
            for blank in ("what", "unit"):
                escaped = escaped.replace(re.escape(f"{{{blank}}}"), f"(?P<{blank}>.*)")
            found.append((tone, re.compile(escaped, re.DOTALL)))
    return found
