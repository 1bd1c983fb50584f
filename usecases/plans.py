"""Which plan is meant, and what its revision in force says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from plan import stored
from rules.delivery import Hours, Reach
from rules.errors import RequestRefused
from rules.ladder import Directory, Policy
from rules.units import Unit
from usecases import revisions
from usecases.revisions import Document

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row, Select
    from sqlmodel import Session

    from rules.days import WorkingCalendar


@dataclass(frozen=True)
class InForce:
    """A plan of an office as one revision states it; its documents are parsed when first asked for."""

    office: str
    office_name: str
    plan: str
    title: str
    zone: str
    revision: int
    starts_on: date
    year: int
    documents: Mapping[str, Document]
    """Of plan_revision: units, tasks, targets, ladder, calendar, meta. What is read out of them is never changed."""
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """By name, what follows from this and earlier revisions alone, which never change; so that many calendars of one
    plan read them once."""

    def text(self, name: str) -> str:
        """The JSON of one of the documents."""
        return self.documents[name].text

    @property
    def units(self) -> dict[str, Unit]:
        return self.documents["units"].read(stored.units_from)

    @property
    def tasks(self) -> dict[str, dict[str, Any]]:
        return self.documents["tasks"].read(_tasks_by_id)

    @property
    def targets(self) -> list[dict[str, Any]]:
        targets: list[dict[str, Any]] = self.documents["targets"].read(json.loads)
        return targets

    @property
    def policy(self) -> Policy:
        return self.documents["ladder"].read(stored.policy_from)

    @cached_property
    def directory(self) -> Directory:
        ladder, meta = self.documents["ladder"], self.meta
        people, absences = ladder.read(stored.people_from), ladder.read(stored.absences_from)
        return Directory(self.units, people, meta["monitor"], meta["confirmer"], absences)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each person of the ladder is called, by id; as the first role that names them says."""
        everyone = [each for people in self.directory.people.values() for each in people]
        return {each.id: each.name for each in reversed(everyone)}

    @property
    def reach(self) -> dict[str, Reach]:
        return self.documents["ladder"].read(stored.reach_from)

    @property
    def hours(self) -> Hours:
        return self.documents["ladder"].read(stored.hours_from)

    @property
    def calendar(self) -> WorkingCalendar:
        return self.documents["calendar"].read(stored.calendar_from)

    @property
    def meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = self.documents["meta"].read(json.loads)
        return meta

    def unit_name(self, unit: str, *, short: bool = False) -> str:
        """What people call the unit; the id where the revision does not know it."""
        known = self.units.get(unit)
        if known is None:
            return unit
        return (known.short or known.name) if short else known.name

    def members_of(self, unit: str) -> set[str]:
        """The unit itself and, for a group, its members."""
        return {unit} | {each.id for each in self.units.values() if each.group == unit}

    def require_unit(self, unit: str) -> Unit:
        """The unit, or a refusal that names the nearest ids."""
        known = self.units.get(unit)
        if known is None:
            raise RequestRefused("request.unknown_unit", unit=unit, near=nearest(unit, self.units))
        return known


def without(office: str, name: str, zone: str) -> InForce:
    """What an office has that follows others and has no plan of its own: a name and a clock."""
    empty = {"units": "[]", "tasks": "[]", "targets": "[]", "ladder": "{}", "calendar": "{}", "meta": "{}"}
    return InForce(office, name, "", "", zone, 0, date.min, 0, documents(empty))


def documents(texts: Mapping[str, str]) -> Mapping[str, Document]:
    """The documents of a revision from their JSON."""
    return MappingProxyType({name: revisions.document(text) for name, text in texts.items()})


def _tasks_by_id(text: str) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in stored.tasks_from(text)}


def nearest(word: str, known: Iterable[str], count: int = 3) -> str:
    """The known ids most like `word`, for «ý của bạn là»; all of a short list where none is near."""
    known = list(known)
    near = get_close_matches(word, known, n=count, cutoff=0.5) or known[:count]
    return ", ".join(near) or "—"


def find(session: Session | Connection, plan: str | None = None) -> tuple[str, str]:
    """(office, plan): the named one, else the only or the latest year's. Refuses with what there is."""
    from sqlalchemy import select

    from models.tables import Plan

    every = select(Plan.office, Plan.id, Plan.year)  # type: ignore[call-overload]
    if plan is not None:
        office, of_office, id_ = plan.rpartition("/")
        asked = every.where(Plan.id == id_, *((Plan.office == office,) if of_office else ()))
        named = [(row.office, row.id) for row in session.execute(asked)]
        if len(named) == 1:
            return named[0]
    rows = session.execute(every).all()
    if not rows:
        raise RequestRefused("request.no_plan")
    if plan is None:
        year = max(row.year for row in rows)
        named = [(row.office, row.id) for row in rows if row.year == year]
    elif not named:
        raise RequestRefused("request.unknown_plan", plan=plan, near=nearest(plan, [row.id for row in rows]))
    if len(named) > 1:
        raise RequestRefused("request.which_plan", plans=", ".join(f"{office}/{id_}" for office, id_ in named))
    return named[0]


