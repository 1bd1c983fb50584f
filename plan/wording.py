"""How words of an official text are compared: white space, tone placement and hyphens at line ends do not count."""

from __future__ import annotations

import hashlib
import re
from unicodedata import normalize

WORD = re.compile(r"\w+")

_BROKEN_HYPHEN = re.compile(r"(?<=\w)-\s+(?=\w)")

# Visits, gifts and examinations: a child in need would be in the picture (Luật Trẻ em 2016, Điều 21).
_VISITS = re.compile(r"\b(thăm|(tặng|trao|phát) quà|khám|tiêm|uống vitamin)\b")


def _placements() -> dict[str, str]:
    """«hoá» to «hóa», «uỷ» to «ủy»: one word in two spellings, both in one document (domain-facts section 7)."""
    first = {"o": "òóỏõọ", "u": "ùúủũụ"}
    second = {"a": "àáảãạ", "e": "èéẻẽẹ", "y": "ỳýỷỹỵ"}
    table: dict[str, str] = {}
    for lead, follow in ("oa", "oe", "uy"):
        for tone in range(5):
            late, early = lead + second[follow][tone], first[lead][tone] + follow
            table |= {form(late): form(early) for form in (str.lower, str.upper, str.capitalize)}
    return table


_EARLY = _placements()
_LATE = re.compile("|".join(_EARLY))


def collapse(text: str) -> str:
    """`text` with every run of white space as one blank."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """`text` for comparing: tone marks on the first of two vowels. Of collapsed text it keeps every offset."""
    return _LATE.sub(lambda found: _EARLY[found[0]], text)


def speaks_of_visits(title: str) -> bool:
    """Whether a task's title speaks of visits, gifts or examinations, where photographs would show children."""
    return bool(_VISITS.search(normalize("NFC", title).lower()))


def fold_quote(quote: str) -> str:
    """A quote for comparing: as `fold`, and a hyphen broken over a line end joined, as the source reader joins it."""
    return fold(_BROKEN_HYPHEN.sub("-", collapse(quote)))


def fingerprint(clause_text: str) -> str:
    """What a quote's clause said when the task was written: 16 hex digits over the folded words."""
    return hashlib.sha256(fold(collapse(clause_text)).encode()).hexdigest()[:16]
