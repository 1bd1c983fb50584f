"""Every way that raw SQL has to change what was recorded is refused by the database itself."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from models import ledger, migrate
from models.session import begin, reading
from rules.errors import OutsideFailed
from tests.conftest import Database
from tests.models import made
from tests.models.attacks import ATTACKS, ONLY_POSTGRES, ONLY_SQLITE
from tests.postgres import APPLICATION, OWNER, Server

BY_BACKEND = {"sqlite": ATTACKS | ONLY_SQLITE, "postgres": ATTACKS | ONLY_POSTGRES}
CASES = [
    pytest.param(backend, statement, id=f"{backend}: {name}", marks=[pytest.mark.postgres] * (backend == "postgres"))
    for backend, attacks in BY_BACKEND.items()
    for name, statement in attacks.items()
]


def _fill(engine: Engine) -> None:
    """Three entries: the revision, one with a text and one without."""
    made.ward(engine)
    made.append(engine, "two", text="Đã gọi điện.")
    made.append(engine, "three")


def _raw(database: Database, *, owner: bool = False) -> Any:
    """A connection that knows nothing of us: no pragmas, and on PostgreSQL the plain driver."""
    if database.backend == "sqlite":
        return closing(sqlite3.connect(database.path, isolation_level=None))
    url = make_url(database.owner_url if owner else database.url)
    return closing(
        psycopg.connect(host=str(url.query["host"]), dbname=url.database, user=url.username, autocommit=True)
    )


def _all(database: Database) -> list[Any]:
    tables = ("entry", "entry_text", "plan_revision", "occurrence_version", "office")
    with _raw(database) as connection:
        return [sorted(map(repr, connection.execute(f"SELECT * FROM {table}"))) for table in tables]


@dataclass(frozen=True)
class Filled:
    """A database to be attacked, and the application's own way into it."""

    database: Database
    engine: Engine


Fill = Callable[[str], Filled]


@pytest.fixture(scope="module")
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fill]:
    """Gives one filled database of each kind to all attacks, since none of them may change anything."""
    with ExitStack() as stack:

        @cache
        def fill(backend: str) -> Filled:
            if backend == "sqlite":
                path = tmp_path_factory.mktemp("attacked") / "kehoach.db"
                shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
                database = Database("sqlite", f"sqlite:///{path}", f"sqlite:///{path}")
            else:
                server: Server = request.getfixturevalue("postgres_server")
                name = stack.enter_context(server.database())
                database = Database("postgres", server.url(name, APPLICATION), server.url(name, OWNER))
            stack.callback(database.close)
            engine = database.open()
            _fill(engine)
            return Filled(database, engine)

        yield fill


@pytest.mark.parametrize(("backend", "statement"), CASES)
def test_the_database_refuses(filled: Fill, backend: str, statement: str) -> None:
    """The statement fails, from a plain connection and from the application's own, and changes nothing."""
    database, engine = filled(backend).database, filled(backend).engine
    before = _all(database)
    with _raw(database) as connection, pytest.raises((sqlite3.Error, psycopg.Error)) as refused:
        connection.execute(statement)
    assert "syntax" not in str(refused.value) and "no such" not in str(refused.value), "the attack must be a real one"
    with pytest.raises((DBAPIError, OutsideFailed)), begin(engine) as session:
        session.connection().exec_driver_sql(statement)
    assert _all(database) == before
    with reading(engine) as session:
        assert ledger.verify(session, made.OFFICE) == []
    assert migrate.guards(engine) == []


@pytest.mark.postgres
@pytest.mark.parametrize("name", [*ATTACKS, "TRUNCATE", "TRUNCATE CASCADE"])
def test_even_the_owner_and_a_replica_are_refused(filled: Fill, postgres_server: Server, name: str) -> None:
    """On PostgreSQL the guards bind the tables' owner, and a superuser who replays as a replica."""
    statement = ATTACKS.get(name) or ONLY_POSTGRES[name]
    attacked = filled("postgres").database
    before = _all(attacked)
    with _raw(attacked, owner=True) as connection, pytest.raises(psycopg.errors.IntegrityError):
        connection.execute(statement)
    database = make_url(attacked.url).database
    with closing(
        psycopg.connect(host=postgres_server.folder, dbname=database, user="postgres", autocommit=True)
    ) as connection:
        connection.execute("SET session_replication_role = replica")
        with pytest.raises(psycopg.errors.IntegrityError):
            connection.execute(statement)
    assert _all(attacked) == before


