"""Connections and transactions: what they promise, and how they say that they cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, event, insert, select, text
from sqlalchemy.exc import DBAPIError

from models import migrate
from models import session as session_module
from models.session import begin, open_engine, reading
from models.tables import Office
from rules.errors import OutsideFailed, RequestRefused
from tests.conftest import Database
from tests.models import made
from tests.postgres import APPLICATION, Server

ROOT = Path(__file__).parents[2]


def test_sqlite_keeps_what_was_said_to_be_recorded(sqlite_engine: Engine) -> None:
    """WAL, foreign keys, recursive triggers and full synchronisation are on in every connection."""
    with begin(sqlite_engine) as session:
        asked = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "recursive_triggers", "synchronous")
        }
    assert asked == {"journal_mode": "wal", "foreign_keys": 1, "recursive_triggers": 1, "synchronous": 2}


def test_a_copy_by_vacuum_goes_back_to_wal(sqlite_engine: Engine, tmp_path: Path) -> None:
    """VACUUM INTO, as a backup makes it, forgets the journal mode; opening the copy restores it."""
    copy = tmp_path / "copy.db"
    with sqlite_engine.connect() as connection:
        connection.connection.driver_connection.execute(f"VACUUM INTO '{copy}'")  # type: ignore[union-attr]
    engine = open_engine(f"sqlite:///{copy}")
    with reading(engine) as session:
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    engine.dispose()


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    """Whatever raises inside `begin` undoes all of it."""
    with pytest.raises(ZeroDivisionError), begin(engine) as session:
        session.add(Office(id="o", name="O", time_zone=made.ZONE))
        session.flush()
        raise ZeroDivisionError
    with reading(engine) as session:
        assert session.execute(select(Office.id)).all() == []  # type: ignore[call-overload]


def test_a_reader_cannot_write(engine: Engine) -> None:
    """`reading` refuses writes in the database itself, and the same connection can write afterwards."""
    row = {"id": "o", "name": "O", "time_zone": made.ZONE, "head_seq": 0, "head_hash": ""}
    with pytest.raises(OutsideFailed) as refused, reading(engine) as session:
        session.execute(insert(Office), [row])
    assert refused.value.code == "ledger.read_only"
    with begin(engine) as session:
        session.execute(insert(Office), [row])


def test_a_connection_is_told_only_what_changes(sqlite_engine: Engine) -> None:
    """A pragma makes SQLite prepare each statement anew, so it is said once; and still no reader can write."""
    told: list[str] = []
    event.listen(sqlite_engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    write = text("insert into office (id, name, time_zone, head_seq, head_hash) values ('o', 'O', 'UTC', 0, '')")
    for _ in range(3):
        with reading(sqlite_engine) as session:
            session.execute(select(Office.id))  # type: ignore[call-overload]
    assert [each for each in told if "PRAGMA" in each] == ["PRAGMA query_only=ON"]
    with begin(sqlite_engine) as session:
        session.execute(write)
    for _ in range(2):
        with pytest.raises(OutsideFailed), reading(sqlite_engine) as session:
            session.execute(write)
    assert [each for each in told if "PRAGMA" in each] == [f"PRAGMA query_only={each}" for each in ("ON", "OFF", "ON")]


def test_a_reader_sees_one_moment(database: Database) -> None:
    """What others commit meanwhile is not seen, and the reader blocks no writer."""
    reader, writer = database.open(), database.open()
    count = text("SELECT count(*) FROM office")
    with reading(reader) as session:
        assert session.execute(count).scalar() == 0
        made.ward(writer)
        assert session.execute(count).scalar() == 0
    with reading(reader) as session:
        assert session.execute(count).scalar() == 1


def test_a_writer_waits_no_longer_than_it_must(database: Database) -> None:
    """A lock that another holds on is reported as busy, with the exit code of what is outside."""
    made.ward(database.open())
    holder, waiter = database.open(), database.open()
    impatient = "PRAGMA busy_timeout = 50" if database.backend == "sqlite" else "SET lock_timeout = 50"
    with waiter.connect() as connection:  # the pool hands out the same connection again
        connection.exec_driver_sql(impatient)
        connection.commit()
    lock = text("UPDATE office SET name = 'Khác'")
    with begin(holder) as session:
        session.execute(lock)
        with pytest.raises(OutsideFailed) as busy, begin(waiter) as second:
            second.execute(lock)
    assert busy.value.code == "ledger.busy"
    assert busy.value.exit_code == 3


def test_no_database_is_made_by_looking(tmp_path: Path) -> None:
    """Opening a folder without a database says so and makes neither file nor folder."""
    engine = open_engine(f"sqlite:///{tmp_path / 'none' / 'kehoach.db'}")
    for way in (begin, reading):
        with pytest.raises(OutsideFailed) as missing, way(engine):
            pass
        assert missing.value.code == "ledger.no_database"
        assert missing.value.values["place"] == str(tmp_path / "none" / "kehoach.db")
    assert not (tmp_path / "none").exists()


def test_an_unmigrated_database_is_no_database(empty_database: Database) -> None:
    """A query that finds no tables says the same as a missing file."""
    if empty_database.backend == "sqlite":
        empty_database.path.parent.mkdir()
        empty_database.path.touch()
    with pytest.raises(OutsideFailed) as missing, reading(empty_database.open()) as session:
        session.execute(select(Office))
    assert missing.value.code == "ledger.no_database"


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "no address", "oracle://a:geheim@b/c"]
)
def test_an_unknown_address_is_refused(url: str) -> None:
    """Only a SQLite file and PostgreSQL can hold a ledger; a password is not repeated."""
    with pytest.raises(RequestRefused) as refused:
        open_engine(url)
    assert refused.value.code == "ledger.unknown_database"
    assert "geheim" not in str(refused.value)


def test_a_missing_server_is_said_plainly(tmp_path: Path) -> None:
    """No server at that socket: unreachable, with the place and without the password."""
    engine = open_engine(f"postgresql://u:geheim@/db?host={tmp_path}")
    with pytest.raises(OutsideFailed) as failed, reading(engine) as session:
        session.execute(text("SELECT 1"))
    assert failed.value.code == "ledger.unreachable"
    assert "geheim" not in str(failed.value)


@pytest.mark.postgres
def test_an_unknown_database_of_a_server(postgres_server: Server) -> None:
    """The server is there, the database is not: its own words say which."""
    engine = open_engine(postgres_server.url("nowhere", APPLICATION))
    with pytest.raises(OutsideFailed) as failed, reading(engine):
        pass
    assert failed.value.code == "ledger.unreachable"
    assert "nowhere" in str(failed.value.values["detail"])


@contextmanager
def postgres_asked(server: Server) -> Iterator[tuple[Engine, list[str]]]:
    """An engine whose two connections are idle, and how often it asks from now on whether one is still there."""
    asked: list[str] = []
    with server.database() as name:
        engine = open_engine(server.url(name, APPLICATION))
        ping = engine.dialect.do_ping
        engine.dialect.do_ping = lambda each: bool(asked.append("ping")) or ping(each)  # type: ignore[method-assign]
        with reading(engine), reading(engine):
            pass
        asked.clear()
        yield engine, asked
        engine.dispose()


def _end_connections(server: Server) -> None:
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kehoach_app'")


def _reads(engine: Engine) -> bool:
    with reading(engine) as session:
        return session.execute(text("SELECT true")).scalar_one()  # type: ignore[no-any-return]


@pytest.mark.postgres
def test_a_connection_just_used_is_not_asked_whether_it_is_there(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page's second reading costs no round trip more; one that has lain idle is asked."""
    monkeypatch.setattr(session_module, "STILL_THERE_SECONDS", 60)
    with postgres_asked(postgres_server) as (engine, asked):
        assert _reads(engine)
        assert _reads(engine)
        assert asked == []
        monkeypatch.setattr(session_module, "STILL_THERE_SECONDS", 0)
        assert _reads(engine)
        assert asked == ["ping"]


