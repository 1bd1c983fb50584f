"""The OpenAPI document: what FastAPI makes of the operations, with the words, roles and codes that it cannot know.

The page for people (web.api.page) is made of this document and of nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi

from texts import area, say
from web.api import codes, parts
from web.api.documents import Problem as ProblemDocument
from web.api.operations import Operation, operations
from web.api.problems import template

if TYPE_CHECKING:
    from fastapi import FastAPI

MODULES = ("reads", "verbs", "links")
"""Modules of web/api that declare operations, in the order of the document."""
AREAS = ("read", "record", "calendar")
ROLES, WORDS, STATUSES = "x-roles", "x-words", "x-statuses"
"""What the document says beyond OpenAPI: who may, what each code says, and with which status it comes."""
EXAMPLES = {
    "task": "tap-huan",
    "unit": "ldtbxh",
    "period": "nam",
    "target": "khai-sinh-dung-do-tuoi",
    "sha256": "0" * 64,
    "link": "3f2a9c01",
    "plan": "phu-la-2025",
    "as_of": "2025-05-20",
    "known_by": "2025-05-20",
    "lang": "en",
    "Idempotency-Key": "qlvb-2025-000123",
}
"""By parameter, what it may be in the ward of the demo."""
_EXAMPLES_OF = {
    "answer": {"task": "cap-nhat", "unit": "to-dan-pho-07", "period": "dot-1"},
    "urge": {"task": "cap-nhat", "unit": "to-dan-pho-07", "period": "dot-1"},
    "step": {"task": "bao-cao-bo-chi-tieu", "unit": "ldtbxh", "period": "6-thang"},
    "done": {"task": "tham-hoi-ngay-le", "unit": "to-dan-pho-07", "period": "quoc-te-thieu-nhi"},
}
"""By operation, where that would be no work of its kind."""


def declared() -> list[Operation]:
    """Every operation, in order."""
    for name in MODULES:
        import_module(f"web.api.{name}")
    return operations.operations


def document(app: FastAPI, lang: str) -> dict[str, Any]:
    """The OpenAPI document in a language."""
    made = get_openapi(
        title=say("api.title", lang),
        version="1",
        description=say("api.description", lang),
        routes=app.routes,
        servers=[{"url": "/api/v1"}],
        tags=[{"name": name, "description": say(f"api.area_{name}", lang)} for name in AREAS],
    )
    schemas = made["components"]["schemas"]
    schemas["Problem"] = ProblemDocument.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= schemas["Problem"].pop("$defs", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    _name_codes(schemas, lang)
    _describe(schemas, lang)
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": say("api.security", lang)}
    }
    made["security"] = [{"token": []}]
    made[STATUSES] = {str(status): say(f"api.status_{status}", lang) for status in codes.BY_STATUS}
    known = {each.name: each for each in declared()}
    for path in made["paths"].values():
        for operation in path.values():
            of_it = known[operation["operationId"]]
            _say(operation, of_it, lang)
            if of_it.parts:
                _add_parts(operation, schemas)
    return made


def _name_codes(schemas: dict[str, Any], lang: str) -> None:
    every = [code for some in codes.BY_STATUS.values() for code in some]
    schemas["Problem"]["properties"]["code"] |= {
        "enum": every,
        STATUSES: {str(status): list(some) for status, some in codes.BY_STATUS.items()},
        WORDS: {code: template(code, lang) for code in every},
    }
    of_faults = {code: template(code, lang) for code in codes.OF_FAULTS}
    schemas["Fault"]["properties"]["code"] |= {"enum": [*every, *of_faults], WORDS: of_faults}


def _describe(schemas: dict[str, Any], lang: str) -> None:
    """What each field means, where it is not the same as its type, and each type."""
    known = area("api_fields", lang)
    for name, schema in schemas.items():
        schema.pop("description", None)
        if f"type_{name}" in known:
            schema["description"] = known[f"type_{name}"]
        for field, said in schema.get("properties", {}).items():
            words = known.get(f"{name}_{field}") or known.get(f"about_{field}")
            if words and "$ref" not in said:
                said["description"] = words


def _say(operation: dict[str, Any], of_it: Operation, lang: str) -> None:
    """Words for people, and who may."""
    operation["summary"] = say(f"api.op_{operation['operationId']}", lang)
    operation.pop("description", None)
    operation[ROLES] = sorted(of_it.who)
    known = area("api", lang)
    for each in operation.get("parameters", ()):
        key = f"about_{each['name'].lower().replace('-', '_')}"
        if key in known:
            each["description"] = known[key]
        examples = EXAMPLES | _EXAMPLES_OF.get(of_it.name, {})
        if each["name"] in examples:
            each["example"] = examples[each["name"]]
    for status, answer in operation["responses"].items():
        answer["description"] = known.get(f"status_{status}", known["status_200"])


def _add_parts(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """The body in parts beside that in JSON."""
    content = operation["requestBody"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    content[parts.MEDIA_TYPE] = {"schema": parts.described(schemas[name])}
