"""The sweep: rungs whose day has come go from `rung_day` to the outbox, in set statements of one transaction.

The rules wrote the days when the occurrence last changed (usecases.changes), so a night costs what acts that night,
however many occurrences there are and however many nights were missed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from models.session import writing
from rules.ladder import OVERDUE
from usecases.plans import find

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult, Engine

    Run = Callable[..., CursorResult[Any]]


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


# As the driver takes it: the same words run on both databases, and a small night must not pay for building them.
_DUE = "from rung_day where office = :office and plan = :plan and due_on <= :today"
_MOVED = "office, plan, task, unit, period, rung, version, recipient, role, passed_from, due_on"
_COUNTED = (
    "select p.office, p.id, count(r.task), count(r.task) filter (where r.rung = :overdue) from plan p"
    " left join rung_day r on r.office = p.office and r.plan = p.id and r.due_on <= :today"
    " group by p.office, p.id order by p.office, p.id"
)
_MOVE = (
    f"insert into notice ({_MOVED}, made_at, state, attempts) select {_MOVED}, :now, 'pending', 0 {_DUE}"
    " on conflict do nothing"
)
_TAKE = f"delete {_DUE}"
# What the city's board says of last night; an earlier day, swept again, is not the last.
_RAN = (
    "insert into night (office, plan, swept_on, swept_at) select office, id, :today, :now from plan"
    " where (:office = '' or office = :office and id = :plan) on conflict (office, plan)"
    " do update set swept_on = excluded.swept_on, swept_at = excluded.swept_at"
    " where night.swept_on <= excluded.swept_on"
)
_LOCK = "select 1 from office where id = :office for update"
_BLANK = re.compile(r":(\w+)")


def sweep(engine: Engine, *, plan: str | None = None, today: date, now: datetime) -> list[SweepReport]:
    """Move every rung due up to and including `today` (local) to the outbox, of one plan or of all in the database.

    One transaction: killed before its commit, nothing has moved; after it, all has. A second call finds nothing to do.
    """
    with writing(engine) as connection:
        run = _runner(connection)
        named = None if plan is None else find(connection, plan)
        counted = run(_COUNTED, today=today, overdue=OVERDUE).all()
        reports = [
            SweepReport(office, plan_id, today, due - overdue, overdue)
            for office, plan_id, due, overdue in counted
            if named in (None, (office, plan_id))
        ]
        for each in reports:
            if each.notices or each.overdue:
                if engine.dialect.name != "sqlite":  # where the writer does not hold the whole file already
                    run(_LOCK, office=each.office)  # a rung written between the two statements: taken, never told
                run(_MOVE, office=each.office, plan=each.plan, today=today, now=now)
                run(_TAKE, office=each.office, plan=each.plan, today=today)
        office, plan_id = named or ("", "")
        run(_RAN, today=today, now=now, office=office, plan=plan_id)
    return reports


def _runner(connection: Connection) -> Run:
    """Runs a statement with named values, in the words and types of the connection's driver."""
    if connection.dialect.name != "sqlite":
        return lambda sql, **values: connection.exec_driver_sql(_BLANK.sub(r"%(\1)s", sql), values)

    def run(sql: str, **values: object) -> CursorResult[Any]:
        return connection.exec_driver_sql(sql, {name: _stored(value) for name, value in values.items()})

    return run


def _stored(value: object) -> object:
    """As SQLAlchemy writes days and instants into SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value
