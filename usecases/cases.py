"""The cases of one account: those it is named to, and no other is there for it (design section 6).

A case of others and an id that was never given are asked for by the same statement, and are the same None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import account, case, queries
from models.session import reading
from rules import states
from rules.errors import RequestRefused
from rules.units import holder
from rules.values import Key
from usecases import extend, naming, show
from usecases.desk.task import Entry, File, Quoted, Rung, entries_of, files_of, quoted, recipient_of, rungs_of
from usecases.moment import local_day
from usecases.naming import Caller
from usecases.permits import Case, confirms, extenders
from usecases.status import Item

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from usecases.plans import InForce


@dataclass(frozen=True, slots=True)
class Mine:
    """What «Vụ việc của tôi» shows."""

    open: tuple[Item, ...]
    """By last day, those without one at the end."""
    closed: tuple[Item, ...]
    """The last closed first."""
    waiting: int
    """Cases of the caller's own unit that nobody can open: its head may take them up."""
    orphans: int
    """The same of the whole ward: a total, for Văn phòng to see that somebody must."""


@dataclass(frozen=True, slots=True)
class Named:
    """One account that is named to a case."""

    account: str
    name: str
    unit: str
    left: bool
    """It cannot sign in any more."""


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case whole."""

    item: Item
    opened_at: datetime
    """When the event happened; aware, in the plan's zone."""
    term: tuple[str, int] | None
    """What the plan gives from the event on: (`hours`, `days` or `working_days`, how many)."""
    quoted: tuple[Quoted, ...]
    to: str
    entries: tuple[Entry, ...]
    ladder: tuple[Rung, ...]
    files: tuple[File, ...]
    persons: tuple[Named, ...]
    others: tuple[Named, ...]
    """Whom the caller may name; empty where it may not."""
    names: Mapping[str, str]
    """What each account that the ledger speaks of is called."""
    may_name: bool
    may_confirm: bool
    may_ask: bool
    """Whether a later day may be asked for now."""
    decider: str | None
    """The unit for which the caller grants or refuses a later day; None where it may not."""
    fixed: bool
    """Whether law or custom set its day, so that nobody moves it."""


def mine(engine: Engine, *, in_force: InForce, caller: Caller, now: datetime) -> Mine:
    """The cases that the caller is named to today."""
    today = local_day(now, in_force.zone)
    office, plan = in_force.office, in_force.plan
    with reading(engine) as session:
        items = [_item(row, today) for row in case.of_account(session, office, plan, caller.account)]
        orphans = case.without_persons(session, office, plan)
    by_day = sorted(items, key=lambda each: (each.state.last_day or date.max, each.terms.key))
    done = [each for each in items if not states.is_open(each.state)]
    heads = naming.HEAD in caller.roles
    return Mine(
        open=tuple(each for each in by_day if states.is_open(each.state)),
        closed=tuple(sorted(done, key=lambda each: (each.state.done_on or date.min, each.terms.key), reverse=True)),
        waiting=sum(row.held_by == caller.unit for row in orphans) if heads else 0,
        orphans=len(orphans),
    )


def count(session: Session, *, in_force: InForce, account: str) -> int:
    """How many cases the account is named to that are not closed: one statement, for a page that leads to them."""
    rows = case.of_account(session, in_force.office, in_force.plan, account)
    return sum(row.phase in ("open", "returned", "submitted") for row in rows)


def _item(row: Any, today: date) -> Item:
    terms, state = queries.to_terms(row), queries.to_state(row)
    return Item(terms, state, states.status(terms, state, today), states.days_late(terms, state, today), None)


def key_of(in_force: InForce, task: str, of: str, period: str) -> Key:
    """The key of an occurrence of the plan that is followed."""
    return Key(in_force.office, in_force.plan, task, of, period)


def page(
    engine: Engine, *, in_force: InForce, key: Key, caller: Caller, now: datetime, lang: str = "vi"
) -> CasePage | None:
    """The case, where the caller is named to it; None for every other id."""
    with reading(engine) as session:
        if case.one(session, key, caller.account) is None:
            return None
    shown = show.show(engine, occurrence=key.short, now=now, plan=f"{key.office}/{key.plan}")
    task = shown.task or {}
    today = local_day(now, in_force.zone)
    case_ = Case(in_force, shown.item.terms, shown.item.state, today)
    opener = next((each.recorded_by for each in shown.ledger if each.kind == "event_opened"), "")
    may_name = naming.may_name(case_, caller, opener)
    with reading(engine) as session:
        accounts = {row.id: _named(in_force, row, today) for row in account.accounts(session, key.office)}
        persons = tuple(accounts[row.id] for row in case.persons(session, key))
        files = files_of(session, shown)
    others = [each for each in accounts.values() if not each.left and each not in persons]
    return CasePage(
        item=shown.item,
        opened_at=_opened_at(shown, now),
        term=_term(task),
        quoted=tuple(quoted(shown.in_force, task.get("sources", ()))),
        to=recipient_of(shown.in_force, task.get("to")),
        entries=entries_of(shown),
        ladder=rungs_of(shown, lang),
        files=files,
        persons=persons,
        others=tuple(sorted(others, key=lambda each: (each.unit, each.name))) if may_name else (),
        names={id: each.name for id, each in accounts.items()},
        may_name=may_name,
        may_confirm=shown.item.state.phase == "submitted" and _may_confirm(case_, caller),
        may_ask=_is_extensible(case_) and case_.state.asked_until is None,
        decider=_decider(case_, caller) if _is_extensible(case_) else None,
        fixed=case_.state.last_day is not None and not _movable(case_),
    )


