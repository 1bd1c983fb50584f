"""The JSON Schemas that editors check plan files with, made from the models."""

from __future__ import annotations

from typing import Any, Literal

from pydantic.json_schema import models_json_schema

from plan.schema import FILES, DatedRelation, Member, MemberPattern, PersonEntry, Shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """One document: `$defs` with every shape, `files` with the schema of each file kind, by its name in the folder."""
    shapes: list[type[Shape]] = [*FILES.values(), DatedRelation, Member, MemberPattern, PersonEntry]
    mode: Literal["validation"] = "validation"
    _, made = models_json_schema([(each, mode) for each in shapes], by_alias=True)
    definitions = made["$defs"]
    # The lead of a file's tasks may stand once, at its head.
    definitions["Task"]["required"].remove("unit")
    for each in definitions.values():
        for field in each.get("properties", {}).values():
            field.pop("default", None)  # defaults that are models of ours mean nothing to an editor
    names = {kind: "tasks/*.yaml" if kind == "tasks" else f"{kind}.yaml" for kind in FILES}
    return {
        "$schema": DIALECT,
        "title": "kehoach",
        "$defs": definitions,
        "files": {names[kind]: {"$ref": f"#/$defs/{model.__name__}"} for kind, model in FILES.items()},
    }
