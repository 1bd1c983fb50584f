"""Where everything stands: now from the columns that repeat the ledger, on a past day by replaying it.

`as_of` D answers as at 24:00 of D in the plan's zone, by when things happened; `known_by` D leaves out what had not
been recorded by then. Cases count in the ward's totals and appear nowhere else (design section 6), so not in the
figures of one unit either. A unit that is only requested is outside the totals, so that every percentage made from them
leaves it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import ledger, queries
from models.session import reading
from rules import states
from rules.values import CHECK_IN, NO_TERM, REQUESTED, Fact, Key, State, Terms
from usecases import plans
from usecases.moment import local_day

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

CELLS = states.CELLS


@dataclass(frozen=True, slots=True)
class Item:
    """One occurrence as it stands."""

    terms: Terms
    state: State
    status: str
    days_late: int
    rung: str | None
    """The last rung told, of the current deadline version."""

    @property
    def requested(self) -> bool:
        return self.terms.relation == REQUESTED

    def as_json(self) -> dict[str, Any]:
        dates = self.terms.dates
        return {
            "id": self.terms.key.short,
            "task": self.terms.key.task,
            "unit": self.terms.key.unit,
            "held_by": self.state.held_by,
            "period": self.terms.key.period,
            "label": self.terms.label,
            "title": self.terms.title,
            "stated_day": _iso(dates.stated),
            "last_day": _iso(self.state.last_day),
            "from": _iso(dates.from_day),
            "to": _iso(dates.to_day),
            "basis": None if dates.basis == NO_TERM else dates.basis,
            "status": self.status,
            "days_late": self.days_late,
            "rung": self.rung,
            "extended_from": _iso(self.state.extended_from),
            "lines": self._lines(),
        }

    def _lines(self) -> list[dict[str, Any]] | None:
        if self.terms.kind != CHECK_IN:
            return None
        given = self.state.answers
        return [
            {
                "task": line,
                "answer": given[line].answer if line in given else None,
                "on": given[line].on.isoformat() if line in given else None,
            }
            for line in self.terms.lines
        ]


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """The four cells of one unit; `requested` units stand outside the totals."""

    unit: str
    counts: dict[str, int]
    requested: bool


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Every occurrence that may be shown, the four cells per unit and in all."""

    plan: str
    as_of: date
    known_by: date | None
    counts: dict[str, int]
    units: list[UnitCounts]
    items: list[Item]
    in_force: plans.InForce | None
    """The revision that was in force; None where none was yet."""
    cases: dict[str, int] = field(default_factory=dict)
    """What the totals hold that is in no unit's row and in no list."""

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan,
            "as_of": self.as_of.isoformat(),
            "known_by": _iso(self.known_by),
            "counts": self.counts,
            "units": [{"unit": each.unit, "counts": each.counts} for each in self.units],
            "occurrences": [each.as_json() for each in self.items],
        }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def status(
    engine: Engine,
    *,
    now: datetime,
    plan: str | None = None,
    unit: str | None = None,
    as_of: date | None = None,
    known_by: date | None = None,
) -> StatusReport:
    """The state of the plan at the end of `as_of` (default: today), for one unit or group or for all."""
    with reading(engine) as session:
        office, plan_id = plans.find(session, plan)
        return read(session, office, plan_id, now=now, unit=unit, as_of=as_of, known_by=known_by)


