"""From plain values to the models: shape errors as findings, and what is sound in a file with errors kept for checking.

So one misspelt key does not hide the unknown unit three tasks below it.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from plan.problems import Finding, Path, nearest
from plan.scalars import slugified
from plan.schema import Shape

_UNION_PARTS = frozenset(("named", "pattern", "unknown"))
_LISTS = ("tasks", "units", "targets")
_CHOICE = re.compile(r"'([^']*)'")
_CODES = {
    "missing": "missing_key",
    "extra_forbidden": "unknown_key",
    "literal_error": "bad_choice",
    "string_type": "not_text",
    "string_pattern_mismatch": "not_slug",
    "string_too_short": "not_text",
    "string_too_long": "too_long",
    "list_type": "not_list",
    "model_type": "not_mapping",
    "model_attributes_type": "not_mapping",
    "dict_type": "not_mapping",
    "too_short": "empty_list",
}


@dataclass(frozen=True, slots=True)
class Shaped:
    """A file's model; None where it has no sound shape. `gaps` are the items left out of its list, by place."""

    model: Shape | None
    findings: tuple[Finding, ...] = ()
    gaps: frozenset[int] = frozenset()


def shape(model: type[Shape], value: Any, file: str, prefix: Path = ()) -> Shaped:
    """`value` as `model`. Findings have their paths below `prefix`."""
    try:
        return Shaped(model.model_validate(value))
    except ValidationError as error:
        details = error.errors(include_url=False)
    findings = tuple(_finding(model, each, file, prefix) for each in details)
    return _salvaged(model, value, details, findings)


def _salvaged(model: type[Shape], value: Any, details: list[ErrorDetails], findings: tuple[Finding, ...]) -> Shaped:
    if not isinstance(value, dict):
        return Shaped(None, findings)
    unknown = {each["loc"][0] for each in details if len(each["loc"]) == 1 and each["type"] == "extra_forbidden"}
    items = {each["loc"][:2] for each in details if len(each["loc"]) > 1 and isinstance(each["loc"][1], int)}
    kept: dict[str, Any] = {key: held for key, held in value.items() if key not in unknown}
    for key in {key for key, _ in items}:
        kept[str(key)] = [each for place, each in enumerate(kept[str(key)]) if (key, place) not in items]
    try:
        sound = model.model_validate(kept)
    except ValidationError:
        return Shaped(None, findings)
    return Shaped(sound, findings, frozenset(int(place) for key, place in items if key in _LISTS))


def _finding(model: type[Shape], error: ErrorDetails, file: str, prefix: Path) -> Finding:
    kind = error["type"]
    steps = error["loc"]
    path: Path = tuple(
        each
        for place, each in enumerate(steps)
        if not (place and steps[place - 1] == "members" and each in _UNION_PARTS)
    )
    if path[-1:] == ("[key]",):
        path = path[:-1]
    values: dict[str, object] = {"key": str(path[-1]) if path else "", "value": str(error["input"])[:80]}
    values |= {name: each for name, each in error.get("ctx", {}).items() if isinstance(each, str | int)}
    if kind == "extra_forbidden":
        values["near"] = nearest(str(path[-1]), _keys_at(model, path[:-1]))
    elif kind == "literal_error":
        choices = _CHOICE.findall(str(error["ctx"]["expected"]))
        values |= {"near": nearest(str(error["input"]), choices), "allowed": ", ".join(choices)}
    elif kind == "string_pattern_mismatch":
        values["right"] = slugified(str(error["input"])) or "ten-goi"
    elif kind == "missing":
        path = path[:-1]
    return Finding(_CODES.get(kind, kind), file, (*prefix, *path), values)


def _keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand in the mapping at `path`."""
    found: list[type[BaseModel]] = [model]
    for step in path:
        if isinstance(step, int):
            continue
        below = [each for owner in found for name, each in _named(owner) if name == step]
        found = [each for part in below for each in _models(part)] or found
    return [name for owner in found for name, _ in _named(owner) if name not in _UNION_PARTS]


def _named(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        yield field.alias or name, field.annotation


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (list, dict, Union, types.UnionType, Annotated):
        return [each for part in get_args(annotation) for each in _models(part)]
    return []
