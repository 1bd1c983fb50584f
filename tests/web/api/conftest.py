"""The API of the small ward on 20/5/2025 behind a real uvicorn, with a token of every role."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from models.session import open_engine, reading
from tests.usecases import small
from tests.web.conftest import serving
from usecases import events, sync, tokens
from web.desk import Desk
from web.limit import Limiter

NOW = small.at("2025-05-20")
UNITS = {"unit": "cong-an", "head": "cong-an", "monitor": "a", "office": "van-phong", "clerk": "van-phong"}
"""Whose word the tokens give; the others only follow."""
WRITTEN = ("entry", "feed", "evidence", "notice", "api_token", "case_person")
"""Tables in which somebody's act would be seen."""
OF_CASE = "/occurrences/vu-viec/a/vv-1"
CAMPAIGN = "/occurrences/tuyen-truyen/cong-an/thang-6"


@dataclass
class Clock:
    """The desk's clock: it stands until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Api:
    """The API at work."""

    desk: Desk
    clock: Clock
    client: httpx.Client
    made: dict[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        return self.desk.engine

    def token(self, role: str, unit: str | None = None) -> str:
        """A token of this role, made once."""
        name = f"{role} {unit}"
        if name not in self.made:
            known = unit or UNITS.get(role)
            self.made[name] = tokens.add(
                self.engine, label=name, roles=(role,), unit=known, now=self.clock.now, made_by="thử"
            ).token
        return self.made[name]

    def ask(
        self, method: str, path: str, role: str | None = None, unit: str | None = None, **more: Any
    ) -> httpx.Response:
        """One request by a token of this role, or by nobody."""
        headers = dict(more.pop("headers", {}))
        if role is not None:
            headers["authorization"] = f"Bearer {self.token(role, unit)}"
        return self.client.request(method, f"/api/v1{path}", headers=headers, **more)

    def get(self, path: str, role: str = "office", **more: Any) -> httpx.Response:
        return self.ask("GET", path, role, **more)

    def post(self, path: str, said: Any, role: str = "office", **more: Any) -> httpx.Response:
        return self.ask("POST", path, role, json=said, **more)

    def written(self) -> dict[str, int]:
        """How many rows each table holds in which an act would be seen."""
        query = "SELECT " + ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in WRITTEN)
        with reading(self.engine) as session:
            return dict(session.connection().execute(text(query)).mappings().one())

    def last(self) -> Any:
        """The last entry of the ledger."""
        with reading(self.engine) as session:
            return session.connection().execute(text("SELECT * FROM entry ORDER BY seq DESC LIMIT 1")).one()


@contextmanager
def built(engine: Engine, folder: Path, *, private: bool = True) -> Iterator[Api]:
    """The API on a migrated database, with a case that no token may see; `private=False`: what it is about is none."""
    plan = small.write(folder)
    if not private:
        small.edit(plan / "tasks" / "01-a.yaml", "private: true", "private: false")
    sync.sync(engine, directory=plan, overlay=None, now=small.at("2025-01-10"), recorded_by="thử")
    at = small.at("2025-05-19")
    events.open_event(engine, task="vu-viec", at=at, ref="vv-1", by="a", now=NOW, recorded_by="thử")
    clock = Clock()
    made = Desk.at(engine, folder / "home", clock=clock)
    desk = replace(made, wrong_tokens=Limiter(10**6), token_writes=Limiter(10**6))
    with serving(engine, desk=desk) as client:
        yield Api(desk, clock, client)


@pytest.fixture
def api(engine: Engine, tmp_path: Path) -> Iterator[Api]:
    """An API of the test's own, on SQLite and on PostgreSQL."""
    with built(engine, tmp_path) as made:
        yield made


@pytest.fixture
def small_api(sqlite_engine: Engine, tmp_path: Path) -> Iterator[Api]:
    """The same on SQLite alone, for what has nothing to ask of PostgreSQL."""
    with built(sqlite_engine, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared_api(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """An API shared by a module whose tests change nothing in it."""
    folder = tmp_path_factory.mktemp("api")
    shutil.copyfile(sqlite_template, folder / "kehoach.db")
    with built(open_engine(f"sqlite:///{folder / 'kehoach.db'}"), folder) as made:
        yield made
