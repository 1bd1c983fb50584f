"""The ladder of an office: its rungs, and which of them a relation, a kind or a task gets (escalation.yaml)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.days import WorkingCalendar
from rules.values import Terms

ROLES = ("unit", "head", "monitor", "office", "vice-chair", "chair")
"""Who is told, from the unit itself upwards."""

LETTER = "letter"
"""A rung whose role begins, or whose id ends so asks the chair to decide on a letter («đề nghị phối hợp», or to the
body's superior)."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the ladder."""

    id: str
    at: int
    """Days relative to the last day: negative before it, 0 on it."""
    to: str
    """A role of ROLES, or `letter…`."""
    working: bool = True
    """Whether `at` counts working days; calendar days otherwise."""
    every: int = 0
    """Repeated after so many days; 0 is once."""
    every_working: bool = True
    times: int = 1
    """How often a repeated rung is told in all; its ids are `chair-1`, `chair-2`…"""
    only_kinds: tuple[str, ...] = ()
    """The kinds of task it is for; empty is all."""
    only_set_by: tuple[str, ...] = ()
    """Who must have set the date (`cấp trên`…); empty is anyone."""

    @property
    def role(self) -> str:
        """The role told: a letter is for the chair to decide."""
        return "chair" if self.is_letter and self.to not in ROLES else self.to

    @property
    def is_letter(self) -> bool:
        """Whether it asks for a letter, so that a letter that was sent stands for it."""
        return self.to.startswith(LETTER) or self.id.endswith(LETTER)

    def is_for(self, terms: Terms) -> bool:
        """Whether the rung concerns that kind of task and that setter of dates."""
        return (not self.only_kinds or terms.kind in self.only_kinds) and (
            not self.only_set_by or terms.dates.set_by in self.only_set_by
        )


@dataclass(frozen=True, slots=True)
class Grace:
    """Days that an office lets pass before it speaks of what is late. The status does not wait for them."""

    days: int
    working: bool = True

    def after(self, last_day: date, calendar: WorkingCalendar) -> date:
        """The day from which the rungs after the last day are counted."""
        return calendar.add_working(last_day, self.days) if self.working else last_day + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class Policy:
    """The rungs of an office, lowest first, and which of them a relation, a kind or a task gets, by rung id."""

    rungs: tuple[Rung, ...]
    relations: Mapping[str, Collection[str]]
    kinds: Mapping[str, Collection[str]]
    tasks: Mapping[str, Collection[str]]
    grace: Mapping[str, Grace] = field(default_factory=dict)
    """By kind of task (`check-in` among them)."""

    def of_relation(self, relation: str) -> list[Rung]:
        """What a unit of that relation can be told at all; nothing for a relation that is not named."""
        named = self.relations.get(relation, ())
        return [each for each in self.rungs if each.id in named]

    def gives(self, rung: Rung, relation: str) -> bool:
        """Whether a unit of that relation gets the rung."""
        return rung.id in self.relations.get(relation, ())

    def chosen(self, terms: Terms) -> list[Rung]:
        """The rungs that the task, else the kind, lets `terms` have, whatever the unit's relation on their day."""
        fewer = self.tasks.get(terms.key.task, self.kinds.get(terms.kind))
        return [each for each in self.rungs if each.is_for(terms) and (fewer is None or each.id in fewer)]
