"""The API as a page for people: the OpenAPI document laid out, each verb with its fields, an example and its refusals.

Made of the document alone, so that neither can say what the other does not; and without script or inline style.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from texts import area, say
from usecases.tokens import ROLES
from web.api import problems
from web.api.described import ROLES as OF_ROLES
from web.api.described import STATUSES, WORDS, document
from web.api.fields import KIND
from web.api.parts import MEDIA_TYPE as IN_PARTS
from web.desk.templates import static

if TYPE_CHECKING:
    from fastapi import FastAPI

HEADERS = problems.HEADERS | {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
}
_TEMPLATES = Path(__file__).parents[1] / "templates"
_IN_BODY = "Content-Type: application/json"
_BEARER = '-H "Authorization: Bearer $TOKEN"'

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One field or parameter."""

    name: str
    required: bool
    kind: str
    """In words, its bounds among them."""
    types: tuple[str, ...]
    """Types of ours in it, each told once at the end of the page."""
    about: str


@dataclass(frozen=True, slots=True)
class Verb:
    """One operation."""

    id: str
    method: str
    path: str
    summary: str
    roles: tuple[str, ...]
    """Empty where everybody may."""
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    parts: bool
    examples: tuple[str, ...]
    answer: str
    types: tuple[str, ...]
    refusals: tuple[str, ...]
    """Statuses that not every operation has."""


@dataclass(frozen=True, slots=True)
class Words:
    """Kinds of values in the words of a language."""

    lang: str

    def kind(self, schema: Schema) -> str:
        """«chữ, 1–200 ký tự; mặc định …»"""
        said = self._kind(schema)
        if schema.get("default") not in (None, [], ""):
            said += f"; {self._say('default', value=json.dumps(schema['default']))}"
        return said

    def _kind(self, schema: Schema) -> str:
        if "anyOf" in schema or "oneOf" in schema:
            some = schema.get("anyOf") or schema["oneOf"]
            kinds = [self._kind(each) for each in some if each.get("type") != "null"]
            null = [self._say("kind_null")] if any(each.get("type") == "null" for each in some) else []
            return " ".join([", ".join(kinds), *null])
        if "$ref" in schema:
            return _named(schema)
        if "enum" in schema:
            choices = schema["enum"] if len(schema["enum"]) < 20 else [f"{schema['enum'][0]}…"]
            return self._say("kind_one_of", choices=", ".join(map(str, choices)))
        if "const" in schema:
            return self._say("kind_const", value=schema["const"])
        if schema.get("type") == "array":
            return self._say("kind_list", of=self._kind(schema["items"]))
        return ", ".join([self._word(schema), *self._bounds(schema)])

    def _word(self, schema: Schema) -> str:
        name = schema.get(KIND) or schema.get("format") or schema.get("type", "object")
        return self._say(f"kind_{name}")

    def _bounds(self, schema: Schema) -> Iterator[str]:
        if schema.get(KIND) in ("figure", "base64"):  # said by its kind
            return
        if "maxLength" in schema:
            key = "length" if schema.get("minLength") else "length_most"
            yield self._say(key, least=schema.get("minLength"), most=schema["maxLength"])
        if "maximum" in schema:
            yield self._say("range", least=schema.get("minimum"), most=schema["maximum"])

    def _say(self, key: str, **values: object) -> str:
        return say(f"api_fields.{key}", self.lang, **values)

    def fields(self, schema: Schema, *, sent: bool = False) -> tuple[Field, ...]:
        """`sent`: of a body, whose fields are there or not, so that none need say null."""
        required = schema.get("required", ())
        said = {name: _said(each) if sent else each for name, each in schema["properties"].items()}
        return tuple(
            Field(name, name in required, self.kind(each), tuple(_types(each)), each.get("description", ""))
            for name, each in said.items()
        )

    def parameters(self, operation: Schema) -> tuple[Field, ...]:
        """Those of this operation; what every one takes is told once."""
        return tuple(
            Field(
                each["name"],
                each["required"],
                self.kind(_said(each["schema"])),
                (),
                each.get("description", ""),
            )
            for each in operation.get("parameters", ())
            if each["name"] not in EVERY or (each["in"] == "query" and each["name"] not in ("plan", "lang"))
        )


EVERY = ("plan", "lang", "Idempotency-Key", "task", "unit", "period", "target", "sha256", "link")
"""Parameters that many operations take, and the blanks of paths: told once."""
_ALWAYS = ("200", "401", "403", "422", "429", "500", "503")


