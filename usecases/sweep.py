"""The sweep: rungs whose day has come go from `rung_day` to the outbox, in set statements of one transaction.

The rules wrote the days when the occurrence last changed (usecases.changes), so a night costs what acts that night,
however many occurrences there are and however many nights were missed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from models.session import begin, reading
from models.tables import Notice, RungDay
from usecases.plans import all_plans

if TYPE_CHECKING:
    from sqlalchemy import Engine

OVERDUE = "overdue"
"""The rung that is no message but an event for the office's own automations."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What one plan's sweep put in the outbox."""

    office: str
    plan: str
    today: date
    notices: int
    overdue: int
    """How many occurrences became overdue since the last sweep."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"today": self.today.isoformat()}


_MOVED = ("office", "plan", "task", "unit", "period", "rung", "version", "recipient", "role", "passed_from", "due_on")
_DUE = (
    col(RungDay.office) == bindparam("of_office"),
    col(RungDay.plan) == bindparam("of_plan"),
    col(RungDay.due_on) <= bindparam("today"),
)


def sweep(engine: Engine, *, plan: str | None = None, today: date, now: datetime) -> list[SweepReport]:
    """Move every rung due up to and including `today` (local) to the outbox; a second call finds nothing to do.

    Each plan is one transaction: killed before its commit, nothing has moved; after it, all has.
    """
    with reading(engine) as session:
        plans = all_plans(session, plan)
    return [_sweep_plan(engine, office, of_plan, today, now) for office, of_plan in plans]


def _sweep_plan(engine: Engine, office: str, plan: str, today: date, now: datetime) -> SweepReport:
    due: dict[str, Any] = {"of_office": office, "of_plan": plan, "today": today}
    with reading(engine) as session:
        waits = session.execute(select(literal(1)).where(*_DUE).limit(1), due).first()
    if waits is None:
        return SweepReport(office, plan, today, 0, 0)
    chosen = select(
        *(getattr(RungDay, each) for each in _MOVED),
        bindparam("made_at", now, Notice.__table__.c.made_at.type),  # type: ignore[attr-defined]
        literal("pending"),
        literal(0),
    ).where(*_DUE)
    make: Any = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
    move = make(Notice).from_select([*_MOVED, "made_at", "state", "attempts"], chosen).on_conflict_do_nothing()
    with begin(engine) as session:
        overdue = session.execute(
            select(func.count()).select_from(RungDay).where(*_DUE, col(RungDay.rung) == OVERDUE), due
        ).scalar_one()
        moved = session.execute(move, due).rowcount  # type: ignore[attr-defined]
        session.execute(delete(RungDay).where(*_DUE), due)
    return SweepReport(office, plan, today, max(moved - overdue, 0), overdue)


__all__ = ["OVERDUE", "SweepReport", "sweep"]
