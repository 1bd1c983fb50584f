"""From a token to the link it opens: the one look-up of every request, and what wrong tokens come to."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rules.errors import OutsideFailed
from usecases.feed_answers import Finder, Found
from usecases.feeds import hash_of, note_use
from web.limit import Limiter

if TYPE_CHECKING:
    from sqlalchemy import Engine

log = logging.getLogger("kehoach.web")

_DAY = 24 * 3600


class Unreachable(Exception):
    """The database could not be read just now."""


class Links:
    """The links of one database. A token that was never given, one that was revoked and what is no token at all go the
    same way: hashed, looked up, not found.
    """

    def __init__(self, engine: Engine, *, limiter: Limiter | None = None) -> None:
        self._engine = engine
        self._finder = Finder(engine)
        self._limiter = Limiter() if limiter is None else limiter
        self._noted: dict[tuple[str, str, str], int] = {}
        """By link, the day (UTC) its reading was last noted on: as many as there are links."""
        self._notes = ThreadPoolExecutor(1, thread_name_prefix="uses")

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

    def note_use(self, found: Found, at: float) -> None:
        """Note that the calendar was read at `at` (Unix time), the first time on a day; nobody waits for it."""
        link, day = (found.office, found.plan, found.id), int(at // _DAY)
        if self._noted.get(link) != day:
            self._noted[link] = day
            self._notes.submit(self._note, link, at)

    def _note(self, link: tuple[str, str, str], at: float) -> None:
        office, plan, id = link
        try:
            note_use(self._engine, office=office, plan=plan, id=id, at=datetime.fromtimestamp(at, UTC))
        except OutsideFailed as error:  # a full disk, a read-only copy: the calendar was answered all the same
            log.warning("feed %s: its reading was not noted: %s", id, error.code)

    def close(self) -> None:
        self._notes.shutdown()
        self._finder.close()
