"""Days, hours, months and numbers as people write them on the command line."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import words


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31)))
def test_a_day_reads_back_in_both_spellings(day: date) -> None:
    """ISO and D/M/YYYY name the same day, with or without leading noughts, and with dots or hyphens too."""
    spellings = (
        day.isoformat(),
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day}.{day.month}.{day.year}",
    )
    assert {words.day(each) for each in spellings} == {day}


@pytest.mark.parametrize(
    "text", ["30/2/2025", "2025-02-30", "31/4/2025", "0/1/2025", "29-2-2025", "9999-12-31", "1/1/0025"]
)
def test_a_day_that_no_calendar_has_is_named_as_such(text: str) -> None:
    """30/2 is a day that does not exist, not a spelling mistake."""
    with pytest.raises(words.WrongUsage) as wrong:
        words.day(text)
    assert (wrong.value.code, wrong.value.exit_code) == ("cli.no_such_day", 2)


@pytest.mark.parametrize("text", ["", "hôm nay", "13/5", "5/13", "13/5/25", "20250513", "13/5-2025x"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """Nothing is guessed: neither a missing year nor one of two figures."""
    with pytest.raises(words.WrongUsage) as wrong:
        words.day(text)
    assert wrong.value.code == "cli.bad_day"


@pytest.mark.parametrize(
    "text",
    ["2025-05-14T16:30", "14/5/2025 16:30", "14/5/2025 16g30", "14-5-2025 16h30", "14/5/2025, 16:30"],
)
def test_an_hour_reads_in_official_spellings(text: str) -> None:
    """«16g30» and «16h30» are how documents write half past four."""
    assert words.instant(text) == datetime.fromisoformat("2025-05-14T16:30")


def test_an_instant_may_say_its_offset() -> None:
    """An offset is kept; without one the hour is local to the plan."""
    assert words.instant("2025-05-14T16:30+07:00").isoformat() == "2025-05-14T16:30:00+07:00"


@pytest.mark.parametrize("text", ["14/5/2025", "2025-05-14T25:00", "14/5/2025 16:75", "16:30", "T", "14/5/2025 xg"])
def test_an_instant_needs_a_day_and_an_hour(text: str) -> None:
    """Hours are counted from it, so an hour is never assumed."""
    with pytest.raises(words.WrongUsage):
        words.instant(text)


@pytest.mark.parametrize(("text", "month"), [("2025-06", "2025-06"), ("6/2025", "2025-06"), ("12/2025", "2025-12")])
def test_a_month_is_kept_in_iso(text: str, month: str) -> None:
    """What the ledger keeps does not depend on how it was typed."""
    assert words.month(text) == month


@pytest.mark.parametrize("text", ["13/2025", "2025-00", "6", "tháng 6", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    """A month needs its year, and there are twelve."""
    with pytest.raises(words.WrongUsage) as wrong:
        words.month(text)
    assert wrong.value.code == "cli.bad_month"


def test_a_number_may_have_a_decimal_comma() -> None:
    """12,5 and 12.5 are the same figure; anything else is refused."""
    assert words.number("12,5") == words.number("12.5") == 12.5
    for wrong in ("nhiều", "nan", "inf", "1,2,3", ""):
        with pytest.raises(words.WrongUsage):
            words.number(wrong)


def test_values_are_said_as_the_reader_writes_them() -> None:
    """Days and lists inside a message follow the language."""
    values = {"on": date(2025, 5, 3), "at": datetime.fromisoformat("2025-05-03T07:05"), "near": ["a", "b"], "n": 3}
    assert words.in_words(values, "vi") == {"on": "3/5/2025", "at": "07:05 3/5/2025", "near": "a, b", "n": 3}
    assert words.in_words(values, "en")["on"] == "2025-05-03"
