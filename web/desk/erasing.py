"""The form that erases the text or the file of one entry, as the office's pages and a case's have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RequestRefused
from usecases.naming import Caller
from usecases.redact import Redacted, redact
from web.desk.forms import request_of

if TYPE_CHECKING:
    from web.desk.visit import Visit


def erase(visit: Visit, occurrence: str) -> Redacted:
    """Erase what the form names. Who may, asks the use case; raises as it does."""
    seq = visit.typed("seq")
    if not (seq.isascii() and seq.isdigit() and len(seq) <= 12):
        raise RequestRefused("redact.nothing", occurrence=occurrence)
    return redact(
        visit.engine,
        occurrence=occurrence,
        seq=int(seq),
        file=visit.typed("what") == "file",
        only=visit.typed("only"),
        reason=visit.typed("reason"),
        caller=Caller(visit.who.id, visit.who.login, visit.who.unit, visit.who.roles),
        evidence_folder=visit.desk.evidence,
        plan=visit.who.plan,
        now=visit.now,
        recorded_by=visit.who.login,
        channel="desk",
        request_id=request_of(visit),
    )
