"""Several units urged by one call or in one meeting: an entry for each, all of them in one transaction or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from models.session import begin
from rules.errors import RequestRefused, SeveralRefused
from usecases.enter import Recorded, Say, enter_in, require_channel
from usecases.record import URGED_BY
from usecases.word import Word

if TYPE_CHECKING:
    from sqlalchemy import Engine


def urge_together(
    engine: Engine,
    *,
    voices: Mapping[str, str],
    via: str,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    on: date | None = None,
    note: str | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> list[Recorded]:
    """Record that whoever owes each occurrence was urged by `via` on the local day `on` (default: today); one note.

    `voices` gives for each occurrence the unit whose word it is. The request id of each is that of the whole and its
    occurrence: sent again with the same words nothing is written, for whichever of them it is sent.
    Raises SeveralRefused (`urge.none_recorded`) with every refusal, by occurrence; then nothing is written at all.
    """
    require_channel(channel)
    if via not in URGED_BY:
        raise RequestRefused("request.unknown_channel", channel=via, allowed=", ".join(URGED_BY))
    made: list[Recorded] = []
    refused: list[tuple[str, RequestRefused]] = []
    with begin(engine) as session:
        for occurrence, by in voices.items():
            say = _saying(Word("urged", by, on, data={"via": via, "role": None, "document": None}, text=note or None))
            request = request_id and f"{request_id}:{occurrence}"
            try:
                made.append(enter_in(session, plan, occurrence, say, now, recorded_by, channel, request))
            except RequestRefused as error:
                refused.append((occurrence, error))
        if refused:
            raise SeveralRefused("urge.none_recorded", refused)
    return made


def _saying(word: Word) -> Say:
    return lambda _: word
