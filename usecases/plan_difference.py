"""What a changed plan adds, says anew and no longer asks, beside what the database holds of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import plan as language
from models import ledger, queries
from models.scope import key_of
from rules.values import CHECK_IN, Key, State, Terms
from usecases import plans
from usecases.calendar_items import item
from usecases.status import state_of

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Difference:
    """Occurrences by what the plan now says of them."""

    added: list[Terms]
    changed: list[tuple[Terms, Terms, State]]
    """(new terms, old terms, state before)."""
    withdrawn: list[tuple[Terms, State]]
    same: list[tuple[Terms, State]]

    def said(self) -> list[tuple[Terms, bool]]:
        """What the revision says anew: terms, and whether they are withdrawn."""
        news = [*self.added, *(terms for terms, _, _ in self.changed)]
        return [(terms, False) for terms in news] + [(terms, True) for terms, _ in self.withdrawn]


def found(
    session: Session,
    loaded: language.Plan,
    before: plans.InForce | None,
    after: plans.InForce,
    effective: date,
    *,
    replayed: bool,
) -> Difference:
    """What the plan as loaded says anew of what the database holds, with the states before.

    `replayed`: states are made from the ledger again, since the rules that made the columns were others.
    """
    facts = ledger.facts(session, after.office, after.plan, zone=after.zone) if replayed else {}

    def stood(row: Any, terms: Terms) -> State:
        return (state_of(terms, facts.get(terms.key, []), strict=True) if replayed else None) or queries.to_state(row)

    old: dict[Key, Any] = {key_of(row): row for row in queries.occurrences(session, after.office, after.plan)}
    made = Difference([], [], [], [])
    for terms in language.occurrences(loaded):
        row = old.pop(terms.key, None)
        if row is None:
            made.added.append(terms)
            continue
        was = queries.to_terms(row)
        state = stood(row, was)
        if was.kind == CHECK_IN and was.opens_on is not None and was.opens_on <= effective and not row.withdrawn:
            terms = replace(terms, lines=was.lines)  # a round's lines freeze when it opens
        if terms != was or row.withdrawn or _shows_else(before, after, terms, state):
            made.changed.append((terms, was, state))
        else:
            made.same.append((terms, state))
    for row in old.values():
        was = queries.to_terms(row)
        pair = (was, stood(row, was))
        if row.withdrawn or (row.kind == "on-event" and row.task in after.tasks):
            made.same.append(pair)
        else:
            made.withdrawn.append(pair)
    return made


def _shows_else(before: plans.InForce | None, after: plans.InForce, terms: Terms, state: State) -> bool:
    """Whether a calendar shows something else of it though its own terms stand: its task's words, somebody's name."""
    return before is not None and item(before, terms, state) != item(after, terms, state)
