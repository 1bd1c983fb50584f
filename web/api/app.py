"""The API as an application of its own: its operations behind the guard, and the document that describes them."""

from __future__ import annotations

import json
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Depends, FastAPI, Header
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from texts import area, say
from web.api import parts, problems
from web.api.documents import Problem as ProblemDocument
from web.api.fields import Id
from web.api.guard import Room, fault, once_right, route_of
from web.api.operations import Operation, operations
from web.api.problems import HEADERS, MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

    from web.desk.desk import Desk

MODULES = ("reads", "verbs", "links")
"""Modules of web/api that declare operations, in the order of the document."""

_ALWAYS = (401, 403, 422, 429, 500, 503)
_OF_BODY = (400, 411, 413, 415)
_KEY = "Idempotency-Key"


def declared() -> list[Operation]:
    """Every operation, in order."""
    for name in MODULES:
        import_module(f"web.api.{name}")
    return operations.operations


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
            dependencies=[Depends(_both if each.most else _every)],
            route_class_override=route_of(desk, each, room),
        )
    described = partial(_described, desk, app)
    app.add_route("/openapi.json", described, methods=["GET"], include_in_schema=False)
    app.add_exception_handler(HTTPException, partial(_nothing, desk))
    return _Outside(app, desk)


def _every(plan: Id | None = None, lang: Literal["vi", "en"] | None = None) -> None:
    """What every operation takes: which plan of the office (default: the latest year's), and the language of words."""


def _both(
    plan: Id | None = None,
    lang: Literal["vi", "en"] | None = None,
    idempotency_key: Annotated[str | None, Header(max_length=100, pattern=r"^[A-Za-z0-9._:-]+$")] = None,
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
    if operation.versioned:
        said[304] = {"description": say("api.status_304", "en")}
    if operation.document is None:
        said[200] = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
    return said


async def _described(desk: Desk, app: FastAPI, request: Request) -> Response:
    lang = problems.language(request, desk.lang)
    if not hasattr(app.state, lang):
        setattr(app.state, lang, json.dumps(document(app, lang), ensure_ascii=False).encode())
    said = HEADERS | {"content-type": "application/json", "cache-control": "no-cache", "vary": "Accept-Language"}
    return Response(getattr(app.state, lang), headers=said)


def document(app: FastAPI, lang: str) -> dict[str, Any]:
    """The OpenAPI document in a language."""
    made = get_openapi(
        title=say("api.title", lang),
        version="1",
        description=say("api.description", lang),
        routes=app.routes,
        servers=[{"url": "/api/v1"}],
        tags=[{"name": name, "description": say(f"api.area_{name}", lang)} for name in ("read", "record", "calendar")],
    )
    schemas = made["components"]["schemas"]
    schemas["Problem"] = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": say("api.security", lang)}
    }
    made["security"] = [{"token": []}]
    takes_parts = {each.name for each in declared() if each.parts}
    for path in made["paths"].values():
        for operation in path.values():
            _say(operation, lang)
            if operation["operationId"] in takes_parts:
                _add_parts(operation, schemas)
    return made


def _add_parts(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """The body in parts beside that in JSON."""
    content = operation["requestBody"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    content[parts.MEDIA_TYPE] = {"schema": parts.described(schemas[name])}


def _say(operation: dict[str, Any], lang: str) -> None:
    """Words for people, and what FastAPI cannot know: 422 is a problem here, too."""
    operation["summary"] = say(f"api.op_{operation['operationId']}", lang)
    operation.pop("description", None)
    known = area("api", lang)
    for each in operation.get("parameters", ()):
        key = f"about_{each['name'].lower().replace('-', '_')}"
        if key in known:
            each["description"] = known[key]
    for status, answer in operation["responses"].items():
        answer["description"] = known.get(f"status_{status}", known["status_200"])


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
        try:
            await self._app(scope, receive, once)
        except Exception as error:
            if started:
                raise
            problem = fault("-", error)
            await problems.answer(problem, self._desk.lang)(scope, receive, send)
