"""Conditional requests (RFC 9110 section 13): whether what a client holds is still what it would get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_TAG = re.compile(rb'(?:W/)?("[^"]*")')
_STRONG = re.compile(rb'(W/)?("[^"]*")')


def judged(etag: bytes, changed_at: datetime, asked: Mapping[bytes, bytes]) -> int:
    """The status of a GET or HEAD under the conditions `asked`, by header name in small letters: 200, 304 or 412.

    In the order of RFC 9110 13.2.2. `changed_at` as for `is_current`.
    """
    match = asked.get(b"if-match")
    if match is not None:
        if match.strip() != b"*" and (b"", etag) not in _STRONG.findall(match):  # never by a weak tag
            return 412
    elif b"if-unmodified-since" in asked:
        until = _instant(asked[b"if-unmodified-since"])
        if until is not None and changed_at > until:
            return 412
    return 304 if is_current(etag, changed_at, asked.get(b"if-none-match"), asked.get(b"if-modified-since")) else 200


def is_current(etag: bytes, changed_at: datetime, none_match: bytes | None, modified_since: bytes | None) -> bool:
    """Whether to answer 304. If-None-Match goes before If-Modified-Since; a date that is none is as good as none.

    `changed_at` is aware, in whole seconds as Last-Modified says it.
    """
    if none_match is not None:
        return none_match == etag or none_match.strip() == b"*" or etag in _TAG.findall(none_match)
    if modified_since is None:
        return False
    since = _instant(modified_since)
    return since is not None and changed_at <= since


def http_date(at: datetime) -> bytes:
    """An aware instant in UTC as HTTP writes it, its fraction of a second left out."""
    return format_datetime(at.astimezone(UTC).replace(microsecond=0), usegmt=True).encode()


def _instant(text: bytes) -> datetime | None:
    try:
        at = parsedate_to_datetime(text.decode("latin-1"))
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
