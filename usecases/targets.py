"""Indicators (chỉ tiêu): what was measured, and whether the target is met as far as anybody can tell."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

from models import ledger, queries
from models.session import begin, reading
from rules.errors import RequestRefused
from rules.targets import assess
from usecases import plans
from usecases.moment import local_day
from usecases.record import require_channel

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Measured:
    """A value that was recorded for a target."""

    target: str
    seq: int
    value: float
    on: date
    state: str
    repeated: bool = False
    """The same request had been recorded before; nothing changed."""

    def as_json(self) -> dict[str, Any]:
        return {
            "target": self.target,
            "seq": self.seq,
            "value": self.value,
            "on": self.on.isoformat(),
            "state": self.state,
            "repeated": self.repeated,
        }


def measure(
    engine: Engine,
    *,
    target: str,
    value: float,
    unit: str,
    on: date | None,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    note: str | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Measured:
    """Record what `unit` measured on the local day `on`; a day in the baseline year makes it the baseline."""
    require_channel(channel)
    if not isfinite(value):
        raise RequestRefused("request.no_figure", target=target)
    with begin(engine) as session:
        office, plan_id = plans.find(session, plan)
        in_force = plans.in_force(session, office, plan_id)
        today = local_day(now, in_force.zone)
        day = on or today
        known = {each["id"]: each for each in in_force.targets}
        if target not in known:
            raise RequestRefused("request.unknown_target", target=target, near=plans.nearest(target, known, 9))
        in_force.require_unit(unit)
        ledger.lock(session, office)
        earlier = queries.entry_by_request(session, office, request_id) if request_id else None
        if earlier is not None and on is None:
            day = local_day(earlier.recorded_at, in_force.zone)  # «today» of the request that is sent again
        if day > today:
            raise RequestRefused("request.future", on=day, today=today)
        entry, repeated = ledger.append(
            session,
            office=office,
            plan=plan_id,
            kind="measured",
            happened_on=day,
            now=now,
            declared_by=unit,
            recorded_by=recorded_by,
            channel=channel,
            request_id=request_id or str(uuid4()),
            line=target,
            data={"value": value},
            text=note,
        )
        after = {each["id"]: each for each in read(session, in_force, None, None)}
        return Measured(target, entry.seq, value, day, after[target]["state"], repeated)


def targets(
    engine: Engine, *, plan: str | None = None, as_of: date | None = None, known_by: date | None = None
) -> list[dict[str, Any]]:
    """The `targets` contract of design section 8, with the values known at the end of `as_of`."""
    with reading(engine) as session:
        office, plan_id = plans.find(session, plan)
        return read(session, plans.in_force(session, office, plan_id), as_of, known_by)


def read(session: Session, in_force: plans.InForce, as_of: date | None, known_by: date | None) -> list[dict[str, Any]]:
    """`targets` inside a session that is open already."""
    found = figures(session, in_force, as_of, known_by)
    return [assessed(each, found.get(each["id"], [])) for each in in_force.targets]


class Figure(NamedTuple):
    """A figure as a unit measured it; of two the later day counts, then the later entry."""

    on: date
    seq: int
    value: float
    unit: str


def figures(
    session: Session, in_force: plans.InForce, as_of: date | None, known_by: date | None
) -> dict[str, list[Figure]]:
    """What was measured of each target, in the order that counts: by the end of `as_of`, as known by `known_by`."""
    found: dict[str, list[Figure]] = {}
    for entry in queries.measured(session, in_force.office, in_force.plan):
        if (as_of is None or entry.happened_on <= as_of) and (
            known_by is None or local_day(entry.recorded_at, in_force.zone) <= known_by
        ):
            value = float(json.loads(entry.data)["value"])
            figure = Figure(entry.happened_on, entry.seq, value, entry.declared_by)
            found.setdefault(entry.line or "", []).append(figure)
    return {target: sorted(each) for target, each in found.items()}


def assessed(target: dict[str, Any], measured: Iterable[Figure]) -> dict[str, Any]:
    """One target with its result and state from what was measured, in the order that counts."""
    year = target["baseline_year"]
    baseline, latest = target["baseline"], None
    for each in measured:
        if year is not None and each.on.year == year:
            baseline = each.value
        else:
            latest = each.value
    result, state = assess(target["operator"], target["value"], baseline, latest)
    return target | {"baseline": baseline, "result": result, "state": state}
