"""Words that may tell who a child is: a number, an address, a school, a birthday, a name after «cháu».

A warning for who types, never a refusal and never a judgement: it knows no names, so it misses some and finds others
where nobody is meant. Source: design section 6, «no child's personal data is asked for anywhere»; Luật Trẻ em 2016,
Điều 6 khoản 11 and Điều 21.
"""

from __future__ import annotations

import re
from unicodedata import normalize

_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚĂĐĨŨƠƯẠ-Ỹ"
_NAME = rf"[{_UPPER}]\w+"

_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # Identity papers have 9 or 12 digits, telephones 10; written with or without dots and blanks.
    ("number", re.compile(r"(?<![\d/-])\d(?:[ .]?\d){8,}(?![\d/])")),
    ("birthday", re.compile(r"(?i:\bsinh (?:ngày|năm|tháng)|\bngày sinh|\bnăm sinh)")),
    ("address", re.compile(r"(?i:\bsố nhà|\bngõ|\bngách|\bhẻm|\bkiệt|\bsố \d+[a-z]? (?:phố|đường))(?!\w)")),
    ("school", re.compile(rf"(?i:\btrường|\blớp)\s+(?:(?i:mầm non|tiểu học|thcs|thpt|mẫu giáo)\b|\d|{_NAME})")),
    ("name", re.compile(rf"\b(?:[Cc]háu|[Ee]m|[Bb]é|[Cc]on)\s+(?:(?:trai|gái|tên(?: là)?)\s+)?{_NAME}")),
)


def signs(*texts: str | None) -> tuple[str, ...]:
    """What in these texts may tell who somebody is: `number`, `birthday`, `address`, `school`, `name`, in that order.

    A document's number and a date are no such number.
    """
    whole = normalize("NFC", "\n".join(each for each in texts if each))
    return tuple(code for code, pattern in _SIGNS if pattern.search(whole))


_WORD = re.compile(r"\w+")
_RUN = 3
"""So many words running are no chance: «tên trẻ em» may be, a name with what stands before it is not."""


def repeats(reason: str, erased: str) -> bool:
    """Whether a reason for erasing says again what is erased: three words of it running (all of a shorter text), a
    number, or a word that both write with a capital. It errs towards saying so: a reason can be put in general words.
    """
    said, gone = (_WORD.findall(normalize("NFC", each)) for each in (reason, erased))
    runs = min(_RUN, len(gone))
    if runs and _runs(said, runs) & _runs(gone, runs):
        return True
    told = {each for each in gone if each[0].isupper() or each.isdecimal()}
    return any(each in told for at, each in enumerate(said) if at or each.isdecimal())


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    low = [each.casefold() for each in words]
    return {tuple(low[at : at + length]) for at in range(len(low) - length + 1)}
