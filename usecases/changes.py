"""Saving what an entry changed: the occurrence's state, its remaining rungs and its unsent notices, in one transaction.

Columns that repeat the ledger for speed are written here and nowhere else; `kehoach verify` recomputes them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import queries
from rules import ladder
from rules.values import Key, State, Terms
from usecases.plans import InForce

if TYPE_CHECKING:
    from sqlmodel import Session

NOT_YET = "not-yet"
"""The rung of a check-in line answered «chưa» twice running; it outlives the round's closing."""

_TELLING = ("rung", "version", "recipient", "role", "passed_from", "due_on")


def rung_rows(plan: InForce, terms: Terms, state: State, told: queries.Told = frozenset()) -> list[dict[str, Any]]:
    """The rows of `rung_day` for one occurrence: every rung of its deadline version that has not been told yet."""
    return _rows(terms, _tellings(plan, terms, state), told)


def _tellings(plan: InForce, terms: Terms, state: State) -> dict[queries.Telling, ladder.Telling]:
    every = ladder.tellings(terms, state, plan.policy, plan.calendar, plan.directory)
    return {(each.rung, each.version, each.recipient): each for each in every}


def _rows(
    terms: Terms, every: Mapping[queries.Telling, ladder.Telling], told: Collection[queries.Telling]
) -> list[dict[str, Any]]:
    key = terms.key._asdict()
    return [
        key | {name: getattr(each, name) for name in _TELLING} for telling, each in every.items() if telling not in told
    ]


def save(session: Session, plan: InForce, changed: Iterable[tuple[Terms, State]]) -> None:
    """Write the state of each occurrence and what follows from it for the ladder and the outbox.

    What waits in the outbox and is no longer told is dropped: of what is closed, of an earlier deadline version, to who
    has left, of a rung that was urged by telephone. What was dropped so and is owed again is told after all.
    """
    changed = list(changed)
    if not changed:
        return
    held = queries.outbox(session, plan.office, plan.plan, changed[0][0].key if len(changed) == 1 else None)
    queries.save_states(session, ((terms.key, state) for terms, state in changed))
    rows: dict[Key, list[dict[str, Any]]] = {}
    dropped: list[tuple[Key, queries.Telling]] = []
    owed: list[tuple[Key, queries.Telling]] = []
    for terms, state in changed:
        key, every = terms.key, _tellings(plan, terms, state)
        known = held.get(key, {})
        dropped += [(key, each) for each, of in known.items() if of == "pending" and _is_void(each, every, state)]
        again = {each for each, of in known.items() if of == "dropped" and each in every}
        owed += [(key, each) for each in again]
        rows[key] = _rows(terms, every, known.keys() - again)
    queries.settle_unsent(session, dropped, owed)
    queries.replace_rung_days(session, rows)


def _is_void(telling: queries.Telling, every: Mapping[queries.Telling, ladder.Telling], state: State) -> bool:
    """Whether nobody tells it any more; an event has happened, «chưa» twice outlives its round, a decision stands."""
    rung, _, recipient = telling
    if news := news_of(rung):
        return news == "asked" and state.asked_until is None
    return telling not in every and recipient != ladder.EVENTS and rung != NOT_YET


def news_of(rung: str) -> str:
    """asked, granted or refused, where the rung tells that of an extension and reminds nobody; else empty."""
    return rung.removeprefix(ladder.NEWS).rpartition("-")[0] if rung.startswith(ladder.NEWS) else ""


def tell_news(
    session: Session, terms: Terms, state: State, news: str, role: str, recipient: str, today: date, now: datetime
) -> None:
    """Tell today that an extension was asked, granted or refused: each time anew, numbered."""
    told = queries.told(session, terms.key.office, terms.key.plan, terms.key).get(terms.key, frozenset())
    number = 1 + len({rung for rung, _, _ in told if news_of(rung) == news})
    tell_at_once(session, terms, state, f"{ladder.NEWS}{news}-{number}", role, recipient, today, now)


def tell_at_once(
    session: Session, terms: Terms, state: State, rung: str, role: str, recipient: str, today: date, now: datetime
) -> None:
    """Put a notice in the outbox today, outside the ladder's days; once for each deadline version and recipient."""
    told = queries.told(session, terms.key.office, terms.key.plan, terms.key).get(terms.key, frozenset())
    if (rung, state.version, recipient) not in told:
        row = {"rung": rung, "version": state.version, "recipient": recipient, "role": role, "due_on": today}
        queries.add_notice(session, terms.key._asdict() | row | {"made_at": now})
