"""A window as a person uses it: by the words on buttons, links and fields. Nothing is waited for but what is read."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.browser import judge
from tests.browser.others.driver import ELEMENT, Refused, Wire

PATIENCE = 8.0
"""Seconds until a page that does not show what it should is at fault."""

_SET = """const [field, value] = arguments;
field.value = value;
for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, {bubbles: true}));"""
_FIELD = "*[self::input or self::select or self::textarea]"


def quoted(words: str) -> str:
    """An XPath literal."""
    parts = words.split('"')
    return f'"{words}"' if len(parts) == 1 else "concat(" + ", '\"', ".join(f'"{each}"' for each in parts) + ")"


@dataclass
class Window:
    """One browser's window on one desk."""

    wire: Wire
    address: str

    def go(self, path: str) -> None:
        self.wire("go", url=self.address + path)

    def keep(self, cookie: dict[str, str]) -> None:
        """Hold this cookie, as after a sign-in."""
        self.wire("set_cookie", cookie={"name": cookie["name"], "value": cookie["value"], "path": "/"})

    def back(self) -> None:
        self.wire("back")

    def size(self, width: int, height: int) -> None:
        """The window's outer size; its bars have no width."""
        self.wire("resize", width=width, height=height)

    @property
    def path(self) -> str:
        """Where it is, below the desk's address."""
        return str(self.wire("where")).removeprefix(self.address)

    def run(self, script: str, *args: Any) -> Any:
        return self.wire("run", script=script, args=list(args))

    def all(self, path: str) -> list[dict[str, str]]:
        """The elements that an XPath finds, or a CSS selector."""
        using = "xpath" if path.startswith(("/", "(")) else "css selector"
        found: list[dict[str, str]] = self.wire("find", using=using, value=path)
        return found

    def one(self, path: str, number: int = 0) -> dict[str, str]:
        """The first that is there and shown, or the one after `number` others; waited for."""
        found: list[dict[str, str]] = []

        def there() -> bool:
            found[:] = [each for each in self.all(path) if self.shown(each)]
            return len(found) > number

        self.until(there, f"no {path} on {self.path}")
        return found[number]

    def shown(self, element: dict[str, str]) -> bool:
        return bool(self.run("return arguments[0].checkVisibility({visibilityProperty: true})", element))

    def click(self, path: str | dict[str, str]) -> None:
        """Tap it, once it stands still. A driver's own refusal is said where it lasts."""
        refusals: list[str] = []

        def tapped() -> bool:
            element = self.one(path) if isinstance(path, str) else path
            self.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
            try:
                self.wire("click", id=element[ELEMENT])
            except Refused as refused:
                refusals.append(str(refused))
                raise
            return True

        self.until(tapped, f"{path} cannot be tapped: {refusals[-1:]}")

    def press(self, words: str) -> None:
        """The button with these words."""
        self.click(f"//button[normalize-space()={quoted(words)}]")

    def unfold(self, words: str) -> None:
        """What is folded under these words."""
        self.click(f"//summary[contains(normalize-space(), {quoted(words)})]")

    def follow(self, words: str) -> None:
        """The link with these words, and behind them at most which work it is about."""
        said = "normalize-space(text()[normalize-space()])"
        self.click(f"//a[{said}={quoted(words)} or starts-with(normalize-space(), {quoted(words + ':')})]")

    def field(self, words: str, within: str = "") -> dict[str, str]:
        """The field whose label begins with these words."""
        label = f"label[starts-with(normalize-space(), {quoted(words)})]"
        return self.one(f"{within or '/'}/descendant::{label}/descendant::{_FIELD}")

    def fill(self, words: str, value: str, within: str = "") -> None:
        """Type it; a day and a choice are set as their pickers set them."""
        self.put(self.field(words, within), value)

    def put(self, element: dict[str, str], value: str) -> None:
        tag, kind = self.run("return [arguments[0].localName, arguments[0].type]", element)
        if tag == "select" or kind == "date":
            self.run(_SET, element, value)
            return
        if kind != "file":
            self.wire("clear", id=element[ELEMENT])
        self.wire("type", id=element[ELEMENT], text=value)

    def value(self, path: str) -> str:
        return str(self.run("return arguments[0].value", self.one(path)))

    def text(self, path: str = "main") -> str:
        """What is read there, folded or not."""
        return " ".join(str(self.run("return arguments[0].innerText", self.one(path))).split())

    def sees(self, path: str, words: str) -> None:
        """Wait until these words are there."""
        self.until(lambda: words in self.text(path), f"«{words}» is not in {path} on {self.path}")

    def comes_to(self, path: str) -> None:
        """Wait until the address ends or begins with it."""
        self.until(lambda: self.path.endswith(path) or self.path.startswith(path), f"not at {path} but {self.path}")

    def until(self, true: Callable[[], bool], why: str) -> None:
        """Raises AssertionError with `why` when it never comes true."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if true():
                    return
            except Refused as refused:
                if not refused.passing:
                    raise
            if time.monotonic() > end:
                raise AssertionError(why)
            time.sleep(0.1)

    def wrong(self, finger: int) -> list[str]:
        """What is laid out badly at this size: see `judge`."""
        width = self.run("return innerWidth")
        sideways = self.run(f"return ({judge.WIDE})(arguments[0])", width)
        small = self.run(f"return ({judge.SMALL})(arguments[0])", finger) if finger else []
        return [f"{width} px: {each}" for each in sideways + small]
