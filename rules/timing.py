"""On which day a rung is due: counted from the last day, off days off, never before a round opens, held by a pause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.days import WorkingCalendar
from rules.directory import OWN_ROLES, Directory
from rules.policy import Policy, Rung
from rules.values import State, Terms

PAUSE = 3
"""For how many working days an acknowledgement holds the next rung, at most."""


@dataclass(frozen=True, slots=True)
class Why:
    """A reason why a rung is as it is: `code` is a key of texts `ladder.why_…`, the others fill its blanks."""

    code: str
    day: date | None = None
    who: str | None = None


@dataclass(frozen=True, slots=True)
class Timed:
    """A rung with its day."""

    rung: Rung
    name: str
    """Its id, numbered where it is repeated."""
    nominal: date
    """The day counted to, before anything moved it."""
    day: date
    relation: str
    """What the unit is to the office on that day."""
    why: tuple[Why, ...] = ()


def timed(
    terms: Terms, state: State, last_day: date, policy: Policy, calendar: WorkingCalendar, directory: Directory
) -> list[Timed]:
    """The rungs that the unit's relation on their day gives it, in the policy's order."""
    found = []
    for rung in policy.chosen(terms):
        if (terms.private and rung.role not in OWN_ROLES) or (terms.advisory and not _reminds(rung)):
            continue
        for each in _days(rung, terms, last_day, policy, calendar):
            each = _once_held(each, state.held_since, calendar)
            relation = directory.relation_on(state.held_by, each.day, terms.relation)
            if policy.gives(rung, relation):
                found.append(each if relation == each.relation else replace(each, relation=relation))
    if terms.advisory:
        found = sorted(found, key=lambda each: each.day)[:1]
    return _paused(found, state.acknowledged_on, last_day, calendar)


def _reminds(rung: Rung) -> bool:
    return rung.role == "unit" and rung.at <= 0


def _days(rung: Rung, terms: Terms, last_day: date, policy: Policy, calendar: WorkingCalendar) -> Iterator[Timed]:
    base = last_day
    why: tuple[Why, ...] = ()
    grace = policy.grace.get(terms.kind)
    if grace is not None and rung.at > 0:
        base = grace.after(last_day, calendar)
        why = (Why("grace", base),)
    nominal, day = _offset(base, rung.at, rung.working, calendar)
    for number in range(1, (rung.times if rung.every else 1) + 1):
        if number > 1:
            nominal, day = _offset(day, rung.every, rung.every_working, calendar)
        name = f"{rung.id}-{number}" if rung.every else rung.id
        moved = (*why, Why("day_off", nominal)) if nominal != day else why
        yield _once_open(Timed(rung, name, nominal, day, terms.relation, moved), terms, calendar)


def _offset(day: date, n: int, working: bool, calendar: WorkingCalendar) -> tuple[date, date]:
    """`n` days from `day`, and when it is told: on a day off the working day before up to the last day, after it
    beyond."""
    moved = calendar.add_working(day, n) if working else day + timedelta(days=n)
    return moved, calendar.next_working(moved) if n > 0 else calendar.previous_working(moved)


def _once_open(each: Timed, terms: Terms, calendar: WorkingCalendar) -> Timed:
    """Nobody is reminded of a check-in that cannot be answered yet."""
    if terms.opens_on is None or each.day >= terms.opens_on:
        return each
    return replace(each, day=calendar.next_working(terms.opens_on), why=(*each.why, Why("opens", terms.opens_on)))


def _once_held(each: Timed, since: date | None, calendar: WorkingCalendar) -> Timed:
    """Who takes over learns on that day what was due before it, as it stands then, and from those who serve then."""
    if since is None or each.day >= since:
        return each
    return replace(each, day=calendar.next_working(since), why=(*each.why, Why("held_since", since)))


def _paused(found: list[Timed], acknowledged_on: date | None, last_day: date, calendar: WorkingCalendar) -> list[Timed]:
    """The first rung after an acknowledgement waits until that expires, PAUSE working days later; the others do not.

    A reminder of a day to come is never held beyond that day.
    """
    ahead = [each.day for each in found if acknowledged_on is not None and each.day > acknowledged_on]
    if acknowledged_on is None or not ahead:
        return found
    place = next(index for index, each in enumerate(found) if each.day == min(ahead))
    held = found[place]
    expires = calendar.add_working(acknowledged_on, PAUSE)
    if held.day <= last_day:
        expires = min(expires, calendar.previous_working(last_day))
    if expires > held.day:
        found[place] = replace(held, day=expires, why=(*held.why, Why("acknowledged", acknowledged_on)))
    return found
