"""The command line in this process, with a clock of the test's own and a data folder that is thrown away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import cli

MAY = datetime(2025, 5, 20, 3, 0, tzinfo=UTC)
"""10:00 on 20/5/2025 in Việt Nam: two reports are a week late, the rest of the year is to come."""


@dataclass(frozen=True)
class Answer:
    """What one command line answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)


Kehoach = Callable[..., Answer]


@pytest.fixture
def kehoach(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Kehoach:
    """Run `kehoach ARGS` as at `now`, in Vietnamese, with an empty data folder."""
    for name in ("KEHOACH_LANG", "KEHOACH_PLAN", "KEHOACH_DATABASE_URL", "KEHOACH_RECORDER", "KEHOACH_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KEHOACH_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)

    def run(*args: str, now: datetime = MAY) -> Answer:
        capsys.readouterr()
        code = cli.main(args, clock=lambda: now)
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return run


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the Phú La plan in it, as on its first day; copied by `home`."""
    home = tmp_path_factory.mktemp("synced")
    start = datetime(2025, 2, 20, 3, 0, tzinfo=UTC)
    assert cli.main(["--home", str(home), "sync"], clock=lambda: start) == 0
    return home


@pytest.fixture
def home(synced: Path, kehoach: Kehoach, tmp_path: Path) -> Path:
    """The data folder of `kehoach`, with the Phú La plan in it and nothing told yet."""
    folder = tmp_path / "home"
    shutil.copytree(synced, folder)
    return folder
