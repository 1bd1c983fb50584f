"""Search in Vietnamese with or without marks: both sides are folded to plain letters, «đ» to «d», before they meet."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_BETWEEN = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Small letters without marks, words parted by one blank: «Tổ dân phố số 7» is «to dan pho so 7».

    Whatever the tone placement («hoá», «hóa») or the form of Unicode.
    """
    plain = "".join(each for each in normalize("NFKD", text.casefold()) if not combining(each))
    return _BETWEEN.sub(" ", plain.replace("đ", "d")).strip()


def found_in(query: str, text: str) -> bool:
    """Whether every word of the folded `query` begins a word of the folded `text`, in any order."""
    within = f" {text}"
    return all(f" {word}" in within for word in query.split())
