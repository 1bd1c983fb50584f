"""The city's board: all wards that live in one database at one look, by their totals.

What a city may know of a ward is how much is on time, late and overdue, how far the ladder has climbed, whether people
could be reached and whether the night ran; never which task, which unit, which case. Cases count in a ward's totals, as
in the report that it sends up, and no figure of theirs is given apart: of one ward it would be a small number.

The figures of a ward are kept under its office's last seq and its last night: an entry in one ward costs the reading of
that ward.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from models import city as of_city
from models import tallies
from models.tallies import CHAIR_RUNG, OFFICE_RUNG, Plan, Tally
from outputs.report_view import Counts
from rules import states
from rules.errors import RequestRefused
from rules.values import REQUESTED, State, Terms
from usecases.desk.fold import alphabetical, folded, found_in
from usecases.moment import local_day
from usecases.status import replayed

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlmodel import Session

NIGHT_BY = time(6)
"""By this local time the night of the day has run in every ward: it starts at 01:30 (flows.serve)."""
FILTERS = ("overdue", "chair", "office", "unreached", "night", "no_plan")
ORDERS = ("worst", "name", "share")


@dataclass(frozen=True)
class Ward:
    """One ward as the city sees it."""

    office: str
    name: str
    there: bool
    """Whether it had a plan of the year on the day of the page."""
    tally: Tally = field(default_factory=Tally)
    unreached: int = 0
    """People to whom nothing could be delivered; only known of today."""
    night: date | None = None
    """The day of the last night that ran; None before the first."""
    night_missed: bool = False
    """The last night should have run and did not; never said of a past day."""

    @property
    def counts(self) -> Counts:
        each = self.tally
        return Counts(each.done_on_time, each.done_late, each.open_in_time, each.open_overdue)

    @property
    def share(self) -> float | None:
        """What is done of what is due; None where nothing is due yet."""
        return self.counts.done / self.counts.due if self.counts.due else None

    @cached_property
    def searched(self) -> str:
        return folded(f"{self.name} {self.office}")

    @property
    def plain(self) -> bool:
        """Nothing about it asks for the city."""
        return self.there and not (self.tally.open_overdue or self.unreached or self.night_missed)


@dataclass(frozen=True)
class City:
    """What the page shows. `wards`: those that the filters let pass, in the order asked for; the sums are of them."""

    id: str
    name: str
    year: int | None
    """Of the plans that are counted: the latest that any ward had begun by the day; None where none had."""
    as_of: date
    today: date
    first: date | None
    """The first day of the earliest plan."""
    wards: tuple[Ward, ...]
    every: tuple[Ward, ...]

    @property
    def past(self) -> bool:
        return self.as_of < self.today

    @cached_property
    def tally(self) -> Tally:
        return sum((each.tally for each in self.wards), Tally())

    @property
    def counts(self) -> Counts:
        return sum((each.counts for each in self.wards), Counts())

    @property
    def night_missed(self) -> list[Ward]:
        return [each for each in self.wards if each.night_missed]

    @property
    def without_plan(self) -> list[Ward]:
        return [each for each in self.wards if not each.there]

    @property
    def unreached(self) -> list[Ward]:
        return [each for each in self.wards if each.unreached]


@dataclass
class Held:
    """Figures that were read before; one for each database and process. Safe to share between threads."""

    most: int = 60_000
    """Figures of a ward on a day: the country's communes on a dozen days, some hundred bytes each."""
    kept: OrderedDict[tuple[Any, ...], Tally] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)
    reading: Lock = field(default_factory=Lock)
    """Who comes while others read takes what they have read."""

    def find(self, keys: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], Tally]:
        with self.lock:
            found = {key: self.kept[key] for key in keys if key in self.kept}
            for key in found:
                self.kept.move_to_end(key)
        return found

    def keep(self, figures: Mapping[tuple[Any, ...], Tally]) -> None:
        with self.lock:
            self.kept.update(figures)
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)


def read(session: Session, city: str, *, now: datetime, held: Held, as_of: date | None = None) -> City:
    """Every ward of the city (an office's id) as at the end of the local day `as_of` (default: today).

    Three statements, one more where a ward has moved since it was last read, and four more for such a ward on a past
    day; never more, however many wards there are. Raises RequestRefused(`city.unknown`).
    """
    office = of_city.office(session, city)
    if office is None:
        raise RequestRefused("city.unknown", city=city)
    today = local_day(now, office.time_zone)
    day = today if as_of is None else min(as_of, today)
    rows = of_city.wards(session, city)
    begun = [row for row in rows if row.plan is not None and row.starts_on <= day]
    year = max((row.year for row in begun), default=None)
    counted = [row for row in begun if row.year == year]
    figures = _figures(session, counted, day, office.time_zone, held, past=day < today)
    unreached = {} if day < today else of_city.unreached(session, city)
    night_of = _night_of(now, office.time_zone)
    of: dict[str, list[Row[Any]]] = {}
    for row in counted:
        of.setdefault(row.office, []).append(row)
    every = [
        _ward(row, of.get(row.office, []), figures, unreached, None if day < today else night_of)
        for row in {row.office: row for row in rows}.values()
    ]
    starts = [row.starts_on for row in rows if row.starts_on is not None]
    return City(city, office.name, year, day, today, min(starts, default=None), tuple(every), tuple(every))


