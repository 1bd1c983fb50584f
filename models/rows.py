"""Between rows and the values of the rules: no other module knows which column holds what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from models.chain import canonical
from rules.values import Answer, Dates, Key, State, Terms


def to_terms(row: Any) -> Terms:
    """The terms of any row with the key and the columns of TermsColumns."""
    return Terms(
        key=Key(row.office, row.plan, row.task, row.unit, row.period),
        kind=row.kind,
        title=row.title,
        label=row.label,
        dates=Dates(
            stated=row.stated_day,
            last_day=row.first_last_day,
            advised_day=row.advised_day,
            time=row.due_time,
            from_day=row.from_day,
            to_day=row.to_day,
            basis=row.basis,
            set_by=row.set_by,
            words=row.words,
            reason=row.reason,
        ),
        relation=row.relation,
        confirm=row.confirm,
        evidence=row.evidence,
        lines=() if row.lines == "[]" else tuple(json.loads(row.lines)),
        advisory=row.advisory,
        private=row.private,
        opens_on=row.opens_on,
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


def revised_data(terms: Terms, *, withdrawn: bool) -> dict[str, Any]:
    """The data of a fact `revised`: what one revision of the plan says of an occurrence."""
    return _revised(terms.dates.last_day, withdrawn, list(terms.lines))


def revised_data_of(row: Any) -> dict[str, Any]:
    """The same of a row of `occurrence_version`."""
    return _revised(row.first_last_day, row.withdrawn, [] if row.lines == "[]" else json.loads(row.lines))


def _revised(last_day: date | None, withdrawn: bool, lines: list[str]) -> dict[str, Any]:
    return {"last_day": last_day.isoformat() if last_day else None, "withdrawn": withdrawn, "lines": lines}


def to_state(row: Any) -> State:
    """The state that a row of `occurrence` repeats from the ledger."""
    return State(
        phase=row.phase,
        done_on=row.done_on,
        document=row.document,
        recorded_late=row.recorded_late,
        last_day=row.current_day,
        plan_day=row.first_last_day,
        version=row.version,
        extended_from=row.extended_from,
        held_by=row.held_by,
        answers={} if row.answers == "{}" else _answers_from(json.loads(row.answers)),
        acknowledged_on=row.acknowledged_on,
        sequence=row.sequence,
        changed_seq=row.changed_seq,
        changed_at=row.changed_at,
        reporter=row.reporter,
        withdrawn=row.withdrawn,
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
