"""Nobody who has left is written to, even of a rung whose day was before they left: nights may have been missed.

A rung names its recipient by its own day. What still waits when that person has left goes to who answers to the role
on the day of sending; where nobody does, it waits until somebody does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import outbox, queries
from rules import ladder
from usecases.plans import InForce

if TYPE_CHECKING:
    from sqlmodel import Session


def readdress(session: Session, plan: InForce, pending: Iterable[Any], today: date, now: datetime) -> None:
    """Give what waits for people who have left by `today` to who answers to their role then."""
    gone = left(plan, today)
    for row in pending:
        if row.recipient in gone:
            to = _answers_today(row, plan, today)
            if to is not None and to != row.recipient:
                outbox.readdress(session, row, to, now)


def _answers_today(row: Any, plan: InForce, today: date) -> str | None:
    if row.role == ladder.CONFIRMER:
        reached = ladder.confirmers(queries.to_terms(row), queries.to_state(row), plan.directory, today)
        return next((each.recipient for each in reached), None)
    return ladder.recipient(row.role, row.held_by, plan.directory, today)


def left(plan: InForce, today: date) -> set[str]:
    """The people who hold no role any more on `today` (local)."""
    people = [each for of_role in plan.directory.people.values() for each in of_role]
    return {each.id for each in people if each.until is not None} - {
        each.id for each in people if each.serves_on(today)
    }
