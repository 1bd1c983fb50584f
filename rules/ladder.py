"""The ladder: whom an approaching or missed deadline is told to, on which day, in which order, and why not otherwise.

Everything is computed from dates, not from having been awake: `planned` gives all rungs of the current deadline
version with their reasons, `tellings` those that are told, `decide` those due by today that the outbox does not hold
yet. Days are local to the plan's zone; no rung falls on a day off. Source: design section 5; GoAlert and Grafana
OnCall show what a ladder must not do: wait out an empty step, resume never after a pause, write to who has left.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from rules.days import WorkingCalendar
from rules.directory import OWN_ROLES, Absence, Directory, Person, Reached
from rules.policy import LETTER, ROLES, Grace, Policy, Rung
from rules.states import is_open
from rules.timing import PAUSE, Timed, Why, timed
from rules.units import holder
from rules.values import REQUESTED, Answer, State, Terms

__all__ = [
    "CONFIRM",
    "CONFIRMER",
    "EVENTS",
    "LETTER",
    "NEWS",
    "OVERDUE",
    "PAUSE",
    "ROLES",
    "Absence",
    "Directory",
    "Grace",
    "Person",
    "Planned",
    "Policy",
    "Rung",
    "Telling",
    "Why",
    "confirmers",
    "decide",
    "not_yet_twice",
    "planned",
    "recipient",
    "tellings",
]

EVENTS = "@events"
"""The recipient that is no person: the event of an occurrence that became overdue, rung `overdue`."""

NEWS = "extension-"
"""Begins the names of what is told like a rung and is none of the ladder: an extension was asked, granted, refused."""

OVERDUE = "overdue"
CONFIRM = "confirm"
"""The rung that reminds who confirms: `confirm-1` for the first report that waits, `confirm-2`…"""
CONFIRMER = "confirmer"
"""The role of who is to confirm what was reported."""
CONFIRM_DAYS = 3
"""Working days that who confirms has, after the day on which the report was typed; reminded on the next."""

_LEADERS = ("vice-chair", "chair")


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
    """Who would have been told: a unit's address that had nobody that day, or the person whom the recipient stands in
    for."""


class Planned(NamedTuple):
    """A rung of the current deadline version as it is planned: a telling, or the reason why there is none."""

    telling: Telling
    nominal: date
    """The day that the policy counts to, before days off, pauses and grace of any kind."""
    why: tuple[Why, ...] = ()
    told: bool = True
    """False where nobody is told: its reasons say why."""


def tellings(
    terms: Terms, state: State, policy: Policy, calendar: WorkingCalendar, directory: Directory
) -> list[Telling]:
    """All tellings of the current deadline version, by day; empty once the unit owes nothing and nothing waits.

    A last day that is advice is reminded of once; a case (`private`) stays with its unit. Where the deadline binds, the
    calendar day after it also carries rung `overdue` to `@events`. What waits for confirmation has one telling, to who
    confirms. Raises CalendarRangeError where a rung falls outside the working calendar: a deadline that cannot be armed
    must not pass in silence.
    """
    return [each.telling for each in planned(terms, state, policy, calendar, directory) if each.told]


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


def planned(
    terms: Terms, state: State, policy: Policy, calendar: WorkingCalendar, directory: Directory
) -> list[Planned]:
    """Every rung that the unit's relation gives it, by day, told or not, with the reasons. Raises as `tellings`."""
    if state.phase == "submitted":
        return _confirming(terms, state, calendar, directory)
    if state.last_day is None or not is_open(state):
        return []
    found = [
        each
        for rung in timed(terms, state, state.last_day, policy, calendar, directory)
        for each in _addressed(rung, terms, state, policy, directory)
    ]
    found = _once_a_day(found)
    if not (terms.advisory or terms.private or terms.relation == REQUESTED):
        day = state.last_day + timedelta(days=1)
        found.append(Planned(Telling(OVERDUE, day, EVENTS, state.version, EVENTS), day))
    return sorted(found, key=_order)


def _order(each: Planned) -> tuple[date, int, str, str]:
    return (each.telling.due_on, _rank(each.telling.role), each.telling.rung, each.telling.recipient)


def recipient(role: str, unit: str, directory: Directory, day: date) -> str | None:
    """Who answers to `role` for the work of `unit` on that day; None where that unit no longer exists or all are away
    without a deputy."""
    address = directory.address(role, unit, day)
    return None if address is None else next(iter(directory.at(address, day)), None)


def not_yet_twice(previous: Mapping[str, Answer], answers: Mapping[str, Answer]) -> list[str]:
    """The check-in lines answered «chưa» in the round before and again now, in the order of `answers`."""
    return [
        line
        for line, answer in answers.items()
        if answer.answer == "not-yet" and line in previous and previous[line].answer == "not-yet"
    ]


