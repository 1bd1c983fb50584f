"""Refusals as RFC 9457 has them: application/problem+json with a code for machines and words for people.

A use case raises a code and values; here it gets its HTTP status, its words, and the field that it is about.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from plan.scalars import SLUG_PATTERN
from rules.errors import SeveralRefused
from texts import LANGUAGES, area, say
from web.api.codes import status_of
from web.api.fields import MONTH, ONE, REQUEST_ID, SEVERAL, SHA256

if TYPE_CHECKING:
    from starlette.requests import Request

    from rules.errors import KehoachError

MEDIA_TYPE = "application/problem+json"
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
"""On every answer."""

_FIELDS = {
    "needs_document": "document",
    "issued_without_number": "document",
    "numbered_without_number": "document",
    "other_number": "document",
    "needs_grant_document": "document",
    "needs_return_document": "document",
    "needs_note": "note",
    "needs_file": "evidence",
    "needs_reason": "reason",
    "answer_needs_proof": "note",
    "answer_needs_month": "month",
    "unknown_line": "line",
    "future": "on",
    "too_early": "on",
    "future_hour": "at",
    "bad_ref": "ref",
    "not_on_event": "task",
    "which_member": "unit",
    "unknown_unit": "unit",
    "extension_past": "until",
    "extension_needs_day": "until",
    "request_reused": "request_id",
}
"""Code -> the field of the body that it is about."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    code: str
    detail: str
    place: str = ""
    """body, query, path or header; empty where it is about the request as a whole."""
    name: str = ""
    """The field or parameter; parts of a nested one with strokes between."""

    def as_json(self) -> dict[str, Any]:
        said = {"code": self.code, "detail": self.detail, "in": self.place, "field": self.name}
        return {name: value for name, value in said.items() if value}


Described = tuple[str, Mapping[str, Any], str, str]
"""(code, values, place, name) of one thing that is wrong."""


@dataclass
class Problem(Exception):
    """A refusal on its way to the answer. `code` is a key of texts, `values` fill its blanks."""

    status: int
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: Sequence[Described] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(problem: Problem, lang: str) -> Response:
    """The refusal as it is sent."""
    faults = [Fault(code, words(code, values, lang), place, name) for code, values, place, name in problem.faults]
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": say(f"api.status_{problem.status}", lang),
        "status": problem.status,
        "code": problem.code,
        "detail": words(problem.code, problem.values, lang),
    }
    if faults:
        document["errors"] = [each.as_json() for each in faults]
    body = json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
    return Response(body, problem.status, {**HEADERS, **problem.headers, "content-type": MEDIA_TYPE})


def refused(error: KehoachError, place: str = "body") -> Problem:
    """A use case's refusal, with the field that it is about and where that stands."""
    if isinstance(error, SeveralRefused):
        each = [(one.code, one.values, place, f"evidence/{of}" if of else _field(one.code)) for of, one in error.each]
        return Problem(status_of(error.code), error.code, error.values, each)
    named = _field(error.code)
    faults = [(error.code, error.values, place, named)] if named else []
    return Problem(status_of(error.code), error.code, error.values, faults)


def _field(code: str) -> str:
    room, _, short = code.partition(".")
    return "evidence" if room == "upload" else _FIELDS.get(short, "")


def template(code: str, lang: str) -> str:
    """The words of a code with its blanks in braces, as the API says them."""
    room, _, short = code.partition(".")
    said = area("api", lang).get(f"refused_{short}") or area(room, lang)[short]
    return said.format_map(_Blanks())


class _Blanks(dict[str, str]):
    """Each blank as itself."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def words(code: str, values: Mapping[str, Any], lang: str) -> str:
    """What a code says: in the words of texts/*/api.py where the general ones name options of the command line."""
    from outputs.explain import moves_words

    told = {name: _word(value) for name, value in moves_words(values, lang).items()}
    if "form" in told:
        told["form"] = say(f"api_fields.kind_{told['form']}", lang)
    known = area("api", lang)
    here = f"refused_{code.partition('.')[2]}"
    return known[here].format(**told) if here in known else say(code, lang, **told)


def _word(value: Any) -> Any:
    if isinstance(value, date):  # and instants: as the API itself writes them
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(_word(each)) for each in value)
    return value


_TYPES = {
    "missing": "missing",
    "extra_forbidden": "extra",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "string_pattern_mismatch": "pattern",
    "string_unicode": "pattern",
    "literal_error": "choice",
    "day": "day",
    "instant": "instant",
    "figure": "figure",
    "base64": "base64",
    "finite_number": "figure",
    "json_invalid": "json",
    **dict.fromkeys(("string_type", "string_sub_type"), "text"),
    **dict.fromkeys(("float_type", "float_parsing"), "number"),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size"), "whole"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "boolean"),
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "object"),
    "list_type": "list",
    "too_short": "too_short",
    "too_long": "too_many",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
}
"""pydantic's type of error -> the key of texts `api.field_*`."""


_FORMS = {SLUG_PATTERN: "id", REQUEST_ID: "request_id", MONTH: "month", SHA256: "sha256"}
"""Pattern -> the kind of value (texts `api_fields.kind_*`) that is said in its place."""


def invalid(errors: Sequence[Mapping[str, Any]], more: Sequence[Described]) -> Problem:
    """What pydantic found, all of it, and what else is wrong."""
    if any(each["loc"][0] == "path" for each in errors):
        return Problem(404, "api.nothing_here")
    if any(each["type"] == "json_invalid" for each in errors):
        return Problem(400, "api.field_json")
    faults = list(more)
    for each in errors:
        place, *names = each["loc"]
        name = [part for part in names if part not in (ONE, SEVERAL)]
        limits = each.get("ctx") or {}
        values = {
            "allowed": limits.get("expected", "").replace("'", "").replace(" or ", ", "),
            "form": _FORMS.get(limits.get("pattern", ""), "plain"),
            "most": limits.get("max_length", limits.get("le", "")),
            "least": limits.get("ge", ""),
        }
        kind = _TYPES.get(each["type"], "wrong")
        code = f"api.field_{'file' if kind == 'object' and name else kind}"
        faults.append((code, values, str(place), "/".join(map(str, name))))
    return Problem(422, "api.invalid", {"count": len(faults)}, faults)


def language(request: Request, otherwise: str) -> str:
    """`?lang=`, else the first language of Accept-Language that we speak, else the installation's."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    for each in request.headers.get("accept-language", "")[:200].split(","):
        name = each.partition(";")[0].strip().partition("-")[0].lower()
        if name in LANGUAGES:
            return name
    return otherwise
