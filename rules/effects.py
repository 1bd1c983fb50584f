"""What each kind of entry leaves behind in the state; which of them are legal, and where they lead, says rules.moves.

Source: design sections 2 (check-ins), 3 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from rules.directory import OWN_ROLES
from rules.values import CHECK_IN, Answer, Fact, State, Terms

Effect = Callable[[Terms, State, Fact], State]


def settled(before: State, after: State, fact: Fact) -> State:
    """`after`, made whole: what belongs to a phase or to a deadline version does not outlive it."""
    if after.version != before.version:
        after = replace(after, acknowledged_on=None, urged={})
    if after.phase not in ("open", "returned"):
        after = replace(after, asked_until=None, step="", step_on=None)
    if after.phase != "submitted":
        return replace(after, waits_since=None) if after.waits_since is not None else after
    if before.phase != "submitted" or fact.kind == "supplement_asked":
        # From the day it was typed: before that, nobody who confirms could know of it.
        after = replace(after, waits=before.waits + 1, waits_since=fact.recorded_on)
    return after


def day(text: str | None) -> date | None:
    """A day of an entry's data."""
    return None if text is None else date.fromisoformat(text)


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
    return replace(state, done_on=None, document=None, recorded_late=False, reporter="", step="", step_on=None)


def _retracted(terms: Terms, state: State, fact: Fact) -> State:
    kept = {line: answer for line, answer in state.answers.items() if fact.line is not None and line != fact.line}
    return _reopened(terms, replace(state, answers=kept), fact)


def _answered(terms: Terms, state: State, fact: Fact) -> State:
    assert fact.line is not None  # rules.moves has seen to it
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


def _asked(terms: Terms, state: State, fact: Fact) -> State:
    del terms
    return replace(state, asked_until=day(fact.data.get("to")))


def _refused(terms: Terms, state: State, fact: Fact) -> State:
    del terms, fact
    return replace(state, asked_until=None)


def _extended(terms: Terms, state: State, fact: Fact) -> State:
    del terms
    return replace(
        state,
        last_day=day(fact.data["to"]),
        version=state.version + 1,
        extended_from=state.extended_from or state.last_day,
        extensions=state.extensions + 1,
        asked_until=None,
    )


def _revised(terms: Terms, state: State, fact: Fact) -> State:
    """The plan says something new: its day counts only where the plan itself moved it, so extensions stand."""
    if fact.data.get("withdrawn"):
        return replace(state, phase="cancelled", withdrawn=True) if state.phase != "cancelled" else state
    if state.phase == "cancelled" and state.withdrawn:
        state = replace(state, phase=_phase_of_report(terms, state), withdrawn=False)
    plan_day = day(fact.data["last_day"]) if "last_day" in fact.data else state.plan_day
    if plan_day != state.plan_day:
        version = state.version + (plan_day != state.last_day)
        state = replace(state, plan_day=plan_day, last_day=plan_day, version=version, asked_until=None)
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
    return replace(state, held_by=fact.data["to"], held_since=fact.happened_on)


def _acknowledged(terms: Terms, state: State, fact: Fact) -> State:
    del terms
    return replace(state, acknowledged_on=fact.happened_on)


def _urged(terms: Terms, state: State, fact: Fact) -> State:
    """Whom it reached: the role named, else who owes something now; a letter also stands for the rung of a letter."""
    del terms
    owing = ("confirmer",) if state.phase == "submitted" else OWN_ROLES
    roles = (fact.data["role"],) if "role" in fact.data else owing
    letter = ("letter",) if fact.data.get("via") == "letter" else ()
    last = {role: max(fact.happened_on, state.urged.get(role, date.min)) for role in (*roles, *letter)}
    return replace(state, urged={**state.urged, **last})


def _stepped(terms: Terms, state: State, fact: Fact) -> State:
    """A report came one step further; its number is the clerk's and stays with it until it is issued."""
    del terms
    document = fact.data["document"] if fact.kind == "numbered" else state.document
    return replace(state, step=fact.kind, step_on=fact.happened_on, document=document)


def _taken_back(terms: Terms, state: State, fact: Fact) -> State:
    """The draft is with the drafter again; a number that it had is void."""
    del terms
    return replace(state, step="", step_on=fact.happened_on, document=None)


EFFECTS: Mapping[str, Effect] = {
    "reported": _reported,
    "issued": _reported,
    "returned": _reopened,
    "retracted": _retracted,
    "answered": _answered,
    "extension_asked": _asked,
    "extension_granted": _extended,
    "extension_refused": _refused,
    "revised": _revised,
    "held_over": _held_over,
    "acknowledged": _acknowledged,
    "urged": _urged,
    "drafted": _stepped,
    "presented": _stepped,
    "signed": _stepped,
    "numbered": _stepped,
    "taken_back": _taken_back,
}
