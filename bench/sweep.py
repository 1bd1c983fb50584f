"""The sweep as plain work beside the same answer in bare SQL over the same tables and keys.

    python -m bench.sweep [N …]        default 300 40000 1000000

For each size two nights: 1 % of the occurrences act, and all that are overdue (a quarter) act. Both contestants start
from a copy of one database file and run in a process of their own, in turn; times are inner (imports and opening done).
`memory` is what the peak of the resident set rose by during the work.
"""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TODAY = date(2025, 8, 20)
NOW = datetime(2025, 8, 19, 18, 30, tzinfo=UTC)
OFFICE, PLAN = "bench", "bench-2025"
RUNS = {300: 9, 40_000: 5, 1_000_000: 3}

MOVED = "office, plan, task, unit, period, rung, version, recipient, role, passed_from, due_on"


def build(path: Path, n: int, share: float) -> int:
    """A database of n occurrences, `share` of which have two rows due (a rung and the event), all one still to come."""
    sys.path.insert(0, str(ROOT))
    from models import migrate
    from models.session import open_engine

    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("pragma synchronous=off")
    db.execute("begin")
    db.execute(
        "insert into office (id, name, time_zone, head_seq, head_hash) values (?, 'Phường', 'Asia/Ho_Chi_Minh', 0, '')",
        (OFFICE,),
    )
    db.execute(
        "insert into plan (office, id, title, year, revision, starts_on)"
        " values (?, ?, 'Kế hoạch', 2025, 1, '2025-01-01')",
        (OFFICE, PLAN),
    )
    needed = {
        "kind": "'once'",
        "title": "'Việc'",
        "basis": "'plan'",
        "relation": "'trực thuộc'",
        "phase": "'open'",
        "version": "1",
        "revision": "1",
    }
    columns = [row for row in db.execute("pragma table_info(occurrence)") if row[3] and row[1] not in needed]
    for row in columns:
        needed[row[1]] = "0" if row[2] in ("INTEGER", "BOOLEAN") else "'{}'" if row[1] == "answers" else "''"
    needed |= {
        "office": f"'{OFFICE}'",
        "plan": f"'{PLAN}'",
        "task": "'viec-' || (i % 10000)",
        "unit": "'don-vi-' || (i / 10000)",
        "period": "'nam'",
        "held_by": "'don-vi-' || (i / 10000)",
        "lines": "'[]'",
    }
    names = ", ".join(needed)
    counted = "with recursive n(i) as (select 0 union all select i + 1 from n where i < ?)"
    db.execute(f"insert into occurrence ({names}) {counted} select {', '.join(needed.values())} from n", (n - 1,))
    acting = max(1, int(n * share))
    step = n / acting
    day = (TODAY - timedelta(days=1)).isoformat()
    key = "'bench', 'bench-2025', 'viec-' || (i % 10000), 'don-vi-' || (i / 10000), 'nam'"
    rung = "insert into rung_day (office, plan, task, unit, period, rung, version, recipient, role, due_on)"
    due = f"from (select cast(i * {step} as integer) as i from n)"
    db.execute(f"{rung} {counted} select {key}, 'head', 1, 'head:x', 'head', '{day}' {due}", (acting - 1,))
    db.execute(f"{rung} {counted} select {key}, 'overdue', 1, '@events', 'events', '{day}' {due}", (acting - 1,))
    db.execute(f"{rung} {counted} select {key}, 'chair-1', 1, 'chair', 'chair', '2025-12-15' from n", (n - 1,))
    db.execute("commit")
    db.execute("pragma wal_checkpoint(truncate)")
    db.execute("analyze")
    db.close()
    return acting


def bare(path: Path) -> dict[str, float]:
    """The yardstick: the same move by hand."""
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("foreign_keys=on", "recursive_triggers=on", "synchronous=full", "journal_mode=wal"):
        db.execute(f"pragma {pragma}")
    db.execute("select count(*) from office").fetchone()
    before = peak()
    where = "where office = ? and plan = ? and due_on <= ?"
    args = (OFFICE, PLAN, TODAY.isoformat())

    def sweep() -> int:
        db.execute("begin immediate")
        db.execute(f"select count(*) from rung_day {where} and rung = 'overdue'", args).fetchone()
        moved = db.execute(
            f"insert into notice ({MOVED}, made_at, state, attempts)"
            f" select {MOVED}, ?, 'pending', 0 from rung_day {where} on conflict do nothing",
            ("2025-08-19 18:30:00.000000", *args),
        ).rowcount
        db.execute(f"delete from rung_day {where}", args)
        db.execute("commit")
        return moved

    return timed(sweep, before)


def ours(path: Path) -> dict[str, float]:
    """The use case, as the nightly flow calls it."""
    sys.path.insert(0, str(ROOT))
    from models.session import open_engine, reading
    from usecases import plans
    from usecases.sweep import sweep

    engine = open_engine(f"sqlite:///{path}")
    with reading(engine) as session:
        plans.all_plans(session)
    before = peak()

    def work() -> int:
        report = sweep(engine, today=TODAY, now=NOW)[0]
        return report.notices + report.overdue

    return timed(work, before)


def timed(work, before: float) -> dict[str, float]:  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    moved = work()
    first = time.perf_counter() - start
    memory = peak() - before
    start = time.perf_counter()
    again = work()
    second = time.perf_counter() - start
    assert again in (0, -1), again
    return {"ms": first * 1e3, "again_ms": second * 1e3, "moved": moved, "memory_mib": memory}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(who: str, base: Path, folder: Path) -> dict[str, float]:
    copy = folder / "run.db"
    for each in folder.glob("run.db*"):
        each.unlink()
    shutil.copyfile(base, copy)
    out = subprocess.run([sys.executable, __file__, "--as", who, str(copy)], capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(out.stdout)
    return result


def main() -> None:
    if sys.argv[1:2] == ["--as"]:
        print(json.dumps({"bare": bare, "ours": ours}[sys.argv[2]](Path(sys.argv[3]))))
        return
    sizes = [int(each) for each in sys.argv[1:]] or [300, 40_000, 1_000_000]
    print("| occurrences | acting | bare SQL ms | kehoach ms | ratio (≤ 1.5) | again ms (≤ 5) | memory MiB (≤ 25) |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for n in sizes:
        for share in (0.01, 0.254):
            with tempfile.TemporaryDirectory(dir=ROOT / "bench") as name:
                folder = Path(name)
                acting = build(folder / "base.db", n, share)
                results: dict[str, list[dict[str, float]]] = {"bare": [], "ours": []}
                for _ in range(RUNS.get(n, 3) + 1):
                    for who, found in results.items():
                        found.append(run(who, folder / "base.db", folder))
                middle = {
                    who: {key: statistics.median(each[key] for each in found[1:]) for key in found[0]}
                    for who, found in results.items()
                }
            b, o = middle["bare"], middle["ours"]
            assert b["moved"] == o["moved"] == 2 * acting, (b, o, acting)
            print(
                f"| {n:,} | {acting:,} | {b['ms']:.1f} | {o['ms']:.1f} | {o['ms'] / b['ms']:.2f} |"
                f" {o['again_ms']:.2f} | {o['memory_mib']:.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
