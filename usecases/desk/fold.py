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


_LETTERS = {letter: chr(n) for n, letter in enumerate(" 0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", 1)}
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")


def alphabetical(text: str) -> tuple[str, str]:
    """What to sort by so that names stand as in a Vietnamese list: a, ă, â, b, c, d, đ, e, ê… and the tones last."""
    bare = normalize("NFC", "".join(each for each in normalize("NFD", text.casefold()) if each not in _TONES))
    return "".join(_LETTERS[each] for each in bare if each in _LETTERS), text
