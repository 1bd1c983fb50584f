"""Three parsers with nothing in common read every calendar of the real plan, and a hostile one, and agree."""

from __future__ import annotations

import ctypes
import os
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
import recurring_ical_events
from icalendar import Calendar
from sqlalchemy import Engine

from models import queries
from models.session import reading
from outputs import ical
from rules.values import Key
from tests import npm
from tests.clients import libical
from tests.clients.conftest import BASE, Made
from tests.outputs import test_ical_js as ical_js
from tests.outputs.ical_items import HOSTILE, every_kind, item
from usecases import calendars, plans

pytestmark = pytest.mark.xdist_group("ical.js")  # as tests/outputs/test_ical_js.py; and all share what was read


class Read(NamedTuple):
    """What a parser found of one item, in a form that all three can be brought to."""

    summary: str
    description: str
    sequence: int
    start: str
    end: str
    alarms: int


@pytest.fixture(scope="session")
def debians_libical() -> None:
    """libical is there; KEHOACH_TEST_LIBICAL=off leaves its tests out, nothing else does."""
    try:
        ctypes.CDLL(libical.LIBRARY)
    except OSError:
        pytest.fail("libical is missing: apt-get install libical3, or set KEHOACH_TEST_LIBICAL=off to leave it out")


needs_libical = pytest.mark.skipif(os.environ.get("KEHOACH_TEST_LIBICAL") == "off", reason="KEHOACH_TEST_LIBICAL=off")
needs_node = pytest.mark.skipif(os.environ.get("KEHOACH_TEST_NODE") == "off", reason="KEHOACH_TEST_NODE=off")


def hostile(form: str) -> Made:
    """Every shape of item beside every hostile text in every field that holds text."""
    of = [
        item(
            f"hostile-{at}", title=text, label=text, unit=text or "x", short=text, words=text, reason=text, set_by=text,
            sources=((text, text),), helpers=(text, text), recipient=text, via=text, document=text,
            phase="done", done_on=date(2025, 5, 9),
        )
        for at, text in enumerate(HOSTILE)
    ]  # fmt: skip
    body = ical.calendar([*every_kind(), *of], name=HOSTILE[1], description=HOSTILE[0], form=form, base=BASE)
    return Made("hostile", form, "vi", body)


def by_icalendar(body: bytes) -> dict[str, Read]:
    """The reference: the strictest library, which must have had nothing to repair."""
    parsed = Calendar.from_ical(body)
    assert not parsed.errors
    found = {}
    for each in parsed.subcomponents:
        if each.name == "VTIMEZONE":
            continue
        assert not each.errors
        start, end = each.get("DTSTART"), each.get("DTEND") or each.get("DUE")
        found[str(each["UID"])] = Read(
            str(each["SUMMARY"]),
            str(each["DESCRIPTION"]),
            int(each["SEQUENCE"]),
            _utc(start.dt) if start else "",
            _utc(end.dt) if end else "",
            len(each.subcomponents),
        )
    return found


def _utc(value: Any) -> str:
    """A day as it is, an instant in UTC to the minute."""
    if not hasattr(value, "hour"):
        return f"{value:%Y-%m-%d}"
    return f"{(value - value.utcoffset()).replace(tzinfo=None):%Y-%m-%dT%H:%M}"


def by_libical(body: bytes) -> dict[str, Read]:
    """What libical found; it marks what it had to repair, and knows what RFC 5545 allows where."""
    parsed = libical.parse(body)
    assert parsed.errors == 0 and parsed.zones == 1
    found = {}
    for each in (*parsed.events, *parsed.todos):
        # libical gives an event without DTEND its start as its end.
        end = each.due if len(each.due) == 3 or each.due != each.start else (0,)
        found[each.uid] = Read(
            each.summary, each.description, each.sequence, _of_tuple(each.start), _of_tuple(end), each.alarms
        )
    return found


def _of_tuple(at: tuple[int, ...]) -> str:
    if not at[0]:
        return ""
    day = f"{at[0]:04}-{at[1]:02}-{at[2]:02}"
    return day if len(at) == 3 else f"{day}T{at[3]:02}:{at[4]:02}"


