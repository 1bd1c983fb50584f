"""Saving what an entry changed: the occurrence's state, its remaining rungs and its unsent notices, in one transaction.

Columns that repeat the ledger for speed are written here and nowhere else; `kehoach verify` recomputes them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import queries
from rules import ladder, states
from rules.values import State, Terms
from usecases.plans import InForce

if TYPE_CHECKING:
    from sqlmodel import Session

NOT_YET = "not-yet"
"""The rung of a check-in line answered «chưa» twice running; it outlives the round's closing."""

_TELLING = ("rung", "version", "recipient", "role", "passed_from", "due_on")


def rung_rows(plan: InForce, terms: Terms, state: State, told: queries.Told = frozenset()) -> list[dict[str, Any]]:
    """The rows of `rung_day` for one occurrence: every rung of its deadline version that has not been told yet."""
    key = terms.key._asdict()
    return [
        key | {name: getattr(each, name) for name in _TELLING}
        for each in ladder.tellings(terms, state, plan.policy, plan.calendar, plan.directory)
        if (each.rung, each.version, each.recipient) not in told
    ]


def save(session: Session, plan: InForce, changed: Iterable[tuple[Terms, State]]) -> None:
    """Write the state of each occurrence and what follows from it for the ladder and the outbox."""
    changed = list(changed)
    if not changed:
        return
    told = queries.told(session, plan.office, plan.plan, changed[0][0].key if len(changed) == 1 else None)
    queries.save_states(session, ((terms.key, state) for terms, state in changed))
    queries.replace_rung_days(
        session,
        {terms.key: rung_rows(plan, terms, state, told.get(terms.key, frozenset())) for terms, state in changed},
    )
    queries.drop_notices(
        session, [terms.key for terms, state in changed if not states.is_open(state)], keep_rung=NOT_YET
    )


def tell_at_once(
    session: Session, terms: Terms, state: State, rung: str, role: str, recipient: str, today: date, now: datetime
) -> None:
    """Put a notice in the outbox today, outside the ladder's days; once for each deadline version and recipient."""
    told = queries.told(session, terms.key.office, terms.key.plan, terms.key).get(terms.key, frozenset())
    if (rung, state.version, recipient) not in told:
        row = {"rung": rung, "version": state.version, "recipient": recipient, "role": role, "due_on": today}
        queries.add_notice(session, terms.key._asdict() | row | {"made_at": now})
