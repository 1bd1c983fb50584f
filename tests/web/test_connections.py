"""Connections that keep our own server waiting: with sockets that drip, idle, flood and do not read."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import pytest
import uvicorn

from web import connections
from web.connections import Connection, Server

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

LARGE = b"x" * 8 * 1024 * 1024
"""More than the sockets of both ends hold."""


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers `/early` before it has read, `/large` with much; else with how much was sent."""
    assert scope["type"] == "http"
    size, more = 0, scope["path"] != "/early"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    body = LARGE if scope["path"] == "/large" else b"%d" % size
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """One that waits for a second only."""
    monkeypatch.setattr(connections, "PATIENCE", 1.0)
    monkeypatch.setattr(connections, "TAKING_MILLISECONDS", 4000)
    made = Server(uvicorn.Config(app, http=Connection, lifespan="off", log_config=None, timeout_keep_alive=1))
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listener:
        connections.bound(listener)
        made.address = listener.getsockname()  # type: ignore[attr-defined]
        thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]})
        thread.start()
        while not made.started:
            time.sleep(0.01)
        yield made
        made.should_exit = True
        thread.join()


@contextmanager
def connected(server: Server) -> Iterator[socket.socket]:
    with socket.create_connection(server.address, timeout=60) as made:  # type: ignore[attr-defined]
        yield made


def answer(made: socket.socket) -> bytes:
    """What comes until the other end is closed or reset."""
    told = b""
    try:
        while got := made.recv(65536):
            told += got
    except ConnectionError:
        pass
    return told


def require_cut_off(made: socket.socket, piece: bytes, *, every: float = 0.1) -> None:
    """The connection ends while the piece is sent again and again."""
    until = time.monotonic() + 60
    with pytest.raises(OSError):
        while time.monotonic() < until:
            made.sendall(piece)
            time.sleep(every)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"X-A: b\r\n"),
        (b"", b"\r\n"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", b"x"),
        (b"POST /early HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n", b"x"),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", b"\r\n"),
    ],
    ids=["head", "nothing but line ends", "body", "body answered already", "chunks", "after an answer"],
)
def test_drops(server: Server, begin: bytes, piece: bytes) -> None:
    """Whatever comes in drop by drop is cut off after the patience that a request is given, not at once."""
    began = time.monotonic()
    with connected(server) as made:
        made.sendall(begin)
        require_cut_off(made, piece)
    assert time.monotonic() - began > 0.9


def test_silence(server: Server) -> None:
    """Whoever never says anything, or stops in the middle, is closed."""
    for begin in (b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"):
        with connected(server) as made:
            made.sendall(begin)
            assert answer(made) == b""


def test_a_slow_line_is_waited_for(server: Server) -> None:
    """A body that keeps the pace is taken whole, however long it lasts; then the connection may ask again."""
    with connected(server) as made:
        made.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40000\r\n\r\n")
        for _ in range(40):
            made.sendall(b"x" * 1000)
            time.sleep(0.1)
        assert made.recv(4096).endswith(b"40000")
        made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert answer(made).endswith(b"0")


def test_a_head_without_end(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is not kept in memory: its length ends it, however quickly it comes."""
    monkeypatch.setattr(connections, "PATIENCE", 600.0)
    with connected(server) as made:
        made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        require_cut_off(made, b"X-A: " + b"b" * 8192 + b"\r\n", every=0)


def test_an_answer_that_nobody_takes(server: Server) -> None:
    """Is given up; one that is taken slowly is not."""
    with connected(server) as slow, connected(server) as deaf:
        for each in (slow, deaf):
            each.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        got = 0
        for _ in range(50):
            got += len(slow.recv(16384))
            time.sleep(0.1)
        told = answer(slow)
        assert (got + len(told)) > len(LARGE)
        assert len(answer(deaf)) < len(LARGE)


def test_a_flood(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that ask for nothing make room: who asks is answered, and their number stays bounded."""
    monkeypatch.setattr(connections, "MOST", 50)
    monkeypatch.setattr(connections, "PATIENCE", 60.0)
    with ExitStack() as held, connected(server) as at_work:
        at_work.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab")
        first = held.enter_context(connected(server))
        for _ in range(200):
            held.enter_context(connected(server))
        with connected(server) as made:
            made.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert answer(made).endswith(b"0")
        assert len(server.server_state.connections) <= 50
        assert answer(first) == b""
        at_work.sendall(b"cde")
        assert at_work.recv(4096).endswith(b"5")