def _addressed(rung: Timed, terms: Terms, state: State, policy: Policy, directory: Directory) -> list[Planned]:
    """The rung to those of its own role, or at once to the next above that can answer; the reasons say so."""
    climbed = _climb(rung, terms, state, policy, directory)
    role, passed_from, reached = _reached(climbed, state, directory, rung.day)
    if not reached:
        nobody = Telling(rung.name, rung.day, "", state.version, rung.rung.role, passed_from)
        return [Planned(nobody, rung.nominal, (*rung.why, Why("nobody", who=passed_from)), told=False)]
    passed = (Why("passed", who=passed_from),) if passed_from else ()
    found = [
        Planned(
            Telling(rung.name, rung.day, recipient, state.version, role, instead_of or passed_from),
            rung.nominal,
            (*rung.why, *passed, *((Why("deputy", who=instead_of),) if instead_of else ())),
        )
        for recipient, instead_of in reached
    ]
    letter = (LETTER,) if rung.rung.is_letter else ()
    return [_unless_urged(each, state, (role, *letter)) for each in found] if state.urged else found


def _reached(
    roles: list[str], state: State, directory: Directory, day: date
) -> tuple[str, str | None, tuple[Reached, ...]]:
    """(role, the address that had nobody, who is reached) on the way up.

    Where everybody on it is away without a deputy, the first who holds a role is told all the same: late news is better
    than none.
    """
    passed_from: str | None = None
    away: tuple[str, str | None, str] | None = None
    for role in roles:
        address = directory.address(role, state.held_by, day)
        if address is not None:
            if reached := directory.reach(address, day):
                return role, passed_from, reached
            away = away or (role, passed_from, address)
        passed_from = passed_from or address or (f"{role}:{state.held_by}" if role in OWN_ROLES else role)
    if away is None:
        return "", passed_from, ()
    role, passed_from, address = away
    serving = directory.people[address]
    return role, passed_from, tuple(Reached(each.id) for each in serving if each.serves_on(day))


def _climb(rung: Timed, terms: Terms, state: State, policy: Policy, directory: Directory) -> list[str]:
    """The rung's role and those above it that the unit's relation knows of.

    A case goes no higher than the unit's head; an unnamed group never reaches the leaders, who could not say to whom
    of it to speak.
    """
    own = rung.rung.role
    above = {each.role for each in policy.of_relation(rung.relation) if _rank(each.role) > _rank(own)}
    roles = [own, *sorted(above, key=_rank)]
    if terms.private:
        roles = [each for each in roles if each in OWN_ROLES]
    if directory.unnamed_group(state.held_by):
        roles = [each for each in roles if each not in _LEADERS]
    return roles


def _unless_urged(each: Planned, state: State, roles: tuple[str, ...]) -> Planned:
    """Urging by telephone, letter… counts as the rungs of these roles that were due by its day."""
    days = [state.urged[role] for role in roles if role in state.urged]
    if not days or each.telling.due_on > max(days):
        return each
    return each._replace(told=False, why=(*each.why, Why("urged", max(days))))


def _once_a_day(found: list[Planned]) -> list[Planned]:
    """One telling for each recipient and day, of the highest rung: an official may hold three roles in a ward."""
    highest: dict[tuple[str, date], Planned] = {}
    for each in found:
        if each.told:
            to = (each.telling.recipient, each.telling.due_on)
            other = highest.get(to)
            if other is None or _rank(each.telling.role) >= _rank(other.telling.role):
                highest[to] = each
    if len(highest) == len(found):
        return found
    return [_unless_told(each, highest) for each in found]


def _unless_told(each: Planned, highest: Mapping[tuple[str, date], Planned]) -> Planned:
    if not each.told:
        return each
    kept = highest[each.telling.recipient, each.telling.due_on]
    if kept is each:
        return each
    return each._replace(told=False, why=(*each.why, Why("same_person", who=kept.telling.rung)))


def _confirming(terms: Terms, state: State, calendar: WorkingCalendar, directory: Directory) -> list[Planned]:
    """The reminder of who confirms; none of a case, which stays with those who work on it."""
    if state.waits_since is None or terms.private:
        return []
    day = calendar.add_working(state.waits_since, CONFIRM_DAYS + 1)
    telling = Telling(f"{CONFIRM}-{state.waits}", day, "", state.version, CONFIRMER)
    found = [
        Planned(
            replace(telling, recipient=recipient, passed_from=instead_of),
            day,
            (Why("deputy", who=instead_of),) if instead_of else (),
        )
        for recipient, instead_of in confirmers(terms, state, directory, day)
    ]
    return [_unless_urged(each, state, (CONFIRMER,)) for each in found]


def confirmers(terms: Terms, state: State, directory: Directory, day: date) -> tuple[Reached, ...]:
    """Who may confirm: the unit named for it, else the plan's confirmer, else who follows; never who did the work."""
    for unit in (terms.confirm, directory.confirmer, directory.monitor):
        if not unit:
            continue
        held_by, undecided = holder(directory.units, unit, day)
        if undecided or held_by in (state.reporter, state.held_by):
            continue
        if reached := directory.reach(f"unit:{held_by}", day):
            return reached
    return directory.reach("office", day)


def _rank(role: str) -> int:
    return ROLES.index(role) if role in ROLES else len(ROLES)
