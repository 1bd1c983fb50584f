"""The loaded plan: what its files say, in the values of the rules. Days are computed when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import get_args

from plan import almanac
from plan.check_ids import members_of
from plan.draft import Draft
from plan.problems import Problem
from plan.schema import Campaign, EscalationFile, Holidays, PlanFile, Round, RungEntry, Target, Task, UnitEntry, Weekday
from plan.schema import Successor as SuccessorEntry
from plan.source import Source
from rules.days import WorkingCalendar
from rules.delivery import EMAIL, Reach
from rules.ladder import Absence, Grace, Person, Policy, Rung
from rules.units import Relation, Successor, Unit

WEEKDAYS = get_args(Weekday)
YEARS_BEFORE, YEARS_AFTER = 1, 2
"""How far the working calendar reaches around the plan year: rungs and confirmations run on after it."""


@dataclass(frozen=True)
class Plan:
    """One plan of one office. Everything is keyed by id, in the order of the files."""

    directory: Path
    hash: str
    """SHA-256 over the files and the overlay, as content_hash gives it."""
    meta: PlanFile
    units: dict[str, Unit]
    """Units, groups, and the members of named groups."""
    tasks: dict[str, Task]
    targets: dict[str, Target]
    campaigns: dict[str, Campaign]
    rounds: dict[str, Round]
    ladder: EscalationFile
    week: tuple[str, ...]
    holidays: Holidays
    source: Source
    warnings: list[Problem]
    """What only a person can settle."""

    @property
    def title(self) -> str:
        return self.meta.title

    @property
    def starts_on(self) -> date:
        return self.meta.starts_on

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The office's working days, from the year before the plan's to two years after it."""
        added = {each.day: each.name for each in self.holidays.add}
        return almanac.working_calendar(
            self.meta.year - YEARS_BEFORE,
            self.meta.year + YEARS_AFTER,
            add=added,
            remove=[each.day for each in self.holidays.remove],
            worked=[each.day for each in self.holidays.worked],
            week=[WEEKDAYS.index(each) for each in self.week],
        )

    @cached_property
    def calendar_hash(self) -> str:
        """SHA-256 over the computed working days: a library that learns of a holiday changes it."""
        return almanac.fingerprint(self.calendar)

    @cached_property
    def libraries(self) -> dict[str, str]:
        """The versions of what computed the days."""
        return almanac.libraries()

    @cached_property
    def policy(self) -> Policy:
        """The ladder of escalation.yaml."""
        return Policy(
            rungs=tuple(_rung(each) for each in self.ladder.rungs),
            relations={name: tuple(rungs) for name, rungs in self.ladder.relations.items()},
            kinds={name: tuple(rungs) for name, rungs in self.ladder.kinds.items()},
            tasks={name: tuple(rungs) for name, rungs in self.ladder.tasks.items()},
            grace={kind: Grace(days, of == "working days") for kind, (days, of) in self.ladder.grace.items()},
        )

    @cached_property
    def people(self) -> dict[str, tuple[Person, ...]]:
        """Who holds which role, and when: `unit:<id>`, `head:<id>`, `monitor`, `office`, `vice-chair`, `chair`."""
        return {
            role: tuple(Person(each.id, each.name, each.from_, each.until) for each in people)
            for role, people in self.ladder.people.items()
        }

    @cached_property
    def reach(self) -> dict[str, Reach]:
        """How each person with an address or a preferred channel is reached, by id, over all the roles they hold."""
        found: dict[str, Reach] = {}
        for people in self.ladder.people.values():
            for each in people:
                said = ({EMAIL: each.email} if each.email else {}) | each.addresses
                known = found.get(each.id, Reach())
                if said or each.channels:
                    found[each.id] = Reach({**said, **known.addresses}, known.channels or tuple(each.channels))
        return found

    @property
    def absences(self) -> tuple[Absence, ...]:
        """Who is away when, and who is told instead."""
        return tuple(Absence(each.person, each.from_, each.until, each.deputy) for each in self.ladder.absences)

    def members(self, unit: str) -> list[Unit]:
        """The members that act for a unit: of a named group each, else the unit itself."""
        return self._members.get(unit) or [self.units[unit]]

    @cached_property
    def _members(self) -> dict[str, list[Unit]]:
        found: dict[str, list[Unit]] = {}
        for each in self.units.values():
            if each.group is not None:
                found.setdefault(each.group, []).append(each)
        return found


def _rung(entry: RungEntry) -> Rung:
    at, of = entry.at
    every, every_of = entry.every or (0, "working days")
    only = entry.only
    return Rung(
        id=entry.id,
        at=at,
        to=entry.to,
        working=of == "working days",
        every=every,
        every_working=every_of == "working days",
        times=entry.times or 1,
        only_kinds=tuple(only.kind) if only else (),
        only_set_by=tuple(only.set_by) if only else (),
    )


def compiled(draft: Draft, directory: Path, digest: str, warnings: list[Problem]) -> Plan:
    """The plan of a draft without errors."""
    assert draft.plan is not None
    assert draft.calendar is not None
    assert draft.escalation is not None
    assert draft.source is not None
    return Plan(
        directory=directory,
        hash=digest,
        meta=draft.plan,
        units={unit.id: unit for _, entry in draft.units for unit in _units(entry)},
        tasks={task.id: task for _, _, task in draft.tasks()},
        targets={each.id: each for _, each in draft.targets},
        campaigns={each.id: each for each in draft.calendar.campaigns},
        rounds={each.id: each for each in draft.calendar.rounds},
        ladder=draft.escalation,
        week=tuple(draft.calendar.week),
        holidays=draft.calendar.holidays,
        source=draft.source,
        warnings=warnings,
    )


def _units(entry: UnitEntry) -> Iterator[Unit]:
    """The unit and, of a named group, its members: they have its relation, days and successors."""
    relations = tuple(Relation(each.relation, each.from_, each.until) for each in entry.relation)
    successors = _successors(entry.successors)
    named = members_of(entry)
    yield Unit(
        id=entry.id,
        name=entry.name,
        short=entry.short,
        relations=relations,
        members=1 if entry.members is None else (len(named) or None),
        is_group=entry.members is not None,
        inside=entry.inside,
        from_day=entry.from_,
        until=entry.until,
        successors=successors,
        aliases=tuple(entry.aliases),
        section=entry.section,
    )
    for member, name in named:
        yield Unit(
            id=member,
            name=name,
            relations=relations,
            group=entry.id,
            from_day=entry.from_,
            until=entry.until,
            successors=successors,
        )


def _successors(entries: list[SuccessorEntry]) -> tuple[Successor, ...]:
    return tuple(Successor(each.unit, each.on, each.lead, each.by) for each in entries)
