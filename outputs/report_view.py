"""What the progress report is made of: plain values, no table and no plan file behind them.

Days are local to the plan's zone and inclusive; an unknown one is None. Totals are sums made here, never handed in, so
that no figure of a report can contradict another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import groupby

from rules.states import OPEN
from rules.values import CHECK_IN, REQUESTED, SUBORDINATE, UPPER_LEVEL


@dataclass(frozen=True, slots=True)
class Counts:
    """The four cells (design section 3, Counting)."""

    done_on_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_overdue: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.done_on_time + other.done_on_time,
            self.done_late + other.done_late,
            self.open_in_time + other.open_in_time,
            self.open_overdue + other.open_overdue,
        )

    @property
    def done(self) -> int:
        return self.done_on_time + self.done_late

    @property
    def due(self) -> int:
        """The denominator of every percentage: what is done, and what is open overdue (peers.md section 5)."""
        return self.done + self.open_overdue

    @property
    def total(self) -> int:
        return self.due + self.open_in_time


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit that holds work, and its four cells. Members of a group stand together and name it in `group`."""

    name: str
    counts: Counts
    relation: str = SUBORDINATE
    group: str = ""

    @property
    def requested(self) -> bool:
        return self.relation == REQUESTED


@dataclass(frozen=True, slots=True)
class Told:
    """Who was, or will be, written to at a rung of the ladder, and on which local day."""

    who: str
    on: date


@dataclass(frozen=True, slots=True)
class Item:
    """One occurrence as it stands; `status` is one of rules.states, never a word for people."""

    id: str
    title: str
    unit: str
    """The name of the unit that holds it."""
    status: str
    kind: str
    basis: str
    """A member of rules.values.BASES."""
    label: str = ""
    relation: str = SUBORDINATE
    last_day: date | None = None
    """The current last acceptable day, after extensions."""
    time: time | None = None
    words: str = ""
    """The deadline in the document's own words."""
    reason: str = ""
    """The article, the custom or the signed document that gives the day."""
    set_by: str | None = None
    days_late: int = 0
    """Calendar days after the last day; 0 where it is not late."""
    extended_from: date | None = None
    done_on: date | None = None
    document: str | None = None
    recorded_late: bool = False
    """Reported as done in time, recorded after the last day: needs confirmation."""
    rung: str = ""
    """What people call the last rung told."""
    told: tuple[Told, ...] = ()
    """In the order of their days."""
    next: Told | None = None
    note: str = ""
    """Why it was returned or extended, as written."""

    @property
    def requested(self) -> bool:
        return self.relation == REQUESTED

    @property
    def name(self) -> str:
        return f"{self.title} ({self.label})" if self.label else self.title

    @property
    def overdue(self) -> bool:
        """Open after its last day; never said of a unit that is only requested."""
        return not self.requested and self.days_late > 0 and self.status in ("overdue", "returned")

    def unanswered_on(self, day: date) -> bool:
        """Asked of a unit that is only requested, open, and its day has passed: «chưa phản hồi»."""
        return self.requested and self.status in OPEN and self.last_day is not None and self.last_day < day

    @property
    def dated(self) -> bool:
        """Whether the list of deadlines shows it: rounds and campaigns have lists of their own."""
        return self.last_day is not None and self.basis != "plan" and self.kind not in (CHECK_IN, "campaign")


@dataclass(frozen=True, slots=True)
class Round:
    """One round of check-ins: how many units have answered all their lines, and what the lines say."""

    label: str
    first_day: date
    last_day: date
    units: int
    answered_units: int
    lines: int
    done: int = 0
    planned: int = 0
    nothing: int = 0
    not_yet: int = 0
    document: str = ""
    """The signed document that sets it; without one the round is advisory."""

    @property
    def silent(self) -> int:
        """Lines without an answer."""
        return self.lines - self.done - self.planned - self.nothing - self.not_yet


@dataclass(frozen=True, slots=True)
class Target:
    """An indicator; `state` is met, not_met or unknown."""

    title: str
    operator: str
    value: float | None
    unit: str
    state: str
    baseline: float | None = None
    baseline_year: int | None = None
    result: float | None = None
    led_by: str = ""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A period of the year, both days inclusive, and the four cells of the work tied to it."""

    label: str
    first_day: date
    last_day: date
    basis: str
    reason: str = ""
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can settle, as the plan asks it."""

    clause: str
    ask: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """All that a progress report says, as at the end of `as_of`."""

    office: str
    """The issuing body: «Uỷ ban nhân dân phường Phú La»."""
    place: str
    """The place of signing: «Phú La»."""
    plan: str
    """The plan's title."""
    as_of: date
    units: Sequence[UnitRow]
    """Every unit with work, in the plan's order, members of a group one after the other."""
    items: Sequence[Item] = ()
    """Every occurrence that may be shown; cases are not among them (design section 6)."""
    cases: Counts = field(default_factory=Counts)
    """The cases, which count in the totals and appear nowhere else."""
    rounds: Sequence[Round] = ()
    targets: Sequence[Target] = ()
    campaigns: Sequence[Campaign] = ()
    questions: Sequence[Question] = ()
    to: Sequence[str] = ()
    """Higher bodies it is sent to («Kính gửi»); empty where it is not sent upwards."""
    recipients: Sequence[str] = ()
    """«Nơi nhận», without the closing «Lưu: VT»."""
    plan_document: str = ""
    """Number and day of the plan, where it bears one."""
    revision: int = 0
    entry: int = 0
    """The last entry of the ledger that the figures rest on."""
    known_by: date | None = None
    example: bool = False
    """Whether the entries are examples: said at the top."""

    @property
    def own(self) -> list[UnitRow]:
        return [each for each in self.units if not each.requested]

    @property
    def asked(self) -> list[UnitRow]:
        """Units that are only requested: outside every percentage."""
        return [each for each in self.units if each.requested]

    @property
    def totals(self) -> Counts:
        """All units that are not merely requested, and the cases."""
        return sum((each.counts for each in self.own), self.cases)

    def groups(self) -> Iterator[tuple[str, Counts, list[UnitRow]]]:
        """Own units in order as (group, its sum, rows); a unit outside any group stands alone under ""."""
        for (group, _), run in groupby(self.own, key=lambda each: (each.group, "" if each.group else each.name)):
            rows = list(run)
            yield group, sum((each.counts for each in rows), Counts()), rows

    @property
    def overdue(self) -> list[Item]:
        """Most serious first: what a higher body set, then the longest overdue."""
        late = [each for each in self.items if each.overdue]
        return sorted(late, key=lambda each: (each.set_by != UPPER_LEVEL, -each.days_late, each.name, each.unit))

    @property
    def unanswered(self) -> list[Item]:
        return [each for each in self.items if each.unanswered_on(self.as_of)]

    @property
    def returned(self) -> list[Item]:
        return [each for each in self.items if each.status == "returned" and not each.requested]

    @property
    def waiting(self) -> list[Item]:
        """Reported and not yet confirmed, the oldest report first."""
        return sorted(
            (each for each in self.items if each.status == "submitted"), key=lambda each: each.done_on or self.as_of
        )

    @property
    def extended(self) -> list[Item]:
        return [each for each in self.items if each.extended_from is not None]

    @property
    def dated(self) -> list[Item]:
        return sorted(
            (each for each in self.items if each.dated),
            key=lambda each: (each.last_day or date.max, each.name, each.unit),
        )
