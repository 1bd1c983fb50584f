"""The desk under 50 people who read and mark, beside a bare FastAPI and Jinja2 page of the same size.

    python -m bench.desk [SECONDS] [WARDS] [sqlite|postgresql …]      default 20 a contestant, 126 wards, both

One database with a city's wards; in the ward that is looked at about 300 occurrences. Twenty people of residential
groups read their page, report work and take it back, fifteen of the ward's office read the board, a task and the
document, fifteen of the city the city's board, each thinking five seconds on average between two things: cookies,
sessions and forms as browsers send them. What is measured is from the call to the last byte. The bare page renders as
many bytes from rows in memory, asks no database, knows nobody, and is compressed alike. Then: what a page costs one
after another, and after an entry before each; fifty writers at once without a pause, of whom nobody may be refused; and
the server's memory over 2,000 requests. Server on one core, load on another, on the loopback, PostgreSQL in memory.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bench import town
from bench.crowd import Person, Someone, Times, Work, alone, crowd, notes, reads, reports, storm
from bench.feed import free_port, running
from bench.town import NOW, PLAN, TOKEN

if TYPE_CHECKING:
    from sqlalchemy import Engine

MEMBERS = 37
"""Residential groups of the ward that is looked at, so that its plan has about 300 occurrences."""
WARD, OTHER = "w0000", "w0001"
OFFICE = f"{TOKEN}-{WARD}-van-phong"
GROUPS = range(1, 11)
DAY = "2025-08-19"
LIGHTEST, REQUESTS = 60_000, 2_000
STATIC = ("/static/desk.css", "/static/board.css", "/static/city.css", "/static/desk.js", "/static/files.js")

OURS = """
import sys
from datetime import datetime
from pathlib import Path
import uvicorn
from models.session import open_engine
from web.app import application
from web.desk import Desk
url, home, port, now = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), datetime.fromisoformat(sys.argv[4])
engine = open_engine(url)
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


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is measured, and who opens it."""

    name: str
    path: str
    token: str


def group(n: int) -> str:
    return f"to-dan-pho-{n:02}"


def session_of(n: int) -> str:
    return f"{TOKEN}-{WARD}-to-{n:02}"


PAGES = (
    Page("city", "/thanh-pho", TOKEN),
    Page("board", "/bang", OFFICE),
    Page("unit", f"/don-vi/{group(1)}", session_of(1)),
    Page("task", "/viec/bao-cao-bo-chi-tieu/ldtbxh/9-thang", OFFICE),
    Page("document", "/van-ban", OFFICE),
    Page("before a meeting", "/hop", OFFICE),
    Page("year", "/ca-nam", OFFICE),
)
OF = {page.name: page for page in PAGES}


def people(works: Sequence[Work], *, marking: bool = True) -> list[Person]:
    """Fifty: who marks and reads, who reads the ward's office pages, who reads the city's board."""

    def read(*names: tuple[str, float]) -> list[tuple[float, Callable[..., object]]]:
        return [(weight, reads(name, OF[name].path)) for name, weight in names]

    found = []
    for n in range(20):
        who = n % len(GROUPS) + 1
        acts = [(2.0, reads("unit", OF["unit"].path if not marking else f"/don-vi/{group(who)}"))]
        found.append(Person(session_of(who), acts + ([(1.0, reports(works[n], DAY))] if marking else [])))
    found += [Person(OFFICE, read(("board", 5), ("task", 4), ("document", 1))) for _ in range(15)]  # type: ignore[arg-type]
    found += [Person(TOKEN, read(("city", 1))) for _ in range(15)]  # type: ignore[arg-type]
    return found


def works_of(engine: Engine) -> list[Work]:
    """Two works of each group that can be reported, the first of each group first."""
    from usecases import status

    items = status.status(engine, plan=f"{WARD}/{PLAN}", now=NOW).items
    found: dict[str, list[Work]] = {group(n): [] for n in GROUPS}
    for each in items:
        if each.state.held_by in found and each.terms.kind == "campaign":
            of = found[each.state.held_by]
            of.append(Work(each.state.held_by, each.terms.key.short, each.state.phase in ("done", "submitted")))
    return [of[n] for n in (0, 1) for of in found.values()]


@cache
def _engine(url: str) -> Engine:
    from models.session import open_engine

    return open_engine(url)


def mark_once(url: str, ward: str) -> None:
    """Somebody notes something in a ward: what was read of it before is old."""
    from usecases import record

    what = "bao-cao-bo-chi-tieu/ldtbxh/9-thang"
    plan = f"{ward}/{PLAN}"
    record.say(_engine(url), kind="noted", occurrence=what, plan=plan, note="đang làm", now=NOW, recorded_by="bench")


def memory(pid: int) -> float:
    """MiB that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def held(port: int, pid: int, works: Sequence[Work]) -> list[float]:
    """The server's memory after each quarter of REQUESTS, of all pages, many days and forms between."""
    times, found = Times(), []
    for n in range(REQUESTS):
        page = PAGES[n % len(PAGES)]
        day = f"?as_of=2025-{n % 7 + 1:02}-{n % 27 + 1:02}" if n % 3 == 0 and page.name != "unit" else ""
        await Someone(port, page.token).timed("page", page.path + day, times)
        if n % 50 == 49:
            who = n // 50 % len(GROUPS)
            await notes(works[who])(Someone(port, session_of(who + 1)), times)
        if (n + 1) % (REQUESTS // 4) == 0:
            found.append(memory(pid))
    assert not times.wrong, times.wrong[:3]
    return found


def measured(url: str, home: Path, seconds: float) -> list[str]:
    """The lines of one database."""
    ours, bare = free_port(), free_port()
    works = works_of(_engine(url))
    with running("ours", [sys.executable, "-c", OURS, url, home, str(ours), NOW.isoformat()], ours) as server:
        sizes = {page.path: asyncio.run(_size(ours, page, plain=True)) for page in PAGES}
        light = {page.name: asyncio.run(_first_visit(ours, page)) for page in PAGES[:3]}
        costs = {page.name: asyncio.run(alone(ours, page.token, page.path, 40)) for page in PAGES}
        fresh = {
            page.name: asyncio.run(
                alone(ours, page.token, page.path, 20, lambda: mark_once(url, OTHER if page.name == "city" else WARD))  # noqa: B023
            )
            for page in PAGES
        }
        crowded = asyncio.run(crowd(people(works), ours, seconds))
        writers = [(session_of(n % 10 + 1), works[n % 10]) for n in range(50)]
        stormed = asyncio.run(storm(writers, ours, 4))
        kept = asyncio.run(held(ours, server.pid, works))
    with running("bare", [sys.executable, "-c", BARE, str(bare), *(f"{p}={n}" for p, n in sizes.items())], bare):
        bare_costs = {page.name: asyncio.run(alone(bare, page.token, page.path, 40)) for page in PAGES}
        bare_crowd = asyncio.run(crowd(people(works, marking=False), bare, seconds))
    lines = [
        f"| {page.name}, {sizes[page.path] / 1000:.0f} kB | {bare_costs[page.name]:.1f} | {costs[page.name]:.1f}"
        f" | {costs[page.name] / bare_costs[page.name]:.1f} | {fresh[page.name]:.1f}"
        f" | {bare_crowd.said(page.name)} | {crowded.said(page.name)} |"
        for page in PAGES
    ]
    wrong = crowded.wrong + stormed.wrong
    over = {name: size for name, size in light.items() if size >= LIGHTEST}
    return [
        *lines,
        f"| a form sent | | | | | | {crowded.said('mark')} |",
        f"\nFifty writers at once: {stormed.said('mark')}. Answers that were wrong: {len(wrong)}{_bad(wrong)}",
        "First visits, compressed: " + ", ".join(f"{k} {v / 1000:.1f} kB" for k, v in light.items()) + _bad(list(over)),
        f"Memory after each quarter of {REQUESTS} requests, MiB: " + ", ".join(f"{each:.0f}" for each in kept),
    ]


def _bad(found: Sequence[str]) -> str:
    return f" **over**: {'; '.join(found[:5])}" if found else ""


async def _size(port: int, page: Page, *, plain: bool) -> int:
    answer = await Someone(port, page.token).ask(page.path, plain=plain)
    assert answer.status == 200, (page.path, answer.status)
    return answer.size


async def _first_visit(port: int, page: Page) -> int:
    """Octets of the page with every style and script that any page has."""
    sizes = [(await Someone(port, page.token).ask(path)).size for path in STATIC]
    return await _size(port, page, plain=False) + sum(sizes)


@contextmanager
def database(kind: str, home: Path, wards: int) -> Iterator[tuple[str, int]]:
    """A new database with the city: the application's address and how many occurrences it has."""
    if kind == "sqlite":
        url = f"sqlite:///{home / 'kehoach.db'}"
        yield url, town.build(url, home / "plans", wards, first=MEMBERS)
        return
    from tests import postgres

    with postgres.serve() as server, server.database() as name:
        count = town.build(server.url(name, postgres.OWNER), home / "plans", wards, first=MEMBERS)
        yield server.url(name, postgres.APPLICATION), count
        _engine(server.url(name, postgres.APPLICATION)).dispose()


def main(arguments: Sequence[str]) -> int:
    kinds = [each for each in arguments if each in ("sqlite", "postgresql")] or ["sqlite", "postgresql"]
    numbers = [float(each) for each in arguments if each not in kinds]
    seconds, wards = (numbers + [20.0, 126.0][len(numbers) :])[:2]
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {1})
    bad = False
    for kind in kinds:
        with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder), int(wards)) as (url, count):
            print(f"\n{kind}: {count:,} occurrences in {wards:g} wards\n")
            print("| page | bare, ms | ours | ratio | after an entry | bare under 50: median / 99 % (n) | ours |")
            print("|---|---:|---:|---:|---:|---:|---:|")
            lines = measured(url, Path(folder), seconds)
            print("\n".join(lines), flush=True)
            bad = bad or any("**over**" in each for each in lines)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
