"""The sweep: rungs whose day has come go from `rung_day` to the outbox, in set statements of one transaction.

The rules wrote the days when the occurrence last changed (usecases.changes), so a night costs what acts that night,
however many occurrences there are and however many nights were missed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, bindparam, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from models.session import begin, reading
from models.tables import Notice, RungDay
from rules.ladder import OVERDUE
from usecases.plans import all_plans

if TYPE_CHECKING:
    from sqlalchemy import Engine


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


_RUNG_DAY: Table = SQLModel.metadata.tables[str(RungDay.__tablename__)]
_NOTICE: Table = SQLModel.metadata.tables[str(Notice.__tablename__)]
_MOVED = ("office", "plan", "task", "unit", "period", "rung", "version", "recipient", "role", "passed_from", "due_on")
_DUE = (
    _RUNG_DAY.c.office == bindparam("of_office"),
    _RUNG_DAY.c.plan == bindparam("of_plan"),
    _RUNG_DAY.c.due_on <= bindparam("today", type_=_RUNG_DAY.c.due_on.type),
)
_WAITS = select(literal(1)).where(*_DUE).limit(1)
_COUNTED = select(func.count(), func.count().filter(_RUNG_DAY.c.rung == OVERDUE)).select_from(_RUNG_DAY).where(*_DUE)
_CHOSEN = select(
    *(_RUNG_DAY.c[name] for name in _MOVED),
    bindparam("made_at", type_=_NOTICE.c.made_at.type),
    literal("pending"),
    literal(0),
).where(*_DUE)
_TAKE = delete(_RUNG_DAY).where(*_DUE)


def sweep(engine: Engine, *, plan: str | None = None, today: date, now: datetime) -> list[SweepReport]:
    """Move every rung due up to and including `today` (local) to the outbox; a second call finds nothing to do.

    Each plan is one transaction: killed before its commit, nothing has moved; after it, all has.
    """
    with reading(engine) as session:
        plans = all_plans(session, plan)
    return [_sweep_plan(engine, office, of_plan, today, now) for office, of_plan in plans]


def _sweep_plan(engine: Engine, office: str, plan: str, today: date, now: datetime) -> SweepReport:
    due = {"of_office": office, "of_plan": plan, "today": today}
    with reading(engine) as session:
        if session.execute(_WAITS, due).first() is None:
            return SweepReport(office, plan, today, 0, 0)
    make: Any = sqlite.insert if engine.dialect.name == "sqlite" else postgresql.insert
    move = make(_NOTICE).from_select([*_MOVED, "made_at", "state", "attempts"], _CHOSEN).on_conflict_do_nothing()
    with begin(engine) as session:
        connection = session.connection()
        found, overdue = connection.execute(_COUNTED, due).one()
        connection.execute(move, due | {"made_at": now})
        connection.execute(_TAKE, due)
    return SweepReport(office, plan, today, found - overdue, overdue)
