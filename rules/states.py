"""Where an occurrence stands on a day: its status, how late it is, and the one cell that it counts in.

Days are local to the plan's zone, inclusive. The transitions themselves are in `rules.moves` and offered here.
Source: design sections 3 and 5; the four cells are those of the national report 1270/BC-TCTTTg (2017).
"""

from __future__ import annotations

from datetime import date, timedelta

from rules.errors import RequestRefused
from rules.moves import CALENDAR_KINDS, MOVES, apply, initial, replay
from rules.values import REQUESTED, State, Terms

__all__ = [
    "CALENDAR_KINDS",
    "CELLS",
    "MOVES",
    "OPEN",
    "SOON",
    "apply",
    "bucket",
    "check_day",
    "counts_in_percentages",
    "days_late",
    "initial",
    "is_open",
    "may_confirm",
    "replay",
    "status",
]

SOON = timedelta(days=7)
"""Calendar days before the last day from which an occurrence is `due_soon`."""

CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue")

OPEN = frozenset({"not_due", "due_soon", "overdue", "running", "advisory", "returned"})
"""Statuses of what is still to be done."""


def may_confirm(terms: Terms, state: State, by: str) -> bool:
    """Nobody confirms their own work: neither whose word it is nor, after a succession, who holds it now."""
    del terms
    return by not in {state.reporter, state.held_by}


def check_day(terms: Terms, happened_on: date, today: date, plan_starts: date, *, work: bool = True) -> None:
    """Raise RequestRefused where it cannot have happened on that day: ahead of us, or before it was possible.

    `work`: whether it is the work itself that is said to be done, or something about it (a note, a cancellation).
    """
    if happened_on > today:
        raise RequestRefused("request.future", on=happened_on, today=today)
    dates = terms.dates
    # A feast is one day, but its visits and gifts are made in the days before; a period is kept.
    period = terms.kind == "campaign" and dates.from_day != dates.to_day
    starts = [plan_starts, *((terms.opens_on, dates.from_day if period else None) if work else ())]
    first = max(day for day in starts if day is not None)
    if happened_on < first:
        raise RequestRefused("request.too_early", on=happened_on, first=first)


def is_open(state: State) -> bool:
    """Whether the unit still owes something: open, or returned to it."""
    return state.phase in ("open", "returned")


def status(terms: Terms, state: State, today: date) -> str:
    """The status at the end of `today`, a key of texts `state.*`.

    Work that is only requested (`đề nghị`) or whose day has no signed document is never overdue nor done late.
    """
    if state.phase == "done":
        return "done_late" if _late_on(terms, state, state.done_on) else "done_on_time"
    if state.phase != "open":
        return state.phase
    return _open_status(terms, state, today)


def _open_status(terms: Terms, state: State, today: date) -> str:
    starts = terms.opens_on or terms.dates.from_day
    if terms.opens_on is not None and today < terms.opens_on:
        return "not_due"
    if terms.advisory:
        return "not_due" if starts is not None and today < starts else "advisory"
    if state.last_day is None:
        return "advisory"
    if today > state.last_day:
        return "overdue" if _bound(terms) else "advisory"
    if starts is not None and starts <= today:
        return "running"
    return "due_soon" if state.last_day - today <= SOON else "not_due"


def _bound(terms: Terms) -> bool:
    """Whether the last day binds: not where the unit is only asked, nor where the day is advice."""
    return terms.relation != REQUESTED and not terms.advisory


def _late_on(terms: Terms, state: State, day: date | None) -> bool:
    return _bound(terms) and day is not None and state.last_day is not None and day > state.last_day


def days_late(terms: Terms, state: State, today: date) -> int:
    """Calendar days after the last day: of the report that stands, else of `today`; 0 where it is not late."""
    if state.phase == "cancelled":
        return 0
    day = today if is_open(state) else state.done_on
    if day is None or state.last_day is None or not _late_on(terms, state, day):
        return 0
    return (day - state.last_day).days


def bucket(status: str, terms: Terms, state: State, today: date) -> str | None:
    """The one cell of the four that an occurrence counts in; None where it was cancelled.

    What waits for confirmation counts as done on its day; what was returned is open, by `today`. Whether a unit counts
    in percentages at all is `counts_in_percentages`.
    """
    if status == "cancelled":
        return None
    if status in ("done_on_time", "done_late"):
        return status
    if status == "submitted":
        return "done_late" if _late_on(terms, state, state.done_on) else "done_on_time"
    if status == "returned":
        return "open_overdue" if _late_on(terms, state, today) else "open_in_time"
    return "open_overdue" if status == "overdue" else "open_in_time"


def counts_in_percentages(terms: Terms) -> bool:
    """A unit that is only requested («đề nghị») is outside every percentage."""
    return terms.relation != REQUESTED
