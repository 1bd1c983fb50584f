"""Calendars kept in memory as they were last made, so that asking again costs one look-up in the database.

What is kept counts for one revision of the plan and one seq of the ledger; the look-up of each request says whether it
still does. The memory it may take is bounded: what was not asked for longest goes first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from usecases import feeds
from web.coding import IDENTITY, coded

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from usecases.feeds import Form, Found, Version

ROOM = 16 * 1024 * 1024
"""Octets of bodies and of what goes with them."""
_OF_ONE = 4096
"""About what an entry takes beside its bodies."""

T = TypeVar("T")


class Asked(NamedTuple):
    """One calendar in one form."""

    office: str
    plan: str
    id: str
    form: Form


@dataclass(slots=True)
class Kept:
    """What was made of it: its version, and its bytes in the codings that were asked for."""

    version: Version
    bodies: dict[str, bytes] = field(default_factory=dict)
    heads: dict[str, Any] = field(default_factory=dict)
    """By coding, what the door has made of the version to answer quickly."""

    @property
    def size(self) -> int:
        return _OF_ONE + sum(map(len, self.bodies.values()))


class Shelf:
    """The kept calendars of one process. Its methods are called from the event loop; what is slow runs in a thread."""

    def __init__(self, engine: Engine, *, base: str = "", room: int = ROOM) -> None:
        self._engine, self._base, self._room = engine, base, room
        self._kept: OrderedDict[Asked, Kept] = OrderedDict()
        self._size = 0
        self._under_way: dict[tuple[object, ...], asyncio.Future[Any]] = {}

    def at_hand(self, found: Found, form: Form) -> Kept | None:
        """What is kept, where it still is what the link answers; in microseconds."""
        kept = self._kept.get(Asked(found.office, found.plan, found.id, form))
        return kept if kept is not None and kept.version.at == (found.revision, found.head_seq) else None

    async def version(self, found: Found, form: Form) -> Kept:
        """What the link answers in that form as of the look-up that gave `found`; nothing is made."""
        asked = Asked(found.office, found.plan, found.id, form)
        kept = self._kept.get(asked)
        if kept is not None and kept.version.at == (found.revision, found.head_seq):
            return kept
        known = None if kept is None else kept.version.behind
        version = await self._once(
            (asked, found), lambda: feeds.version(self._engine, found, form, self._base, known=known)
        )
        return self._keep(asked, version, {})

    async def body(self, found: Found, form: Form, coding: str) -> tuple[Kept, bytes]:
        """What is kept, and its bytes in a coding; of one moment, no earlier than the look-up that gave `found`."""
        kept = await self.version(found, form)
        asked = Asked(found.office, found.plan, found.id, form)
        body = kept.bodies.get(coding)
        if body is not None:
            if asked in self._kept:
                self._kept.move_to_end(asked)
            return kept, body
        plain = kept.bodies.get(IDENTITY)
        version, coded_body = await self._once(
            (asked, found, coding), lambda: self._make(found, form, coding, kept.version, plain)
        )
        return self._keep(asked, version, {coding: coded_body}), coded_body

    def _make(
        self, found: Found, form: Form, coding: str, version: Version, plain: bytes | None
    ) -> tuple[Version, bytes]:
        if plain is None:
            version, plain = feeds.made(self._engine, found, form, self._base)
        return version, coded(plain, coding)

    async def _once(self, what: tuple[object, ...], make: Callable[[], T]) -> T:
        """Made in a thread, once for all who ask while it is under way, to the end even where they go away."""
        task: asyncio.Future[T] | None = self._under_way.get(what)
        if task is None:
            task = self._under_way[what] = asyncio.ensure_future(asyncio.to_thread(make))
            task.add_done_callback(lambda done: self._done(what, done))
        return await asyncio.shield(task)

    def _done(self, what: tuple[object, ...], task: asyncio.Future[Any]) -> None:
        self._under_way.pop(what, None)
        if not task.cancelled():
            task.exception()  # whoever waits has it; nobody may be waiting any more

    def _keep(self, asked: Asked, version: Version, bodies: dict[str, bytes]) -> Kept:
        """Put what was made in place of an older one; bodies of the same tag stay."""
        before = self._kept.pop(asked, None)
        if before is not None:
            self._size -= before.size
            if before.version.tag == version.tag:
                bodies = before.bodies | bodies
        kept = self._kept[asked] = Kept(version, bodies)
        self._size += kept.size
        while self._size > self._room and self._kept:
            _, oldest = self._kept.popitem(last=False)
            self._size -= oldest.size
        return kept
