"""Delivering digests to a mail server on the loopback, beside `smtplib` sending the same bytes in a loop.

    python -m bench.deliver [DIGESTS]        default 10000

The server is aiosmtpd in a process of its own and takes everything. Each person has three notices waiting. Ours claims,
composes (text, HTML, calendar), sends over one connection and marks each message; the yardstick sends the very bytes
that ours had sent, over one connection, and remembers nothing.
"""

from __future__ import annotations

import re
import smtplib
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import text  # noqa: E402 (the path comes first)

from bench.mail_server import running  # noqa: E402
from bench.measure import Row, report  # noqa: E402
from models.migrate import upgrade  # noqa: E402
from models.session import begin, open_engine  # noqa: E402
from outputs.channels import FileChannel  # noqa: E402
from outputs.channels.mail import Mail, Server  # noqa: E402
from outputs.channels.mime import Sender  # noqa: E402
from tests.usecases import small  # noqa: E402
from usecases import deliver, sync  # noqa: E402

NOW = datetime(2025, 5, 20, 2, tzinfo=UTC)
WAITING = (("bao-cao", "6-thang", "a"), ("tap-huan", "nam", "a"), ("tuyen-truyen", "thang-6", "cong-an"))
NOTICE = text(
    "insert into notice (office, plan, task, unit, period, rung, version, recipient, role, due_on, made_at, state,"
    " attempts) values ('nho', 'nho-2025', :task, :unit, :period, 'office', 1, :recipient, 'office', '2025-05-20',"
    " '2025-05-20 01:30:00.000000', 'pending', 0)"
)


def made(folder: Path, count: int) -> str:
    """A database in which so many people wait for three notices each."""
    url = f"sqlite:///{folder / 'kehoach.db'}"
    plan = small.write(folder)
    people = "".join(f"    - {{ id: n-{n}, name: Người {n}, email: n-{n}@nho.example.vn }}\n" for n in range(count))
    small.edit(plan / "escalation.yaml", "people: {}\n", f"people:\n  office:\n{people}")
    engine = open_engine(url)
    upgrade(engine)
    sync.sync(engine, directory=plan, overlay=None, now=small.at("2025-01-10"), recorded_by="bench")
    rows = [
        {"task": task, "period": period, "unit": unit, "recipient": f"n-{n}"}
        for n in range(count)
        for task, period, unit in WAITING
    ]
    with begin(engine) as session:
        session.connection().execute(text("delete from notice"))
        session.connection().execute(NOTICE, rows)
    engine.dispose()
    return url


class Kept(Mail):
    """Remembers the bytes that it sends."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.bytes: list[tuple[str, bytes]] = []

    def _hand_over(self, client: smtplib.SMTP, data: bytes) -> None:
        found = re.search(rb"^To: .*<(\S+)>", data, re.MULTILINE)
        assert found is not None
        self.bytes.append((found[1].decode(), data))
        super()._hand_over(client, data)


def ours(url: str, port: int, folder: Path, count: int) -> tuple[float, list[tuple[str, bytes]]]:
    """Milliseconds of one delivery, and what it sent."""
    engine = open_engine(url)
    sender = Sender("kehoach@nho.example.vn", "Uỷ ban nhân dân phường Nhỏ")
    kept = Kept(Server("127.0.0.1", port, "none"), sender, NOW)
    with kept as mail:
        start = time.perf_counter()
        (done,) = deliver.deliver(
            engine, channel=FileChannel(folder / "out"), channels={"email": mail}, now=NOW, run="bench"
        )
        wall = (time.perf_counter() - start) * 1000
    engine.dispose()
    assert (done.digests, done.sent, done.failed) == (count, 3 * count, 0), done
    return wall, kept.bytes


def plain(messages: list[tuple[str, bytes]], port: int) -> float:
    """Milliseconds of smtplib over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as client:
        start = time.perf_counter()
        for to, data in messages:
            client.sendmail("kehoach@nho.example.vn", [to], data)
        return (time.perf_counter() - start) * 1000


def main(count: int = 10_000) -> int:
    with tempfile.TemporaryDirectory() as name, running() as server:
        folder = Path(name)
        url = made(folder, count)
        wall, messages = ours(url, server.port, folder, count)
        bare = plain(messages, server.port)
        assert len({each["id"] for each in server.notes()}) == count
    size = sum(len(data) for _, data in messages) // count
    print(
        f"{count} digests of {size} bytes: ours {count / wall * 1000:.0f}, smtplib {count / bare * 1000:.0f} a second\n"
    )
    return report([Row(f"delivering {count} digests by SMTP, one run", bare, wall)])


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
