"""A task of the plan by itself: its occurrences, or what the rounds answered; of a case nothing."""

from __future__ import annotations

from datetime import date

from models.session import reading
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases.desk import reading as desk_reading
from usecases.desk.duty import Duty, duty


def shown(ward: Ward, task: str, day: str) -> Duty:
    with reading(ward.engine) as session:
        return duty(desk_reading.read(session, now=small.at(day)), task)


def test_a_task_lists_each_time_it_falls_due(ward: Ward) -> None:
    """Both reports, by day, with the clause in whose words it stands."""
    made = shown(ward, "bao-cao", "2025-05-20")
    assert [(each.label, each.last_day) for each in made.lines] == [
        ("6 tháng", date(2025, 5, 13)),
        ("một năm", date(2025, 11, 13)),
    ]
    assert [each.clause for each in made.quoted] == ["I.1-1"]
    assert made.rounds == ()


def test_a_continuous_duty_shows_what_its_rounds_answered(ward: Ward) -> None:
    """A round that has not opened is not there yet; one that was answered says what."""
    assert shown(ward, "ra-soat", "2025-03-01").rounds == ()
    ward.answer("cap-nhat/a/dot-1", "ra-soat", "nothing", "2025-04-24")
    made = shown(ward, "ra-soat", "2025-05-20")
    assert [(each.label, each.given, [one.answer for one in each.answers]) for each in made.rounds] == [
        ("đợt 1", 1, ["nothing", None, None, None])  # who only helps has a line of its own
    ]
    assert made.lines == () and made.helpers == ("Các tổ dân phố",)


def test_a_task_about_cases_shows_no_case(ward: Ward) -> None:
    """Its clause is public, how its cases stand is not."""
    made = shown(ward, "vu-viec", "2025-05-20")
    assert made.private and made.lines == () and made.quoted
