"""Making and checking the database. Alembic is imported only when there is something to migrate.

A whole upgrade is one transaction on both databases: killed anywhere, the database is as it was before.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from models import guards as _guards
from models.faults import of_os_error, place, translated
from rules.errors import OutsideFailed, RequestRefused

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

REVISIONS = tuple(f"{n:04}" for n in range(1, 18))
"""Every migration of this version of the program, oldest first; a test holds it equal to migrations/versions."""

_LOCK = 0x6B65686F  # «keho»: PostgreSQL's advisory lock, so that two starts do not migrate at once

# What the application may do beyond SELECT; the rest is the owner's.
_MAY: dict[str, str] = {
    "office": "INSERT, UPDATE",
    "plan": "INSERT, UPDATE",
    "plan_revision": "INSERT",
    "occurrence": "INSERT, UPDATE",
    "occurrence_version": "INSERT",
    "entry": "INSERT",
    "entry_text": "INSERT, UPDATE (salt, text)",
    "rung_day": "INSERT, UPDATE, DELETE",
    "notice": "INSERT, UPDATE, DELETE",
    "evidence": "INSERT, UPDATE (name, erased_seq)",
    "calendar_chunk": "INSERT, DELETE",
    "feed": "INSERT, UPDATE",
    "served": "INSERT, UPDATE",
    "digest": "INSERT, UPDATE",
    "dead_address": "INSERT, DELETE",
    "account": "INSERT, UPDATE",
    "case_person": "INSERT, DELETE",
    "invitation": "INSERT, UPDATE",
    "desk_session": "INSERT, UPDATE",
    "signed_link": "INSERT, UPDATE",
    "city_ward": "INSERT, DELETE",
    "night": "INSERT, UPDATE",
    "api_token": "INSERT, UPDATE",
    "account_news": "INSERT, UPDATE",
    "spent_logout": "INSERT, DELETE",
}


class NewerDatabase(OutsideFailed):
    """The database was made by a newer version of the program; nothing is touched. Use that version."""


def upgrade(engine: Engine) -> bool:
    """Make the database, its folder among it, or bring it to this version; True where anything was done.

    Raises NewerDatabase, and OutsideFailed as models.session.begin does.
    """
    with translated(engine):
        if engine.dialect.name == "sqlite":
            _make_file(engine)
        if _is_current(engine):
            return False
        with engine.connect() as connection, connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            found = _revision(connection)
            _refuse_newer(engine, found)
            if found == REVISIONS[-1]:
                return False
            _migrate(connection)
    return True


def check(engine: Engine) -> None:
    """Nothing, where the database is of this version; one indexed read.

    Raises OutsideFailed: `ledger.no_database` (none there, or an empty one), `ledger.older_database`; NewerDatabase.
    """
    with translated(engine), engine.execution_options(reading=True).connect() as connection:
        found = _revision(connection)
    if found is None:
        raise OutsideFailed("ledger.no_database", place=place(engine))
    _refuse_newer(engine, found)
    if found != REVISIONS[-1]:
        raise OutsideFailed("ledger.older_database", place=place(engine), found=found, expected=REVISIONS[-1])


def guards(engine: Engine) -> list[str]:
    """The names of triggers that are missing or altered and of foreign keys that do not hold; empty if all is well."""
    with translated(engine), engine.execution_options(reading=True).connect() as connection:
        return _guards.missing(connection) + _guards.broken_keys(connection)


def grant_application(engine: Engine, role: str) -> None:
    """Give the PostgreSQL role `role` what the application needs and no more; `engine` is the tables' owner.

    The role can add to the ledger and erase a text; it cannot alter, delete or truncate entries, nor drop a guard.
    """
    if engine.dialect.name != "postgresql":
        raise RequestRefused("ledger.no_roles", place=place(engine))
    with translated(engine), engine.begin() as connection:
        to = connection.dialect.identifier_preparer.quote(role)
        schema = _guards.schema_of(connection)
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {to}")
        connection.exec_driver_sql(f"GRANT SELECT ON {schema}.alembic_version TO {to}")
        for table, may in _MAY.items():
            connection.exec_driver_sql(f"GRANT SELECT, {may} ON {schema}.{table} TO {to}")


def verify_schema(connection: Connection) -> None:
    """After each migration: every guard and every foreign key stands, else OutsideFailed and nothing is kept."""
    wrong = _guards.missing(connection) + _guards.broken_keys(connection)
    if wrong:
        raise OutsideFailed("ledger.guards_missing", names=", ".join(wrong))


def _is_current(engine: Engine) -> bool:
    """As a reader: a database of this version is left alone, by the application's role and on a read-only disk, too."""
    with engine.execution_options(reading=True).connect() as connection:
        return _revision(connection) == REVISIONS[-1]


def _make_file(engine: Engine) -> None:
    """The folder and an empty file; opening it puts it in WAL mode."""
    path = Path(str(engine.url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch()
    except OSError as error:
        raise of_os_error(error, str(path)) from error


_HAS_VERSION = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name = 'alembic_version'",
    "postgresql": "SELECT to_regclass('alembic_version')",
}


def _revision(connection: Connection) -> str | None:
    if connection.execute(text(_HAS_VERSION[connection.dialect.name])).scalar() is None:
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_newer(engine: Engine, found: str | None) -> None:
    if found is not None and found not in REVISIONS:
        raise NewerDatabase("ledger.newer_database", place=place(engine), found=found, expected=REVISIONS[-1])


def _migrate(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    import migrations

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    command.upgrade(config, "head")