def by_ical_js(root: dict[str, Any]) -> dict[str, Read]:
    """What Thunderbird's parser found in its strict mode."""
    found = {}
    for each in root["inner"]:
        if each["name"] != "vtimezone":
            said = each["found"]
            found[said["uid"]] = Read(
                said["summary"],
                said["description"],
                said["sequence"],
                said.get("dtstart", "")[:16],
                (said.get("dtend") or said.get("due", ""))[:16],
                len(each["inner"]),
            )
    return found


@pytest.fixture(scope="session")
def judged(every_calendar: list[Made]) -> list[tuple[Made, dict[str, Read]]]:
    """Every calendar with what `icalendar` found in it."""
    made = [*every_calendar, *(hostile(form) for form in ical.FORMS)]
    return [(each, by_icalendar(each.body)) for each in made]


@needs_libical
def test_libical_agrees(debians_libical: None, judged: list[tuple[Made, dict[str, Read]]]) -> None:
    """Nothing to repair, nothing that RFC 5545 forbids, and every value the same; it drops blanks at a value's end."""
    for made, found in judged:
        expected = {uid: each._replace(summary=each.summary.rstrip(" ")) for uid, each in found.items()}
        assert by_libical(made.body) == expected, str(made)


@needs_node
def test_ical_js_agrees(judged: list[tuple[Made, dict[str, Read]]]) -> None:
    """The same of Thunderbird's parser, all calendars in one go."""
    library = npm.installed(ical_js.HERE, ical_js.WAY_OUT)
    roots = ical_js.read(library, b"".join(made.body for made, _ in judged))
    assert len(roots) == len(judged)
    for (made, expected), root in zip(judged, roots, strict=True):
        assert by_ical_js(root) == expected, str(made)


def test_every_occurrence_is_read_once(year: Engine, judged: list[tuple[Made, dict[str, Read]]]) -> None:
    """The office's calendar has every occurrence that is no case; the units' together have the same, each once."""
    with reading(year) as session:
        in_force = plans.in_force(session, *plans.find(session))
        rows = queries.occurrences(session, in_force.office, in_force.plan)
    keys = [Key(row.office, row.plan, row.task, row.unit, row.period) for row in rows if not row.private]
    of_units = [unit for unit in in_force.units if in_force.members_of(unit) == {unit}]
    for form in ical.FORMS:
        expected = {ical.uid(key, form) for key in keys}
        found = {made.which: read for made, read in judged if (made.form, made.lang) == (form, "vi")}
        assert found[calendars.OFFICE].keys() == expected
        held = [uid for which in of_units for uid in found[which] if uid in expected]
        assert sorted(held) == sorted(expected)


def test_each_calendar_is_the_same_days_in_both_languages(judged: list[tuple[Made, dict[str, Read]]]) -> None:
    """Only words differ."""
    told = {(made.which, made.form, made.lang): found for made, found in judged}
    for (which, form, lang), found in told.items():
        if lang == "en":
            assert {uid: each[2:] for uid, each in found.items()} == {
                uid: each[2:] for uid, each in told[which, form, "vi"].items()
            }


def test_recurring_ical_events_finds_every_day_of_the_year(judged: list[tuple[Made, dict[str, Read]]]) -> None:
    """A query by days finds each event on each of its days, in every calendar."""
    for made, found in judged:
        if made.form != ical.EVENT or made.lang != "vi" or made.which == "hostile":
            continue
        calendar = recurring_ical_events.of(Calendar.from_ical(made.body))
        between = calendar.between(date(2025, 1, 1), date(2026, 1, 1))
        assert sorted(str(each["UID"]) for each in between) == sorted(found), str(made)
        first = date(2025, 5, 1)
        for day in (first + timedelta(days=n) for n in range(0, 62, 7)):
            here = {uid for uid, each in found.items() if each.start <= f"{day}" < each.end}
            assert {str(each["UID"]) for each in calendar.at(day)} == here, (str(made), day)
