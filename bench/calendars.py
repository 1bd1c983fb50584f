"""Calendars beside plain Python text: the first build, and the rebuild after 1 % of the items changed.

    python -m bench.calendars [N …]        default 300 10000

The yardstick of the first build is the plainest builder that gives the same bytes: f-strings, escaping and folding line
by line. That of the rebuild is writing the calendar's bytes to a new file, put in place of the old one. Both run in
turn with ours in one process, garbage collector off; the best of RUNS counts. `made` is the bytes in hand, from a
database that is open and a plan whose names are read; `made and written` puts them in the file as well.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import Engine  # noqa: E402

from bench.plain_calendar import ABOUT, NAME, UNITS, YEAR, items, plain  # noqa: E402
from models import ledger, migrate, queries  # noqa: E402
from models.ledger import Draft  # noqa: E402
from models.session import begin, open_engine, reading  # noqa: E402
from models.tables import Office, Plan, PlanRevision  # noqa: E402
from outputs import ical  # noqa: E402
from outputs.ical_item import Item  # noqa: E402
from plan.contracts import unit_document  # noqa: E402
from rules import states  # noqa: E402
from rules.units import Unit  # noqa: E402
from rules.values import Dates, Fact, Key, Terms  # noqa: E402
from usecases import calendars, plans  # noqa: E402

RUNS = {300: 40, 10_000: 7}
FIRST, AGAIN = 1.25, 3
"""The limits: how many times the yardstick."""
NOW = datetime(2025, 1, 2, tzinfo=UTC)


def ours(of: list[Item]) -> bytes:
    return ical.calendar(of, name=NAME, description=ABOUT)


# ---- measuring


def best_in_turn(contestants: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The best milliseconds of each, one after the other in every round, the first round uncounted."""
    best = dict.fromkeys(contestants, float("inf"))
    for each in range(runs + 1):
        for name, work in contestants.items():
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            work()
            spent = (time.perf_counter() - start) * 1e3
            gc.enable()
            if each:
                best[name] = min(best[name], spent)
    return best


def first_build(n: int) -> bool:
    """One row; whether the limit was passed."""
    of = items(n)
    made = ours(of)
    assert made == plain(of), "the yardstick must give the same bytes"
    events = made.count(b"BEGIN:VEVENT\r\n")
    best = best_in_turn({"plain": lambda: plain(of), "ours": lambda: ours(of)}, RUNS.get(n, 7))
    print(
        f"| {n:,} | first build | {events:,} events, {len(made):,} octets | plain text {best['plain']:.2f} |"
        f" {best['ours']:.2f} | {best['ours'] / best['plain']:.2f} (≤ {FIRST}) |",
        flush=True,
    )
    return best["ours"] > FIRST * best["plain"]


# ---- the rebuild


def database(path: Path, of: list[Item]) -> tuple[Engine, list[Terms]]:
    """The items as occurrences of a plan of one revision, one task each, with the ledger entry that made them."""
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    units = [unit_document(Unit(id, name, short), YEAR) for id, name, short in UNITS]
    tasks = [
        {"id": x.key.task, "with": ["cong-an", "tram-y-te"] if x.helpers else [], "to": "quan", "via": "phong"}
        | {"sources": [{"clause": clause, "quote": quote} for clause, quote in x.sources]}
        for x in of
    ]
    recipients = [{"id": "quan", "name": "UBND quận Hà Đông"}, {"id": "phong", "name": "Phòng LĐ-TB&XH quận"}]
    documents = {"units": units, "tasks": tasks, "meta": {"recipients": recipients, "campaigns": []}}
    texts = dict.fromkeys(("targets", "ladder", "calendar"), "{}")
    texts |= {name: json.dumps(value) for name, value in documents.items()}
    with begin(engine) as session:
        session.add(Office(id="bench", name="Uỷ ban nhân dân phường", time_zone=ical.ZONE))
        session.flush()
        session.add(Plan(office="bench", id="bench-2025", title="Kế hoạch 2025", year=2025, revision=1, starts_on=YEAR))
        session.flush()
        (entry,) = ledger.append_many(session, "bench", [_draft("plan_revised", "sync", None, {})], now=NOW)
        texts |= dict.fromkeys(("file_hash", "calendar_hash", "libraries"), "")
        told = {"effective_on": YEAR, "recorded_at": NOW, "seq": entry.seq}
        session.add(PlanRevision(office="bench", plan="bench-2025", revision=1, **told, **texts))
        session.flush()
        terms = [
            Terms(x.key, x.kind, x.title, x.label, Dates(last_day=x.last_day, words=x.words, set_by=x.set_by))
            for x in of
        ]
        queries.add_occurrences(session, [(each, states.initial(each, entry.seq, NOW)) for each in terms], 1)
    return engine, terms


