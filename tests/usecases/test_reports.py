"""The progress report's values, from the database."""

from __future__ import annotations

from datetime import date, datetime

from models.session import reading
from outputs.report_view import ReportView
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import plans, reports, status


def view(ward: Ward, now: datetime, as_of: date | None = None) -> ReportView:
    with reading(ward.engine) as session:
        office, plan = plans.find(session)
        standing = status.read(session, office, plan, now=now, as_of=as_of)
        return reports.view(session, standing, plans.in_force(session, office, plan))


def test_a_unit_that_answered_every_line_has_answered(ward: Ward) -> None:
    """Typed after the last day, the round still waits for a confirmation, but its one line was answered."""
    ward.answer("cap-nhat/cong-an/dot-1", "tuan-tra", "nothing", "2025-04-28", on=date(2025, 4, 24))
    first, second = view(ward, small.at("2025-04-28")).rounds
    assert (first.answered_units, first.nothing, second.answered_units) == (1, 1, 0)
    assert (first.lines - first.silent, second.silent) == (1, second.lines)


def test_an_indicator_names_who_leads_it(ward: Ward) -> None:
    """The unit that the plan's file names, as the report calls it."""
    assert [each.led_by for each in view(ward, small.at("2025-04-28")).targets] == ["Các tổ dân phố"]
