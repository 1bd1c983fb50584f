"""What the desk stands on: the database, the data folder, its key, the address, the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from usecases import desk_key
from web.limit import Limiter

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.requests import Request

    from settings import OidcSettings
    from web.desk.oidc import Provider

SIGN_INS = 10
"""In any sixty seconds, from one address, and again for one login."""
SIGN_INS_AN_HOUR = 60
"""For one login, from all browsers in which nobody has signed in to it, and from each other one by itself. Six digits
are guarded by the account itself (usecases.codes)."""

WRITES = 60
"""Forms in any sixty seconds from one account or link: no hand is quicker, and a link may have leaked."""

TOKEN_WRITES = 300
"""Entries in any sixty seconds by one token of the API: a system that passes on a meeting's worth is not held up."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Desk:
    """One installation."""

    engine: Engine
    home: Path
    key: bytes = field(repr=False)
    base: str = ""
    """Where people reach it; "" where only the request can tell."""
    lang: str = "vi"
    clock: Callable[[], datetime] = _now
    tries: Limiter = field(default_factory=lambda: Limiter(SIGN_INS))
    """Of signing in and of invitations."""
    tries_of_login: Limiter = field(default_factory=lambda: Limiter(SIGN_INS_AN_HOUR, minutes=60))
    """Of signing in with one login, in an hour."""
    writes: Limiter = field(default_factory=lambda: Limiter(WRITES))
    """Of forms sent by one account or link."""
    wrong_tokens: Limiter = field(default_factory=Limiter)
    """Of tokens of the API that open nothing, and of those of a sign-out that prove nothing."""
    token_writes: Limiter = field(default_factory=lambda: Limiter(TOKEN_WRITES))
    most_a_day: int = 200 * 1024 * 1024
    """Bytes of files that one unit may send itself in a day."""
    oidc: Provider | None = field(default=None, repr=False)
    """The city's provider; None where people sign in by password alone."""

    @classmethod
    def at(
        cls,
        engine: Engine,
        home: Path,
        *,
        base: str = "",
        lang: str = "vi",
        clock: Callable[[], datetime] = _now,
        oidc: OidcSettings | None = None,
        uploads_a_day: int = 200,
    ) -> Desk:
        """The desk of a data folder; makes its key where there is none. `uploads_a_day` is in megabytes."""
        made = cls(engine, home, desk_key.read_or_make(home), base.rstrip("/"), lang, clock)
        made = replace(made, most_a_day=uploads_a_day * 1024 * 1024)
        if oidc is None:
            return made
        from web.desk.oidc import Provider  # Authlib and what checks signatures: for those who use it

        return replace(made, oidc=Provider(oidc))

    @property
    def evidence(self) -> Path:
        return self.home / "evidence"

    def secure(self, request: Request) -> bool:
        """Whether cookies may be bound to https."""
        return self.base.startswith("https:") or request.scope.get("scheme") == "https"
