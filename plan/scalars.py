"""The scalar types of the plan language: text in, typed by us, refused with a code where it is wrong.

The JSON Schemas are for editors, which read YAML by its own rules: there a number may stand where we read text.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, time
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOUR = re.compile(r"(\d{1,2}):(\d{2})")
_WITHIN = re.compile(r"(\d{1,4}) (working days?|days?|hours?)")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\.]+(\.[^\s@<>()\[\],;:\"\\.]+)+")
"""One plain address: no name, no list, nothing that could begin another header."""
_AT = re.compile(r"(-?\d{1,3}) (working days?|days?)")


def wrong(code: str, text: object, **values: object) -> PydanticCustomError:
    """A refusal of one value: `code` is a key of texts/ under `plan.`."""
    return PydanticCustomError(code, "{value}", {"value": str(text)[:80], **values})


def parse_day(text: Any) -> date:
    """`2025-05-14`; nothing looser, since 5/6/2025 is two days. Raises PydanticCustomError bad_day or no_such_day."""
    if text.__class__ is not str:
        raise wrong("bad_day", text)
    return _day(text)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    if not _DAY.fullmatch(text):
        raise wrong("bad_day", text)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong("no_such_day", text) from None


def parse_hour(text: str) -> time:
    """`17:00`. Raises PydanticCustomError bad_hour."""
    found = _HOUR.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise wrong("bad_hour", text)
    return time(int(found[1]), int(found[2]))


def _number(text: Any) -> int:
    if text.__class__ is not str or not (text.isascii() and text.isdigit() and len(text) < 7):
        raise wrong("not_number", text)
    return int(text)


def _flag(text: Any) -> bool:
    if text not in ("true", "false"):
        raise wrong("not_flag", text)
    return bool(text == "true")


def _decimal(text: Any) -> float:
    if text.__class__ is not str or not re.fullmatch(r"-?\d{1,12}([.,]\d{1,6})?", text):
        raise wrong("not_decimal", text)
    return float(text.replace(",", "."))


def _within(text: Any) -> tuple[int, str]:
    found = _WITHIN.fullmatch(text) if text.__class__ is str else None
    if found is None or int(found[1]) < 1:
        raise wrong("bad_within", text)
    return int(found[1]), found[2].rstrip("s") + "s"


def _at(text: Any) -> tuple[int, str]:
    found = _AT.fullmatch(text) if text.__class__ is str else None
    if found is None:
        raise wrong("bad_at", text)
    return int(found[1]), found[2].rstrip("s") + "s"


def _hour(text: Any) -> time:
    if text.__class__ is not str:
        raise wrong("bad_hour", text)
    return parse_hour(text)


def _email(text: Any) -> str:
    if text.__class__ is not str or len(text) > 254 or not _EMAIL.fullmatch(text):
        raise wrong("bad_email", text)
    return str(text)


def slugified(text: str) -> str:
    """The id that a name would have: «Trạm Y tế» is `tram-y-te`."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return re.sub(r"[^a-z0-9]+", "-", "".join(each for each in plain if not unicodedata.combining(each))).strip("-")


_ANY_TEXT = {"type": ["string", "number"]}

Slug = Annotated[
    str,
    StringConstraints(pattern=SLUG_PATTERN, max_length=100),
    WithJsonSchema({"type": ["string", "integer"], "pattern": SLUG_PATTERN}),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000), WithJsonSchema(_ANY_TEXT)]
Day = Annotated[date, PlainValidator(parse_day), WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"})]
Number = Annotated[int, PlainValidator(_number), WithJsonSchema({"type": "integer", "minimum": 0})]
Decimal = Annotated[float, PlainValidator(_decimal), WithJsonSchema({"type": ["number", "string"]})]
Flag = Annotated[bool, PlainValidator(_flag), WithJsonSchema({"type": "boolean"})]
Within = Annotated[
    tuple[int, str],
    PlainValidator(_within),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,4} (working days?|days?|hours?)$"}),
]
At = Annotated[
    tuple[int, str],
    PlainValidator(_at),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,3} (working days?|days?)$"}),
]
Hour = Annotated[
    time, PlainValidator(_hour), WithJsonSchema({"type": "string", "pattern": r"^([01]?\d|2[0-3]):[0-5]\d$"})
]
Email = Annotated[str, PlainValidator(_email), WithJsonSchema({"type": "string", "format": "email"})]
Value = Annotated[str, StringConstraints(min_length=1, max_length=40), WithJsonSchema(_ANY_TEXT)]
"""The value of an operator: read by plan.operators, since what is right depends on `every`."""


def one_or_list(value: Any) -> Any:
    """A single mapping stands for a list of one."""
    return [value] if isinstance(value, dict) else value


OneOrList = BeforeValidator(one_or_list)
