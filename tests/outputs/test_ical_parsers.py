"""Calendars read back by parsers that we did not write: icalendar, recurring-ical-events, khal."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component, Timezone

from outputs import ical
from outputs.ical_item import Item
from outputs.ical_text import clean
from outputs.ical_words import categories, description, summary
from tests.outputs.ical_items import HOSTILE, every_kind, item, items

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def make(of: list[Item], form: str, lang: str = "vi", alarms: bool = True) -> bytes:
    """A calendar of those items."""
    return ical.calendar(of, name="Lịch; thử, \\n", description="Mô tả", form=form, lang=lang, alarms=alarms)


def plain(escaped: str) -> str:
    """A TEXT value as a reader sees it (RFC 5545 3.3.11), by a scanner of its own."""
    out, letters = [], iter(escaped)
    for letter in letters:
        if letter == "\\":
            letter = next(letters)
            letter = "\n" if letter in "nN" else letter
        out.append(letter)
    return "".join(out)


def days_of(of: Item, form: str) -> dict[str, date]:
    """The days that a reader must find, from the item alone."""
    first = of.from_day if of.spans else of.last_day
    last = of.to_day if of.spans else of.last_day
    assert first is not None and last is not None
    if of.at is not None and not of.spans:
        return {"DTSTART" if form == ical.EVENT else "DUE": datetime.combine(last, of.at, HANOI)}
    if form == ical.EVENT:
        return {"DTSTART": first, "DTEND": last + timedelta(days=1)}
    return {"DUE": last} | ({"DTSTART": first} if first < last else {})


def expected(of: Item, form: str, lang: str) -> dict[str, Any]:
    """Every property that a reader must find, and no other."""
    found: dict[str, Any] = {
        "UID": ical.uid(of.key, form),
        "DTSTAMP": of.changed_at.astimezone(UTC),
        "LAST-MODIFIED": of.changed_at.astimezone(UTC),
        "SEQUENCE": of.sequence + ical.RENDERER,
        "SUMMARY": plain(summary(of, lang)),
        "DESCRIPTION": plain(description(of, lang)),
        "CATEGORIES": [clean(of.unit)] * bool(of.unit) + [plain(categories("", of.kind, lang))],
        "COLOR": "gray" if of.phase == "cancelled" else ical.COLOURS[of.kind],
        **days_of(of, form),
    }
    if form == ical.EVENT:
        return found | {
            "TRANSP": "TRANSPARENT",
            "STATUS": "CANCELLED" if of.phase == "cancelled" else "CONFIRMED",
        }
    status = {"cancelled": "CANCELLED", "done": "COMPLETED", "submitted": "IN-PROCESS"}.get(of.phase, "NEEDS-ACTION")
    found["STATUS"] = status
    if of.phase == "done":
        found["PERCENT-COMPLETE"] = 100
        if of.done_on:
            found["COMPLETED"] = datetime(of.done_on.year, of.done_on.month, of.done_on.day, 5, tzinfo=UTC)
    return found


def read(component: Component) -> dict[str, Any]:
    """What the library found, as plain values."""
    assert not component.errors, "the library had to repair something"
    found: dict[str, Any] = {}
    for name, value in component.items():
        if name == "CATEGORIES":
            found[name] = [str(each) for each in value.cats]
        elif hasattr(value, "dt"):
            found[name] = value.dt
        elif isinstance(value, int):
            found[name] = int(value)
        else:
            found[name] = str(value)
    return found


def check(of: list[Item], form: str, lang: str = "vi") -> None:
    """Parsed content is the items' content, field for field."""
    parsed = Calendar.from_ical(make(of, form, lang))
    assert not parsed.errors
    # The library does not know these as TEXT and hands them on as written.
    assert plain(parsed["X-WR-CALNAME"]) == plain(parsed["NAME"]) == "Lịch; thử, \\n"
    found = [each for each in parsed.subcomponents if each.name != "VTIMEZONE"]
    assert [each.name for each in found] == [f"V{form.upper()}"] * len(of)
    for each, component in zip(sorted(of, key=ical.by_name), found, strict=True):
        assert read(component) == expected(each, form, lang)
        for alarm in component.subcomponents:
            assert str(alarm["DESCRIPTION"]) == plain(summary(each, lang))
            assert alarm["TRIGGER"].dt < timedelta(0)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("form", ical.FORMS)
def test_icalendar_reads_what_was_meant(form: str, lang: str) -> None:
    """Every kind, state and shape, in both forms and languages."""
    check(every_kind(), form, lang)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_icalendar_reads_hostile_words_as_words(text: str) -> None:
    """Hostile words come back as one text in one property."""
    of = item(title=text, label=text, unit=text, sources=((text, text),), helpers=(text,), recipient=text)
    check([of], ical.EVENT)
    check([of], ical.TODO)


