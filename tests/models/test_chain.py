"""No byte of a ledger can be changed behind the guards without `verify` finding it."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session

from models import ledger
from models.session import begin, open_engine, reading
from tests.conftest import Database
from tests.models import made
from tests.postgres import APPLICATION, Server

COLUMNS = (
    *("office", "plan", "seq", "task", "unit", "period", "kind", "happened_on", "recorded_at", "declared_by"),
    *("recorded_by", "channel", "request_id", "data", "text_hash", "format", "prev_hash", "hash"),
)


def _fill(engine: Engine) -> None:
    """Six entries: the revision, two with a text of which one is erased, plain ones, and the erasing one."""
    made.ward(engine)
    made.append(engine, "two", text="Đã gọi điện.", data={"via": "phone"})
    made.append(engine, "three", text="Cháu A")
    made.append(engine, "four", key=made.ROUND, line="ra-soat", kind="answered", data={"answer": "nothing"})
    with begin(engine) as session:
        words = {name: value for name, value in made.words().items() if name not in ("kind", "key")}
        ledger.redact(session, seq=3, request_id="five", **words)
    made.append(engine, "six")


def _unguarded(connection: sqlite3.Connection) -> None:
    """As whoever owns the file can: without triggers and checks."""
    connection.text_factory = bytes
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name.decode()}")
    connection.execute("PRAGMA ignore_check_constraints = ON")


@pytest.fixture(scope="module")
def original(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled ledger without its guards."""
    path = tmp_path_factory.mktemp("original") / "kehoach.db"
    shutil.copyfile(sqlite_template, path)
    engine = open_engine(f"sqlite:///{path}")
    _fill(engine)
    with reading(engine) as session:
        assert ledger.verify(session, made.OFFICE) == []
    engine.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        _unguarded(connection)
    return path


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seq=st.integers(1, 6), column=st.sampled_from(COLUMNS), at=st.integers(0, 200), byte=st.integers(0, 255))
def test_any_byte_of_an_entry(original: Path, tmp_path: Path, seq: int, column: str, at: int, byte: int) -> None:
    """One byte of one column of one entry replaced: found, wherever it is and whatever it becomes."""
    path = tmp_path / "tampered.db"
    shutil.copyfile(original, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.text_factory = bytes
        (value,) = connection.execute(f"SELECT CAST({column} AS BLOB) FROM entry WHERE seq = ?", (seq,)).fetchone()
        old = value or b""
        at = at % (len(old) + 1)
        new = old[:at] + bytes([byte]) + old[at + 1 :]
        numeric = column in ("seq", "format")
        if new == old or (numeric and not (new.isdigit() and int(new) != int(old))):
            return  # the same value again, or what the column itself refuses
        stored = int(new) if numeric else new
        cast = "?" if numeric else "CAST(? AS TEXT)"
        try:
            connection.execute(f"UPDATE entry SET {column} = {cast} WHERE seq = ?", (stored, seq))
        except (sqlite3.IntegrityError, OverflowError):
            return  # the keys refuse it even so
    engine = open_engine(f"sqlite:///{path}")
    with reading(engine) as session:
        faults = ledger.verify(session, made.OFFICE)
    engine.dispose()
    assert faults, (seq, column, value, new)


TAMPERING = {
    "a text": ("UPDATE entry_text SET text = 'Chưa gọi.' WHERE seq = 2", {("text_hash", 2)}),
    "a salt": ("UPDATE entry_text SET salt = 'x' WHERE seq = 2", {("text_hash", 2)}),
    "a salt removed": ("UPDATE entry_text SET salt = NULL WHERE seq = 2", {("text_hash", 2)}),
    "a text erased": ("UPDATE entry_text SET salt = NULL, text = NULL WHERE seq = 2", {("erased", 2)}),
    "a text's row removed": ("DELETE FROM entry_text WHERE seq = 2", {("text_missing", 2)}),
    "an erased text's row removed": ("DELETE FROM entry_text WHERE seq = 3", {("text_missing", 3)}),
    "an erased text put back": ("UPDATE entry_text SET salt = 'x', text = 'y' WHERE seq = 3", {("text_hash", 3)}),
    "a text added": (
        "INSERT INTO entry_text SELECT office, plan, 4, salt, text FROM entry_text WHERE seq = 2",
        {("text_added", 4)},
    ),
    "an entry removed": ("DELETE FROM entry WHERE seq = 4", {("gap", 5), ("chain", 5)}),
    "the last entry removed": ("DELETE FROM entry WHERE seq = 6", {("head", 5)}),
    "the head moved": ("UPDATE office SET head_seq = 7", {("head", 6)}),
    "the head's clock moved": ("UPDATE office SET head_recorded_at = '2031-01-01 00:00:00.000000'", {("head", 6)}),
    "another form": ("UPDATE entry SET format = 2 WHERE seq = 2", {("format", 2)}),
    "a column emptied": ("UPDATE entry SET recorded_by = '' WHERE seq = 2", {("hash", 2)}),
    "a null made a word": ("UPDATE entry SET line = '' WHERE seq = 2", {("hash", 2)}),
    "the erasing entry": ("UPDATE entry SET data = '{}' WHERE seq = 5", {("hash", 5), ("erased", 3)}),
    "the erasing entry's data": ("UPDATE entry SET data = 'x' WHERE seq = 5", {("hash", 5), ("erased", 3)}),
    "the erasing entry's kind": ("UPDATE entry SET kind = 'noted' WHERE seq = 5", {("hash", 5), ("erased", 3)}),
}
ONLY_SQLITE = {
    "a day that is none": ("UPDATE entry SET happened_on = 'hôm qua' WHERE seq = 2", {("unreadable", 2)}),
    "an instant that is none": ("UPDATE entry SET recorded_at = '' WHERE seq = 6", {("unreadable", 6)}),
    "letters that are none": ("UPDATE entry SET channel = CAST(x'ff' AS TEXT) WHERE seq = 2", {("unreadable", 2)}),
    "a text without its entry": (
        "UPDATE entry_text SET seq = 9 WHERE seq = 2",
        {("text_missing", 2), ("text_orphan", 9)},
    ),
    "a text between entries": (
        "DELETE FROM entry WHERE seq = 2",
        {("gap", 3), ("chain", 3), ("text_orphan", 2)},
    ),
    "the office": ("DELETE FROM office", {("no_office", 0)}),
}


def _faults(engine: Engine) -> set[tuple[str, int]]:
    with reading(engine) as session:
        return _found(session)


def _found(session: Session) -> set[tuple[str, int]]:
    faults = ledger.verify(session, made.OFFICE)
    for each in faults:
        assert (each.office, each.seq) == (made.OFFICE, each.values["seq"])
    return {(each.code.removeprefix("ledger.fault_"), each.seq) for each in faults}


@pytest.mark.parametrize("name", [*TAMPERING, *ONLY_SQLITE])
def test_what_is_found_in_sqlite(original: Path, tmp_path: Path, name: str) -> None:
    """Each kind of tampering has its own name and the entry at which it shows."""
    statement, faults = (TAMPERING | ONLY_SQLITE)[name]
    path = tmp_path / "tampered.db"
    shutil.copyfile(original, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)
    engine = open_engine(f"sqlite:///{path}")
    assert _faults(engine) == faults
    engine.dispose()


@pytest.fixture(scope="module")
def superuser(postgres_server: Server) -> Iterator[Engine]:
    """A filled ledger on PostgreSQL, in the hands of one whom only the guards bind."""
    with postgres_server.database() as name:
        application = open_engine(postgres_server.url(name, APPLICATION))
        _fill(application)
        application.dispose()
        engine = open_engine(postgres_server.url(name, postgres_server.superuser))
        yield engine
        engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("name", TAMPERING)
def test_what_is_found_in_postgres(superuser: Engine, name: str) -> None:
    """The same by a superuser who takes the guards and keys away; undone after each."""
    statement, faults = TAMPERING[name]
    with superuser.connect() as connection, Session(connection) as session:
        for table in ("entry", "entry_text", "office"):
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)
        found = _found(session)
        connection.rollback()
    assert found == faults
    assert _faults(superuser) == set()


def test_a_text_that_should_be_gone(database: Database) -> None:
    """An entry says that a text was erased, and it is still there."""
    engine = database.open()
    _fill(engine)
    made.append(engine, "claim", kind="redacted", data={"seq": 2})
    assert _faults(engine) == {("not_erased", 2)}


def test_a_clock_turned_back(database: Database) -> None:
    """A whole chain rehashed with an earlier instant is still out of order."""
    engine = database.open()
    _fill(engine)
    owner = database.open(owner=True)
    with owner.begin() as connection:
        if database.backend == "sqlite":
            names = [
                row[0] for row in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ]
            for name in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE entry SET recorded_at = '2020-01-01 00:00:00.000000' WHERE seq = 4")
    assert ("clock", 4) in _faults(engine)


def test_an_empty_ledger_is_whole(engine: Engine) -> None:
    """No entry, no fault; an office that is not there is one."""
    with reading(engine) as session:
        assert [each.code for each in ledger.verify(session, "nowhere")] == ["ledger.fault_no_office"]
    _only_office(engine)
    assert _faults(engine) == set()


def _only_office(engine: Engine) -> None:
    from models.tables import Office

    with begin(engine) as session:
        session.add(Office(id=made.OFFICE, name="Phường", time_zone=made.ZONE))
