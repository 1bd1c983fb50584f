"""The verbs by which people tell what happened: each one entry, decided by the rules, saved in one transaction.

`by` is the unit whose word it is, `recorded_by` who types: an office may enter what a unit said by telephone.
Nobody reports for another unit's work, and nobody confirms its own. A repeated `request_id` changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from models import queries
from rules import ladder
from rules.errors import RequestRefused
from rules.evidence import as_data
from rules.values import ANSWERS, CHECK_IN, Answer, State, Terms
from usecases import changes, plans
from usecases.enter import CHANNELS, Recorded, enter, find_occurrence, require_channel
from usecases.handed import Given, Looked
from usecases.permits import Case
from usecases.word import Word

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

__all__ = [
    "CHANNELS",
    "SAID",
    "URGED_BY",
    "URGED_ROLES",
    "Recorded",
    "answer",
    "done",
    "find_occurrence",
    "require_channel",
    "say",
]

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII).fullmatch
URGED_BY = ("phone", "zalo", "letter", "meeting", "email")
URGED_ROLES = ("unit", "head", ladder.CONFIRMER)


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
    evidence: Given | Sequence[Given] | None = None,
    evidence_folder: Path | None = None,
    most_a_day: int | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """Report the work done on the local day `on` (default: today), with what proves it.

    A report upwards is closed by issuing it: it needs the document's number, which the clerk gave. A check-in is
    answered line by line instead. Files are looked at (usecases.uploads) before anything is locked, and stored under
    their SHA-256 before the entry names them: all of them, or, where one is refused, none and no entry. `most_a_day` is
    how many bytes the unit may send in a day, where it sends them itself.
    """
    looked = _look(evidence)

    def word(case: Case) -> Word:
        if case.terms.kind == CHECK_IN:
            raise RequestRefused("request.answer_instead", occurrence=case.terms.key.short)
        if looked.refusals:  # what is refused by itself was never recorded, so this is no request sent again
            looked.refuse(case, _lacks(case.terms, document, note, looked))
        data = {"document": document or None, "evidence": as_data(looked.hashes)}
        return Word("issued" if case.terms.kind == "report" else "reported", by, on, data=data, text=note)

    def check(session: Session, case: Case, said: Word) -> Word:
        looked.refuse(case, _lacks(case.terms, document, note, looked))
        return replace(said, keep=looked.keeper(session, case, evidence_folder, now, most_a_day))

    with looked.announced(engine, evidence_folder):
        return enter(engine, plan, occurrence, word, now, recorded_by, channel, request_id, check=check)


def _look(evidence: Given | Sequence[Given] | None) -> Looked:
    if evidence is None:
        return Looked()
    handed = (evidence,) if isinstance(evidence, Given) else tuple(evidence)
    if not handed:
        return Looked()
    from usecases.uploads import look

    return look(handed)


def _lacks(terms: Terms, document: str | None, note: str | None, looked: Looked) -> RequestRefused | None:
    """What the work is proved by and nobody gave; a file that is not taken was given."""
    needs = "document" if terms.kind == "report" else terms.evidence
    given = {"document": document, "note": note, "file": looked.count}
    if needs in given and not given[needs]:
        return RequestRefused(f"request.needs_{needs}", occurrence=terms.key.short)
    return None


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

    said = {"answer": answer, "document": document or None, "month": month or None}

    def word(case: Case) -> Word:
        terms = case.terms
        if terms.kind != CHECK_IN:
            raise RequestRefused("request.not_a_check_in", occurrence=terms.key.short)
        if line not in terms.lines:
            raise RequestRefused(
                "request.unknown_line", line=line, occurrence=terms.key.short, near=plans.nearest(line, terms.lines, 5)
            )
        if answer == "done" and not (document or note):
            raise RequestRefused("request.answer_needs_proof", line=line)
        if answer == "planned" and not (month and _MONTH(month)):
            raise RequestRefused("request.answer_needs_month", line=line)
        return Word("answered", by, on, line, said, note)

    def then(session: Session, case: Case, state: State) -> None:
        _raise_not_yet(session, case, state, now)

    return enter(engine, plan, occurrence, word, now, recorded_by, channel, request_id, then)


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
    to: str | None = None,
    document: str | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """The verbs that differ only in who may say them: confirmed, returned, supplement_asked, retracted, cancelled,
    noted, urged, acknowledged.

    `reason` is required to return, retract or cancel. `via` says how somebody was urged and `to` which role was reached
    (of URGED_ROLES; default: who owes something now); it counts as the rungs of that role that were due by its day.
    `document` is what a recipient outside returned an issued report with.
    """
    if kind in ("returned", "supplement_asked", "retracted", "cancelled") and not reason:
        raise RequestRefused("request.needs_reason", kind=kind)
    if kind == "noted" and not note:
        raise RequestRefused("request.needs_note", occurrence=occurrence)
    if kind == "urged" and via not in URGED_BY:
        raise RequestRefused("request.unknown_channel", channel=via or "", allowed=", ".join(URGED_BY))
    if to is not None and to not in URGED_ROLES:
        raise RequestRefused("request.unknown_role", role=to, allowed=", ".join(URGED_ROLES))
    data = {"via": via or None, "role": to or None, "document": document or None}
    text = "\n".join(each for each in (reason, note) if each) or None
    said = Word(kind, by, on, data=data, text=text)

    def check(_: Session, case: Case, word: Word) -> Word:
        _require_sense(case, word)
        return word

    return enter(engine, plan, occurrence, lambda _: said, now, recorded_by, channel, request_id, check=check)


def _require_sense(case: Case, said: Word) -> None:
    """What only the occurrence's state tells: one pause at a time; an issued report is returned from outside."""
    state = case.state
    if said.kind == "acknowledged" and state.acknowledged_on is not None:
        until = case.plan.calendar.add_working(state.acknowledged_on, ladder.PAUSE)
        if (said.on or case.today) <= until:
            raise RequestRefused("request.already_acknowledged", since=state.acknowledged_on, until=until)
    closed_report = case.terms.kind == "report" and state.phase == "done"
    if said.kind == "returned" and closed_report and not said.data.get("document"):
        raise RequestRefused("request.needs_return_document", occurrence=case.terms.key.short)


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
