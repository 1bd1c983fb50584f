"""What units wrote to the office («Cần hỗ trợ») and nobody has answered: the board holds it until somebody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models import spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from sqlmodel import Session

_KINDS = ("noted", "urged", "returned", "supplement_asked", "extension_granted", "extension_refused")
"""A note, and what counts as its answer: anything that somebody else then says of the same work."""


@dataclass(frozen=True, slots=True)
class Call:
    """The last thing said of work that somebody still owes, by who owes it."""

    occurrence: str
    on: date
    text: str


def calls(
    session: Session,
    office: str,
    plan: str,
    owed: Mapping[str, str],
    *,
    upto: date,
    knew: Callable[[datetime], bool],
) -> dict[str, Call]:
    """By occurrence, of those that are `owed`, with who holds each: said by the local day `upto`, of what was recorded
    when one `knew`. Of a case there is none, nor of words that were erased."""
    found: dict[str, Call] = {}
    for row in spoken.said(session, office, plan, _KINDS, upto=upto):
        occurrence = "/".join((row.task, row.unit, row.period)) if row.task else ""
        if occurrence not in owed or not knew(row.recorded_at):
            continue
        found.pop(occurrence, None)
        if row.kind == "noted" and row.text and row.declared_by in (row.unit, owed[occurrence]):
            found[occurrence] = Call(occurrence, row.happened_on, row.text)
    return found
