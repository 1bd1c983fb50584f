"""Every code that anything can raise has its words, in both languages, and those words find their values."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from string import Formatter

import pytest

from console.door import refusal
from outputs.explain import VERBS
from rules.errors import IllegalMove
from rules.moves import MOVES
from texts import LANGUAGES, area

ROOT = Path(__file__).parents[2]
ROOMS = ("rules", "plan", "models", "usecases", "outputs", "flows", "console", "cli.py", "settings.py")
AREAS = ("request", "rules", "ledger", "verify", "flow", "notice", "cli")
CODE = re.compile(rf"(?:{'|'.join(AREAS)})\.[a-z_{{}}]+")


def sources() -> Iterator[tuple[Path, ast.AST]]:
    """Every node of every module that can refuse something."""
    for room in ROOMS:
        path = ROOT / room
        for file in [path] if path.is_file() else sorted(path.rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                yield file, node


def codes() -> set[str]:
    """Each code as it stands in the sources; in an f-string the blank stands as `*`."""
    found = set()
    for _, node in sources():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [str(each.value) if isinstance(each, ast.Constant) else "*" for each in node.values]
            found.add("".join(parts))
    return {each for each in found if re.fullmatch(rf"(?:{'|'.join(AREAS)})\.[a-z_*]*[a-z*]", each)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_a_text(lang: str) -> None:
    """A refusal without words would be a KeyError at the door."""
    assert len(codes()) > 50
    for code in codes():
        name, _, key = code.partition(".")
        pattern = re.escape(key).replace(r"\*", r"\w+")
        assert any(re.fullmatch(pattern, known) for known in area(name, lang)), code


def test_every_blank_of_a_text_is_given_where_it_is_raised() -> None:
    """`RequestRefused(code, unit=…)` must give what the text of `code` asks for; the sources say whether it does."""
    checked = 0
    for file, node in sources():
        if not isinstance(node, ast.Call) or not node.args or any(each.arg is None for each in node.keywords):
            continue
        first = node.args[0]
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str) and CODE.fullmatch(first.value)):
            continue
        name, _, key = first.value.partition(".")
        given = {each.arg for each in node.keywords} | dict_keys(node)
        for lang in LANGUAGES:
            needed = blanks(area(name, lang)[key])
            assert needed <= given, f"{file.name}:{node.lineno}: {first.value} lacks {needed - given}"
        checked += 1
    assert checked > 40


def dict_keys(call: ast.Call) -> set[str]:
    """Names given as a dictionary: `Fault(code, {"name": …})`; a fault of the ledger has its office and seq besides."""
    dicts = [each for each in call.args if isinstance(each, ast.Dict)]
    names = {key.value for each in dicts for key in each.keys if isinstance(key, ast.Constant)}
    return {str(each) for each in names} | ({"office", "seq"} if len(call.args) == 4 else set())


def blanks(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("name", [*AREAS, "print"])
def test_both_languages_have_the_same_keys_and_blanks(name: str) -> None:
    """English is a translation, not another program."""
    vietnamese, english = area(name, "vi"), area(name, "en")
    assert list(vietnamese) == list(english)
    assert {key: blanks(text) for key, text in vietnamese.items()} == {
        key: blanks(text) for key, text in english.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("phase", MOVES)
def test_an_illegal_move_says_what_is_allowed_in_words(phase: str, lang: str) -> None:
    """No code of a kind or phase reaches the reader; whatever the table allows can be said."""
    for code in ("request.illegal_move", "request.wrong_kind"):
        error = IllegalMove(code, kind="confirmed", phase=phase, allowed=sorted(MOVES[phase]), line=None)
        said = refusal(error, lang)
        assert "\n" not in said and "{" not in said and "_" not in said


def test_words_exist_for_all_that_the_rules_name() -> None:
    """Kinds of entry, phases, kinds of task, operators and states of targets, as the rules spell them."""
    from rules.targets import MET, NOT_MET, OPERATORS, UNKNOWN
    from rules.values import ANSWERS, BASES, CHECK_IN, KINDS

    keys = set(import_module("texts.vi.print").TEXTS)
    kinds = {kind for phase in MOVES.values() for kind in phase}
    assert {f"entry_{kind}" for kind in kinds} <= keys
    assert set(VERBS) <= kinds
    assert {f"phase_{phase}" for phase in MOVES} <= keys
    assert {f"kind_{kind}" for kind in (*KINDS, CHECK_IN)} <= keys
    assert {f"op_{each}" for each in OPERATORS} | {f"target_{each}" for each in (MET, NOT_MET, UNKNOWN)} <= keys
    assert {f"answer_{each}" for each in ANSWERS} <= keys
    assert set(BASES) <= set(area("state", "vi"))
