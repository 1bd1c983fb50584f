"""The indicators: what is asked, from which baseline, what was measured when, and what can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from usecases.targets import assessed, figures

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
    in_force = desk.plan
    found = figures(session, in_force, desk.as_of, desk.known_by)
    leads = in_force.meta.get("target_leads", {})
    lines = []
    for each in in_force.targets:
        measured = found.get(each["id"], [])
        known = assessed(each, measured)
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
                values=tuple(Value(of.on, of.value, in_force.unit_name(of.unit), of.seq) for of in measured),
            )
        )
    return lines


def _missing(state: str, baseline: float | None, year: int | None) -> str:
    if state != "unknown":
        return ""
    return "baseline" if year is not None and baseline is None else "value"
