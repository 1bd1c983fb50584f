"""One Prefect API for all tests of the flows, and children that are measured or killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

ROOT = Path(__file__).parents[2]

Child = Callable[..., "subprocess.Popen[str]"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one worker: the API starts once, whatever runs beside it."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("flows"))


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The API that `kehoach run` starts for itself, once for the session: it takes seconds to come up."""
    from flows.run import api

    with api(tmp_path_factory.mktemp("prefect")):
        yield


def clean_environment(**more: str) -> dict[str, str]:
    """This process's environment without what Prefect, CI or another test has put there."""
    dropped = ("PREFECT_", "KEHOACH_", "DO_NOT_TRACK", "CI", "GITHUB_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"} | more


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    """Starts a Python script in a process of its own; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        path = tmp_path / "child.py"
        path.write_text(dedent(script), encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, str(path), *arguments],
            cwd=tmp_path,
            env=clean_environment(**environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


STAND_INS = """
from pathlib import Path
from flows import stages

stages.sync = lambda night: {"unchanged": True}
stages.sweep = lambda night: []
stages.deliver = lambda night, emit: [{"failed": 0}]
stages.publish = lambda night: [{"progress": []}]
"""
"""Small real functions in place of the stages, where a test is about what surrounds them."""
