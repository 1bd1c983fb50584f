"""The figures of many plans at once, in a number of statements that does not grow with them.

They are sums: nothing here hands out a title, a unit or a note, since whoever asks may see no more of a ward.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, ColumnElement, Row, Table, and_, case, false, func, literal, not_, select
from sqlmodel import SQLModel

from models import facts
from models.scope import key_of, on_the_ladder
from models.tables import OCCURRENCE_KEY
from rules.values import REQUESTED, Fact, Key

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Tally:
    """One plan's four cells on a day, units that are only requested left out, and how far the ladder of what is overdue
    has climbed."""

    done_on_time: int = 0
    done_late: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    at_office: int = 0
    """Overdue, Văn phòng told, nobody above it."""
    at_chair: int = 0
    """Overdue, the vice-chair or the chair told."""

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in Tally.__slots__))


Plan = tuple[str, str]
"""(office, plan)."""

_TABLES = SQLModel.metadata.tables
_REVISION: Table = _TABLES["plan_revision"]
_OCCURRENCE: Table = _TABLES["occurrence"]
_VERSION: Table = _TABLES["occurrence_version"]
_ENTRY: Table = _TABLES["entry"]
_NOTICE: Table = _TABLES["notice"]

OFFICE_RUNG, CHAIR_RUNG = 1, 2
_RUNGS = {"office": OFFICE_RUNG, "vice-chair": CHAIR_RUNG, "chair": CHAIR_RUNG}


def tallies(session: Session, plans: Collection[Plan], day: date, *, moved: bool) -> dict[Plan, Tally]:
    """The figures of each plan at the end of `day` (local), from the columns that repeat the ledger: one statement.

    `moved`: leave out what something happened to after `day`, whose columns speak of a later day (`moved_since`). The
    cells are rules.states.bucket in SQL; a test holds them equal to it.
    """
    cell, overdue = _cell(day)
    each = (
        select(
            _OCCURRENCE.c.office,
            _OCCURRENCE.c.plan,
            cell.label("cell"),
            case((overdue, _rung(day)), else_=literal(0)).label("rung"),
        )
        .where(_of(_OCCURRENCE, plans), _OCCURRENCE.c.withdrawn == false())
        .where(_OCCURRENCE.c.relation != REQUESTED, _OCCURRENCE.c.phase != "cancelled")
    )
    if moved:
        after = _moved(plans, day)
        same = and_(*(after.c[name] == _OCCURRENCE.c[name] for name in OCCURRENCE_KEY))
        each = each.outerjoin(after, same).where(after.c.task.is_(None))
    one = each.subquery()
    sums = [func.sum(case((one.c.cell == name, 1), else_=0)) for name in Tally.__slots__[:4]]
    sums += [func.sum(case((one.c.rung == rung, 1), else_=0)) for rung in (OFFICE_RUNG, CHAIR_RUNG)]
    rows = session.execute(select(one.c.office, one.c.plan, *sums).group_by(one.c.office, one.c.plan))
    return {(row[0], row[1]): Tally(*map(int, row[2:])) for row in rows}


def _cell(day: date) -> tuple[ColumnElement[str], ColumnElement[bool]]:
    """The cell of an occurrence that counts (not cancelled, its unit not only asked), and whether it is overdue."""
    of = _OCCURRENCE.c
    done = of.phase.in_(("done", "submitted"))
    overdue = and_(not_(done), not_(of.advisory), of.current_day < day)
    late = and_(not_(of.advisory), of.done_on > of.current_day)
    cell = case(
        (and_(done, late), "done_late"),
        (done, "done_on_time"),
        (overdue, "open_overdue"),
        else_="open_in_time",
    )
    return cell, overdue


def _rung(day: date) -> ColumnElement[int]:
    """How far up the ladder was told of this occurrence after its last day."""
    of = _NOTICE.c
    told = (
        select(func.coalesce(func.max(case(_RUNGS, value=of.role, else_=0)), 0))
        .where(*(of[name] == _OCCURRENCE.c[name] for name in OCCURRENCE_KEY))
        .where(of.version == _OCCURRENCE.c.version, of.due_on > _OCCURRENCE.c.current_day, of.due_on <= day)
        .where(of.state != "dropped", of.role.in_(_RUNGS), on_the_ladder(_NOTICE))
    )
    found: ColumnElement[int] = told.correlate(_OCCURRENCE).scalar_subquery()
    return found


def _of(table: Table, plans: Collection[Plan]) -> ColumnElement[bool]:
    return and_(
        table.c.office.in_(sorted({each[0] for each in plans})), table.c.plan.in_(sorted({each[1] for each in plans}))
    )


def _moved(plans: Collection[Plan], day: date) -> CTE:
    """The occurrences to which something happened after `day`, or of which a later revision says something new."""
    said = select(*(_ENTRY.c[name] for name in OCCURRENCE_KEY)).where(
        _of(_ENTRY, plans), _ENTRY.c.task.is_not(None), _ENTRY.c.happened_on > day
    )
    of_revision = and_(*(_VERSION.c[name] == _REVISION.c[name] for name in ("office", "plan", "revision")))
    revised = (
        select(*(_VERSION.c[name] for name in OCCURRENCE_KEY))
        .join(_REVISION, of_revision)
        .where(_of(_VERSION, plans), _REVISION.c.effective_on > day)
    )
    return said.union(revised).cte("moved")


def _key_of(table: Table, after: CTE) -> ColumnElement[bool]:
    return and_(*(table.c[name] == after.c[name] for name in OCCURRENCE_KEY))


@dataclass(frozen=True, slots=True)
class Moved:
    """What rules.states needs to say where the occurrences stood to which something happened after a day."""

    versions: Sequence[Row[Any]]
    """Of each the terms of the revision that was in force."""
    facts: Mapping[Key, list[Fact]]
    """What had happened to each by that day, in order."""
    rungs: Mapping[tuple[Key, int], list[tuple[date, int]]]
    """By deadline version the days on which Văn phòng or the chair was told, with OFFICE_RUNG or CHAIR_RUNG."""


def moved_since(session: Session, plans: Collection[Plan], day: date, zone: str) -> Moved:
    """What `tallies` leaves out, in four statements whatever the number of plans; `zone` is that of all of them."""
    after = _moved(plans, day)
    return Moved(
        _versions(session, plans, day, after),
        _facts(session, day, after, ZoneInfo(zone)),
        _rungs(session, day, after),
    )


def _versions(session: Session, plans: Collection[Plan], day: date, after: CTE) -> Sequence[Row[Any]]:
    of_plan = ("office", "plan")
    in_force = (
        select(*(_REVISION.c[name] for name in of_plan), func.max(_REVISION.c.revision).label("revision"))
        .where(_of(_REVISION, plans), _REVISION.c.effective_on <= day)
        .group_by(*(_REVISION.c[name] for name in of_plan))
        .subquery()
    )
    key = [_VERSION.c[name] for name in OCCURRENCE_KEY]
    last = (
        select(*key, func.max(_VERSION.c.revision).label("revision"))
        .join(after, _key_of(_VERSION, after))
        .join(in_force, and_(*(_VERSION.c[name] == in_force.c[name] for name in of_plan)))
        .where(_VERSION.c.revision <= in_force.c.revision)
        .group_by(*key)
        .subquery()
    )
    same = and_(*(_VERSION.c[name] == last.c[name] for name in (*OCCURRENCE_KEY, "revision")))
    return session.execute(select(_VERSION).join(last, same)).all()


def _facts(session: Session, day: date, after: CTE, zone: ZoneInfo) -> dict[Key, list[Fact]]:
    entries = select(_ENTRY).join(after, _key_of(_ENTRY, after)).where(_ENTRY.c.happened_on <= day)
    pairs = [(key_of(row), facts.as_fact(row, zone.key)) for row in session.execute(entries)]
    of = and_(*(_VERSION.c[name] == _REVISION.c[name] for name in ("office", "plan", "revision")))
    columns = [_VERSION.c[name] for name in (*OCCURRENCE_KEY, "first_last_day", "withdrawn", "lines")]
    revised = (
        select(*columns, _REVISION.c.seq, _REVISION.c.effective_on, _REVISION.c.recorded_at)
        .join(after, _key_of(_VERSION, after))
        .join(_REVISION, of)
        .where(_REVISION.c.effective_on <= day)
    )
    pairs += [(key_of(row), facts.revised_fact(row, zone)) for row in session.execute(revised)]
    found: dict[Key, list[Fact]] = {}
    for key, fact in sorted(pairs, key=lambda pair: pair[1].seq):
        found.setdefault(key, []).append(fact)
    return found


def _rungs(session: Session, day: date, after: CTE) -> dict[tuple[Key, int], list[tuple[date, int]]]:
    names = (*OCCURRENCE_KEY, "version", "due_on", "role")
    query = (
        select(*(_NOTICE.c[name] for name in names))
        .join(after, _key_of(_NOTICE, after))
        .where(_NOTICE.c.due_on <= day, _NOTICE.c.role.in_(_RUNGS))
        .where(_NOTICE.c.state != "dropped", on_the_ladder(_NOTICE))
    )
    found: dict[tuple[Key, int], list[tuple[date, int]]] = {}
    for row in session.execute(query):
        found.setdefault((key_of(row), row.version), []).append((row.due_on, _RUNGS[row.role]))
    return found
