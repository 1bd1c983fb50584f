"""A Prefect API of our own on this machine, for as long as one process needs it and not a second longer.

Prefect starts an ephemeral API by itself, but one that outlives a killed parent: it keeps its memory and its lock on
the database for ever. Ours watches a pipe from the parent and leaves when that closes, however the parent ended; and it
takes an open socket instead of guessing a free port.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from rules.errors import OutsideFailed

_STARTUP_SECONDS = 90
"""Measured: 4 to 17 s; a loaded machine may take several times as long (stack-facts: 20 s was hit)."""

_LEAVING_SECONDS = 5

_own: set[str] = set()


def is_own(url: str | None) -> bool:
    """Whether the API at that address is one that this process started for itself alone."""
    return url in _own


@contextmanager
def running(*, scheduling: bool = False) -> Iterator[str]:
    """The URL of a Prefect API on the loopback, up and answering; with its scheduler where `scheduling`.

    Call flows.environment.prepare first: the server takes this process's environment. Raises OutsideFailed where it
    does not come up.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        process = _start(listener, scheduling)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    try:
        _wait(process, url)
        if not scheduling:
            _own.add(url)
        yield url
    finally:
        _own.discard(url)
        _stop(process)


def _start(listener: socket.socket, scheduling: bool) -> subprocess.Popen[bytes]:
    role = {} if scheduling else {"PREFECT__SERVER_EPHEMERAL": "1"}
    path = os.pathsep.join(filter(None, (str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603 (our own module, our own arguments)
        [sys.executable, "-m", "flows.server", str(listener.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        pass_fds=[listener.fileno()],
        start_new_session=True,  # Ctrl-C is for the run; the server leaves after it
        env=os.environ | role | {"PREFECT__SERVER_FINAL": "1", "PYTHONPATH": path},
    )


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    opener = build_opener(ProxyHandler({}))  # a proxy of the environment must not be asked for the loopback
    until = time.monotonic() + _STARTUP_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise OutsideFailed("flow.api_not_started", reason=f"exit code {process.returncode}")
        with suppress(URLError, OSError), opener.open(f"{url}/health", timeout=5) as answer:
            if answer.status == 200:
                return
        time.sleep(0.05)
    raise OutsideFailed("flow.api_not_started", reason=f"no answer in {_STARTUP_SECONDS} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()  # the server leaves when the pipe closes
    try:
        process.wait(_LEAVING_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def leave_with_parent() -> None:
    """Wait for the parent to close the pipe or to die, then end as if told to; by force where that hangs."""
    while os.read(0, 1):  # unbuffered: a buffered reader's lock would break the interpreter's end
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LEAVING_SECONDS)
    os._exit(0)


def main(listener: int) -> None:
    """Serve the API on the open socket `listener` until the parent's pipe closes."""
    import uvicorn

    threading.Thread(target=leave_with_parent, daemon=True).start()
    config = uvicorn.Config(
        "prefect.server.api.server:create_app",
        factory=True,
        log_level="critical",
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=listener)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
