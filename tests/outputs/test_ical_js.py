"""Calendars read back by Mozilla's ical.js, Thunderbird's parser, through node. KEHOACH_TEST_NODE=off leaves it out."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from outputs import ical
from outputs.ical_item import Item
from outputs.ical_words import description, summary
from tests import npm
from tests.outputs.ical_items import HOSTILE, every_kind, item
from tests.outputs.test_ical_parsers import plain

HERE = Path(__file__).parent / "js"
WAY_OUT = ", or set KEHOACH_TEST_NODE=off to leave them out"

pytestmark = pytest.mark.xdist_group("ical.js")  # npm installs it once, not in two processes at once

# Only by the word of whoever has no node: without it a missing node fails (CONTRIBUTING.md), and .ci/run installs one.
if os.environ.get("KEHOACH_TEST_NODE") == "off":
    pytest.skip("KEHOACH_TEST_NODE=off", allow_module_level=True)


@pytest.fixture(scope="module")
def library() -> Path:
    return npm.installed(HERE, WAY_OUT)


def read(library: Path, made: bytes) -> Any:
    """What ical.js found: {name, found, inner}; a list of them for several calendars, one after the other."""
    ran = subprocess.run(["node", HERE / "read.mjs", library], input=made, capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()
    return json.loads(ran.stdout)


def days_of(of: Item, form: str) -> dict[str, str]:
    """The days as ical.js prints them: a day as it is, an instant in UTC."""
    first, last = (of.from_day, of.to_day) if of.spans else (of.last_day, of.last_day)
    assert first is not None and last is not None
    if of.at is not None and not of.spans:
        instant = datetime.combine(last, of.at, ZoneInfo(ical.ZONE)).astimezone(UTC)
        return {"dtstart" if form == ical.EVENT else "due": f"{instant:%Y-%m-%dT%H:%M:%S.000Z}"}
    if form == ical.EVENT:
        return {"dtstart": f"{first}", "dtend": f"{last + timedelta(days=1)}"}
    return {"due": f"{last}"} | ({"dtstart": f"{first}"} if first < last else {})


def of_hostile() -> list[Item]:
    """An item for each hostile text."""
    return [
        item(f"hostile-{at}", title=text, label=text, unit=text, sources=((text, text),), helpers=(text,), words=text)
        for at, text in enumerate(HOSTILE)
    ]


@pytest.mark.parametrize("form", ical.FORMS)
def test_thunderbirds_parser_reads_what_was_meant(library: Path, form: str) -> None:
    """Structure, identity, days, words and alarms of every kind of item, hostile words among them."""
    of = sorted([*every_kind(), *of_hostile()], key=ical.by_name)
    root = read(library, ical.calendar(of, name="Lịch; thử", description="Mô tả", form=form))
    assert root["name"] == "vcalendar"
    assert root["found"]["refresh-interval"] == 12 * 3600
    zone, *inner = root["inner"]
    assert zone["found"]["tzid"] == ical.ZONE
    assert [each["name"] for each in inner] == [f"v{form}"] * len(of)
    for each, component in zip(of, inner, strict=True):
        found = component["found"]
        assert found["uid"] == ical.uid(each.key, form)
        assert found["summary"] == plain(summary(each, "vi"))
        assert found["description"] == plain(description(each, "vi"))
        assert found["sequence"] == each.sequence + ical.RENDERER
        assert found["dtstamp"] == found["last-modified"] == f"{each.changed_at:%Y-%m-%dT%H:%M:%S.000Z}"
        assert {name: found[name] for name in ("dtstart", "dtend", "due") if name in found} == days_of(each, form)
        alarms = [alarm["found"]["trigger"] for alarm in component["inner"]]
        assert alarms == sorted(alarms) and all(trigger < 0 for trigger in alarms)
