"""Who is named to a case: by whoever opened it or by the head of the unit that holds it, and nobody else.

A case (a private on-event occurrence) is seen by the accounts that are named to it alone, and naming is an entry of the
ledger: who was let in when, by whom. A case to which nobody is named who can still sign in waits for the head of its
unit, who may take it up; until then it is only in the ward's totals. Source: design section 6; docs/decisions/0067.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models import account, case, ledger, queries
from models.case import NAMED, UNNAMED
from models.session import begin, reading
from rules.errors import RequestRefused
from rules.values import Key, State
from usecases import plans
from usecases.enter import Recorded, enter, find_occurrence
from usecases.moment import local_day
from usecases.permits import Case
from usecases.word import Word

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

HEAD = "head"
"""The role of who answers for a unit, usecases.roles."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The account that asks."""

    account: str
    """Its id."""
    login: str
    """As the ledger has it in `recorded_by`."""
    unit: str | None
    """Whose work it speaks for today, after a succession its heir's; None for who only follows."""
    roles: frozenset[str]


def may_name(case_: Case, caller: Caller, opened_by: str) -> bool:
    """Whether this caller, who is named to the case, may name others to it and end that."""
    heads_it = HEAD in caller.roles and caller.unit == case_.state.held_by
    return heads_it or caller.login == opened_by


def opened_by(entries: Sequence[tuple[Any, str | None]]) -> str:
    """Who opened the case, from its entries: `recorded_by` of the first."""
    return next((str(entry.recorded_by) for entry, _ in entries if entry.kind == "event_opened"), "")


def name(
    engine: Engine,
    *,
    occurrence: str,
    to: str,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    caller: Caller | None = None,
    channel: str = "desk",
    request_id: str | None = None,
) -> Recorded:
    """Name the account `to` (its id) to a case, from now on.

    `caller` None is who keeps the database (the command line). Raises RequestRefused: `request.unknown_occurrence` for
    what is no case of the caller's, `cases.not_yours_to_name`, `cases.unknown_account`, `cases.named_already`.
    """

    def check(session: Session, case_: Case, said: Word) -> Word:
        _require(session, case_, caller)
        row = standing_account(session, case_.plan.office, to)
        if case.one(session, case_.terms.key, row.id) is not None:
            raise RequestRefused("cases.named_already", name=row.name)
        return said

    def then(session: Session, case_: Case, _: State) -> None:
        case.name(session, case_.terms.key, to, queries.head(session, case_.plan.office))

    said = _word(NAMED, to, caller)
    return enter(engine, plan, occurrence, lambda _: said, now, recorded_by, channel, request_id, then, check)


def end(
    engine: Engine,
    *,
    occurrence: str,
    to: str,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    caller: Caller | None = None,
    channel: str = "desk",
    request_id: str | None = None,
) -> Recorded:
    """Name the account `to` no longer: the case is out of its sight with this entry. Everybody may end their own.

    Raises RequestRefused as `name`, and `cases.not_named`.
    """

    def check(session: Session, case_: Case, said: Word) -> Word:
        _require(session, case_, caller, own=to)
        if not any(row.id == to for row in case.persons(session, case_.terms.key)):
            raise RequestRefused("cases.not_named")
        return said

    def then(session: Session, case_: Case, _: State) -> None:
        case.end(session, case_.terms.key, to)

    said = _word(UNNAMED, to, caller)
    return enter(engine, plan, occurrence, lambda _: said, now, recorded_by, channel, request_id, then, check)


def take_up(engine: Engine, *, plan: str, caller: Caller, now: datetime) -> list[str]:
    """Name the head of a unit to every case of the unit that nobody else can open; their ids.

    Raises RequestRefused(`cases.only_head`) for anybody but the head.
    """
    if HEAD not in caller.roles or caller.unit is None:
        raise RequestRefused("cases.only_head")
    with begin(engine) as session:
        office, plan_id = plans.find(session, plan)
        ledger.lock(session, office)
        in_force = plans.in_force(session, office, plan_id)
        taken = []
        for row in case.without_persons(session, office, plan_id, caller.unit):
            key = queries.to_terms(row).key
            write(session, in_force, key, caller.account, by=caller.unit, recorded_by=caller.login, now=now)
            taken.append(key.short)
        return taken


