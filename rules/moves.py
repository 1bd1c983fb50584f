"""What an entry makes of an occurrence: an explicit table of transitions and what each kind of entry leaves behind.

State is derived, never set: `replay` gives it from the facts alone. Others call these through `rules.states`.
Source: design sections 2 (check-ins) and 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from rules.errors import IllegalMove
from rules.values import CHECK_IN, Answer, Fact, State, Terms

# What never moves the phase, and is allowed in all of them.
_ALWAYS = ("noted", "redacted", "plan_revised", "measured", "held_over")
_BY_THE_SYSTEM = frozenset({"revised", "plan_revised", "measured", "held_over", "event_opened", "redacted"})
"""Entries that nobody makes by hand, so that no refusal offers them."""
_WHILE_OPEN = (
    "urged",
    "acknowledged",
    "drafted",
    "signed",
    "numbered",
    "extension_asked",
    "extension_refused",
    "event_opened",
)


def _moves(phase: str, same: Iterable[str] = (), **to: str) -> Mapping[str, str]:
    return dict.fromkeys((*_ALWAYS, *same), phase) | to


MOVES: Mapping[str, Mapping[str, str]] = {
    "open": _moves(
        "open",
        (*_WHILE_OPEN, "extension_granted", "answered", "revised"),
        reported="done",
        issued="done",
        cancelled="cancelled",
    ),
    "returned": _moves(
        "returned",
        (*_WHILE_OPEN, "extension_granted", "answered", "revised"),
        reported="done",
        issued="done",
        cancelled="cancelled",
    ),
    "submitted": _moves(
        "submitted",
        (*_WHILE_OPEN, "supplement_asked", "answered", "revised"),
        confirmed="done",
        returned="returned",
        retracted="open",
        cancelled="cancelled",
    ),
    "done": _moves("done", ("answered", "revised"), returned="returned", retracted="open"),
    "cancelled": _moves("cancelled", ("revised",)),
}
"""phase -> kind of entry -> the phase it leads to. A kind that is not listed is illegal in that phase.

