"""`kehoach demo` and `kehoach run`: real flows on the real plan, in processes of their own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Kehoach
from tests.cli.test_door import process

CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """The demo's folder and what it said, on standard output and on standard error."""
    home = tmp_path_factory.mktemp("played") / "demo"
    done = process("demo", str(home), home=home)
    assert done.returncode == 0, done.stderr
    return home, done.stdout, done.stderr


@pytest.mark.prefect
def test_the_demo_ends_with_how_each_unit_stands(played: tuple[Path, str, str]) -> None:
    """The table's last line is the status of that evening; the files it names are there; the steps were told."""
    home, said, steps = played
    status = json.loads(process("status", "--as-of", "20/8/2025", "--json", home=home).stdout)
    total = next(line for line in said.splitlines() if line.startswith("Cộng"))
    assert [int(each) for each in total.split()[1:5]] == [status["counts"][cell] for cell in CELLS]
    opened = [line.strip() for line in said.splitlines() if line.startswith("  ") and str(home) in line]
    assert len(opened) >= 3 and all(Path(each).exists() for each in opened)
    assert "Chủ tịch" in said and "ví dụ" in said
    assert "88 nhiệm vụ" in steps and "20/5/2025" in steps and "Traceback" not in steps


@pytest.mark.prefect
def test_a_run_by_itself_finds_what_the_demo_left(played: tuple[Path, str, str]) -> None:
    """The night of 20/8 was run already: a sweep as of that day moves nothing; JSON is alone on standard output."""
    home, _, _ = played
    done = process("run", "sweep", "--as-of", "20/8/2025", "--json", home=home)
    assert done.returncode == 0, done.stderr
    (sweep,) = json.loads(done.stdout)["sweep"]
    assert (sweep["notices"], sweep["overdue"]) == (0, 0)


def test_a_folder_that_is_not_a_demos_is_left_alone(kehoach: Kehoach, tmp_path: Path) -> None:
    """Exit code 1, one line, and the file that lies there still does."""
    other = tmp_path / "home"
    other.mkdir()
    (other / "kehoach.db").write_bytes(b"precious")
    said = kehoach("demo", str(other))
    assert said.code == 1 and str(other) in said.err.splitlines()[-1]
    assert (other / "kehoach.db").read_bytes() == b"precious"


def test_a_stage_without_a_database_is_refused_before_prefect_starts(tmp_path: Path) -> None:
    """One line that says how to make one; Prefect was not even imported."""
    code = "import sys, cli; code = cli.main(['run', 'sweep']); sys.exit(code if 'prefect' not in sys.modules else 9)"
    done = process(home=tmp_path / "none", code=code)
    assert done.returncode == 3 and "kehoach sync" in done.stderr and done.stderr.count("\n") == 1
