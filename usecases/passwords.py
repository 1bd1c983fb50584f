"""Passwords: what is taken for one, and Argon2id of it. An unknown login costs what a known one costs."""

from __future__ import annotations

import re
import secrets
from functools import cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from rules.errors import RequestRefused

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 12, 200
"""Characters (NIST SP 800-63B 5.1.1.2: length, no rules of composition, no expiry)."""

_AT_ONCE = BoundedSemaphore(4)
"""Hashes made at one time, 64 MiB each: whoever tries passwords from many addresses fills no memory."""


def check(password: str, again: str, login: str) -> None:
    """Long enough, typed twice alike, and not what everybody would try first.

    Raises RequestRefused: `account.password_differs`, `.password_short`, `.password_long`, `.password_known`.
    """
    if password != again:
        raise RequestRefused("account.password_differs")
    if len(password) < SHORTEST:
        raise RequestRefused("account.password_short", shortest=SHORTEST)
    if len(password) > LONGEST:
        raise RequestRefused("account.password_long", longest=LONGEST)
    plain = password.lower()
    if (
        len(set(plain)) < 5
        or login in plain
        or re.fullmatch(r"\d+", plain)
        or "matkhau" in plain
        or "password" in plain
    ):
        raise RequestRefused("account.password_known")


def hashed(password: str) -> str:
    """What is kept of it."""
    with _AT_ONCE:
        return _hasher().hash(password)


def fits(password: str, kept: str | None) -> tuple[bool, str | None]:
    """Whether it is the kept one (never where None is), and a newer hash where the parameters have been raised."""
    with _AT_ONCE:
        right, newer = _hasher().verify_and_update(password[: LONGEST + 1], kept or _nobody())
    return right and kept is not None, newer


@cache
def _hasher() -> PasswordHash:
    """Argon2id with the library's parameters (RFC 9106's second choice: 64 MiB, three passes, four lanes)."""
    from pwdlib import PasswordHash

    return PasswordHash.recommended()


@cache
def _nobody() -> str:
    """A hash that no password has."""
    return _hasher().hash(secrets.token_urlsafe(32))
