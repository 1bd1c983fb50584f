"""Numbers of documents as people type them."""

from __future__ import annotations

from unicodedata import normalize

import pytest

from rules import documents


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12/BC-TDP", "12/BC-TDP"),
        ("Số: 123/BC-TDP ngày 5/5", "123/BC-TDP ngày 5/5"),
        (normalize("NFD", "số 07 / BC – TDP"), "07/BC-TDP"),
        ("Số.09/2025/QĐ-UBND", "09/2025/QĐ-UBND"),
        ("12a/KH-UBND", "12a/KH-UBND"),
        ("12/BC‑TDP", "12/BC-TDP"),
    ],
)
def test_a_number_is_kept_plain(typed: str, kept: str) -> None:
    """Whatever was pasted around it, it is the number and sign, and known for one."""
    assert documents.plain(typed) == kept
    assert documents.is_number(typed)


@pytest.mark.parametrize(
    "typed", ["20/5", "5/5/2025", "12 cháu", "7/12 cháu đã nhận quà", "số nhà 5", "", "12/", "/BC"]
)
def test_a_sentence_or_a_day_is_no_number(typed: str) -> None:
    """What is no number stays a note."""
    assert not documents.is_number(typed)


def test_other_words_stay() -> None:
    """Nothing that was said is lost."""
    assert documents.plain("Số nhà 5, gửi sau") == "Số nhà 5, gửi sau"
