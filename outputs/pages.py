"""The Jinja environment of what is written from templates here: reports and digests."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, select_autoescape

_TEMPLATES = Path(__file__).parent / "templates"


@cache
def template(name: str, finalize: Callable[[object], object] | None = None) -> Template:
    """A template of this room; `finalize` has the last word on every value. A blank that nobody fills raises."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=finalize,
    )
    return environment.get_template(name)
