"""Entering for many (nhập thay): what the members of a group owe alike, side by side, so that what was said in one
meeting is recorded in one sitting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from models import held, queries
from models.session import reading
from rules import states
from rules.values import CHECK_IN
from usecases.moment import local_day
from usecases.status import Item

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from usecases.plans import InForce


@dataclass(frozen=True, slots=True)
class Together:
    """One task in one period, as each member holds it."""

    task: str
    period: str
    items: tuple[Item, ...]
    """In the order of the plan's units."""

    @property
    def title(self) -> str:
        first = self.items[0].terms
        return ", ".join(each for each in (first.title, first.label) if each)

    @property
    def is_check_in(self) -> bool:
        return self.items[0].terms.kind == CHECK_IN

    @property
    def open(self) -> int:
        """How many members have not done it."""
        return sum(states.is_open(each.state) for each in self.items)

    @property
    def presses(self) -> bool:
        """Whether some member has it before it now: due soon, running, late, returned, or a check-in that is open."""
        return any(states.is_open(each.state) and each.status != "not_due" for each in self.items)


def together(engine: Engine, *, in_force: InForce, group: str, now: datetime, finished: bool = False) -> list[Together]:
    """What two or more members of `group` hold alike and some have not done, and that can be done already; the earliest
    day first. `finished`: also what all have done.
    """
    today = local_day(now, in_force.zone)
    order = {unit: n for n, unit in enumerate(in_force.units)}
    members = in_force.members_of(group) - {group}
    with reading(engine) as session:
        rows = held.held_by(session, in_force.office, in_force.plan, members)
    found: dict[tuple[str, str], list[Item]] = {}
    for row in sorted(rows, key=lambda row: order.get(row.held_by, len(order))):
        terms, state = queries.to_terms(row), queries.to_state(row)
        if terms.opens_on is None or terms.opens_on <= today:
            item = Item(terms, state, states.status(terms, state, today), states.days_late(terms, state, today), None)
            found.setdefault((terms.key.task, terms.key.period), []).append(item)
    made = [Together(task, period, tuple(items)) for (task, period), items in found.items() if len(items) > 1]
    first = {(each.task, each.period): _first_day(each) for each in made}
    return sorted((each for each in made if finished or each.open), key=lambda each: first[each.task, each.period])


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that each member is asked for on paper: a line of a check-in, or a piece of work."""

    of: Together
    line: str | None
    title: str

    def done_by(self, unit: str) -> bool:
        """Whether this member has said it already."""
        item = next((each for each in self.of.items if each.state.held_by == unit), None)
        if item is None:
            return False
        return self.line in item.state.answers if self.line else not states.is_open(item.state)


def columns(found: list[Together], titles: Mapping[str, str]) -> list[Column]:
    """What goes on one sheet: what presses now and, of what is not due yet, the next. `titles` of tasks by id."""
    coming = [each for each in found if each.open and not each.presses]
    asked = [each for each in found if each.presses or each in coming[:1]]
    made: list[Column] = []
    for each in asked:
        lines = each.items[0].terms.lines if each.is_check_in else ()
        made += [Column(each, line, titles.get(line, line)) for line in lines] or [Column(each, None, each.title)]
    return made


def _first_day(each: Together) -> tuple[str, str]:
    days = [item.state.last_day for item in each.items if item.state.last_day]
    return (min(days).isoformat() if days else "9999", each.task)
