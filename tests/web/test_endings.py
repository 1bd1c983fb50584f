"""However the server ends, what it said was recorded is there: killed, restarted, stopped while a file comes in."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from models.session import reading
from tests.conftest import Database
from tests.usecases import small
from tests.usecases.files import jpeg
from tests.web.desk.browser import form_fields
from tests.web.test_serve import served
from usecases import desk_key, signed_links, sync, tokens, verify

NOTE = "/api/v1/occurrences/tuyen-truyen/cong-an/thang-6/note"
REPORT = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
CLIENTS = 6


@pytest.fixture
def ward(database: Database, tmp_path: Path) -> Database:
    """The small ward on each database."""
    plan = small.write(tmp_path)
    sync.sync(database.open(), directory=plan, overlay=None, now=small.at("2025-01-10"), recorded_by="thử")
    (tmp_path / "home").mkdir()
    return database


@dataclass
class Crowd:
    """Clients that record without a pause, each over a connection it keeps, and note what they were told."""

    address: str
    tokens: list[str]
    recorded: set[str] = field(default_factory=set)
    """Request ids whose entry was acknowledged."""
    failed: dict[str, str] = field(default_factory=dict)
    """Request ids that got another answer, or none, and the token they were sent with: an id is its token's own."""
    other: set[int] = field(default_factory=set)
    """Statuses that were no acknowledgement."""

    @contextmanager
    def at_work(self) -> Iterator[None]:
        over = threading.Event()
        threads = [threading.Thread(target=self._work, args=(n, each, over)) for n, each in enumerate(self.tokens)]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            over.set()
            for each in threads:
                each.join()

    def wait_for(self, more: int) -> None:
        """Until so many more are acknowledged."""
        until, known = time.monotonic() + 120, len(self.recorded)
        while len(self.recorded) < known + more:
            assert time.monotonic() < until, (self.other, len(self.failed))
            time.sleep(0.01)

    def _work(self, n: int, token: str, over: threading.Event) -> None:
        with httpx.Client(base_url=self.address, trust_env=False, timeout=60) as client:
            for number in count():
                if over.is_set():
                    return
                self.record(client, token, f"{time.monotonic_ns()}-{n}-{number}")

    def record(self, client: httpx.Client, token: str, id: str) -> None:
        """Record one thing, and note what was said to it."""
        said = {"note": f"Ghi {id}", "channel": "phone", "request_id": id}
        try:
            answer = client.post(NOTE, json=said, headers={"authorization": f"Bearer {token}"})
        except httpx.TransportError:
            self.failed[id] = token
            time.sleep(0.02)
            return
        if answer.status_code == 200:
            self.recorded.add(id)
        else:
            self.other.add(answer.status_code)
            self.failed[id] = token


def crowd(ward: Database, port: int) -> Crowd:
    made = [
        tokens.add(
            ward.open(),
            label=f"máy {n}",
            roles=("office",),
            unit="van-phong",
            now=datetime.now(UTC),
            made_by="thử",
        ).token
        for n in range(CLIENTS)
    ]
    return Crowd(f"http://127.0.0.1:{port}", made)


