"""nginx and Caddy on the loopback, by the files of docs/operating, with https by a certificate of their own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
OPERATING = ROOT / "docs" / "operating"
NAME = "ke-hoach.phuong.example"
COMPRESSES = 'gzip on; gzip_types text/calendar; gzip_min_length 1; proxy_set_header Accept-Encoding "";'
"""What an administrator may have set for all sites."""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Ports:
    """Of http and https in front, and of kehoach behind."""

    plain: int
    secure: int
    behind: int


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def certificate(folder: Path) -> None:
    """An authority of our own that signs `localhost` and itself."""
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem")),
        ],
        check=True,
        capture_output=True,
    )


def nginx(folder: Path, ports: Ports) -> list[str]:
    """The file of docs/operating within what Debian puts around it."""
    text = (OPERATING / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"\n *listen \[::\].*", "", text)
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{ports.plain};"),
        ("listen 443 ssl", f"listen 127.0.0.1:{ports.secure} ssl"),
        (NAME, "localhost"),
        ("/etc/ssl/certs/ke-hoach.pem", str(folder / "ca.pem")),
        ("/etc/ssl/private/ke-hoach.key", str(folder / "ca.key")),
        ("/var/log/nginx", str(folder)),
        ("127.0.0.1:8765", f"127.0.0.1:{ports.behind}"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    kinds = "".join(f"{each}_temp_path {folder}/{each}; " for each in TEMPORARY)
    main = folder / "main.conf"
    main.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ }} worker_processes 1;\n"
        f"http {{ {kinds} gzip on; {text} }}\n",
        encoding="utf-8",
    )
    return [
        "nginx",
        "-e",
        str(folder / "error.log"),
        "-c",
        str(main),
        "-g",
        "user root;" if not os.geteuid() else "",
    ]


def compressing(folder: Path, ports: Ports) -> list[str]:
    """nginx that compresses by itself, and tells kehoach that nobody takes compressed answers."""
    command = nginx(folder, ports)
    main = folder / "main.conf"
    text = main.read_text(encoding="utf-8")
    assert text.count("gzip off;") == 1
    main.write_text(text.replace("gzip off;", COMPRESSES), encoding="utf-8")
    return command


def caddy(folder: Path, ports: Ports) -> list[str]:
    """The file of docs/operating, its log in a file and its certificate ours."""
    text = (OPERATING / "Caddyfile").read_text(encoding="utf-8")
    ours = f"\ttls {folder}/ca.pem {folder}/ca.key\n"
    for old, new in (
        ("127.0.0.1:8765", f"127.0.0.1:{ports.behind}"),
        (f"{NAME} {{\n", f"localhost {{\n{ours}"),
        (
            "\tlog {\n",
            f"\tadmin off\n\thttp_port {ports.plain}\n\thttps_port {ports.secure}\n\tlog {{\n"
            f"\t\toutput file {folder}/caddy.log\n",
        ),
    ):
        assert old in text, old
        text = text.replace(old, new, 1)
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


FRONTS: dict[str, Callable[[Path, Ports], list[str]]] = {"nginx": nginx, "caddy": caddy, "compressing": compressing}


@contextmanager
def running(
    command: list[str], folder: Path, name: str, port: int, **environment: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A program until it is no more wanted; it is there when its port answers."""
    kept = {each: value for each, value in os.environ.items() if not each.startswith("KEHOACH_")}
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=kept | environment)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
