"""What the demonstration tells at its end: how each unit stands, who was written to, and which files to open."""

from __future__ import annotations

import os
import shutil
import sys
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from console.standing import unit_rows
from outputs.figures import day
from outputs.standing import units_standing
from outputs.tables import Table
from rules.states import CELLS
from texts import say

if TYPE_CHECKING:
    from console.call import Call
    from flows.demo import Demonstration, Told

FEW = 3
"""So many recipients of a role are named; more are counted."""


def tell(call: Call, made: Demonstration) -> None:
    """Print the end of the story; a chapter before the last is one line."""
    lang = call.lang
    sizes = {"tasks": made.tasks, "occurrences": made.occurrences, "percent": made.coverage["percent"]}
    call.print([call.say("demo_plan", plan=made.plan, **sizes), *(_line(each, lang) for each in made.chapters)])
    last = made.chapters[-1]
    call.print([""])
    call.print(_units(made.plan, last, lang))
    call.print([""])
    call.print(_written(last, lang))
    verified = call.say("demo_faults", count=made.faults) if made.faults else call.say("demo_verified")
    files = [f"  {each}" for each in made.files]
    call.print(
        [
            "",
            verified,
            call.say("demo_files"),
            *files,
            call.say("demo_after", home=made.home, command=_command(), day=last.day),
            call.say("demo_desk", command=_command(), day=last.day.isoformat()),
        ]
    )


def _command() -> str:
    """How this very command is called again: by its path from here where it is not on the PATH, as in a checkout."""
    called = Path(sys.argv[0])
    if called.name != "kehoach" or shutil.which("kehoach"):
        return "kehoach"
    return os.path.relpath(called)


def _line(told: Told, lang: str) -> str:
    cells = " · ".join(f"{told.status.counts[cell]} {say(f'state.{cell}', lang)}" for cell in CELLS)
    notices = sum(each.notices for each in told.written)
    return say("cli.demo_chapter", lang, day=day(told.day, lang), entries=told.entries, cells=cells, notices=notices)


def _units(plan: str, told: Told, lang: str) -> Table:
    title = say("print.standing", lang, plan=plan, day=day(told.day, lang))
    return units_standing(unit_rows(told.status), told.status.counts, title, lang)


def _written(told: Told, lang: str) -> Table:
    """A line a role; by name where they are few, as above the units they are."""
    rows = []
    for role, group in groupby(told.written, key=lambda each: each.role):
        of_role = list(group)
        names = ", ".join(each.name for each in of_role)
        who = names if len(of_role) <= FEW else say("print.people", lang, count=len(of_role))
        last = max(each.last_on for each in of_role)
        notices = str(sum(each.notices for each in of_role))
        rows.append((say(f"print.role_{role}", lang), notices, day(last, lang), who))
    columns = ("rung", "notices", "last_on", "recipient")
    title = say("print.written", lang, day=day(told.day, lang))
    return Table(tuple(say(f"print.{name}", lang) for name in columns), rows, title, numbers=frozenset({1}))
