"""Debian's libical, with which GNOME, KDE and Cyrus read calendars, through ctypes: what it found and complained of."""

from __future__ import annotations

import ctypes
from ctypes import Structure, c_char_p, c_int, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any

LIBRARY = "libical.so.3"


class _Time(Structure):
    """`struct icaltimetype` of libical 3."""

    _fields_ = (
        *((name, c_int) for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")),
        ("zone", c_void_p),
    )


@dataclass(frozen=True)
class Found:
    """One event or to-do."""

    uid: str
    summary: str
    description: str
    sequence: int
    start: tuple[int, ...]
    """Year, month, day, and hour and minute in UTC where it is no day; zeros where there is no start."""
    due: tuple[int, ...]
    """A to-do's DUE, else DTEND, in the same form."""
    alarms: int


@dataclass(frozen=True)
class Parsed:
    """A whole calendar: components by kind in order, and how many errors libical marked in it."""

    events: list[Found]
    todos: list[Found]
    errors: int
    zones: int


def _of(library: ctypes.CDLL, name: str, result: Any, *arguments: Any) -> Any:
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
    return function


@cache
def _functions() -> dict[str, Any]:
    """The functions used, typed; OSError where the library is not there."""
    library = ctypes.CDLL(LIBRARY)
    component = c_void_p
    typed = {
        "icalparser_parse_string": (component, c_char_p),
        "icalcomponent_count_errors": (c_int, component),
        "icalrestriction_check": (c_int, component),
        "icalcomponent_string_to_kind": (c_int, c_char_p),
        "icalcomponent_get_first_component": (component, component, c_int),
        "icalcomponent_get_next_component": (component, component, c_int),
        "icalcomponent_get_uid": (c_char_p, component),
        "icalcomponent_get_summary": (c_char_p, component),
        "icalcomponent_get_description": (c_char_p, component),
        "icalcomponent_get_sequence": (c_int, component),
        "icalcomponent_get_dtstart": (_Time, component),
        "icalcomponent_get_dtend": (_Time, component),
        "icalcomponent_get_due": (_Time, component),
        "icalcomponent_free": (None, component),
        "icaltime_convert_to_zone": (_Time, _Time, c_void_p),
        "icaltimezone_get_utc_timezone": (c_void_p,),
    }
    return {name: _of(library, name, *types) for name, types in typed.items()}


def parse(body: bytes) -> Parsed:
    """Read a calendar with libical and check it against its table of what RFC 5545 allows in which component."""
    call = _functions()
    root = call["icalparser_parse_string"](body)
    assert root, "libical found no component"
    try:
        assert call["icalrestriction_check"](root), "libical: a component has what it must not, or lacks what it must"
        return Parsed(
            events=[_found(each, todo=False) for each in _inner(root, b"VEVENT")],
            todos=[_found(each, todo=True) for each in _inner(root, b"VTODO")],
            errors=call["icalcomponent_count_errors"](root),
            zones=len(_inner(root, b"VTIMEZONE")),
        )
    finally:
        call["icalcomponent_free"](root)


def _inner(component: int, kind: bytes) -> list[int]:
    call = _functions()
    number = call["icalcomponent_string_to_kind"](kind)
    found = []
    each = call["icalcomponent_get_first_component"](component, number)
    while each:
        found.append(each)
        each = call["icalcomponent_get_next_component"](component, number)
    return found


def _found(component: int, *, todo: bool) -> Found:
    call = _functions()

    def text(name: str) -> str:
        value = call[f"icalcomponent_get_{name}"](component)
        return value.decode() if value else ""

    return Found(
        uid=text("uid"),
        summary=text("summary"),
        description=text("description"),
        sequence=call["icalcomponent_get_sequence"](component),
        start=_time(call["icalcomponent_get_dtstart"](component)),
        due=_time(call["icalcomponent_get_due" if todo else "icalcomponent_get_dtend"](component)),
        alarms=len(_inner(component, b"VALARM")),
    )


def _time(at: _Time) -> tuple[int, ...]:
    if at.is_date or not at.year:
        return at.year, at.month, at.day
    call = _functions()
    utc = call["icaltime_convert_to_zone"](at, call["icaltimezone_get_utc_timezone"]())
    return utc.year, utc.month, utc.day, utc.hour, utc.minute
