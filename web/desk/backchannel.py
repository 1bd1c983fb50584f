"""Signed out at the city's provider, signed out here: the provider itself says so, server to server.

No page: nobody's browser comes here, so neither a session nor a form's token stands behind it, only the signature of
what is told. Declared beside the table of routes for that reason. OpenID Connect Back-Channel Logout 1.0, section 2.
"""

from __future__ import annotations

import logging
from asyncio import Semaphore
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from rules.errors import KehoachError, OutsideFailed
from usecases import outside
from web.desk import security

if TYPE_CHECKING:
    from starlette.requests import Request

    from web.desk.desk import Desk
    from web.desk.oidc import Provider

log = logging.getLogger("kehoach.web")

PATH = "/vao/oidc/dang-xuat"
"""Registered at the provider as `backchannel_logout_uri`, as a whole address."""

_MOST_BYTES = 32 * 1024
_AT_ONCE = 2
"""Looked at in one moment; the others wait without a thread, so that a provider that hangs takes none from readers."""


def endpoint(desk: Desk, provider: Provider) -> Callable[[Request], Awaitable[Response]]:
    """Takes one `logout_token` and ends the sessions it names: 200, or 400 where it proves nothing (section 2.8), 429
    for who sends many of those, 503 where it cannot be judged just now."""
    gate = Semaphore(_AT_ONCE)

    async def serve(request: Request) -> Response:
        address = request.client.host if request.client else ""
        if desk.wrong_tokens.is_full(address):
            return _answer(429, "temporarily_unavailable")
        token = await _token(request)
        if token is not None:
            async with gate:
                try:
                    await run_in_threadpool(_sign_out, desk, provider, token)
                    return _answer(200, None)
                except OutsideFailed as error:
                    log.error("sign-out at the provider: %s", error)
                    return _answer(503, "temporarily_unavailable")
                except KehoachError as error:
                    log.warning("sign-out at the provider refused: %s", error.code)
        desk.wrong_tokens.refuse_for(address)
        return _answer(400, "invalid_request")

    return serve


def _sign_out(desk: Desk, provider: Provider, token: str) -> None:
    now = desk.clock()
    told = provider.signed_out(token, now=now)
    ended = outside.sign_out(
        desk.engine,
        key=desk.key,
        issuer=provider.issuer,
        subject=told.subject,
        session=told.session,
        id=told.id,
        until=told.until,
        now=now,
    )
    log.info("sign-out at the provider: %d sessions ended", ended)


async def _token(request: Request) -> str | None:
    """The one `logout_token` of the form that was posted; None for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return None
    body = b""
    try:
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                return None
        found = parse_qs(body.decode("ascii"), max_num_fields=20).get("logout_token", [])
    except (ClientDisconnect, ValueError):
        return None
    return found[0] if len(found) == 1 else None


def _answer(status: int, error: str | None) -> Response:
    headers = {"cache-control": security.HEADERS["cache-control"]}
    return JSONResponse({"error": error}, status, headers) if error else Response(status_code=status, headers=headers)
