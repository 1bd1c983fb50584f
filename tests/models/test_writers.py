"""Many writers at once, writers that are killed, and disks that end: nothing is lost, doubled or half-written."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from models import ledger
from models.session import begin, open_engine, reading
from models.tables import Entry, Office
from rules.errors import OutsideFailed
from tests.conftest import Database
from tests.models import made

ROOT = Path(__file__).parents[2]
WRITERS, EACH = 8, 20

# A process of its own: `mode` is what it does after importing everything; it reports each entry that was committed.
WRITER = """
    import resource, sys
    from models import ledger
    from models.session import begin, open_engine
    from rules.errors import OutsideFailed
    from tests.models import made

    url, name, mode = sys.argv[1:]
    engine = open_engine(url)
    if mode == "no room":
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(name), int(name)))
    number = 0
    while mode != "twenty" or number < 20:
        try:
            with begin(engine) as session:
                text = "Đã làm. " * (500 if mode == "no room" else 1)
                entry, _ = ledger.append(session, request_id=f"{name}-{number}", **made.words(text=text))
                if mode == "half":
                    print("half", flush=True)
                    sys.stdin.read()  # waits here, inside the transaction, to be killed
        except OutsideFailed as failed:
            print(failed.code)
            break
        print(entry.seq, flush=True)
        number += 1
"""


def _start(url: str, name: str, mode: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), url, name, mode],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _state(engine: Engine) -> tuple[list[int], list[ledger.Fault]]:
    with reading(engine) as session:
        seqs = list(session.execute(select(Entry.seq).order_by(Entry.seq)).scalars())  # type: ignore[call-overload]
        return seqs, ledger.verify(session, made.OFFICE)


def test_eight_writers_at_once(database: Database) -> None:
    """160 entries by eight processes: none lost, none refused as locked, no gap, one chain."""
    engine = database.open()
    made.ward(engine)
    writers = [_start(database.url, f"w{number}", "twenty") for number in range(WRITERS)]
    seqs: list[int] = []
    for writer in writers:
        out, err = writer.communicate(timeout=300)
        assert writer.returncode == 0, err
        seqs += map(int, out.split())
    assert sorted(seqs) == list(range(2, 2 + WRITERS * EACH))
    assert _state(engine) == (list(range(1, 2 + WRITERS * EACH)), [])


@pytest.mark.parametrize("mode", ["half", "endless"])
def test_a_killed_writer_leaves_a_whole_ledger(database: Database, mode: str) -> None:
    """kill -9 in the middle of a transaction, or at any moment: what was reported stands, nothing is half-written."""
    engine = database.open()
    made.ward(engine)
    writer = _start(database.url, "w", mode)
    assert writer.stdout is not None
    reported = [writer.stdout.readline().strip() for _ in range(1 if mode == "half" else 15)]
    writer.send_signal(signal.SIGKILL)
    out, _ = writer.communicate(timeout=300)
    last = 1 if mode == "half" else int([*reported, *out.split()][-1])
    seqs, faults = _state(engine)
    assert faults == []
    assert seqs[:last] == list(range(1, last + 1))
    assert len(seqs) - last in ((0,) if mode == "half" else (0, 1))  # one may be committed and not yet reported
    assert made.append(engine, "after").seq == seqs[-1] + 1


def test_a_disk_that_is_full(sqlite_engine: Engine, tmp_path: Path) -> None:
    """No room for another page: said as such, nothing half-written, and writing goes on once there is room."""
    made.ward(sqlite_engine)
    with sqlite_engine.connect() as connection:  # the pool gives this very connection again
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(OutsideFailed) as full, begin(sqlite_engine) as session:
        for number in range(100):
            ledger.append(session, request_id=f"r{number}", **made.words(text="Đã làm. " * 500))
    assert (full.value.code, full.value.exit_code) == ("ledger.disk_full", 3)
    assert _state(sqlite_engine) == ([1], [])
    with sqlite_engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    assert made.append(sqlite_engine, "after", text="Đã làm. " * 500).seq == 2


def test_a_quota_that_is_used_up(sqlite_engine: Engine, tmp_path: Path) -> None:
    """A limit on file size stops a writer in the middle: what it reported is there, and nothing else."""
    made.ward(sqlite_engine)
    path = tmp_path / "kehoach.db"
    writer = _start(f"sqlite:///{path}", str(path.stat().st_size + 100_000), "no room")
    out, err = writer.communicate(timeout=300)
    assert writer.returncode == 0, err
    *seqs, code = out.split()
    assert code == "ledger.disk_full"
    assert seqs
    assert _state(sqlite_engine) == (list(range(1, int(seqs[-1]) + 1)), [])


# ---- real mounts, in a mount namespace of the test's own

IN_NAMESPACE = """
    import subprocess, sys
    from pathlib import Path
    from sqlalchemy import text
    from models import ledger, migrate
    from models.session import begin, open_engine, reading
    from rules.errors import OutsideFailed
    from tests.models import made

    folder, what = Path(sys.argv[1]), sys.argv[2]
    mount = lambda *words: subprocess.run(["mount", *words, str(folder)], check=True)
    if what == "small":
        mount("-t", "tmpfs", "-o", "size=600k", "tmpfs")
    engine = open_engine(f"sqlite:///{folder}/kehoach.db")
    if what == "small":
        migrate.upgrade(engine)
        made.ward(engine)
    else:
        mount("--bind", str(folder))
        mount("-o", "remount,bind,ro")
    number = 0
    try:
        while True:
            made.append(engine, f"r{number}", text="Đã làm. " * 500)
            number += 1
    except OutsideFailed as failed:
        print(failed.code)
    try:
        with reading(engine) as session:
            last = session.execute(text("SELECT max(seq) FROM entry")).scalar()
            print(last == (number + 1 if what == "small" else 2), ledger.verify(session, made.OFFICE))
    except OutsideFailed as failed:
        print(failed.code)
