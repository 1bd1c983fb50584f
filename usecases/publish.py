"""Publishing: a calendar per unit, for the office and the campaigns, and the report; only what changed is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.session import reading
from outputs.ical import base_address
from outputs.report import report
from usecases import calendars, plans
from usecases.evidence import place
from usecases.reports import view
from usecases.status import StatusReport, read

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What one plan's publishing made. `progress` is the table of the four cells per unit."""

    office: str
    plan: str
    folder: str
    files: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    progress: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        names = ("office", "plan", "folder", "files", "changed", "progress")
        return {name: getattr(self, name) for name in names}


def publish(
    engine: Engine,
    *,
    folder: Path,
    today: date,
    now: datetime,
    plan: str | None = None,
    lang: str = "vi",
    base: str = "",
) -> list[PublishReport]:
    """Write `<folder>/<plan>/calendars/*.ics` and `report.md`, `report.html` as at the end of `today` (local).

    Each file is whole or as it was; a second call with nothing new writes nothing. `base`: where people reach the desk.
    """
    base = base_address(base)
    with reading(engine) as session:
        named = plans.all_plans(session, plan)
    return [_publish(engine, *each, folder / each[1], today, now, lang, base) for each in named]


def _publish(
    engine: Engine, office: str, plan: str, folder: Path, today: date, now: datetime, lang: str, base: str
) -> PublishReport:
    made: dict[str, bytes] = {}
    layers: list[calendars.Layer] = []
    with reading(engine) as session:  # nobody who records something waits for a night's publishing
        in_force = plans.in_force(session, office, plan)
        status = read(session, office, plan, now=now, as_of=today)
        for which in (calendars.OFFICE, calendars.CAMPAIGNS, *_with_calendars(status, in_force)):
            made[f"calendars/{which}.ics"] = calendars.calendar(
                session, in_force, which=which, lang=lang, base=base, worth_keeping=layers
            )
        shown = view(session, status, in_force, lang)
    calendars.keep_layers(engine, layers)
    made |= {"report.md": report(shown, lang, "md").encode(), "report.html": report(shown, lang, "html").encode()}
    changed = [name for name, body in made.items() if place(folder / name, body)]
    return PublishReport(office, plan, str(folder), sorted(made), sorted(changed), progress(status, in_force))


def _with_calendars(status: StatusReport, in_force: plans.InForce) -> list[str]:
    """The units that hold something, and those that handed all of theirs over: their calendar says to whom."""
    held = [each.unit for each in status.units]
    heirs = [(each.id, each.lead_successor()) for each in in_force.units.values() if each.id not in held]
    return held + [unit for unit, heir in heirs if heir is not None and heir.by is not None]


def progress(status: StatusReport, in_force: plans.InForce) -> list[dict[str, Any]]:
    """Rows of unit name and the four cells, for a table artifact."""
    return [{"unit": in_force.unit_name(each.unit, short=True)} | each.counts for each in status.units]
