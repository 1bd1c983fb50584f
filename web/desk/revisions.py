"""The plan in force, read once for each revision: its documents are long, and every page of a plan needs them."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from models import city
from models.tables import Plan
from rules.errors import RequestRefused
from usecases import plans

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

KEPT = 32
"""Revisions held in memory at once, some hundred kilobytes each: a ward has one, a city's 126 wards come and go."""

_Key = tuple[str, str, int]
_held: WeakKeyDictionary[Engine, OrderedDict[_Key, plans.InForce]] = WeakKeyDictionary()
_lock = Lock()


def of_office(session: Session, engine: Engine, office: str, *, planless: bool) -> plans.InForce:
    """The office's latest plan. `planless`: an office may have none, for who follows its wards and nothing else."""
    try:
        return in_force(session, engine, office)
    except RequestRefused:
        known = city.office(session, office) if planless else None
        if known is None:
            raise
        return plans.without(office, known.name, known.time_zone)


def in_force(session: Session, engine: Engine, office: str, plan: str | None = None) -> plans.InForce:
    """The plan as it now stands; without `plan` the office's latest year. One small query where it is held already.

    Raises RequestRefused(`request.no_plan`) for an office without a plan.
    """
    columns: Any = (Plan.id, Plan.revision)
    query = select(*columns).where(Plan.office == office)  # type: ignore[arg-type]
    if plan is not None:
        query = query.where(Plan.id == plan)  # type: ignore[arg-type]
    row = session.execute(query.order_by(Plan.year.desc(), Plan.id).limit(1)).one_or_none()  # type: ignore[attr-defined]
    if row is None:
        raise RequestRefused("request.no_plan")
    key = (office, row.id, row.revision)
    with _lock:
        held = _held.setdefault(engine, OrderedDict())
        if key in held:
            held.move_to_end(key)
            return held[key]
    found = plans.in_force(session, office, row.id)
    with _lock:
        held[key] = found
        while len(held) > KEPT:
            held.popitem(last=False)
    return found
