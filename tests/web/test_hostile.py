"""Whatever comes over the wire: no server error, no other answer than those that there are."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from models import migrate
from models.session import open_engine
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.web.conftest import link
from web.app import application
from web.door import Door
from web.limit import Limiter

ANSWERS = {200, 304, 400, 404, 405}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Door, bytes]]:
    """The application on the small ward, with one link."""
    folder: Path = tmp_path_factory.mktemp("hostile")
    engine: Engine = open_engine(f"sqlite:///{folder / 'kehoach.db'}")
    migrate.upgrade(engine)
    ward = Ward(engine, small.write(folder), folder / "home")
    ward.sync("2025-01-10")
    yield application(engine, limiter=Limiter(10**6)), link(ward, "a").token.encode()
    engine.dispose()


def asked(app: Door, path: bytes, query: bytes, headers: list[tuple[bytes, bytes]], method: str) -> int:
    """The status of the answer to a request as a server hands it over."""
    statuses = []
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path.decode("latin-1"),
        "raw_path": path,
        "root_path": "",
        "query_string": query,
        "headers": headers,
        "client": ("192.0.2.7", 1),
        "server": ("192.0.2.1", 80),
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
            assert all(isinstance(part, bytes) for pair in message["headers"] for part in pair)
            assert not any(b"\r" in value or b"\n" in value for _, value in message["headers"])

    asyncio.run(app(scope, receive, send))
    (status,) = statuses
    return int(status)


HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [b"if-none-match", b"if-modified-since", b"accept-encoding", b"host", b"range", b"x-forwarded-for"]
        ),
        st.binary(max_size=40),
    ),
    max_size=4,
)
QUERY = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.sampled_from([b"as=todo", b"lang=en", b"alarms=off", b"as=", b"lang=%FF", b"&&", b"alarms=on;as=x", b"%"]),
        max_size=4,
    ).map(b"&".join),
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.one_of(st.binary(max_size=80).map(lambda rest: b"/" + rest), st.binary(max_size=80)),
    prefix=st.sampled_from([b"", b"/lich/"]),
    ending=st.sampled_from([b"", b".ics"]),
    query=QUERY,
    headers=HEADERS,
    method=st.sampled_from(["GET", "HEAD", "POST", "PROPFIND"]),
)
def test_any_path_is_answered(
    site: tuple[Door, bytes],
    path: bytes,
    prefix: bytes,
    ending: bytes,
    query: bytes,
    headers: list[tuple[bytes, bytes]],
    method: str,
) -> None:
    """No octets of a path, a query or a header make a server error, or open anything."""
    assert asked(site[0], prefix + path + ending, query, headers, method) in ANSWERS - {200, 304}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUERY, headers=HEADERS, method=st.sampled_from(["GET", "HEAD"]), ending=st.sampled_from([b"", b".ics"]))
def test_any_question_to_a_link_is_answered(
    site: tuple[Door, bytes], query: bytes, headers: list[tuple[bytes, bytes]], method: str, ending: bytes
) -> None:
    """A link that opens, with any query and any headers: its calendar or its page, 304, or which forms there are."""
    app, token = site
    assert asked(app, b"/lich/" + token + ending, query, headers, method) in {200, 304, 400}


def test_over_the_wire(small_ward: Ward, small_client: httpx.Client) -> None:
    """Octets that no client library would send, through uvicorn: an answer, and it still serves afterwards."""
    good = link(small_ward, "a").token
    host, port = small_client.base_url.host, small_client.base_url.port
    assert port is not None
    for line in (
        b"GET /lich/\xff\xfe.ics HTTP/1.1",
        b"GET /lich/%00%0d%0aSet-Cookie:x.ics HTTP/1.1",
        b"GET /lich/" + b"a" * 60_000 + b".ics HTTP/1.1",
        b"GET //lich/../../x HTTP/1.1",
        b"GET http://evil.example/lich/x.ics HTTP/1.1",
        b"GET /lich/x.ics?" + b"&" * 5000 + b" HTTP/1.1",
        b"OPTIONS * HTTP/1.1",
        b"GET /lich/x.ics HTTP/9.9",
        b"\x16\x03\x01\x02\x00",
    ):
        with socket.create_connection((host, port), 10) as connection:
            connection.sendall(line + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
            answer = b""
            while part := connection.recv(65536):
                answer += part
        assert not answer.startswith(b"HTTP/1.1 5"), (line[:40], answer[:80])
        assert b"Set-Cookie" not in answer.partition(b"\r\n\r\n")[0]
    assert small_client.get(f"/lich/{good}.ics").status_code == 200
