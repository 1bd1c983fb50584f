"""Who is reached where on a day: units and their successors, the people who hold a role, and who stands in for them.

Nobody is written to after they left, and nobody on a day on which they are known to be away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from rules.units import Unit, holder

OWN_ROLES = ("unit", "head")


@dataclass(frozen=True, slots=True)
class Person:
    """Who holds a role, and the days they do, inclusive; None is unknown or open."""

    id: str
    name: str
    from_day: date | None = None
    until: date | None = None

    def serves_on(self, day: date) -> bool:
        """Whether the person holds the role on that day: nobody who has left is written to."""
        return (self.from_day is None or self.from_day <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Absence:
    """Days, inclusive, on which a person is away; `deputy`, a person too, is told instead."""

    person: str
    from_day: date
    until: date
    deputy: str


class Reached(NamedTuple):
    """A recipient at an address: a person's id, else the address itself; and for whom they stand in, if anybody."""

    recipient: str
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Units, and the people at an address: `unit:<id>`, `head:<id>`, `monitor`, `office`, `vice-chair`, `chair`."""

    units: Mapping[str, Unit]
    people: Mapping[str, tuple[Person, ...]]
    monitor: str
    """The unit that follows the others (cán bộ theo dõi)."""
    confirmer: str = ""
    """The unit that confirms what no task gives to another."""
    absences: tuple[Absence, ...] = ()

    def at(self, address: str, day: date) -> tuple[str, ...]:
        """Who is reached at an address on that day; the address itself where nobody is known, nobody where all are
        away without a deputy who is there."""
        return tuple(each.recipient for each in self.reach(address, day))

    def reach(self, address: str, day: date) -> tuple[Reached, ...]:
        """As `at`, with whom each stands in for."""
        serving = [each.id for each in self.people.get(address, ()) if each.serves_on(day)]
        if not serving:
            return (Reached(address),)
        if not self.absences:
            return tuple(Reached(each) for each in serving)
        present = {there: person for person in serving if (there := self._present(person, day)) is not None}
        return tuple(Reached(there, None if there == person else person) for there, person in present.items())

    def _present(self, person: str, day: date) -> str | None:
        """The person, or who stands in for them that day; None where deputies only name each other, or have left."""
        seen = set[str]()
        while person not in seen:
            seen.add(person)
            away = [each for each in self.absences if each.person == person and each.from_day <= day <= each.until]
            if not away:
                return person if len(seen) == 1 or self._serves(person, day) else None
            person = away[-1].deputy
        return None

    def _serves(self, person: str, day: date) -> bool:
        """Whether somebody who is known by a role still holds one that day."""
        roles = [each for people in self.people.values() for each in people if each.id == person]
        return not roles or any(each.serves_on(day) for each in roles)

    def address(self, role: str, unit: str, day: date) -> str | None:
        """Where `role` is reached on that day, following decided successions; None where its unit ended without one."""
        if role in OWN_ROLES:
            held_by, undecided = holder(self.units, unit, day)
            return None if undecided else f"{role}:{held_by}"
        if role == "monitor" and not any(each.serves_on(day) for each in self.people.get(role, ())):
            held_by, undecided = holder(self.units, self.monitor, day)
            if undecided:
                return None
            return f"unit:{held_by}" if f"unit:{held_by}" in self.people else role
        return role

    def relation_on(self, unit: str, day: date, otherwise: str) -> str:
        """The relation, that day, of who holds the work of `unit`; `otherwise` where the unit is not known."""
        known = self.units.get(unit)
        if known is None or (len(known.relations) == 1 and known.exists_on(day)):
            return otherwise if known is None else known.relations[0].relation
        held_by, _ = holder(self.units, unit, day)
        return self.units[held_by].relation_on(day) if held_by in self.units else otherwise

    def unnamed_group(self, unit: str) -> bool:
        """Whether the unit is a group whose members nobody has named yet."""
        known = self.units.get(unit)
        return known is not None and known.members is None