def read(
    session: Session,
    office: str,
    plan_id: str,
    *,
    now: datetime,
    unit: str | None = None,
    as_of: date | None = None,
    known_by: date | None = None,
) -> StatusReport:
    """`status` inside a session that is open already."""
    in_force: plans.InForce | None = plans.in_force(session, office, plan_id)
    assert in_force is not None
    if unit is not None:
        in_force.require_unit(unit)
    today = local_day(now, in_force.zone)
    day = as_of or today
    if day >= today and known_by is None:
        pairs = queries.to_pairs(queries.standing(session, office, plan_id))
    else:
        in_force, pairs = replay(session, in_force, day, known_by)
    rungs = queries.latest_rungs(session, office, plan_id, upto=min(day, known_by or day))
    items = [
        Item(
            terms,
            state,
            states.status(terms, state, day),
            states.days_late(terms, state, day),
            rungs.get((terms.key, state.version)),
        )
        for terms, state in pairs
    ]
    if unit is not None:
        wanted = in_force.members_of(unit) if in_force else {unit}
        items = [each for each in items if each.state.held_by in wanted and not each.terms.private]
    open_to_all = [each for each in items if not each.terms.private]
    return StatusReport(
        plan=plan_id,
        as_of=day,
        known_by=known_by,
        counts=count((each for each in items if not each.requested or unit is not None), day),
        units=_by_unit(open_to_all, in_force, day),
        items=sorted(open_to_all, key=_order),
        in_force=in_force,
        cases=count((each for each in items if each.terms.private), day),
    )


def replay(
    session: Session,
    current: plans.InForce,
    day: date,
    known_by: date | None,
    *,
    withdrawn: bool = False,
    key: Key | None = None,
) -> tuple[plans.InForce | None, list[tuple[Terms, State]]]:
    """Terms and state of every occurrence (or of `key`) at the end of `day`, from the versions and the ledger alone.

    With it the plan as it then stood; None where there was none yet. `withdrawn`: also what the plan no longer asked
    by then, which is cancelled.
    """
    office, plan_id = current.office, current.plan
    revision, versions = queries.versions_at(session, office, plan_id, day, known_by, current.zone, key)
    if revision is None:
        return None, []
    facts = ledger.facts(session, office, plan_id, zone=current.zone, key=key, upto=day, known_by=known_by)
    pairs = replayed(versions, facts)
    then = plans.in_force(session, office, plan_id, revision=revision)
    return then, [(terms, state) for terms, state in pairs if withdrawn or not state.withdrawn]


def replayed(versions: Iterable[Any], facts: Mapping[Key, list[Fact]]) -> list[tuple[Terms, State]]:
    """Terms and state of every occurrence of these versions that its facts made, withdrawn ones among them."""
    every = map(queries.to_terms, versions)
    pairs = ((terms, state_of(terms, facts.get(terms.key, []))) for terms in every)
    return [(terms, state) for terms, state in pairs if state is not None]


def state_of(terms: Terms, facts: Sequence[Fact], *, strict: bool = False) -> State | None:
    """The state that the facts of an occurrence alone give; None where none of them makes it.

    An event is made by its opening, whatever revision came before. `strict` as rules.states.replay has it.
    """
    if terms.kind == "on-event":
        opened = next((n for n, fact in enumerate(facts) if fact.kind == "event_opened"), len(facts))
        facts = facts[opened:]
    if not facts:
        return None
    first = states.initial(terms, facts[0].seq, facts[0].recorded_at, facts[0].data)
    return states.replay(terms, first, facts[1:], strict=strict)


def _order(item: Item) -> tuple[Any, ...]:
    dates = item.terms.dates
    day = item.state.last_day or dates.to_day or date.max
    return (day, item.terms.key.task, item.terms.key.unit, item.terms.key.period)


def count(items: Iterable[Item], day: date) -> dict[str, int]:
    """The four cells of these items on that day; what was cancelled is in none."""
    counts = dict.fromkeys(CELLS, 0)
    for each in items:
        cell = states.bucket(each.status, each.terms, each.state, day)
        if cell is not None:
            counts[cell] += 1
    return counts


def _by_unit(items: list[Item], in_force: plans.InForce | None, day: date) -> list[UnitCounts]:
    held: dict[str, list[Item]] = {}
    for each in items:
        held.setdefault(each.state.held_by, []).append(each)
    order = {unit: n for n, unit in enumerate(in_force.units)} if in_force else {}
    return [
        UnitCounts(unit, count(held[unit], day), all(each.requested for each in held[unit]))
        for unit in sorted(held, key=lambda unit: order.get(unit, len(order)))
    ]
