"""What the nightly flow costs over its plain functions, on the real plan and the same data (docs/decisions/0030).

    python -m bench.flow [RUNS]        default 7

Three nights: one on an empty folder, one with nothing new, both in one process beside a Prefect API that is up; and one
with nothing new as a whole process, where `kehoach run nightly` starts its API first. Events leave in neither
contestant but the flow: confirming them is part of what the flow is for.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.measure import Row, compare, process, report  # noqa: E402 (the path comes first)
from flows import run as door  # noqa: E402
from flows import stages  # noqa: E402

PLAN = ROOT / "plan" / "phu-la-2025"
DAY, NOW = "2025-05-20", "2025-05-20T01:30:00+07:00"

ALONE = """
import sys
from flows import stages
home, url, directory, day, now = sys.argv[1:]
night = stages.night(home=home, database_url=url, directory=directory, as_of=day, now=now)
for stage in stages.STAGES.values():
    stage(night)
"""
FLOW = """
import sys
from pathlib import Path
from flows.run import run
home, url, directory, day, now = sys.argv[1:]
run("nightly", home=Path(home), database_url=url, directory=Path(directory), as_of=day, now=now)
"""


def plain(home: Path) -> None:
    """The four stages, one after another."""
    night = stages.night(home=str(home), database_url=_url(home), directory=str(PLAN), as_of=DAY, now=NOW)
    for stage in stages.STAGES.values():
        stage(night)


def flow(home: Path) -> None:
    """The same through the door of the command line."""
    door.run("nightly", home=home, database_url=_url(home), directory=PLAN, as_of=DAY, now=NOW)


def _url(home: Path) -> str:
    return f"sqlite:///{home / 'kehoach.db'}"


def _anew(night: Callable[[Path], None], home: Path) -> Callable[[], None]:
    def run() -> None:
        shutil.rmtree(home, ignore_errors=True)
        night(home)

    return run


def _alone(script: str, home: Path) -> Callable[[], Any]:
    return process(
        [sys.executable, "-c", script, home, _url(home), PLAN, DAY, NOW],
        PYTHONPATH=str(ROOT),
        PREFECT_HOME=str(home / "prefect"),
    )


def rows(folder: Path, runs: int) -> list[Row]:
    """The three comparisons."""
    first, second = folder / "plain", folder / "flow"
    found = []
    with door.api(folder / "api"):
        found.append(compare("a night on an empty folder, API up", _anew(plain, first), _anew(flow, second), runs=runs))
        found.append(compare("a night with nothing new, API up", lambda: plain(first), lambda: flow(second), runs=runs))
    os.environ.pop("PREFECT_API_URL", None)
    whole = compare("a whole process, nothing new, its own API", _alone(ALONE, first), _alone(FLOW, second), runs=runs)
    return [*found, whole]


def main() -> int:
    """Print the rows."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        return report(rows(Path(folder), runs))


if __name__ == "__main__":
    sys.exit(main())
