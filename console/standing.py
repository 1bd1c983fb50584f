"""From a status report to what people read: how units are called, who stands together, who is only requested."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from outputs.standing import UnitRow, by_group, standing

if TYPE_CHECKING:
    from outputs.tables import Table
    from usecases.status import StatusReport


def parts(report: StatusReport, lang: str, *, every: bool) -> list[Table | list[str]]:
    """The cells per unit and what asks for something; `every` lists each member of a group and each occurrence."""
    requested = frozenset(each.terms.key.short for each in report.items if each.requested)
    units = unit_rows(report, together=not every)
    return standing(report.as_json(), units, _short_name(report), requested, lang, every=every)


def unit_rows(report: StatusReport, *, together: bool = True) -> list[UnitRow]:
    """A line a unit; the members of a group `together` in one, where the report holds several of them."""
    name = _short_name(report)
    known = report.in_force.units if report.in_force else {}
    rows = [(each.unit, UnitRow(name(each.unit), each.counts, each.requested)) for each in report.units]
    if not together:
        return [row for _, row in rows]
    return by_group([(known[unit].group if unit in known else None, row) for unit, row in rows], name)


def _short_name(report: StatusReport) -> Callable[[str], str]:
    """What people call a unit, briefly; the id where no revision of the plan was in force yet."""
    in_force = report.in_force
    return (lambda unit: in_force.unit_name(unit, short=True)) if in_force else str