@pytest.mark.postgres
def test_who_comes_after_a_restart_of_the_server_notices_nothing(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connections that have lain idle and are gone are made anew before anybody is given one."""
    monkeypatch.setattr(session_module, "STILL_THERE_SECONDS", 0)
    with postgres_asked(postgres_server) as (engine, asked):
        _end_connections(postgres_server)
        assert _reads(engine)
        assert asked == ["ping", "ping"], "the one that is gone, and the new one"
        with reading(engine), reading(engine):
            pass
        assert len(asked) == 4, "the other was let go with the first"


@pytest.mark.postgres
def test_who_comes_within_the_second_of_a_restart_is_alone(
    postgres_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One answer fails, and says that the server could not be reached; the next finds it."""
    monkeypatch.setattr(session_module, "STILL_THERE_SECONDS", 60)
    with postgres_asked(postgres_server) as (engine, _):
        _end_connections(postgres_server)
        with pytest.raises(OutsideFailed) as failed:
            _reads(engine)
        assert failed.value.code == "ledger.unreachable"
        assert _reads(engine)
        assert _reads(engine)


def test_what_is_no_database_is_damaged(tmp_path: Path) -> None:
    """A file of something else is named as such."""
    (tmp_path / "kehoach.db").write_bytes(b"not a database at all, but long enough to look at" * 100)
    with (
        pytest.raises(OutsideFailed) as failed,
        reading(open_engine(f"sqlite:///{tmp_path / 'kehoach.db'}")) as session,
    ):
        session.execute(text("SELECT 1 FROM office"))
    assert failed.value.code == "ledger.damaged"


def test_our_own_mistakes_are_not_dressed_up(engine: Engine) -> None:
    """A statement that is wrong raises as it is, not as something outside."""
    with pytest.raises(DBAPIError), reading(engine) as session:
        session.execute(text("SELECT nothing FROM office"))


READ_ONLY = """
    import os, sys
    from models import migrate
    from models.session import begin, open_engine, reading
    from rules.errors import OutsideFailed
    from sqlalchemy import text

    engine = open_engine("sqlite:///" + sys.argv[1])
    new = open_engine("sqlite:///" + sys.argv[1].replace("kehoach.db", "sub/new.db"))

    def read():
        with reading(engine) as session:
            return session.execute(text("SELECT count(*) FROM entry")).scalar()

    def write():
        with begin(engine) as session:
            session.execute(text("UPDATE office SET name = 'x'"))

    if os.geteuid() == 0:  # root writes regardless: go on as a user whom permissions bind
        read()  # all modules are imported while they can be
        engine.dispose()
        os.setgroups([]), os.setgid(65534), os.setuid(65534)
    for act in read, write, lambda: migrate.upgrade(new):
        try:
            print(act())
        except OutsideFailed as failed:
            print(failed.code)
"""


def _read_only(path: Path) -> list[str]:
    command = [sys.executable, "-c", textwrap.dedent(READ_ONLY), str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_read_only_folder_is_said_to_be_one(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Neither traceback nor half-written row, where permissions forbid to write."""
    made.ward(sqlite_engine)
    sqlite_engine.dispose()
    folder = Path(tempfile.mkdtemp(dir="/var/tmp"))  # pytest's own folder is closed to others
    try:
        path = folder / "kehoach.db"
        shutil.move(tmp_path / "kehoach.db", path)
        path.chmod(0o444)
        folder.chmod(0o555)
        assert _read_only(path) == ["ledger.read_only"] * 3
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_migrating_needs_the_owner(database: Database) -> None:
    """The application's role may not make tables; SQLite knows no roles."""
    if database.backend == "sqlite":
        with pytest.raises(RequestRefused) as refused:
            migrate.grant_application(database.open(), "somebody")
        assert refused.value.code == "ledger.no_roles"
        return
    with pytest.raises(OutsideFailed) as failed, begin(database.open()) as session:
        session.execute(text("CREATE TABLE mine (id int)"))
    assert failed.value.code == "ledger.not_allowed"


def test_who_waits_to_write_holds_no_connection(sqlite_engine: Engine) -> None:
    """Fifty writers of one process take turns before they connect, so that readers find connections."""
    held, go = Event(), Event()

    def first() -> None:
        with begin(sqlite_engine):
            held.set()
            go.wait(60)

    def second() -> None:
        with begin(sqlite_engine):
            pass

    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(first)
        assert held.wait(60)
        other = threads.submit(second)
        with suppress(StillWaiting):
            other.result(0.3)
        assert not other.done()
        assert sqlite_engine.pool.checkedout() == 1  # type: ignore[attr-defined]
        go.set()
        one.result(10)
        other.result(10)
