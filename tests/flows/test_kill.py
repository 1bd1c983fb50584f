"""A night on the real plan, killed (SIGKILL) and run again: database and files as of one left in peace."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from flows import stages
from flows.run import run
from tests.flows.conftest import ROOT, Child

DAY, NOW = "2025-05-20", "2025-05-20T01:30:00+07:00"

# What may differ: random request ids and what hashes them, and who claimed a notice and how often.
VOLATILE = {"request_id", "hash", "prev_hash", "head_hash", "claimed_at", "claimed_by", "attempts"}


State = tuple[dict[str, list[Any]], dict[str, bytes]]


def _url(home: Path) -> str:
    return f"sqlite:///{home / 'kehoach.db'}"


def _state(home: Path) -> State:
    """Every row of every table, and every file that people are given."""
    rows: dict[str, list[Any]] = {}
    with sqlite3.connect(home / "kehoach.db") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            names = [each[1] for each in database.execute(f"pragma table_info('{table}')") if each[1] not in VOLATILE]
            columns = ", ".join(f'"{name}"' for name in names)
            rows[table] = sorted(database.execute(f'select {columns} from "{table}"'), key=repr)
    folders = [home / "outbox", home / "published"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return rows, {str(path.relative_to(home)): path.read_bytes() for path in files}


def _same(found: State, expected: State) -> None:
    assert found[1] == expected[1]
    assert list(found[0]) == list(expected[0])
    for table, rows in expected[0].items():
        assert found[0][table] == rows, table


def _night(home: Path, directory: Path) -> None:
    """A whole night through the door of the command line."""
    run("nightly", home=home, database_url=_url(home), directory=directory, as_of=DAY, now=NOW)


def _plainly(home: Path, directory: Path) -> None:
    """A whole night without Prefect; its events wait."""
    night = stages.night(home=str(home), database_url=_url(home), directory=str(directory), as_of=DAY, now=NOW)
    for stage in stages.STAGES.values():
        stage(night)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the real plan: whoever edits it while the tests run changes nothing here."""
    copy = tmp_path_factory.mktemp("plan") / "phu-la-2025"
    shutil.copytree(ROOT / "plan" / "phu-la-2025", copy)
    return copy


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, prefect_api: None, directory: Path) -> State:
    """What a night comes to that nobody kills."""
    home = tmp_path_factory.mktemp("undisturbed")
    _night(home, directory)
    state = _state(home)
    assert {row for row in state[0]["notice"] if "overdue" in row}, "the day has something overdue"
    assert any(name.startswith("outbox/") for name in state[1])
    assert any(name.endswith(".ics") for name in state[1])
    return state


KILLED = """
import os, signal, sys
from pathlib import Path
from flows import announce, stages
from flows.run import run
from outputs import channels

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def after(owner, name, count=1):
    real, calls = getattr(owner, name), []
    def wrapped(*arguments, **named):
        result = real(*arguments, **named)
        calls.append(name)
        if len(calls) == count:
            die()
        return result
    setattr(owner, name, wrapped)

home, directory, day, now, point = sys.argv[1:]
url = f"sqlite:///{home}/kehoach.db"
owner, name, count = {
    "sent": (channels.FileChannel, "send", 5),
    "emitted": (announce, "emit", 1),
}.get(point, (stages, point, 1))
after(owner, name, count)
run("nightly", home=Path(home), database_url=url, directory=Path(directory), as_of=day, now=now)
"""


POINTS = ("sync", "sweep", "emitted", "sent", "deliver", "publish")
"""After each stage, between an event's arrival and its mark, and between sending and marking a notice."""


@pytest.mark.prefect
def test_killed_at_every_boundary_in_turn_nothing_is_lost_and_nothing_differs(
    child: Child, tmp_path: Path, directory: Path, undisturbed: State
) -> None:
    """Six runs of one night, each killed one boundary later than the last, then one in peace."""
    from prefect.settings import PREFECT_API_URL

    home = tmp_path / "kho"
    for point in POINTS:
        process = child(
            KILLED, str(home), str(directory), DAY, NOW, point, PREFECT_API_URL=str(PREFECT_API_URL.value())
        )
        _, err = process.communicate(timeout=400)
        assert process.returncode == -signal.SIGKILL, f"{point}: {err}"
    _night(home, directory)
    _same(_state(home), undisturbed)


PLAIN = """
import sys
from flows import stages
home, directory, day, now = sys.argv[1:]
night = stages.night(
    home=home, database_url=f"sqlite:///{home}/kehoach.db", directory=directory, as_of=day, now=now
)
print("ready", flush=True)
for stage in stages.STAGES.values():
    stage(night)
"""


@pytest.fixture(scope="module")
def plainly_undisturbed(tmp_path_factory: pytest.TempPathFactory, directory: Path) -> tuple[State, float]:
    """The same without Prefect, and how many seconds it takes."""
    home = tmp_path_factory.mktemp("plain")
    started = time.monotonic()
    _plainly(home, directory)
    return _state(home), time.monotonic() - started


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_any_instant_and_run_again_nothing_differs(
    child: Child, tmp_path: Path, directory: Path, plainly_undisturbed: tuple[State, float], seed: int
) -> None:
    """Killed at a random instant of the night, then left in peace."""
    chance = random.Random(seed)
    state, seconds = plainly_undisturbed
    home = tmp_path / "kho"
    process = child(PLAIN, str(home), str(directory), DAY, NOW)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(chance.uniform(0, seconds * 1.5))  # the child imports as it goes, so it is slower
    process.kill()
    process.communicate()
    _plainly(home, directory)
    _same(_state(home), state)
