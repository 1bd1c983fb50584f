"""Our own style sheet and script: two small files, compressed once, kept by browsers until they change."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse, Response

from web.coding import IDENTITY, chosen, coded
from web.desk.security import HEADERS
from web.desk.templates import STATIC, static

if TYPE_CHECKING:
    from starlette.requests import Request

TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in STATIC.iterdir() if path.suffix[1:] in TYPES)


@cache
def _body(name: str, coding: str) -> bytes:
    return coded((STATIC / name).read_bytes(), coding)


async def asset(request: Request) -> Response:
    """`/static/<name>`: for good where the address names this version of the file, else for nobody to keep."""
    name = request.path_params["name"]
    if name not in _names():
        return PlainTextResponse("404\n", 404, headers=HEADERS)
    coding = chosen((request.headers.get("accept-encoding") or "").encode())
    this = static(name).endswith(f"?{request.scope['query_string'].decode('latin-1')}")
    headers = HEADERS | {
        "cache-control": "public, max-age=31536000, immutable" if this else "no-cache",
        "content-type": TYPES[name.rpartition(".")[2]],
        "vary": "Accept-Encoding",
    }
    if coding != IDENTITY:
        headers["content-encoding"] = coding
    return Response(_body(name, coding), headers=headers)
