"""Changes since: what a subscriber would see change between two calendars, each a file or a day of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from outputs import ical, ical_diff, ical_diff_words
from outputs.ical_diff import Calendar, Change
from rules.errors import RequestRefused
from usecases import calendars

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Diff:
    """Two calendars and what changed from the first to the second."""

    before: Calendar
    after: Calendar
    changes: list[Change]

    def as_json(self) -> dict[str, Any]:
        return ical_diff_words.as_json(self.before, self.after, self.changes)

    def lines(self, lang: str) -> list[str]:
        return ical_diff_words.lines(self.before, self.after, self.changes, lang)


def between(before: Calendar, after: Calendar) -> Diff:
    """The changes from one calendar to the other."""
    return Diff(before, after, ical_diff.diff(before.items, after.items))


def of_file(file: Path) -> Calendar:
    """The calendar in a file, ours or anybody's; raises RequestRefused where there is none."""
    try:
        with file.open("rb") as opened:
            body = opened.read(ical_diff.MAX_OCTETS + 1)
    except OSError as fault:
        raise RequestRefused("diff.unreadable", file=str(file), fault=fault.strerror or str(fault)) from None
    return ical_diff.read(body, file.name)


def of_day(
    engine: Engine,
    day: date,
    *,
    now: datetime,
    plan: str | None = None,
    which: str | None = None,
    form: str = ical.EVENT,
    lang: str = "vi",
    base: str = "",
) -> Calendar:
    """The calendar as at the end of `day` (local), as `calendars.export` gives it."""
    body = calendars.export(engine, now=now, plan=plan, which=which, form=form, lang=lang, as_of=day, base=base)
    return ical_diff.read(body, day.isoformat())
