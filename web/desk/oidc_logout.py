"""What a logout token proves (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6), its signature apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

EVENT = "http://schemas.openid.net/event/backchannel-logout"
TYPES = (None, "jwt", "logout+jwt", "application/logout+jwt")
"""What `typ` may say, in small letters: providers older than the final text say nothing or JWT."""

LEEWAY = timedelta(seconds=60)
LONGEST_LIFE = timedelta(hours=1)
"""After `iat`, whatever `exp` says (two minutes are advised): for so long it is remembered that it was used."""
_LONGEST = 255


class NotProven(ValueError):
    """The token does not prove that somebody signed out; its words say why, for a log."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """Who signed out at the provider."""

    subject: str | None
    """All that this person has open, unless `session` says which; None where that alone was told."""
    session: str | None
    """The provider's `sid`."""
    id: str
    """Unique to the token, `jti`: once is enough."""
    until: datetime
    """The end of the token's life, our leeway among it."""


def proven(
    header: Mapping[str, Any], claims: Mapping[str, Any], *, issuer: str, client_id: str, now: datetime
) -> SignedOut:
    """What the claims of a token say whose signature was checked. Raises NotProven."""
    typ = header.get("typ")
    if (typ.lower() if isinstance(typ, str) else typ) not in TYPES:
        raise NotProven("its typ is another's")
    if claims.get("iss") != issuer:
        raise NotProven("it is of another issuer")
    if claims.get("aud") not in (client_id, [client_id]):
        raise NotProven("it is for another client")
    if "nonce" in claims:  # an ID token is no logout token
        raise NotProven("it has a nonce")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise NotProven("it tells of no sign-out")
    subject, session, id = (_word(claims, name) for name in ("sub", "sid", "jti"))
    if subject is None and session is None:
        raise NotProven("it names nobody")
    if id is None:
        raise NotProven("it has no jti")
    return SignedOut(subject, session, id, _until(claims, now))


def _until(claims: Mapping[str, Any], now: datetime) -> datetime:
    issued, ends = (_instant(claims, name) for name in ("iat", "exp"))
    until = min(ends, issued + LONGEST_LIFE) + LEEWAY
    if issued > now + LEEWAY:
        raise NotProven("it comes from the future")
    if until <= now:
        raise NotProven("it has expired")
    return until


def _instant(claims: Mapping[str, Any], name: str) -> datetime:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**33:  # NaN is neither
        raise NotProven(f"its {name} is no time")
    return datetime.fromtimestamp(value, UTC)


def _word(claims: Mapping[str, Any], name: str) -> str | None:
    """A claim that is a word or is not there."""
    value = claims.get(name)
    if name not in claims:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST:
        raise NotProven(f"its {name} is no word")
    return value