@pytest.mark.postgres
def test_a_temporary_table_cannot_stand_in(filled: Fill) -> None:
    """A session's own table named `entry` does not answer in the guards' place."""
    with _raw(filled("postgres").database) as connection:
        connection.execute("CREATE TEMP TABLE entry AS SELECT * FROM public.entry")
        connection.execute(
            "INSERT INTO pg_temp.entry (office, plan, seq, kind, data)"
            " VALUES ('phu-la', 'phu-la-2025', 4, 'redacted', '{\"seq\": 2}')"
        )
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("UPDATE public.entry_text SET salt = NULL, text = NULL WHERE seq = 2")


def test_a_redacted_entry_lets_its_text_be_erased(database: Database) -> None:
    """Raw SQL may do what redact does, of the named text only, and not put it back."""
    engine = database.open()
    _fill(engine)
    made.append(engine, "more", text="Giữ lại.")
    made.append(engine, "redaction", kind="redacted", data={"seq": 2})
    with _raw(database) as connection:
        connection.execute("UPDATE entry_text SET salt = NULL, text = NULL WHERE seq = 2")
        for refused in (
            "UPDATE entry_text SET text = 'lại' WHERE seq = 2",
            "UPDATE entry_text SET salt = NULL, text = NULL WHERE seq = 4",
        ):
            with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RestrictViolation)):
                connection.execute(refused)
    with reading(engine) as session:
        assert ledger.verify(session, made.OFFICE) == []


@pytest.mark.parametrize("guard", ["kehoach_entry_update", "kehoach_office_update", "kehoach_entry_text_delete"])
def test_a_missing_guard_is_named(database: Database, guard: str) -> None:
    """Whoever owns the tables can drop a trigger: `guards` says which."""
    engine = database.open(owner=True)
    table = guard.removeprefix("kehoach_").rpartition("_")[0]
    with engine.begin() as connection:
        on = "" if database.backend == "sqlite" else f" ON {table}"
        connection.exec_driver_sql(f"DROP TRIGGER {guard}{on}")
    assert migrate.guards(engine) == [guard]


def test_an_altered_guard_is_named(database: Database) -> None:
    """A trigger of the right name that does nothing is no guard."""
    engine = database.open(owner=True)
    with engine.begin() as connection:
        if database.backend == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER kehoach_entry_delete")
            connection.exec_driver_sql(
                "CREATE TRIGGER kehoach_entry_delete BEFORE DELETE ON entry FOR EACH ROW BEGIN SELECT 1; END"
            )
        else:
            connection.exec_driver_sql(
                "CREATE OR REPLACE FUNCTION kehoach_entry_delete() RETURNS trigger LANGUAGE plpgsql"
                " AS 'begin return old; end'"
            )
            connection.exec_driver_sql("ALTER TABLE entry DISABLE TRIGGER kehoach_entry_insert")
    wanted = (
        ["kehoach_entry_delete"] if database.backend == "sqlite" else ["kehoach_entry_insert", "kehoach_entry_delete"]
    )
    assert sorted(migrate.guards(engine)) == sorted(wanted)


def test_a_broken_key_is_named(database: Database) -> None:
    """Rows without their parent (SQLite, a connection without foreign keys), or a key that was never validated."""
    engine = database.open(owner=True)
    made.ward(engine)
    if database.backend == "sqlite":
        with _raw(database) as connection:
            connection.execute("DELETE FROM occurrence")
        broken = ["occurrence_version -> occurrence"]
    else:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE notice DROP CONSTRAINT fk_notice_occurrence")
            connection.exec_driver_sql(
                "ALTER TABLE notice ADD CONSTRAINT fk_notice_occurrence FOREIGN KEY (office, plan, task, unit, period)"
                " REFERENCES occurrence NOT VALID"
            )
        broken = ["fk_notice_occurrence"]
    assert migrate.guards(engine) == broken
