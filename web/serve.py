"""`kehoach serve`: the web application on uvicorn, and beside it the nightly schedule as a process of its own.

The web process never imports Prefect: it would weigh four times as much. The schedule leaves with the server.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn

from rules.errors import OutsideFailed
from settings import OidcSettings
from web.app import application
from web.connections import Connection, Server, bound
from web.desk import Desk

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from settings import Settings

HOST, PORT = "127.0.0.1", 8765

_LEAVING_SECONDS = 20
"""For the schedule to end a night that is under way at a stage's end; then it is killed, which a night survives."""
_OPEN_REQUESTS_SECONDS = 10
"""For what has begun: an entry to be answered, a file to come in whole. Longer would only hold up a restart."""


def serve(
    engine: Engine,
    settings: Settings,
    *,
    host: str = HOST,
    port: int = PORT,
    schedule: bool = True,
    verbose: bool = False,
    ready: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is told the address. Port 0 takes a free one.

    Raises OutsideFailed(`feed.cannot_listen`) where the port cannot be had, RequestRefused for a setting that cannot be
    meant; nothing is started then.
    """
    believed = settings.believed
    if verbose:
        _say_readings()
    oidc = OidcSettings.from_environment()
    desk = Desk.at(
        engine,
        settings.home,
        base=settings.base_url,
        lang=settings.lang,
        oidc=oidc,
        uploads_a_day=settings.uploads_a_day,
    )
    app = application(engine, base=settings.base_url, lang=settings.lang, desk=desk)
    with _listening(host, port) as listener, _stoppable(), _scheduled(settings, schedule):
        config = uvicorn.Config(
            app,
            http=Connection,
            forwarded_allow_ips=believed,
            log_level="info" if verbose else "warning",
            access_log=False,  # it writes paths, and these paths are secrets
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=_OPEN_REQUESTS_SECONDS,
        )
        at = listener.getsockname()
        ready(f"http://{f'[{at[0]}]' if ':' in at[0] else at[0]}:{at[1]}")
        with suppress(KeyboardInterrupt):
            Server(config).run(sockets=[listener])


def _say_readings() -> None:
    """Our own line for each answer, on standard error: the link's id, never its token."""
    log = logging.getLogger("kehoach")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.create_server(address[:2], family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise OutsideFailed("feed.cannot_listen", host=host, port=port, reason=reason) from error
    with listener:
        bound(listener)
        yield listener


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM as Ctrl-C. uvicorn raises a signal again once it has stopped, and the first would end us at once, with
    the schedule left behind."""

    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _scheduled(settings: Settings, wanted: bool) -> Iterator[None]:
    """The nightly schedule while this lasts. It watches a pipe from us, and leaves even where we are killed."""
    if not wanted:
        yield
        return
    root = str(Path(__file__).parents[1])
    environment = os.environ | {
        "KEHOACH_HOME": str(settings.home.absolute()),
        "KEHOACH_DATABASE_URL": settings.database_url,
        "KEHOACH_LANG": settings.lang,
        "PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH")))),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.beside"],
        stdin=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the server; the schedule leaves after it
        env=environment,
    )
    try:
        yield
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(_LEAVING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