def _night_of(now: datetime, zone: str) -> date:
    """The day up to which the last night must have gone."""
    local = now.astimezone(ZoneInfo(zone))
    return local.date() if local.time() >= NIGHT_BY else local.date() - timedelta(days=1)


def _ward(
    row: Row[Any],
    plans: list[Row[Any]],
    figures: Mapping[Plan, Tally],
    unreached: Mapping[str, int],
    night_of: date | None,
) -> Ward:
    nights = [each.swept_on for each in plans]
    night = None if None in nights else min(nights, default=None)
    return Ward(
        office=row.office,
        name=row.name,
        there=bool(plans),
        tally=sum((figures[each.office, each.plan] for each in plans), Tally()),
        unreached=unreached.get(row.office, 0),
        night=night,
        night_missed=bool(plans) and night_of is not None and (night is None or night < night_of),
    )


def _figures(
    session: Session, rows: Collection[Row[Any]], day: date, zone: str, held: Held, *, past: bool
) -> dict[Plan, Tally]:
    keys = {(row.office, row.plan): (row.office, row.plan, row.head_seq, row.swept_at, day) for row in rows}
    found = held.find(keys.values())
    if len(found) < len(keys):
        with held.reading:
            found = held.find(keys.values())
            stale = [plan for plan, key in keys.items() if key not in found]
            if stale:
                fresh = _read(session, stale, day, zone, past=past)
                new = {keys[plan]: fresh.get(plan, Tally()) for plan in stale}
                held.keep(new)
                found |= new
    return {plan: found[key] for plan, key in keys.items()}


def _read(session: Session, plans: Collection[Plan], day: date, zone: str, *, past: bool) -> dict[Plan, Tally]:
    figures = tallies.tallies(session, plans, day, moved=past)
    if past:
        moved = tallies.moved_since(session, plans, day, zone)
        for terms, state in replayed(moved.versions, moved.facts):
            plan = (terms.key.office, terms.key.plan)
            figures[plan] = figures.get(plan, Tally()) + _tally(terms, state, day, moved)
    return figures


def _tally(terms: Terms, state: State, day: date, moved: tallies.Moved) -> Tally:
    """One occurrence's part in the figures, by the rules."""
    if terms.relation == REQUESTED:
        return Tally()
    cell = states.bucket(states.status(terms, state, day), terms, state, day)
    if cell is None:
        return Tally()
    rung = 0
    if cell == "open_overdue" and state.last_day is not None:
        told = moved.rungs.get((terms.key, state.version), [])
        rung = max((each for on, each in told if on > state.last_day), default=0)
    one = Tally(at_office=int(rung == OFFICE_RUNG), at_chair=int(rung == CHAIR_RUNG))
    return replace(one, **{cell: 1})


def shown(city: City, *, words: str = "", only: str = "", order: str = "worst") -> City:
    """The city with the wards that a search (with or without marks) and a filter let pass, in the order asked for."""
    query = folded(words)
    wards = [each for each in city.every if found_in(query, each.searched) and _passes(each, only)]
    return replace(city, wards=tuple(sorted(wards, key=_ORDERS.get(order, _worst))))


def _passes(ward: Ward, only: str) -> bool:
    has = {
        "overdue": ward.tally.open_overdue > 0,
        "chair": ward.tally.at_chair > 0,
        "office": ward.tally.at_office > 0,
        "unreached": ward.unreached > 0,
        "night": ward.night_missed,
        "no_plan": not ward.there,
    }
    return has.get(only, True)


def _worst(ward: Ward) -> tuple[Any, ...]:
    """Most overdue of what is due first, then the most; what has no plan last."""
    over = ward.tally.open_overdue / ward.counts.due if ward.counts.due else 0
    return (not ward.there, -over, -ward.tally.open_overdue, -ward.tally.at_chair, *_by_name(ward))


def _by_name(ward: Ward) -> tuple[Any, ...]:
    return (alphabetical(ward.name), ward.office)


def _by_share(ward: Ward) -> tuple[Any, ...]:
    return (ward.share is None, -(ward.share or 0), *_by_name(ward))


_ORDERS = {"worst": _worst, "name": _by_name, "share": _by_share}
