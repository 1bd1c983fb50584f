"""What a calendar shows of one thing, as a value: a use case makes it from terms, state and names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from rules.values import SUBORDINATE, Key

CAMPAIGN = "campaign"
SUCCESSION = "succession"
"""The kind of the event that stands in an ended unit's calendar on the day another takes over its work."""
CANCELLED = "cancelled"


class NotShown(ValueError):
    """The item has no place in a calendar: it is private (a case), or no day of it is known."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a calendar shows of one occurrence, of one campaign period of the plan or of a unit's succession.

    Days are local and inclusive. Of a succession `title` is who takes over on `last_day`, `document` by which document
    and `recipient` the office.
    """

    key: Key
    kind: str
    title: str
    unit: str
    """The name of who leads: of the unit that holds the work."""
    changed_at: datetime
    """When the ledger last changed it; aware."""
    sequence: int = 0
    label: str = ""
    short: str = ""
    """The unit's short name, for the line shown in the calendar; the name where there is none."""
    relation: str = SUBORDINATE
    last_day: date | None = None
    """The last acceptable day, after extensions."""
    at: time | None = None
    """The local hour on `last_day`, where the document states one."""
    from_day: date | None = None
    to_day: date | None = None
    advised_day: date | None = None
    extended_from: date | None = None
    advisory: bool = False
    words: str = ""
    basis: str = "stated"
    set_by: str | None = None
    reason: str = ""
    sources: tuple[tuple[str, str], ...] = ()
    """(clause, quote) pairs, as the plan quotes them."""
    helpers: tuple[str, ...] = ()
    recipient: str = ""
    recipient_until: date | None = None
    """The recipient's last day, where it ends before the item is due and no document says who receives it then."""
    via: str = ""
    lines: int = 0
    """How many lines a check-in has."""
    phase: str = "open"
    """open, submitted, returned, done or cancelled."""
    done_on: date | None = None
    document: str = ""
    private: bool = False
    holder: str = ""
    """The id of the unit that holds the work, on whose pages of the desk it is; empty for what has no page."""

    @property
    def spans(self) -> bool:
        """Whether it is a period to show from its first day, rather than a last day."""
        return self.kind == CAMPAIGN and self.from_day is not None and self.to_day is not None

    @property
    def shown(self) -> bool:
        """Whether calendars may show it: cases never (design section 6), and what has no day cannot."""
        return not self.private and (self.last_day is not None or self.spans)
