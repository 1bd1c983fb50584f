"""The values that rules take and give. Days are local to the plan's zone; instants are aware, in UTC.

Every range is inclusive at both ends. An unknown day is None, never a made-up one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, NamedTuple

# Relations of a unit to the office (domain-facts.md section 1): who may be ordered, who is asked, who is requested.
SUBORDINATE = "trực thuộc"
COOPERATING = "phối hợp"
REQUESTED = "đề nghị"
RELATIONS = (SUBORDINATE, COOPERATING, REQUESTED)

KINDS = ("report", "campaign", "recurring", "once", "continuous", "on-event")
CHECK_IN = "check-in"
CHECK_IN_TASK = "cap-nhat"

BASES = ("stated", "law", "custom", "plan", "office")
NO_TERM = "no-term"
"""In place of a basis: an event for which the document gives no term, so that there is no day (decision 0018)."""
UPPER_LEVEL, OWN_OFFICE = "cấp trên", "Văn phòng"
SETTERS = (UPPER_LEVEL, "UBND", OWN_OFFICE, "luật", "thông lệ")

ANSWERS = ("done", "planned", "nothing", "not-yet")

STEPS = ("drafted", "presented", "signed", "numbered")
"""How a report upwards comes to be issued: dự thảo, trình ký, đã ký, cấp số; then phát hành closes it."""


class Key(NamedTuple):
    """What an occurrence is, for good. `unit` is whom it was first given to; `held_by` may change, this does not."""

    office: str
    plan: str
    task: str
    unit: str
    period: str

    @property
    def short(self) -> str:
        """How people name it on the command line, within one plan."""
        return f"{self.task}/{self.unit}/{self.period}"


@dataclass(frozen=True, slots=True)
class Dates:
    """The days of one occurrence, and where they come from."""

    stated: date | None = None
    """The day written in the document (`before: 14/5` states 14/5)."""
    last_day: date | None = None
    """The last acceptable day, inclusive, to 24:00 (or to `time`)."""
    advised_day: date | None = None
    """The working day before, where `last_day` of a `before` is a day off. Advice only."""
    time: time | None = None
    """Local hour on `last_day`, where the document states one."""
    from_day: date | None = None
    to_day: date | None = None
    basis: str = "stated"
    set_by: str | None = None
    words: str = ""
    """The operator in the document's own words: «trước ngày 14/5/2025»."""
    reason: str = ""
    """The article (law), the custom (custom) or the signed document (office) that gives the day."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the plan asks in one occurrence, in one version of the plan."""

    key: Key
    kind: str
    title: str
    label: str
    dates: Dates
    relation: str = SUBORDINATE
    confirm: str | None = None
    """The unit that confirms the content; None where reporting alone closes it."""
    evidence: str = "any"
    """What closes it: `document` (a number and day), `note`, `file` or `any`."""
    lines: tuple[str, ...] = ()
    """For a check-in: the task ids to be answered, in the order shown."""
    advisory: bool = False
    """An office-set day without its signed document: shown, reminded once, never overdue."""
    private: bool = False
    """A case: out of calendars, digests, boards and reports below the ward's totals (design section 6)."""
    opens_on: date | None = None
    """For a check-in: the first day it can be answered, when its lines freeze."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One ledger entry about one occurrence, as the rules see it."""

    seq: int
    kind: str
    happened_on: date
    recorded_at: datetime
    recorded_on: date
    """The local day of `recorded_at` in the plan's zone."""
    declared_by: str = ""
    recorded_by: str = ""
    channel: str = ""
    line: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """The latest answer to one line of a check-in."""

    answer: str
    on: date
    document: str | None = None
    month: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What the ledger says of one occurrence; status adds today's day to it."""

    phase: str = "open"
    """open, submitted, returned, done or cancelled."""
    done_on: date | None = None
    """The day the work was done, by the report that stands (`happened_on`, not the day of typing)."""
    document: str | None = None
    recorded_late: bool = False
    """Reported as in time, but typed after the last day: stands as submitted until confirmed."""
    last_day: date | None = None
    """The current last day, after extensions."""
    plan_day: date | None = None
    """The last day by the plan as it now stands, before any extension (the row's `first_last_day`): tells a plan that
    moved the day from one that only says something else again."""
    version: int = 1
    """The deadline version: one more for each granted extension or changed day."""
    extended_from: date | None = None
    """The first last day, where an extension was granted."""
    held_by: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    acknowledged_on: date | None = None
    sequence: int = 0
    """How many entries changed what a calendar shows; iCalendar SEQUENCE (RFC 5545 3.8.7.4)."""
    changed_seq: int = 0
    changed_at: datetime | None = None
    reporter: str = ""
    """Whose word the standing report is: may not confirm it."""
    withdrawn: bool = False
    """Cancelled because the plan no longer asks it (the row's `withdrawn`); opens again if the plan does."""
    extensions: int = 0
    """How often an extension was granted; a later day of the plan itself does not undo that."""
    asked_until: date | None = None
    """The day asked for, while nobody has granted or refused it."""
    waits: int = 0
    """How often a confirmer's days began to run: once for each report that waits, and again for each supplement."""
    waits_since: date | None = None
    """The local day on which they last began; None where nothing waits for confirmation."""
    step: str = ""
    """How far a report upwards has come: a kind of STEPS; empty before the first, and once it is issued."""
    step_on: date | None = None
    """Since when it stands there, or at the drafter to whom it was taken back."""
    held_since: date | None = None
    """The local day on which `held_by` took it over from another unit; None where it holds it from the first."""
    urged: Mapping[str, date] = field(default_factory=dict)
    """By role, the last day on which somebody was urged by telephone, letter…, within this deadline version."""
