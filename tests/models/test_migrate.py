"""Making a database, and refusing one of another version."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import column, create_engine, insert, inspect, table, text
from sqlmodel import Session, SQLModel

import migrations
from models import (
    account_news,  # noqa: F401
    calendar_chunk,  # noqa: F401  (its table, for the metadata)
    city,  # noqa: F401
    digest,  # noqa: F401
    feed,  # noqa: F401
    migrate,
    spent_logout,  # noqa: F401
)
from models.rows import state_columns, terms_columns
from models.session import begin, reading
from rules.errors import OutsideFailed
from rules.values import State, Terms
from tests.conftest import Database
from tests.models import made

ROOT = Path(__file__).parents[2]


def _config(**attributes: Any) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


def test_the_program_knows_its_migrations() -> None:
    """REVISIONS, by which versions are told apart without Alembic, is what Alembic finds."""
    script = ScriptDirectory.from_config(_config())
    found = [each.revision for each in script.walk_revisions()]
    assert list(migrate.REVISIONS) == found[::-1]


def test_from_empty_to_the_tables(empty_database: Database) -> None:
    """Migrating from nothing gives exactly the tables of models.tables, with every guard and key."""
    engine = empty_database.open(owner=True)
    assert migrate.upgrade(engine)
    migrate.check(engine)
    assert migrate.guards(engine) == []
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": lambda name, *_: name != "alembic_version"}
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_sqlite_tables_are_the_same_to_the_letter(sqlite_template: Path, tmp_path: Path) -> None:
    """Check constraints and partial indexes too, which Alembic does not compare."""
    declared = create_engine(f"sqlite:///{tmp_path / 'declared.db'}")
    SQLModel.metadata.create_all(declared)
    migrated = create_engine(f"sqlite:///{sqlite_template}")
    assert _statements(migrated) == _statements(declared)


def _statements(engine: Any) -> dict[str, list[str]]:
    """What makes each table and index, its lines in no order: constraints may stand in any."""
    query = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index') AND name <> 'alembic_version'"
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(query).all()
    engine.dispose()
    return {row.name: sorted(_parts(row.sql)) for row in rows if row.sql}


def _parts(sql: str) -> list[str]:
    """What stands between commas outside of parentheses: a column that was added later stands in the last line."""
    head, _, body = " ".join(sql.split()).partition("(")
    parts, depth = [""], 0
    for letter in body.rpartition(")")[0]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [head, *(each.strip() for each in parts), body.rpartition(")")[2]]


def test_a_second_upgrade_does_nothing(database: Database) -> None:
    """A database of this version is left as it is."""
    engine = database.open()  # the application's role, which may not alter tables
    made.ward(engine)
    assert not migrate.upgrade(engine)
    with reading(engine) as session:
        assert session.execute(text("SELECT count(*) FROM entry")).scalar() == 1


def test_ordinary_commands_do_not_import_alembic(sqlite_template: Path) -> None:
    """Checking the version costs one read, not Alembic's import."""
    code = (
        "import sys; from models import migrate; from models.session import open_engine\n"
        "engine = open_engine(sys.argv[1]); migrate.check(engine); migrate.upgrade(engine)\n"
        "print(sorted(each for each in sys.modules if each.partition('.')[0] in ('alembic', 'mako', 'psycopg')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, f"sqlite:///{sqlite_template}"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def test_no_database_says_which_command_makes_it(tmp_path: Path) -> None:
    """`check` before the first sync."""
    database = Database("sqlite", f"sqlite:///{tmp_path / 'home' / 'kehoach.db'}", "")
    with pytest.raises(OutsideFailed) as missing:
        migrate.check(database.open())
    assert missing.value.code == "ledger.no_database"


def test_an_empty_database_is_none(empty_database: Database) -> None:
    """A file or a database without our tables is as good as none."""
    if empty_database.backend == "sqlite":
        empty_database.path.parent.mkdir()
        empty_database.path.touch()
    with pytest.raises(OutsideFailed) as missing:
        migrate.check(empty_database.open())
    assert missing.value.code == "ledger.no_database"


def test_a_newer_database_is_not_touched(database: Database) -> None:
    """A later version's database: refused by check and by upgrade, and nothing is changed."""
    engine = database.open(owner=True)
    with begin(engine) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for act in (migrate.check, migrate.upgrade):
        with pytest.raises(migrate.NewerDatabase) as refused:
            act(engine)
        assert refused.value.code == "ledger.newer_database"
        assert (refused.value.values["found"], refused.value.exit_code) == ("9999", 3)
    with reading(engine) as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


@pytest.mark.parametrize("version", migrate.REVISIONS[:-1])
def test_from_each_earlier_version(empty_database: Database, version: str) -> None:
    """An older database is refused by check, brought up by upgrade, and what it held verifies."""
    engine = empty_database.open(owner=True)
    if empty_database.backend == "sqlite":
        empty_database.path.parent.mkdir()
        empty_database.path.touch()
    with engine.begin() as connection:
        command.upgrade(_config(connection=connection), version)
    made.ward(engine, add=_add_occurrences)
    with pytest.raises(OutsideFailed) as older:
        migrate.check(engine)
    assert older.value.code == "ledger.older_database"
    assert migrate.upgrade(engine)
    migrate.check(engine)
    assert migrate.guards(engine) == []
    with reading(engine) as session:
        assert session.execute(text("SELECT count(*) FROM entry")).scalar() == 1


def _add_occurrences(session: Session, new: Iterable[tuple[Terms, State]], revision: int) -> None:
    """As queries.add_occurrences, in the columns that the older version has."""
    had = {each["name"] for each in inspect(session.connection()).get_columns("occurrence")}
    columns = [column(each.name, each.type) for each in SQLModel.metadata.tables["occurrence"].c if each.name in had]
    then = table("occurrence", *columns)
    for terms, state in new:
        row = terms.key._asdict() | terms_columns(terms) | state_columns(state) | {"revision": revision}
        session.execute(insert(then).values({each.name: row[each.name] for each in columns}))


def test_a_migration_that_fails_leaves_nothing(empty_database: Database) -> None:
    """A table in the way half-way through: the whole upgrade is undone."""
    engine = empty_database.open(owner=True)
    if empty_database.backend == "sqlite":
        empty_database.path.parent.mkdir()
        empty_database.path.touch()
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE occurrence_version (mine int)")
    with pytest.raises(Exception, match="occurrence_version"):
        migrate.upgrade(engine)
    with engine.connect() as connection:
        tables = engine.dialect.get_table_names(connection)
    assert tables == ["occurrence_version"]


def test_a_lost_guard_undoes_the_migration(empty_database: Database) -> None:
    """After each migration the guards are looked for; without one, nothing is kept."""
    engine = empty_database.open(owner=True)
    if empty_database.backend == "sqlite":
        empty_database.path.parent.mkdir()
        empty_database.path.touch()
    with engine.begin() as connection:
        command.upgrade(_config(connection=connection), migrate.REVISIONS[0])
        on = "" if empty_database.backend == "sqlite" else " ON entry"
        connection.exec_driver_sql(f"DROP TRIGGER kehoach_entry_update{on}")
    with pytest.raises(OutsideFailed) as failed:
        migrate.upgrade(engine)
    assert failed.value.values == {"names": "kehoach_entry_update"}
    with reading(engine) as session:
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == migrate.REVISIONS[0]
