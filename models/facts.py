"""The ledger read back as the facts of rules.states, as of a day and as known by a day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, and_, select
from sqlmodel import SQLModel

import models.tables as _tables  # noqa: F401  (the metadata below)
from models.rows import revised_data_of
from models.scope import key_of
from rules.values import Fact, Key

if TYPE_CHECKING:
    from sqlmodel import Session

_ENTRY: Table = SQLModel.metadata.tables["entry"]
_TEXT: Table = SQLModel.metadata.tables["entry_text"]
_REVISION: Table = SQLModel.metadata.tables["plan_revision"]
_VERSION: Table = SQLModel.metadata.tables["occurrence_version"]


def facts(
    session: Session,
    office: str,
    plan: str,
    *,
    zone: str,
    key: Key | None = None,
    upto: date | None = None,
    known_by: date | None = None,
) -> dict[Key, list[Fact]]:
    """What the ledger says of each occurrence of the plan (or of `key`), in the order it was recorded.

    `upto` limits to what had happened by that local day, `known_by` to what had been recorded by 24:00 of that local
    day in `zone`, both inclusive. What a revision of the plan said of an occurrence is among them as a fact `revised`
    with data `last_day` (ISO or None), `withdrawn` and `lines`.
    """
    conditions = [_ENTRY.c.office == office, _ENTRY.c.plan == plan, _ENTRY.c.task.is_not(None)]
    if key is not None:
        conditions += [_ENTRY.c.task == key.task, _ENTRY.c.unit == key.unit, _ENTRY.c.period == key.period]
    found: dict[Key, list[Fact]] = {}
    revised = _revised(session, office, plan, zone, key, upto, known_by)
    entries = _entries(session, conditions, zone, upto, known_by)
    for of, fact in sorted(revised + entries, key=lambda pair: pair[1].seq):
        found.setdefault(of, []).append(fact)
    return found


def as_fact(entry: Any, zone: str) -> Fact:
    """An entry (or a row with its columns) as the rules see it; `zone` gives the local day of recording."""
    return _fact(entry, ZoneInfo(zone))


def texts(session: Session, office: str, plan: str, key: Key | None = None) -> dict[int, str | None]:
    """The free texts by seq, None where erased; of one occurrence, or of the whole plan."""
    query = select(_TEXT.c.seq, _TEXT.c.text).where(_TEXT.c.office == office, _TEXT.c.plan == plan)
    if key is not None:
        query = query.join(
            _ENTRY, and_(*(_TEXT.c[each] == _ENTRY.c[each] for each in ("office", "plan", "seq")))
        ).where(_ENTRY.c.task == key.task, _ENTRY.c.unit == key.unit, _ENTRY.c.period == key.period)
    return {row.seq: row.text for row in session.execute(query)}


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after `day` in `zone`, in UTC: what is recorded before it was known that day."""
    return datetime.combine(day + timedelta(days=1), time(0), zone).astimezone(UTC)


def _entries(
    session: Session, conditions: list[Any], zone: str, upto: date | None, known_by: date | None
) -> list[tuple[Key, Fact]]:
    local = ZoneInfo(zone)
    if upto is not None:
        conditions.append(_ENTRY.c.happened_on <= upto)
    if known_by is not None:
        conditions.append(_ENTRY.c.recorded_at < end_of(known_by, local))
    rows = session.execute(select(_ENTRY).where(*conditions).order_by(_ENTRY.c.seq))
    return [(key_of(row), _fact(row, local)) for row in rows]


def _fact(row: Any, local: ZoneInfo) -> Fact:
    return Fact(
        seq=row.seq,
        kind=row.kind,
        happened_on=row.happened_on,
        recorded_at=row.recorded_at,
        recorded_on=row.recorded_at.astimezone(local).date(),
        declared_by=row.declared_by,
        recorded_by=row.recorded_by,
        channel=row.channel,
        line=row.line,
        data={} if row.data == "{}" else json.loads(row.data),
    )


def _revised(
    session: Session,
    office: str,
    plan: str,
    zone: str,
    key: Key | None,
    upto: date | None,
    known_by: date | None,
) -> list[tuple[Key, Fact]]:
    local = ZoneInfo(zone)
    of = and_(*(_VERSION.c[each] == _REVISION.c[each] for each in ("office", "plan", "revision")))
    named = ("task", "unit", "period", "first_last_day", "withdrawn", "lines")
    query = (
        select(
            *(_VERSION.c[each] for each in named), _REVISION.c.seq, _REVISION.c.effective_on, _REVISION.c.recorded_at
        )
        .join(_REVISION, of)
        .where(_VERSION.c.office == office, _VERSION.c.plan == plan)
    )
    if key is not None:
        query = query.where(_VERSION.c.task == key.task, _VERSION.c.unit == key.unit, _VERSION.c.period == key.period)
    if upto is not None:
        query = query.where(_REVISION.c.effective_on <= upto)
    if known_by is not None:
        query = query.where(_REVISION.c.recorded_at < end_of(known_by, local))
    return [
        (Key(office, plan, row.task, row.unit, row.period), revised_fact(row, local)) for row in session.execute(query)
    ]


def revised_fact(row: Any, local: ZoneInfo) -> Fact:
    """What a revision said of an occurrence, from a row of its version beside seq, effective_on and recorded_at."""
    return Fact(
        seq=row.seq,
        kind="revised",
        happened_on=row.effective_on,
        recorded_at=row.recorded_at,
        recorded_on=row.recorded_at.astimezone(local).date(),
        data=revised_data_of(row),
    )
