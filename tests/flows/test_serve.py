"""The schedules: a served one on a real server, and those of prefect.yaml through Prefect's own reader."""

from __future__ import annotations

import asyncio
import io
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flows.environment import ZONE
from tests.flows.conftest import ROOT, Child, clean_environment

pytestmark = pytest.mark.prefect


def _flow_runs(home: Path) -> dict[str, list[datetime]]:
    """Expected starts by state, as Prefect's server has them."""
    found: dict[str, list[datetime]] = {}
    try:
        with sqlite3.connect(f"file:{home / 'prefect' / 'prefect.db'}?mode=ro", uri=True) as database:
            for state, at in database.execute(
                "select state_type, expected_start_time from flow_run join deployment on deployment.id = deployment_id"
                " where deployment.name = 'nightly'"
            ):
                found.setdefault(state, []).append(datetime.fromisoformat(at).replace(tzinfo=UTC))
    except sqlite3.OperationalError:  # not made yet
        return {}
    return found


def _wait_for(home: Path, *states: str) -> dict[str, list[datetime]]:
    until = time.monotonic() + 400
    found: dict[str, list[datetime]] = {}
    while time.monotonic() < until and not (set(states) <= set(found)):
        time.sleep(0.3)
        found = _flow_runs(home)
    return found


def test_a_served_schedule_runs_once_now_and_then_at_half_past_one_in_viet_nam(tmp_path: Path) -> None:
    """The scheduler makes SCHEDULED runs at 18:30Z, one a night; ended by SIGINT, it is not left paused."""
    home = tmp_path / "kho"
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.serve"], env=clean_environment(KEHOACH_HOME=str(home)), cwd=tmp_path
    )
    try:
        found = _wait_for(home, "SCHEDULED", "COMPLETED")
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(timeout=200)
    assert set(found) == {"SCHEDULED", "COMPLETED"}
    assert (home / "kehoach.db").is_file()
    assert list((home / "published").iterdir())
    starts = sorted(found["SCHEDULED"])
    assert {(at.hour, at.minute, at.second) for at in starts} == {(18, 30, 0)}
    assert starts[0] > datetime.now(UTC) - timedelta(minutes=1)
    assert starts[0] < datetime.now(UTC) + timedelta(days=1)
    assert {later - earlier for earlier, later in pairwise(starts)} == {timedelta(days=1)}
    assert ended == 0
    with sqlite3.connect(home / "prefect" / "prefect.db") as database:
        deployed = database.execute(
            "select name, paused, active, schedule from deployment"
            " join deployment_schedule on deployment_id = deployment.id order by name"
        ).fetchall()
    assert [each[:3] for each in deployed] == [("deliver", 0, 1), ("nightly", 0, 1)]
    assert [json.loads(schedule) for *_, schedule in deployed] == [
        {"cron": cron, "timezone": ZONE, "day_or": True} for cron in ("30 7-17 * * *", "30 1 * * *")
    ]


@pytest.fixture(scope="module")
def deployments() -> dict[str, dict[str, Any]]:
    """What `prefect deploy` reads in prefect.yaml, by name."""
    from prefect.cli.deploy._config import _load_deploy_configs_and_actions
    from rich.console import Console

    said = io.StringIO()
    configs, _ = _load_deploy_configs_and_actions(ROOT / "prefect.yaml", console=Console(file=said))
    assert said.getvalue() == ""
    return {config["name"]: config for config in configs}


def test_every_deployment_is_one_of_ours_on_our_pool(deployments: dict[str, dict[str, Any]]) -> None:
    """Nightly and its four parts, one at a time each, on one work pool, quiet and offline."""
    assert list(deployments) == ["nightly", "sync", "sweep", "deliver", "publish"]
    for config in deployments.values():
        assert config["work_pool"]["name"] == "kehoach"
        assert config["work_pool"]["job_variables"]["env"]["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
        assert config["concurrency_limit"] == 1


@pytest.mark.parametrize("name", ["nightly", "sync", "sweep", "deliver", "publish"])
def test_every_entrypoint_loads_as_a_worker_loads_it(
    deployments: dict[str, dict[str, Any]], name: str, child: Child
) -> None:
    """By file and from the checkout, with the folder of the file first on the path; its parameters are the flow's."""
    config = deployments[name]
    process = child(
        """
        import json, os, sys
        os.chdir(sys.argv[1])
        from prefect.flows import load_flow_from_entrypoint

        flow = load_flow_from_entrypoint(sys.argv[2])
        flow.validate_parameters(json.loads(sys.argv[3]))
        print(flow.name, sys.path[0].endswith("flows"))
        """,
        str(ROOT),
        config["entrypoint"],
        json.dumps(config["parameters"]),
        PYTHONPATH="",
    )
    out, err = process.communicate(timeout=200)
    assert (out, process.returncode) == (f"{name} True\n", 0), err


HOURS = {
    "nightly": ["2025-05-19 18:30"],
    "sync": [],
    "sweep": ["2025-05-20 00:20"],
    "deliver": [f"2025-05-20 {hour:02}:30" for hour in range(11)],
    "publish": [f"2025-05-20 {hour:02}:05" for hour in range(1, 11)],
}
"""The runs of Tuesday 20/5/2025 in Việt Nam (17:00Z of the 19th to 17:00Z of the 20th), in UTC."""


@pytest.mark.parametrize("name", HOURS)
def test_every_schedule_is_in_the_hours_of_viet_nam(deployments: dict[str, dict[str, Any]], name: str) -> None:
    """Prefect's own reading of the cron lines gives these instants."""
    from prefect.cli.deploy._schedules import _schedule_config_to_deployment_schedule
    from prefect.server.schemas.schedules import CronSchedule

    first, end = datetime(2025, 5, 19, 17, tzinfo=UTC), datetime(2025, 5, 20, 17, tzinfo=UTC)
    found: list[datetime] = []
    for config in deployments[name].get("schedules") or []:
        schedule = _schedule_config_to_deployment_schedule(config)["schedule"]
        assert schedule.timezone == ZONE
        theirs = CronSchedule(cron=schedule.cron, timezone=schedule.timezone)
        found += asyncio.run(theirs.get_dates(n=20, start=first, end=end))
    assert [f"{at.astimezone(UTC):%Y-%m-%d %H:%M}" for at in sorted(found)] == HOURS[name]


def test_the_pinned_prefect_is_the_one_that_is_installed() -> None:
    """prefect.yaml names the version that the locks hold."""
    import prefect

    stated = re.search(r"^prefect-version: (\S+)$", (ROOT / "prefect.yaml").read_text(), re.MULTILINE)
    assert stated is not None
    assert stated[1] == prefect.__version__
