"""The almanac against domain-facts section 3: years in which a Chinese library is wrong, and days announced late."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plan.almanac import NoLeapMonth, NoLunarDay, fingerprint, libraries, public_days, solar, working_calendar
from tests.rules.made import CALENDAR

SWAP = {date(2026, 1, 2): "Nghỉ hoán đổi Tết Dương lịch"}


@pytest.mark.parametrize(
    ("lunar", "expected"),
    [
        ((1985, 1, 1), date(1985, 1, 21)),
        ((2007, 1, 1), date(2007, 2, 17)),
        ((2025, 1, 1), date(2025, 1, 29)),
        ((2026, 1, 1), date(2026, 2, 17)),
        ((2030, 1, 1), date(2030, 2, 2)),
        ((2053, 1, 1), date(2053, 2, 18)),
        ((2025, 3, 10), date(2025, 4, 7)),
        ((2025, 8, 15), date(2025, 10, 6)),
        ((2026, 8, 15), date(2026, 9, 25)),
        ((2024, 12, 30), date(2025, 1, 28)),
        ((2025, 12, 30), date(2026, 2, 16)),
    ],
)
def test_lunar_days_are_vietnamese(lunar: tuple[int, int, int], expected: date) -> None:
    """Tết, Giỗ Tổ, Trung thu at UTC+7; giao thừa of a short twelfth month is its 29th day."""
    assert solar(*lunar, False) == expected


@pytest.mark.parametrize(
    ("year", "month", "expected"),
    [
        (2020, 4, date(2020, 5, 23)),
        (2023, 2, date(2023, 3, 22)),
        (2025, 6, date(2025, 7, 25)),
        (2033, 11, date(2033, 12, 22)),
    ],
)
def test_leap_months(year: int, month: int, expected: date) -> None:
    """The first day of a leap month, the hard year 2033 among them; it differs from the plain month's."""
    assert solar(year, month, 1, True) == expected
    assert solar(year, month, 1, False) < expected


@pytest.mark.parametrize(("year", "month"), [(2024, 6), (2025, 5), (2026, 6), (2033, 7)])
def test_a_leap_month_that_the_year_lacks_is_refused(year: int, month: int) -> None:
    """Also in a year of twelve months, where the library silently drops the leap mark."""
    with pytest.raises(NoLeapMonth) as refused:
        solar(year, month, 1, True)
    assert refused.value.values == {"year": year, "month": month}


@pytest.mark.parametrize("lunar", [(2025, 13, 1), (2025, 1, 31), (2025, 0, 1), (2300, 1, 1)])
def test_a_lunar_day_that_no_month_has_is_refused(lunar: tuple[int, int, int]) -> None:
    """Month 13, day 31, and years past the table."""
    with pytest.raises(NoLunarDay):
        solar(*lunar, False)


def test_the_holidays_of_two_years_are_those_of_the_public_sector() -> None:
    """The library, with the one swap it lacks, agrees with the table on every day of 2025 and 2026."""
    calendar = working_calendar(2024, 2027, add=SWAP, worked=[date(2026, 1, 10)])
    every = [date.fromordinal(each) for each in range(date(2025, 1, 1).toordinal(), date(2027, 1, 1).toordinal())]
    assert [day for day in every if calendar.is_working(day) != CALENDAR.is_working(day)] == []


def test_names_are_vietnamese() -> None:
    """Also for weekend holidays and days in lieu."""
    names = public_days(2025, 2026).names
    assert names[date(2025, 4, 7)] == "Ngày Giỗ Tổ Hùng Vương"
    assert names[date(2025, 5, 2)] == "Ngày nghỉ (thay cho ngày 26/04/2025)"
    assert names[date(2025, 2, 1)] == "Mùng bốn Tết Nguyên Đán"
    assert working_calendar(2025, 2026, add=SWAP).names[date(2026, 1, 2)] == SWAP[date(2026, 1, 2)]


def test_a_holiday_on_a_saturday_is_off_for_an_office_that_works_on_saturdays() -> None:
    """1/2/2025 is mùng bốn Tết, a Saturday; the Saturday after it is worked there."""
    calendar = working_calendar(2025, 2025, week=range(6))
    assert not calendar.is_working(date(2025, 2, 1))
    assert calendar.is_working(date(2025, 2, 8))


def test_a_make_up_day_in_another_year_is_known() -> None:
    """2/1/2015 was made up for on 27/12/2014: a calendar of 2014 alone works then."""
    assert working_calendar(2014, 2014).is_working(date(2014, 12, 27))


def test_the_office_takes_days_out_again() -> None:
    """A withdrawn swap: the Friday is worked, its Saturday is not."""
    calendar = working_calendar(2025, 2025, remove=[date(2025, 5, 2), date(2025, 4, 26)])
    assert calendar.is_working(date(2025, 5, 2))
    assert not calendar.is_working(date(2025, 4, 26))
    assert date(2025, 5, 2) not in calendar.names


def test_a_day_both_removed_and_added_is_off_under_its_new_name() -> None:
    """An override may rename a holiday."""
    calendar = working_calendar(2025, 2025, add={date(2025, 5, 2): "Nghỉ bù"}, remove=[date(2025, 5, 2)])
    assert not calendar.is_working(date(2025, 5, 2))
    assert calendar.names[date(2025, 5, 2)] == "Nghỉ bù"


def test_the_fingerprint_follows_days_not_names() -> None:
    """A new spelling of a holiday is no new calendar; a swap is."""
    plain = working_calendar(2025, 2026)
    renamed = working_calendar(2025, 2026, add={date(2025, 1, 1): "Tết Tây"})
    assert fingerprint(plain) == fingerprint(renamed)
    assert fingerprint(plain) != fingerprint(working_calendar(2025, 2026, add=SWAP))


def test_the_libraries_are_named_with_their_versions() -> None:
    """A plan revision keeps what computed its days."""
    assert set(libraries()) == {"holidays", "lunar-vn", "rules"}
    assert all(each[0].isdigit() for each in libraries().values())


def test_importing_the_almanac_imports_no_library() -> None:
    """A command that asks for no holiday does not pay for one."""
    code = "import sys, plan.almanac; print(sorted({'holidays', 'lunar_vn'} & set(sys.modules)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


@given(st.integers(1976, 2070), st.integers(1, 12), st.integers(1, 28))
@settings(max_examples=100)
def test_lunar_days_follow_one_another(year: int, month: int, day: int) -> None:
    """The next lunar day is the next solar one; a month begins 29 or 30 days after another, or a leap month more."""
    assert solar(year, month, day + 1, False).toordinal() == solar(year, month, day, False).toordinal() + 1
    if month < 12:
        length = (solar(year, month + 1, 1, False) - solar(year, month, 1, False)).days
        assert length in (29, 30, 58, 59, 60)
