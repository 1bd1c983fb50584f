"""Bytes to text and YAML to plain values: every scalar is text, and what a plan may not contain is refused.

The normal path is one C parse and one pass over its nodes. PyYAML's own construction is slower and too clever for
official documents: it reads 17:00 as 1020 and `no` as false. Anchors, aliases and tags are looked for by a text search
first; only a file that could hold one pays for an event scan.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from plan.problems import Path, Problem

MAX_BYTES = 5 * 1024 * 1024
MAX_DEPTH = 40

_EMPTY = frozenset(("", "~", "null"))
_SUSPECT = re.compile(r"(?<![^\s\[{,:?-])[&*!]")
_TAB = re.compile(r"^ *\t+ *(?=[^\s#])", re.MULTILINE)

# TCVN3 (ABC) writes Vietnamese letters as single bytes from A1 up: read as Latin-1 they are signs that no language
# puts inside words. Its commonest letters: § Đ, ¨ ă, © â, ª ê, « ô, ¬ ơ, soft hyphen ư, ® đ, µ à, ¶ ả, · ã, ¸ á, ¹ ạ.
_TCVN3_SIGNS = frozenset(b"\xb8\xb5\xb6\xae\xb7\xb9\xac\xad\xa7\xa8\xa9\xaa\xab")

# libyaml's own words for the commonest slips, and our code for each.
_YAML_CODES = (
    ("mapping values are not allowed", "yaml_colon"),
    ("tab character", "tab"),
    ("'\\t'", "tab"),
    ("while scanning a quoted scalar", "yaml_quote"),
    ("did not find expected ',' or", "yaml_bracket"),
    ("while parsing a flow node", "yaml_bracket"),
    ("could not find expected ':'", "yaml_no_colon"),
    ("expected <block end>", "yaml_indent"),
    ("did not find expected", "yaml_indent"),
    ("cannot start any token", "yaml_start"),
    ("another document", "yaml_documents"),
    ("undefined alias", "alias"),
)


class Unreadable(Exception):
    """A file that gives no values; `problems` says why."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = problems


class _TooDeep(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


def decode(data: bytes, file: str) -> str:
    """The text in NFC. Raises Unreadable naming the encoding where it is not UTF-8."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _looks_utf16(data):
        raise Unreadable(Problem("utf16", file, 1))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        if _looks_tcvn3(data):
            raise Unreadable(Problem("tcvn3", file, line)) from None
        values = {"byte": f"0x{data[error.start]:02X}", "offset": error.start}
        raise Unreadable(Problem("not_utf8", file, line, values)) from None
    if "\0" in text:
        raise Unreadable(Problem("nul", file, text.count("\n", 0, text.index("\0")) + 1))
    return unicodedata.normalize("NFC", text)


def _looks_utf16(data: bytes) -> bool:
    head = data[:512]
    return len(head) >= 8 and head.count(0) * 3 >= len(head)


def _looks_tcvn3(data: bytes) -> bool:
    high = [byte for byte in data[:20000] if byte >= 0x80]
    return bool(high) and sum(byte in _TCVN3_SIGNS for byte in high) * 4 >= len(high)


class _NodeMixin:
    """A composer whose scalars all resolve to text, and which stops at MAX_DEPTH instead of overrunning the stack."""

    depth = 0

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        return "text"

    def descend_resolver(self, parent: Any, _index: object) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _TooDeep(parent.start_mark.line + 1)

    def ascend_resolver(self) -> None:
        self.depth -= 1


if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _Composer(_NodeMixin, CParser):
        pass

else:  # libyaml is in every wheel of PyYAML; a source build without it still reads plans, slowly.

    class _Composer(_NodeMixin, yaml.Loader):  # type: ignore[no-redef]
        pass


def compose(text: str, file: str) -> Node | None:
    """The document as nodes with marks; None where it is empty. Raises Unreadable."""
    _refuse_tabs(text, file)
    if ("&" in text or "*" in text or "!" in text) and _SUSPECT.search(text):
        _refuse_clever(text, file)
    try:
        node: Node | None = _Composer(text).get_single_node()
    except _TooDeep as error:
        raise Unreadable(Problem("too_deep", file, error.line, {"limit": MAX_DEPTH})) from None
    except yaml.YAMLError as error:
        raise Unreadable(_yaml_problem(error, text, file)) from None
    return node


def _refuse_tabs(text: str, file: str) -> None:
    if "\t" in text and (found := _TAB.search(text)):
        raise Unreadable(Problem("tab", file, text.count("\n", 0, found.start()) + 1))


def _refuse_clever(text: str, file: str) -> None:
    """Anchors, aliases and tags, by events: nothing is expanded, so a billion laughs costs one line."""
    found: list[Problem] = []
    try:
        events = _Composer(text)
        while events.check_event():
            event: Any = events.get_event()
            anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
            line = event.start_mark.line + 1 if event.start_mark else 1
            if anchor:
                sign = "*" if isinstance(event, yaml.AliasEvent) else "&"
                found.append(Problem("alias", file, line, {"name": sign + anchor}))
            elif tag:
                found.append(Problem("tag", file, line, {"name": tag}))
            if len(found) == 20:
                break
    except yaml.YAMLError as error:
        found.append(_yaml_problem(error, text, file))
    if found:
        raise Unreadable(*found)


def _yaml_problem(error: yaml.YAMLError, text: str, file: str) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        found = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
        at = found.start() if found else 0
        sign = f"U+{ord(text[at]):04X}" if found else "?"
        return Problem("yaml_character", file, text.count("\n", 0, at) + 1, {"sign": sign})
    mark = error.problem_mark or error.context_mark
    words = f"{error.context or ''} {error.problem or ''}"
    if "quoted scalar" in words and error.context_mark:
        mark = error.context_mark
    code = next((code for sign, code in _YAML_CODES if sign in words), "yaml")
    return Problem(code, file, mark.line + 1 if mark else 1, {"problem": error.problem or ""})


def values_of(node: Node | None, file: str, problems: list[Problem]) -> Any:
    """Plain dicts, lists and texts. Keys without a value are left out: an empty key is an unknown, not a value."""
    if node is None:
        return None
    return _value(node, file, problems)


def _value(node: Any, file: str, problems: list[Problem]) -> Any:
    held = node.value
    kind = node.__class__
    if kind is MappingNode:
        made = {}
        for key, each in held:
            value = each.value
            if value.__class__ is not str:
                value = _value(each, file, problems)
            elif value in _EMPTY and not (value and each.style):
                value = None
            made[key.value if key.__class__ is ScalarNode else None] = value
        if len(made) != len(held) or None in made:
            _keys(node, file, problems)
            made.pop(None, None)
        if None in made.values():
            made = {key: value for key, value in made.items() if value is not None}
        return made
    if kind is SequenceNode:
        return [each.value if each.__class__ is ScalarNode else _value(each, file, problems) for each in held]
    return None if held in _EMPTY and not (held and node.style) else held


def _keys(node: Node, file: str, problems: list[Problem]) -> None:
    seen: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            problems.append(Problem("key_not_text", file, line))
        elif key.value in seen:
            problems.append(Problem("duplicate_key", file, line, {"key": key.value, "first": seen[key.value]}))
        else:
            seen[key.value] = line


def line_of(node: Node | None, path: Path) -> tuple[int, bool]:
    """The line (1-based) of the value at `path`, or of the nearest thing above it; and whether it was found whole."""
    line = 1
    for step in path:
        found = _step(node, step)
        if found is None:
            return line, False
        line, node = found
    return line, True


def _step(node: Node | None, step: str | int) -> tuple[int, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None
