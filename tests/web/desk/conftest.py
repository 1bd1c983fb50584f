"""The desk of the small ward on 20/5/2025, behind a real uvicorn, with an account of every role and signed links."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from sqlalchemy import Engine, text

from models.session import open_engine, reading
from settings import OidcSettings
from tests.usecases import small
from tests.web.conftest import serving
from tests.web.desk.browser import Browser
from usecases import accounts, invitations, second_factor, signed_links, signing_in, sync
from usecases.roles import ROLES
from usecases.second_factor import secret
from web.desk import Desk
from web.limit import Limiter

NOW = small.at("2025-05-20")
PASSWORD = "cau ngan de nho"
UNITS = {"unit": "cong-an", "head": "cong-an", "monitor": "a", "office": "van-phong"}
"""Whose word the accounts give; the others only follow."""
WRITTEN = ("entry", "feed", "account", "invitation", "signed_link", "evidence", "notice")
"""Tables in which somebody's act would be seen."""


@dataclass
class Clock:
    """The desk's clock: it stands until a test moves it."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def on(self, **more: float) -> None:
        self.now += timedelta(**more)


@dataclass
class House:
    """The desk at work."""

    desk: Desk
    clock: Clock
    address: str = ""
    salts: dict[str, bytes] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        return self.desk.engine

    def browser(self) -> Browser:
        """A new browser without cookies."""
        return Browser(httpx.Client(base_url=self.address, trust_env=False, timeout=60))

    def account(
        self,
        role: str,
        unit: str | None = None,
        login: str | None = None,
        plan: str | None = None,
        office: str | None = None,
    ) -> str:
        """An account of this role that took up its invitation; its login. `office`: of one without a plan."""
        login = login or role
        made = accounts.add(
            self.engine,
            login=login,
            name=f"Vai {role}",
            roles=(role,),
            unit=unit or UNITS.get(role),
            now=self.clock.now,
            made_by="thử",
            plan=plan,
            office=office,
        )
        found = invitations.look(self.engine, token=made.token, now=self.clock.now)
        assert found is not None
        self.salts[login] = found.salt
        invitations.take_up(
            self.engine,
            key=self.desk.key,
            token=made.token,
            password=PASSWORD,
            again=PASSWORD,
            code=self.code(login),
            now=self.clock.now,
        )
        return login

    def code(self, login: str) -> str:
        """What the authenticator of this account shows now."""
        return second_factor.code(secret(self.desk.key, self.salts[login]), second_factor.step_of(self.clock.now))

    def session(self, login: str) -> Browser:
        """A browser that signed in, one time step later, since no code opens twice."""
        self.clock.on(seconds=second_factor.STEP_SECONDS)
        token = signing_in.sign_in(
            self.engine,
            key=self.desk.key,
            login=login,
            password=PASSWORD,
            code=self.code(login),
            now=self.clock.now,
        )
        browser = self.browser()
        browser.client.cookies.set("kehoach", token)
        return browser

    def link(self, unit: str, **more: Any) -> signed_links.Made:
        """A signed link to the page of a unit."""
        return signed_links.make(self.engine, key=self.desk.key, unit=unit, now=self.clock.now, made_by="thử", **more)

    def by_link(self, unit: str) -> Browser:
        """A browser that opened a signed link."""
        browser = self.browser()
        assert browser.get(f"/mo/{self.link(unit).token}").status_code == 303
        return browser

    def written(self) -> dict[str, int]:
        """How many rows each table holds in which an act would be seen."""
        query = "SELECT " + ", ".join(f"(SELECT count(*) FROM {name}) AS {name}" for name in WRITTEN)
        with reading(self.engine) as session:
            return dict(session.connection().execute(text(query)).mappings().one())

    def entries(self) -> list[Any]:
        """The ledger from the first word of a person on, in order."""
        with reading(self.engine) as session:
            query = "SELECT * FROM entry WHERE kind <> 'plan_revised' ORDER BY seq"
            return list(session.connection().execute(text(query)).all())


@contextmanager
def built(template: Path, folder: Path) -> Iterator[House]:
    """The house in a folder."""
    shutil.copyfile(template, folder / "kehoach.db")
    with built_on(open_engine(f"sqlite:///{folder / 'kehoach.db'}"), folder) as made:
        yield made


@contextmanager
def built_on(engine: Engine, folder: Path, *, now: datetime = NOW, oidc: OidcSettings | None = None) -> Iterator[House]:
    """The house on a migrated database, its plan and its data in a folder; with `oidc` at that address."""
    sync.sync(engine, directory=small.write(folder), overlay=None, now=small.at("2025-01-10"), recorded_by="thử")
    clock = Clock(now)
    made = Desk.at(engine, folder / "home", base=oidc.base if oidc else "", clock=clock, oidc=oidc)
    limits = ("tries", "writes", "tries_of_login", "wrong_tokens")
    desk = replace(made, **{name: Limiter(10**6) for name in limits})
    with serving(engine, port=urlsplit(oidc.base).port or 0 if oidc else 0, desk=desk) as client:
        yield House(desk, clock, str(client.base_url))


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """A desk of the test's own."""
    with built(sqlite_template, tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def full_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk with an account of every role, shared by a module whose tests change nothing in it."""
    with built(sqlite_template, tmp_path_factory.mktemp("house")) as made:
        for role in ROLES:
            made.account(role)
        yield made


@pytest.fixture
def any_house(engine: Engine, tmp_path: Path) -> Iterator[House]:
    """A desk of the test's own, on SQLite and on PostgreSQL."""
    with built_on(engine, tmp_path) as made:
        yield made
