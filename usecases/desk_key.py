"""The desk's own secret: 32 random bytes in the data folder, and what is derived from it.

Signatures of links, the second factor and the tokens of forms all follow from it. Who loses the file signs nobody in by
a second factor and opens no link given before; who steals the database without it gains none of them.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from rules.errors import OutsideFailed

FILE = "desk.key"
_BYTES = 32


def read_or_make(home: Path) -> bytes:
    """The key of a data folder, made where there is none; only its owner may read the file.

    Raises OutsideFailed where it cannot be read or written, or is no key.
    """
    key = read(home)
    if key is None:
        with _reaching(home):
            _make(home / FILE)
        key = read(home)
    assert key is not None
    return key


def read(home: Path) -> bytes | None:
    """The key of a data folder; None where no desk was ever served or opened from it. Raises as `read_or_make`."""
    with _reaching(home):
        try:
            key = (home / FILE).read_bytes()
        except FileNotFoundError:
            return None
    if len(key) != _BYTES:
        raise OutsideFailed("account.bad_key", file=str(home / FILE))
    return key


@contextmanager
def _reaching(home: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        reason = fault.strerror or str(fault)
        raise OutsideFailed("request.cannot_write", file=str(home / FILE), fault=reason) from fault


def _make(path: Path) -> None:
    """Whole or not at all; of two that start at once one wins, and both read the same."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(_BYTES))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            return
    finally:
        part.unlink(missing_ok=True)


def derived(key: bytes, purpose: str, *parts: bytes) -> bytes:
    """32 bytes for one purpose; each part is framed by its length, so that no two lists of parts give the same."""
    framed = b"".join(len(part).to_bytes(4, "big") + part for part in (purpose.encode(), *parts))
    return hmac.digest(key, framed, sha256)
