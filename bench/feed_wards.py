"""Every calendar of many wards through one server: time, and what the serving process weighs.

    python -m bench.feed_wards [WARDS]        default 126, the wards and communes of Hà Nội

Each ward has the Phú La plan, synced into one SQLite database, and a link for each unit, the office and the campaigns.
All are read once through HTTP; read again with what the first reading gave (If-None-Match); then a night changes one
occurrence in a hundred of every ward, and all are read a third time. The yardstick of each row is the row above it.
"""

from __future__ import annotations

import gc
import http.client
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine

from bench.feed import OURS, Server, free_port, running
from models import migrate
from models.session import open_engine, reading
from plan import PACKAGED
from rules.errors import KehoachError
from usecases import feeds, plans, record, status, sync

MADE, NIGHT = datetime(2025, 2, 20, 3, tzinfo=UTC), datetime(2025, 5, 20, 3, tzinfo=UTC)
SHARE = 100


def wards(folder: Path, engine: Engine, count: int) -> list[tuple[str, str]]:
    """Make them; the (plan, token) of every link."""
    links = []
    source = PACKAGED
    for number in range(count):
        ward = folder / f"phuong-{number:04}-2025"
        shutil.copytree(source, ward)
        text = (ward / "plan.yaml").read_text(encoding="utf-8")
        text = re.sub(r"^id: \S+", f"id: phuong-{number:04}-2025", text, count=1, flags=re.M)
        text = re.sub(r"(office:\s*\{?\s*id: )[\w-]+", rf"\g<1>phuong-{number:04}", text, count=1)
        (ward / "plan.yaml").write_text(text, encoding="utf-8")
        plan = sync.sync(engine, directory=ward, overlay=None, now=MADE, recorded_by="bench").plan
        with reading(engine) as session:
            units = plans.in_force(session, *plans.find(session, plan)).units
        for which in ("office", "campaigns", *units):
            links.append((plan, feeds.add(engine, which=which, plan=plan, now=MADE, made_by="bench").token))
        shutil.rmtree(ward)
    return links


def night(engine: Engine, names: list[str]) -> tuple[int, int]:
    """Report one in a hundred done, spread over the wards; how many of how many."""
    done = of = 0
    for number, plan in enumerate(names):
        found = status.status(engine, plan=plan, now=NIGHT).as_json()["occurrences"]
        of += len(found)
        waiting = [each for each in found if each["status"] == "overdue" or each["status"] == "not_due"]
        for each in waiting[number % 7 :: max(1, len(waiting) * SHARE // len(found))]:
            try:
                record.done(
                    engine,
                    plan=plan,
                    occurrence=each["id"],
                    by=each["held_by"],
                    document="1/BC-UBND",
                    now=NIGHT,
                    recorded_by="bench",
                )
                done += 1
            except KehoachError:
                continue  # a check-in, or not yet possible: the next one is
    return done, of


class Reader:
    """One client that reads every link, and holds their ETags."""

    def __init__(self, server: Server, links: list[tuple[str, str]]) -> None:
        self._server, self._links = server, links
        self._tags: dict[str, str] = {}

    def read(self) -> Counter[int]:
        connection = http.client.HTTPConnection(urlsplit(self._server.address).netloc)
        found: Counter[int] = Counter()
        for _, token in self._links:
            headers = {"Accept-Encoding": "gzip"}
            if token in self._tags:
                headers["If-None-Match"] = self._tags[token]
            connection.request("GET", f"/lich/{token}.ics", headers=headers)
            answer = connection.getresponse()
            answer.read()
            self._tags[token] = answer.headers["ETag"]
            found[answer.status] += 1
        connection.close()
        return found

    def row(self, what: str, read: Callable[[], Counter[int]]) -> None:
        gc.collect()
        start = time.perf_counter()
        found = read()
        spent = time.perf_counter() - start
        each = spent * 1000 / len(self._links)
        print(
            f"| {what} | {found[200]:,} | {found[304]:,} | {spent:.2f} | {each:.2f} | {self._server.memory:.0f} |",
            flush=True,
        )


def main() -> int:
    """One table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 126
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engine = open_engine(f"sqlite:///{folder / 'kehoach.db'}")
        migrate.upgrade(engine)
        links = wards(folder, engine, count)
        names = list(dict.fromkeys(plan for plan, _ in links))
        port = free_port()
        with running("kehoach", [sys.executable, "-c", OURS, folder, str(port)], port) as server:
            print(f"{count} wards, {len(links):,} links\n")
            print("| all of them | 200 | 304 | seconds | ms each | memory, MiB |\n|---|---:|---:|---:|---:|---:|")
            print(f"| before any is read | | | | | {server.memory:.0f} |")
            reader = Reader(server, links)
            reader.row("read for the first time", reader.read)
            reader.row("read again, nothing new", reader.read)
            done, of = night(engine, names)
            reader.row(f"after a night that changed {done:,} of {of:,} occurrences", reader.read)
            reader.row("read again, nothing new", reader.read)
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
