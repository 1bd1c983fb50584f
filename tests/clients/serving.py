"""The real web application on loopback, for the clients that synchronise."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Thread

import uvicorn
from sqlalchemy import Engine

from tests.clients.conftest import BASE
from usecases import feeds
from web.app import application

LONGEST = 120
"""Seconds for uvicorn to come up on a busy machine."""


@contextmanager
def serving(engine: Engine) -> Iterator[str]:
    """Serve the database's links until the block ends; gives the address, without a slash at its end."""
    app = application(engine, base=BASE)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", access_log=False))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until = time.monotonic() + LONGEST
        while not server.started:
            assert thread.is_alive() and time.monotonic() < until, "the web application did not come up"
            time.sleep(0.01)
        (sockets,) = (each.sockets for each in server.servers)
        yield f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


def link(engine: Engine, which: str, address: str, words: str = "") -> str:
    """A new link to a calendar, served at `address`; `words` after the question mark."""
    made = feeds.add(engine, now=datetime(2025, 9, 1, tzinfo=UTC), made_by="thử", which=which)
    return f"{address}/lich/{made.token}.ics{words}"
