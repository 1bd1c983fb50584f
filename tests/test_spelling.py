"""One way of placing tone marks in Vietnamese: hóa, khỏe, hủy; on the first of the two vowels that end a syllable.

Both ways are right («hoá», «hóa»), and texts that mix them look careless. This one is what official documents mostly
have and what the software's words mostly had. After «qu» the u is no vowel: quý, quỳ, quả. A name keeps the spelling of
the document that gives it: «Uỷ ban nhân dân», «Bộ phận Văn hoá và Thông tin».
"""

from __future__ import annotations

import re
from pathlib import Path
from unicodedata import normalize

import pytest

ROOT = Path(__file__).parents[1]
LATE = re.compile(r"\b(\w*(?<![qQ])(?:[oO][àáảãạèéẻẽẹ]|[uU][ỳýỷỹỵ]))\b(?=(\s?\w*))", re.IGNORECASE)
"""A syllable with the mark on the second vowel, and the word after it."""
READ = [
    *sorted(ROOT.glob("texts/vi/*.py")),
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("web/**/*.html")),
    *sorted(ROOT.glob("web/static/*.js")),
    *sorted(ROOT.glob("outputs/templates/*")),
]


@pytest.fixture(scope="module")
def document() -> str:
    """The words of the official document and the names of its units, in whatever spelling."""
    folder = ROOT / "plan" / "phu-la-2025"
    return " ".join(normalize("NFC", (folder / name).read_text("utf-8")) for name in ("source.txt", "units.yaml"))


def late(text: str, document: str) -> list[str]:
    """Syllables with the mark on the second vowel that no name of the document has before the same next word."""
    found = (" ".join("".join(each.groups()).split()) for each in LATE.finditer(normalize("NFC", text)))
    return [each for each in found if " " not in each or each not in document]


def test_the_rule_knows_what_it_forbids(document: str) -> None:
    """Open syllables only; three vowels, a final consonant and «qu» are not of it."""
    wrong = "hoá đơn, Tuỳ chọn, KHOẺ mạnh, thuỷ lợi, xoè ra, huỵ, toạ độ"
    assert len(late(wrong, document)) == 7
    right = "hóa tùy khỏe thủy xòe tọa quý quỹ quả hoàn khoản thuyền xoáy hoài tuyệt Uỷ ban, Văn hoá và, hoặc"
    assert late(right, document) == []


@pytest.mark.parametrize("file", READ, ids=lambda file: str(file.relative_to(ROOT)))
def test_tone_marks_stand_where_they_always_stand(file: Path, document: str) -> None:
    """In what people read: texts, pages, guides, decisions."""
    assert late(file.read_text("utf-8"), document) == []
