"""The plan language: from a folder of YAML beside an official text to values of the rules.

Names load when first asked for, so that reading stored documents costs no YAML and no pydantic.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plan.almanac import libraries as libraries
    from plan.canonical import changed_sources as changed_sources
    from plan.canonical import documents as documents
    from plan.contracts import coverage as coverage
    from plan.contracts import tasks_json as tasks_json
    from plan.contracts import units_json as units_json
    from plan.covering import Coverage as Coverage
    from plan.expansion import occurrences as occurrences
    from plan.files import content_hash as content_hash
    from plan.jsonschema import json_schema as json_schema
    from plan.loader import QUOTE_CODES as QUOTE_CODES
    from plan.loader import load as load
    from plan.plan import Plan as Plan
    from plan.problems import PlanErrors as PlanErrors
    from plan.problems import Problem as Problem
    from plan.wording import fingerprint as fingerprint

PACKAGED = Path(__file__).parent / "phu-la-2025"
"""The files of the Phú La plan, which the wheel carries beside the plan language."""

_HOMES = {
    "Coverage": "covering",
    "Plan": "plan",
    "PlanErrors": "problems",
    "Problem": "problems",
    "QUOTE_CODES": "loader",
    "changed_sources": "canonical",
    "content_hash": "files",
    "coverage": "contracts",
    "documents": "canonical",
    "fingerprint": "wording",
    "json_schema": "jsonschema",
    "libraries": "almanac",
    "load": "loader",
    "occurrences": "expansion",
    "tasks_json": "contracts",
    "units_json": "contracts",
}


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'plan' has no attribute {name!r}")
    value: object = getattr(import_module(f"plan.{home}"), name)
    globals()[name] = value
    return value
