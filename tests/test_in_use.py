"""What is kept is used: a text is said, a class of a stylesheet drawn, a setting read, a function called."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tests.test_house import AREAS, ROOMS, ROOT, parsed, tracked

PAGES = (".html", ".md", ".txt", ".js")
BEHIND_DECORATORS = {
    "property",
    "cached_property",
    "classmethod",
    "staticmethod",
    "contextmanager",
    "cache",
    "dataclass",
}
"""Decorators that leave the name to be called; any other hands the function over."""

CALLED_BY_OTHERS = {
    "ascend_resolver",  # PyYAML's composer, of a class that is mixed into it
    "descend_resolver",
    "grant_application",  # who sets up a PostgreSQL, for the application's own role
}

BY_NAMES_OF_MODELS = {"api_fields"}
"""Areas whose keys are the names of documents and their fields: tests/web/api compares them."""


@cache
def ours() -> list[Path]:
    """What runs: the rooms with their pages, the migrations, cli.py and settings.py."""
    places = (*ROOMS, "migrations", "cli.py", "settings.py")
    return [path for path in tracked() if path.relative_to(ROOT).parts[0] in places]


@cache
def spoken() -> tuple[frozenset[str], re.Pattern[str]]:
    """Strings written out in code and pages; and a pattern of those put together, as `say(f"board.state_{key}")`.

    What is put together from the area's name alone counts for none: else it would answer for every text of the area.
    """
    whole, begun = set(), set()
    for path in ours():
        if path.suffix in PAGES:
            text = path.read_text(encoding="utf-8")
            whole.update(re.findall(r"""["']([\w.-]+)["']|\bwords\.(\w+)""", text))
            begun.update(re.escape(each) + ".+" for each in re.findall(r"""["']([\w.-]+)["']\)? ?[~+]""", text))
        elif path.suffix == ".py" and path.parent.parent != ROOT / "texts":  # a key of texts/ does not say itself
            for node in ast.walk(parsed(path)):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    whole.add((node.value, ""))
                elif isinstance(node, ast.JoinedStr):
                    begun.add("".join(map(_pattern, node.values)))
    bare = re.compile(rf"(?:{'|'.join(AREAS)})\\\.")
    enough = {each for each in begun if re.search(r"[a-z]", bare.sub("", each))}
    return frozenset(word for pair in whole for word in pair), re.compile("|".join(sorted(enough)))


def _pattern(part: ast.expr) -> str:
    """A piece of an f-string: itself, one of two («a» if … else «b»), or anything."""
    if isinstance(part, ast.FormattedValue):
        part = part.value
    if isinstance(part, ast.IfExp):
        return f"(?:{_pattern(part.body)}|{_pattern(part.orelse)})"
    return re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"


@pytest.mark.parametrize("area", sorted(set(AREAS) - BY_NAMES_OF_MODELS))
def test_every_text_is_said_somewhere(area: str) -> None:
    """A text that nothing asks for is one that nobody keeps right."""
    whole, begun = spoken()
    keys = import_module(f"texts.vi.{area}").TEXTS
    silent = {key for key in keys if not {key, f"{area}.{key}"} & whole}
    assert {key for key in silent if not begun.fullmatch(f"{area}.{key}") and not begun.fullmatch(key)} == set()


def said() -> Iterator[tuple[str, str]]:
    """(file, `area.key`) of each text that a page or the code asks for by its whole name."""
    for path in ours():
        asked: list[str] = []
        if path.suffix == ".html":
            asked = re.findall(r"""\bt\(\s*["'](\w+\.[\w.-]+)["'](?!\s*~)""", path.read_text(encoding="utf-8"))
        elif path.suffix == ".py":
            calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call) and _name(node) == "say"]
            firsts = [node.args[0] for node in calls if node.args]
            asked = [str(each.value) for each in firsts if isinstance(each, ast.Constant) and "." in str(each.value)]
        yield from ((path.name, key) for key in asked)


def test_every_text_that_is_said_is_there() -> None:
    """A page whose words are gone is a page that fails, and perhaps only in one state of one ledger."""
    there = {f"{area}.{key}" for area in AREAS for key in import_module(f"texts.vi.{area}").TEXTS}
    asked = set(said())
    assert len(asked) > 400
    assert {each for each in asked if each[1] not in there} == set()


def stylesheets() -> Iterator[tuple[str, str]]:
    """(name, rules) of each stylesheet, without comments."""
    for path in ours():
        if path.suffix == ".css":
            yield path.name, re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)


def test_every_class_of_a_stylesheet_is_drawn() -> None:
    """A rule for a class that no page, drawing or script names draws nothing."""
    pages = "\n".join(each.read_text(encoding="utf-8") for each in ours() if each.suffix in (".py", *PAGES))
    words = set(re.findall(r"[\w-]+", pages))
    sheets = dict(stylesheets())
    assert {"desk.css", "report.css"} <= sheets.keys()
    for name, rules in sheets.items():
        selectors = " ".join(re.findall(r"([^{}]+)\{", rules))
        assert set(re.findall(r"\.([a-z][\w-]*)", selectors)) - words == set(), name


def test_every_setting_is_read() -> None:
    """A field of settings.py that no shell asks for is a promise that nobody keeps."""
    fields = {
        node.target.id
        for each in parsed(ROOT / "settings.py").body
        if isinstance(each, ast.ClassDef)
        for node in each.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    read = {
        node.attr
        for path in ours()
        if path.suffix == ".py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute)
    }
    assert fields - read == set()


def defined(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions, classes and methods; not those of a class that has bases, which call them."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node
        if not isinstance(node, ast.ClassDef) or not node.bases:
            yield from defined(node)


def test_every_function_and_class_is_called() -> None:
    """A name that stands once, where it is defined, is called by nobody; tests alone do not keep it alive."""
    words: Counter[str] = Counter()
    for path in ours():
        if path.suffix in (".py", *PAGES):
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    found = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in ours()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "migrations"
        for node in defined(parsed(path))
        if words[node.name] == 1
        and node.name not in CALLED_BY_OTHERS
        and not node.name.startswith("__")
        and {_name(each) for each in node.decorator_list} <= BEHIND_DECORATORS
        and not any(keyword.arg == "table" for keyword in getattr(node, "keywords", ()))  # SQLModel's
    }
    assert found == set()


def _name(decorator: ast.expr) -> str:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
