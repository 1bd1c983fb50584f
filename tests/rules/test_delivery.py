"""Hours that hold, and the ways to a person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.days import WorkingCalendar
from rules.delivery import DAY_OFF, EARLY, QUIET, Hours, Reach

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
CALENDAR = WorkingCalendar(
    off=frozenset({date(2025, 5, 1)}),
    worked=frozenset({date(2025, 4, 26)}),
    names={},
    first=date(2025, 1, 1),
    last=date(2025, 12, 31),
)
MOMENTS = st.integers(0, 300 * 24 * 60).map(lambda n: datetime(2025, 1, 2, tzinfo=ZONE) + timedelta(minutes=n))
HOURS = Hours(time(7, 30), (time(20), time(7)), hold_days_off=True)


@pytest.mark.parametrize(
    ("now", "why"),
    [
        ("2025-05-14T07:30", None),
        ("2025-05-14T19:59", None),
        ("2025-05-14T07:29", EARLY),
        ("2025-05-14T07:00", EARLY),
        ("2025-05-14T06:59", QUIET),
        ("2025-05-14T20:00", QUIET),
        ("2025-05-14T00:00", QUIET),
        ("2025-05-01T10:00", DAY_OFF),
        ("2025-05-03T10:00", DAY_OFF),
        ("2025-04-26T10:00", None),
        ("2031-05-03T10:00", None),
    ],
)
def test_what_holds_and_why(now: str, why: str | None) -> None:
    """Before the digest's hour, at night, on holidays and weekends; a make-up Saturday is worked."""
    assert HOURS.held(datetime.fromisoformat(now).replace(tzinfo=ZONE), CALENDAR) == why


def test_quiet_hours_within_a_day() -> None:
    """From noon to two: the first minute is quiet, the last is not."""
    hours = Hours(quiet=(time(12), time(14)))
    found = [hours.held(datetime(2025, 5, 14, each, tzinfo=ZONE), CALENDAR) for each in (11, 12, 13, 14)]
    assert found == [None, QUIET, QUIET, None]


@given(MOMENTS)
def test_an_office_that_chose_nothing_holds_nothing(now: datetime) -> None:
    """Without `delivery` every moment is good."""
    assert Hours().held(now, CALENDAR) is None


@given(MOMENTS, st.times(), st.times(), st.booleans())
def test_every_hold_ends(now: datetime, at: time, end: time, hold: bool) -> None:
    """Looked at every quarter of an hour, whatever waits leaves within the longest holiday: no single minute counts."""
    at, end = min(at, time(23, 30)), min(end, time(23, 30))  # a quarter of an hour is left each day
    hours = Hours(at, (time(23, 45), end), hold)
    quarters = (now + timedelta(minutes=15 * n) for n in range(4 * 24 * 5))
    assert any(hours.held(each, CALENDAR) is None for each in quarters)


@pytest.mark.parametrize(
    ("reach", "ways"),
    [
        (Reach(), []),
        (Reach({"zalo": "25", "email": "a@b.vn"}), [("email", "a@b.vn"), ("zalo", "25")]),
        (Reach({"zalo": "25", "email": "a@b.vn"}, ("zalo", "email")), [("zalo", "25"), ("email", "a@b.vn")]),
        (Reach({"zalo": "25", "email": "a@b.vn"}, ("zalo",)), [("zalo", "25")]),
        (Reach({}, ("teams",)), [("teams", "")]),
        (Reach({"email": "dead@b.vn", "zalo": "25"}), [("zalo", "25")]),
        (Reach({"fax": "1"}), []),
    ],
)
def test_the_ways_to_a_person(reach: Reach, ways: list[tuple[str, str]]) -> None:
    """In the person's order; only channels that are set up; never an address known to be dead."""
    assert reach.ways({"email", "zalo", "teams"}, {("email", "dead@b.vn")}) == ways
