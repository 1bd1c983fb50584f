"""Working days: the holidays of 2025 and 2026 as cases, counting as properties."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.days import CalendarRangeError, WorkingCalendar
from tests.rules.made import CALENDAR

DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
COUNTS = st.integers(-60, 60)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 1, 27), False),
        (date(2025, 2, 3), True),
        (date(2025, 4, 7), False),
        (date(2025, 4, 26), True),
        (date(2025, 5, 2), False),
        (date(2025, 5, 3), False),
        (date(2025, 5, 5), True),
        (date(2025, 9, 2), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 4, 27), False),
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
    ],
)
def test_public_holidays_and_make_up_days(day: date, worked: bool) -> None:
    """The table of domain-facts section 3: a make-up Saturday is worked, a swapped Friday is not."""
    assert CALENDAR.is_working(day) is worked


@pytest.mark.parametrize(
    ("day", "n", "found"),
    [
        (date(2025, 4, 25), 1, date(2025, 4, 26)),
        (date(2025, 4, 25), 3, date(2025, 4, 29)),
        (date(2025, 4, 25), 4, date(2025, 5, 5)),
        (date(2025, 5, 5), -1, date(2025, 4, 29)),
        (date(2025, 5, 3), -1, date(2025, 4, 29)),
        (date(2025, 5, 3), 1, date(2025, 5, 5)),
        (date(2025, 5, 3), 0, date(2025, 5, 3)),
        (date(2025, 1, 24), 1, date(2025, 2, 3)),
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
    ],
)
def test_counting_over_holidays(day: date, n: int, found: date) -> None:
    """The day itself is not counted, make-up Saturdays are."""
    assert CALENDAR.add_working(day, n) == found


def test_a_make_up_day_wins_over_a_day_off() -> None:
    """The library calls 10/1/2026 off; the office's override has it worked."""
    day = date(2026, 1, 10)
    calendar = WorkingCalendar(frozenset({day}), frozenset({day}), {}, date(2026, 1, 1), date(2026, 1, 31))
    assert calendar.is_working(day)


def test_an_office_may_work_on_saturdays() -> None:
    """The week is the office's own; a public holiday on a Saturday is then a day off of its own."""
    calendar = WorkingCalendar(
        frozenset({date(2025, 6, 7)}), frozenset(), {}, date(2025, 6, 1), date(2025, 6, 30), frozenset(range(6))
    )
    assert calendar.is_working(date(2025, 6, 14))
    assert not calendar.is_working(date(2025, 6, 7))


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working(date(2023, 12, 31)),
        lambda: CALENDAR.next_working(date(2028, 1, 1)),
        lambda: CALENDAR.add_working(date(2027, 12, 30), 5),
        lambda: CALENDAR.add_working(date(2024, 1, 2), -5),
    ],
)
def test_outside_the_years_it_knows_it_refuses(ask: object) -> None:
    """A calendar never guesses past its table, neither for the day asked nor for the day found."""
    with pytest.raises(CalendarRangeError):
        ask()  # type: ignore[operator]


@given(DAYS, COUNTS)
@settings(max_examples=200)
def test_adding_is_undone_by_taking_away(day: date, n: int) -> None:
    """From a working day, n on and n back is the same day."""
    start = CALENDAR.next_working(day)
    assert CALENDAR.add_working(CALENDAR.add_working(start, n), -n) == start


@given(DAYS, DAYS, COUNTS)
@settings(max_examples=200)
def test_adding_keeps_the_order_of_days(a: date, b: date, n: int) -> None:
    """The later day never gives the earlier answer."""
    first, second = sorted((CALENDAR.next_working(a), CALENDAR.next_working(b)))
    assert CALENDAR.add_working(first, n) <= CALENDAR.add_working(second, n)


@given(DAYS, st.integers(1, 60))
@settings(max_examples=200)
def test_adding_agrees_with_walking(day: date, n: int) -> None:
    """The n-th working day is found by going day by day, in both directions; the day itself is not counted."""
    for sign in (1, -1):
        found = CALENDAR.add_working(day, sign * n)
        walked = [day + timedelta(days=sign * each) for each in range(1, abs((found - day).days) + 1)]
        assert CALENDAR.is_working(found)
        assert sum(map(CALENDAR.is_working, walked)) == n


@given(DAYS)
@settings(max_examples=200)
def test_rolling_finds_the_nearest_working_day(day: date) -> None:
    """What is found works, and nothing between works; a working day stays."""
    after, before = CALENDAR.next_working(day), CALENDAR.previous_working(day)
    assert CALENDAR.is_working(after)
    assert CALENDAR.is_working(before)
    assert before <= day <= after
    between = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(CALENDAR.is_working(each) for each in between)
    assert (before == day == after) is CALENDAR.is_working(day)
