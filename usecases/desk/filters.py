"""What part of the plan a page shows: by unit, part of the document, kind, state, week, and words searched for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from plan.source import within
from usecases.desk.fold import folded, found_in
from usecases.desk.reading import LATE, Desk, Line

STATES = (
    *("open_overdue", "open_in_time", "done_on_time", "done_late"),
    *("due_soon", "running", "submitted", "returned", "no_response"),
)
"""The four cells, and what else somebody looks for."""
KINDS = ("report", "campaign", "recurring", "once", "on-event", "check-in")


@dataclass(frozen=True, slots=True)
class Filters:
    """Nothing set shows everything. What no occurrence can have shows nothing, it is never refused."""

    unit: str = ""
    """A unit or a group."""
    part: str = ""
    """An address of the document: `III.1` holds `III.1-4`."""
    kind: str = ""
    state: str = ""
    week: date | None = None
    """The Monday of a week; what has its last day, or ends, in it."""
    words: str = ""

    @property
    def any(self) -> bool:
        return self != Filters()

    def of(self, desk: Desk) -> tuple[Line, ...]:
        """The lines of the desk that these filters let pass, in its order."""
        if not self.any:
            return desk.lines
        query = folded(self.words)
        if self.words and not query:
            return ()  # nothing but signs: they begin no word
        found = (each for each in desk.lines if self._passes(each, desk.as_of))
        return tuple(each for each in found if not query or found_in(query, each.searched))

    def _passes(self, line: Line, day: date) -> bool:
        return (
            (not self.unit or self.unit in (line.unit, line.group))
            and (not self.kind or line.kind == self.kind)
            and (not self.part or any(within(each, self.part) for each in line.clauses))
            and (not self.state or self._in_state(line, day))
            and (self.week is None or _in_week(line, self.week))
        )

    def _in_state(self, line: Line, day: date) -> bool:
        if self.state == "no_response":
            return line.silent_on(day)
        if line.requested and self.state == LATE:
            return False
        return self.state in (line.status, line.cell)


def _in_week(line: Line, monday: date) -> bool:
    return line.day is not None and monday <= line.day < monday + timedelta(days=7)
