"""The verbs by which people tell what happened: each one entry, decided by the rules, saved in one transaction.

`by` is the unit whose word it is, `recorded_by` who types: an office may enter what a unit said by telephone.
Nobody reports for another unit's work, and nobody confirms its own. A repeated `request_id` changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from models import ledger, queries
from models.session import begin
from rules import ladder, states
from rules.errors import RequestRefused
from rules.values import ANSWERS, CHECK_IN, Answer, Fact, Key, State, Terms
from usecases import changes, plans
from usecases.evidence import keep
from usecases.moment import local_day
from usecases.permits import PERMITS, Case
from usecases.plans import InForce

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

CHANNELS = ("cli", "desk", "phone", "meeting", "paper", "zalo", "letter", "email")
WORK = ("reported", "issued", "answered")
"""Entries that say the work itself was done, and so cannot come before it was possible."""
URGED_BY = ("phone", "zalo", "letter", "meeting", "email")


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


@dataclass(frozen=True, slots=True)
class Word:
    """One thing somebody says of one occurrence, before it is an entry."""

    kind: str
    by: str | None
    """None: the unit that holds the occurrence."""
    on: date | None = None
    line: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None


Make = Callable[["Session", Case], Word]
"""Turns the words of a verb into one entry's; raises RequestRefused where something is missing."""


