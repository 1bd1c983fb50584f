"""The second factor: time-based codes (RFC 6238 over RFC 4226, HMAC-SHA-1, six digits, thirty seconds)."""

from __future__ import annotations

import hmac
from base64 import b32encode
from datetime import datetime
from hashlib import sha1
from urllib.parse import quote, urlencode

from usecases.desk_key import derived

DIGITS, STEP_SECONDS = 6, 30
SALT_BYTES = 16
_SECRET_BYTES = 20
_DRIFT = 1
"""Steps before and after now that are taken too: clocks of telephones drift (RFC 6238 section 5.2 and 6)."""


def secret(key: bytes, salt: bytes) -> bytes:
    """The shared secret of an account; its salt alone, as the database holds it, gives nothing."""
    return derived(key, "second factor", salt)[:_SECRET_BYTES]


def step_of(now: datetime) -> int:
    """The time step of an aware instant."""
    return int(now.timestamp()) // STEP_SECONDS


def code(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of one time step."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), sha1)
    offset = digest[-1] & 0xF
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def accepted_step(secret: bytes, given: str, now: datetime, used: int | None) -> int | None:
    """The step whose code `given` is, to be kept as used; None where it is wrong, too old or was taken before."""
    typed = "".join(given.split())
    around = range(step_of(now) - _DRIFT, step_of(now) + _DRIFT + 1)
    fits = [each for each in around if hmac.compare_digest(code(secret, each).encode(), typed.encode())]
    new = [each for each in fits if used is None or each > used]
    return new[0] if new else None


def address(secret: bytes, login: str, issuer: str) -> str:
    """What an authenticator reads from a QR code (Key URI Format)."""
    asked = urlencode({"secret": shown(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{asked}"


def shown(secret: bytes) -> str:
    """The secret as it is typed where no camera reads it."""
    return b32encode(secret).decode().rstrip("=")