def _named(in_force: InForce, row: Any, today: date) -> Named:
    unit = holder(in_force.units, row.unit, today)[0] if row.unit else ""
    return Named(row.id, row.name, in_force.unit_name(unit, short=True) if unit else "", row.disabled_at is not None)


def _term(task: Mapping[str, Any]) -> tuple[str, int] | None:
    trigger = task["deadlines"][0]["trigger"] if task.get("deadlines") else {}
    return next(((unit, trigger[unit]) for unit in ("hours", "days", "working_days") if trigger.get(unit)), None)


def _opened_at(shown: show.Shown, now: datetime) -> datetime:
    opened = next((each for each in shown.ledger if each.kind == "event_opened"), None)
    return datetime.fromisoformat(str(opened.data["at"])) if opened is not None else now


def _may_confirm(case_: Case, caller: Caller) -> bool:
    if caller.unit is None:
        return False
    try:
        confirms(case_, caller.unit)
    except RequestRefused:
        return False
    return True


def _movable(case_: Case) -> bool:
    return bool(extenders(case_.plan, case_.terms.dates.set_by, case_.state.held_by, case_.today))


def _is_extensible(case_: Case) -> bool:
    return case_.state.phase in ("open", "returned") and case_.state.last_day is not None and _movable(case_)


def _decider(case_: Case, caller: Caller) -> str | None:
    """As on the board, but of those who are named: whoever set the day, by the role and the unit of the account."""
    return extend.decider(
        case_.plan,
        set_by=case_.terms.dates.set_by,
        held_by=case_.state.held_by,
        today=case_.today,
        unit=caller.unit,
        roles=caller.roles,
    )


def file(engine: Engine, *, in_force: InForce, key: Key, caller: Caller, sha256: str) -> File | None:
    """The file, where an entry of the caller's case names it; None for every other, alike."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        return None
    with reading(engine) as session:
        if case.one(session, key, caller.account) is None:
            return None
        return _file(session, in_force, key, sha256)


def _file(session: Session, in_force: InForce, key: Key, sha256: str) -> File | None:
    from models import spoken

    seqs = [entry.seq for entry, _ in queries.entries_of(session, key) if f'"{sha256}"' in entry.data]
    rows = spoken.files(session, in_force.office, in_force.plan, {sha256}) if seqs else ()
    kept = [row for row in rows if row.erased_seq is None]
    return next((File(row.sha256, row.name, row.media_type, row.size, seqs[0]) for row in kept), None)


@dataclass(frozen=True, slots=True)
class Opening:
    """What may be opened for a unit, and who would see it."""

    tasks: tuple[tuple[str, str, bool, str], ...]
    """(task, its title, whether it is a case, the words of its term)."""
    people: tuple[tuple[str, str, bool], ...]
    """(account, name, whether it is the head's) of those who speak for the unit today."""


def opening(engine: Engine, *, in_force: InForce, unit: str, now: datetime) -> Opening:
    """The on-event tasks of the unit (or of its group), and the accounts that speak for it."""
    today = local_day(now, in_force.zone)
    with reading(engine) as session:
        rows = [row for row in account.accounts(session, in_force.office) if row.disabled_at is None and row.unit]
    return Opening(
        tasks=tuple(_on_event(in_force, unit)),
        people=tuple(
            (row.id, row.name, naming.HEAD in row.roles.split())
            for row in rows
            if holder(in_force.units, row.unit, today)[0] == unit
        ),
    )


def _on_event(in_force: InForce, unit: str) -> list[tuple[str, str, bool, str]]:
    known = in_force.units[unit]
    if known.is_group and known.members is not None:
        return []
    leads = {unit, known.group}
    return [
        (task["id"], task["title"], bool(task.get("private")), str(task["deadlines"][0]["words"] or ""))
        for task in in_force.tasks.values()
        if task["kind"] == "on-event" and task["unit"] in leads
    ]


def opens_something(in_force: InForce, unit: str) -> bool:
    """Whether anything may be opened for the unit when it happens."""
    return bool(_on_event(in_force, unit))
