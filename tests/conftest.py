"""Databases for every room: `engine` is a migrated one, and its test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import Engine

from models import migrate
from models.session import open_engine
from tests import postgres

SQLITE = pytest.param("sqlite", id="sqlite")
POSTGRES = pytest.param("postgres", id="postgres", marks=pytest.mark.postgres)
BACKENDS = [SQLITE, POSTGRES]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """KEHOACH_TEST_POSTGRES=off leaves the tests on PostgreSQL out; only who says so does without them."""
    if os.environ.get("KEHOACH_TEST_POSTGRES") == "off":
        left_out = [item for item in items if item.get_closest_marker("postgres")]
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


@pytest.fixture(autouse=True)
def nobody_writes_into_a_revision() -> Iterator[None]:
    """What is held of a plan's revisions is everybody's: no test may leave it other than its documents say."""
    yield
    revisions = sys.modules.get("usecases.revisions")
    if revisions is not None:
        written = [name for each in revisions.held() for name in each.changed()]
        assert not written, f"something was written into what is held of a revision: {written}"


@dataclass
class Database:
    """One database of one test. On PostgreSQL `url` has the application's role, `owner_url` the tables' owner."""

    backend: str
    url: str
    owner_url: str
    _engines: list[Engine] = field(default_factory=list)

    @property
    def path(self) -> Path:
        """SQLite's file."""
        return Path(self.url.removeprefix("sqlite:///"))

    def open(self, *, owner: bool = False) -> Engine:
        """A new engine with connections of its own; closed when the test ends."""
        engine = open_engine(self.owner_url if owner else self.url)
        self._engines.append(engine)
        return engine

    def close(self) -> None:
        for engine in self._engines:
            engine.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """PostgreSQL for the session; its tests fail, never skip, where none can be had."""
    with postgres.serve() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "kehoach.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()  # the last connection folds the write-ahead log into the file
    return path


@pytest.fixture(params=BACKENDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated database of the test's own."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), tmp_path / "kehoach.db")
        made = Database("sqlite", *[f"sqlite:///{tmp_path / 'kehoach.db'}"] * 2)
        yield made
        made.close()
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with server.database() as name:
        made = Database("postgres", server.url(name, postgres.APPLICATION), server.url(name, postgres.OWNER))
        yield made
        made.close()


@pytest.fixture(params=BACKENDS)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables: on SQLite not even its folder is there. On PostgreSQL both urls are the owner's."""
    if request.param == "sqlite":
        made = Database("sqlite", *[f"sqlite:///{tmp_path / 'home' / 'kehoach.db'}"] * 2)
        yield made
        made.close()
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with server.database(empty=True) as name:
        made = Database("postgres", *[server.url(name, postgres.OWNER)] * 2)
        yield made
        made.close()


@pytest.fixture
def engine(database: Database) -> Engine:
    """A migrated database, as the application opens it; the test runs on SQLite and on PostgreSQL."""
    return database.open()


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """A migrated SQLite file in `tmp_path`, for tests that have nothing to ask of PostgreSQL."""
    shutil.copyfile(sqlite_template, tmp_path / "kehoach.db")
    engine = open_engine(f"sqlite:///{tmp_path / 'kehoach.db'}")
    yield engine
    engine.dispose()
