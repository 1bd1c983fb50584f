"""Kill -9 at random during sweep and deliver, then look: nothing missing, a repeat only where the answer was lost.

    python -m bench.crash [KILLS] [SEED]        default 200 1

A mail server of its own process notes what it takes. The year's days on which something is due pass; on each children
sweep and deliver and are killed at a random instant, some too late, the last is left in peace. After every kill it is
noted which digests were claimed and not settled: only those may arrive twice, under the same Message-ID.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import text  # noqa: E402 (the path comes first)

from bench.mail_server import running  # noqa: E402
from models.migrate import upgrade  # noqa: E402
from models.session import open_engine, reading  # noqa: E402
from outputs.channels import FileChannel  # noqa: E402
from outputs.channels.mail import Mail, Server  # noqa: E402
from outputs.channels.mime import Sender  # noqa: E402
from tests.usecases import small  # noqa: E402
from usecases import deliver, sweep, sync  # noqa: E402

LAST = date(2025, 12, 31)
GROUPS = 30
ROLES = ["monitor", "office", "vice-chair", "chair", "unit:a", "unit:cong-an", "unit:doan"]
ROLES += [f"unit:to-{n:02}" for n in range(1, GROUPS)]
"""With an address each; the last group has none and is told by file."""

NOTICES = "select task, unit, period, rung, version, recipient, state, channel from notice"
DUE = "select distinct due_on from rung_day where due_on < '2025-12-30' and recipient <> '@events' order by due_on"
OPEN = "select id from digest where state = 'claimed'"


@dataclass
class Outcome:
    """What was found after all kills."""

    kills: int = 0
    told: int = 0
    """Notices told in digests."""
    missing: list[str] = field(default_factory=list)
    """Notices that an unbroken run of the same days has and this one has not, that wait for ever, or that are marked as
    sent while no message and no file tells them."""
    repeats: int = 0
    """Messages that arrived again."""
    unexplained: list[str] = field(default_factory=list)
    """Message-IDs that arrived more often than kills explain."""


class Home:
    """One office's database, and what a night does to it."""

    def __init__(self, folder: Path, port: int) -> None:
        folder.mkdir()
        self.out, self.port = folder / "out", port
        self.url = f"sqlite:///{folder / 'kehoach.db'}"
        plan = small.write(folder)
        small.edit(plan / "units.yaml", "count: 3", f"count: {GROUPS}")
        people = "".join(f"  {role}: {{ id: {name(role)}, name: N, email: {address(role)} }}\n" for role in ROLES)
        small.edit(plan / "escalation.yaml", "people: {}\n", f"people:\n{people}")
        engine = open_engine(self.url)
        upgrade(engine)
        sync.sync(engine, directory=plan, overlay=None, now=small.at("2025-01-10"), recorded_by="bench")
        engine.dispose()

    def night(self, day: date) -> None:
        """Sweep and deliver, in a connection of its own."""
        now = small.at(day.isoformat())
        engine = open_engine(self.url)
        sweep.sweep(engine, today=day, now=now)
        with Mail(Server("127.0.0.1", self.port, "none"), Sender("kehoach@nho.example.vn"), now) as mail:
            deliver.deliver(engine, channel=FileChannel(self.out), channels={"email": mail}, now=now, run=str(day))
        engine.dispose()

    def killed(self, day: date, after: float) -> bool:
        """A night in a child that is killed after so many seconds; False where it had ended by itself."""
        child = os.fork()
        if child == 0:
            try:
                self.night(day)
            finally:
                os._exit(0)
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])

    def rows(self, sql: str) -> list[Any]:
        engine = open_engine(self.url)
        with reading(engine) as session:
            rows = list(session.execute(text(sql)).all())
        engine.dispose()
        return rows


def name(role: str) -> str:
    return role.replace(":", "-")


def address(role: str) -> str:
    return f"{name(role)}@nho.example.vn"


def crash(kills: int, seed: int, folder: Path) -> Outcome:
    """Live through the days with so many kills in `folder` (empty), and judge."""
    chance = random.Random(seed)
    outcome, explained = Outcome(), Counter[str]()
    with running(texts=True) as server:
        home = Home(folder / "killed", server.port)
        days = [date.fromisoformat(row.due_on) for row in home.rows(DUE)]
        patience = 0.3  # seconds: follows how long a night takes, so that about every second child is killed in it
        while outcome.kills < kills:
            day = days.pop(0) if len(days) > 1 and chance.random() < len(days) / (kills - outcome.kills) else days[0]
            if home.killed(day, chance.uniform(0, patience)):
                outcome.kills += 1
                patience = min(2.0, patience * 1.1)
                explained.update(f"<{row.id}@nho.example.vn>" for row in home.rows(OPEN))
            else:
                patience = max(0.05, patience * 0.8)
        home.night(LAST)
        taken = server.notes()
    with running() as other:
        unbroken = Home(folder / "unbroken", other.port)
        unbroken.night(LAST)
    judge(outcome, home, unbroken, taken, explained)
    return outcome


def judge(outcome: Outcome, home: Home, unbroken: Home, taken: list[dict[str, Any]], explained: Counter[str]) -> None:
    """Fill in what is missing and what came twice."""
    notices = [row for row in home.rows(NOTICES) if row.recipient != "@events"]
    keys = {row[:6] for row in notices}
    outcome.missing = [str(row[:6]) for row in unbroken.rows(NOTICES) if row[5] != "@events" and row[:6] not in keys]
    told: dict[str, str] = {}
    for each in taken:
        told[each["to"]] = told.get(each["to"], "") + each["text"]
    files = "".join(each.read_text(encoding="utf-8") for each in home.out.glob("*.txt"))
    for row in notices:
        if row.state == "folded":
            continue
        said = told.get(f"{row.recipient}@nho.example.vn", "") if row.channel == "email" else files
        outcome.told += row.channel == "email"
        if row.state != "sent" or f"{row.task}/{row.unit}/{row.period}" not in said:
            outcome.missing.append(str(row))
    times = Counter(each["id"] for each in taken)
    outcome.repeats = sum(each - 1 for each in times.values())
    outcome.unexplained = [each for each, count in times.items() if count > 1 + explained[each]]


def main(kills: int = 200, seed: int = 1) -> int:
    with tempfile.TemporaryDirectory() as folder:
        outcome = crash(kills, seed, Path(folder))
    print("| kills | notices told | missing | arrived again, answer lost | arrived again, else |")
    print("|---:|---:|---:|---:|---:|")
    found = (outcome.kills, outcome.told, len(outcome.missing), outcome.repeats, len(outcome.unexplained))
    print("| " + " | ".join(map(str, found)) + " |")
    for each in (*outcome.missing, *outcome.unexplained):
        print(each, file=sys.stderr)
    return int(bool(outcome.missing or outcome.unexplained))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
