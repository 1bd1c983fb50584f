"""Before a meeting, one page: what is late and why, what was done about it, and what the chair is to decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import TYPE_CHECKING, Generic, TypeVar

from models import spoken
from outputs.report_view import Counts
from rules.states import OPEN
from rules.units import holder
from rules.values import OWN_OFFICE, UPPER_LEVEL
from usecases.desk import sheet
from usecases.desk.board import late, unanswered, waiting
from usecases.desk.matters import Matter, Spoken, grouped, matters, task_of, units_of
from usecases.desk.reading import Desk, Line
from usecases.permits import office_of

if TYPE_CHECKING:
    from sqlmodel import Session

SPOKEN = (
    *("noted", "urged", "acknowledged", "returned", "supplement_asked", "retracted"),
    *("extension_asked", "extension_granted", "extension_refused"),
)
"""What tells why something is late, and what was done about it."""

AHEAD = timedelta(days=14)
"""How far the page looks ahead."""

DECISIONS, LATE, BESIDE = 8, 10, 6
"""Most entries of what is asked, of what is late, and of each of the two lists beside, where one sheet has room."""
_LEAST = (8, 2, 1)
"""What has its place before anything else has more."""
_OF_UNIT, _OF_TASK, _DUE, _TOLD, _SPOKEN = 64, 105, 48, 40, 28
"""Letters that stand around what is counted: the words of a question about a unit and about a task, the days and their
basis, who was told, and the kind and day of what was said."""
LONGEST = 160
"""Letters of what was said about one of them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the chair is asked. `kind`: `extension` (of a date that UBND set), `extension_upward`
    (the upper level is asked for it), `letter` (a request that was not answered), `successor` (work whose
    holder has ended, without a document that names who takes it), `upward` (late, and set by a higher body), `chair`
    (late, and the ladder has reached the leaders), `question` (what only a person can settle)."""

    kind: str
    lines: tuple[Line, ...] = ()
    units: tuple[tuple[str, int], ...] = ()
    """As of a Matter; of `letter` and `successor` the one unit."""
    text: str = ""
    clause: str = ""


T = TypeVar("T", Matter, Decision)


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """The first of a list, as many as one page holds, and what is left to the board."""

    shown: tuple[T, ...]
    rest: tuple[T, ...]

    @property
    def left(self) -> int:
        """Occurrences in the rest."""
        return sum(len(each.lines) for each in self.rest)

    def __len__(self) -> int:
        """Occurrences in all."""
        return self.left + sum(len(each.lines) for each in self.shown)


@dataclass(frozen=True, slots=True)
class Meeting:
    """What the page shows, as at the end of its day."""

    counts: Counts
    late: Cut[Matter]
    decisions: Cut[Decision]
    questions: tuple[Decision, ...]
    waiting: Cut[Matter]
    ahead: Cut[Matter]
    """What falls due within AHEAD, by day; what is only advice is left out."""


def meeting(session: Session, desk: Desk) -> Meeting:
    """The page of what was read, and of what the ledger says about what is late."""
    lates = late(desk.lines)
    said = _spoken(session, desk) if lates else {}
    asked = list(decisions(desk))
    groups = matters(desk, lates, said)
    asks = [each for each in asked if each.kind != "question"]
    waits = matters(desk, waiting(desk.lines, desk.as_of), {})
    ahead = matters(desk, [each for each in desk.lines if _is_ahead(each, desk.as_of)], {})
    decided, explained, beside = _fitting(asks, groups, waits, ahead)
    return Meeting(
        counts=desk.counts,
        late=_cut(groups, explained),
        decisions=_cut(asks, decided),
        questions=tuple(each for each in asked if each.kind == "question"),
        waiting=_cut(waits, beside),
        ahead=_cut(ahead, beside),
    )


def _cut(held: Sequence[T], most: int) -> Cut[T]:
    return Cut(tuple(held[:most]), tuple(held[most:]))


def _fitting(
    asks: Sequence[Decision], late: Sequence[Matter], waits: Sequence[Matter], ahead: Sequence[Matter]
) -> list[int]:
    """How many questions, late matters and rows beside one sheet has room for."""
    rows = [[sheet.row(len(each.line.name), _whose(each) + 24) for each in of[:BESIDE]] for of in (waits, ahead)]
    heights = (
        [sheet.asked(_question(each)) for each in asks[:DECISIONS]],
        [_height(each) for each in late[:LATE]],
        [max(pair) for pair in zip_longest(*rows, fillvalue=0.0)],
    )
    return sheet.fitting(heights, _LEAST)


def _question(each: Decision) -> int:
    of_unit = each.kind in ("letter", "successor")
    return _whose(each) + (_OF_UNIT if of_unit else len(each.lines[0].name) + _OF_TASK)


def _whose(each: Matter | Decision) -> int:
    """Letters of whose it is, as the page names the first of them."""
    return sum(len(name) + (14 if count > 1 else 3) for name, count in each.units[:4])


def _height(each: Matter) -> float:
    line, told = each.line, max((len(one.who) for one in each.told[-1:]), default=0)
    coming = _TOLD + len(each.next.who) if each.next else 0
    why, done = (sum(len(one.text) + len(one.who) + _SPOKEN for one in of) for of in (each.why, each.done))
    return sheet.late(
        len(line.name) + 20, _whose(each) + len(line.words) + _DUE, why + done + told + coming + 2 * _TOLD
    )


def _spoken(session: Session, desk: Desk) -> dict[str, list[Spoken]]:
    found: dict[str, list[Spoken]] = {}
    for row in spoken.said(session, desk.plan.office, desk.plan.plan, SPOKEN, upto=desk.as_of):
        if not desk.knew(row.recorded_at):
            continue
        if row.task:
            who = desk.plan.unit_name(row.declared_by, short=True)
            text = row.text or ""
            of = found.setdefault("/".join((row.task, row.unit, row.period)), [])
            short = text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
            of.append(Spoken(row.kind, row.happened_on, who, short))
    return found


def _is_ahead(line: Line, day: date) -> bool:
    binds = line.status in ("not_due", "due_soon", "running", "returned") and not line.requested
    return binds and not line.late and line.day is not None and day < line.day <= day + AHEAD


def decisions(desk: Desk) -> Iterator[Decision]:
    """What waits for the chair, most pressing first; pure."""
    lates = late(desk.lines)
    for kind, held in (
        ("upward", [each for each in lates if each.set_by == UPPER_LEVEL]),
        ("chair", [each for each in lates if each.set_by != UPPER_LEVEL and each.rung in ("vice-chair", "chair")]),
    ):
        for lines in grouped(held, task_of):
            yield Decision(kind, lines, units_of(desk, lines))
    for each in desk.lines:
        more = _more_time(desk, each)
        if more is not None:
            yield Decision(more, (each,), units_of(desk, [each]))
    left = [each for each in desk.lines if _is_undecided(desk, each)]
    for kind, held in (("letter", list(unanswered(desk.lines, desk.as_of))), ("successor", left)):
        for lines in grouped(held, lambda each: each.unit):
            yield Decision(kind, lines, ((lines[0].unit_short, 1),))
    for question in desk.plan.meta.get("questions", ()):
        yield Decision("question", text=question["ask"], clause=question["clause"])


def _more_time(desk: Desk, line: Line) -> str | None:
    """What the chair is asked of a request for more time; nothing where Văn phòng decides on its own date."""
    if line.asked_until is None or line.status not in OPEN:
        return None
    if line.set_by == UPPER_LEVEL:
        return "extension_upward"
    by_office = line.set_by == OWN_OFFICE and line.unit not in office_of(desk.plan, desk.as_of)
    return None if by_office else "extension"


def _is_undecided(desk: Desk, line: Line) -> bool:
    """Whether its holder has ended by the day of the page and no document says who takes it over."""
    return line.status in OPEN and holder(desk.plan.units, line.unit, desk.as_of)[1]