def all_plans(session: Session, plan: str | None = None) -> list[tuple[str, str]]:
    """What a nightly stage goes over: the named plan, or every plan of every office in the database."""
    from sqlalchemy import select

    from models.tables import Plan

    if plan is not None:
        return [find(session, plan)]
    rows = session.execute(select(Plan.office, Plan.id).order_by(Plan.office, Plan.id))  # type: ignore[call-overload]
    return [(row.office, row.id) for row in rows]


_DOCUMENTS = ("units", "tasks", "targets", "ladder", "calendar", "meta")
_held: revisions.Shelf[InForce] = revisions.Shelf()


def in_force(session: Session, office: str, plan: str, *, revision: int | None = None, anew: bool = False) -> InForce:
    """The plan as its current revision (or the given one) states it; the documents are read once for all.

    `anew`: as they stand in the database now, for who checks that nobody has changed them there.
    """
    from models.tables import Plan, PlanRevision

    query = _heads(office).where(Plan.id == plan)  # type: ignore[arg-type]
    if revision is not None:
        query = _heads(office, PlanRevision.revision == revision).where(Plan.id == plan)  # type: ignore[arg-type]
    head = session.execute(query).one()
    return _read(session, office, head) if anew else _of(session, office, head)


def latest(session: Session, office: str, plan: str | None = None) -> InForce:
    """The plan of an office as it now stands; without `plan` that of its latest year.

    Raises RequestRefused(`request.no_plan`) for an office without it.
    """
    from models.tables import Plan

    query = _heads(office)
    if plan is not None:
        query = query.where(Plan.id == plan)  # type: ignore[arg-type]
    row = session.execute(query.order_by(Plan.year.desc(), Plan.id).limit(1)).one_or_none()  # type: ignore[attr-defined]
    if row is None:
        raise RequestRefused("request.no_plan")
    return _of(session, office, row)


def of_office(session: Session, office: str, *, planless: bool) -> InForce:
    """The office's latest plan. `planless`: an office may have none, for who follows its wards and nothing else."""
    from models import city

    try:
        return latest(session, office)
    except RequestRefused:
        known = city.office(session, office) if planless else None
        if known is None:
            raise
        return without(office, known.name, known.time_zone)


def _heads(office: str, which: Any = None) -> Select[Any]:
    """All that a revision states outside its documents, and what tells it from any other: a rolled-back one of the same
    number, or one of a database that was restored. By primary keys."""
    from sqlalchemy import select

    from models.tables import Office, Plan, PlanRevision

    said = (Office.name, Office.time_zone, Plan.id, Plan.title, Plan.starts_on, Plan.year, PlanRevision.revision)
    mark = (PlanRevision.file_hash, PlanRevision.calendar_hash, PlanRevision.seq, PlanRevision.recorded_at)
    query: Select[Any] = (
        select(*said, *mark)  # type: ignore[call-overload]
        .join(Plan, (Plan.office == PlanRevision.office) & (Plan.id == PlanRevision.plan))
        .join(Office, Office.id == PlanRevision.office)
        .where(PlanRevision.office == office, PlanRevision.revision == Plan.revision if which is None else which)
    )
    return query


def _of(session: Session, office: str, head: Row[Any]) -> InForce:
    """The revision of this row: the one that is held, where every word of the row is the same."""
    from models.session import database

    return _held.get(database(session), (office, *head), lambda: _read(session, office, head))


def _read(session: Session, office: str, head: Row[Any]) -> InForce:
    from sqlalchemy import select

    from models.tables import PlanRevision

    columns: Any = [getattr(PlanRevision, each) for each in _DOCUMENTS]
    row = session.execute(
        select(*columns).where(
            PlanRevision.office == office,  # type: ignore[arg-type]
            PlanRevision.plan == head.id,
            PlanRevision.revision == head.revision,
        )
    ).one()
    return InForce(
        office=office,
        office_name=head.name,
        plan=head.id,
        title=head.title,
        zone=head.time_zone,
        revision=head.revision,
        starts_on=head.starts_on,
        year=head.year,
        documents=documents(dict(zip(_DOCUMENTS, row, strict=True))),
    )
