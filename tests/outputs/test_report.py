"""The progress report: every figure sums, relations choose the words, nothing leaves the file, text stays text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outputs.figures import number, percent, share
from outputs.report import basis, deadline, markdown, report, told
from outputs.report_view import Counts, ReportView, Told, UnitRow
from tests.outputs.report_views import AS_OF, CHECK_IN, INDICATORS, RETURNED, SILENT, VIEW

VOID = {"meta", "br"}


class Page(HTMLParser):
    """The document as rows of cells by section, checking on the way that every tag is closed in its place."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[tuple[str, str, list[str]]] = []
        self.section = ""
        self.text: dict[str, str] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.attributes.append((tag, known))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "section":
            self.section = known["id"] or ""
        elif tag == "tr":
            self.rows.append((self.section, known.get("class") or "", []))
        elif tag in ("td", "th"):
            self.rows[-1][2].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text[self.section] = self.text.get(self.section, "") + data
        if self.open and ("td" in self.open or "th" in self.open):
            self.rows[-1][2][-1] += data

    def columns(self, name: str) -> list[list[int]]:
        """Where each row of the unit table has cells of a class."""
        rows: list[list[int]] = []
        seen = 0
        for tag, known in self.attributes:
            if tag == "tr":
                rows.append([])
                seen = 0
            elif tag in ("td", "th"):
                rows[-1] += [seen] if name in (known.get("class") or "").split() else []
                seen += 1
        return rows[: 1 + sum(section == "units" and kind not in ("", "asked") for section, kind, _ in self.rows)]

    def figures(self, kind: str) -> list[list[int]]:
        """The numbers of the rows of the unit table that bear a class: four cells and the total."""
        return [
            [int(cell) for cell in cells[2:7]]
            for section, known, cells in self.rows
            if section == "units" and known == kind
        ]


