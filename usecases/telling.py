"""What is said of a waiting notice: the row of the outbox, with the names and relations of the plan in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models import queries
from outputs.notices import Told, written
from rules.values import REQUESTED, Key, State, Terms
from texts import say
from usecases import changes
from usecases.people import name_of
from usecases.plans import InForce

Before = Mapping[Key, tuple[int, date]]
"""How often an occurrence was told before, and on which day last."""


def told_of(in_force: InForce, row: Any, lang: str, *, on: date | None = None, before: Before | None = None) -> Told:
    """The notice as its text needs it, speaking as of the local day `on`: a digest's day; else the rung's own."""
    terms = queries.to_terms(row)
    day = on or row.due_on
    last_day = row.current_day or terms.dates.last_day or row.due_on
    relation = _relation(in_force, terms, row)
    return Told(
        key=terms.key,
        title=terms.title,
        label=terms.label,
        unit_name=in_force.unit_name(row.held_by),
        words=terms.dates.words,
        last_day=last_day,
        basis=terms.dates.basis,
        relation=relation,
        rung=row.rung,
        version=row.version,
        role=row.role,
        recipient=row.recipient,
        recipient_name=name_of(in_force, row.recipient, lang),
        due_on=day,
        days_late=(day - last_day).days,
        extended_from=row.extended_from,
        passed_from=name_of(in_force, row.passed_from, lang) if row.passed_from else None,
        reason=_reason(row, relation, last_day, lang),
        news=changes.news_of(row.rung),
        advisory=terms.advisory,
        private=terms.private,
        sender=in_force.office_name,
        set_by=terms.dates.set_by,
        done=() if on is None else _done(row, relation, (before or {}).get(terms.key), lang),
    )


def _reason(row: Any, relation: str, last_day: date, lang: str) -> str:
    """Why this person is written to, where that is not the ladder's doing."""
    if row.rung == changes.NOT_YET:
        return say("notice.why.not-yet", lang)
    news = changes.news_of(row.rung)
    if not news:
        return ""
    of = ".request" if relation == REQUESTED else ""
    day = (row.asked_until or last_day) if news == "asked" else last_day
    return say(f"notice.why.{news}{of}", lang, day=written(day))


def _relation(in_force: InForce, terms: Terms, row: Any) -> str:
    known = in_force.units.get(row.held_by)
    return known.relation_on(row.due_on) if known else terms.relation


def _done(row: Any, relation: str, before: tuple[int, date] | None, lang: str) -> tuple[str, ...]:
    """What was done about it already, as the ledger and the outbox know; of a requested body nothing was «returned»."""
    state: State = queries.to_state(row)
    requested = relation == REQUESTED
    lines = []
    if before is not None:
        lines.append(say("digest.done.told", lang, times=before[0], day=written(before[1])))
    of = ".request" if requested else ""
    if state.urged:
        lines.append(say(f"digest.done.urged{of}", lang, day=written(max(state.urged.values()))))
    if state.acknowledged_on is not None:
        lines.append(say(f"digest.done.acknowledged{of}", lang, day=written(state.acknowledged_on)))
    if state.phase == "returned" and not requested:
        lines.append(say("digest.done.returned", lang))
    if state.phase == "submitted" and state.done_on is not None:
        lines.append(say("digest.done.submitted", lang, day=written(state.done_on)))
    return tuple(lines)
