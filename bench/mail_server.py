"""A mail server (aiosmtpd) in a process of its own: it notes what it takes, before it answers.

    python -m bench.mail_server FILE [texts]

Prints its port; appends a JSON line a message to FILE: its Message-ID and recipient, with `texts` its text part. Ends
when its standard input does.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session

ROOT = Path(__file__).resolve().parent.parent
_ID = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


class Notes:
    """Takes everything; the note is on its way to the file before the answer is."""

    def __init__(self, file: TextIO, texts: bool) -> None:
        self.file, self.texts = file, texts

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        found = _ID.search(envelope.content)
        note = {"id": found[1].decode() if found else "", "to": envelope.rcpt_tos[0]}
        if self.texts:
            part = email.message_from_bytes(envelope.content, policy=email.policy.default).get_body(("plain",))
            note["text"] = part.get_content() if part is not None else ""
        self.file.write(json.dumps(note) + "\n")
        self.file.flush()
        if self.texts:
            await asyncio.sleep(0.005)  # as a server that stores before it answers: time to be killed in
        return "250 OK"


async def serve(path: str, texts: bool) -> None:
    loop = asyncio.get_running_loop()
    with Path(path).open("a", encoding="utf-8") as file:
        notes = Notes(file, texts)
        server = await loop.create_server(lambda: SMTP(notes, loop=loop, hostname="bench.example.vn"), "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        await loop.run_in_executor(None, sys.stdin.read)
        server.close()


@dataclass
class MailServer:
    """A running one."""

    port: int
    path: Path

    def notes(self) -> list[dict[str, Any]]:
        """What it took, in order."""
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def running(*, texts: bool = False) -> Iterator[MailServer]:
    """Start one and end it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "taken.jsonl"
        path.touch()
        process = subprocess.Popen(
            [sys.executable, "-m", "bench.mail_server", str(path), *(["texts"] if texts else [])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield MailServer(int(process.stdout.readline()), path)
        finally:
            process.stdin.close()
            process.wait(10)
            process.stdout.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], "texts" in sys.argv[2:]))
