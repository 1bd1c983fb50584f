"""From a request to its handler: who it is, whether they may, whether the form is theirs; and every refusal's page."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from rules.errors import KehoachError, OutsideFailed
from usecases.evidence import MAX_FILES, MAX_TOGETHER
from web.desk import identity, security, templates
from web.desk.visit import Visit, storable
from web.faults import places

if TYPE_CHECKING:
    from starlette.requests import Request

    from web.desk.desk import Desk
    from web.desk.routing import Route

log = logging.getLogger("kehoach.web")

MOST_WITH_FILES, MOST_BYTES = MAX_TOGETHER + 4 * 1024 * 1024, 4 * 1024 * 1024
"""Of a posted form: the files that usecases.evidence keeps of one report, and what is typed beside them or alone, in
which a letter may take twelve bytes on the way."""
MOST_FILES = 5 * MAX_FILES
"""In one form: what is more than MAX_FILES and less than absurd is refused in words, with what was typed."""
MOST_FIELDS, MOST_IN_FIELD = 600, 64 * 1024
MOST_TEXT = 1024 * 1024
"""Characters typed into one form, all fields together: what is refused is shown again, also to who is not signed in."""
FORM_COOKIE = "kehoach-form"
"""What forms are bound to before anybody signed in."""
KEPT = "kept."
"""Before the names of fields that were typed into a form whose session had ended."""

Endpoint = Callable[["Request"], Awaitable["Response"]]


def endpoint(desk: Desk, route: Route) -> Endpoint:
    """The guarded handler of a route."""

    async def serve(request: Request) -> Response:
        visit = Visit(desk, request, desk.clock())
        if any(storable(each) != each for each in request.path_params.values()):
            return said(visit, 404, "desk.no_such_page")
        try:
            return await _serve(visit, route)
        except OutsideFailed as error:
            log.error("%s %s: %s", request.method, route.path, error)
            return await _not_now(visit, route, templates.refusal(error, visit.lang))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        except KehoachError as error:
            return refused(visit, 400, templates.refusal(error, visit.lang))

    return serve


async def _not_now(visit: Visit, route: Route, words: str) -> Response:
    """The page for what failed outside; nothing typed is lost by it."""
    if not route.changes or not route.who:
        return refused(visit, 503, words)
    if visit.form is None:
        unreadable = await _form(visit, route)
        if unreadable is not None:
            return unreadable
    return typed_again(visit, visit.address, _typed_fields(visit), 503, words)


async def _serve(visit: Visit, route: Route) -> Response:
    visit.actor = await run_in_threadpool(identity.current, visit.request, visit.desk, visit.now)
    _bind(visit)
    if route.changes:
        if security.from_elsewhere(visit.request):
            return said(visit, 403, "desk.from_elsewhere")
        form = await _form(visit, route)
        if form is not None:
            return form
    answer = await run_in_threadpool(_admitted, visit, route)
    if visit.form is not None:
        await visit.form.close()
    return answer


def _admitted(visit: Visit, route: Route) -> Response:
    if route.who and visit.actor is None:
        return _sign_in_first(visit)
    if route.who and visit.actor is not None:
        if not visit.actor.roles & route.who:
            return said(visit, 403, "desk.not_for_you")
        if route.personal and visit.actor.by_link:
            return said(visit, 403, "desk.not_for_you")
        if route.of_unit and not _knows_unit(visit):
            return said(visit, 404, "desk.no_such_page")
    if route.changes and visit.actor is not None and visit.desk.writes.refuse_for(visit.actor.id):
        return typed_again(visit, visit.address, _typed_fields(visit), 429)
    if route.changes and not security.is_form_token(visit.desk.key, visit.secret, visit.typed(security.FIELD)):
        return typed_again(visit, visit.address, _typed_fields(visit))
    return route.handler(visit)


def _knows_unit(visit: Visit) -> bool:
    """Another's unit and an unknown one are the same to who may not see it."""
    unit = visit.path("unit")
    return visit.who.sees(unit) and unit in visit.in_force.units


def _bind(visit: Visit) -> None:
    """What this visit's forms are bound to: the session, the link, or before both a cookie of its own."""
    if visit.actor is not None:
        visit.secret = visit.actor.secret
        return
    name = identity.cookie_name(FORM_COOKIE, secure=visit.desk.secure(visit.request))
    visit.secret = visit.request.cookies.get(name, "")
    if not visit.secret:
        visit.secret = secrets.token_urlsafe(24)
        visit.cookies.append((FORM_COOKIE, visit.secret, 24 * 3600))


