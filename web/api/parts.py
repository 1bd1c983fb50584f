"""A body in parts (multipart/form-data, RFC 7578), read as the same body in JSON would be: a part for each field, and
files as they are instead of base64.

It is held in memory as a JSON body is, within the room that the guard gives it; nothing of it is laid on a disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from web.api.operations import LARGE, SMALL
from web.api.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.datastructures import FormData

    from web.api.problems import Described

MEDIA_TYPE = "multipart/form-data"
_MOST_FIELDS = 32
_MOST_FILES = 8


class _Parser(MultiPartParser):
    """Starlette's, which takes a body that was cut off between two parts for a whole one."""

    spool_max_size = LARGE
    is_whole = False

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
    except MultiPartException:
        raise Problem(400, "api.field_parts") from None
    try:
        if not parser.is_whole:
            raise Problem(400, "api.field_parts")
        said = [(name, await _value(value)) for name, value in form.multi_items()]
    finally:
        await form.close()
    read = Parted({**request.scope, "headers": list(_as_json(request))}, request.receive)
    read.said = dict(said)
    return read, _twice(form)


async def _value(value: str | UploadFile) -> Any:
    return value if isinstance(value, str) else {"name": value.filename, "content": await value.read()}


def _twice(form: FormData) -> list[Described]:
    names = [name for name, _ in form.multi_items()]
    return [("api.repeated_field", {}, "body", name[:40]) for name in dict.fromkeys(names) if names.count(name) > 1]


def _as_json(request: Request) -> Iterator[tuple[bytes, bytes]]:
    for name, value in request.scope["headers"]:
        yield name, b"application/json" if name == b"content-type" else value


def described(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of the body in parts, from that of the same body in JSON."""
    fields = {name: _FILE if _is_file(each) else _plain(each) for name, each in schema["properties"].items()}
    return {**schema, "properties": fields, "title": f"{schema['title']}InParts"}


_FILE = {"type": "string", "format": "binary", "title": "Evidence"}


def _is_file(field: dict[str, Any]) -> bool:
    return any("$ref" in each and each["$ref"].endswith("/File") for each in field.get("anyOf", [field]))


def _plain(field: dict[str, Any]) -> dict[str, Any]:
    """A part is there or it is not: none says null."""
    kinds = [each for each in field.get("anyOf", ()) if each.get("type") != "null"]
    return kinds[0] | {name: field[name] for name in field if name not in ("anyOf", "default")} if kinds else field
