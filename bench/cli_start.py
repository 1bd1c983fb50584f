"""What the command line costs before it does anything: whole processes, against importing what it stands on.

    python -m bench.cli_start [RUNS]        default 21

`kehoach --help` beside `python -c "import typer"`; `kehoach status` on the synced Phú La plan beside a bare script that
imports our tables and Typer and runs the same two queries. Neither command may import Prefect: that is counted, too.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import ROOT, compare, process, report

KEHOACH = Path(sys.executable).parent / "kehoach"

BARE_STATUS = """
import sys
import typer
from sqlalchemy import create_engine, select
from sqlmodel import Session
from models.tables import Notice, Occurrence
occurrence, notice = Occurrence.__table__, Notice.__table__
with Session(create_engine(sys.argv[1])) as session:
    office, plan = session.execute(select(occurrence.c.office, occurrence.c.plan).limit(1)).one()
    rows = session.execute(select(occurrence).where(
        occurrence.c.office == office, occurrence.c.plan == plan, occurrence.c.withdrawn.is_(False))).all()
    told = session.execute(select(notice.c.task, notice.c.unit, notice.c.period, notice.c.rung).where(
        notice.c.office == office, notice.c.plan == plan, notice.c.state != "dropped")
        .order_by(notice.c.version, notice.c.due_on, notice.c.rung)).all()
print(len(rows), len(told))
"""

IMPORTS = """
import sys
sys.argv = ["kehoach", *sys.argv[1:]]
from cli import main
try:
    main()
except SystemExit:
    pass
sys.stderr.write("prefect" if "prefect" in sys.modules else "clean")
"""


def imports_prefect(home: str, *words: str) -> bool:
    """Whether the command loads Prefect."""
    said = subprocess.run(
        [sys.executable, "-c", IMPORTS, *words],
        cwd=ROOT,
        env={"KEHOACH_HOME": home, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stderr.endswith("prefect")


def main() -> int:
    """Two rows; exit code 1 where a limit is passed or Prefect is imported."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 21
    with tempfile.TemporaryDirectory() as home:
        process([KEHOACH, "sync"], KEHOACH_HOME=home)()
        url = f"sqlite:///{home}/kehoach.db"
        over = report(
            [
                compare(
                    "`kehoach --help` / `import typer`",
                    process([sys.executable, "-c", "import typer"]),
                    process([KEHOACH, "--help"]),
                    limit=1.3,
                    runs=runs,
                ),
                compare(
                    "`kehoach status` / bare script, same tables and queries",
                    process([sys.executable, "-c", BARE_STATUS, url]),
                    process([KEHOACH, "status"], KEHOACH_HOME=home),
                    limit=1.2,
                    runs=runs,
                ),
            ]
        )
        for words in (["--help"], ["status"]):
            if imports_prefect(home, *words):
                sys.stderr.write(f"kehoach {words[0]} imports Prefect\n")
                over = 1
    return over


if __name__ == "__main__":
    sys.exit(main())
