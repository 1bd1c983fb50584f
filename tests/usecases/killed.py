"""A report with two files, killed (SIGKILL) before every nth step in turn.

`python -m tests.usecases.killed URL FOLDER WORK N`.

A step is a call of the system on a file or a statement of the database; a step that is done is killed before the next
one. After every kill one line of JSON says what stands there: entries, rows of files, and each file of the folder with
the hash of its bytes.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from hashlib import sha256
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import text

from models.session import open_engine, reading
from tests.usecases import small
from usecases import allowance, photos, record, show, uploads  # noqa: F401  (what the child would import, before it is forked)
from usecases.evidence import Sent

NOW = small.at("2025-06-02")
ON_FILES = frozenset({"open", "fsync", "replace", "mkdir", "unlink"})
IN_DATABASE = frozenset({"do_execute", "do_commit"})


def files(step: int) -> list[Sent]:
    """Others at each step, so that nothing lies there already; larger than what is written at once."""
    return [Sent(f"trang-{n}.pdf", f"%PDF-1.4 {step} {n}".encode() * 20_000) for n in (1, 2)]


def report(url: str, folder: Path, work: str, step: int, sent: list[Sent]) -> None:
    """The whole of it in this process, which is killed at the step (0: never)."""
    engine, seen = open_engine(url), 0

    def watch(frame: FrameType, event: str, arg: Any) -> None:
        nonlocal seen
        if event.endswith("return") or event == "c_exception":
            return
        if event == "call":
            here = frame.f_code.co_name in IN_DATABASE
        else:
            on_file = getattr(arg, "__module__", "") == "posix" and arg.__name__ in ON_FILES
            here = on_file or (arg.__name__ == "write" and isinstance(arg.__self__, io.BufferedWriter))
        if here:
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    by = work.split("/")[1]
    told = {"evidence": sent, "evidence_folder": folder, "most_a_day": 10**9, "request_id": "gửi-1"}
    record.done(engine, occurrence=work, by=by, now=NOW, recorded_by="thử", **told)  # type: ignore[arg-type]


def seen_now(url: str, folder: Path) -> dict[str, Any]:
    engine = open_engine(url)
    with reading(engine) as session:
        rows = [row.sha256 for row in session.connection().execute(text("SELECT sha256 FROM evidence"))]
        kinds = "SELECT data FROM entry WHERE kind = 'reported'"
        entries = [json.loads(row.data) for row in session.connection().execute(text(kinds))]
    engine.dispose()
    found = [each for each in folder.rglob("*") if each.is_file()]
    hashed = {str(each.relative_to(folder)): sha256(each.read_bytes()).hexdigest() for each in found}
    return {"rows": rows, "entries": entries, "files": hashed}


def main(url: str, folder: Path, work: str, every: int) -> None:
    """Until it was recorded, then the same once more, as who got no answer sends it again."""
    seen_now(url, folder)
    warm = open_engine(url)
    show.show(warm, occurrence=work, now=NOW)  # the plan is read once, not by each child
    warm.dispose()
    step, sent, killed = 0, 0, True
    while killed:
        step = step if sent else step + every
        child = os.fork()
        if child == 0:
            report(url, folder, work, 0 if sent else step, files(step))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed or status == 0, status
        seen = {"step": step, "killed": killed} | seen_now(url, folder)
        sent = step if seen["entries"] else 0
        print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
