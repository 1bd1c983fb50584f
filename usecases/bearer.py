"""Words that open something to whoever bears them, an invitation or a session: made at random, kept by their hash."""

from __future__ import annotations

import secrets
from hashlib import sha256

_BYTES = 24


def new() -> str:
    """A word of 192 random bits, fit for an address or a cookie."""
    return secrets.token_urlsafe(_BYTES)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random enough that a quick hash hides it as well as a slow one."""
    return sha256(token.encode()).hexdigest()
