"""The indicators: what is asked, from which baseline, what was measured when, and what can be said of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from models import queries
from usecases.targets import assessed

if TYPE_CHECKING:
    from sqlmodel import Session

    from usecases.desk.reading import Desk


@dataclass(frozen=True, slots=True)
class Value:
    """A value that a unit measured."""

    on: date
    value: float
    unit_name: str
    seq: int


@dataclass(frozen=True, slots=True)
class TargetLine:
    """An indicator with its values by the day of the page, by day."""

    id: str
    title: str
    operator: str
    value: float | None
    unit: str
    baseline: float | None
    baseline_year: int | None
    result: float | None
    """The figure that is compared: what was measured last, or its change in percent of the baseline."""
    state: str
    """met, not_met or unknown."""
    missing: str
    """Why it is unknown: `baseline`, `value`, or "" where it is not."""
    led_by: str
    led_by_name: str
    clauses: tuple[str, ...]
    values: tuple[Value, ...]


def targets(session: Session, desk: Desk) -> list[TargetLine]:
    """Every indicator of the plan as at the end of the day of the page."""
    found: dict[str, list[Value]] = {}
    in_force = desk.plan
    for entry in queries.measured(session, in_force.office, in_force.plan):
        if entry.happened_on <= desk.as_of and desk.knew(entry.recorded_at):
            value = float(json.loads(entry.data)["value"])
            said = Value(entry.happened_on, value, in_force.unit_name(entry.declared_by), entry.seq)
            found.setdefault(entry.line or "", []).append(said)
    leads = in_force.meta.get("target_leads", {})
    lines = []
    for each in in_force.targets:
        values = sorted(found.get(each["id"], []), key=lambda value: (value.on, value.seq))
        known = assessed(each, [(value.on, value.seq, value.value) for value in values])
        led_by = leads.get(each["id"]) or ""
        lines.append(
            TargetLine(
                id=each["id"],
                title=each["title"],
                operator=each["operator"],
                value=each["value"],
                unit=each["unit"] or "",
                baseline=known["baseline"],
                baseline_year=each["baseline_year"],
                result=known["result"],
                state=known["state"],
                missing=_missing(known["state"], known["baseline"], each["baseline_year"]),
                led_by=led_by,
                led_by_name=in_force.unit_name(led_by) if led_by else "",
                clauses=tuple(dict.fromkeys(source["clause"] for source in each["sources"])),
                values=tuple(values),
            )
        )
    return lines


def _missing(state: str, baseline: float | None, year: int | None) -> str:
    if state != "unknown":
        return ""
    return "baseline" if year is not None and baseline is None else "value"
