"""The real demonstration ward on 20/5/2025, with an account of every role, served to a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from models import account
from models.session import open_engine, reading
from tests.usecases import small
from tests.usecases.files import PDF
from tests.web.conftest import serving
from tests.web.desk.conftest import Clock, House
from usecases import accounts, cities, demo, extend, feeds, naming, record
from usecases.roles import OF_CITY, ROLES
from web.desk import Desk, outside, security
from web.limit import Limiter

PLAN = Path(__file__).parents[2] / "plan" / "phu-la-2025"
DAY = "2025-05-20"
CASE = "bao-cao-dot-xuat/ldtbxh/yc-01"
CITY = "thanh-pho"
WARDS = {"phu-la": "Phường Phú La"} | {
    f"phuong-{n}": f"Phường {name}"
    for n, name in enumerate(("Đống Đa", "Hoàng Mai", "Láng", "Ô Chợ Dừa", "Vĩnh Tuy", "Yên Nghĩa", "Xuân Phương"))
}
"""What the city follows: ours, and some that have no plan yet."""
UNITS = {"unit": "truong", "head": "truong", "monitor": "ldtbxh", "office": "van-phong"}
"""Whose word the accounts give; the others only follow."""
SIGNED_IN, BY_LINK = "kehoach", "kehoach-link"
LINK = "link"
"""Who comes by a signed link, beside the names of roles."""


@dataclass
class Served(House):
    """The ward's desk at work."""

    tokens: dict[str, str] = field(default_factory=dict)
    """A session of each login, or a link of each unit, for who need not sign in by hand."""

    def cookie(self, login: str) -> dict[str, str]:
        """What a browser holds after `login` has signed in."""
        if login not in self.tokens:
            browser = self.session(login)
            self.tokens[login] = browser.client.cookies[SIGNED_IN]
            browser.client.close()
        return {"name": SIGNED_IN, "value": self.tokens[login], "url": self.address}

    def link_cookie(self, unit: str) -> dict[str, str]:
        """What a browser holds after it has opened a signed link to the page of `unit`."""
        held = f"link {unit}"
        if held not in self.tokens:
            self.tokens[held] = self.link(unit).token
        return {"name": BY_LINK, "value": self.tokens[held], "url": self.address}

    def report(self, occurrence: str) -> None:
        """A unit's report on paper."""
        record.done(
            self.engine,
            occurrence=occurrence,
            by=occurrence.split("/")[1],
            note="Đã thăm",
            now=self.clock.now,
            recorded_by="thử",
            channel="paper",
        )

    def halfway(self) -> dict[str, str]:
        """What a browser holds between the city's sign-in and the six digits."""
        told = {"mark": "079204000001", "invitation": self.invited(), "to": "/"}
        told["at"] = str(int(self.clock.now.timestamp()))
        return {
            "name": outside.COOKIE,
            "value": security.sealed(self.desk.key, "oidc waits", told),
            "url": self.address,
        }

    def invited(self) -> str:
        """The token of an invitation that nobody has taken up."""
        if "invited" not in self.tokens:
            made = accounts.add(
                self.engine, login="moi", name="Người mới", roles=("clerk",), now=self.clock.now, made_by="thử"
            )
            self.tokens["invited"] = made.token
        return self.tokens["invited"]


@dataclass(frozen=True)
class Template:
    """A data folder to be copied, and the salts of its accounts' second factors."""

    home: Path
    salts: dict[str, bytes]


def written(home: Path) -> Template:
    """Play the demonstration to its first chapter's end and give every role an account."""
    home.mkdir()
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    play = demo.Play(engine, demo.story(PLAN), home)
    play.begin()
    first = play.story.chapters[0]
    assert first.day == date.fromisoformat(DAY)
    play.chapter(first, play.story.first_day)
    clock = Clock(small.at(DAY))
    house = Served(_desk(home, clock), clock)
    cities.put(house.engine, city=CITY, name="Uỷ ban nhân dân thành phố", wards=WARDS, now=clock.now, by="thử")
    for role in ROLES:
        house.account(role, UNITS.get(role), office=CITY if role in OF_CITY else None)
    _busy(house, home)
    house.engine.dispose()
    engine.dispose()
    return Template(home, house.salts)


def _busy(house: Served, home: Path) -> None:
    """What the story has none of on that day: more time asked for, a file, a calendar, links."""
    now, said = house.clock.now, "thử"
    extend.ask(
        house.engine,
        occurrence="cap-nhat/to-dan-pho-07/dot-1",
        until=date(2025, 5, 26),
        reason="Tổ trưởng đi vắng, xin lùi một tuần",
        now=now,
        recorded_by=said,
    )
    report = home / "Danh sách tập huấn.pdf"
    report.write_bytes(PDF)
    record.done(
        house.engine,
        occurrence="tap-huan-ban-bao-ve/ubnd-phuong/nam",
        by="ubnd-phuong",
        on=date(2025, 5, 19),
        document="31/BC-UBND",
        note="Đã tập huấn 24 người",
        evidence=report,
        evidence_folder=home / "evidence",
        now=now,
        recorded_by=said,
        channel="paper",
    )
    with reading(house.engine) as session:
        named = [row.id for login in ("office", "inspector") if (row := account.by_login(session, login))]
    for each in named:
        naming.name(house.engine, occurrence=CASE, to=each, now=now, recorded_by=said)
    feeds.add(house.engine, which="to-dan-pho-07", now=now, made_by=said)
    house.link("to-dan-pho-07", label="Tổ trưởng")


def _desk(home: Path, clock: Clock) -> Desk:
    """The desk of a data folder, without the limits that a test's hurry would reach."""
    made = Desk.at(open_engine(f"sqlite:///{home / 'kehoach.db'}"), home, clock=clock)
    return replace(made, tries=Limiter(10**6), writes=Limiter(10**6))


def copied(template: Template, home: Path) -> Served:
    """A copy of the ward that nobody serves yet."""
    shutil.copytree(template.home, home)
    clock = Clock(small.at(DAY, 10))
    return Served(_desk(home, clock), clock, salts=dict(template.salts))


@contextmanager
def answering(house: Served, port: int = 0) -> Iterator[Served]:
    """The ward behind a real uvicorn on the loopback, at a free port or at `port`, until it answers no more."""
    with serving(house.engine, port, desk=house.desk) as client:
        house.address = str(client.base_url).rstrip("/")
        yield house


@contextmanager
def served(template: Template, home: Path) -> Iterator[Served]:
    """A copy of the ward, served."""
    house = copied(template, home)
    with answering(house):
        yield house
    house.desk.engine.dispose()
