"""Extension (gia hạn): asked by the unit, proposed by Văn phòng, granted or refused only by who set the date.

`set_by` decides: what the upper level set, only its document moves, and Văn phòng records that; UBND and Văn phòng
extend what they set themselves; a date of law or custom cannot be extended at all. A granted extension starts a new
deadline version, whose ladder begins again; the first last day, how often and why stay in sight. Source: design
section 5, domain-facts.md section 6 («gia hạn»: granted by the assigner before the date, with reason).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rules import ladder
from rules.directory import OWN_ROLES
from rules.errors import RequestRefused
from rules.values import OWN_OFFICE, UPPER_LEVEL, State
from usecases import changes
from usecases.enter import Recorded, enter
from usecases.permits import Case, committee_of, deciders, extenders, office
from usecases.roles import LEADERS
from usecases.word import Word

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from usecases.plans import InForce

OF_UNIT = ("office", "monitor")
"""Roles of the desk that decide for the unit that their account names."""


def speaks_for(in_force: InForce, *, today: date, unit: str | None, roles: frozenset[str]) -> set[str]:
    """The units in whose name these roles of `unit` decide, where it is theirs to decide."""
    found = {unit} if unit is not None and not roles.isdisjoint(OF_UNIT) else set()
    return found if roles.isdisjoint(LEADERS) else found | committee_of(in_force, today)


def decider(
    in_force: InForce, *, set_by: str | None, held_by: str, today: date, unit: str | None, roles: frozenset[str]
) -> str | None:
    """The unit for which these roles of `unit` may decide on an extension of a date that `set_by` set, of the work of
    `held_by`; None where they may not."""
    mine = speaks_for(in_force, today=today, unit=unit, roles=roles)
    return min(mine & extenders(in_force, set_by, held_by, today), default=None)


def ask(
    engine: Engine,
    *,
    occurrence: str,
    until: date,
    reason: str,
    now: datetime,
    recorded_by: str,
    by: str | None = None,
    plan: str | None = None,
    on: date | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """Ask that the last day become `until` (inclusive). `by` is the unit that holds it (the default), or Văn phòng,
    whose request is a proposal.

    One request at a time. Asked after the last day it is allowed, and marked late for good.
    """
    _require_reason("extension_asked", reason)

    said = Word("extension_asked", by, on, data={"to": until.isoformat()}, text=reason)

    def check(_: Session, case: Case, word: Word) -> Word:
        deciders(case)  # refuses at once what nobody could grant
        day = on or case.today
        _require_later(until, day)
        data = dict(word.data)
        if case.state.last_day is not None and day > case.state.last_day:
            data["late"] = True
        if by not in (None, case.state.held_by):
            data["proposed"] = True
        return replace(word, data=data)

    def then(session: Session, case: Case, state: State) -> None:
        if not case.terms.private:  # a case stays with its unit
            _tell(session, case, state, "asked", _asked_of(case, by or state.held_by), now)

    return enter(engine, plan, occurrence, lambda _: said, now, recorded_by, channel, request_id, then, check)


def grant(
    engine: Engine,
    *,
    occurrence: str,
    by: str,
    now: datetime,
    recorded_by: str,
    until: date | None = None,
    document: str | None = None,
    decided_by: str | None = None,
    note: str | None = None,
    plan: str | None = None,
    on: date | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """Grant it until `until` (inclusive; default: the day asked for), decided on the local day `on`.

    `document` (number and day) is required, unless Văn phòng grants just what was asked of a date of its own; without
    it nobody could later say who moved the day. `decided_by` names who decided (default: the upper level that issued
    the parent plan, else the unit `by`).
    """

    def word(case: Case) -> Word:
        data = _decision(case, by, document, decided_by) | ({"to": until.isoformat()} if until else {})
        return Word("extension_granted", by, on, data=data, text=note, same=_as_asked if until is None else None)

    def check(_: Session, case: Case, said: Word) -> Word:
        may = deciders(case)
        asked = case.state.asked_until
        to = until or asked
        if to is None:
            raise RequestRefused("request.extension_needs_day", occurrence=case.terms.key.short)
        _require_later(to, on or case.today)
        own = case.terms.dates.set_by == OWN_OFFICE and to == asked
        if by in may and not own and not document:
            raise RequestRefused("request.needs_grant_document", occurrence=case.terms.key.short)
        data = {**said.data, "to": to.isoformat(), "asked": asked.isoformat() if asked else None}
        return replace(said, data=data)

    def then(session: Session, case: Case, state: State) -> None:
        _tell(session, case, state, "granted", OWN_ROLES, now)

    return enter(engine, plan, occurrence, word, now, recorded_by, channel, request_id, then, check)


def _as_asked(recorded: Mapping[str, Any]) -> bool:
    return bool(recorded["to"] == recorded.get("asked"))


def refuse(
    engine: Engine,
    *,
    occurrence: str,
    by: str,
    reason: str,
    now: datetime,
    recorded_by: str,
    document: str | None = None,
    decided_by: str | None = None,
    plan: str | None = None,
    on: date | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """Refuse what was asked, with the reason; the day stands, and may be asked for again."""
    _require_reason("extension_refused", reason)

    def word(case: Case) -> Word:
        return Word("extension_refused", by, on, data=_decision(case, by, document, decided_by), text=reason)

    def then(session: Session, case: Case, state: State) -> None:
        _tell(session, case, state, "refused", OWN_ROLES, now)

    return enter(engine, plan, occurrence, word, now, recorded_by, channel, request_id, then)


def _asked_of(case: Case, by: str) -> tuple[str, ...]:
    """Văn phòng hears of a request, and proposes; what it asks itself goes to the leader who decides, if that is one of
    the ward's."""
    if by not in office(case):
        return ("office",)
    set_by = case.terms.dates.set_by
    own = set_by == OWN_OFFICE and by != case.state.held_by
    return () if own or set_by == UPPER_LEVEL else ("vice-chair", "chair")


def _tell(session: Session, case: Case, state: State, news: str, roles: tuple[str, ...], now: datetime) -> None:
    """Tell the first of these roles that somebody answers to."""
    for role in roles:
        recipient = ladder.recipient(role, state.held_by, case.plan.directory, case.today)
        if recipient is not None:
            changes.tell_news(session, case.terms, state, news, role, recipient, case.today, now)
            return


def _decision(case: Case, by: str, document: str | None, decided_by: str | None) -> dict[str, Any]:
    """Who decided, and in which document, as the entry keeps it for good."""
    parent = case.plan.meta.get("parent") or {}
    above = parent.get("issuer") if case.terms.dates.set_by == UPPER_LEVEL else None
    return {
        "set_by": case.terms.dates.set_by,
        "decided_by": decided_by or above or case.plan.unit_name(by),
        "document": document or None,
    }


def _require_reason(kind: str, reason: str) -> None:
    if not reason.strip():
        raise RequestRefused("request.needs_reason", kind=kind)


def _require_later(until: date, day: date) -> None:
    """A new last day that had passed already when it was asked for or granted would only hide that it is late."""
    if until < day:
        raise RequestRefused("request.extension_past", until=until, on=day)
