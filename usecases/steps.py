"""A report on its way up: dự thảo, trình ký, đã ký, cấp số, phát hành; where it is stuck, and since when.

Each step is an entry; only issuing closes the report. Steps may be passed over (`record.done` is the short way), but
the drafter does not sign, and the clerk numbers only what was signed. Source: design sections 2 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from rules import states
from rules.errors import RequestRefused
from rules.values import Fact, State, Terms
from usecases.enter import Recorded, enter
from usecases.permits import PERMITS, Case, committee, handles, office
from usecases.word import Word

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

STEPS: Mapping[str, str] = {
    "drafted": "drafted",
    "presented": "presented",
    "signed": "signed",
    "numbered": "numbered",
    "issued": "issued",
    "taken-back": "taken_back",
}
"""The word on the command line and the kind of entry that it makes."""

_NEXT = {"": "drafted", "drafted": "presented", "presented": "signed", "signed": "numbered", "numbered": "issued"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where open work that goes through hands is now."""

    step: str
    """The last step taken; empty: none yet. `submitted` where it waits for confirmation."""
    since: date | None
    """The local day of that step, or on which it was taken back or began to wait; None: from the start."""
    next: str
    """The kind of entry that it waits for."""

    def as_json(self) -> dict[str, Any]:
        since = self.since.isoformat() if self.since else None
        return {"step": self.step or None, "since": since, "next": self.next}


def standing(terms: Terms, state: State) -> Standing | None:
    """Where it is stuck; None for what takes no steps, or is closed."""
    if state.phase == "submitted":
        return Standing("submitted", state.waits_since, "confirmed")
    if terms.kind != "report" or state.phase not in ("open", "returned"):
        return None
    return Standing(state.step, state.step_on, _NEXT[state.step])


def step(
    engine: Engine,
    *,
    occurrence: str,
    step: str,
    by: str,
    now: datetime,
    recorded_by: str,
    document: str | None = None,
    note: str | None = None,
    plan: str | None = None,
    on: date | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Recorded:
    """Record one step of a report, taken on the local day `on` (default: today).

    `drafted` and `presented` are its unit's word, `signed` that of the committee (or of Văn phòng for it), `numbered`
    the clerk's, with the `document` number; `issued` takes that number unless another way gave one. `taken-back` gives
    the draft back to its unit: `note` must say why.
    """
    if step not in STEPS:
        raise RequestRefused("request.unknown_step", step=step, allowed=", ".join(STEPS))
    if step == "taken-back" and not note:
        raise RequestRefused("request.needs_reason", kind="taken_back")

    def word(case: Case) -> Word:
        if case.terms.kind != "report":
            raise RequestRefused("request.not_a_report", occurrence=case.terms.key.short)
        data = {"document": document} if document and step in ("numbered", "issued") else {}
        permit = handles if step == "issued" else None
        return Word(STEPS[step], by, on, data=data, text=note, permit=permit)

    def check(_: Session, case: Case, said: Word) -> Word:
        given = {"document": case.state.document} if step == "issued" else {}
        return replace(said, data=given | dict(said.data))

    return enter(engine, plan, occurrence, word, now, recorded_by, channel, request_id, check=check)


OF_ROLE: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("unit", "head"), ("drafted", "presented", "issued", "taken-back")),
    **dict.fromkeys(("chair", "vice-chair"), ("signed", "taken-back")),
    "office": ("signed", "numbered", "issued", "taken-back"),
    "clerk": ("numbered", "issued"),
}
"""The steps of a role of the desk: leaders sign, Văn phòng passes on their word, the clerk numbers and issues."""


_NOT_RECORDED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that a caller may take now."""

    step: str
    """A word of STEPS."""
    by: str
    """The unit whose word it is."""


def offered(case: Case, *, unit: str | None, roles: frozenset[str]) -> tuple[Offer, ...]:
    """The steps that these roles, speaking for `unit`, may take of a report now, the next one first.

    A leader speaks for the committee and the clerk for Văn phòng, whatever unit their account names.
    """
    if case.terms.kind != "report":
        return ()
    found = []
    for step, kind in STEPS.items():
        by = speaker(case, step, unit=unit, roles=roles)
        if by is not None and _is_possible(case, kind, by):
            found.append(Offer(step, by))
    return tuple(found)


def speaker(case: Case, step: str, *, unit: str | None, roles: frozenset[str]) -> str | None:
    """The unit whose word this step is where these roles, speaking for `unit`, take it; None: none of them may."""
    role = next((role for role in sorted(roles) if step in OF_ROLE.get(role, ())), None)
    if role in ("chair", "vice-chair"):
        return min(committee(case), default=None)
    if role == "clerk":
        return min(office(case), default=None)
    return unit if role is not None else None


def _is_possible(case: Case, kind: str, by: str) -> bool:
    """Whether the rules and the permits would take it, asked of both."""
    number = {"document": case.state.document or "?"} if kind in ("numbered", "issued") else {}
    fact = Fact(0, kind, case.today, _NOT_RECORDED, case.today, by, data=number)
    try:
        (handles if kind == "issued" else PERMITS[kind])(case, by)
        states.apply(case.terms, case.state, fact)
    except RequestRefused:
        return False
    return True
