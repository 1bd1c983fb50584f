"""Tables for people: aligned in a pipe whatever the letters, coloured on a terminal, the same words in both."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs.tables import STYLES, Cell, Table, coloured, plain, width
from texts import LANGUAGES, area

WORDS = st.text(st.sampled_from("aâăđêôơưạệữ Ủ12—/(,)"), max_size=24).map(str.strip)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=1, max_size=6), st.booleans())
def test_columns_stand_under_one_another(rows: list[tuple[str, str, str]], decomposed: bool) -> None:
    """The line under the headings gives the columns; each cell lies within its own, also in NFD."""
    form = "NFD" if decomposed else "NFC"
    rows = [tuple(unicodedata.normalize(form, cell) for cell in row) for row in rows]  # type: ignore[misc]
    lines = plain(Table(("Mã", "Nội dung", "Số"), rows, numbers=frozenset({2}))).split("\n")
    ruler = lines[1]
    first, second, third = (len(each) for each in ruler.split("  "))
    for row, line in zip(rows, lines[2:], strict=True):
        assert line == line.rstrip() and width(line) <= width(ruler)
        padded = unicodedata.normalize("NFC", line).ljust(len(ruler))
        cells = [unicodedata.normalize("NFC", cell) for cell in row]
        assert padded[:first].rstrip() == cells[0]
        assert padded[first + 2 : first + 2 + second].rstrip() == cells[1]
        assert padded[first + second + 4 :][:third].strip() == cells[2]


def test_a_long_heading_goes_on_below() -> None:
    """It never widens a narrow column of figures, and no word of it is lost."""
    head = "Chưa hoàn thành, trong hạn"
    lines = plain(Table(("Đơn vị", head), [("Công an", "3")], numbers=frozenset({1}))).split("\n")
    assert len(lines) > 3 and max(map(width, lines)) < 32
    assert " ".join(" ".join(lines[:-2]).split()).replace("Đơn vị ", "") == head


def test_wide_and_combining_letters_count_as_a_screen_does() -> None:
    """A combining mark takes no column, a wide letter two."""
    assert width("Ủy") == width(unicodedata.normalize("NFD", "Ủy")) == 2
    assert width("年") == 2


def test_colours_add_nothing_but_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every word of the plain table stands on the terminal; square brackets are no markup there."""
    monkeypatch.setenv("COLUMNS", "100")
    table = Table(
        ("Việc", "Tình trạng"), [("[phường] x", Cell("quá hạn 8 ngày", "overdue")), ("Cộng", "1")], total=True
    )
    stream = io.StringIO()
    coloured(table, stream)
    words = plain(table).replace("-", " ").split()
    assert all(word in stream.getvalue() for word in words)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_coloured_status_has_words(lang: str) -> None:
    """A colour for a status that nothing says would be a colour nobody can read."""
    assert set(STYLES) <= set(area("state", lang))
