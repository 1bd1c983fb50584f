"""An answer that is no refusal: JSON as a use case makes it, in the coding that the client takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from web.api.guard import VARY
from web.api.problems import HEADERS
from web.coding import IDENTITY, coded

if TYPE_CHECKING:
    from web.api.caller import Caller

_SMALLEST = 600
"""Octets below which compressing costs more than it saves."""


def answered(caller: Caller, document: Any, **headers: str) -> Response:
    """The document as JSON; `headers` are named with underscores."""
    body = json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    said = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
    said |= {"content-type": "application/json", "vary": VARY}
    if caller.etag is not None:
        said |= {"etag": caller.etag, "cache-control": "private, no-cache"}
    if len(body) >= _SMALLEST and caller.coding != IDENTITY:
        body = coded(body, caller.coding)
        said["content-encoding"] = caller.coding
    return Response(body, headers=said)
