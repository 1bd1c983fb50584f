"""Which plan is meant, and what its revision in force says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from plan import stored
from rules.delivery import Hours, Reach
from rules.errors import RequestRefused
from rules.ladder import Directory, Policy
from rules.units import Unit

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlmodel import Session

    from rules.days import WorkingCalendar


@dataclass(frozen=True)
class InForce:
    """A plan of an office as one revision states it; the documents are read when first asked for."""

    office: str
    office_name: str
    plan: str
    title: str
    zone: str
    revision: int
    starts_on: date
    year: int
    texts: dict[str, str]
    """The JSON documents of plan_revision: units, tasks, targets, ladder, calendar, meta."""
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """By name, what follows from this and earlier revisions alone, which never change; so that many calendars of one
    plan read them once."""

    @cached_property
    def units(self) -> dict[str, Unit]:
        return stored.units_from(self.texts["units"])

    @cached_property
    def tasks(self) -> dict[str, dict[str, Any]]:
        return {each["id"]: each for each in stored.tasks_from(self.texts["tasks"])}

    @cached_property
    def targets(self) -> list[dict[str, Any]]:
        targets: list[dict[str, Any]] = json.loads(self.texts["targets"])
        return targets

    @cached_property
    def policy(self) -> Policy:
        return stored.policy_from(self.texts["ladder"])

    @cached_property
    def directory(self) -> Directory:
        return stored.directory_from(self.texts["units"], self.texts["ladder"], self.texts["meta"])

    @cached_property
    def names(self) -> dict[str, str]:
        """What each person of the ladder is called, by id; as the first role that names them says."""
        everyone = [each for people in self.directory.people.values() for each in people]
        return {each.id: each.name for each in reversed(everyone)}

    @cached_property
    def reach(self) -> dict[str, Reach]:
        return stored.reach_from(self.texts["ladder"])

    @cached_property
    def hours(self) -> Hours:
        return stored.hours_from(self.texts["ladder"])

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return stored.calendar_from(self.texts["calendar"])

    @cached_property
    def meta(self) -> dict[str, Any]:
        meta: dict[str, Any] = json.loads(self.texts["meta"])
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
    return InForce(office, name, "", "", zone, 0, date.min, 0, empty)


def nearest(word: str, known: Iterable[str], count: int = 3) -> str:
    """The known ids most like `word`, for «ý của bạn là»; all of a short list where none is near."""
    known = list(known)
    near = get_close_matches(word, known, n=count, cutoff=0.5) or known[:count]
    return ", ".join(near) or "—"


def find(session: Session | Connection, plan: str | None = None) -> tuple[str, str]:
    """(office, plan): the named one, else the only or the latest year's. Refuses with what there is."""
    from sqlalchemy import select

    from models.tables import Plan

    rows = session.execute(select(Plan.office, Plan.id, Plan.year)).all()  # type: ignore[call-overload]
    if not rows:
        raise RequestRefused("request.no_plan")
    named = [(row.office, row.id) for row in rows if plan in (None, row.id, f"{row.office}/{row.id}")]
    if not named:
        raise RequestRefused("request.unknown_plan", plan=plan, near=nearest(str(plan), [row.id for row in rows]))
    if plan is None:
        year = max(row.year for row in rows)
        named = [(row.office, row.id) for row in rows if row.year == year]
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


def in_force(session: Session, office: str, plan: str, *, revision: int | None = None) -> InForce:
    """The plan as its current revision (or the given one) states it."""
    from sqlalchemy import select

    from models.tables import Office, Plan, PlanRevision

    columns = ("units", "tasks", "targets", "ladder", "calendar", "meta")
    row = session.execute(
        select(
            Office.name,
            Office.time_zone,
            Plan.title,
            Plan.starts_on,
            Plan.year,
            PlanRevision.revision,
            *(getattr(PlanRevision, each) for each in columns),
        )  # type: ignore[call-overload]
        .join(Plan, (Plan.office == PlanRevision.office) & (Plan.id == PlanRevision.plan))
        .join(Office, Office.id == PlanRevision.office)
        .where(
            PlanRevision.office == office,
            PlanRevision.plan == plan,
            PlanRevision.revision == (Plan.revision if revision is None else revision),
        )
    ).one()
    return InForce(
        office=office,
        office_name=row.name,
        plan=plan,
        title=row.title,
        zone=row.time_zone,
        revision=row.revision,
        starts_on=row.starts_on,
        year=row.year,
        texts={each: getattr(row, each) for each in columns},
    )
