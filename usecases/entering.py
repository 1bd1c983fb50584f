"""Entering for many (nhập thay): what the members of a group owe alike, side by side, so that what was said in one
meeting is recorded in one sitting.
"""

from __future__ import annotations

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


def _first_day(each: Together) -> tuple[str, str]:
    days = [item.state.last_day for item in each.items if item.state.last_day]
    return (min(days).isoformat() if days else "9999", each.task)
