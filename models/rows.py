"""Between rows and the values of the rules: no other module knows which column holds what."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from models.canonical import canonical
from rules.values import NO_TERM, Answer, Dates, Key, State, Terms

if TYPE_CHECKING:
    from sqlalchemy import Row


_TERMS = (
    *("office", "plan", "task", "unit", "period"),
    *("stated_day", "first_last_day", "advised_day", "due_time", "from_day", "to_day", "basis", "set_by", "words"),
    *(
        "reason",
        "kind",
        "title",
        "label",
        "relation",
        "confirm",
        "evidence",
        "lines",
        "advisory",
        "private",
        "opens_on",
    ),
)
_LAST_DAY, _BASIS = (_TERMS.index(name) - len(Key._fields) for name in ("first_last_day", "basis"))
_STATE = (
    *("phase", "done_on", "document", "recorded_late", "current_day", "first_last_day", "version", "extended_from"),
    *("held_by", "answers", "acknowledged_on", "sequence", "changed_seq", "changed_at", "reporter", "withdrawn"),
    *("extensions", "asked_until", "waits", "waits_since", "step", "step_on", "urged", "held_since"),
)


def to_terms(row: Any) -> Terms:
    """The terms of any row with the key and the columns of TermsColumns."""
    return _terms(*(getattr(row, name) for name in _TERMS))


def to_state(row: Any) -> State:
    """The state that a row of `occurrence` repeats from the ledger."""
    return _state(*(getattr(row, name) for name in _STATE))


def to_pairs(rows: Sequence[Row[Any]]) -> list[tuple[Terms, State]]:
    """Terms and state of each row of `occurrence`, in half the time: columns are found once, not for each row."""
    if not rows:
        return []
    at = {name: place for place, name in enumerate(rows[0]._fields)}
    terms, state = (itemgetter(*(at[name] for name in names)) for names in (_TERMS, _STATE))
    return [(_terms(*terms(row)), _state(*state(row))) for row in rows]


def _terms(office: str, plan: str, task: str, unit: str, period: str, *rest: Any) -> Terms:
    *dates, kind, title, label, relation, confirm, evidence, lines, advisory, private, opens_on = rest
    if kind == "on-event" and dates[_LAST_DAY] is None:
        dates[_BASIS] = NO_TERM  # a row of before says that the plan's year gives a day that there is not
    return Terms(
        Key(office, plan, task, unit, period),
        kind,
        title,
        label,
        Dates(*dates),
        relation,
        confirm,
        evidence,
        () if lines == "[]" else tuple(json.loads(lines)),
        advisory,
        private,
        opens_on,
    )


def terms_columns(terms: Terms, *, withdrawn: bool = False) -> dict[str, Any]:
    """The columns of TermsColumns, without the key."""
    dates = terms.dates
    return {
        "kind": terms.kind,
        "title": terms.title,
        "label": terms.label,
        "stated_day": dates.stated,
        "first_last_day": dates.last_day,
        "advised_day": dates.advised_day,
        "due_time": dates.time,
        "from_day": dates.from_day,
        "to_day": dates.to_day,
        "basis": dates.basis,
        "set_by": dates.set_by,
        "words": dates.words,
        "reason": dates.reason,
        "relation": terms.relation,
        "confirm": terms.confirm,
        "evidence": terms.evidence,
        "lines": canonical(list(terms.lines)),
        "advisory": terms.advisory,
        "private": terms.private,
        "opens_on": terms.opens_on,
        "withdrawn": withdrawn,
    }


def terms_data(terms: Terms) -> dict[str, Any]:
    """The terms as an entry's data keeps them, so that the chain covers what was asked: days and hours as ISO text."""
    columns = terms_columns(terms) | {"lines": list(terms.lines)}
    return {
        name: value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in columns.items()
        if name != "withdrawn" and value not in (None, "", [])
    }


def opened_data(said: Mapping[str, Any]) -> dict[str, Any]:
    """The terms that an entry `event_opened` keeps, as `terms_data` has them; one of before has a basis for no day."""
    return {**said, "basis": said["basis"] if "first_last_day" in said else NO_TERM}


def revised_data(terms: Terms, *, withdrawn: bool) -> dict[str, Any]:
    """The data of a fact `revised`: what one revision of the plan says of an occurrence."""
    return _revised(terms.dates.last_day, withdrawn, list(terms.lines))


def revised_data_of(row: Any) -> dict[str, Any]:
    """The same of a row of `occurrence_version`."""
    return _revised(row.first_last_day, row.withdrawn, [] if row.lines == "[]" else json.loads(row.lines))


def _revised(last_day: date | None, withdrawn: bool, lines: list[str]) -> dict[str, Any]:
    return {"last_day": last_day.isoformat() if last_day else None, "withdrawn": withdrawn, "lines": lines}


def _state(phase: str, done_on: date | None, document: str | None, recorded_late: bool, *rest: Any) -> State:
    last_day, plan_day, version, extended_from, held_by, answers, *more = rest
    acknowledged_on, sequence, changed_seq, changed_at, reporter, withdrawn, *latest = more
    extensions, asked_until, waits, waits_since, step, step_on, urged, held_since = latest
    return State(
        phase=phase,
        done_on=done_on,
        document=document,
        recorded_late=recorded_late,
        last_day=last_day,
        plan_day=plan_day,
        version=version,
        extended_from=extended_from,
        held_by=held_by,
        answers={} if answers == "{}" else _answers_from(json.loads(answers)),
        acknowledged_on=acknowledged_on,
        sequence=sequence,
        changed_seq=changed_seq,
        changed_at=changed_at,
        reporter=reporter,
        withdrawn=withdrawn,
        extensions=extensions,
        asked_until=asked_until,
        waits=waits,
        waits_since=waits_since,
        step=step,
        step_on=step_on,
        held_since=held_since,
        urged={} if urged == "{}" else {role: date.fromisoformat(on) for role, on in json.loads(urged).items()},
    )


def state_columns(state: State) -> dict[str, Any]:
    """The state columns of `occurrence`; `first_last_day` and `withdrawn` serve its terms, too."""
    return {
        "phase": state.phase,
        "done_on": state.done_on,
        "document": state.document,
        "recorded_late": state.recorded_late,
        "current_day": state.last_day,
        "first_last_day": state.plan_day,
        "version": state.version,
        "extended_from": state.extended_from,
        "held_by": state.held_by,
        "answers": canonical(_answers_to(state.answers)) if state.answers else "{}",
        "acknowledged_on": state.acknowledged_on,
        "sequence": state.sequence,
        "changed_seq": state.changed_seq,
        "changed_at": state.changed_at,
        "reporter": state.reporter,
        "withdrawn": state.withdrawn,
        "extensions": state.extensions,
        "asked_until": state.asked_until,
        "waits": state.waits,
        "waits_since": state.waits_since,
        "step": state.step,
        "step_on": state.step_on,
        "held_since": state.held_since,
        "urged": canonical({role: on.isoformat() for role, on in state.urged.items()}) if state.urged else "{}",
    }


def _answers_to(answers: Mapping[str, Answer]) -> dict[str, Any]:
    return {
        line: {"answer": each.answer, "on": each.on.isoformat(), "document": each.document, "month": each.month}
        for line, each in answers.items()
    }


def _answers_from(stored: Mapping[str, Any]) -> dict[str, Answer]:
    return {
        line: Answer(each["answer"], date.fromisoformat(each["on"]), each["document"], each["month"])
        for line, each in stored.items()
    }
