"""Calendars as text: items in, RFC 5545 bytes out. No database, no clock: the same items give the same bytes.

Deadlines are all-day events on the last acceptable day, because Google and Outlook ignore to-dos; the same items as
to-dos have UIDs of their own. Nothing derived from today enters, so an unchanged ledger gives unchanged bytes. Why it
is written by hand, and how far that is checked: docs/decisions/0020.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, timedelta
from functools import lru_cache
from hashlib import sha1
from uuid import UUID

from outputs.ical_item import CAMPAIGN, CANCELLED, SUCCESSION, Item, NotShown
from outputs.ical_text import escape, fold
from outputs.ical_words import categories, description, summary
from rules.errors import RequestRefused
from rules.values import CHECK_IN, REQUESTED, Key

RENDERER = 2
"""Added to every SEQUENCE: raise it by one whenever the text made from an unchanged item changes, or the head does (it
is part of what an ETag stands for)."""

NAMESPACE = UUID("4c1d6f0e-3f0a-5c86-9a55-0e8b5f5d7c21")
"""Of every UID. Never change it: subscribers would get each item twice."""

_SEEDED = sha1(NAMESPACE.bytes, usedforsecurity=False)
_VARIANT = {f"{digit:x}": f"{digit & 3 | 8:x}" for digit in range(16)}

EVENT, TODO = "event", "todo"
FORMS = (EVENT, TODO)

ZONE = "Asia/Ho_Chi_Minh"
VTIMEZONE = (
    "BEGIN:VTIMEZONE\r\nTZID:Asia/Ho_Chi_Minh\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZNAME:+08\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nEND:STANDARD\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19750613T000000\r\nTZNAME:+07\r\nTZOFFSETFROM:+0800\r\nTZOFFSETTO:+0700\r\nEND:STANDARD\r\n"
    "END:VTIMEZONE\r\n"
)
"""What the `icalendar` library makes for the zone (a test compares). Always there: without it Outlook lets hours float,
and a calendar that gains its first hour changes in nothing else."""

# CSS3 names (RFC 7986 5.9), by kind.
COLOURS = {
    "report": "crimson",
    "recurring": "darkorange",
    "once": "royalblue",
    "continuous": "teal",
    "on-event": "darkviolet",
    CAMPAIGN: "seagreen",
    CHECK_IN: "steelblue",
    SUCCESSION: "slategray",
}
CALENDAR_COLOUR, CALENDAR_RGB = "steelblue", "#4682B4"
"""Of the whole calendar, where a client asks for one (ICSx5, Apple); people choose another where they like."""
# At 8:00 of the seventh day before and of the day before, where the item is a day (it begins at midnight, when people
# sleep); whole days before, where it is an hour.
DAY_ALARMS: tuple[str, ...] = ("-P6DT16H", "-PT16H")
HOUR_ALARMS: tuple[str, ...] = ("-P7D", "-P1D")
NOON = 5
"""Hour in UTC of noon in Việt Nam: a to-do's COMPLETED is an instant, the ledger knows a day."""

_TODO_STATUS = {
    "open": "STATUS:NEEDS-ACTION\r\n",
    "returned": "STATUS:NEEDS-ACTION\r\n",
    "submitted": "STATUS:IN-PROCESS\r\n",
    CANCELLED: "STATUS:CANCELLED\r\n",
}
_ONE_DAY = timedelta(days=1)
_BASE = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~-]+)*/?")


