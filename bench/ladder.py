"""Deciding a night: what the sweep costs where 1 % of the open occurrences act, beside bare scans of the same rows.

    python -m bench.ladder [N …]       default 1000000

Three ways to learn who must be told tonight, each in a process of its own on a copy of one database, in turn:

- acting rows: a bare SELECT of the rows of `rung_day` that are due, read and counted. The least that an answer costs.
- open rows: a bare SELECT of every open occurrence, read and counted: what deciding from scratch reads beforehand.
- ours: the sweep, which also moves what it found into the outbox, in one transaction.

`rules` is the pure decision alone: `ladder.decide` for as many occurrences as act, in memory. Times are inner (imports
and opening done), medians; memory is what the peak of the resident set rose by during the work.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from bench.sweep import NOW, OFFICE, PLAN, ROOT, RUNS, TODAY, build, ours, peak

SHARE = 0.01


def scan(path: Path, sql: str, *args: object) -> dict[str, float]:
    """A bare read of rows, one at a time, as a driver gives them."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("select count(*) from office").fetchone()
    return _timed(lambda: sum(1 for _ in db.execute(sql, args)))


def acting_rows(path: Path) -> dict[str, float]:
    """The rows that are due, by the index that the sweep uses."""
    sql = (
        "select task, unit, period, rung, version, recipient, role, passed_from, due_on from rung_day"
        " where office = ? and plan = ? and due_on <= ?"
    )
    return scan(path, sql, OFFICE, PLAN, TODAY.isoformat())


def open_rows(path: Path) -> dict[str, float]:
    """Every open occurrence with what deciding needs of it."""
    sql = (
        "select task, unit, period, kind, relation, phase, current_day, version, held_by from occurrence"
        " where office = ? and plan = ? and phase in ('open', 'returned')"
    )
    return scan(path, sql, OFFICE, PLAN)


def rules(path: Path) -> dict[str, float]:
    """`ladder.decide` for as many occurrences as act, on the real plan's ladder and calendar."""
    sys.path.insert(0, str(ROOT))
    import plan as language
    from rules import ladder, states

    db = sqlite3.connect(path)
    many = db.execute("select count(*) from rung_day where due_on <= ?", (TODAY.isoformat(),)).fetchone()[0] // 2
    loaded = language.load(ROOT / "plan" / "phu-la-2025")
    policy, calendar, meta = loaded.policy, loaded.calendar, loaded.meta
    directory = ladder.Directory(loaded.units, loaded.people, meta.monitor, meta.confirmer, loaded.absences)
    reports = [(each, states.initial(each, 0, NOW)) for each in language.occurrences(loaded) if each.kind == "report"]
    pairs = [reports[n % len(reports)] for n in range(many)]
    night = TODAY + timedelta(days=1)

    def decide() -> int:
        for terms, state in pairs:
            ladder.decide(terms, state, policy, calendar, directory, night, ())
        return 2 * many

    return _timed(decide)


def _timed(work: Callable[[], int]) -> dict[str, float]:
    before = peak()
    start = time.perf_counter()
    rows = work()
    ms = (time.perf_counter() - start) * 1e3
    return {"ms": ms, "moved": rows, "memory_mib": peak() - before}


CONTESTANTS = {"acting": acting_rows, "open": open_rows, "rules": rules, "ours": ours}


def run(who: str, base: Path, folder: Path) -> dict[str, float]:
    """One contestant in a process of its own, on a copy of the database."""
    copy = folder / "run.db"
    for each in folder.glob("run.db*"):
        each.unlink()
    shutil.copyfile(base, copy)
    command = [sys.executable, "-m", "bench.ladder", "--as", who, str(copy)]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(out.stdout)
    return result


def measure(n: int) -> str:
    """One row of the table."""
    with tempfile.TemporaryDirectory(dir=ROOT / "bench") as name:
        folder = Path(name)
        acting = build(folder / "base.db", n, SHARE)
        found: dict[str, list[dict[str, float]]] = {who: [] for who in CONTESTANTS}
        for _ in range(RUNS.get(n, 3) + 1):
            for who, each in found.items():
                each.append(run(who, folder / "base.db", folder))
        middle = {
            who: {key: statistics.median(each[key] for each in runs[1:]) for key in runs[0]}
            for who, runs in found.items()
        }
    assert middle["acting"]["moved"] == middle["ours"]["moved"] == 2 * acting, middle
    assert middle["open"]["moved"] == n, middle
    a, o, r, k = (middle[who]["ms"] for who in ("acting", "open", "rules", "ours"))
    memory = middle["ours"]["memory_mib"]
    return f"| {n:,} | {acting:,} | {a:.1f} | {o:.1f} | {k:.1f} | {k / a:.2f} | {k / o:.2f} | {memory:.1f} | {r:.1f} |"


def main() -> None:
    if sys.argv[1:2] == ["--as"]:
        print(json.dumps(CONTESTANTS[sys.argv[2]](Path(sys.argv[3]))))
        return
    print(
        "| open | acting | scan of acting rows ms | scan of open rows ms | kehoach ms | to acting | to open |"
        " memory MiB | rules ms |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for n in [int(each) for each in sys.argv[1:]] or [1_000_000]:
        print(measure(n), flush=True)


if __name__ == "__main__":
    main()
