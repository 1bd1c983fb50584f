"""Prefect is kept quiet, offline and out of the way of everything that does not run a flow."""

from __future__ import annotations

import importlib.metadata
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from flows import environment
from rules.errors import OutsideFailed
from tests.flows.conftest import ROOT, STAND_INS, clean_environment

WATCH = """
import os, sys

FILE = os.open(os.environ["WATCH_FILE"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
NAMES = {"socket.connect": 1, "socket.sendto": 1, "socket.getaddrinfo": 0, "socket.gethostbyname": 0}

def watch(event, arguments):
    if event in NAMES:
        address = arguments[NAMES[event]]
        os.write(FILE, f"{os.getpid()} {event} {address[0] if isinstance(address, tuple) else address}\\n".encode())

os.write(FILE, f"{os.getpid()} started localhost\\n".encode())
sys.addaudithook(watch)
"""
"""Written as sitecustomize.py, so that every Python process of the run is watched from its first line."""


@pytest.mark.prefect
def test_a_run_is_silent_and_connects_to_nothing_but_this_machine(tmp_path: Path) -> None:
    """On a terminal, outside CI, with a new data folder: where Prefect calls home by default, twice over."""
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    script = tmp_path / "run.py"
    script.write_text(
        STAND_INS
        + "from flows.run import run\n"
        + f"run('nightly', home=Path({str(tmp_path)!r}), database_url='sqlite:///none.db')\n"
    )
    watched = tmp_path / "addresses"
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [sys.executable, str(script)],
            env=clean_environment(
                PYTHONPATH=os.pathsep.join((str(tmp_path), str(ROOT))), WATCH_FILE=str(watched), HOME=str(tmp_path)
            ),
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            timeout=400,
        )
        os.set_blocking(ours, False)
        with pytest.raises(BlockingIOError):  # nothing was written to the terminal
            os.read(ours, 1000)
    finally:
        os.close(theirs)
        os.close(ours)
    assert done.returncode == 0
    lines = [line.split(" ", 2) for line in watched.read_text().splitlines()]
    assert len({pid for pid, _, _ in lines}) >= 2, "the run and its server are both watched"
    assert {address for _, _, address in lines} <= {"127.0.0.1", "::1", "localhost", "0.0.0.0"}


def test_importing_the_flows_does_not_import_prefect() -> None:
    """Commands that run no flow never pay for it."""
    script = "import sys, flows.run, flows.serve, flows.stages, flows.server; print('prefect' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], env=clean_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_no_module_here_shadows_another() -> None:
    """Prefect puts the folder of a flow's file first on the import path."""
    ours = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    rooms = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert ours.isdisjoint(sys.stdlib_module_names | rooms | set(importlib.metadata.packages_distributions()))


def test_what_somebody_set_stays_but_for_calling_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PREFECT_HOME and the log level may be chosen; analytics may not."""
    for name in [each for each in os.environ if each.startswith("PREFECT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    os.environ |= {"PREFECT_HOME": str(tmp_path / "own"), "PREFECT_SERVER_ANALYTICS_ENABLED": "true"}
    environment.prepare(tmp_path, level="INFO")
    assert os.environ["PREFECT_HOME"] == str(tmp_path / "own")
    assert (tmp_path / "own").is_dir()
    assert os.environ["PREFECT_LOGGING_LEVEL"] == "INFO"
    assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert os.environ["DO_NOT_TRACK"] == "1"


def test_every_setting_is_one_that_prefect_knows() -> None:
    """A misspelt or renamed setting would be ignored in silence."""
    from prefect.settings import Settings
    from prefect.settings.legacy import _get_valid_setting_names

    known = _get_valid_setting_names(Settings)
    ours = {*environment.OFFLINE, *environment._DEFAULTS, "PREFECT_HOME", "PREFECT_LOGGING_LEVEL"} - {"DO_NOT_TRACK"}
    assert ours <= known


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of our own errors, not Prefect's warning."""
    monkeypatch.setattr(os, "environ", {})
    (tmp_path / "file").touch()
    with pytest.raises(OutsideFailed, match=r"flow\.no_home"):
        environment.prepare(tmp_path / "file")
