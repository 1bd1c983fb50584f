"""`/lich/<token>.ics`, a calendar, and `/lich/<token>`, the page about it; everything else is the application's.

Plain ASGI before any routing: clients ask for calendars all day long, and nearly always nothing has changed. A token is
never logged, never in an answer to a wrong one, and no answer lets a browser send it on (Referrer-Policy).
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from outputs.ical import FORMS
from outputs.ical_text import clean
from rules.errors import OutsideFailed, RequestRefused
from texts import LANGUAGES
from usecases.feeds import Form
from web import page
from web.coding import chosen
from web.conditional import http_date, judged
from web.links import Links, Unreachable

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from usecases.feed_answers import Found, Version
    from web.kept import Kept, Shelf

log = logging.getLogger("kehoach.web")

PREFIX, ENDING = b"/lich/", b".ics"
Header = tuple[bytes, bytes]

GUARDED: list[Header] = [
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex, nofollow"),
]
"""On every answer: a link is a secret, so nobody is told where a reader came from, and no index lists it."""
NOT_KEPT: list[Header] = [*GUARDED, (b"cache-control", b"no-store")]
TEXT = (b"content-type", b"text/plain; charset=utf-8")

_LONGEST_QUERY = 200
_LONGEST_NAME = 80
"""Letters: three octets each at most in Vietnamese, nine in a header."""
_FORBIDDEN = re.compile(r'\s*[\\/:*?"<>|\n]+\s*')
_ALARMS = {"on": True, "off": False}
_TRY_AGAIN = b"5"
_NOTHING = {"type": "http.response.body", "body": b""}


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a version in one coding."""

    etag: bytes
    changed_at: datetime
    """In whole seconds, as Last-Modified says it."""
    certain_from: float
    """Unix time from which nothing more can happen in the second of `changed_at`; before, Last-Modified is not said,
    since a change later in that second would go unseen (RFC 9110 8.8.2.2)."""
    brief: list[Header]
    """Of a 304: what RFC 9110 15.4.5 asks for; whoever gets it keeps the other headers that came with the 200."""
    full: list[Header]
    modified: Header


class Door:
    """The whole of what is served: links by itself, all else by `app`."""

    def __init__(self, app: ASGIApp, *, links: Links, shelf: Shelf, base: str = "", lang: str = "vi") -> None:
        self.app, self._links, self._shelf, self._base, self._lang = app, links, shelf, base, lang

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("raw_path") or b""
        if scope["type"] != "http" or not path.startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        if scope["method"] not in ("GET", "HEAD"):
            await _answer(send, 405, [*NOT_KEPT, TEXT, (b"allow", b"GET, HEAD")], b"405\n")
            return
        of_calendar = path.endswith(ENDING)
        try:
            token = path[len(PREFIX) : -len(ENDING)] if of_calendar else path[len(PREFIX) :]
            found = self._links.find_now(token) if self._links.at_once else await self._links.find(token)
            if found is None:
                await self._refuse(scope, send, of_calendar)
            elif of_calendar:
                await self._calendar(scope, send, found)
            else:
                await self._page(scope, send, found, token)
        except RequestRefused as refused:  # the plan has no such unit any more
            log.warning("feed %s: %s", found.id if found else "-", refused.code)
            await self._refuse(scope, send, of_calendar)
        except (Unreachable, OutsideFailed):
            await _answer(send, 503, [*NOT_KEPT, TEXT, (b"retry-after", _TRY_AGAIN)], b"503\n")

    async def _refuse(self, scope: Scope, send: Send, of_calendar: bool) -> None:
        """The same for every token that opens nothing: the same octets, whatever it was."""
        wait = self._links.refuse_for(scope)
        status = 429 if wait else 404
        headers = [*NOT_KEPT, (b"retry-after", str(wait).encode())] if wait else NOT_KEPT
        if of_calendar:
            await _answer(send, status, [*headers, TEXT], page.REFUSED_TEXT[status], scope["method"])
        else:
            body = page.refused(status, self._lang)
            await _answer(send, status, [*headers, *page.HEADERS], body, scope["method"])

    async def _calendar(self, scope: Scope, send: Send, found: Found) -> None:
        form = _form(scope["query_string"], self._lang)
        if form is None:
            await _answer(send, 400, [*NOT_KEPT, TEXT], page.BAD_QUERY, scope["method"])
            return
        accept, asked = None, dict[bytes, bytes]()
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accept = value if accept is None else accept + b"," + value
            elif name[:3] == b"if-":
                asked[name] = asked[name] + b"," + value if name in asked else value
        coding = chosen(accept)
        kept = self._shelf.at_hand(found, form) or await self._shelf.version(found, form)
        head = kept.heads.get(coding) or _head(kept, coding)
        status = judged(head.etag, head.changed_at, asked)
        if status == 304:
            await send({"type": "http.response.start", "status": 304, "headers": head.brief})
            await send(_NOTHING)
        elif status == 412:
            await _answer(send, 412, [*NOT_KEPT, TEXT], b"412\n", scope["method"])
        else:
            await self._send(scope, send, found, form, coding)
        self._links.note_use(found, time.time())
        log.info("feed %s %s/%s %s", found.id, found.office, found.which, coding)

    async def _send(self, scope: Scope, send: Send, found: Found, form: Form, coding: str) -> None:
        kept, body = await self._shelf.body(found, form, coding)
        head = kept.heads.get(coding) or _head(kept, coding)
        dated = [head.modified] if time.time() >= head.certain_from else []
        await _answer(send, 200, [*head.full, *dated], body, scope["method"])

    async def _page(self, scope: Scope, send: Send, found: Found, token: bytes) -> None:
        form = _form(scope["query_string"], self._lang) or Form(lang=self._lang)
        kept = await self._shelf.version(found, form)
        base = self._base or page.base_of(scope)
        body = page.link(base, token.decode("ascii"), form, kept.version.behind.name, self._lang)
        await _answer(send, 200, [*NOT_KEPT, *page.HEADERS], body, scope["method"])