"""


def _in_namespace(folder: Path, what: str) -> str:
    command = ["unshare", "--user", "--map-root-user", "--mount", sys.executable, "-c", textwrap.dedent(IN_NAMESPACE)]
    done = subprocess.run([*command, str(folder), what], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_file_system_without_room(tmp_path: Path) -> None:
    """A real disk of 600 KiB: the writer is told that it is full, and every entry before that stands."""
    assert _in_namespace(tmp_path, "small") == "ledger.disk_full\nTrue []"


def test_a_disk_mounted_read_only(sqlite_engine: Engine, tmp_path: Path) -> None:
    """What an inspector is handed: reading and verifying work, writing is refused."""
    made.ward(sqlite_engine)
    made.append(sqlite_engine, "r")
    sqlite_engine.dispose()
    assert _in_namespace(tmp_path, "read-only") == "ledger.read_only\nTrue []"


def test_a_read_only_copy_with_its_log_is_not_read_in_part(sqlite_engine: Engine, tmp_path: Path) -> None:
    """A copy taken while the program ran: without its write-ahead log entries would be missing, so it is refused."""
    made.ward(sqlite_engine)
    made.append(sqlite_engine, "r")
    folder = tmp_path / "copy"
    folder.mkdir()
    for name in ("kehoach.db", "kehoach.db-wal"):
        shutil.copyfile(tmp_path / name, folder / name)
    assert _in_namespace(folder, "read-only") == "ledger.read_only\nledger.read_only"
    copy = open_engine(f"sqlite:///{folder / 'kehoach.db'}")
    assert _state(copy) == ([1, 2], [])
    copy.dispose()


def test_the_head_is_the_office_s(engine: Engine) -> None:
    """Writers of two offices do not share a chain, whoever is first."""
    for office in (made.OFFICE, "kien-hung"):
        made.ward(engine, office)
    for number in range(3):
        made.append(engine, f"r{number}")
        made.append(engine, f"r{number}", office="kien-hung", key=made.REPORT._replace(office="kien-hung"))
    with reading(engine) as session:
        heads = session.execute(select(Office.id, Office.head_seq).order_by(Office.id)).all()  # type: ignore[call-overload]
        assert [tuple(row) for row in heads] == [("kien-hung", 4), ("phu-la", 4)]
        assert ledger.verify(session, "kien-hung") == ledger.verify(session, made.OFFICE) == []
