"""A browser as far as tests need one: it keeps cookies, follows nothing by itself, and fills in forms it has read."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import httpx

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})


@dataclass
class Element:
    """One element with what it stands in."""

    tag: str
    attrs: dict[str, str | None]
    inside: list[Element] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs), list(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs), list(self._open)))

    def handle_endtag(self, tag: str) -> None:
        for n in range(len(self._open) - 1, -1, -1):
            if self._open[n].tag == tag:
                del self._open[n:]
                return

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data


def elements(page: httpx.Response) -> list[Element]:
    """Every element of a page, in its order."""
    reader = _Reader()
    reader.feed(page.text)
    return reader.elements


def form_fields(page: httpx.Response, action: str | None = None) -> dict[str, str]:
    """The fields of a page's first form to `action` (None: to its own address) as a browser would send it untouched."""
    found: dict[str, str] = {}
    every = elements(page)
    form = next((each for each in every if each.tag == "form" and each.attrs.get("action") == action), None)
    for each in every:
        if form is None or not any(outer is form for outer in each.inside):
            continue
        name, kind = each.attrs.get("name"), each.attrs.get("type") or ""
        if each.tag == "input" and name and kind not in ("radio", "checkbox", "file"):
            found[name] = each.attrs.get("value") or ""
        elif (each.tag == "input" and name and "checked" in each.attrs) or (each.tag == "textarea" and name):
            found[name] = each.attrs.get("value") or each.text
    return found


@dataclass
class Browser:
    """One person's browser."""

    client: httpx.Client

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, str], **more: Any) -> httpx.Response:
        """Exactly this, as no form of ours might send it."""
        return self.client.post(path, data=data, **more)

    def send(self, path: str, filled: dict[str, str], *, at: str | None = None, **more: Any) -> httpx.Response:
        """Read the form at `path` (or `at`), fill it in and send it."""
        fields = form_fields(self.get(at or path))
        return self.post(path, fields | filled, **more)
