"""Calendar links over HTTP, beside a bare Starlette app that answers the same octets from memory.

    python -m bench.feed [ROUNDS]        default 5; `apt-get install wrk` first

A link to a calendar of 300 events: answers per second and the time of one, with If-None-Match (304) and without (200).
The servers run on one core, the load on another (`wrk`, 4 connections, 2 seconds a round, loopback), in turn A B A B.
Memory is what each server holds after its rounds; bare is uvicorn with that Starlette app. Radicale, from PyPI into an
environment of its own, serves the same events where it can be installed: it stands in the table, no limit does.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from bench.measure import ROOT

EVENTS, CONNECTIONS, SECONDS = 300, 4, 2
AT_LEAST, MEMORY_AT_MOST = 0.7, 3.5
NOW = datetime(2025, 1, 3, tzinfo=UTC)

BARE = """
import sys
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
body, etag = open(sys.argv[1], "rb").read(), {"etag": '"fixed"'}
async def whole(request): return Response(body, headers=etag, media_type="text/calendar")
async def unchanged(request): return Response(status_code=304, headers=etag)
app = Starlette(routes=[Route("/200.ics", whole), Route("/304.ics", unchanged)])
uvicorn.run(app, port=int(sys.argv[2]), access_log=False, log_level="warning")
"""
OURS = """
import sys
from pathlib import Path
from models.session import open_engine
from settings import Settings
from web.serve import serve
settings = Settings.at(Path(sys.argv[1]))
serve(open_engine(settings.database_url), settings, port=int(sys.argv[2]), schedule=False)
"""


@dataclass(frozen=True, slots=True)
class Load:
    """One round: answers per second, and the milliseconds of an answer."""

    rate: float
    median: float
    late: float
    """The 99th percentile."""


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    pid: int
    address: str

    @property
    def memory(self) -> float:
        """Resident MiB."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(name: str, arguments: Sequence[str | Path], port: int) -> Iterator[Server]:
    """A server on the first core, up and answering something."""
    pin = ["taskset", "-c", "0"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    process = subprocess.Popen([*pin, *map(str, arguments)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            with suppress(HTTPError), suppress(URLError):
                urlopen(address, timeout=5)
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield Server(name, process.pid, address)
    finally:
        process.terminate()
        process.wait()


def loaded(address: str, headers: dict[str, str]) -> Load:
    """One round of wrk."""
    pin = ["taskset", "-c", "1"] if shutil.which("taskset") and (os.cpu_count() or 1) > 1 else []
    asked = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    options = ["-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--latency", *asked]
    said = subprocess.run([*pin, "wrk", *options, address], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", said)[0])
    return Load(rate, _milliseconds(said, "50%"), _milliseconds(said, "99%"))


def _milliseconds(said: str, which: str) -> float:
    value, unit = re.findall(rf"{which}\s+([\d.]+)(us|ms|s)", said)[0]
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def answers(address: str, status: int, headers: dict[str, str]) -> bytes:
    """The body, once it is certain that this is what is being measured."""
    try:
        with urlopen(Request(address, headers=headers)) as answer:
            found, body = answer.status, answer.read()
    except HTTPError as error:
        found, body = error.code, b""
    if found != status:
        raise RuntimeError(f"{address} answers {found}")
    return bytes(body)


def in_turn(contestants: dict[str, tuple[str, dict[str, str]]], rounds: int) -> dict[str, Load]:
    """The median round of each, run in turn after one uncounted round."""
    found: dict[str, list[Load]] = {name: [] for name in contestants}
    for turn in range(rounds + 1):
        for name, (address, headers) in contestants.items():
            load = loaded(address, headers)
            if turn:
                found[name].append(load)
    middle = statistics.median
    return {
        name: Load(*(middle(getattr(each, field) for each in loads) for field in ("rate", "median", "late")))
        for name, loads in found.items()
    }


def prepared(home: Path) -> tuple[str, bytes]:
    """A data folder with one link to 300 events: its token, and the calendar."""
    from bench.calendars import database, items
    from usecases import feeds
    from usecases.feed_answers import Answers, Finder

    engine, _ = database(home / "kehoach.db", items(EVENTS))
    token = feeds.add(engine, now=NOW, made_by="bench").token
    found = Finder(engine).find(feeds.hash_of(token.encode()))
    assert found is not None
    _, body = Answers(engine).made(found, feeds.Form())
    engine.dispose()
    return token, body


@contextmanager
def radicale(folder: Path, body: bytes) -> Iterator[Server | None]:
    """Radicale with the same events in a collection; None where PyPI cannot be reached."""
    uv, python = Path(sys.executable).parent / "uv", folder / "radicale" / "bin" / "python"
    for words in (["venv", "-q", folder / "radicale"], ["pip", "install", "-q", "--python", python, "radicale"]):
        if not uv.exists() or subprocess.run([uv, *words], capture_output=True).returncode:
            yield None
            return
    collection = folder / "store" / "collection-root" / "u" / "lich"
    collection.mkdir(parents=True)
    (collection / ".Radicale.props").write_text('{"tag": "VCALENDAR"}')
    head, *events = re.split(rb"(?=BEGIN:VEVENT\r\n)", body)
    for at, event in enumerate(events):
        whole = head + event.removesuffix(b"END:VCALENDAR\r\n") + b"END:VCALENDAR\r\n"
        (collection / f"{at}.ics").write_bytes(whole)
    port = free_port()
    (folder / "config").write_text(
        f"[server]\nhosts=127.0.0.1:{port}\n[auth]\ntype=none\n[rights]\ntype=authenticated\n"
        f"[storage]\nfilesystem_folder={folder / 'store'}\n[logging]\nlevel=error\n"
    )
    with running("Radicale", [python, "-m", "radicale", "--config", folder / "config"], port) as server:
        yield server


def row(what: str, name: str, load: Load, yardstick: Load | None, limit: float | None) -> tuple[str, bool]:
    """A row of the table, and whether it keeps its limit."""
    ratio = load.rate / yardstick.rate if yardstick else 1.0
    kept = limit is None or ratio >= limit
    shown = "" if yardstick is None else f"{ratio:.2f}{'' if kept else ' **under**'}"
    numbers = f"{load.rate:,.0f} | {load.median:.2f} | {load.late:.2f}"
    return f"| {what} | {name} | {numbers} | {shown} | {'' if limit is None else limit} |", kept


def rates(folder: Path, rounds: int) -> tuple[list[tuple[str, bool]], list[Server], list[float]]:
    token, body = prepared(folder)
    (folder / "300.ics").write_bytes(body)
    ports = free_port(), free_port()
    rows, memory = [], []
    with (
        running("bare", [sys.executable, "-c", BARE, folder / "300.ics", str(ports[0])], ports[0]) as bare,
        running("kehoach", [sys.executable, "-c", OURS, folder, str(ports[1])], ports[1]) as own,
        radicale(folder, body) as other,
    ):
        link = f"{own.address}/lich/{token}.ics"
        with urlopen(link) as answer:
            held = {"If-None-Match": answer.headers["ETag"]}
            assert answer.read() == body == answers(f"{bare.address}/200.ics", 200, {})
        for status, headers, limit in ((304, held, AT_LEAST), (200, {}, AT_LEAST)):
            asked = {"bare": (f"{bare.address}/{status}.ics", headers), "kehoach": (link, headers)}
            for address, sent in asked.values():
                answers(address, status, sent)
            if other:
                asked["Radicale"] = (f"{other.address}/u/lich/", {**headers, "Authorization": "Basic dTp1"})
                assert len(answers(asked["Radicale"][0], 200, asked["Radicale"][1])) > len(body) / 2
            found = in_turn(asked, rounds)
            for name, load in found.items():
                yardstick = None if name == "bare" else found["bare"]
                rows.append(row(f"{status}, 300 events", name, load, yardstick, limit if name == "kehoach" else None))
        for coding in ("gzip", "br", "zstd"):  # held too, as after a day of clients of every kind
            answers(link, 200, {"Accept-Encoding": coding})
        servers = [each for each in (bare, own, other) if each]
        memory = [each.memory for each in servers]
    return rows, servers, memory


def main() -> int:
    """Two tables; exit code 1 where a limit is passed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    if not shutil.which("wrk"):
        sys.stderr.write("wrk is missing: apt-get install wrk\n")
        return 1
    with tempfile.TemporaryDirectory() as name:
        rows, servers, memory = rates(Path(name), rounds)
    print("| answer | server | per second | median ms | 99th ms | of bare | at least |")
    print("|---|---|---:|---:|---:|---:|---:|")
    print("\n".join(text for text, _ in rows))
    print("\n| memory after it, MiB | | of bare | at most |\n|---|---:|---:|---:|")
    for server, held in zip(servers, memory, strict=True):
        limit = MEMORY_AT_MOST if server.name == "kehoach" else ""
        print(f"| {server.name} | {held:.0f} | {held / memory[0]:.2f} | {limit} |")
    return int(not all(kept for _, kept in rows) or memory[1] > MEMORY_AT_MOST * memory[0])


if __name__ == "__main__":
    sys.exit(main())
