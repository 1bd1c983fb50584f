"""One entry: who may make it is asked, the rules decide, and all that follows from it is saved in one transaction.

Every verb of record, extend and steps is words for `enter`. A `request_id` sent again with the same words changes
nothing (usecases.repeats); with other words it is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from models import ledger, queries
from models.session import begin
from rules import states
from rules.errors import RequestRefused
from rules.values import Fact, Key, State, Terms
from usecases import changes, plans, repeats
from usecases.moment import local_day
from usecases.permits import PERMITS, Case
from usecases.plans import InForce
from usecases.word import Word

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from models.tables import Entry

WAYS = ("phone", "meeting", "paper", "zalo", "letter", "email")
"""How what a unit said reached who typed it."""
CHANNELS = ("cli", "desk", "api", *WAYS)
"""WAYS, and the doors by which a unit speaks for itself."""
WORK = ("reported", "issued", "answered")
"""Entries that say the work itself was done, and so cannot come before it was possible."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an entry came to."""

    occurrence: str
    kind: str
    seq: int
    status: str
    days_late: int
    state: State
    repeated: bool = False
    """The same request had been recorded before; nothing changed."""

    def as_json(self) -> dict[str, Any]:
        return {
            "occurrence": self.occurrence,
            "kind": self.kind,
            "seq": self.seq,
            "status": self.status,
            "days_late": self.days_late,
            "repeated": self.repeated,
        }


Say = Callable[[Case], Word]
"""What a request says, by its words and the plan alone: the same however the work stands by now."""

Check = Callable[["Session", Case, Word], Word]
"""Refuses it as the work stands, or adds what follows from that; raises RequestRefused."""

Then = Callable[["Session", Case, State], None]
"""What else an entry brings about, in its transaction; the state is that after it."""


def enter(
    engine: Engine,
    plan: str | None,
    occurrence: str,
    say: Say,
    now: datetime,
    recorded_by: str,
    channel: str,
    request_id: str | None,
    then: Then | None = None,
    check: Check | None = None,
) -> Recorded:
    """Record what `say` says of the occurrence, unless it is refused; then nothing is written at all."""
    require_channel(channel)
    with begin(engine) as session:
        return enter_in(session, plan, occurrence, say, now, recorded_by, channel, request_id, then, check)


def enter_in(
    session: Session,
    plan: str | None,
    occurrence: str,
    say: Say,
    now: datetime,
    recorded_by: str,
    channel: str,
    request_id: str | None,
    then: Then | None = None,
    check: Check | None = None,
) -> Recorded:
    """`enter` in the transaction of who records several at once; what is refused has written nothing in it."""
    office, plan_id = plans.find(session, plan)
    ledger.lock(session, office)
    in_force = plans.in_force(session, office, plan_id)
    terms, state = find_occurrence(session, in_force, occurrence)
    case = Case(in_force, terms, state, local_day(now, in_force.zone))
    word = say(case)
    earlier = queries.entry_by_request(session, office, request_id) if request_id else None
    if earlier is not None:
        repeats.require_same(case, word, channel, earlier)
        return _recorded(case, state, earlier.kind, earlier.seq, repeated=True)
    if check is not None:
        word = check(session, case, word)
    fact = _judged(case, word, now, recorded_by, channel)
    states.apply(terms, state, fact)  # refuses an illegal move before anything is written
    if word.keep is not None:
        word.keep(session)
    entry = _written(session, case, fact, word.text, request_id)
    state = states.apply(terms, state, ledger.as_fact(entry, in_force.zone))
    changes.save(session, in_force, [(terms, state)])
    if then is not None:
        then(session, case, state)
    return _recorded(case, state, word.kind, entry.seq)


def _judged(case: Case, word: Word, now: datetime, recorded_by: str, channel: str) -> Fact:
    """The word as a fact, once it is known that it can have happened on its day and that its unit may say it."""
    by, day = word.by or case.state.held_by, word.on or case.today
    case.plan.require_unit(by)
    states.check_day(case.terms, day, case.today, case.plan.starts_on, work=word.kind in WORK)
    (word.permit or PERMITS[word.kind])(case, by)
    return Fact(
        seq=0,
        kind=word.kind,
        happened_on=day,
        recorded_at=now,
        recorded_on=case.today,
        declared_by=by,
        recorded_by=recorded_by,
        channel=channel,
        line=word.line,
        data={name: value for name, value in word.data.items() if value is not None},
    )


def _written(session: Session, case: Case, fact: Fact, text: str | None, request_id: str | None) -> Entry:
    entry, _ = ledger.append(
        session,
        office=case.plan.office,
        plan=case.plan.plan,
        kind=fact.kind,
        happened_on=fact.happened_on,
        now=fact.recorded_at,
        declared_by=fact.declared_by,
        recorded_by=fact.recorded_by,
        channel=fact.channel,
        request_id=request_id or str(uuid4()),
        key=case.terms.key,
        line=fact.line,
        data=fact.data,
        text=text,
    )
    return entry


def require_channel(channel: str) -> None:
    """Refuse a way of telling that is none of CHANNELS."""
    if channel not in CHANNELS:
        raise RequestRefused("request.unknown_channel", channel=channel, allowed=", ".join(CHANNELS))


def _recorded(case: Case, state: State, kind: str, seq: int, *, repeated: bool = False) -> Recorded:
    status = states.status(case.terms, state, case.today)
    late = states.days_late(case.terms, state, case.today)
    return Recorded(case.terms.key.short, kind, seq, status, late, state, repeated)


def find_occurrence(session: Session, in_force: InForce, occurrence: str) -> tuple[Terms, State]:
    """The occurrence named `task/unit/period`, or a refusal with the nearest names."""
    parts = occurrence.split("/")
    row = None
    if len(parts) == 3:
        row = queries.occurrence(session, Key(in_force.office, in_force.plan, *parts))
    if row is None:
        known = queries.occurrence_names(session, in_force.office, in_force.plan)
        raise RequestRefused("request.unknown_occurrence", occurrence=occurrence, near=plans.nearest(occurrence, known))
    return queries.to_terms(row), queries.to_state(row)
