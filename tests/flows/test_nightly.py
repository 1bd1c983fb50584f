"""The flow around the stages: order, errors, retries, the artifact and the events; the stages are small stand-ins."""

from __future__ import annotations

import sqlite3
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from flows import stages
from flows.run import run
from flows.stages import Night
from outputs.channels import ChannelFailed
from outputs.notices import EVENT, OverdueEvent, notice_id
from rules.errors import OutsideFailed, RequestRefused
from rules.values import Key
from tests.flows.conftest import STAND_INS, Child

pytestmark = [pytest.mark.prefect, pytest.mark.usefixtures("prefect_api")]

PROGRESS = [
    {"unit": "Công an phường", "done_on_time": 3, "done_late": 1, "open_in_time": 2, "open_overdue": 0},
    {"unit": "Trạm Y tế", "done_on_time": 0, "done_late": 0, "open_in_time": 1, "open_overdue": 4},
]


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stand-ins for the four stages, and the order in which they were called."""
    names: list[str] = []

    def put(name: str, report: Any) -> None:
        def stage(night: Night, emit: object = None) -> Any:
            names.append(name)
            return report

        monkeypatch.setattr(stages, name, stage)

    put("sync", {"unchanged": True})
    put("sweep", [{"notices": 2}])
    put("deliver", [{"failed": 0, "sent": 2}])
    put("publish", [{"progress": PROGRESS}])
    return names


def _run(stage: str, tmp_path: Path, **more: Any) -> dict[str, Any]:
    return run(stage, home=tmp_path, database_url="sqlite:///none.db", **more)


def test_a_night_is_the_four_stages_in_order(called: list[str], tmp_path: Path) -> None:
    """sync, sweep, deliver, publish; the reports come back as plain values."""
    reports = _run("nightly", tmp_path, as_of="2025-05-20", now="2025-05-21T01:30:00+07:00")
    assert called == ["sync", "sweep", "deliver", "publish"]
    assert reports == {
        "today": "2025-05-20",
        "now": "2025-05-21T01:30:00+07:00",
        "sync": {"unchanged": True},
        "sweep": [{"notices": 2}],
        "deliver": [{"failed": 0, "sent": 2}],
        "publish": [{"progress": PROGRESS}],
    }


@pytest.mark.parametrize("stage", ["sync", "sweep", "deliver", "publish"])
def test_a_stage_runs_alone(called: list[str], tmp_path: Path, stage: str) -> None:
    """Each part is a flow of its own."""
    assert set(_run(stage, tmp_path)) == {"today", "now", stage}
    assert called == [stage]


def test_a_night_repeated_runs_every_stage_again(called: list[str], tmp_path: Path) -> None:
    """Nothing is taken from a cache: a stage is repeated because it may have died half-way."""
    for _ in range(2):
        _run("nightly", tmp_path, as_of="2025-05-20", now="2025-05-21T01:30:00+07:00")
    assert called == ["sync", "sweep", "deliver", "publish"] * 2


def test_one_flow_run_with_four_task_runs(called: list[str], tmp_path: Path) -> None:
    """The grain that keeps it quick: no sub-flow, no task an item."""
    from prefect.client.orchestration import get_client

    _run("nightly", tmp_path)
    with get_client(sync_client=True) as client:
        (last,) = client.request("POST", "/flow_runs/filter", json={"sort": "START_TIME_DESC", "limit": 1}).json()
        tasks = _task_runs(client, last["id"])
    assert last["parent_task_run_id"] is None
    assert sorted(tasks) == ["deliver", "publish", "sweep", "sync"]


def _task_runs(client: Any, flow_run: str) -> list[str]:
    """The names of the task runs; Prefect records them from events, a moment after they ended."""
    until = time.monotonic() + 120
    found: list[str] = []
    while len(found) < 4 and time.monotonic() < until:
        time.sleep(0.1)
        asked = {"flow_runs": {"id": {"any_": [flow_run]}}}
        found = [
            each["name"].rpartition("-")[0] for each in client.request("POST", "/task_runs/filter", json=asked).json()
        ]
    return found


def test_our_own_error_comes_back_as_it_was(called: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a stage refuses is what the command sees, and later stages do not run."""

    def refuse(night: Night) -> None:
        raise RequestRefused("request.no_plan")

    monkeypatch.setattr(stages, "sweep", refuse)
    with pytest.raises(RequestRefused, match=r"request\.no_plan") as refused:
        _run("nightly", tmp_path)
    assert called == ["sync"]
    assert refused.value.__suppress_context__


