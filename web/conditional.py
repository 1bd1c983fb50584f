"""Conditional requests (RFC 9110 section 13): whether what a client holds is still what it would get."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

_TAG = re.compile(rb'(?:W/)?("[^"]*")')


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
