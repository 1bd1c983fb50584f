"""Who was written to, at which rung, of how many items: what the outbox has sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from models import queries
from models.session import reading
from rules.ladder import EVENTS, ROLES
from usecases import plans
from usecases.people import name_of

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Written:
    """One recipient at one role of the ladder, lowest role first."""

    role: str
    recipient: str
    name: str
    notices: int
    last_on: date


def written(engine: Engine, *, upto: date, plan: str | None = None, lang: str = "vi") -> list[Written]:
    """What was sent up to the local day `upto` (inclusive), summed by recipient and role."""
    with reading(engine) as session:
        office, plan_id = plans.find(session, plan)
        in_force = plans.in_force(session, office, plan_id)
        rows = [
            row
            for row in queries.notices(session, office, plan_id, upto=upto)
            if row.state == "sent" and row.recipient != EVENTS
        ]
    counts = Counter((row.role, row.recipient) for row in rows)
    last = {(row.role, row.recipient): row.due_on for row in rows}  # rows come in the order of their days
    rank = {role: n for n, role in enumerate(ROLES)}
    return [
        Written(role, recipient, name_of(in_force, recipient, lang), counts[role, recipient], last[role, recipient])
        for role, recipient in sorted(counts, key=lambda each: (rank.get(each[0], len(rank)), each[1]))
    ]
