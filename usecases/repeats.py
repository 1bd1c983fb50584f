"""A request that is sent again: with the same words it changes nothing, with others its id is refused.

The words are compared with the entry that it made: nothing is kept beside the ledger, so nothing outlives an erasure. A
text that was erased is not held against anybody. Where the ledger's head is locked, of two at once the second sees what
the first recorded.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from rules.errors import RequestRefused
from usecases.moment import local_day

if TYPE_CHECKING:
    from usecases.permits import Case
    from usecases.word import Word


def require_same(case: Case, word: Word, channel: str, entry: Any) -> None:
    """Refuse (`request.request_reused`) where `entry`, made by a request of the same id, says anything else.

    Whose word it was and of which day are compared as they stood then: what goes to the holder of the work went to who
    held it, and a day that was not named is that of recording.
    """
    recorded = json.loads(entry.data)
    same = (
        (entry.plan, entry.task, entry.unit, entry.period) == case.terms.key[1:]
        and (entry.kind, entry.line, entry.channel) == (word.kind, word.line, channel)
        and _is_word_of(case, word.by, entry)
        and entry.happened_on == (word.on or local_day(entry.recorded_at, case.plan.zone))
        and all(recorded.get(name) == value for name, value in word.data.items())
        and (word.same is None or word.same(recorded))
        and is_text(entry, word.text)
    )
    if not same:
        raise RequestRefused("request.request_reused", request_id=entry.request_id, seq=entry.seq)


def is_text(entry: Any, text: str | None) -> bool:
    """Whether the entry's free text is this, or is erased."""
    erased = entry.text_hash and entry.text is None
    return bool(erased) or entry.text == (text if text is None else normalize("NFC", text))


def _is_word_of(case: Case, by: str | None, entry: Any) -> bool:
    held_by, since = case.state.held_by, case.state.held_since
    if entry.declared_by == (by or held_by):
        return True
    handed_over = since is not None and local_day(entry.recorded_at, case.plan.zone) <= since
    return by in (None, held_by) and handed_over