def uid(key: Key, form: str) -> str:
    """The UID of an occurrence in a form: it depends on what the occurrence is, never on what is said of it.

    A UUIDv5 (RFC 9562 5.5), as `uuid.uuid5` gives it in four times as long.
    """
    seeded = _SEEDED.copy()
    seeded.update(f"{key.office}/{key.plan}/{key.task}/{key.unit}/{key.period}/{form}".encode())
    digest = seeded.hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{_VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"


def base_address(text: str) -> str:
    """Where people reach the desk, as a setting gives it, without the slash at its end; "" where it gives nothing.

    Raises RequestRefused for anything but an http(s) address in plain letters: it goes into every item as it is.
    """
    if text and not _BASE.fullmatch(text):
        raise RequestRefused("ical.bad_base", value=text)
    return text.rstrip("/")


def page(item: Item, base: str) -> str:
    """The address of the item's page on the desk, which is reached at `base` (no slash at its end); "" where none is.

    It is the page that the unit and the office both may open (web.desk.saying).
    """
    if not base or not item.holder:
        return ""
    return f"{base}/don-vi/{item.holder}/xem/{item.key.task}/{item.key.unit}/{item.key.period}"


def event(item: Item, lang: str = "vi", alarms: bool = True, base: str = "") -> str:
    """The VEVENT of an item; raises NotShown for what calendars must not or cannot show.

    `base` is where people reach the desk, empty where nobody knows: the event then leads nowhere.
    """
    changed = _changed(item)
    address = page(item, base)
    title = summary(item, lang)
    status = "CANCELLED" if item.phase == CANCELLED else "CONFIRMED"
    return (
        f"BEGIN:VEVENT\r\nUID:{uid(item.key, EVENT)}\r\n{changed}{_event_days(item)}"
        f"{fold(f'SUMMARY:{title}')}\r\n{fold(f'DESCRIPTION:{description(item, lang, address)}')}\r\n"
        f"{_url(address)}{_categories(item.unit, item.kind, lang)}{_colour(item)}STATUS:{status}\r\n"
        f"TRANSP:TRANSPARENT\r\n{_alarms(item, title, '') if alarms else ''}END:VEVENT\r\n"
    )


def todo(item: Item, lang: str = "vi", alarms: bool = True, base: str = "") -> str:
    """The VTODO of an item, with a UID of its own; raises NotShown for what calendars must not or cannot show."""
    changed = _changed(item)
    address = page(item, base)
    title = summary(item, lang)
    return (
        f"BEGIN:VTODO\r\nUID:{uid(item.key, TODO)}\r\n{changed}{_todo_days(item)}"
        f"{fold(f'SUMMARY:{title}')}\r\n{fold(f'DESCRIPTION:{description(item, lang, address)}')}\r\n"
        f"{_url(address)}{_categories(item.unit, item.kind, lang)}{_colour(item)}{_todo_status(item)}"
        f"{_alarms(item, title, '' if _starts(item) else ';RELATED=END') if alarms else ''}END:VTODO\r\n"
    )


def calendar(
    items: Iterable[Item],
    *,
    name: str,
    description: str,
    form: str = EVENT,
    lang: str = "vi",
    alarms: bool = True,
    base: str = "",
) -> bytes:
    """The whole calendar, its items in the order of their keys however they come; what is not shown is left out."""
    make = render(form)
    made = [make(item, lang, alarms, base) for item in sorted(items, key=by_name) if item.shown]
    return "".join([head(name, description, lang), *made, TAIL]).encode()


def render(form: str) -> Callable[[Item, str, bool, str], str]:
    """What makes one item's text in a form; KeyError for an unknown form."""
    return {EVENT: event, TODO: todo}[form]


def by_name(item: Item) -> str:
    """The order of items in a calendar, the same in every database."""
    return name_of(item.key)


def name_of(key: Key) -> str:
    """An occurrence within its plan; names sort by task, unit and period, since no slug has a letter below the tab."""
    return f"{key.task}\t{key.unit}\t{key.period}"


TAIL = "END:VCALENDAR\r\n"


def head(name: str, description: str, lang: str = "vi") -> str:
    """What stands before the items. No METHOD: with one, DTSTAMP would have to be the time of sending."""
    name, description = escape(name), escape(description)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//kehoach//kehoach calendar//{lang.upper()}",
        "CALSCALE:GREGORIAN",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        f"DESCRIPTION:{description}",
        f"X-WR-CALDESC:{description}",
        f"COLOR:{CALENDAR_COLOUR}",
        f"X-APPLE-CALENDAR-COLOR:{CALENDAR_RGB}",
        f"X-WR-TIMEZONE:{ZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    )
    return "".join(f"{fold(line)}\r\n" for line in lines) + VTIMEZONE


def _changed(item: Item) -> str:
    if not item.shown:
        raise NotShown(item.key.short)
    stamp = item.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return f"DTSTAMP:{stamp}\r\nLAST-MODIFIED:{stamp}\r\nSEQUENCE:{item.sequence + RENDERER}\r\n"


def _basic(day: date) -> str:
    return day.isoformat().replace("-", "")


def _event_days(item: Item) -> str:
    if item.spans:
        first, last = item.from_day, item.to_day
    else:
        first = last = item.last_day
    assert first is not None and last is not None
    if item.at is not None and not item.spans:
        return f"DTSTART;TZID={ZONE}:{_basic(last)}T{item.at:%H%M%S}\r\n"
    # DTEND is exclusive (RFC 5545 3.6.1), and Google wants it said even for one day.
    return f"DTSTART;VALUE=DATE:{_basic(first)}\r\nDTEND;VALUE=DATE:{_basic(last + _ONE_DAY)}\r\n"


def _todo_days(item: Item) -> str:
    last = item.to_day if item.spans else item.last_day
    assert last is not None
    if item.at is not None and not item.spans:
        return f"DUE;TZID={ZONE}:{_basic(last)}T{item.at:%H%M%S}\r\n"
    start = f"DTSTART;VALUE=DATE:{_basic(item.from_day)}\r\n" if _starts(item) and item.from_day else ""
    return f"{start}DUE;VALUE=DATE:{_basic(last)}\r\n"


def _starts(item: Item) -> bool:
    """Whether a to-do has a DTSTART: DUE must be later (RFC 5545 3.8.2.3), so a period of one day has none."""
    return item.spans and item.from_day != item.to_day


def _todo_status(item: Item) -> str:
    if item.phase != "done":
        return _TODO_STATUS[item.phase]
    completed = f"COMPLETED:{_basic(item.done_on)}T{NOON:02}0000Z\r\n" if item.done_on else ""
    return f"STATUS:COMPLETED\r\n{completed}PERCENT-COMPLETE:100\r\n"


def _alarms(item: Item, title: str, related: str) -> str:
    """Display alarms while something is to be done; one only for what is asked for or advisory (design section 5)."""
    if item.phase not in ("open", "returned") or item.kind == SUCCESSION:
        return ""
    triggers = HOUR_ALARMS if item.at is not None and not item.spans else DAY_ALARMS
    if item.advisory or item.relation == REQUESTED:
        triggers = triggers[:1]
    shown = fold(f"DESCRIPTION:{title}")
    return "".join(
        f"BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER{related}:{each}\r\n{shown}\r\nEND:VALARM\r\n" for each in triggers
    )


@lru_cache(maxsize=4096)
def _categories(unit: str, kind: str, lang: str) -> str:
    return fold(f"CATEGORIES:{categories(unit, kind, lang)}") + "\r\n"


def _url(address: str) -> str:
    return f"{fold(f'URL:{address}')}\r\n" if address else ""


def _colour(item: Item) -> str:
    return f"COLOR:{'gray' if item.phase == CANCELLED else COLOURS[item.kind]}\r\n"
