"""Units of the plan: who they are, on which days, who succeeds them. Days are inclusive; None is unknown or open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.values import SUBORDINATE


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation to the office and the days it holds."""

    relation: str
    from_day: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Successor:
    """Who takes over. Without `by`, the deciding document, nothing moves («chưa có văn bản xác định»)."""

    unit: str
    on: date
    lead: bool = False
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit, a group (its members have `group` naming it) or one that acts as a group until members are named."""

    id: str
    name: str
    short: str = ""
    relations: tuple[Relation, ...] = (Relation(SUBORDINATE),)
    group: str | None = None
    members: int | None = 1
    """1 for a single unit, the number for a named group, None for a group whose members are unknown."""
    is_group: bool = False
    inside: str | None = None
    """The unit in whose section of the document this one stands."""
    from_day: date | None = None
    until: date | None = None
    successors: tuple[Successor, ...] = ()
    aliases: tuple[str, ...] = ()
    section: str | None = None

    def exists_on(self, day: date) -> bool:
        """Whether the unit stands on that day, as far as known."""
        return (self.from_day is None or self.from_day <= day) and (self.until is None or day <= self.until)

    def relation_on(self, day: date) -> str:
        """The relation on that day; the last one known where none is dated for it."""
        for each in self.relations:
            if (each.from_day is None or each.from_day <= day) and (each.until is None or day <= each.until):
                return each.relation
        return self.relations[-1].relation

    def lead_successor(self) -> Successor | None:
        """The successor that takes the open work; the only one where none is marked."""
        leads = [each for each in self.successors if each.lead]
        if leads:
            return leads[0]
        return self.successors[0] if len(self.successors) == 1 else None


def holder(units: Mapping[str, Unit], unit: str, day: date) -> tuple[str, bool]:
    """Who holds the work of `unit` on `day`, following lead successors whose deciding document is known.

    Returns the unit and whether a succession is due by that day but not yet decided by any document.
    """
    seen = {unit}
    while True:
        known = units.get(unit)
        if known is None or known.exists_on(day):
            return unit, False
        lead = known.lead_successor()
        if lead is None or lead.by is None or lead.on > day:
            return unit, True
        if lead.unit in seen:
            return unit, True
        seen.add(lead.unit)
        unit = lead.unit
