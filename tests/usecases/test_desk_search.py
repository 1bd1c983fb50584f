"""Searching, the weeks of a year, and what is new since the last visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from usecases.desk.fold import folded, found_in
from usecases.desk.visits import PAUSE, visit
from usecases.desk.weeks import monday, place, weeks_of

NOW = datetime(2025, 8, 20, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("to dan pho 7", "Tổ dân phố số 7", True),
        ("tổ dân phố 7", "TO DAN PHO SO 7", True),
        ("đôn đốc", "don doc", True),
        ("Don Doc", "Đôn đốc", True),
        ("hoá", "văn hóa", True),
        ("LĐ-TB&XH", "Bộ phận LĐ-TB&XH", True),
        ("25/BC-UBND", "Số: 25/BC-UBND", True),
        ("bao cao", "Báo cáo", True),
        ("ao", "Báo cáo", False),
        ("to 17", "Tổ dân phố số 7", False),
    ],
)
def test_a_search_finds_with_or_without_marks(query: str, text: str, found: bool) -> None:
    """Both sides are folded; a word of the query begins a word of the text."""
    assert found_in(folded(query), folded(text)) is found


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạắằẳẵặấầẩẫậéèẻẽẹíìỉĩịóòỏõọúùủũụ ĐÁÀ-.&", max_size=40))
def test_folding_forgets_case_form_and_marks(text: str) -> None:
    """NFC, NFD and capitals are one; folded text folds to itself and is plain."""
    assert folded(text) == folded(normalize("NFD", text)) == folded(text.upper()) == folded(folded(text))
    assert folded(text).isascii()


@given(st.dates(date(1980, 1, 1), date(2080, 12, 31)))
def test_every_day_is_in_one_week_of_its_year(day: date) -> None:
    """Weeks begin on Mondays, follow one another and hold every day of the year."""
    weeks = weeks_of(day.year)
    assert all(each.weekday() == 0 for each in weeks)
    assert all(later - earlier == timedelta(weeks=1) for earlier, later in pairwise(weeks))
    n = place(weeks, day)
    assert n is not None
    assert weeks[n] == monday(day)
    assert place(weeks, weeks[0] - timedelta(days=1)) is None
    assert place(weeks, weeks[-1] + timedelta(days=7)) is None


def test_news_stay_while_the_visit_lasts() -> None:
    """A page loaded again still shows what was new; after a pause it is the last visit's end that counts."""
    first = visit("", 10, NOW)
    assert first.since is None
    again = visit(first.keep, 14, NOW + timedelta(minutes=PAUSE))
    assert again.since == 10
    longer = visit(again.keep, 15, NOW + timedelta(minutes=2 * PAUSE))
    assert longer.since == 10
    next_day = visit(longer.keep, 20, NOW + timedelta(days=1))
    assert next_day.since == 15


@given(st.text(max_size=40))
def test_what_a_reader_keeps_can_be_anything(kept: str) -> None:
    """A forged or broken text is read as none, or as a seq of the ledger; nothing fails."""
    found = visit(kept, 10, NOW)
    assert found.since is None or 0 <= found.since <= 10