async def _answer(send: Send, status: int, headers: list[Header], body: bytes, method: str = "GET") -> None:
    headers = [*headers, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _form(query: bytes, lang: str) -> Form | None:
    """What the query asks for; None where a word of ours has a value that it cannot have. Other words are let pass:
    clients and mailers add their own.
    """
    if not query:
        return _plain(lang)
    return _asked(query, lang) if len(query) <= _LONGEST_QUERY else None


@lru_cache(maxsize=4)
def _plain(lang: str) -> Form:
    return Form(lang=lang)


@lru_cache(maxsize=256)
def _asked(query: bytes, lang: str) -> Form | None:
    asked = dict(parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace"))
    form, said, alarms = asked.get("as", FORMS[0]), asked.get("lang", lang), asked.get("alarms", "on")
    if form not in FORMS or said not in LANGUAGES or alarms not in _ALARMS:
        return None
    return Form(form, said, _ALARMS[alarms])


def file_name(name: str) -> str:
    """A calendar's name as every system takes it for a file's, without its ending: no mark that Windows forbids, and
    so short that neither a folder (255 octets) nor a proxy that holds headers in 4 KB refuses it.
    """
    words = _FORBIDDEN.sub(" - ", clean(name)).split()
    return " ".join(words)[:_LONGEST_NAME].rstrip(" .-")


def _head(kept: Kept, coding: str) -> Head:
    """Made once for a version and a coding, and kept with them."""
    head = kept.heads[coding] = _make_head(kept.version, coding)
    return head


def _make_head(version: Version, coding: str) -> Head:
    etag = f'"{version.tag}"' if coding == "identity" else f'"{version.tag}-{coding}"'
    changed_at = version.changed_at.replace(microsecond=0)
    brief = [
        (b"etag", etag.encode()),
        (b"cache-control", b"private, no-cache"),
        (b"vary", b"Accept-Encoding"),
    ]
    name = quote(f"{file_name(version.behind.name) or version.behind.file}.ics", safe="")
    disposition = f"inline; filename=\"{version.behind.file}.ics\"; filename*=UTF-8''{name}"
    full = [
        *brief,
        *GUARDED,
        (b"content-type", b"text/calendar; charset=utf-8"),
        (b"content-disposition", disposition.encode()),
    ]
    if coding != "identity":
        full.append((b"content-encoding", coding.encode()))
    return Head(
        etag=etag.encode(),
        changed_at=changed_at,
        certain_from=(changed_at + timedelta(seconds=1)).timestamp(),
        brief=brief,
        full=full,
        modified=(b"last-modified", http_date(changed_at)),
    )
