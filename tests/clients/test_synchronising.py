"""vdirsyncer takes a served link into a folder of files, khal lists them: the second time nothing moves."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from icalendar import Calendar
from sqlalchemy import Engine

from models import queries
from models.session import reading
from outputs import ical
from tests.clients.conftest import BASE, make
from tests.clients.serving import link, serving
from tests.outputs.ical_items import item
from tests.outputs.test_ical_parsers import run_khal
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import calendars, events, succession
from web.desk import saying
from web.desk.routing import EVERYBODY, routes

REPORT = "bao-cao/a/6-thang"


class Moved(NamedTuple):
    """What one synchronisation did in the folder."""

    copied: int
    deleted: int


STILL = Moved(0, 0)
ONE = Moved(1, 1)


class Vdirsyncer:
    """One pair of vdirsyncer: a link over HTTP, and a folder with a file an item."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.folder = home, home / "vdir"
        self.folder.mkdir(parents=True)
        (home / "config").write_text(
            f'[general]\nstatus_path = "{home / "status"}"\n'
            '[pair lich]\na = "link"\nb = "here"\ncollections = null\nconflict_resolution = "a wins"\n'
            f'[storage link]\ntype = "http"\nurl = "{url}"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.folder}"\nfileext = ".ics"\n'
        )
        self._run("discover")

    def _run(self, *words: str) -> str:
        vdirsyncer = Path(sys.executable).with_name("vdirsyncer")
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        ran = subprocess.run(
            [vdirsyncer, "-c", self.home / "config", *words],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        said = ran.stdout + ran.stderr
        assert ran.returncode == 0 and "error" not in said and "warning" not in said, said
        return said

    def sync(self) -> Moved:
        """Synchronise; how many items it said it copied to the folder and deleted there."""
        said = self._run("sync").splitlines()
        return Moved(*(sum(line.startswith(word) for line in said) for word in ("Copying", "Deleting")))

    def files(self) -> dict[str, tuple[int, bytes]]:
        """What lies in the folder: which item -> when it was written, and the bytes.

        vdirsyncer takes the hash of what it sees for an item's UID over HTTP, so items are known by their page's
        address: a changed one is copied under its new hash, and the old one deleted.
        """
        found = {}
        for file in self.folder.glob("*.ics"):
            (item,) = (each for each in Calendar.from_ical(file.read_bytes()).subcomponents if each.name != "VTIMEZONE")
            found[str(item.get("URL", "/xem/-")).partition("/xem/")[2]] = (file.stat().st_mtime_ns, file.read_bytes())
        return found


@pytest.fixture
def address(ward: Ward) -> Iterator[str]:
    """The web application on the small plan's database, SQLite and PostgreSQL."""
    with serving(ward.engine) as at:
        yield at


def identities(body: bytes) -> set[str]:
    """The UIDs in a calendar."""
    return {str(each["UID"]) for each in Calendar.from_ical(body).walk("VEVENT")}


def fetch(url: str) -> bytes:
    with urlopen(Request(url)) as answer:  # loopback
        body: bytes = answer.read()
        return body


def test_an_item_leads_to_a_page_that_the_desk_has() -> None:
    """The address in every calendar is a route of the desk, open to the unit and to the office."""
    of = item()
    names = {"unit": of.holder, "task": of.key.task, "of": of.key.unit, "period": of.key.period}
    assert saying.look  # its module declares the page
    open_to_all = [each.path for each in routes.routes if each.who == EVERYBODY and not each.changes]
    pages = {BASE + path.format_map(names) for path in open_to_all if set(re.findall(r"{(\w+)}", path)) <= set(names)}
    assert ical.page(of, BASE) in pages


@pytest.mark.parametrize("form", ical.FORMS)
def test_the_second_time_nothing_moves(ward: Ward, address: str, tmp_path: Path, form: str) -> None:
    """After one report exactly one item moves; a case, a note or a night moves none. The bytes are compared as well,
    since vdirsyncer looks at no stamp."""
    url = link(ward.engine, calendars.OFFICE, address, f"?as={form}")
    client = Vdirsyncer(tmp_path / "client", url)
    assert client.sync() == Moved(len(client.files()), 0)
    first, body = client.files(), fetch(url)
    assert len(first) > 10
    assert client.sync() == STILL
    assert client.files() == first and fetch(url) == body

    ward.say("noted", REPORT, "2025-05-10", by="a", note="đang làm")
    events.open_event(
        ward.engine,
        task="vu-viec",
        at=small.at("2025-05-10"),
        ref="v-07",
        now=small.at("2025-05-10"),
        recorded_by="thử",
    )
    assert client.sync() == STILL
    assert fetch(url) == body and client.files() == first

    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    assert client.sync() == ONE
    after = client.files()
    assert after.keys() == first.keys()
    assert [each for each in after if after[each] != first[each]] == [REPORT]
    assert client.sync() == STILL


def test_a_moved_and_a_cancelled_item_move_one_each(ward: Ward, address: str, tmp_path: Path) -> None:
    """What is cancelled stays, and says so; what the plan moves is where it now stands; nothing else is touched."""
    client = Vdirsyncer(tmp_path / "client", link(ward.engine, "cong-an", address))
    client.sync()
    campaign, before = "tuyen-truyen/cong-an/thang-6", client.files()
    small.edit(ward.folder / "calendar.yaml", "to: 2025-06-30", "to: 2025-07-05")
    ward.sync("2025-03-02")
    client.sync()
    moved = client.files()
    assert moved.keys() == before.keys()
    assert b"DTEND;VALUE=DATE:20250706" in moved[campaign][1]
    ward.say("cancelled", campaign, "2025-03-03", by="van-phong", reason="không tổ chức")
    assert client.sync() == ONE
    after = client.files()
    assert [each for each in after if after[each] != moved[each]] == [campaign]
    assert b"STATUS:CANCELLED" in after[campaign][1]


def test_a_succession_passes_items_on(ward: Ward, address: str, tmp_path: Path) -> None:
    """What leaves the old unit's link comes in the new one's, under the same UIDs; what is past and a pointer stay."""
    links = [link(ward.engine, which, address) for which in ("a", "phong-moi")]
    old, new = (Vdirsyncer(tmp_path / str(at), url) for at, url in enumerate(links))
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    old.sync(), new.sync()
    before, uids = old.files(), identities(fetch(links[0]))
    assert new.files() == {}
    succession.succeed(ward.engine, today=date(2025, 7, 1), now=small.at("2025-07-01"), recorded_by="thử")
    passed = len(before) - 2
    assert (old.sync(), new.sync()) == (Moved(0, passed), Moved(passed, 0))
    assert old.files() == {each: before[each] for each in (REPORT, "-")}
    assert new.files().keys() == before.keys() - {REPORT, "-"}
    assert identities(fetch(links[0])) | identities(fetch(links[1])) == uids


def test_khal_lists_what_vdirsyncer_took(year: Engine, tmp_path: Path) -> None:
    """The real plan's office calendar, through the real application, in a real client: every event on its days."""
    with serving(year) as at:
        client = Vdirsyncer(tmp_path / "client", link(year, calendars.OFFICE, at))
        assert client.sync() == Moved(len(list(client.folder.iterdir())), 0)
        assert client.sync() == STILL
    (tmp_path / "khal.conf").write_text(
        f"[calendars]\n[[kehoach]]\npath = {client.folder}\nreadonly = True\n"
        "[locale]\nlocal_timezone = Asia/Ho_Chi_Minh\ndefault_timezone = Asia/Ho_Chi_Minh\n"
        "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
        f"[sqlite]\npath = {tmp_path / 'khal.db'}\n"
    )
    form = "{start-date-long}|{end-date-long}|{title}"
    said = run_khal(tmp_path, "list", "--once", "--day-format", "", "--format", form, "2025-01-01", "400d")
    listed = sorted(line for line in said.splitlines() if line.count("|") >= 2)
    wanted = []
    for each in Calendar.from_ical(make(year, calendars.OFFICE)).walk("VEVENT"):
        first, after = each["DTSTART"].dt, each["DTEND"].dt
        wanted.append(f"{first}|{after - timedelta(days=1)}|{each['SUMMARY']}")
    assert listed == sorted(wanted)
    with reading(year) as session:
        assert len(wanted) == sum(not row.private for row in queries.occurrences(session, "phu-la", "phu-la-2025"))


def test_a_client_that_remembers_the_etag_is_told_nothing_changed(ward: Ward, address: str) -> None:
    """What vdirsyncer does not send, Thunderbird and ICSx5 do: If-None-Match gives 304 until something changes."""
    url = link(ward.engine, "a", address)
    with urlopen(url) as answer:
        etag = answer.headers["ETag"]
    with pytest.raises(HTTPError) as same:
        urlopen(Request(url, headers={"If-None-Match": etag}))
    assert (same.value.code, same.value.read()) == (304, b"")
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    with urlopen(Request(url, headers={"If-None-Match": etag})) as answer:
        assert answer.status == 200 and answer.headers["ETag"] != etag
