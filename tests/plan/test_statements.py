"""Dates as official texts write them, with the operator's own words before them."""

from __future__ import annotations

from datetime import date, time

import pytest

from plan.statements import Quotes, judge, statements
from rules.deadlines import Before, By, Every, In, Lunar, Operator, Window, Within

MAY_14 = date(2025, 5, 14)


@pytest.mark.parametrize(
    ("text", "op", "day"),
    [
        ("trước ngày 14/5/2025", "before", MAY_14),
        ("Trước ngày 14/05/2025", "before", MAY_14),
        ("trước 14/5", "before", MAY_14),
        ("trước ngày 14-5-2025", "before", MAY_14),
        ("trước ngày 14.5.2025", "before", MAY_14),
        ("trước ngày 14 tháng 5 năm 2025", "before", MAY_14),
        ("trước ngày 05/5", "before", date(2025, 5, 5)),
        ("đến hết ngày 14/5/2025", "by", MAY_14),
        ("chậm nhất ngày 14/5/2025", "by", MAY_14),
        ("chậm nhất là ngày 14/5/2025", "by", MAY_14),
        ("chậm nhất vào ngày 14/5/2025", "by", MAY_14),
        ("không quá ngày 14/5/2025", "by", MAY_14),
        ("trước 17 giờ ngày 14/5/2025", "hour", MAY_14),
        ("trước 16g30 ngày 14/5/2025", "hour", MAY_14),
        ("từ ngày 14/5/2025", "from", MAY_14),
        ("theo Công văn ngày 14/5/2025", "", MAY_14),
        ("sau ngày 14/5/2025", "", MAY_14),
    ],
)
def test_spellings(text: str, op: str, day: date) -> None:
    """Each spelling gives its day and operator; a missing year is the plan's."""
    (found,) = statements(f"Báo cáo ({text}).", 2025)
    assert (found.op, found.day) == (op, day)
    if op:
        assert found.words == text


@pytest.mark.parametrize(
    "text",
    [
        "Nghị quyết số 121/2020/QH14",
        "Nghị định số 56/2017/NĐ-CP",
        "Chỉ thị số 28-CT/TW",
        "điện thoại 0243.2233.111",
        "giai đoạn 2021 - 2030",
        "trước ngày 30/2/2025",
        "tháng 5/2025",
    ],
)
def test_what_is_no_date(text: str) -> None:
    """Numbers of documents, telephones, periods and days that do not exist give no date."""
    assert statements(text, 2025) == []


@pytest.mark.parametrize(
    ("op", "text", "words"),
    [
        (Before(MAY_14), "6 tháng (trước ngày 14/5/2025)", "trước ngày 14/5/2025"),
        (By(MAY_14), "chậm nhất ngày 14/5/2025", "chậm nhất ngày 14/5/2025"),
        (By(MAY_14, time(17)), "trước 17 giờ ngày 14/5/2025", "trước 17 giờ ngày 14/5/2025"),
        (Window(date(2025, 5, 1), MAY_14), "từ ngày 01/5 đến 14/5/2025", "từ ngày 01/5 đến 14/5/2025"),
        (Window(date(2025, 5, 1), MAY_14), "Thực hiện từ 01 đến 14/5/2025.", "từ 01 đến 14/5/2025"),
        (Window(date(2025, 5, 1), MAY_14), "Từ 1-14/5", "Từ 1-14/5"),
        (In(date(2025, 4, 1), date(2025, 6, 30), "2025-q2"), "trong Quý II", "Quý II"),
        (In(date(2025, 5, 1), date(2025, 5, 31), "2025-05"), "trong tháng 5/2025", "tháng 5"),
        (In(date(2025, 1, 1), date(2025, 12, 31), "2025"), "trong năm 2025", "trong năm 2025"),
        (Lunar(8, 15), "Tết Trung thu, rằm tháng Tám", "rằm tháng Tám"),
        (Every("month", "before", 25), "trước ngày 25 hằng tháng", "trước ngày 25 hằng tháng"),
        (Within(5, "working days"), "trong 5 ngày làm việc kể từ khi", "trong 5 ngày làm việc"),
        (Within(24, "hours"), "trong vòng 24 giờ", "trong vòng 24 giờ"),
    ],
)
def test_words_that_state_a_date(op: Operator, text: str, words: str) -> None:
    """The words kept are the document's own."""
    found = judge(op, Quotes([text], 2025))
    assert (found.code, found.words) == ("", words)


@pytest.mark.parametrize(
    ("op", "text", "code"),
    [
        (Before(MAY_14), "trước ngày 13/5/2025", "date_not_in_quote"),
        (Before(MAY_14), "ngày 14/5/2025", "date_without_words"),
        (Before(MAY_14), "đến hết ngày 14/5/2025", "words_differ"),
        (Before(MAY_14), "trước 17 giờ ngày 14/5/2025", "words_differ"),
        (By(MAY_14), "trước ngày 14/5/2025", "words_differ"),
        (By(MAY_14, time(16)), "trước 17 giờ ngày 14/5/2025", "words_differ"),
        (Window(date(2025, 5, 1), MAY_14), "từ ngày 02/5 đến 14/5/2025", "date_not_in_quote"),
        (In(date(2025, 4, 1), date(2025, 6, 30), "2025-q2"), "trong Quý III", "words_not_in_quote"),
        (In(date(2025, 1, 1), date(2025, 1, 31), "2025-01"), "trong tháng 11", "words_not_in_quote"),
        (Every("month", "before", 2), "trước ngày 25 hằng tháng", "words_not_in_quote"),
        (Every("quarter", "before", 25), "trước ngày 25 hằng tháng", "words_not_in_quote"),
        (Within(5, "working days"), "trong 15 ngày làm việc", "words_not_in_quote"),
        (Within(5, "working days"), "trong 5 ngày", "words_not_in_quote"),
    ],
)
def test_words_that_do_not(op: Operator, text: str, code: str) -> None:
    """A date that merely occurs, or under another operator, is not stated."""
    assert judge(op, Quotes([text], 2025)).code == code


def test_any_quote_of_the_task_may_state_it() -> None:
    """A task that quotes two clauses may have its date in either."""
    assert judge(Before(MAY_14), Quotes(["Báo cáo.", "trước  ngày\n14/5/2025"], 2025)).words == "trước ngày 14/5/2025"
