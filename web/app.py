"""The web application: calendar links at the door, pages behind it.

`from_environment` is the factory for uvicorn or another server; `kehoach serve` starts one by itself (web.serve).
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request

from models import migrate
from models.session import open_engine
from outputs.ical import base_address
from settings import OidcSettings, Settings
from texts import LANGUAGES, say
from usecases.feed_answers import Answers, served_since
from web import api, health
from web.desk import Desk, mount
from web.door import Door
from web.faults import WithoutWords
from web.health import plain
from web.kept import Shelf
from web.links import Links

if TYPE_CHECKING:
    from fastapi.responses import PlainTextResponse
    from sqlalchemy import Engine

    from web.limit import Limiter

ROBOTS = "User-agent: *\nAllow: /lich/\nDisallow: /\n"
"""Google's fetcher asks first, and leaves a calendar that it may not read; no other page is for an index."""

NO_PAGE = "".join(f"{say('web.no_page', lang)}\n" for lang in LANGUAGES)

_TOKEN = re.compile(
    r"(?:(?<=/lich/)|(?<=/mo/)|(?<=/moi/))/*[^/?\s]+?(?=(?:\.ics)?(?:[/?\s]|$))"
    r"|kehoach_[0-9A-Za-z]{38}",  # one of the API, put into an address where it does not belong
    re.IGNORECASE,  # an address that is mistyped opens nothing, and holds the secret all the same
)


def from_environment() -> Door:
    """The application with the settings of the environment; refuses a database of another version."""
    settings = Settings.from_environment()
    engine = open_engine(settings.database_url)
    migrate.check(engine)
    base = base_address(settings.base_url)
    desk = Desk.at(
        engine,
        settings.home,
        base=base,
        lang=settings.lang,
        oidc=OidcSettings.from_environment(),
        uploads_a_day=settings.uploads_a_day,
    )
    return application(engine, base=base, lang=settings.lang, desk=desk)


def application(
    engine: Engine, *, base: str = "", lang: str = "vi", limiter: Limiter | None = None, desk: Desk | None = None
) -> Door:
    """The application on a database: links at the door, pages (a FastAPI application, `.app`) behind it. Without `desk`
    it has calendar links only.

    `base` is where people reach it, "" where only the request can tell; `lang` is spoken to who asks for none. Raises
    RequestRefused for a `base` that is no address.
    """
    base = base_address(base)
    hide_tokens()
    links = Links(engine, limiter=limiter)
    since = served_since(engine, base=base, lang=lang, now=_now())
    pages = _pages(engine, links, _now if desk is None else desk.clock)
    if desk is not None:
        mount(pages, desk)
        api.mount(pages, desk)
    return Door(pages, links=links, shelf=Shelf(Answers(engine, base, since)), base=base, lang=lang)


def _now() -> datetime:
    return datetime.now(UTC)


def _pages(engine: Engine, links: Links, clock: Callable[[], datetime]) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        links.close()
        engine.dispose()

    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False, exception_handlers={404: _no_page})
    app.add_api_route("/robots.txt", _robots, methods=["GET", "HEAD"], include_in_schema=False)

    health.mount(app, engine, links, clock)
    return app


async def _robots() -> PlainTextResponse:
    return plain(ROBOTS)


async def _no_page(_: Request, __: Exception) -> PlainTextResponse:
    return plain(NO_PAGE, 404)


class _HideTokens(logging.Filter):
    """A server's access log writes the paths of requests; the tokens in them are secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(_TOKEN.sub("…", each) if isinstance(each, str) else each for each in record.args)
        return True


_HIDING = (_HideTokens(), WithoutWords())


def hide_tokens() -> None:
    """Keep tokens, and what people typed, out of uvicorn's logs, whoever started it and however."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logger: Any = logging.getLogger(name)
        for each in _HIDING:
            logger.addFilter(each)
