"""What may stand in a request: days and instants in ISO 8601, ids, and text that both databases can hold.

Each type says the same in the OpenAPI document as it checks: a pattern refuses NUL, which PostgreSQL does not store,
and other control characters, which no document that is made from the text could hold. Lone surrogates are refused by
pydantic itself.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from plan.scalars import SLUG_PATTERN
from usecases.evidence import MAX_BYTES

YEARS = range(1900, 2101)
"""The years of the lunar table, so of any plan."""
LARGEST, SMALLEST = 1e15, 1e-6
"""Figures beyond which a percentage of two of them is no figure any more."""

_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?$"
MONTH, REQUEST_ID, SHA256 = r"^[0-9]{4}-(0[1-9]|1[0-2])$", r"^[A-Za-z0-9._:-]+$", r"^[0-9a-f]{64}$"
_LINE = r"[^\x00-\x1f\x7f]"
_LINES = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_SEEN = r"[^\s\x00-\x1f\x7f]"
"""A letter that can be seen: text of blanks alone says nothing."""
_MOST_BASE64 = 4 * (MAX_BYTES // 3 + 2)


def _day(value: Any) -> Any:
    """A day as 2025-05-20 and nothing else: pydantic alone would take numbers and hours, too."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            if day.year in YEARS:
                return day
    raise PydanticCustomError("day", "a day is written 2025-05-20, from 1900 to 2100")


def _instant(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(_INSTANT, value):
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            pass
        else:
            if instant.year in YEARS:
                return instant
    raise PydanticCustomError("instant", "an instant is written 2025-05-20T16:30 or with its offset, +07:00")


def _figure(value: float) -> float:
    if value != 0 and not SMALLEST <= abs(value) <= LARGEST:
        raise PydanticCustomError("figure", "a figure is zero or from 0.000001 to 10^15")
    return value


def _octets(value: Any) -> Any:
    if isinstance(value, bytes):  # of a part of a body, as it is
        return value
    if isinstance(value, str):
        try:
            return b64decode(value.encode("ascii"), validate=True)
        except (NotBase64, ValueError):
            pass
    raise PydanticCustomError("base64", "not base64")


def _kind(name: str) -> Any:
    """Which kind of value it is, in the OpenAPI document: words say it to people (texts `api_page.kind_<name>`), where
    its pattern would only say it to machines."""
    return Field(json_schema_extra={KIND: name})


ONE, SEVERAL = "(one)", "(several)"
"""Between a field and its place, in what pydantic says of a value that may be one or a list; no name of a field."""
KIND = "x-kind"
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", KIND: "day"})]
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "pattern": _INSTANT, KIND: "instant"})
]
Month = Annotated[str, StringConstraints(pattern=MONTH), _kind("month")]
Id = Annotated[str, StringConstraints(pattern=SLUG_PATTERN, max_length=100), _kind("id")]
Line = Annotated[
    str, StringConstraints(pattern=rf"^{_LINE}*{_SEEN}{_LINE}*$", min_length=1, max_length=200), _kind("line")
]
Lines = Annotated[
    str, StringConstraints(pattern=rf"^{_LINES}*{_SEEN}{_LINES}*$", min_length=1, max_length=4000), _kind("lines")
]
RequestId = Annotated[str, StringConstraints(pattern=REQUEST_ID, min_length=1, max_length=100), _kind("request_id")]
Sha256 = Annotated[str, StringConstraints(pattern=SHA256), _kind("sha256")]
Figure = Annotated[
    float,
    Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False, strict=True),
    AfterValidator(_figure),
    _kind("figure"),
]
Octets = Annotated[
    bytes,
    BeforeValidator(_octets),
    WithJsonSchema({"type": "string", "contentEncoding": "base64", "maxLength": _MOST_BASE64, KIND: "base64"}),
]
