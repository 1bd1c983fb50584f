"""From a token to the link it opens: the one look-up of every request, and what wrong tokens come to."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING, Any

from rules.errors import OutsideFailed
from usecases.feed_answers import Finder, Found
from usecases.feeds import hash_of
from web.limit import Limiter

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger("kehoach.web")


class Unreachable(Exception):
    """The database could not be read just now."""


class Links:
    """The links of one database. A token that was never given, one that was revoked and what is no token at all go the
    same way: hashed, looked up, not found.
    """

    def __init__(self, engine: Engine, *, limiter: Limiter | None = None) -> None:
        self._finder = Finder(engine)
        self._limiter = limiter or Limiter()

        self.at_once = not self._finder.blocks
        """Whether `find_now` may be called from the event loop."""

    async def find(self, token: bytes) -> Found | None:
        """What the token opens as of now. Raises Unreachable."""
        return self.find_now(token) if self.at_once else await asyncio.to_thread(self.find_now, token)

    def find_now(self, token: bytes) -> Found | None:
        """The same. Raises Unreachable."""
        try:
            return self._finder.find(hash_of(token))
        except (sqlite3.Error, OutsideFailed) as error:
            log.error("the database cannot be read: %s", type(error).__name__)
            raise Unreachable from None  # its own words may hold the statement's parameters

    def refuse_for(self, scope: Any) -> int:
        """Count a wrong token against whoever sent it; the seconds to wait where those were too many, else 0."""
        client = scope.get("client")
        return self._limiter.refuse_for(client[0] if client else "")

    def close(self) -> None:
        self._finder.close()