Three kinds look further than the table: `reported` and `issued` lead to `submitted` where the content is to be
confirmed or was typed after the last day; `answered` leads there or to `done` once every line is answered; `revised`
leads to `cancelled` where the plan withdraws the occurrence, and back where it asks it again.
"""

CALENDAR_KINDS = frozenset(
    {
        "revised",
        "reported",
        "issued",
        "confirmed",
        "returned",
        "retracted",
        "extension_granted",
        "answered",
        "held_over",
        "cancelled",
    }
)
"""Entries that may change what a calendar shows. An answer does so only when it closes the check-in."""


def initial(terms: Terms, seq: int, at: datetime, data: Mapping[str, Any] | None = None) -> State:
    """The state in which the entry `seq`, recorded at `at` (aware, UTC), puts a new occurrence.

    `data` is that entry's: its `last_day` counts before that of `terms`, which may be those of a later revision.
    """
    last_day = _day(data["last_day"]) if data and "last_day" in data else terms.dates.last_day
    return State(last_day=last_day, plan_day=last_day, held_by=terms.key.unit, changed_seq=seq, changed_at=at)


def apply(terms: Terms, state: State, fact: Fact) -> State:
    """The state after `fact`. Raises IllegalMove where the table, the kind of task or the entry itself forbids it."""
    if refusal := _refusal(terms, state, fact):
        allowed = sorted(kind for kind in MOVES[state.phase] if kind not in _BY_THE_SYSTEM and _fits(terms, kind))
        raise IllegalMove(refusal, kind=fact.kind, phase=state.phase, allowed=allowed, line=fact.line)
    after = replace(state, phase=MOVES[state.phase][fact.kind])
    effect = _EFFECTS.get(fact.kind)
    if effect is not None:
        after = effect(terms, after, fact)
    if fact.kind in CALENDAR_KINDS and (fact.kind != "answered" or after.phase != state.phase):
        after = replace(after, sequence=state.sequence + 1, changed_seq=fact.seq, changed_at=fact.recorded_at)
    return after


def replay(terms: Terms, state: State, facts: Iterable[Fact], strict: bool = False) -> State:
    """The state after all `facts`, in the order of their seq.

    Illegal moves are skipped: a view as of a past day sees only some of the entries. With `strict`, which a whole
    ledger must stand, they raise IllegalMove.
    """
    for fact in sorted(facts, key=lambda each: each.seq):
        try:
            state = apply(terms, state, fact)
        except IllegalMove:
            if strict:
                raise
    return state


def _refusal(terms: Terms, state: State, fact: Fact) -> str | None:
    """The code of what forbids `fact` in this state, None where nothing does."""
    if fact.kind not in MOVES[state.phase]:
        return "request.illegal_move"
    if not _fits(terms, fact.kind):
        return (
            "request.report_is_issued" if terms.kind == "report" and fact.kind == "reported" else "request.wrong_kind"
        )
    if fact.kind == "issued" and terms.kind == "report" and not fact.data.get("document"):
        return "request.issued_without_number"
    if fact.kind == "answered" and fact.line not in terms.lines:
        return "request.no_such_line"
    return None


def _fits(terms: Terms, kind: str) -> bool:
    """Whether that kind of entry belongs to that kind of task: a report is issued, a check-in answered."""
    if terms.kind == CHECK_IN:
        return kind not in ("reported", "issued", "drafted", "signed", "numbered", "event_opened")
    if terms.kind == "report":
        return kind not in ("reported", "answered")
    return kind != "answered"


def _reported(terms: Terms, state: State, fact: Fact) -> State:
    late_word = _typed_late(state, fact.happened_on, fact.recorded_on)
    return replace(
        state,
        phase="submitted" if terms.confirm or late_word else "done",
        done_on=fact.happened_on,
        document=fact.data.get("document"),
        recorded_late=late_word,
        reporter=fact.declared_by,
    )


def _typed_late(state: State, done_on: date, recorded_on: date) -> bool:
    return state.last_day is not None and done_on <= state.last_day < recorded_on


def _reopened(terms: Terms, state: State, fact: Fact) -> State:
    """A return or a retraction: no report stands any more; the answers of a check-in stay, to be given anew."""
    del terms, fact
    return replace(state, done_on=None, document=None, recorded_late=False, reporter="")


def _retracted(terms: Terms, state: State, fact: Fact) -> State:
    kept = {line: answer for line, answer in state.answers.items() if fact.line is not None and line != fact.line}
    return _reopened(terms, replace(state, answers=kept), fact)


def _answered(terms: Terms, state: State, fact: Fact) -> State:
    assert fact.line is not None  # _refusal has seen to it
    answer = Answer(
        answer=fact.data["answer"],
        on=fact.happened_on,
        document=fact.data.get("document"),
        month=fact.data.get("month"),
    )
    after = replace(state, answers={**state.answers, fact.line: answer})
    return _closed_if_complete(terms, after, fact) if state.phase in ("open", "returned") else after


def _closed_if_complete(terms: Terms, state: State, fact: Fact) -> State:
    if not terms.lines or any(line not in state.answers for line in terms.lines):
        return state
    done_on = max(state.answers[line].on for line in terms.lines)
    late_word = _typed_late(state, done_on, fact.recorded_on)
    phase = "submitted" if late_word else "done"
    return replace(state, phase=phase, done_on=done_on, recorded_late=late_word, reporter=fact.declared_by)


def _extended(terms: Terms, state: State, fact: Fact) -> State:
    del terms
    first = state.extended_from or state.last_day
    return replace(state, last_day=_day(fact.data["to"]), version=state.version + 1, extended_from=first)


def _revised(terms: Terms, state: State, fact: Fact) -> State:
    """The plan says something new: its day counts only where the plan itself moved it, so extensions stand."""
    if fact.data.get("withdrawn"):
        return replace(state, phase="cancelled", withdrawn=True) if state.phase != "cancelled" else state
    if state.phase == "cancelled" and state.withdrawn:
        state = replace(state, phase=_phase_of_report(terms, state), withdrawn=False)
    plan_day = _day(fact.data["last_day"]) if "last_day" in fact.data else state.plan_day
    if plan_day != state.plan_day:
        version = state.version + (plan_day != state.last_day)
        state = replace(state, plan_day=plan_day, last_day=plan_day, version=version)
    if terms.kind == CHECK_IN and state.phase == "open" and state.answers:
        state = _closed_if_complete(terms, state, fact)
    return state


def _phase_of_report(terms: Terms, state: State) -> str:
    """Where an occurrence that the plan asks again stands: a report made before it was withdrawn is not lost."""
    if state.done_on is None:
        return "open"
    waits = state.recorded_late or (terms.kind != CHECK_IN and terms.confirm is not None)
    return "submitted" if waits else "done"


def _held_over(terms: Terms, state: State, fact: Fact) -> State:
    del terms
    return replace(state, held_by=fact.data["to"])


def _acknowledged(terms: Terms, state: State, fact: Fact) -> State:
    del terms
    return replace(state, acknowledged_on=fact.happened_on)


_EFFECTS = {
    "reported": _reported,
    "issued": _reported,
    "returned": _reopened,
    "retracted": _retracted,
    "answered": _answered,
    "extension_granted": _extended,
    "revised": _revised,
    "held_over": _held_over,
    "acknowledged": _acknowledged,
}


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