@given(st.lists(items(), min_size=1, max_size=3, unique_by=lambda each: each.key), st.sampled_from(ical.FORMS))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_icalendar_reads_anything(of: list[Item], form: str) -> None:
    """Whatever the plan and the ledger say."""
    check(of, form)


def test_the_zone_is_what_the_library_makes_of_it() -> None:
    """VTIMEZONE is the library's own, without its comment on the years it is sure of."""
    made = Timezone.from_tzid(ical.ZONE, first_date=date(1970, 1, 1))
    made.pop("COMMENT")
    assert made.to_ical().decode() == ical.VTIMEZONE
    parsed = Calendar.from_ical(make([], ical.EVENT))
    assert [str(each["TZID"]) for each in parsed.walk("VTIMEZONE")] == [ical.ZONE]


def test_recurring_ical_events_finds_each_day() -> None:
    """A query for one day finds the deadlines of that day and the campaigns that run on it, and no others."""
    of = every_kind()
    calendar = recurring_ical_events.of(Calendar.from_ical(make(of, ical.EVENT)))
    for day in (date(2025, 5, 11), date(2025, 5, 12), date(2025, 6, 1), date(2025, 6, 30), date(2025, 7, 1)):
        wanted = set()
        for each in of:
            first, last = (each.from_day, each.to_day) if each.spans else (each.last_day, each.last_day)
            assert first is not None and last is not None
            if first <= day <= last:
                wanted.add(ical.uid(each.key, ical.EVENT))
        assert {str(event["UID"]) for event in calendar.at(day)} == wanted
    assert len(calendar.between(date(2025, 1, 1), date(2026, 1, 1))) == len(of)


def run_khal(home: Path, *words: str) -> str:
    """khal's own process, with nothing of the machine's user around it."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "400",
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")},
    }
    khal = Path(sys.executable).with_name("khal")
    ran = subprocess.run([khal, "-c", home / "khal.conf", *words], env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "error" not in ran.stderr.lower() and "warning" not in ran.stderr.lower(), ran.stderr
    return ran.stdout


@pytest.fixture
def khal_home(tmp_path: Path) -> Path:
    """An empty khal with one calendar folder."""
    (tmp_path / "vdir").mkdir()
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[kehoach]]\npath = {tmp_path / 'vdir'}\n"
        "[locale]\nlocal_timezone = Asia/Ho_Chi_Minh\ndefault_timezone = Asia/Ho_Chi_Minh\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        "[sqlite]\npath = " + str(tmp_path / "khal.db") + "\n"
    )
    return tmp_path


def listed(home: Path, *fields: str) -> list[str]:
    """Those fields of every event that khal lists, one line each."""
    form = "|".join(f"{{{field}}}" for field in fields)
    said = run_khal(home, "list", "--once", "--day-format", "", "--format", form, "2025-01-01", "400d")
    return sorted(line for line in said.splitlines() if line.count("|") >= len(fields) - 1)


def test_khal_imports_and_lists_every_event(khal_home: Path) -> None:
    """Imported into a real vdir, each event is listed on its own days under its own summary."""
    of = every_kind()
    (khal_home / "made.ics").write_bytes(make(of, ical.EVENT))
    run_khal(khal_home, "import", "--batch", "-a", "kehoach", str(khal_home / "made.ics"))
    assert len(list((khal_home / "vdir").glob("*.ics"))) == len(of)
    wanted = []
    for each in of:
        first, last = (each.from_day, each.to_day) if each.spans else (each.last_day, each.last_day)
        hour = f" {each.at:%H:%M}" if each.at and not each.spans else ""
        # khal shows the end's day only: it draws an instant as an hour long.
        wanted.append(f"{ical.uid(each.key, ical.EVENT)}|{first}{hour}|{last}|{plain(summary(each, 'vi'))}")
    assert listed(khal_home, "uid", "start-long", "end-date-long", "title") == sorted(wanted)


def test_khal_takes_a_changed_calendar_without_doubles(khal_home: Path) -> None:
    """The same link read again after an extension and a cancellation changes events, it adds none."""
    extended = item(last_day=date(2025, 5, 20), extended_from=date(2025, 5, 12), sequence=1)
    before, after = [item(), item("huy")], [extended, item("huy", phase="cancelled", sequence=1)]
    for of in (before, after):
        (khal_home / "made.ics").write_bytes(make(of, ical.EVENT))
        run_khal(khal_home, "import", "--batch", "-a", "kehoach", str(khal_home / "made.ics"))
    assert len(list((khal_home / "vdir").glob("*.ics"))) == 2
    assert listed(khal_home, "start-date", "title") == [
        f"2025-05-12|{plain(summary(after[1], 'vi'))}",
        f"2025-05-20|{plain(summary(extended, 'vi'))}",
    ]
