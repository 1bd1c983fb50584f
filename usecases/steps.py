"""A report on its way up: dự thảo, trình ký, đã ký, cấp số, phát hành; where it is stuck, and since when.

Each step is an entry; only issuing closes the report. Steps may be passed over (`record.done` is the short way), but
the drafter does not sign, and the clerk numbers only what was signed. Source: design sections 2 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rules.errors import RequestRefused
from rules.values import State, Terms
from usecases.enter import Recorded, Word, enter
from usecases.permits import Case, handles

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

    def word(_: Session, case: Case) -> Word:
        if case.terms.kind != "report":
            raise RequestRefused("request.not_a_report", occurrence=case.terms.key.short)
        number = document or (case.state.document if step == "issued" else None)
        data = {"document": number} if number and step in ("numbered", "issued") else {}
        permit = handles if step == "issued" else None
        return Word(STEPS[step], by, on, data=data, text=note, permit=permit)

    return enter(engine, plan, occurrence, word, now, recorded_by, channel, request_id)