def done(
    engine: Engine,
    *,
    occurrence: str,
    by: str,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    on: date | None = None,
    document: str | None = None,
    note: str | None = None,
    evidence: Path | None = None,
    evidence_folder: Path | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """Report the work done on the local day `on` (default: today), with what proves it.

    A report upwards is closed by issuing it: it needs the document's number, which the clerk gave. A check-in is
    answered line by line instead. The file is stored under its SHA-256 before the entry names it.
    """

    def word(session: Session, case: Case) -> Word:
        if case.terms.kind == CHECK_IN:
            raise RequestRefused("request.answer_instead", occurrence=case.terms.key.short)
        _require_evidence(case.terms, document, note, evidence)
        data: dict[str, Any] = {"document": document} if document else {}
        if evidence is not None:
            data["evidence"] = keep(session, case.plan, evidence, evidence_folder, now)
        kind = "issued" if case.terms.kind == "report" else "reported"
        return Word(kind, by, on, data=data, text=note)

    return _record(engine, plan, occurrence, word, now, recorded_by, channel, request_id)


def _require_evidence(terms: Terms, document: str | None, note: str | None, evidence: Path | None) -> None:
    needs = "document" if terms.kind == "report" else terms.evidence
    given = {"document": document, "note": note, "file": evidence}
    if needs in given and not given[needs]:
        raise RequestRefused(f"request.needs_{needs}", occurrence=terms.key.short)


def answer(
    engine: Engine,
    *,
    occurrence: str,
    line: str,
    answer: str,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    by: str | None = None,
    on: date | None = None,
    document: str | None = None,
    note: str | None = None,
    month: str | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """Answer one line of a check-in: done (with a document or a line of text), planned (month), nothing, not-yet."""
    if answer not in ANSWERS:
        raise RequestRefused("request.unknown_answer", answer=answer, allowed=", ".join(ANSWERS))

    def word(_: Session, case: Case) -> Word:
        terms = case.terms
        if terms.kind != CHECK_IN:
            raise RequestRefused("request.not_a_check_in", occurrence=terms.key.short)
        if line not in terms.lines:
            raise RequestRefused(
                "request.unknown_line", line=line, occurrence=terms.key.short, near=plans.nearest(line, terms.lines, 5)
            )
        if answer == "done" and not (document or note):
            raise RequestRefused("request.answer_needs_proof", line=line)
        if answer == "planned" and not month:
            raise RequestRefused("request.answer_needs_month", line=line)
        data = {"answer": answer, "document": document, "month": month}
        return Word("answered", by, on, line, {name: value for name, value in data.items() if value}, note)

    return _record(engine, plan, occurrence, word, now, recorded_by, channel, request_id)


def say(
    engine: Engine,
    *,
    kind: str,
    occurrence: str,
    now: datetime,
    recorded_by: str,
    by: str | None = None,
    plan: str | None = None,
    on: date | None = None,
    note: str | None = None,
    reason: str | None = None,
    via: str | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """The verbs that differ only in who may say them: confirmed, returned, supplement_asked, retracted, cancelled,
    noted, urged, acknowledged. `reason` is required to return, retract or cancel; `via` says how somebody was urged.
    """
    if kind in ("returned", "supplement_asked", "retracted", "cancelled") and not reason:
        raise RequestRefused("request.needs_reason", kind=kind)
    if kind == "noted" and not note:
        raise RequestRefused("request.needs_note", occurrence=occurrence)
    if kind == "urged" and via not in URGED_BY:
        raise RequestRefused("request.unknown_channel", channel=via or "", allowed=", ".join(URGED_BY))
    data = {"via": via} if via else {}
    text = "\n".join(each for each in (reason, note) if each) or None

    said = Word(kind, by, on, data=data, text=text)
    return _record(engine, plan, occurrence, lambda *_: said, now, recorded_by, channel, request_id)


def _record(
    engine: Engine,
    plan: str | None,
    occurrence: str,
    make: Make,
    now: datetime,
    recorded_by: str,
    channel: str,
    request_id: str | None,
) -> Recorded:
    require_channel(channel)
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        terms, state = find_occurrence(session, in_force, occurrence)
        case = Case(in_force, terms, state, local_day(now, in_force.zone))
        if request_id and (earlier := _repeat(session, case, request_id)):
            return earlier
        word = make(session, case)
        by = word.by or state.held_by
        in_force.require_unit(by)
        work = word.kind in WORK
        states.check_day(terms, word.on or case.today, case.today, in_force.starts_on, work=work)
        PERMITS[word.kind](case, by)
        fact = Fact(
            seq=0,
            kind=word.kind,
            happened_on=word.on or case.today,
            recorded_at=now,
            recorded_on=case.today,
            declared_by=by,
            recorded_by=recorded_by,
            channel=channel,
            line=word.line,
            data=word.data,
        )
        states.apply(terms, state, fact)  # refuses an illegal move before anything is written
        entry, _ = ledger.append(
            session,
            office=in_force.office,
            plan=in_force.plan,
            kind=fact.kind,
            happened_on=fact.happened_on,
            now=now,
            declared_by=by,
            recorded_by=recorded_by,
            channel=channel,
            request_id=request_id or str(uuid4()),
            key=terms.key,
            line=word.line,
            data=word.data,
            text=word.text,
        )
        state = states.apply(terms, state, ledger.as_fact(entry, in_force.zone))
        changes.save(session, in_force, [(terms, state)])
        if word.kind == "answered":
            _raise_not_yet(session, case, state, now)
        return _recorded(case, state, word.kind, entry.seq)


def require_channel(channel: str) -> None:
    """Refuse a way of telling that is none of CHANNELS."""
    if channel not in CHANNELS:
        raise RequestRefused("request.unknown_channel", channel=channel, allowed=", ".join(CHANNELS))


def _recorded(case: Case, state: State, kind: str, seq: int, *, repeated: bool = False) -> Recorded:
    status = states.status(case.terms, state, case.today)
    late = states.days_late(case.terms, state, case.today)
    return Recorded(case.terms.key.short, kind, seq, status, late, state, repeated)


def _repeat(session: Session, case: Case, request_id: str) -> Recorded | None:
    """The entry that this request made before; another occurrence's request id is refused, never silently taken."""
    entry = queries.entry_by_request(session, case.plan.office, request_id)
    if entry is None:
        return None
    if (entry.plan, entry.task, entry.unit, entry.period) != case.terms.key[1:]:
        raise RequestRefused("request.request_reused", request_id=request_id)
    return _recorded(case, case.state, entry.kind, entry.seq, repeated=True)


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


SAID: Mapping[str, str] = {
    "confirm": "confirmed",
    "return": "returned",
    "supplement": "supplement_asked",
    "retract": "retracted",
    "cancel": "cancelled",
    "note": "noted",
    "urge": "urged",
    "ack": "acknowledged",
}
"""The verb on the command line and the kind of entry that it makes."""


def _raise_not_yet(session: Session, case: Case, state: State, now: datetime) -> None:
    """«Chưa» to the same line in two rounds running goes to the monitoring officer (design section 2, check-ins)."""
    if not ladder.not_yet_twice(_previous_answers(session, case.terms), state.answers):
        return
    recipient = ladder.recipient("monitor", state.held_by, case.plan.directory, case.today)
    if recipient is not None:
        changes.tell_at_once(session, case.terms, state, changes.NOT_YET, "monitor", recipient, case.today, now)


def _previous_answers(session: Session, terms: Terms) -> Mapping[str, Answer]:
    """The answers of the same unit in the round before this one, by last day."""
    rows = [
        row
        for row in queries.check_ins_of(session, terms.key.office, terms.key.plan, terms.key.unit)
        if row.first_last_day and terms.dates.last_day and row.first_last_day < terms.dates.last_day
    ]
    return queries.to_state(max(rows, key=lambda row: row.first_last_day)).answers if rows else {}
