"""The pictures of the desk: well-formed, titled, escaped, without a style attribute, and true to their figures."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outputs import svg
from outputs.report_view import Counts

WEEKS = [date(2024, 12, 30) + timedelta(weeks=n) for n in range(53)]
MONTHS = [f"Th {n}" for n in range(1, 13)]
COUNTS = st.builds(Counts, *(st.integers(0, 300) for _ in range(4)))


def drawn(text: str) -> ElementTree.Element:
    """The picture as a tree; it has a role, a title, and nothing that a strict policy forbids."""
    tree = ElementTree.fromstring(text)
    assert tree.get("role") == "img"
    assert tree[0].tag == "title"
    assert tree[0].text
    assert not any("style" in each.attrib or each.tag in ("style", "script") for each in tree.iter())
    return tree


def year(spans: list[svg.Span], rows: list[svg.HeatRow]) -> ElementTree.Element:
    return drawn(svg.year(2025, WEEKS, spans, rows, date(2025, 5, 20), months=MONTHS, title="Năm", desc="Chữ"))


@given(COUNTS)
def test_a_bar_is_as_long_as_its_parts(counts: Counts) -> None:
    """The parts fill the bar exactly, in proportion; nothing at all leaves it empty."""
    parts = [each for each in drawn(svg.bar(counts, "Đơn vị")).iter("rect") if each.get("class") != "none"]
    widths = sum(float(each.get("width", 0)) for each in parts)
    assert widths == pytest.approx(120 if counts.total else 0, abs=0.1)
    assert len(parts) == sum(getattr(counts, name) > 0 for name, _ in svg.STATES)


def test_words_are_escaped() -> None:
    """A title with signs of markup stays text."""
    tree = drawn(svg.bar(Counts(1, 0, 0, 0), 'a < b & "c"'))
    assert tree[0].text == 'a < b & "c"'


@given(st.lists(st.integers(0, 400), min_size=1, max_size=53), st.data())
def test_a_sparkline_stays_within_its_frame(due: list[int], data: st.DataObject) -> None:
    """Every point lies in the drawing, and the line of what is done ends where it was cut."""
    done = data.draw(st.lists(st.integers(0, 400), max_size=len(due)))
    tree = drawn(svg.sparkline(due, done, "Đơn vị"))
    lines = {each.get("class"): (each.get("points") or "").split() for each in tree.iter("polyline")}
    assert len(lines["due"]) == len(due)
    assert len(lines.get("done", [])) == len(done)
    for points in lines.values():
        for each in points:
            x, y = map(float, each.split(","))
            assert 0 <= x <= 120.1
            assert 0 <= y <= 23


def test_an_overdue_week_says_how_many() -> None:
    """What colour says a number or a shape says, too: it is read in print without colour."""
    row = svg.HeatRow(
        "Tổ dân phố", {0: Counts(1, 0, 0, 2), 5: Counts(0, 3, 0, 0), 9: Counts(0, 0, 1, 0)}, {0: "tuần 1"}
    )
    groups = {each.get("class"): each for each in year([], [row]).iter("g")}
    assert [each.text for each in groups["week x"].iter("text")] == ["2"]
    assert groups["week x"][0].text == "tuần 1"
    assert len(list(groups["week l"].iter("path"))) == 1
    assert list(groups["week o"].iter("text")) == []


def test_periods_that_meet_stand_in_lanes_of_their_own() -> None:
    """No period and no label covers another, nor runs out of the drawing."""
    spans = [
        svg.Span("Tháng hành động vì trẻ em", date(2025, 6, 1), date(2025, 6, 30), "p", "a"),
        svg.Span("Hè", date(2025, 6, 1), date(2025, 8, 31), "p", "b"),
        svg.Span("Uống Vitamin A, đợt 2", date(2025, 12, 1), date(2025, 12, 2), "p", "c"),
        svg.Span("Năm sau", date(2026, 2, 1), date(2026, 2, 2), "p", "d"),
    ]
    tree = year(spans, [])
    groups = [each for each in tree.iter("g") if "span" in str(each.get("class"))]
    assert [each[0].text for each in groups] == ["a", "b", "c"]
    tops = [float(each[1].get("y", 0)) for each in groups[:2]]
    assert tops[0] != tops[1]
    late = groups[-1]
    assert late[2].get("text-anchor") == "end"
    width = float((tree.get("viewBox") or "").split()[2])
    assert all(float(each[1].get("x", 0)) + float(each[1].get("width", 0)) <= width for each in groups)


def test_today_is_drawn_only_within_the_year() -> None:
    """The line of the day stands in its year and not beside it."""
    here = svg.year(2025, WEEKS, [], [], date(2025, 5, 20), months=MONTHS, title="a", desc="")
    gone = svg.year(2025, WEEKS, [], [], date(2027, 5, 20), months=MONTHS, title="a", desc="")
    assert 'class="today"' in here
    assert 'class="today"' not in gone


def test_values_show_what_was_asked() -> None:
    """A dashed line at the value that is asked, a point for each that was measured; nothing of nothing."""
    points = [svg.Point(date(2025, 5, 1), 90, "một"), svg.Point(date(2025, 8, 1), 100, "hai")]
    tree = drawn(svg.values(points, 100, "Chỉ tiêu"))
    asked = next(each for each in tree.iter("line"))
    latest = list(tree.iter("circle"))[-1]
    assert asked.get("y1") == latest.get("cy")
    assert svg.values([], 100, "Chỉ tiêu") == ""
