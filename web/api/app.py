"""The API as an application of its own: its operations behind the guard, and the document that describes them."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from texts import say
from web.api import problems
from web.api.described import declared, document
from web.api.fields import KIND, REQUEST_ID, Id
from web.api.guard import Room, fault, once_right, route_of
from web.api.operations import Operation
from web.api.problems import HEADERS, MEDIA_TYPE, Problem
from web.coding import IDENTITY, chosen, coded

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.desk.desk import Desk

_ALWAYS = (401, 403, 422, 429, 500, 503)
_OF_BODY = (400, 411, 413, 415)
_KEY = "Idempotency-Key"


def application(desk: Desk) -> ASGIApp:
    """The API on a desk."""
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    room = Room()
    for each in declared():
        app.router.add_api_route(
            each.path,
            once_right(each.handler),
            methods=[each.method],
            operation_id=each.name,
            tags=[each.area],
            response_model=each.document,
            responses=_responses(each),
            response_class=Response if each.document is None else JSONResponse,
            dependencies=[Depends(_both if each.records else _every)],
            route_class_override=route_of(desk, each, room),
        )
    app.add_route("/openapi.json", partial(_document, desk, app), methods=["GET"], include_in_schema=False)
    app.add_route("/", partial(_page, desk, app), methods=["GET"], include_in_schema=False)
    app.add_exception_handler(HTTPException, partial(_nothing, desk))
    return _Outside(app, desk)


def _every(plan: Id | None = None, lang: Literal["vi", "en"] | None = None) -> None:
    """What every operation takes: which plan of the office (default: the latest year's), and the language of words."""


def _both(
    plan: Id | None = None,
    lang: Literal["vi", "en"] | None = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            max_length=100,
            pattern=REQUEST_ID,
            json_schema_extra={KIND: "request_id"},
        ),
    ] = None,
) -> None:
    """And what every entry takes, in the body or as a header: what makes a repeat harmless."""


def _responses(operation: Operation) -> dict[int | str, dict[str, Any]]:
    statuses = {*_ALWAYS, *operation.refuses, 404, *(_OF_BODY if operation.most else ())}
    said: dict[int | str, dict[str, Any]] = {
        status: {
            "description": say(f"api.status_{status}", "en"),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted(statuses)
    }
    if operation.versioned or operation.document is None:
        said[304] = {"description": say("api.status_304", "en")}
    if operation.document is None:
        said[200] = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    return said


async def _document(desk: Desk, app: FastAPI, request: Request) -> Response:
    lang = problems.language(request, desk.lang)
    return _kept(request, app, f"document_{lang}", "application/json", HEADERS, lambda: _octets(app, lang))


async def _page(desk: Desk, app: FastAPI, request: Request) -> Response:
    from web.api import page

    lang = problems.language(request, desk.lang)
    made = partial(page.page, app, lang)
    return _kept(request, app, f"page_{lang}", "text/html; charset=utf-8", page.HEADERS, made)


def _octets(app: FastAPI, lang: str) -> bytes:
    return json.dumps(document(app, lang), ensure_ascii=False).encode()


def _kept(
    request: Request, app: FastAPI, name: str, media_type: str, headers: dict[str, str], make: Callable[[], bytes]
) -> Response:
    """What follows from the code alone: made once, and told unchanged by its tag."""
    if not hasattr(app.state, name):
        setattr(app.state, name, make())
    body: bytes = getattr(app.state, name)
    coding = chosen(request.headers.get("accept-encoding", "").encode("latin-1", "replace"))
    tag = f'"{sha256(body + coding.encode()).hexdigest()[:32]}"'
    said = headers | {"cache-control": "no-cache", "vary": "Accept-Encoding, Accept-Language", "etag": tag}
    held = request.headers.get("if-none-match")
    if held is not None and held.strip() == tag:
        return Response(status_code=304, headers=said)
    if coding != IDENTITY:
        said |= {"content-encoding": coding}
    return Response(coded(body, coding), headers=said | {"content-type": media_type})


async def _nothing(desk: Desk, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = "api.no_method" if status == 405 else "api.nothing_here"
    headers = dict(getattr(error, "headers", None) or {})
    return problems.answer(Problem(status, code, headers=headers), problems.language(request, desk.lang))


class _Outside:
    """Whatever happens before the guard or around it: HEAD is GET without its body, and a fault is a problem."""

    def __init__(self, app: FastAPI, desk: Desk) -> None:
        self._app, self._desk = app, desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def once(message: Any) -> None:
            nonlocal started
            started = True
            await send(message)

        if scope["method"] == "HEAD":
            scope = dict(scope, method="GET")  # the server leaves the body out
        if scope["path"] == scope["root_path"]:
            scope = dict(scope, path=f"{scope['path']}/")
        try:
            await self._app(scope, receive, once)
        except Exception as error:
            if started:
                raise
            problem = fault("-", error)
            await problems.answer(problem, self._desk.lang)(scope, receive, send)
