"""Every text that people read, Vietnamese first, English beside it.

A key is `area.name`; an area is a module of `texts.vi` and of `texts.en` with one dict TEXTS of str.format templates.
Areas load when first asked for, so a command pays only for the words it says.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

LANGUAGES = ("vi", "en")


@cache
def area(name: str, lang: str) -> dict[str, str]:
    """The templates of one area; KeyError-free: an unknown area is a programming error and raises ImportError."""
    texts: dict[str, str] = import_module(f"texts.{lang}.{name}").TEXTS
    return texts


def say(key: str, lang: str = "vi", /, **values: object) -> str:
    """The text of `key` in `lang`, its blanks filled."""
    name, _, rest = key.partition(".")
    return area(name, lang)[rest].format(**values)
