"""The API for other systems of the ward: the verbs of the command line over HTTP, at /api/v1.

To add an operation, declare it in a module named in `web.api.app.MODULES`:

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
    """The API, built at its first request."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._app: ASGIApp | None = None
        self._building = Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self._app
        if app is None:
            app = await run_in_threadpool(self._built)
        await app(scope, receive, send)

    def _built(self) -> ASGIApp:
        from web.api.app import application

        with self._building:
            if self._app is None:
                self._app = application(self._desk)
            return self._app


def mount(app: FastAPI, desk: Desk) -> None:
    """Serve the API on an application."""
    app.mount(PREFIX, _WhenAsked(desk))
