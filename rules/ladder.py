"""The ladder: whom an approaching or missed deadline is told to, on which day, in which order.

Everything is computed from dates, not from having been awake: `tellings` gives all rungs of the current deadline
version, `decide` those due by today that the outbox does not hold yet. Days are local to the plan's zone; no rung falls
on a day off. Source: design section 5; GoAlert and Grafana OnCall show what a ladder must
not do: wait out an empty step, resume never after a pause, write to who has left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.days import WorkingCalendar
from rules.states import is_open
from rules.units import Unit, holder
from rules.values import REQUESTED, Answer, State, Terms

ROLES = ("unit", "head", "monitor", "office", "vice-chair", "chair")
"""Who is told, from the unit itself upwards."""

LETTER = "letter"
"""A rung whose role begins so asks the chair to decide on a letter («đề nghị phối hợp», or to the body's superior)."""

EVENTS = "@events"
"""The recipient that is no person: the event of an occurrence that became overdue, rung `overdue`."""

OVERDUE = "overdue"
PAUSE = 3
"""For how many working days an acknowledgement holds the next rung, at most."""

_OWN_ROLES = ("unit", "head")
_LEADERS = ("vice-chair", "chair")


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
        return "chair" if self.to.startswith(LETTER) else self.to

    def is_for(self, terms: Terms) -> bool:
        """Whether the rung concerns that kind of task and that setter of dates."""
        return (not self.only_kinds or terms.kind in self.only_kinds) and (
            not self.only_set_by or terms.dates.set_by in self.only_set_by
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """The rungs of an office, lowest first, and which of them a relation, a kind or a task gets, by rung id."""

    rungs: tuple[Rung, ...]
    relations: Mapping[str, Collection[str]]
    kinds: Mapping[str, Collection[str]]
    tasks: Mapping[str, Collection[str]]

    def of_relation(self, relation: str) -> list[Rung]:
        """What a unit of that relation can be told at all; nothing for a relation that is not named."""
        named = self.relations.get(relation, ())
        return [each for each in self.rungs if each.id in named]

    def chosen(self, terms: Terms) -> list[Rung]:
        """The rungs for `terms`: those of the relation, fewer where the task, else the kind, names fewer."""
        rungs = [each for each in self.of_relation(terms.relation) if each.is_for(terms)]
        fewer = self.tasks.get(terms.key.task, self.kinds.get(terms.kind))
        return rungs if fewer is None else [each for each in rungs if each.id in fewer]


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
class Directory:
    """Units, and the people at an address: `unit:<id>`, `head:<id>`, `monitor`, `office`, `vice-chair`, `chair`."""

    units: Mapping[str, Unit]
    people: Mapping[str, tuple[Person, ...]]
    monitor: str
    """The unit that follows the others (cán bộ theo dõi)."""

    def at(self, address: str, day: date) -> tuple[str, ...]:
        """The ids of the people at an address on that day; the address itself where nobody is known."""
        return tuple(each.id for each in self.people.get(address, ()) if each.serves_on(day)) or (address,)

    def unnamed_group(self, unit: str) -> bool:
        """Whether the unit is a group whose members nobody has named yet."""
        known = self.units.get(unit)
        return known is not None and known.members is None


@dataclass(frozen=True, slots=True)
class Telling:
    """One rung, told to one recipient, on one day."""

    rung: str
    due_on: date
    recipient: str
    """The id of a person where one is known for that day, else the address of the role."""
    version: int
    """The deadline version it belongs to; a new one starts the ladder again."""
    role: str
    passed_from: str | None = None
    """The address that would have been told, had its unit still existed on that day."""


def tellings(
    terms: Terms, state: State, policy: Policy, calendar: WorkingCalendar, directory: Directory
) -> list[Telling]:
    """All tellings of the current deadline version, by day; empty once the unit owes nothing.

    A last day that is advice is reminded of once; a case (`private`) stays with its unit. Where the deadline binds, the
    calendar day after it also carries rung `overdue` to `@events`. Raises CalendarRangeError where a rung falls outside
    the working calendar: a deadline that cannot be armed must not pass in silence.
    """
    if state.last_day is None or not is_open(state):
        return []
    days = _rung_days(terms, state, state.last_day, policy, calendar)
    found = [
        Telling(name, day, recipient, state.version, role, passed_from)
        for rung, name, day in days
        for recipient, role, passed_from in _recipients(rung, terms, state, policy, directory, day)
    ]
    found = _once_a_day(found)
    if not (terms.advisory or terms.private or terms.relation == REQUESTED):
        day = state.last_day + timedelta(days=1)
        found.append(Telling(OVERDUE, day, EVENTS, state.version, EVENTS))
    return sorted(found, key=lambda each: (each.due_on, _rank(each.role), each.rung, each.recipient))


def decide(
    terms: Terms,
    state: State,
    policy: Policy,
    calendar: WorkingCalendar,
    directory: Directory,
    today: date,
    told: Collection[tuple[str, int, str]],
) -> list[Telling]:
    """The tellings due up to and including `today` that are not among `told`: (rung, version, recipient)."""
    return [
        each
        for each in tellings(terms, state, policy, calendar, directory)
        if each.due_on <= today and (each.rung, each.version, each.recipient) not in told
    ]


def recipient(role: str, unit: str, directory: Directory, day: date) -> str | None:
    """Who answers to `role` for the work of `unit` on that day; None where that unit no longer exists."""
    address = _address(role, unit, directory, day)
    return None if address is None else directory.at(address, day)[0]


def not_yet_twice(previous: Mapping[str, Answer], answers: Mapping[str, Answer]) -> list[str]:
    """The check-in lines answered «chưa» in the round before and again now, in the order of `answers`."""
    return [
        line
        for line, answer in answers.items()
        if answer.answer == "not-yet" and line in previous and previous[line].answer == "not-yet"
    ]


def _rung_days(
    terms: Terms, state: State, last_day: date, policy: Policy, calendar: WorkingCalendar
) -> list[tuple[Rung, str, date]]:
    rungs = policy.chosen(terms)
    if terms.private:
        rungs = [each for each in rungs if each.role in _OWN_ROLES]
    if terms.advisory:
        rungs = [each for each in rungs if each.role == "unit" and each.at <= 0]
    days = [
        (rung, name, _once_open(terms, day, calendar))
        for rung in rungs
        for name, day in _repeated(rung, last_day, calendar)
    ]
    if terms.advisory:
        days = sorted(days, key=lambda each: each[2])[:1]
    return _paused(days, state.acknowledged_on, last_day, calendar)


def _repeated(rung: Rung, last_day: date, calendar: WorkingCalendar) -> Iterable[tuple[str, date]]:
    day = _offset(last_day, rung.at, rung.working, calendar)
    if not rung.every:
        return [(rung.id, day)]
    days = [day]
    while len(days) < rung.times:
        days.append(_offset(days[-1], rung.every, rung.every_working, calendar))
    return [(f"{rung.id}-{number}", each) for number, each in enumerate(days, start=1)]


def _offset(day: date, n: int, working: bool, calendar: WorkingCalendar) -> date:
    """`n` days from `day`; a day off is told on the working day before it up to the last day, after it beyond."""
    moved = calendar.add_working(day, n) if working else day + timedelta(days=n)
    return calendar.next_working(moved) if n > 0 else calendar.previous_working(moved)


def _once_open(terms: Terms, day: date, calendar: WorkingCalendar) -> date:
    """Nobody is reminded of a check-in that cannot be answered yet."""
    if terms.opens_on is None or day >= terms.opens_on:
        return day
    return calendar.next_working(terms.opens_on)


def _paused(
    days: list[tuple[Rung, str, date]], acknowledged_on: date | None, last_day: date, calendar: WorkingCalendar
) -> list[tuple[Rung, str, date]]:
    """The first rung after an acknowledgement waits until that expires, PAUSE working days later; the others do not.

    A reminder of a day to come is never held beyond that day.
    """
    ahead = [day for _, _, day in days if acknowledged_on is not None and day > acknowledged_on]
    if acknowledged_on is None or not ahead:
        return days
    held = next(index for index, (_, _, day) in enumerate(days) if day == min(ahead))
    rung, name, day = days[held]
    expires = calendar.add_working(acknowledged_on, PAUSE)
    if day <= last_day:
        expires = min(expires, calendar.previous_working(last_day))
    return [*days[:held], (rung, name, max(day, expires)), *days[held + 1 :]]


def _recipients(
    rung: Rung, terms: Terms, state: State, policy: Policy, directory: Directory, day: date
) -> list[tuple[str, str, str | None]]:
    """(recipient, role, passed from) of a rung: its own role, or at once the next above whom somebody can answer."""
    passed_from = None
    for role in _climb(rung, terms, state, policy, directory):
        address = _address(role, state.held_by, directory, day)
        if address is not None:
            return [(each, role, passed_from) for each in directory.at(address, day)]
        passed_from = passed_from or (f"{role}:{state.held_by}" if role in _OWN_ROLES else role)
    return []


def _climb(rung: Rung, terms: Terms, state: State, policy: Policy, directory: Directory) -> list[str]:
    """The rung's role and those above it that the unit's relation knows of.

    A case goes no higher than the unit's head; an unnamed group never reaches the leaders, who could not say to whom
    of it to speak.
    """
    above = {each.role for each in policy.of_relation(terms.relation) if _rank(each.role) > _rank(rung.role)}
    roles = [rung.role, *sorted(above, key=_rank)]
    if terms.private:
        roles = [each for each in roles if each in _OWN_ROLES]
    if directory.unnamed_group(state.held_by):
        roles = [each for each in roles if each not in _LEADERS]
    return roles


def _address(role: str, unit: str, directory: Directory, day: date) -> str | None:
    """Where `role` is reached on that day, following decided successions; None where its unit ended without one."""
    if role in _OWN_ROLES:
        held_by, undecided = holder(directory.units, unit, day)
        return None if undecided else f"{role}:{held_by}"
    if role == "monitor" and not any(each.serves_on(day) for each in directory.people.get(role, ())):
        held_by, undecided = holder(directory.units, directory.monitor, day)
        if undecided:
            return None
        return f"unit:{held_by}" if f"unit:{held_by}" in directory.people else role
    return role


def _once_a_day(found: list[Telling]) -> list[Telling]:
    """One telling for each recipient and day, of the highest rung: an official may hold three roles in a ward."""
    highest: dict[tuple[str, date], Telling] = {}
    for each in found:
        other = highest.get((each.recipient, each.due_on))
        if other is None or _rank(each.role) >= _rank(other.role):
            highest[(each.recipient, each.due_on)] = each
    return list(highest.values())


def _rank(role: str) -> int:
    return ROLES.index(role) if role in ROLES else len(ROLES)
