"""The office's pages under 50 people, beside a bare FastAPI and Jinja2 page of the same size.

    python -m bench.desk [SECONDS]        default 20 a contestant

A ward of about 300 occurrences in August, two thirds of them reported. Fifty people read the board, a task's page and
the document, each thinking five seconds on average between two pages; beside them somebody marks once a second in
the same database. What is measured is from the call to the last byte answered. The bare page renders as many bytes from
rows in memory, asks no database, knows nobody, and is compressed alike. Then, one page after another without a pause:
what a page costs. Server on one core, load on another, all on the loopback.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bench.feed import free_port, running
from bench.measure import ROOT
from tests.usecases.small import at

if TYPE_CHECKING:
    from sqlalchemy import Engine

PEOPLE, THINKING, MARKS = 50, 5.0, 1
MEMBERS = 37
"""Residential groups, so that the plan has about 300 occurrences."""
NOW = at("2025-08-20", 10)
TOKEN = "bench"
PATHS = {
    "board": "/bang",
    "task": "/viec/bao-cao-bo-chi-tieu/ldtbxh/9-thang",
    "document": "/van-ban",
    "before a meeting": "/hop",
    "year": "/ca-nam",
}
WEIGHTS = {"board": 5, "task": 4, "document": 1}
FIRST_VISIT = ("/bang", "/static/desk.css", "/static/board.css", "/static/desk.js")
LIGHTEST = 60_000

OURS = """
import sys
from datetime import datetime
from pathlib import Path
import uvicorn
from models.session import open_engine
from web.app import application
from web.desk import Desk
home, port, now = Path(sys.argv[1]), int(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
app = application(engine, desk=Desk.at(engine, home, clock=lambda: now))
uvicorn.run(app, port=port, access_log=False, log_level="warning")
"""
BARE = """
import sys
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import Response
from jinja2 import Environment
from web.coding import chosen, coded
sizes = {name: int(size) for name, size in (each.split("=") for each in sys.argv[2:])}
row = "<tr><td>{{ row.unit }}</td><td>{{ row.title }}</td><td>{{ row.day }}</td><td class=n>{{ row.n }}</td></tr>\\n"
page = "<!doctype html><table>{% for row in rows %}" + row + "{% endfor %}</table>"
page = Environment(autoescape=True).from_string(page)
def rows(count):
    return [{"unit": f"Tổ dân phố số {n}", "title": f"Thăm hỏi, tặng quà {n}", "day": "20/05/2025", "n": n}
            for n in range(count)]
one = len(page.render(rows=rows(200)).encode()) / 200
made = {name: rows(round(size / one)) for name, size in sizes.items()}
app = FastAPI()
@app.get("/{name:path}")
def read(name: str, request: Request):
    body = page.render(rows=made.get("/" + name, ())).encode()
    coding = chosen(request.headers.get("accept-encoding", "").encode())
    return Response(coded(body, coding), media_type="text/html", headers={"content-encoding": coding})
uvicorn.run(app, port=int(sys.argv[1]), access_log=False, log_level="warning")
"""


@dataclass(slots=True)
class Times:
    """Milliseconds of the answers to each path, and the bytes that came."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def row(self, name: str) -> tuple[float, float, int]:
        """(median, 99th percentile, how many)."""
        found = sorted(self.of[name])
        return statistics.median(found), found[min(len(found) - 1, int(0.99 * len(found)))], len(found)


def prepared(home: Path) -> int:
    """A ward at work in a data folder; how many occurrences it has."""
    from models import account, migrate
    from models.session import begin, open_engine
    from usecases import accounts, record, status, sweep
    from usecases.sync import sync

    plan = home / "plan" / "phu-la-2025"
    shutil.copytree(ROOT / "plan" / "phu-la-2025", plan)
    units = plan / "units.yaml"
    said = units.read_text(encoding="utf-8")
    assert "count: 12" in said
    units.write_text(said.replace("count: 12", f"count: {MEMBERS}"), encoding="utf-8")
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    migrate.upgrade(engine)
    sync(engine, directory=plan, overlay=None, now=at("2025-01-10"), recorded_by="bench")
    items = status.status(engine, now=at("2025-08-18")).items
    for number, item in enumerate(items):
        if number % 3 and item.terms.kind not in ("check-in", "report"):
            with suppress(Exception):  # what is not possible yet stays open
                record.done(
                    engine,
                    occurrence=item.terms.key.short,
                    by=item.state.held_by,
                    on=min(item.state.last_day or date(2025, 8, 15), date(2025, 8, 15)),
                    note="đã thực hiện",
                    now=at("2025-08-18") + timedelta(seconds=number),
                    recorded_by="bench",
                )
    sweep.sweep(engine, today=date(2025, 8, 20), now=at("2025-08-20", 1))
    accounts.add(engine, login="bench", name="Văn phòng", roles=("office",), unit="van-phong", now=NOW, made_by="bench")
    with begin(engine) as session:
        row = account.by_login(session, "bench")
        assert row is not None
        keys = {"office": row.office, "account": row.id, "id": "bench", "token_hash": accounts.hash_of(TOKEN)}
        session.add(account.DeskSession(**keys, made_at=NOW, seen_at=NOW))
    engine.dispose()
    return len(items)


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str) -> tuple[int, int]:
    """One request on an open connection: (status, bytes of the body as sent)."""
    headers = f"Host: desk\r\nAccept-Encoding: gzip, br, zstd\r\nCookie: kehoach={TOKEN}\r\n"
    writer.write(f"GET {path} HTTP/1.1\r\n{headers}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
    await reader.readexactly(length)
    return int(head.split(b" ", 2)[1]), length


async def person(port: int, until: float, times: Times, chance: random.Random) -> None:
    """Reads a page, thinks, reads the next; an idle connection does not outlive a thought."""
    await asyncio.sleep(chance.random() * THINKING)
    while time.perf_counter() < until:
        name = chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        started = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        status, _ = await ask(reader, writer, PATHS[name])
        writer.close()
        assert status == 200, (PATHS[name], status)
        times.of.setdefault(name, []).append(1000 * (time.perf_counter() - started))
        await asyncio.sleep(chance.expovariate(1 / THINKING))


async def crowd(port: int, seconds: float) -> Times:
    """Everybody at once for a while; the same people and pauses each time."""
    times, until = Times(), time.perf_counter() + seconds
    await asyncio.gather(*(person(port, until, times, random.Random(n)) for n in range(PEOPLE)))
    return times


async def alone(port: int, path: str, rounds: int, before: Callable[[], None] = lambda: None) -> tuple[float, int]:
    """The median milliseconds of one page after another, with something done before each, and its bytes as sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    found, size = [], 0
    for turn in range(rounds + 5):
        before()
        started = time.perf_counter()
        status, size = await ask(reader, writer, path)
        assert status == 200, (path, status)
        if turn >= 5:
            found.append(1000 * (time.perf_counter() - started))
    writer.close()
    return statistics.median(found), size


@cache
def _engine(home: Path) -> Engine:
    from models.session import open_engine

    return open_engine(f"sqlite:///{home / 'kehoach.db'}")


def mark_once(home: Path) -> None:
    """Somebody notes something in the same database: what was read before is old."""
    from usecases import record

    occurrence = "bao-cao-bo-chi-tieu/ldtbxh/9-thang"
    record.say(_engine(home), kind="noted", occurrence=occurrence, note="đang làm", now=NOW, recorded_by="bench")


def marking(home: Path, over: threading.Event) -> threading.Thread:
    """Somebody who marks until it is over."""

    def mark() -> None:
        while not over.wait(1 / MARKS):
            mark_once(home)

    thread = threading.Thread(target=mark)
    thread.start()
    return thread


def whole_size(port: int, path: str) -> int:
    """Bytes of a page before it is compressed."""
    from urllib.request import Request, urlopen

    request = Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"kehoach={TOKEN}"})
    with urlopen(request) as answer:
        return len(answer.read())


def compared(home: Path, seconds: float) -> list[str]:
    """The rows of the table."""
    ours, bare = free_port(), free_port()
    python = sys.executable
    with running("ours", [python, "-c", OURS, home, str(ours), NOW.isoformat()], ours):
        sizes = {path: whole_size(ours, path) for path in PATHS.values()}
        words = [f"{path}={size}" for path, size in sizes.items()]
        costs = {name: asyncio.run(alone(ours, path, 60)) for name, path in PATHS.items()}
        fresh = {name: asyncio.run(alone(ours, path, 30, lambda: mark_once(home))) for name, path in PATHS.items()}
        over = threading.Event()
        marks = marking(home, over)
        crowded = asyncio.run(crowd(ours, seconds))
        over.set()
        marks.join()
        first = sum(asyncio.run(alone(ours, path, 1))[1] for path in FIRST_VISIT)
    with running("bare", [python, "-c", BARE, str(bare), *words], bare):
        bare_costs = {name: asyncio.run(alone(bare, path, 60)) for name, path in PATHS.items()}
        bare_crowded = asyncio.run(crowd(bare, seconds))
    rows = []
    for name, path in PATHS.items():
        cost, yardstick = costs[name][0], bare_costs[name][0]
        figures = f"{yardstick:.1f} | {cost:.1f} | {cost / yardstick:.1f} | {fresh[name][0]:.1f}"
        under = f"{_crowd(bare_crowded, name)} | {_crowd(crowded, name)}"
        rows.append(f"| {name}, {sizes[path] / 1000:.0f} kB | {figures} | {under} |")
    mark = "" if first < LIGHTEST else " **over**"
    return [*rows, f"\nFirst visit of the board, compressed: {first:,} bytes (at most {LIGHTEST:,}){mark}."]


def _crowd(times: Times, name: str) -> str:
    if name not in times.of:
        return ""
    median, late, count = times.row(name)
    return f"{median:.1f} / {late:.0f} ({count})"


def main(arguments: Sequence[str]) -> int:
    seconds = float(arguments[0]) if arguments else 20.0
    import tempfile

    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        count = prepared(home)
        print(f"{count} occurrences, {PEOPLE} people thinking {THINKING:g} s, {MARKS} mark a second\n")
        print("| page | bare, ms | ours | ratio | after an entry | bare under 50: median / 99 % (n) | ours under 50 |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        rows = compared(home, seconds)
        print("\n".join(rows))
    return 1 if any("**over**" in each for each in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
