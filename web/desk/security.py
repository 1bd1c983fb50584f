"""What guards a page: headers, the token of a form, and from where a form may be sent."""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING

from usecases.desk_key import derived

if TYPE_CHECKING:
    from starlette.requests import Request

FIELD = "form_token"

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",  # with no-referrer a browser would send the origin of its own forms as null
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "cache-control": "no-store",
}
"""On every page: nothing runs or is loaded but our own files, nothing is framed, nothing is kept by a cache."""

HSTS = "max-age=31536000"


def form_token(key: bytes, secret: str) -> str:
    """The token for the forms of one visit, masked anew each time: a page is compressed, and what is repeated in
    compressed pages can be guessed from their lengths (BREACH)."""
    right = derived(key, "form", secret.encode())
    mask = secrets.token_bytes(len(right))
    return urlsafe_b64encode(mask + _xor(mask, right)).decode()


def is_form_token(key: bytes, secret: str, given: str) -> bool:
    """Whether `given` is a token of this visit."""
    try:
        raw = urlsafe_b64decode(given.encode("ascii"))
    except (NotBase64, ValueError):
        return False
    right = derived(key, "form", secret.encode())
    if len(raw) != 2 * len(right):
        return False
    return hmac.compare_digest(_xor(raw[: len(right)], raw[len(right) :]), right)


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site sent this form (Fetch Metadata; else the Origin header)."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] != request.headers.get("host")


def sealed(key: bytes, purpose: str, told: dict[str, str]) -> str:
    """Words to be kept by a browser that it may read and cannot change."""
    body = _text(json.dumps(told, separators=(",", ":")).encode())
    return f"{body}.{_text(derived(key, f'sealed {purpose}', body.encode()))}"


def unsealed(key: bytes, purpose: str, given: str) -> dict[str, str] | None:
    """What was sealed for this purpose; None for anything else."""
    body, _, seal = given.partition(".")
    right = _text(derived(key, f"sealed {purpose}", body.encode(errors="replace")))
    if not hmac.compare_digest(right.encode(), seal.encode(errors="replace")):
        return None
    told: dict[str, str] = json.loads(urlsafe_b64decode(f"{body}{'=' * (-len(body) % 4)}"))
    return told


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
