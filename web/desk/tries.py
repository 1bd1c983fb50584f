"""How often one may try to sign in: by address, by login, and apart from both from a browser that is known.

Whoever tries a login again and again from many addresses must not lock its owner out: a browser in which somebody has
signed in once bears a mark for that login, and its tries are counted by themselves (OWASP, device cookies).
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from usecases.desk_key import derived
from web.desk.identity import cookie_name

if TYPE_CHECKING:
    from web.desk.visit import Visit

KNOWN = "kehoach-known"
"""The cookie of a browser in which a login was signed in to: a random mark, and a seal that it is ours for this login.
It opens nothing."""
_KNOWN_SECONDS = 400 * 24 * 3600
_MARK_BYTES = 12


def too_often(visit: Visit, login: str = "") -> bool:
    """Count one try; whether those of this address, or of this login, have been too many. An address that is refused
    counts for no login."""
    if visit.desk.tries.refuse_for(address_of(visit)):
        return True
    if not login:
        return False
    login = _plain(login)
    mark = _mark(visit, login)
    who = f"login {login} {mark}"
    return bool(visit.desk.tries.refuse_for(who) or visit.desk.tries_of_login.refuse_for(who))


def address_of(visit: Visit) -> str:
    """Where the request comes from; "" where nothing says so."""
    client = visit.request.client
    return client.host if client else ""


def remember(visit: Visit, login: str) -> None:
    """After somebody has signed in: know this browser for this login."""
    mark = secrets.token_hex(_MARK_BYTES)
    visit.cookies.append((KNOWN, f"{mark}.{_seal(visit, _plain(login), mark)}", _KNOWN_SECONDS))


def _mark(visit: Visit, login: str) -> str:
    """The mark of this browser, where it is ours for this login; else nothing."""
    cookie = visit.request.cookies.get(cookie_name(KNOWN, secure=visit.desk.secure(visit.request)), "")
    mark, _, seal = cookie.partition(".")
    return mark if hmac.compare_digest(seal.encode(), _seal(visit, login, mark).encode()) else ""


def _seal(visit: Visit, login: str, mark: str) -> str:
    return derived(visit.desk.key, "known browser", login.encode(), mark.encode()).hex()


def _plain(login: str) -> str:
    return login.strip().lower()[:100]
