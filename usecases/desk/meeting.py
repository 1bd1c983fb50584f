"""Before a meeting, one page: what is late and why, what was done about it, and what the chair is to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from models import spoken
from outputs.report_view import Counts
from rules.units import holder
from usecases.desk.board import late, unanswered, waiting
from usecases.desk.reading import OPEN, Desk, Line

if TYPE_CHECKING:
    from sqlmodel import Session

SPOKEN = (
    *("noted", "urged", "acknowledged", "returned", "supplement_asked", "retracted"),
    *("extension_asked", "extension_granted", "extension_refused"),
)
"""What tells why something is late, and what was done about it."""

AHEAD = timedelta(days=14)
"""How far the page looks ahead."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that was said or done about an occurrence."""

    kind: str
    on: date
    who: str
    text: str
    """As written; "" where nothing was, or where it was erased."""


@dataclass(frozen=True, slots=True)
class LateItem:
    """Something late, with what explains it and what was done; both in the order of days."""

    line: Line
    spoken: tuple[Spoken, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What the chair is asked. `kind`: `extension`, `letter` (a request that was not answered), `successor` (work whose
    holder has ended, without a document that names who takes it), `upward` (late, and set by a higher body), `chair`
    (late, and the ladder has reached the leaders), `question` (what only a person can settle)."""

    kind: str
    lines: tuple[Line, ...] = ()
    unit: str = ""
    text: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the page shows, as at the end of its day."""

    counts: Counts
    late: tuple[LateItem, ...]
    decisions: tuple[Decision, ...]
    waiting: tuple[Line, ...]
    ahead: tuple[Line, ...]
    """What falls due within AHEAD, by day; what is only advice is left out."""


def meeting(session: Session, desk: Desk) -> Meeting:
    """The page of what was read, and of what the ledger says about what is late."""
    lates = late(desk.lines)
    said = _spoken(session, desk) if lates else {}
    return Meeting(
        counts=desk.counts,
        late=tuple(LateItem(each, tuple(said.get(each.id, ()))) for each in lates),
        decisions=tuple(decisions(desk)),
        waiting=waiting(desk.lines, desk.as_of),
        ahead=tuple(each for each in desk.lines if _is_ahead(each, desk.as_of)),
    )


def _spoken(session: Session, desk: Desk) -> dict[str, list[Spoken]]:
    found: dict[str, list[Spoken]] = {}
    for row in spoken.said(session, desk.plan.office, desk.plan.plan, SPOKEN, upto=desk.as_of):
        if row.task:
            who = desk.plan.unit_name(row.declared_by, short=True)
            of = found.setdefault("/".join((row.task, row.unit, row.period)), [])
            of.append(Spoken(row.kind, row.happened_on, who, row.text or ""))
    return found


def _is_ahead(line: Line, day: date) -> bool:
    binds = line.status in ("not_due", "due_soon", "running", "returned") and not line.requested
    return binds and not line.late and line.day is not None and day < line.day <= day + AHEAD


def decisions(desk: Desk) -> Iterator[Decision]:
    """What waits for the chair, most pressing first; pure."""
    lates = late(desk.lines)
    for each in lates:
        if each.set_by == "cấp trên":
            yield Decision("upward", (each,))
    for each in lates:
        if each.set_by != "cấp trên" and each.rung in ("vice-chair", "chair"):
            yield Decision("chair", (each,))
    for each in desk.lines:
        if each.asked_until is not None and each.status in OPEN:
            yield Decision("extension", (each,))
    yield from _by_unit("letter", unanswered(desk.lines, desk.as_of))
    yield from _by_unit("successor", [each for each in desk.lines if _is_undecided(desk, each)])
    for question in desk.plan.meta.get("questions", ()):
        yield Decision("question", text=question["ask"], clause=question["clause"])


def _by_unit(kind: str, lines: Sequence[Line]) -> Iterator[Decision]:
    of: dict[str, list[Line]] = {}
    for each in lines:
        of.setdefault(each.unit_short, []).append(each)
    for unit, held in of.items():
        yield Decision(kind, tuple(held), unit)


def _is_undecided(desk: Desk, line: Line) -> bool:
    """Whether its holder has ended by the day of the page and no document says who takes it over."""
    return line.status in OPEN and holder(desk.plan.units, line.unit, desk.as_of)[1]
