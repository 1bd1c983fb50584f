"""Calendars kept in memory as they were last made, so that asking again costs one look-up in the database.

What is known counts for one revision of the plan and one seq of the ledger; the look-up of each request says whether it
still does. The memory it may take is bounded: the body that was not asked for longest goes first.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from web.coding import IDENTITY, coded

if TYPE_CHECKING:
    from usecases.feed_answers import Answers, Found, Version
    from usecases.feeds import Form

ROOM = 8 * 1024 * 1024
"""Octets of bodies."""
VERSIONS = 8192
"""Of how many calendars the version is known: about two kilobytes each. Hà Nội's 126 wards have half as many."""

_WORKERS = 2
"""Threads that make calendars: more would fight for the interpreter, and each keeps memory of its own."""

T = TypeVar("T")


class Asked(NamedTuple):
    """One calendar in one form."""

    office: str
    plan: str
    id: str
    form: Form


@dataclass(slots=True)
class Kept:
    """What is known of a calendar as it was last made or looked at."""

    version: Version
    heads: dict[str, Any] = field(default_factory=dict)
    """By coding, what the door has made of the version to answer quickly."""


class Shelf:
    """The kept calendars of one process. Its methods are called from the event loop; what is slow runs in a thread."""

    def __init__(self, answers: Answers, *, room: int = ROOM, versions: int = VERSIONS) -> None:
        self._answers, self._room, self._most = answers, room, versions
        self._kept: dict[Asked, Kept] = {}
        self._bodies: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        """By tag and coding, so that a body outlives entries that are about something else."""
        self._size = 0
        self._under_way: dict[tuple[object, ...], asyncio.Future[Any]] = {}
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="calendars")

    def at_hand(self, found: Found, form: Form) -> Kept | None:
        """What is known, where it still is what the link answers; in microseconds."""
        kept = self._kept.get(Asked(found.office, found.plan, found.id, form))
        return kept if kept is not None and kept.version.at == (found.revision, found.head_seq) else None

    async def version(self, found: Found, form: Form) -> Kept:
        """What the link answers in that form as of the look-up that gave `found`; nothing is made."""
        kept = self.at_hand(found, form)
        if kept is not None:
            return kept
        asked = Asked(found.office, found.plan, found.id, form)
        before = self._kept.get(asked)
        known = None if before is None else before.version.behind
        version = await self._once((asked, found), lambda: self._answers.version(found, form, known=known))
        return self._know(asked, version)

    async def body(self, found: Found, form: Form, coding: str) -> tuple[Kept, bytes]:
        """What is known, and the bytes in a coding; of one moment, no earlier than the look-up that gave `found`."""
        kept = await self.version(found, form)
        name = (kept.version.tag, coding)
        body = self._bodies.get(name)
        if body is not None:
            self._bodies.move_to_end(name)
            return kept, body
        asked = Asked(found.office, found.plan, found.id, form)
        plain = self._bodies.get((kept.version.tag, IDENTITY))
        version, coded_body = await self._once(
            (asked, found, coding), lambda: self._make(found, form, coding, kept.version, plain)
        )
        self._hold((version.tag, coding), coded_body)
        return self._know(asked, version), coded_body

    def _make(
        self, found: Found, form: Form, coding: str, version: Version, plain: bytes | None
    ) -> tuple[Version, bytes]:
        if plain is None:
            version, plain = self._answers.made(found, form)
        return version, coded(plain, coding)

    async def _once(self, what: tuple[object, ...], make: Callable[[], T]) -> T:
        """Made in a thread, once for all who ask while it is under way, to the end even where they go away."""
        task: asyncio.Future[T] | None = self._under_way.get(what)
        if task is None:
            making = asyncio.get_running_loop().run_in_executor(self._workers, make)
            task = self._under_way[what] = making
            task.add_done_callback(lambda done: self._done(what, done))
        return await asyncio.shield(task)

    def _done(self, what: tuple[object, ...], task: asyncio.Future[Any]) -> None:
        self._under_way.pop(what, None)
        if not task.cancelled():
            task.exception()  # whoever waits has it; nobody may be waiting any more

    def _know(self, asked: Asked, version: Version) -> Kept:
        """Put a version in place of an older one; beyond `versions`, the one first known goes."""
        before = self._kept.get(asked)
        if before is not None and before.version.tag == version.tag:
            before.version = version  # the heads say the same
            return before
        kept = self._kept[asked] = Kept(version)
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return kept

    def _hold(self, name: tuple[str, str], body: bytes) -> None:
        self._size += len(body) - len(self._bodies.pop(name, b""))
        self._bodies[name] = body
        while self._size > self._room:
            _, oldest = self._bodies.popitem(last=False)
            self._size -= len(oldest)