def listed(engine: Engine, *, occurrence: str, plan: str | None = None) -> list[dict[str, Any]]:
    """The accounts named to a case: login, name, left (cannot sign in any more), seq (the entry that named it).

    For who keeps the database. Raises RequestRefused(`request.unknown_occurrence`) for what is no case.
    """
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        terms, _ = find_occurrence(session, in_force, occurrence)
        if not terms.private:
            raise RequestRefused("request.unknown_occurrence", occurrence=occurrence, near="—")
        return [
            {"login": row.login, "name": row.name, "left": row.disabled_at is not None, "seq": row.seq}
            for row in case.persons(session, terms.key)
        ]


def account_of(engine: Engine, *, login: str, plan: str | None = None) -> str:
    """The id of the account of the plan's office that signs in so. Raises RequestRefused(`cases.unknown_account`)."""
    with reading(engine) as session:
        office, _ = plans.find(session, plan)
        row = account.by_login(session, login.strip().lower())
    if row is None or row.office != office:
        raise RequestRefused("cases.unknown_account")
    return str(row.id)


def write(
    session: Session,
    in_force: plans.InForce,
    key: Key,
    to: str,
    *,
    by: str,
    recorded_by: str,
    now: datetime,
    channel: str = "desk",
    request_id: str | None = None,
) -> None:
    """Name an account in a transaction that is under way and holds the ledger's lock; asks nobody whether it may."""
    made: dict[str, Any] = {} if request_id is None else {"request_id": request_id}
    entry, _ = ledger.append(
        session,
        office=in_force.office,
        plan=in_force.plan,
        kind=NAMED,
        happened_on=local_day(now, in_force.zone),
        now=now,
        declared_by=by,
        recorded_by=recorded_by,
        channel=channel,
        key=key[2:],
        data={"account": to},
        **({"request_id": f"{NAMED}:{'/'.join(key)}:{to}:{queries.head(session, in_force.office)}"} | made),
    )
    case.name(session, key, to, entry.seq)


def standing_account(session: Session, office: str, id: str) -> Any:
    """The account of this office, if it can still sign in. Raises RequestRefused(`cases.unknown_account`)."""
    found = next((row for row in account.accounts(session, office) if row.id == id), None)
    if found is None or found.disabled_at is not None:
        raise RequestRefused("cases.unknown_account")
    return found


def _require(session: Session, case_: Case, caller: Caller | None, own: str | None = None) -> None:
    """The occurrence is a case, and the caller, if any, is named to it and may do this."""
    key = case_.terms.key
    seen = caller is None or case.one(session, key, caller.account) is not None
    if not case_.terms.private or not seen:
        raise RequestRefused("request.unknown_occurrence", occurrence=key.short, near="—")
    if caller is None or own == caller.account:
        return
    if not may_name(case_, caller, opened_by(queries.entries_of(session, key))):
        raise RequestRefused("cases.not_yours_to_name")


def _word(kind: str, to: str, caller: Caller | None) -> Word:
    return Word(kind, caller.unit if caller is not None else None, data={"account": to}, permit=_anybody)


def _anybody(_: Case, __: str) -> None:
    """Whose word it is was asked before: naming is an account's, not a unit's."""


def recomputed(facts: Sequence[Any]) -> dict[str, int]:
    """Who the ledger says is named to a case: account -> the entry that named it."""
    found: dict[str, int] = {}
    for fact in facts:
        if fact.kind == NAMED:
            found[str(fact.data["account"])] = fact.seq
        elif fact.kind == UNNAMED:
            found.pop(str(fact.data["account"]), None)
    return found
