"""The whole year: the periods of the plan, and what falls due by week and unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from outputs.report_view import Counts
from usecases.desk.filters import Filters
from usecases.desk.reading import Desk, Line, count
from usecases.desk.weeks import place, weeks_of


@dataclass(frozen=True, slots=True)
class Period:
    """A campaign, a round of check-ins, or a day that the document states. Days are inclusive."""

    what: str
    """campaign, round or deadline."""
    label: str
    first: date
    last: date
    basis: str
    reason: str
    counts: Counts
    """The work tied to it, of units that are not merely requested."""
    advisory: bool = False


@dataclass(frozen=True, slots=True)
class UnitYear:
    """What falls due for a unit or group, by the week's place in the year, and all of it together."""

    id: str
    name: str
    requested: bool
    weeks: dict[int, Counts]
    counts: Counts


@dataclass(frozen=True, slots=True)
class Year:
    """What the page shows."""

    number: int
    weeks: tuple[date, ...]
    """Mondays."""
    periods: tuple[Period, ...]
    units: tuple[UnitYear, ...]


def year(desk: Desk, filters: Filters) -> Year:
    """The year of the plan, of what the filters let pass; pure."""
    lines = [each for each in filters.of(desk) if each.cell]
    weeks = weeks_of(desk.plan.year)
    periods = [*_campaigns(desk, lines), *_rounds(lines), *_stated(lines)]
    return Year(
        desk.plan.year,
        tuple(weeks),
        tuple(sorted(periods, key=lambda each: (each.first, each.last, each.label))),
        tuple(_units(desk, lines, weeks, members=bool(filters.unit))),
    )


def _campaigns(desk: Desk, lines: Iterable[Line]) -> Iterable[Period]:
    of: dict[str, list[Line]] = {}
    for each in lines:
        if each.kind == "campaign":
            of.setdefault(each.id.rpartition("/")[2], []).append(each)
    for said in desk.plan.meta.get("campaigns", ()):
        held = of.get(said["id"], [])
        first, last = date.fromisoformat(said["from"]), date.fromisoformat(said["to"])
        counts = count(each for each in held if not each.requested)
        yield Period("campaign", said["label"], first, last, said["basis"], said["reason"] or "", counts)


def _rounds(lines: Iterable[Line]) -> Iterable[Period]:
    of: dict[str, list[Line]] = {}
    for each in lines:
        if each.kind == "check-in" and each.last_day is not None:
            of.setdefault(each.id.rpartition("/")[2], []).append(each)
    for held in of.values():
        one = held[0]
        last = max(each.last_day for each in held if each.last_day)
        counts = count(each for each in held if not each.requested)
        advisory = one.basis == "office" and not one.reason
        yield Period("round", one.label, one.opens_on or last, last, one.basis, one.reason, counts, advisory)


def _stated(lines: Iterable[Line]) -> Iterable[Period]:
    """The deadlines that the document itself states, each a day."""
    for each in lines:
        if each.basis == "stated" and each.last_day is not None:
            day = each.last_day
            yield Period("deadline", each.name, day, day, each.basis, each.words, count([each]))


def _units(desk: Desk, lines: Iterable[Line], weeks: list[date], *, members: bool) -> Iterable[UnitYear]:
    of: dict[str, list[Line]] = {}
    for each in lines:
        of.setdefault(each.unit if members or each.group is None else each.group, []).append(each)
    order = {unit: n for n, unit in enumerate(desk.plan.units)}
    for unit in sorted(of, key=lambda each: order.get(each, len(order))):
        held = of[unit]
        by_week: dict[int, list[Line]] = {}
        for each in held:
            if each.day is not None and (n := place(weeks, each.day)) is not None:
                by_week.setdefault(n, []).append(each)
        counts = {n: count(each) for n, each in sorted(by_week.items())}
        requested = all(each.requested for each in held)
        yield UnitYear(unit, desk.plan.unit_name(unit, short=True), requested, counts, count(held))


def last_day_of(monday: date) -> date:
    """The Sunday of a week."""
    return monday + timedelta(days=6)
