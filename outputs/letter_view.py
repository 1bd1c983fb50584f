"""What a letter says, before it is put into words: one body, the matters that it is about, and who is told already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rules.values import COOPERATING, REQUESTED, SUBORDINATE

REMIND, URGE, REQUEST = "remind", "urge", "request"
FORMS = {SUBORDINATE: REMIND, COOPERATING: URGE, REQUESTED: REQUEST}
"""Relation -> what is written: phiếu nhắc việc inside, công văn đôn đốc, công văn đề nghị phối hợp."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the plan asks it: the clause's address and the quote."""

    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class Matter:
    """One occurrence that the letter speaks of."""

    title: str
    """Of a case its code alone."""
    label: str
    sources: tuple[Source, ...]
    words: str
    """The deadline in the document's own words; empty where it has none."""
    last_day: date | None
    """The current last acceptable day, inclusive, after extensions."""
    basis: str
    """Where the day comes from: a member of rules.values.BASES."""
    reason: str
    """The article, custom or document that gives the day."""
    days_late: int
    """Days from the last day to the day of the draft: positive is late, negative days still left."""
    returned: bool = False
    advisory: bool = False
    """No signed document sets the day: never a deadline."""
    extended_from: date | None = None
    told: tuple[tuple[str, tuple[date, ...]], ...] = ()
    """Who was reminded, by name, and on which local days."""
    urged: tuple[tuple[str, date], ...] = ()
    """By which means (phone, zalo, letter, meeting, email) and when."""
    unanswered: tuple[int, int] | None = None
    """Of a check-in: the lines without an answer, and all lines."""
    private: bool = False


@dataclass(frozen=True, slots=True)
class LetterView:
    """Everything that a letter to one body says."""

    form: str
    office: str
    plan: str
    plan_number: str | None
    plan_day: date | None
    unit: str
    """The unit that holds the work."""
    to: str
    """Whom the letter is for: the unit, or its superior."""
    today: date
    """The local day of the draft."""
    proposed: date
    """The new day that the draft proposes."""
    matters: tuple[Matter, ...]
    contact: str
    """Who in the office follows the plan, as a reader can reach them."""
