"""What an entry makes of an occurrence: an explicit table of transitions; rules.effects says what each leaves behind.

State is derived, never set: `replay` gives it from the facts alone. Others call these through `rules.states`.
Source: design sections 2 (check-ins) and 3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.effects import EFFECTS, day, settled
from rules.errors import IllegalMove
from rules.values import CHECK_IN, STEPS, Fact, State, Terms

# What never moves the phase, and is allowed in all of them.
_ALWAYS = ("noted", "redacted", "plan_revised", "measured", "held_over", "named", "unnamed")
_NEVER_OFFERED = frozenset(
    {"revised", "plan_revised", "measured", "held_over", "event_opened", "redacted", "named", "unnamed"}
)
"""Entries that are not said of work, so that no refusal offers them."""
_STEPPING = (*STEPS, "taken_back")
_WHILE_OWED = ("urged", "acknowledged", "event_opened", "answered", "revised")
_WHILE_OPEN = (
    *_WHILE_OWED,
    *_STEPPING,
    *("extension_asked", "extension_granted", "extension_refused"),
)


def _moves(phase: str, same: Iterable[str] = (), **to: str) -> Mapping[str, str]:
    return dict.fromkeys((*_ALWAYS, *same), phase) | to


MOVES: Mapping[str, Mapping[str, str]] = {
    "open": _moves(
        "open",
        _WHILE_OPEN,
        reported="done",
        issued="done",
        cancelled="cancelled",
    ),
    "returned": _moves(
        "returned",
        _WHILE_OPEN,
        reported="done",
        issued="done",
        cancelled="cancelled",
    ),
    "submitted": _moves(
        "submitted",
        (*_WHILE_OWED, "supplement_asked"),
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
    last_day = day(data["last_day"]) if data and "last_day" in data else terms.dates.last_day
    return State(last_day=last_day, plan_day=last_day, held_by=terms.key.unit, changed_seq=seq, changed_at=at)


def apply(terms: Terms, state: State, fact: Fact) -> State:
    """The state after `fact`. Raises IllegalMove where the table, the kind of task or the entry itself forbids it."""
    if refusal := _refusal(terms, state, fact):
        no_help = _NEVER_OFFERED | {fact.kind}
        allowed = sorted(kind for kind in MOVES[state.phase] if kind not in no_help and _fits(terms, kind))
        raise IllegalMove(refusal, kind=fact.kind, phase=state.phase, allowed=allowed, line=fact.line, **_stands(state))
    after = replace(state, phase=MOVES[state.phase][fact.kind])
    effect = EFFECTS.get(fact.kind)
    if effect is not None:
        after = effect(terms, after, fact)
    after = settled(state, after, fact)
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
    return _refused_step(state, fact) or _refused_extension(state, fact)


def _stands(state: State) -> dict[str, Any]:
    """What a refusal may have to say of the state."""
    return {
        "last_day": state.last_day or "—",
        "asked": state.asked_until or "—",
        "step": state.step,
        "document": state.document or "—",
    }


def _refused_step(state: State, fact: Fact) -> str | None:
    """Steps go forward; some may be passed over, but the clerk numbers only what was signed."""
    if fact.kind in STEPS and state.step and STEPS.index(fact.kind) <= STEPS.index(state.step):
        return "request.step_done"
    if fact.kind == "numbered":
        if not fact.data.get("document"):
            return "request.numbered_without_number"
        return None if state.step == "signed" else "request.number_before_signing"
    if fact.kind == "issued" and state.step == "numbered" and fact.data.get("document") != state.document:
        return "request.other_number"
    return "request.nothing_to_take_back" if fact.kind == "taken_back" and not state.step else None


def _refused_extension(state: State, fact: Fact) -> str | None:
    """One request at a time, for a later day than the one that stands; only what was asked can be refused."""
    if fact.kind == "extension_refused" and state.asked_until is None:
        return "request.nothing_asked"
    if fact.kind not in ("extension_asked", "extension_granted"):
        return None
    if fact.kind == "extension_asked" and state.asked_until is not None:
        return "request.already_asked"
    if state.last_day is None:
        return "request.no_day_to_extend"
    to = day(fact.data.get("to"))
    return None if to is not None and to > state.last_day else "request.not_later"


def _fits(terms: Terms, kind: str) -> bool:
    """Whether that kind of entry belongs to that kind of task: a report is issued, a check-in answered, and persons are
    named to a case."""
    if kind in ("named", "unnamed"):
        return terms.private
    if terms.kind == CHECK_IN:
        return kind not in ("reported", "issued", "event_opened", *_STEPPING)
    if terms.kind == "report":
        return kind not in ("reported", "answered")
    return kind not in ("answered", *_STEPPING)
