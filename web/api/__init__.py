"""The API for other systems of the ward: the verbs of the command line over HTTP, at /api/v1.

To add an operation, declare it in a module named in `web.api.described.MODULES`:

    @operations.post("/occurrences/{task}/{unit}/{period}/confirm", DECIDES, name="confirm", document=Recorded)
    def confirm(caller: Who, at: At, said: bodies.Confirm) -> Response:
        return answered(caller, record.say(caller.engine, ...).as_json())

Who may is in the declaration; nothing reaches a handler but through `web.api.guard`. Handlers run in a thread, raise
KehoachError or Problem, and hold no rule. The tests of who may are made from `operations`. docs/api.md; decision 0072.

Nothing of it is imported before somebody asks for it: a ward without other systems pays nothing.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.desk.desk import Desk

PREFIX = "/api/v1"


class _WhenAsked:
    """What stands before the desk's routes: requests for the API go to it, built at its first one, all others on.

    No mount: to Starlette's, an address with a newline in it is none of the API's, and would get a page.
    """

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self._pages, self._desk = app, desk
        self._api: ASGIApp | None = None
        self._building = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not f"{scope['path']}/".startswith(f"{PREFIX}/"):
            await self._pages(scope, receive, send)
            return
        if self._api is None:
            await run_in_threadpool(self._build)
        assert self._api is not None
        await self._api(dict(scope, root_path=scope.get("root_path", "") + PREFIX), receive, send)

    def _build(self) -> None:
        from web.api.app import application

        with self._building:
            if self._api is None:
                self._api = application(self._desk)


def mount(app: FastAPI, desk: Desk) -> None:
    """Serve the API on an application."""
    app.add_middleware(_WhenAsked, desk=desk)