async def _form(visit: Visit, route: Route) -> Response | None:
    """Read what was posted into the visit; the refusal where it cannot be read."""
    length = visit.request.headers.get("content-length", "")
    if not length.isdecimal():
        return said(visit, 411, "desk.unreadable_form")
    if int(length) > (MOST_WITH_FILES if route.files else MOST_BYTES):
        return said(visit, 413, "desk.form_too_large")
    most = MOST_FILES if route.files else 0
    try:
        sent = await visit.request.form(max_files=most, max_fields=MOST_FIELDS, max_part_size=MOST_IN_FIELD)
    except (HTTPException, MultiPartException, ValueError, KeyError) as error:  # HTTPException: too many parts
        log.info("unreadable form: %s", type(error).__name__)
        return said(visit, 400, "desk.unreadable_form")
    except OSError as error:  # a large file is laid down while it comes in, and the disk is full
        fault = OutsideFailed("request.cannot_write", file="", fault=error.strerror or str(error))
        log.error("form: %s", fault)
        return refused(visit, 503, templates.refusal(fault, visit.lang))  # read half, it cannot be read again
    if sum(len(value) for _, value in sent.multi_items() if isinstance(value, str)) > MOST_TEXT:
        await sent.close()
        return said(visit, 413, "desk.form_too_large")
    visit.form = FormData(
        [(storable(name), storable(value) if isinstance(value, str) else value) for name, value in sent.multi_items()]
    )
    return None


def _typed_fields(visit: Visit) -> list[tuple[str, str]]:
    """What was typed, without tokens, passwords and files."""
    form = visit.form.multi_items() if visit.form is not None else []
    hidden = {security.FIELD, "password", "again", "code"}
    return [(name, value) for name, value in form if not isinstance(value, UploadFile) and name not in hidden]


def _sign_in_first(visit: Visit) -> Response:
    """The way to sign in, and back; what was typed goes along."""
    path = visit.address
    if visit.form is None:
        query = visit.request.scope["query_string"].decode("latin-1")
        return templates.redirect(visit, f"/vao?{urlencode({'tiep': f'{path}?{query}' if query else path})}")
    kept = [(f"{KEPT}{name}", value) for name, value in _typed_fields(visit)]
    link = visit.request.cookies.get(identity.cookie_name(identity.LINK, secure=visit.desk.secure(visit.request)))
    problem = "desk.link_over" if link else "desk.session_over"
    return templates.render(visit, "sign_in.html", 401, to=path, kept=kept, problem=problem, login="")


def typed_again(
    visit: Visit, path: str, fields: list[tuple[str, str]], status: int = 403, words: str | None = None
) -> Response:
    """What was typed, to be looked at and sent again: the form it came from had grown old, the session had ended,
    (429) too many were sent in a minute, or (503, with `words`) it could not be recorded just now."""
    return templates.render(visit, "again.html", status, path=path, fields=fields, too_many=status == 429, words=words)


def said(visit: Visit, status: int, key: str) -> Response:
    """A page that says why not."""
    return templates.render(visit, "said.html", status, key=key, words=None)


def refused(visit: Visit, status: int, words: str) -> Response:
    """A page with the words of a refusal."""
    return templates.render(visit, "said.html", status, key="desk.refused", words=words)


def failed(desk: Desk) -> Callable[[Request, Exception], Any]:
    """The last door: a number to ask about, and nothing of what went wrong."""

    async def serve(request: Request, error: Exception) -> Response:
        number = secrets.token_hex(4)
        route = request.scope.get("route")
        log.error("fault %s at %s\n%s", number, route and route.path, places(error))
        visit = Visit(desk, request, desk.clock())
        return templates.render(visit, "said.html", 500, key="desk.fault", words=number)

    return serve


def status_page(desk: Desk, status: int, key: str) -> Callable[[Request, Exception], Any]:
    """The page for an address that is none of ours, or not so."""

    async def serve(request: Request, _: Exception) -> Response:
        return said(Visit(desk, request, desk.clock()), status, key)

    return serve
