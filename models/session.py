"""Connections and transactions: the same code on one SQLite file and on PostgreSQL.

SQLite runs in WAL mode with foreign keys on; a writer takes its lock when it begins (BEGIN IMMEDIATE), since a reader
that becomes a writer half-way fails with «database is locked» whatever its timeout. `synchronous=FULL`: an entry that
was said to be recorded survives a power cut, for one fsync a transaction (measured: 1.04 ms an entry against 0.81).

What people wrote is in the parameters of statements: `hide_parameters` keeps it out of every error and log.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import RLock
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

from sqlalchemy import create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlmodel import Session

from models.faults import place, translated
from rules.errors import OutsideFailed, RequestRefused

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Dialect, Engine

WAIT_SECONDS = 30
"""How long a writer waits for the others before it gives up as busy."""

_POOL = {"pool_size": 10, "max_overflow": 30}
"""Together as many connections as threads that serve pages (Starlette's 40): whoever reads never waits for a connection
that a waiting writer holds."""

STILL_THERE_SECONDS = 0.1
"""A connection to PostgreSQL that was used within this time is not asked first whether it is still there: a page takes
two or three in a row. No server restarts so quickly (0.2 s at best): who comes after that is given a new one."""

_USED = "kehoach.used"
_PRAGMAS = ("foreign_keys=ON", "recursive_triggers=ON", "synchronous=FULL")


def open_engine(url: str) -> Engine:
    """An engine for `sqlite:///path/of/file.db` or `postgresql://…` (through psycopg); nothing is opened or made yet.

    Raises RequestRefused(`ledger.unknown_database`) for any other address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise RequestRefused("ledger.unknown_database", url=url) from None
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
        return _sqlite(parsed.set(drivername="sqlite"))
    if backend in ("postgresql", "postgres"):
        return _postgres(parsed.set(drivername="postgresql+psycopg"))
    raise RequestRefused("ledger.unknown_database", url=parsed.render_as_string(hide_password=True))


@contextmanager
def begin(engine: Engine, *, relaxed: bool = False) -> Iterator[Session]:
    """One write transaction: committed at the end, or rolled back whole where anything raises.

    `relaxed` does not wait for the disk: a killed process loses nothing, a power cut may undo the transaction and those
    after it. Only for what is harmless to do again, such as the mark on a message that bears its id.
    Raises OutsideFailed: `ledger.read_only`, `.disk_full`, `.disk_failed`, `.unreachable`, `.busy`, `.no_database`,
    `.not_allowed`, `.damaged`.
    """
    chosen = engine.execution_options(relaxed=True) if relaxed else engine
    with _turn(engine), translated(engine), Session(chosen, expire_on_commit=False) as session, session.begin():
        connection = session.connection()  # takes SQLite's write lock before anything is read
        if relaxed and engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """As `begin`, a bare connection instead of a session: for set statements that load no rows. Raises as `begin`."""
    with translated(engine), engine.begin() as connection:
        yield connection


_turns: WeakKeyDictionary[Engine, RLock] = WeakKeyDictionary()


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Writers of one process take turns in the order they come: SQLite gives its lock to whoever asks at the right
    moment, and sleeps up to a tenth of a second between two tries, so of fifty at once some would wait for seconds.

    Who has waited for WAIT_SECONDS asks SQLite all the same, which then says that it is busy.
    """
    lock = _turns.get(engine)
    mine = lock is not None and lock.acquire(timeout=WAIT_SECONDS)
    try:
        yield
    finally:
        if lock is not None and mine:
            lock.release()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One snapshot, read only: every query inside sees the same moment, and waits for no writer. Raises as `begin`."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with translated(engine), Session(engine.execution_options(**options), expire_on_commit=False) as session:
        session.connection()
        yield session


def database(session: Session) -> object:
    """The open database behind a session: one object for every engine, option and connection of it, for weak keys."""
    return session.get_bind().engine.pool


def _postgres(url: URL) -> Engine:
    wait = f"-c lock_timeout={WAIT_SECONDS * 1000} -c timezone=UTC"
    options = {"connect_timeout": 10, "options": wait}
    # Last in, first out: the few that are in use stay warm, and with them the statements that they have prepared.
    engine = create_engine(url, pool_use_lifo=True, connect_args=options, hide_parameters=True, **_POOL)
    event.listen(engine, "checkout", partial(_ask_whether_there, engine.dialect))
    for moment in ("connect", "checkin"):
        event.listen(engine, moment, _note_use)
    return engine


def _ask_whether_there(dialect: Dialect, connection: Any, record: Any, _: object) -> None:
    """Before a connection is used that has lain idle: one that is gone takes the whole pool with it."""
    if monotonic() - record.info[_USED] < STILL_THERE_SECONDS:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        if not dialect.is_disconnect(error, connection, None):
            raise
        raise InvalidatePoolError from error


def _note_use(_: object, record: Any) -> None:
    record.info[_USED] = monotonic()


def _sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    engine = create_engine(url, creator=lambda: _connect(path), hide_parameters=True, **_POOL)
    _turns[engine] = RLock()
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _connect(path: Path) -> sqlite3.Connection:
    """Open what exists: only models.migrate makes a database, so a mistyped folder never gets an empty one."""
    if not path.exists():
        raise OutsideFailed("ledger.no_database", place=str(path))
    frozen = bool(os.statvfs(path).f_flag & os.ST_RDONLY) and not _has_wal(path)
    # WAL needs a file beside the database even to read it. On a disk mounted read-only nobody writes, so a copy kept
    # for an inspector opens without; where the write-ahead log was left behind, SQLite must refuse instead.
    mode = "mode=ro&immutable=1" if frozen else "mode=rw"
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?{mode}",
        uri=True,
        timeout=WAIT_SECONDS,
        isolation_level=None,  # transactions are begun by _begin_sqlite, not by the driver's guess
        check_same_thread=False,
    )
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        connection.execute("PRAGMA journal_mode=WAL")  # the file remembers it, a copy by VACUUM INTO does not
    return connection


def _has_wal(path: Path) -> bool:
    wal = path.with_name(f"{path.name}-wal")
    return wal.exists() and wal.stat().st_size > 0


def _begin_sqlite(connection: Connection) -> None:
    """Begin as a reader or as a writer; the same pooled connection may be the one now and the other later.

    Its pragmas are said only where they change: each makes SQLite prepare every statement it holds anew, which costs a
    short reading more than the reading itself.
    """
    options, known = connection.get_execution_options(), connection.info
    reads, relaxed = bool(options.get("reading")), bool(options.get("relaxed"))
    if known.get("relaxed", False) != relaxed:
        connection.exec_driver_sql(f"PRAGMA synchronous={'NORMAL' if relaxed else 'FULL'}")
        known["relaxed"] = relaxed
    if known.get("reading", False) != reads:
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
        known["reading"] = reads
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


__all__ = ["WAIT_SECONDS", "begin", "database", "open_engine", "place", "reading", "writing"]
