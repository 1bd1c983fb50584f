"""`/healthz` and `/healthz/night`, for what watches the server: anybody may ask, and nothing secret is said.

The first is for whoever might send people elsewhere: it answers as long as the database does. The second is for who
looks after the nights: the pages are well without them, but nobody is reminded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from rules.errors import OutsideFailed
from usecases.nights import last_night
from web.door import GUARDED
from web.links import Unreachable

if TYPE_CHECKING:
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from web.links import Links

LATEST = timedelta(hours=26)
"""A night is missing when the last one began longer ago: a day, and what it may be late by."""

_HEADERS = {name.decode(): value.decode() for name, value in GUARDED} | {"cache-control": "no-cache"}
_UNREACHABLE = "the database cannot be read\n"


def plain(text: str, status: int = 200) -> PlainTextResponse:
    """A line for a program, or for whoever reads with one."""
    return PlainTextResponse(text, status, headers=_HEADERS)


def mount(app: FastAPI, engine: Engine, links: Links, clock: Callable[[], datetime]) -> None:
    """Serve both on an application."""

    async def database(_: Request) -> PlainTextResponse:
        try:
            await links.find(b"")
        except Unreachable:
            return plain(_UNREACHABLE, 503)
        return plain("ok\n")

    async def night(_: Request) -> PlainTextResponse:
        try:
            last = await run_in_threadpool(last_night, engine)
        except OutsideFailed:
            return plain(_UNREACHABLE, 503)
        if last is None:
            return plain("no night has run\n", 503)
        said = f"the last night began at {last.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\n"
        return plain(said, 200 if clock() - last <= LATEST else 503)

    for path, answer in (("/healthz", database), ("/healthz/night", night)):
        app.add_api_route(path, answer, methods=["GET", "HEAD"], include_in_schema=False)
