"""The operators of the plan language against the words they stand for (domain-facts sections 2-4)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.deadlines import (
    STEPS,
    Before,
    By,
    Every,
    In,
    Lunar,
    Operator,
    Resolved,
    Window,
    Within,
    resolve,
    within,
)
from rules.errors import KehoachError
from tests.rules.made import CALENDAR

HA_NOI = ZoneInfo("Asia/Ho_Chi_Minh")
DAYS = st.dates(date(2025, 1, 15), date(2026, 11, 30))


def mid_autumn(year: int, month: int, day: int, leap: bool) -> date:
    """The one lunar day these tests ask for: rằm tháng Tám 2025."""
    assert (year, month, day, leap) == (2025, 8, 15, False)
    return date(2025, 10, 6)


def one(op: Operator) -> Resolved:
    """The only deadline of an operator in 2025."""
    (found,) = resolve(op, year=2025, calendar=CALENDAR, solar=mid_autumn)
    return found


@pytest.mark.parametrize(
    ("stated", "last_day", "advised"),
    [
        (date(2025, 5, 14), date(2025, 5, 13), None),
        (date(2025, 5, 13), date(2025, 5, 12), None),
        (date(2025, 8, 13), date(2025, 8, 12), None),
        (date(2025, 11, 14), date(2025, 11, 13), None),
        (date(2025, 11, 13), date(2025, 11, 12), None),
        (date(2025, 5, 5), date(2025, 5, 4), date(2025, 4, 29)),
        (date(2025, 4, 27), date(2025, 4, 26), None),
        (date(2025, 2, 3), date(2025, 2, 2), date(2025, 1, 24)),
    ],
)
def test_before_is_the_day_before(stated: date, last_day: date, advised: date | None) -> None:
    """«trước ngày»: never rolls, but a day off is shown with the working day before it."""
    assert one(Before(stated)) == Resolved(None, stated, last_day, advised)


@pytest.mark.parametrize(
    ("op", "last_day"),
    [
        (By(date(2025, 5, 14)), date(2025, 5, 14)),
        (By(date(2025, 5, 1)), date(2025, 5, 5)),
        (By(date(2025, 4, 26)), date(2025, 4, 26)),
        (By(date(2025, 5, 1), roll="previous"), date(2025, 4, 29)),
        (By(date(2025, 5, 1), roll="none"), date(2025, 5, 1)),
        (By(date(2026, 1, 2)), date(2026, 1, 5)),
    ],
)
def test_by_rolls_off_a_day_off(op: By, last_day: date) -> None:
    """«đến hết ngày», «chậm nhất ngày»: the next working day by default (article 148)."""
    assert one(op).last_day == last_day
    assert one(op).stated == op.day


def test_an_hour_is_kept_where_its_day_rolls() -> None:
    """«trước 17 giờ ngày 1/5» is 17 hours of the next working day."""
    found = one(By(date(2025, 5, 1), time(17, 0)))
    assert (found.last_day, found.time) == (date(2025, 5, 5), time(17, 0))


@pytest.mark.parametrize(
    ("op", "last_day"),
    [
        (In(date(2025, 4, 1), date(2025, 6, 30), "2025-q2"), date(2025, 6, 30)),
        (In(date(2025, 5, 1), date(2025, 5, 31), "2025-05"), date(2025, 6, 2)),
        (In(date(2025, 1, 1), date(2025, 12, 31), "2025"), date(2025, 12, 31)),
    ],
)
def test_in_is_the_last_day_of_the_period(op: In, last_day: date) -> None:
    """«Quý II», «trong tháng 5», «trong năm»; 31/5/2025 is a Saturday."""
    found = one(op)
    assert (found.period, found.stated, found.last_day) == (op.period, op.last_day, last_day)


def test_windows_and_lunar_days_never_roll() -> None:
    """1/6 and 31/8/2025 are Sundays, and stay; Trung thu is where the lunar calendar has it."""
    window = one(Window(date(2025, 6, 1), date(2025, 8, 31)))
    assert (window.from_day, window.to_day, window.last_day) == (date(2025, 6, 1), date(2025, 8, 31), date(2025, 8, 31))
    lunar = one(Lunar(8, 15))
    assert lunar.from_day == lunar.to_day == lunar.last_day == date(2025, 10, 6)


@pytest.mark.parametrize(
    ("op", "expected"),
    [
        (Every("quarter", "by", 15), {"2025-q1": date(2025, 3, 17), "2025-q4": date(2025, 12, 15)}),
        (Every("half-year", "before", 20), {"2025-h1": date(2025, 6, 19), "2025-h2": date(2025, 12, 19)}),
        (Every("year", "by", 31), {"2025": date(2025, 12, 31)}),
        (Every("month", "by", 31), {"2025-02": date(2025, 2, 28), "2025-04": date(2025, 5, 5)}),
        (Every("month", "by", 31, roll="none"), {"2025-04": date(2025, 4, 30)}),
        (Every("month", "before", 25), {"2025-01": date(2025, 1, 24), "2025-12": date(2025, 12, 24)}),
        (Every("week", "by", 5), {"2025-w01": date(2025, 1, 3), "2025-w18": date(2025, 5, 5)}),
        (Every("week", "before", 1), {"2025-w02": date(2025, 1, 5), "2026-w01": date(2025, 12, 28)}),
    ],
)
def test_recurring_deadlines(op: Every, expected: dict[str, date]) -> None:
    """Each period by its name; a missing day of a month is its last day."""
    found = {each.period: each.last_day for each in resolve(op, year=2025, calendar=CALENDAR, solar=mid_autumn)}
    assert {period: found[period] for period in expected} == expected


def test_a_missing_day_is_also_the_last_of_february_in_a_leap_year() -> None:
    """29/2/2024 is a Thursday."""
    found = resolve(Every("month", "by", 31), year=2024, calendar=CALENDAR, solar=mid_autumn)
    assert found[1].last_day == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("op", "event", "last_day", "hour"),
    [
        (Within(5, "working days"), datetime(2025, 4, 24, 9, 0, tzinfo=HA_NOI), date(2025, 5, 5), None),
        (Within(1, "working days"), datetime(2025, 4, 25, 9, 0, tzinfo=HA_NOI), date(2025, 4, 26), None),
        (Within(3, "days"), datetime(2025, 4, 28, 23, 59, tzinfo=HA_NOI), date(2025, 5, 5), None),
        (Within(3, "days", "none"), datetime(2025, 4, 28, 23, 59, tzinfo=HA_NOI), date(2025, 5, 1), None),
        (Within(3, "days"), datetime(2025, 5, 5, 0, 1, tzinfo=HA_NOI), date(2025, 5, 8), None),
        (Within(24, "hours"), datetime(2025, 4, 30, 16, 30, 12, tzinfo=HA_NOI), date(2025, 5, 1), time(16, 30)),
        (Within(12, "hours"), datetime(2025, 5, 5, 20, 0, tzinfo=HA_NOI), date(2025, 5, 6), time(8, 0)),
    ],
)
def test_terms_counted_from_an_event(op: Within, event: datetime, last_day: date, hour: time | None) -> None:
    """The day of the event is not counted, make-up Saturdays are; hours run from the instant and never roll."""
    found = within(op, event, CALENDAR)
    assert (found.last_day, found.time, found.stated) == (last_day, hour, None)


def test_a_term_without_its_event_gives_no_deadline() -> None:
    """Nothing is due before something happened."""
    assert resolve(Within(5, "days"), year=2025, calendar=CALENDAR, solar=mid_autumn) == []


@pytest.mark.parametrize(
    ("op", "code"),
    [
        (By(date(2025, 5, 14), roll="forward"), "rules.unknown_roll"),
        (Every("fortnight", "by", 5), "rules.unknown_step"),
        (Every("month", "on", 5), "rules.unknown_operator"),
        (Every("month", "by", 0), "rules.no_such_day"),
    ],
)
def test_unknown_words_are_refused(op: Operator, code: str) -> None:
    """A word that is not of the language is an error with a code, never a default."""
    with pytest.raises(KehoachError) as refused:
        resolve(op, year=2025, calendar=CALENDAR, solar=mid_autumn)
    assert refused.value.code == code


def test_an_unknown_unit_of_time_is_refused() -> None:
    """«trong 2 tuần» is not of the language."""
    with pytest.raises(KehoachError, match="unknown_unit_of_time"):
        within(Within(2, "weeks"), datetime(2025, 5, 5, tzinfo=HA_NOI), CALENDAR)


@given(DAYS)
@settings(max_examples=150)
def test_before_never_rolls(day: date) -> None:
    """D - 1 always; the advised day is the working day before, and only where D - 1 is off."""
    found = one(Before(day))
    assert found.last_day == day - timedelta(days=1)
    assert (found.advised_day is None) is CALENDAR.is_working(found.last_day)
    if found.advised_day is not None:
        assert found.advised_day == CALENDAR.previous_working(found.last_day)


@given(DAYS, st.sampled_from(("next", "previous")))
@settings(max_examples=150)
def test_a_rolled_day_is_worked(day: date, roll: str) -> None:
    """Rolling ends on a working day, in its own direction, and leaves a working day alone."""
    found = one(By(day, roll=roll)).last_day
    assert CALENDAR.is_working(found)
    assert found >= day if roll == "next" else found <= day
    assert (found == day) is CALENDAR.is_working(day)


@given(st.sampled_from(STEPS), st.sampled_from(("before", "by")), st.integers(1, 31), st.integers(2025, 2026))
@settings(max_examples=150)
def test_a_recurring_duty_is_due_once_in_each_period(step: str, op: str, day: int, year: int) -> None:
    """Distinct periods, in order, every stated day in the plan year."""
    found = resolve(Every(step, op, day), year=year, calendar=CALENDAR, solar=mid_autumn)
    count = {"month": {12}, "quarter": {4}, "half-year": {2}, "year": {1}, "week": {52, 53}}[step]
    assert len(found) in count
    assert len({each.period for each in found}) == len(found)
    stated = [each.stated for each in found if each.stated is not None]
    assert stated == sorted(stated)
    assert {each.year for each in stated} == {year}


@given(DAYS, st.times(), st.integers(1, 30))
@settings(max_examples=150)
def test_working_days_from_an_event_are_counted_after_its_day(day: date, hour: time, n: int) -> None:
    """Whatever the hour of the event, exactly n working days lie after its day, up to the last."""
    event = datetime.combine(day, hour, HA_NOI)
    found = within(Within(n, "working days"), event, CALENDAR).last_day
    after = [event.date() + timedelta(days=each) for each in range(1, (found - event.date()).days + 1)]
    assert CALENDAR.is_working(found)
    assert sum(map(CALENDAR.is_working, after)) == n