def test_what_the_channel_refused_is_tried_again(
    called: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report with failures is another try, until nothing fails."""
    tries = iter([[{"failed": 2}], [{"failed": 1}], [{"failed": 0}]])
    monkeypatch.setattr(stages, "deliver", lambda night, emit: next(tries))
    _without_waiting(monkeypatch)
    assert _run("deliver", tmp_path)["deliver"] == [{"failed": 0}]
    assert list(tries) == []


def test_what_still_fails_is_reported_not_raised(
    called: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After four tries the rest waits for the next night; the calendars are published all the same."""
    tries: list[int] = []

    def fail(night: Night, emit: object) -> Any:
        tries.append(1)
        return [{"failed": 2}]

    monkeypatch.setattr(stages, "deliver", fail)
    _without_waiting(monkeypatch)
    assert _run("nightly", tmp_path)["deliver"] == [{"failed": 2}]
    assert len(tries) == 4
    assert called[-1] == "publish"


@pytest.mark.parametrize(
    ("error", "tries"),
    [(OutsideFailed("ledger.busy"), 4), (ChannelFailed("file", "x"), 4), (RequestRefused("request.no_plan"), 1)],
    ids=["outside", "channel", "request"],
)
def test_only_what_is_outside_is_tried_again(
    called: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, tries: int
) -> None:
    """A request that is wrong is wrong the fourth time too."""
    raised: list[int] = []

    def fail(night: Night, emit: object) -> Any:
        raised.append(1)
        raise error

    monkeypatch.setattr(stages, "deliver", fail)
    _without_waiting(monkeypatch)
    with pytest.raises(type(error)):
        _run("deliver", tmp_path)
    assert len(raised) == tries


def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import nightly

    monkeypatch.setitem(nightly.TASKS, "deliver", nightly.deliver_task.with_options(retry_delay_seconds=0))


def test_a_stage_that_is_none_is_refused(tmp_path: Path) -> None:
    """Before Prefect is asked anything."""
    with pytest.raises(RequestRefused, match=r"flow\.unknown_stage"):
        _run("monthly", tmp_path)


def test_the_progress_table_is_an_artifact(called: list[str], tmp_path: Path) -> None:
    """One row a unit, the four cells under their Vietnamese names."""
    import json

    from prefect.client.orchestration import get_client

    _run("publish", tmp_path, as_of="2025-05-20")
    with get_client(sync_client=True) as client:
        last = client.request("GET", "/artifacts/{key}/latest", path_params={"key": "kehoach-progress"}).json()
    assert last["type"] == "table"
    assert last["description"] == "Tiến độ thực hiện kế hoạch đến ngày 20/05/2025"
    assert json.loads(last["data"])[1] == {
        "Đơn vị": "Trạm Y tế",
        "Hoàn thành đúng hạn": 0,
        "Hoàn thành quá hạn": 0,
        "Chưa hoàn thành, trong hạn": 1,
        "Chưa hoàn thành, quá hạn": 4,
    }


def _events(count: int, task: str) -> list[OverdueEvent]:
    keys = [Key("phu-la", "phu-la-2025", task, f"to-dan-pho-{n:03}", "2025") for n in range(count)]
    return [
        OverdueEvent(notice_id(key, "overdue", 1, "@events"), key, "Báo cáo", key.unit, date(2025, 5, 13))
        for key in keys
    ]


def test_events_are_confirmed_only_once_the_api_gives_them_back() -> None:
    """More than a page of them, by the fixed ids of the outbox, each addressed by its occurrence."""
    from prefect.client.orchestration import get_client
    from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter

    from flows.announce import emit

    events = _events(120, "bao-cao")
    assert emit(events) == [each.id for each in events]
    with get_client(sync_client=True) as client:
        one = EventFilter(event=EventNameFilter(name=[EVENT]), resource=EventResourceFilter(id=[events[7].resource_id]))
        (found,) = client.read_events(one, limit=50).events
    assert found.id == events[7].id
    assert found.payload["last_day"] == "2025-05-13"
    assert found.resource["prefect.resource.name"] == "bao-cao/to-dan-pho-007/2025"


def test_an_event_that_is_there_already_is_not_sent_again() -> None:
    """A run that died between sending and marking sends nothing twice."""
    from prefect.client.orchestration import get_client
    from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter

    from flows.announce import emit

    events = _events(3, "lap-lai")
    assert emit(events[:2]) == [each.id for each in events[:2]]
    assert emit(events) == [each.id for each in events]
    with get_client(sync_client=True) as client:
        ours = EventResourceFilter(id=[each.resource_id for each in events])
        page = client.read_events(EventFilter(event=EventNameFilter(name=[EVENT]), resource=ours), limit=50)
    assert sorted(each.id for each in page.events) == sorted(each.id for each in events)


def test_what_does_not_arrive_is_not_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without patience nothing new has been seen to arrive, so nothing may be marked as sent."""
    from flows.announce import emit

    assert emit(_events(2, "khong-den"), patience=0) == []


def test_no_confirmed_event_is_lost_and_no_server_is_left_when_the_run_is_killed(child: Child, tmp_path: Path) -> None:
    """Killed the moment they are confirmed, all are in Prefect's database, and the server leaves by itself."""
    process = child(
        STAND_INS
        + """
import os, signal, sys
from datetime import date
from flows.run import run
from outputs.notices import OverdueEvent, notice_id
from rules.values import Key

keys = [Key("phu-la", "phu-la-2025", "bao-cao", f"u{n}", "2025") for n in range(70)]
events = [OverdueEvent(notice_id(k, "overdue", 1, "@events"), k, "t", k.unit, date(2025, 5, 13)) for k in keys]

def deliver(night, emit):
    confirmed = emit(events)
    print(os.environ.get("PREFECT_HOME"), *confirmed, sep="\\n", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)

stages.deliver = deliver
run("nightly", home=Path(sys.argv[1]), database_url="sqlite:///none.db")
""",
        str(tmp_path / "home"),
    )
    out, err = process.communicate(timeout=400)  # the server holds the pipes too: this returns when both have gone
    assert process.returncode == -9
    assert err == ""
    home, *confirmed = out.split()
    assert len(confirmed) == 70
    with sqlite3.connect(Path(home) / "prefect.db") as database:
        stored = {str(UUID(row[0])) for row in database.execute("select id from events where event = ?", [EVENT])}
    assert stored == set(confirmed)