def add(rows: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def page(view: ReportView = VIEW, lang: str = "vi") -> Page:
    return Page(report(view, lang, "html"))


def body(view: ReportView, lang: str = "vi") -> str:
    """All words of the page's body, style left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", report(view, lang, "html").split("</head>")[1]).split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_figure_of_the_unit_table_sums(lang: str) -> None:
    """Own units and cases make the total, members their group, four cells a row; the top says the same."""
    shown = page(lang=lang)
    [total], [group] = shown.figures("sum"), shown.figures("group")
    assert add(shown.figures("alone") + shown.figures("member") + shown.figures("cases")) == total
    assert add(shown.figures("member")) == group
    for kind in ("alone", "member", "group", "cases", "sum"):
        assert all(sum(row[:4]) == row[4] for row in shown.figures(kind))
    assert [int(each) for each in re.findall(r"<li class=\"\w+\"><b>(\d+)</b>", report(VIEW, lang, "html"))] == total[
        :4
    ]


counts = st.builds(Counts, *[st.integers(0, 400)] * 4)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(counts, st.booleans(), st.sampled_from(["", "Nhóm A", "Nhóm B"])), min_size=1, max_size=8),
    counts,
)
def test_sums_hold_for_any_plan(units: list[tuple[Counts, bool, str]], cases: Counts) -> None:
    """Whatever the units' cells are, the total is own units plus cases, and requested units stand apart."""
    rows = [
        UnitRow(f"Đơn vị {n}", each, "đề nghị" if asked else "trực thuộc", group)
        for n, (each, asked, group) in enumerate(units)
    ]
    shown = page(replace(VIEW, units=tuple(rows), cases=cases))
    assert (
        add(shown.figures("alone") + shown.figures("member") + shown.figures("cases") + [[0] * 5])
        == shown.figures("sum")[0]
    )
    assert sum(known == "asked" for _, known, _ in shown.rows) == sum(asked for _, asked, _ in units)


def test_both_forms_say_the_same_figures() -> None:
    """Each row of the HTML unit table stands in the Markdown, cell by cell."""
    lines = [
        re.split(r"\s*\|\s*", line.strip("| "))
        for line in report(VIEW, "vi", "md").splitlines()
        if line.startswith("|")
    ]
    in_markdown = {tuple(cells[1:7]) for cells in lines if len(cells) >= 7}
    rows = [
        cells
        for section, known, cells in page().rows
        if section == "units" and known in ("alone", "member", "group", "sum")
    ]
    assert len(rows) == 7
    assert {tuple(cells[2:8]) for cells in rows} <= in_markdown


def test_percentages_bear_their_denominator() -> None:
    """No percentage of progress stands without what it is of: in the sentence and in every row."""
    assert "Đã hoàn thành 12/15 nhiệm vụ (80,0%; mẫu số 15 = 12 đã hoàn thành + 3 chưa hoàn thành quá hạn)" in body(
        VIEW
    )
    assert "12/15 tasks done (80.0%; the denominator 15 = 12 done + 3 open and overdue)" in body(VIEW, "en")
    for _, known, cells in page().rows:
        if known in ("alone", "member", "group", "cases", "sum"):
            assert re.fullmatch(r"\d+/\d+ \(\d+(,\d)?%\)|—", cells[7])


@pytest.mark.parametrize(
    ("part", "whole", "vi", "en"),
    [
        (22, 24, "91,7%", "91.7%"),
        (1, 1, "100%", "100%"),
        (0, 4, "0%", "0%"),
        (2999, 3000, "99,9%", "99.9%"),
        (1, 5000, "0,1%", "0.1%"),
        (1, 8, "12,5%", "12.5%"),
        (0, 0, None, None),
    ],
)
def test_percent_never_rounds_away_what_is_late(part: int, whole: int, vi: str | None, en: str | None) -> None:
    """A comma in Vietnamese, a point in English; 100% only when nothing is missing; none where nothing was due."""
    assert (percent(part, whole, "vi"), percent(part, whole, "en")) == (vi, en)
    assert share(part, whole, "vi") == (f"{part}/{whole} ({vi})" if vi else "—")


def test_requested_units_are_never_overdue_nor_returned() -> None:
    """Of a body that is only requested the report says «chưa phản hồi», outside every percentage."""
    returned = replace(SILENT, id="x/doan-thanh-nien/2025", status="returned", title="Hội trại", days_late=3)
    alone = replace(VIEW, units=(VIEW.units[-1],), items=(SILENT, returned), cases=Counts(), rounds=(), targets=())
    said = body(alone)
    sections = page(alone).text
    assert "chưa phản hồi" in sections["overdue"]
    assert "Đoàn Thanh niên" not in sections["returned"]
    assert "quá hạn 3 ngày" not in said
    assert "trả lại, quá hạn" not in said
    assert "%" not in sections["units"]
    assert [cells for _, known, cells in page(alone).rows if known == "asked"] == [["Đoàn Thanh niên", "1", "6", "2"]]


def test_the_most_serious_comes_first_with_who_was_told() -> None:
    """What a higher body set leads, then the longest overdue; each with the rung reached, who was told, who is next."""
    longer = replace(CHECK_IN, id="cap-nhat/to-dan-pho-03/dot-1", unit="Tổ dân phố số 3", days_late=15)
    view = replace(VIEW, items=(CHECK_IN, longer, INDICATORS))
    assert [each.unit for each in view.overdue] == ["Bộ phận LĐ-TB&XH", "Tổ dân phố số 3", "Tổ dân phố số 7"]
    said = " ".join(page(view).text["overdue"].split())
    assert said.index("Bộ phận LĐ-TB&XH") < said.index("Tổ dân phố số 3") < said.index("Tổ dân phố số 7")
    assert "Đã nhắc: Trưởng bộ phận ngày 13/05/2025; Văn phòng ngày 19/05/2025." in said
    assert "Bậc đôn đốc đã tới: Văn phòng. Tiếp theo: Phó Chủ tịch phụ trách, ngày 26/05/2025." in said
    assert "Chưa nhắc ai." in said
    again = replace(INDICATORS, told=(*INDICATORS.told, Told("Văn phòng", date(2025, 5, 20))))
    assert "Trưởng bộ phận ngày 13/05/2025; Văn phòng ngày 19/05/2025, 20/05/2025." in told(again, "vi")


def test_a_returned_item_past_its_day_is_listed_as_overdue_too() -> None:
    """Returned is open: after its last day it stands in both lists, with the days counted."""
    late = replace(RETURNED, last_day=date(2025, 5, 18), days_late=2)
    view = replace(VIEW, items=(late,))
    assert view.overdue == view.returned == [late]
    assert "trả lại, quá hạn 2 ngày" in page(view).text["overdue"]


def test_dates_tell_where_they_come_from_and_who_set_them() -> None:
    """The document's own words, the basis, its article or document, and the setter, which is not said twice."""
    assert deadline(INDICATORS, "vi") == "12/05/2025 («trước ngày 13/5/2025»)"
    assert basis(INDICATORS, "vi") == "ghi trong văn bản; cấp trên ấn định"
    assert basis(INDICATORS, "en") == "stated in the document; set by the higher level"
    assert basis(CHECK_IN, "vi") == "Văn phòng ấn định; 12/TB-UBND ngày 03/3/2025"
    assert [each.id for each in VIEW.dated] == [INDICATORS.id]


def test_the_form_of_an_official_document_is_left_open_for_people() -> None:
    """Nghị định 30/2020: motto, issuing body, period; number, day and signature are for the clerk and who signs."""
    for form in ("md", "html"):
        text = report(VIEW, "vi", form)  # type: ignore[arg-type]
        assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text
        assert "Độc lập - Tự do - Hạnh phúc" in text
        assert "Số:      /BC-UBND" in text
        assert "Phú La, ngày      tháng      năm 2025" in text
        assert "tính đến ngày 20/05/2025" in text
        assert "Kính gửi: UBND quận Hà Đông" in text
        assert "TM. ỦY BAN NHÂN DÂN" in text
        assert "Lưu: VT." in text
        assert "Số liệu ví dụ" in text
        assert "chưa đánh giá được" in text
        assert "chưa có số liệu năm 2024" in text
        assert "bút toán số 117" in text


def test_the_page_is_whole_and_calls_nobody() -> None:
    """No script, no address, no file beside it: style inline, dark and print styles in it."""
    text = report(VIEW, "vi", "html")
    for tag, attributes in page().attributes:
        assert tag not in ("script", "link", "img", "iframe", "object")
        assert not {"src", "href", "onclick", "onload", "srcset"} & set(attributes)
    assert not re.search(r"https?:|url\(|@import|//[a-z]", text)
    assert "@media print" in text
    assert "prefers-color-scheme: dark" in text


def test_a_column_hidden_on_paper_is_hidden_whole() -> None:
    """The bars are left out in print, head and cells alike: else every figure would stand under its neighbour."""
    assert ".bar, .progress { display: none; }" in report(VIEW, "vi", "html").split("@media print")[1]
    rows = page().columns("progress")
    assert len(rows) == 9
    assert all(row == [1] for row in rows)


def test_what_people_typed_stays_text() -> None:
    """Markup in a note or a unit's name is shown, never obeyed, in HTML and in Markdown."""
    nasty = "<img src=x onerror=alert(1)> **đậm** | [x](y) {{ view }} &amp;"
    view = replace(VIEW, office=nasty, items=(replace(RETURNED, note=nasty + "\nhai dòng", unit=nasty),))
    shown = page(view)
    assert nasty in shown.text["returned"]
    assert all(tag != "img" for tag, _ in shown.attributes)
    text = report(view, "vi", "md")
    [line] = [each for each in text.splitlines() if "hai dòng" in each]
    assert r"\<img src=x onerror=alert(1)\> \*\*đậm\*\* \| \[x\](y) {{ view }} \&amp; hai dòng" in line


def test_an_empty_plan_gives_a_whole_report() -> None:
    """Nothing to report is said in words; no division by nothing, no empty heading."""
    empty = ReportView("UBND xã Ví Dụ", "Ví Dụ", "Kế hoạch", AS_OF, units=())
    assert "Chưa có nhiệm vụ nào." in body(empty)
    assert "Không có nhiệm vụ nào quá hạn." in body(empty)
    only_open = replace(empty, units=(UnitRow("Trạm Y tế", Counts(open_in_time=3)),))
    assert "Chưa có nhiệm vụ nào hoàn thành hoặc quá hạn, nên chưa có tỷ lệ." in body(only_open)


@pytest.mark.parametrize(("value", "vi", "en"), [(1234.5, "1.234,5", "1,234.5"), (10.0, "10", "10"), (None, "—", "—")])
def test_numbers_as_each_reader_writes_them(value: float | None, vi: str, en: str) -> None:
    """Vietnamese writes a decimal comma and groups by points."""
    assert (number(value, "vi"), number(value, "en")) == (vi, en)


def test_the_same_view_gives_the_same_bytes() -> None:
    """A report that nothing changed is not a new report."""
    assert report(VIEW, "vi", "html") == report(replace(VIEW), "vi", "html")


@settings(max_examples=50)
@given(st.text())
def test_markdown_cells_stay_in_their_line(text: str) -> None:
    """No typed text can end its table cell or its line."""
    made = str(markdown(text))
    assert not {"\n", "\r"} & set(made)
    assert not re.search(r"(?<!\\)(\\\\)*\|", made)


def test_lines_of_a_round_add_up() -> None:
    """Answered lines and lines without an answer are all the lines."""
    first = VIEW.rounds[0]
    assert first.done + first.planned + first.nothing + first.not_yet + first.silent == first.lines


@pytest.mark.parametrize("units", [VIEW.units, [each for each in VIEW.units if not each.requested]])
def test_every_heading_stands_apart(units: list[UnitRow]) -> None:
    """Readers of Markdown take a heading for text where no empty line is before it."""
    text = report(replace(VIEW, units=units), "vi", "md")
    assert re.findall(r"^.+\n#.*$", text, re.MULTILINE) == []
