"""One occurrence whole, today and on a past day: the plan, the ledger and the outbox as they then stood."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from outputs.channels import FileChannel
from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import deliver, events, sweep
from usecases.show import Shown, show

NOW = small.at("2025-09-01")


def shown(ward: Ward, occurrence: str, day: str, known: str | None = None) -> Shown:
    """What `kehoach show --as-of` tells on 1/9/2025."""
    known_by = date.fromisoformat(known) if known else None
    return show(ward.engine, occurrence=occurrence, now=NOW, as_of=date.fromisoformat(day), known_by=known_by)


def test_what_the_plan_no_longer_asks_is_cancelled_from_then_on(ward: Ward) -> None:
    """Withdrawn on 1/3: open before, cancelled on that day and after it."""
    file = ward.folder / "tasks/03-doan.yaml"
    asked = "kind: campaign\n    campaigns: [thang-6]"
    small.edit(file, asked, "kind: continuous")
    ward.sync("2025-03-01")
    statuses = {day: shown(ward, "thieu-nhi/doan/thang-6", day).item.status for day in ("2025-02-28", "2025-03-01")}
    assert statuses == {"2025-02-28": "not_due", "2025-03-01": "cancelled"}


def test_a_past_day_has_the_plan_of_that_day(ward: Ward) -> None:
    """Another revision changes whom the task is done with and how long its ladder is; February knows neither."""
    small.edit(ward.folder / "tasks/01-a.yaml", "confirm: van-phong", "confirm: van-phong\n    with: [cong-an]")
    small.edit(ward.folder / "escalation.yaml", "id: unit-3, at: -3 ", "id: unit-3, at: -4 ")
    ward.sync("2025-03-01")
    then, now = shown(ward, "tap-huan/a/nam", "2025-02-01"), shown(ward, "tap-huan/a/nam", "2025-03-02")
    assert (then.as_json()["with"], now.as_json()["with"]) == ([], ["cong-an"])
    days = [next(step.due_on for step in each.ladder if step.rung == "unit-3") for each in (then, now)]
    assert days == [date(2025, 12, 26), date(2025, 12, 25)]


@pytest.mark.parametrize(("day", "known"), [("2025-01-09", None), ("2025-03-01", None), ("2025-03-12", "2025-03-11")])
def test_what_was_not_there_yet_is_refused(ward: Ward, day: str, known: str | None) -> None:
    """Before the plan, before the event, and before anybody had recorded it, there was no such occurrence."""
    events.open_event(
        ward.engine,
        task="vu-viec",
        at=small.at("2025-03-10"),
        ref="vv-1",
        now=small.at("2025-03-12"),
        recorded_by="thử",
    )
    with pytest.raises(RequestRefused, match="not_there_yet"):
        shown(ward, "vu-viec/a/vv-1", day, known)
    assert shown(ward, "vu-viec/a/vv-1", "2025-03-12", "2025-03-12").item.status == "running"


def test_what_left_later_was_still_waiting(ward: Ward, tmp_path: Path) -> None:
    """The rung of 28/4 was swept and sent on 5/5: on 2/5 it waits, on 5/5 it is sent."""
    sweep.sweep(ward.engine, today=date(2025, 5, 5), now=small.at("2025-05-05"))
    deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "out"), now=small.at("2025-05-05"), run="1")
    states = {
        day: {step.rung: step.state for step in shown(ward, "bao-cao/a/6-thang", day).ladder}["unit-10"]
        for day in ("2025-05-02", "2025-05-05")
    }
    assert states == {"2025-05-02": "pending", "2025-05-05": "sent"}