def _said(schema: Schema) -> Schema:
    """A parameter, or a field of a body, is there or it is not."""
    kinds = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    return {**kinds[0], **{name: schema[name] for name in schema if name != "anyOf"}} if kinds else schema


def _named(schema: Schema) -> str:
    return str(schema["$ref"]).rpartition("/")[2]


def _types(schema: Schema) -> Iterator[str]:
    if "$ref" in schema:
        yield _named(schema)
    for inner in (
        *schema.get("anyOf", ()),
        *schema.get("oneOf", ()),
        *([schema["items"]] if "items" in schema else ()),
    ):
        yield from _types(inner)


def verbs(made: Schema, words: Words) -> Iterator[tuple[str, Verb]]:
    """Every operation with its area, in the order of the document."""
    schemas = made["components"]["schemas"]
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = schemas[_named(content["application/json"]["schema"])] if content else None
            (answer,) = operation["responses"]["200"]["content"].values()
            yield (
                operation["tags"][0],
                Verb(
                    operation["operationId"],
                    method.upper(),
                    path,
                    operation["summary"],
                    tuple(operation[OF_ROLES]) if len(operation[OF_ROLES]) < len(ROLES) else (),
                    words.parameters(operation),
                    words.fields(body, sent=True) if body else (),
                    IN_PARTS in content,
                    tuple(_examples(path, method.upper(), operation, body, parts=IN_PARTS in content)),
                    words.kind(answer["schema"]),
                    tuple(_types(answer["schema"])),
                    tuple(each for each in operation["responses"] if each not in _ALWAYS),
                ),
            )


def _examples(path: str, method: str, operation: Schema, body: Schema | None, *, parts: bool) -> Iterator[str]:
    """Lines for curl, with a value for each blank of the path."""
    given = {each["name"]: each for each in operation.get("parameters", ()) if "example" in each}
    blanks = re.sub(r"\{(\w+)\}", lambda found: str(given[found[1]]["example"]), path)
    asked = {name: each["example"] for name, each in given.items() if name == "as_of" and each["in"] == "query"}
    address = f'"$HOST/api/v1{blanks}{"?" + urlencode(asked) if asked else ""}"'
    if body is None:
        way = [] if method == "GET" else ["-X", method]
        yield " ".join(["curl", *way, _BEARER, address])
        return
    said = {name: body["example"][name] for name in body["properties"] if name in body["example"]}
    sent = quote(json.dumps(said, ensure_ascii=False))
    yield f'curl {_BEARER} -H "{_IN_BODY}" -d {sent} {address}'
    if parts:
        fields = " ".join(f"-F {quote(f'{name}={value}')}" for name, value in said.items())
        yield f"curl {_BEARER} {fields} -F evidence=@ket-qua.pdf {address}"


def refusals(made: Schema) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """(status, what it means, the codes with their words), and at the end what stands in `errors` alone."""
    problem, fault = (made["components"]["schemas"][name]["properties"]["code"] for name in ("Problem", "Fault"))
    for status, codes in problem[STATUSES].items():
        yield status, made[STATUSES][status], [(code, problem[WORDS][code]) for code in codes]
    yield "errors", "", list(fault[WORDS].items())


def page(app: FastAPI, lang: str) -> bytes:
    """The page in a language."""
    made = document(app, lang)
    words = Words(lang)
    every = list(verbs(made, words))
    told = {name for _, verb in every for name in verb.types} | {"Problem"}
    told |= {name for _, verb in every for field in verb.body for name in field.types}
    schemas = made["components"]["schemas"]
    waiting = list(told)
    while waiting:
        for name in {each for said in schemas[waiting.pop()]["properties"].values() for each in _types(said)} - told:
            told.add(name)
            waiting.append(name)
    shared = {each["name"]: each for operation in _operations(made) for each in operation.get("parameters", ())}
    shown = (
        _environment()
        .get_template("api.html")
        .render(
            lang=lang,
            other_lang="en" if lang == "vi" else "vi",
            t=lambda key, **values: say(f"api_page.{key}", lang, **values),
            role=lambda name: area("desk", lang)[f"role_{name}"],
            static=static,
            title=made["info"]["title"],
            areas=[(tag, [verb for name, verb in every if name == tag["name"]]) for tag in made["tags"]],
            shared=[
                Field(name, False, words.kind(_said(shared[name]["schema"])), (), shared[name]["description"])
                for name in EVERY
            ],
            types=[(name, words.fields(schemas[name])) for name in schemas if name in told],
            refusals=list(refusals(made)),
        )
    )
    return shown.encode()


def _operations(made: Schema) -> Iterator[Schema]:
    for methods in made["paths"].values():
        yield from methods.values()


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