def _draft(kind: str, request: str, key: Key | None, data: dict[str, str]) -> Draft:
    return Draft("bench-2025", kind, YEAR, "bench", "bench", "bench", request, key, None, data, None)


def change(engine: Engine, terms: list[Terms], turn: int) -> int:
    """Extend one in a hundred, scattered; how many."""
    data = {"to": f"2026-01-{turn % 28 + 1:02}"}  # later than any day of theirs
    with begin(engine) as session:
        rows = {row.task: row for row in queries.occurrences(session, "bench", "bench-2025")}
        picked = [each for each in terms[turn % 100 :: 100] if rows[each.key.task].phase == "open"]
        drafts = [_draft("extension_granted", f"{turn}/{each.key.task}", each.key, data) for each in picked]
        written = ledger.append_many(session, "bench", drafts, now=NOW)
        after = []
        for each, entry in zip(picked, written, strict=True):
            fact = Fact(entry.seq, "extension_granted", YEAR, NOW, YEAR, data=data)
            after.append((each.key, states.apply(each, queries.to_state(rows[each.key.task]), fact)))
        queries.save_states(session, after)
    return len(picked)


def rebuild(n: int) -> bool:
    """Three rows; whether a limit was passed."""
    with tempfile.TemporaryDirectory(dir=ROOT / "bench") as name:
        folder = Path(name)
        engine, terms = database(folder / "kehoach.db", items(n))
        with reading(engine) as session:
            in_force = plans.in_force(session, "bench", "bench-2025")
        build_cold = time.perf_counter()
        layers: list[calendars.Layer] = []
        with reading(engine) as session:
            calendars.calendar(session, in_force, which=calendars.OFFICE, worth_keeping=layers)
        calendars.keep_layers(engine, layers)
        build_cold = (time.perf_counter() - build_cold) * 1e3
        changed = change(engine, terms, 1)

        def made() -> bytes:
            with reading(engine) as session:
                return calendars.calendar(session, in_force, which=calendars.OFFICE)

        def write(body: bytes) -> None:
            with (folder / "new.ics").open("wb") as file:
                file.write(body)
            (folder / "new.ics").replace(folder / "calendar.ics")

        body = made()
        with reading(engine) as session:
            rows = queries.occurrences(session, "bench", "bench-2025")
            pairs = [(queries.to_terms(row), queries.to_state(row)) for row in rows]
            assert body == calendars.render(session, in_force, pairs, which=calendars.OFFICE), "kept and anew differ"
        best = best_in_turn(
            {"bytes": lambda: write(body), "made": made, "made and written": lambda: write(made())}, RUNS.get(n, 7)
        )
        counts = f"{changed:,} of {len(terms):,} changed, {len(body):,} octets"
        for what in ("made", "made and written"):
            print(
                f"| {n:,} | 1 % changed, {what} | {counts} | the bytes {best['bytes']:.2f} | {best[what]:.2f} |"
                f" {best[what] / best['bytes']:.2f} (≤ {AGAIN}) |",
                flush=True,
            )
        print(f"| {n:,} | from the database, nothing kept | {counts} | | {build_cold:.1f} | |", flush=True)
        engine.dispose()
        return max(best["made"], best["made and written"]) > AGAIN * best["bytes"]


def main() -> int:
    """The rows of each size; exit code 1 where a limit is passed."""
    sizes = [int(each) for each in sys.argv[1:]] or [300, 10_000]
    print("| items | work | counts | yardstick ms | kehoach ms | ratio |")
    print("|---:|---|---|---:|---:|---:|")
    over = False
    for n in sizes:
        over |= first_build(n)
        over |= rebuild(n)
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
