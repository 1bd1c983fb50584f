"""A body in parts (multipart/form-data, RFC 7578), read as the same body in JSON would be: a part for each field, and
files as they are instead of base64.

It is held in memory as a JSON body is, within the room that the guard gives it; nothing of it is laid on a disk.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from usecases.evidence import MAX_FILES, MAX_TOGETHER
from web.api.operations import SMALL
from web.api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.api.problems import Described

MEDIA_TYPE = "multipart/form-data"
MOST = MAX_TOGETHER + 1024 * 1024
"""Octets of such a body: as many as files may have together, and the words beside them."""
_MOST_FIELDS = 32
_MOST_FILES = 5 * MAX_FILES
"""More are not read; more than MAX_FILES are refused in words."""


class _Parser(MultiPartParser):
    """Starlette's, which takes a body that was cut off between two parts for a whole one, and reads words that are not
    UTF-8 by whatever a request names or else as Latin-1: the ledger would keep those for good."""

    spool_max_size = MOST
    is_whole = False

    def on_part_begin(self) -> None:
        if self._charset.lower() not in ("utf-8", "utf8"):
            raise MultiPartException("another charset")
        super().on_part_begin()

    def on_headers_finished(self) -> None:
        (self._current_part.content_disposition or b"").decode()
        super().on_headers_finished()

    def on_part_end(self) -> None:
        self._current_part.data.decode()
        super().on_part_end()

    def on_end(self) -> None:
        self.is_whole = True


class Parted(Request):
    """The request as a handler of JSON reads it: what the parts said, and files as `bodies.File` with their octets."""

    said: dict[str, Any]

    async def body(self) -> bytes:
        return b"{}"

    async def json(self) -> Any:
        return self.said


async def read(request: Request) -> tuple[Request, list[Described]]:
    """The request with its body read, and which fields it has more than once. Raises Problem (400) for what is no such
    body, or none to its end."""
    parser = _Parser(
        request.headers, request.stream(), max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=SMALL
    )
    try:
        form = await parser.parse()
    except (MultiPartException, UnicodeDecodeError):
        raise Problem(400, "api.field_parts") from None
    try:
        if not parser.is_whole:
            raise Problem(400, "api.field_parts")
        said = [(name, await _value(value)) for name, value in form.multi_items()]
    finally:
        await form.close()
    together: dict[str, list[Any]] = {}
    for name, value in said:
        together.setdefault(name, []).append(value)
    read = Parted({**request.scope, "headers": list(_as_json(request))}, request.receive)
    read.said = {name: values[0] if len(values) == 1 else values for name, values in together.items()}
    twice = [name for name, values in together.items() if len(values) > 1 and not _are_files(values)]
    read.said |= {name: together[name][-1] for name in twice}
    return read, [("api.repeated_field", {}, "body", name[:40]) for name in twice]


async def _value(value: str | UploadFile) -> Any:
    return value if isinstance(value, str) else {"name": value.filename, "content": await value.read()}


def _are_files(values: list[Any]) -> bool:
    return not any(isinstance(each, str) for each in values)


def _as_json(request: Request) -> Iterator[tuple[bytes, bytes]]:
    for name, value in request.scope["headers"]:
        yield name, b"application/json" if name == b"content-type" else value


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the body in parts, from that of the same body in JSON."""
    fields = {name: _FILE if _is_file(each) else _plain(each) for name, each in schema["properties"].items()}
    return {**schema, "properties": fields, "title": f"{schema['title']}InParts"}


_FILE = {
    "type": "array",
    "items": {"type": "string", "format": "binary"},
    "minItems": 1,
    "maxItems": MAX_FILES,
    "title": "Evidence",
}


def _is_file(field: dict[str, Any]) -> bool:
    return "/File" in json.dumps(field)


def _plain(field: dict[str, Any]) -> dict[str, Any]:
    """A part is there or it is not: none says null."""
    kinds = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    return kinds[0] | {name: field[name] for name in field if name not in ("anyOf", "default")} if kinds else field
