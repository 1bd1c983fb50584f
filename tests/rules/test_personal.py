"""What is warned of before it is recorded, and what is not."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.personal import signs


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Đã gọi số 0912 345 678", ("number",)),
        ("CCCD 001203004567", ("number",)),
        ("đã lập biên bản, nạn nhân sinh năm 2014", ("birthday",)),
        ("đến số nhà 12, ngõ 5", ("address",)),
        ("gặp ở 12 số 8 đường Quang Trung", ("address",)),
        ("học lớp 4A trường tiểu học", ("school",)),
        ("Trường THCS đã phối hợp", ("school",)),
        ("đã gặp cháu Lan và mẹ", ("name",)),
        ("bé gái Hoa, sinh ngày 2/3", ("birthday", "name")),
        ("Đã chuyển hồ sơ theo công văn 12/CV-CA ngày 20/5/2025", ()),
        ("Số 123/BC-UBND; họp lúc 14:30, 3 cháu được thăm", ()),
        ("Làm việc với nhà trường về trường hợp này", ()),
        ("con số thống kê 1.250 em", ()),
        ("", ()),
    ],
)
def test_what_may_tell_who_a_child_is(text: str, found: tuple[str, ...]) -> None:
    """Numbers, birthdays, addresses, schools and names are found in either form of Vietnamese letters; work is not."""
    assert signs(text) == found
    assert signs(normalize("NFD", text)) == found


@given(st.lists(st.one_of(st.none(), st.text()), max_size=4))
def test_any_text_is_looked_at(texts: list[str | None]) -> None:
    """Whatever is typed, there is an answer, made of known signs."""
    assert set(signs(*texts)) <= {"number", "birthday", "address", "school", "name"}


def test_two_fields_do_not_make_a_number() -> None:
    """Digits of two fields are not one number."""
    assert signs("12345", "67890") == ()
