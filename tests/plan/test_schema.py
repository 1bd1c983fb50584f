"""The JSON Schema for editors, and that every code of a fault has its words."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any, get_args

import jsonschema
import pytest
import yaml

import plan
from plan import schema
from plan.problems import Problem
from plan.reading import compose, values_of
from plan.schema import FILES
from plan.shaping import shape
from rules import deadlines, targets, values
from texts import area

ROOM = Path(plan.__file__).parent
REAL = ROOM / "phu-la-2025"


def validator(kind: str) -> jsonschema.Draft202012Validator:
    whole = plan.json_schema()
    schema = whole["files"][kind] | {"$defs": whole["$defs"]}
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Editor(yaml.SafeLoader):
    """YAML as editors read it: numbers and booleans are typed, days are texts (YAML 1.2)."""


Editor.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in found if not tag.endswith(("timestamp", "bool"))]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Editor.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), list("tf"))


def kind_of(path: Path) -> str:
    return "tasks/*.yaml" if path.parent.name == "tasks" else path.name


@pytest.mark.parametrize("path", [*REAL.glob("*.yaml"), *REAL.glob("tasks/*.yaml")], ids=lambda path: path.stem)
def test_the_real_plan_is_valid_for_editors(path: Path) -> None:
    """What loads without error has no red line in an editor either."""
    held = yaml.load(path.read_text("utf-8"), Editor)
    errors = [f"{list(each.absolute_path)}: {each.message}" for each in validator(kind_of(path)).iter_errors(held)]
    assert errors == []


@pytest.mark.parametrize(
    ("kind", "held"),
    [
        ("tasks/*.yaml", {"tasks": [{"id": "a", "titel": "A", "kind": "report", "source": []}]}),
        (
            "tasks/*.yaml",
            {"tasks": [{"id": "A B", "title": "A", "kind": "report", "source": [{"clause": "I", "quote": "q"}]}]},
        ),
        ("units.yaml", {"units": [{"id": "a", "name": "A", "relation": "bạn"}]}),
        ("units.yaml", {"units": [{"id": "a", "name": "A", "relation": "đề nghị", "members": "nobody"}]}),
        ("calendar.yaml", {"week": ["thứ hai"]}),
    ],
)
def test_wrong_shapes_are_marked_by_editors(kind: str, held: dict[str, Any]) -> None:
    """Unknown keys, ids that are none and words outside a choice are marked while typing."""
    assert list(validator(kind).iter_errors(held))


def test_every_file_kind_has_a_schema() -> None:
    """One schema each, under the name of the file."""
    assert set(plan.json_schema()["files"]) == {
        *(f"{each}.yaml" for each in ("plan", "units", "calendar", "escalation", "targets")),
        "tasks/*.yaml",
    }


@pytest.mark.parametrize(
    ("written", "known"),
    [
        (schema.Kind, values.KINDS),
        (schema.LadderKind, (*values.KINDS, values.CHECK_IN)),
        (schema.Basis, values.BASES),
        (schema.Setter, values.SETTERS),
        (schema.RelationName, values.RELATIONS),
        (schema.Roll, deadlines.ROLLS),
        (schema.Step, deadlines.STEPS),
        (schema.TargetOperator, targets.OPERATORS),
    ],
)
def test_a_file_may_say_what_the_rules_know_and_nothing_else(written: object, known: tuple[str, ...]) -> None:
    """The words stand in both rooms, in the files for editors and type checkers: they are the same words."""
    assert get_args(written) == known


def _codes() -> set[str]:
    """Codes as they stand in the room's code: first arguments of findings, problems and refusals."""
    text = "\n".join(each.read_text("utf-8") for each in ROOM.glob("*.py"))
    found = set(re.findall(r'(?:error|warn|Problem|Refused|wrong|Finding)\(\s*"([a-z0-9_]+)"', text))
    found |= set(re.findall(r'code="([a-z_]+)"', text))
    found |= {each for pair in re.findall(r'^    \("[^\n]*", "([a-z_]+)"\),$', text, re.MULTILINE) for each in [pair]}
    return found | set(
        re.findall(r'^    "[a-z_]+": "((?:not|bad|missing|unknown|empty|too)_[a-z]+)",$', text, re.MULTILINE)
    )


def test_every_code_has_its_words() -> None:
    """No fault is told by its code alone, in either language."""
    codes = _codes()
    assert len(codes) > 80
    for lang in ("vi", "en"):
        assert codes - set(area("plan", lang)) == set()


def test_both_languages_have_the_same_blanks() -> None:
    """A value said in Vietnamese is said in English."""
    vi, en = area("plan", "vi"), area("plan", "en")
    assert list(vi) == list(en)
    for key in vi:
        assert _blanks(vi[key]) == _blanks(en[key]), key


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


GUIDE = ROOM.parent / "docs" / "plan-language.md"


def _examples() -> list[tuple[str, str]]:
    """(file kind, YAML) of every example of the guide that shows a file."""
    sections = re.findall(r"^## (\S+)\.yaml\n```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [("tasks" if name.startswith("tasks/") else name, text) for name, text in sections]


@pytest.mark.parametrize(("kind", "text"), _examples(), ids=[kind for kind, _ in _examples()])
def test_the_guide_shows_keys_that_exist(kind: str, text: str) -> None:
    """Every key and choice in the examples of docs/plan-language.md is one of the language."""
    found: list[Problem] = []
    held = values_of(compose(text, kind), kind, found)
    assert found == []
    wrong = [each for each in shape(FILES[kind], held, kind).findings if each.code in ("unknown_key", "bad_choice")]
    assert wrong == []


def test_the_guide_shows_every_file_kind() -> None:
    """An example each, and every key of a top level in it."""
    examples = dict(_examples())
    assert set(examples) == set(FILES)
    for kind, model in FILES.items():
        shown = set(re.findall(r"^(\w+):", examples[kind], re.MULTILINE))
        assert {each.alias or name for name, each in model.model_fields.items()} == shown, kind
