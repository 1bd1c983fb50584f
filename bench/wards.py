"""All calendars of 126 wards in one database: made first, read again, and after a night that changed 1 %.

    python -m bench.wards [WARDS]        default 126, as Hà Nội has

The Phú La plan is synced for each ward, under an office id of its own. Every ward has a calendar for each unit, group
and member, for the office and for the campaigns. A measurement is a process, so that its memory is its own: `rss` is
what it held at most, beside what it held once everything was imported and one calendar was made. The yardstick is
writing the same bytes to files, no fsync.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session

from bench.measure import ROOT
from models import ledger, migrate, queries
from models.ledger import Draft
from models.session import begin, open_engine, reading
from rules import states
from rules.values import Fact, State, Terms
from usecases import calendars, plans, sync

WARDS = 126
FIRST = datetime(2025, 3, 3, 1, tzinfo=UTC)
NIGHT = datetime(2025, 5, 20, 1, tzinfo=UTC)
SHARE = 100
"""One occurrence in so many changes in the night."""
OFFICE = "office: { id: phu-la,"
_SAID = re.compile(r"(\d+) calendars, (\d+) octets, made ([\d.]+), written ([\d.]+), rss ([\d.]+), before ([\d.]+)")


def build(path: Path, wards: int) -> int:
    """The database with its wards, each synced from files of its own; how many occurrences it has."""
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    folder = path.with_name("plan") / "phu-la-2025"
    shutil.copytree(ROOT / "plan" / "phu-la-2025", folder)
    said = (folder / "plan.yaml").read_text(encoding="utf-8")
    assert OFFICE in said
    for n in range(wards):
        (folder / "plan.yaml").write_text(said.replace(OFFICE, f"office: {{ id: phuong-{n:03},"), encoding="utf-8")
        sync.sync(engine, directory=folder, overlay=None, now=FIRST, recorded_by="bench")
    with reading(engine) as session:
        count: int = session.execute(text("select count(*) from occurrence")).scalar_one()
    engine.dispose()
    return count


def night(path: Path) -> int:
    """Extend one in a hundred occurrences, scattered over all wards, each with its entry; how many."""
    engine = open_engine(f"sqlite:///{path}")
    changed = seen = 0
    with begin(engine) as session:
        for office in queries.offices(session):
            rows = sorted(queries.occurrences(session, office, "phu-la-2025"), key=lambda row: (row.task, row.unit))
            picked = []
            for row in rows:
                seen += 1
                if seen % SHARE == 0 and row.phase == "open":
                    picked.append((queries.to_terms(row), queries.to_state(row)))
            changed += _extend(session, office, picked)
    engine.dispose()
    return changed


def _extend(session: Session, office: str, picked: list[tuple[Terms, State]]) -> int:
    data = {"to": "2026-01-15"}
    drafts = [
        Draft("phu-la-2025", "extension_granted", NIGHT.date(), "bench", "bench", "bench", f"b/{terms.key.short}",
              (terms.key.task, terms.key.unit, terms.key.period), None, data, None)
        for terms, _ in picked
    ]  # fmt: skip
    written = ledger.append_many(session, office, drafts, now=NIGHT)
    after = []
    for (terms, state), entry in zip(picked, written, strict=True):
        fact = Fact(entry.seq, "extension_granted", NIGHT.date(), NIGHT, date(2025, 5, 20), data=data)
        after.append((terms.key, states.apply(terms, state, fact)))
    queries.save_states(session, after)
    return len(after)


def every_calendar(engine: Engine, office: str) -> dict[str, bytes]:
    """All of one ward, as a night makes them: what changed is kept for the next time."""
    layers: list[calendars.Layer] = []
    with reading(engine) as session:
        in_force = plans.in_force(session, office, "phu-la-2025")
        whiches = (calendars.OFFICE, calendars.CAMPAIGNS, *in_force.units)
        made = {each: calendars.calendar(session, in_force, which=each, worth_keeping=layers) for each in whiches}
    calendars.keep_layers(engine, layers)
    return made


def rss() -> float:
    """The most this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def child(path: Path, folder: Path) -> None:
    """Make and write all calendars of all wards; say how long each took and what was held."""
    engine = open_engine(f"sqlite:///{path}")
    with reading(engine) as session:
        offices = queries.offices(session)
        in_force = plans.in_force(session, offices[0], "phu-la-2025")
        calendars.calendar(session, in_force, which="cong-an")
    before, made, written, octets, count = rss(), 0.0, 0.0, 0, 0
    for office in offices:
        begun = time.perf_counter()
        bodies = every_calendar(engine, office)
        made += time.perf_counter() - begun
        begun = time.perf_counter()
        for which, body in bodies.items():
            (folder / f"{office}-{which}.ics").write_bytes(body)
        written += time.perf_counter() - begun
        octets += sum(map(len, bodies.values()))
        count += len(bodies)
    engine.dispose()
    took = f"made {made:.3f}, written {written:.3f}"
    print(f"{count} calendars, {octets} octets, {took}, rss {rss():.1f}, before {before:.1f}")


def measure(what: str, path: Path, folder: Path) -> None:
    """One row, from a process of its own."""
    command = [sys.executable, "-m", "bench.wards", "--child", str(path), str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    said = _SAID.search(ran.stdout)
    if ran.returncode or said is None:
        raise RuntimeError(ran.stdout + ran.stderr)
    count, octets = int(said[1]), int(said[2])
    made, written, held, before = (float(said[at]) for at in range(3, 7))
    print(
        f"| {what} | {count:,} | {octets / 1e6:.1f} | {made:.2f} | {written:.2f} | {made / count * 1e3:.2f} |"
        f" {held:.0f} ({before:.0f}) |",
        flush=True,
    )


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    wards = int(sys.argv[1]) if sys.argv[1:] else WARDS
    with tempfile.TemporaryDirectory(dir=ROOT / "bench") as name:
        path, folder = Path(name) / "kehoach.db", Path(name) / "calendars"
        folder.mkdir()
        occurrences = build(path, wards)
        print(f"{wards} wards, {occurrences:,} occurrences\n")
        print("| | calendars | MB | made, s | their bytes written, s | ms a calendar | rss, MiB (before) |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        measure("first, nothing kept", path, folder)
        measure("again, nothing changed", path, folder)
        changed = night(path)
        measure(f"after a night that changed {changed} ({changed / occurrences:.1%})", path, folder)
        measure("again after that", path, folder)
        print(f"\nDatabase: {path.stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
