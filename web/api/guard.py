"""From a request to its handler: whose token, whether it may, how long the body is; and every refusal.

All of that comes before a byte of the body is read as JSON: whoever may not learns nothing from how it is refused.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Coroutine
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from rules.errors import KehoachError, OutsideFailed
from web.api import parts, problems
from web.api.caller import Caller, identified
from web.api.problems import HEADERS, Described, Problem
from web.faults import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.api.operations import Operation
    from web.desk.desk import Desk

log = logging.getLogger("kehoach.web")

IN_FLIGHT = 96 * 1024 * 1024
"""Octets of bodies that are held at once, those of every request together."""
VARY = "Authorization, Accept-Encoding, Accept-Language"
JSON = "application/json"
_AGAIN = {"retry-after": "5"}

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass
class Room:
    """How much of IN_FLIGHT is taken; used from the event loop alone."""

    taken: int = 0
    most: int = field(default=IN_FLIGHT)

    @contextmanager
    def of(self, octets: int) -> Iterator[None]:
        if self.taken + octets > self.most:
            raise Problem(429, "api.busy", headers=_AGAIN)
        self.taken += octets
        try:
            yield
        finally:
            self.taken -= octets


def route_of(desk: Desk, operation: Operation, room: Room) -> type[APIRoute]:
    """The class of the operation's route: FastAPI's, behind the guard."""

    class Guarded(APIRoute):
        def get_route_handler(self) -> Handler:
            inner = super().get_route_handler()
            known = {each.alias for each in self.dependant.query_params} | _of_dependencies(self)

            async def serve(request: Request) -> Response:
                lang = problems.language(request, desk.lang)
                try:
                    return await _serve(desk, operation, room, known, request, inner)
                except Problem as problem:
                    return problems.answer(problem, lang)
                except OutsideFailed as error:
                    log.error("%s %s: %s", operation.method, operation.path, error)
                    return problems.answer(Problem(503, "api.outside", headers=_AGAIN), lang)
                except KehoachError as error:
                    return problems.answer(problems.refused(error, "body" if operation.most else "query"), lang)
                except RequestValidationError as error:
                    return problems.answer(problems.invalid(error.errors(), request.state.caller.faults), lang)
                except ClientDisconnect:
                    return Response(status_code=400)  # nobody is there to be answered
                except HTTPException:
                    return problems.answer(Problem(400, "api.field_json"), lang)
                except Exception as error:  # the last door: a number to ask about, and nothing of what went wrong
                    return problems.answer(fault(operation.path, error), lang)

            return serve

    return Guarded


def _of_dependencies(route: APIRoute) -> set[str]:
    return {each.alias for inner in route.dependant.dependencies for each in inner.query_params}


def fault(path: str, error: Exception) -> Problem:
    """Our own: its number is in the log with where it came from, and nothing of what was typed."""
    number = secrets.token_hex(4)
    log.error("fault %s at %s\n%s", number, path, places(error))
    return Problem(500, "api.fault", {"number": number})


async def _serve(
    desk: Desk, operation: Operation, room: Room, known: set[str], request: Request, inner: Handler
) -> Response:
    caller = await run_in_threadpool(identified, desk, request, versioned=operation.versioned, ladder=operation.ladder)
    _admit(desk, operation, caller)
    if caller.etag is not None and caller.holds(caller.etag):
        return Response(status_code=304, headers=_of_version(caller))
    faults = _unknown(known, request)
    request.state.caller = replace(caller, faults=tuple(faults))
    if not operation.most:
        return await inner(request)
    media_type = _media_type(request, operation)
    with room.of(_length(request, operation.most if media_type == JSON else parts.MOST)):
        if media_type == JSON:
            return await inner(await _whole(request))
        read, twice = await parts.read(request)
        request.state.caller = replace(caller, faults=(*faults, *twice))
        return await inner(read)


def _admit(desk: Desk, operation: Operation, caller: Caller) -> None:
    if not caller.roles & operation.who:
        raise Problem(403, "api.not_for_you")
    if operation.changes:
        wait = desk.token_writes.refuse_for(caller.id)
        if wait:
            raise Problem(429, "api.too_many", headers={"retry-after": str(wait)})


def _unknown(known: set[str], request: Request) -> list[Described]:
    """Parameters that the operation does not have, or that are given twice: a misspelt `as_of` left out would answer
    another question than was asked."""
    names = [name for name, _ in request.query_params.multi_items()]
    wrong: list[Described] = [
        ("api.unknown_parameter", {}, "query", name[:40]) for name in dict.fromkeys(names) if name not in known
    ]
    twice = [name for name in dict.fromkeys(names) if name in known and names.count(name) > 1]
    return wrong + [("api.repeated_parameter", {}, "query", name) for name in twice]


def once_right(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler, called only where no parameter is wrong; with what else is wrong they are all told at once."""

    @wraps(handler)
    def checked(*, caller: Caller, **given: Any) -> Response:
        if caller.faults:
            raise Problem(422, "api.invalid", {"count": len(caller.faults)}, caller.faults)
        return handler(caller=caller, **given)

    return checked


def _media_type(request: Request, operation: Operation) -> str:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == JSON or (operation.parts and media_type == parts.MEDIA_TYPE):
        return media_type
    raise Problem(415, "api.not_json_nor_parts" if operation.parts else "api.not_json")


def _length(request: Request, most: int) -> int:
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise Problem(411, "api.no_length")
    if len(length) > 12 or int(length) > most:
        size = f"{most // 1024} KiB" if most < 2**20 else f"{most // 2**20} MiB"
        raise Problem(413, "api.too_large", {"most": size})
    return int(length)


async def _whole(request: Request) -> Request:
    """The same request with its body at hand, no longer than it said it would be."""
    body = await request.body()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)


def _of_version(caller: Caller) -> dict[str, str]:
    return {**HEADERS, "cache-control": "private, no-cache", "etag": caller.etag or "", "vary": VARY}
