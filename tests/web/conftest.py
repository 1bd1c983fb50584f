"""A small ward behind a real uvicorn on the loopback, asked by httpx."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import Engine

from tests.usecases import small
from tests.usecases.conftest import Ward, ward
from usecases import feeds
from web.app import application

__all__ = ["ward"]

MADE: datetime = small.at("2025-01-11")


@contextmanager
def serving(engine: Engine, port: int = 0, **options: Any) -> Iterator[httpx.Client]:
    """The application on a free port (or `port`), with uvicorn's access log on, as somebody might run it by hand."""
    config = uvicorn.Config(application(engine, **options), log_config=None, access_log=True, lifespan="on")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = listener.getsockname()[1]
        try:
            # identity unless a test says otherwise, and no proxy of the environment
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}",
                headers={"Accept-Encoding": "identity"},
                trust_env=False,
                timeout=60,
            ) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def client(ward: Ward) -> Iterator[httpx.Client]:
    """The small ward, served."""
    with serving(ward.engine) as made:
        yield made


@pytest.fixture
def small_ward(sqlite_engine: Engine, tmp_path: Any) -> Ward:
    """The small ward on SQLite alone, for what has nothing to ask of PostgreSQL."""
    made = Ward(sqlite_engine, small.write(tmp_path), tmp_path / "home")
    made.sync("2025-01-10")
    return made


@pytest.fixture
def small_client(small_ward: Ward) -> Iterator[httpx.Client]:
    """That one, served."""
    with serving(small_ward.engine) as made:
        yield made


def link(ward: Ward, which: str | None = None, **more: Any) -> feeds.Link:
    """A link of the ward."""
    return feeds.add(ward.engine, which=which, now=MADE, made_by="thử", **more)


def told(answer: httpx.Response) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """All that an answer says, but for the moment it was given at."""
    headers = tuple(pair for pair in answer.headers.multi_items() if pair[0] != "date")
    return answer.status_code, headers, answer.content