def entered(ward: Database) -> list[str]:
    """The request ids in the ledger of what the crowd recorded."""
    with reading(ward.open()) as session:
        rows = session.execute(text("SELECT request_id FROM entry WHERE kind = 'noted'")).all()
    return [row.request_id.rpartition(":")[2] for row in rows]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_acknowledged_is_lost(ward: Database, tmp_path: Path, how: signal.Signals) -> None:
    """The server is ended twice under load, and started again. Every acknowledged entry is there, once; what was
    not acknowledged is there whole or not at all, and sent again with its id it is there once; the ledger proves right.

    Told to stop in order it answers what it has begun, so nothing is there that its client was not told of.
    """
    port = free_port()
    people = crowd(ward, port)
    for _ in range(2):
        with served(tmp_path / "home", "--no-schedule", url=ward.url, port=port) as (process, client):
            people.record(client, people.tokens[0], f"first-{time.monotonic_ns()}")  # who comes first waits longest
            with people.at_work():
                people.wait_for(15)
                process.send_signal(how)
                assert process.wait(60) == (0 if how == signal.SIGTERM else -how)
    there = entered(ward)
    assert len(there) == len(set(there)) and people.recorded <= set(there)
    assert not people.other, "refused where it could have been recorded"
    if how == signal.SIGTERM:
        assert set(there) == people.recorded
    again = dict([*people.failed.items()][:5] + [*people.failed.items()][-5:])
    with served(tmp_path / "home", "--no-schedule", url=ward.url, port=port) as (_, client):
        for id, token in again.items():
            people.record(client, token, id)
    there = entered(ward)
    assert len(there) == len(set(there)) and set(again) <= set(there)
    assert verify.verify(ward.open(), evidence_folder=tmp_path / "home" / "evidence").as_json()["faults"] == []


@contextmanager
def half_sent(ward: Database, home: Path, port: int) -> Iterator[tuple[socket.socket, bytes]]:
    """A report with a file of four megabytes on its way, half of it sent; the connection and the other half."""
    key = desk_key.read_or_make(home)
    link = signed_links.make(ward.open(), key=key, unit="cong-an", now=datetime.now(UTC), made_by="thử")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client:
        assert client.get(f"/mo/{link.token}").status_code == 303
        fields = form_fields(client.get(REPORT)) | {"on": "2025-06-02", "note": "Đã làm"}
        body = jpeg() + bytes(4 * 1024 * 1024)
        request = client.build_request("POST", REPORT, data=fields, files={"file": ("a.jpg", body, "image/jpeg")})
        whole = request.read()
        head = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    with socket.create_connection(("127.0.0.1", port), timeout=60) as made:
        made.sendall(f"POST {REPORT} HTTP/1.1\r\n{head}Expect: 100-continue\r\n\r\n".encode())
        assert made.recv(4096).startswith(b"HTTP/1.1 100 ")  # now it is read
        made.sendall(whole[: len(whole) // 2])
        yield made, whole[len(whole) // 2 :]


def require_closed(port: int) -> None:
    """Until nobody new is let in, which takes a moment."""
    until = time.monotonic() + 8  # it waits for ten seconds for whoever is being served
    with pytest.raises(OSError):
        while time.monotonic() < until:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            time.sleep(0.05)


def reports(ward: Database) -> int:
    with reading(ward.open()) as session:
        return session.execute(text("SELECT count(*) FROM entry WHERE kind IN ('reported', 'issued')")).scalar_one()


def test_a_file_on_its_way_is_waited_for(ward: Database, tmp_path: Path) -> None:
    """Told to stop while a file comes in, the server takes it, answers and is gone; nobody new is let in meanwhile."""
    port, home = free_port(), tmp_path / "home"
    with served(home, "--no-schedule", url=ward.url, port=port) as (process, _client):
        with half_sent(ward, home, port) as (made, rest):
            process.terminate()
            require_closed(port)
            made.sendall(rest)
            assert made.recv(65536).startswith(b"HTTP/1.1 303 ")
        assert process.wait(60) == 0
        assert process.stderr is not None and process.stderr.read() == ""
    assert reports(ward) == 1
    assert len([each for each in (home / "evidence").rglob("*") if each.is_file()]) == 1


def test_a_file_that_stops_half_way(ward: Database, tmp_path: Path) -> None:
    """Holds nobody up for longer than some seconds, and leaves neither half a file nor half an entry."""
    port, home = free_port(), tmp_path / "home"
    with served(home, "--no-schedule", url=ward.url, port=port) as (process, _client), half_sent(ward, home, port):
        process.terminate()
        assert process.wait(60) == 0
    assert reports(ward) == 0
    assert not [each for each in home.rglob("evidence/**/*") if each.is_file()]
