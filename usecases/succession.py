"""On the day a unit ends, its open work goes to the lead successor that a document names, through ledger entries.

Where no document decides, nothing moves and the answer says so («chưa có văn bản xác định»). Ids never change;
`held_by` does. What is past stays under the old name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import ledger, queries
from models.session import begin, reading
from rules import states
from rules.units import Unit, holder
from rules.values import State, Terms
from usecases import changes, plans

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Succession:
    """What moved in one plan, and which ended units still hold open work that no document assigns."""

    office: str
    plan: str
    moved: dict[str, int]
    """«from → to»: how many occurrences."""
    undecided: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        return {"office": self.office, "plan": self.plan, "moved": self.moved, "undecided": self.undecided}


def succeed(
    engine: Engine, *, plan: str | None = None, today: date, now: datetime, recorded_by: str
) -> list[Succession]:
    """Move what is due to be moved as of `today` (local). Repeating it moves nothing more."""
    with reading(engine) as session:
        named = plans.all_plans(session, plan)
        ended = {
            each: [unit for unit in plans.in_force(session, *each).units.values() if not unit.exists_on(today)]
            for each in named
        }
    return [_succeed(engine, *each, {unit.id for unit in ended[each]}, today, now, recorded_by) for each in named]


def _succeed(
    engine: Engine, office: str, plan: str, ended: set[str], today: date, now: datetime, recorded_by: str
) -> Succession:
    report = Succession(office, plan, {}, {})
    if not ended:
        return report
    with reading(engine) as session:
        held = queries.open_held_by(session, office, plan, ended)
        if not held:
            return report
        units = plans.in_force(session, office, plan).units
    if all(holder(units, row.held_by, today)[0] == row.held_by for row in held):
        return replace(report, undecided=_undecided(units, held, today))
    with begin(engine) as session:
        ledger.lock(session, office)
        in_force = plans.in_force(session, office, plan)
        held = queries.open_held_by(session, office, plan, ended)
        moved = []
        for row in held:
            to, _ = holder(in_force.units, row.held_by, today)
            if to != row.held_by:
                moved.append(_hand_over(session, in_force, row, to, today, now, recorded_by))
                step = f"{row.held_by} → {to}"
                report.moved[step] = report.moved.get(step, 0) + 1
        changes.save(session, in_force, moved)
    return replace(report, undecided=_undecided(in_force.units, held, today))


def _undecided(units: Mapping[str, Unit], held: Iterable[Any], today: date) -> dict[str, int]:
    """How much each ended unit still holds since no document says who succeeds it."""
    holders = ((row.held_by, *holder(units, row.held_by, today)) for row in held)
    return dict(Counter(unit for unit, to, undecided in holders if undecided and to == unit))


def _hand_over(
    session: Session, in_force: plans.InForce, row: Any, to: str, today: date, now: datetime, recorded_by: str
) -> tuple[Terms, State]:
    """Record that `to` holds it from the day that the document gives; the state after it."""
    terms, state = queries.to_terms(row), queries.to_state(row)
    lead = in_force.units[row.held_by].lead_successor()
    entry, _ = ledger.append(
        session,
        office=in_force.office,
        plan=in_force.plan,
        kind="held_over",
        happened_on=max(lead.on, in_force.starts_on) if lead else today,
        now=now,
        declared_by=row.held_by,
        recorded_by=recorded_by,
        channel="sync",
        request_id=f"held-over:{in_force.plan}:{terms.key.short}:{row.held_by}:{to}:{row.changed_seq}",
        key=terms.key,
        data={"from": row.held_by, "to": to, "by": lead.by if lead else None},
    )
    return terms, states.apply(terms, state, ledger.as_fact(entry, in_force.zone))
