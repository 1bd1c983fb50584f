"""The two sides of `kehoach ics --diff A B`: each a file, or a day of the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from console import words
from rules.errors import RequestRefused
from usecases import calendar_diff

if TYPE_CHECKING:
    from console.call import Call
    from outputs.ical_diff import Calendar


def changes(call: Call, sides: tuple[str, str], which: str | None, form: str) -> calendar_diff.Diff:
    """What a subscriber would see change from the first side to the second; `which` and `form` are of the days."""
    before, after = (_side(call, each, which, form) for each in sides)
    return calendar_diff.between(before, after)


def _side(call: Call, named: str, which: str | None, form: str) -> Calendar:
    """A file that is there, else a day; only a day asks the database."""
    if Path(named).exists():
        return calendar_diff.of_file(Path(named))
    try:
        day = words.day(named)
    except words.WrongUsage:
        raise RequestRefused("diff.no_such_side", value=named) from None
    base = call.settings.base_url
    return calendar_diff.of_day(
        call.engine, day, now=call.now, plan=call.plan, which=which, form=form, lang=call.lang, base=base
    )
