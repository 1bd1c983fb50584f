"""What units wrote to the office («Cần hỗ trợ») and nobody has answered: the board holds it until somebody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import spoken

if TYPE_CHECKING:
    from datetime import date

    from sqlmodel import Session

    from usecases.desk.reading import Desk

_KINDS = ("noted", "urged", "returned", "supplement_asked", "extension_granted", "extension_refused")
"""A note, and what counts as its answer: anything that somebody else then says of the same work."""


@dataclass(frozen=True, slots=True)
class Call:
    """The last thing said of work that somebody still owes, by who owes it."""

    occurrence: str
    on: date
    text: str


def calls(session: Session, desk: Desk) -> dict[str, Call]:
    """By occurrence; of what is done, cancelled or a case there is none, nor of words that were erased."""
    held = {each.id: each.unit for each in desk.lines if each.owed}
    found: dict[str, Call] = {}
    for row in spoken.said(session, desk.plan.office, desk.plan.plan, _KINDS, upto=desk.as_of):
        occurrence = "/".join((row.task, row.unit, row.period)) if row.task else ""
        if occurrence not in held or not desk.knew(row.recorded_at):
            continue
        found.pop(occurrence, None)
        if row.kind == "noted" and row.text and row.declared_by in (row.unit, held[occurrence]):
            found[occurrence] = Call(occurrence, row.happened_on, row.text)
    return found
