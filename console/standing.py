"""From a status report to the lines that people read: who a unit is, what is only requested."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from outputs.explain import UnitRow, by_group

if TYPE_CHECKING:
    from usecases.status import StatusReport


def short_name(report: StatusReport) -> Callable[[str], str]:
    """What people call a unit, briefly; the id where no revision of the plan was in force yet."""
    in_force = report.in_force
    return (lambda unit: in_force.unit_name(unit, short=True)) if in_force else str


def unit_rows(report: StatusReport, *, together: bool = True) -> list[UnitRow]:
    """A line a unit; the members of a group `together` in one, where the report holds several of them."""
    name = short_name(report)
    known = report.in_force.units if report.in_force else {}
    rows = [(each.unit, UnitRow(name(each.unit), each.counts, each.requested)) for each in report.units]
    if not together:
        return [row for _, row in rows]
    return by_group([(known[unit].group if unit in known else None, row) for unit, row in rows], name)


def requested_items(report: StatusReport) -> frozenset[str]:
    """The ids of occurrences whose unit is only requested («đề nghị»)."""
    return frozenset(each.terms.key.short for each in report.items if each.requested)
