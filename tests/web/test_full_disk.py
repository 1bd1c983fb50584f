"""A disk that is full, or may not be written to, under a server at work: pages are read, writes refused in words.

In a mount namespace of the test's own (unshare), on a real file system of a few megabytes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from models.session import open_engine
from tests.usecases.conftest import Ward
from tests.usecases.files import jpeg
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import PASSWORD, Clock, House
from tests.web.test_serve import served
from usecases import feeds, verify
from web.desk import Desk

REPORT = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
ON_SMALL = 'mount -t tmpfs -o size=6m tmpfs "$1" && cp -r "$0"/. "$1" && shift && exec "$@"'
ON_READ_ONLY = 'mount --bind "$0" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


@pytest.fixture
def house(small_ward: Ward, tmp_path: Path) -> Iterator[House]:
    """A data folder with an account and what opens without one; its files at rest."""
    home = tmp_path / "full"
    home.mkdir()
    small_ward.engine.dispose()
    shutil.copyfile(str(small_ward.engine.url.database), home / "kehoach.db")
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    made = House(Desk.at(engine, home), Clock(datetime.now(UTC)))
    made.account("unit")
    yield made
    engine.dispose()


@contextmanager
def mounted(house: House, how: str) -> Iterator[tuple[httpx.Client, Path]]:
    """The server on a copy of the house in a mount of its own; a client, and the folder as seen from here."""
    house.engine.dispose()
    place = house.desk.home.parent / "mounted"
    place.mkdir()
    within = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", how, str(house.desk.home), str(place)]
    with served(place, "--no-schedule", within=within) as (process, client):
        yield client, Path(f"/proc/{process.pid}/root{place}")


def reads(client: httpx.Client, token: str) -> None:
    """What people look at is there."""
    for path in (
        "/don-vi/cong-an",
        "/don-vi/cong-an/lich-su",
        f"/lich/{token}.ics",
        f"/lich/{token}",
        "/vao",
        "/healthz",
    ):
        assert client.get(path).status_code == 200, path


def refuses(client: httpx.Client) -> None:
    """What people send is refused, in words, with what they typed."""
    unit = Browser(client)
    typed = {"on": "2025-06-02", "note": "Đã phát thanh hai buổi"}
    said = unit.send(REPORT, typed)
    assert said.status_code == 503 and "Đã phát thanh hai buổi" in said.text, said.text
    body = jpeg() + bytes(3 * 1024 * 1024)
    said = unit.send(REPORT, typed, files={"file": ("a.jpg", body, "image/jpeg")})
    assert said.status_code == 503, said.status_code
    with httpx.Client(base_url=client.base_url, trust_env=False) as other:
        fields = form_fields(other.get("/vao"), "/vao") | {"login": "unit", "password": PASSWORD}
        assert other.post("/vao", data=fields).status_code == 503


def test_a_disk_that_fills(house: House) -> None:
    """Pages go on; nothing is half written; once there is room, the same form is recorded."""
    link, feed = house.link("cong-an"), feeds.add(house.engine, which=None, now=house.clock.now, made_by="thử")
    with mounted(house, ON_SMALL) as (client, folder):
        assert client.get(f"/mo/{link.token}").status_code == 303
        reads(client, feed.token)
        filling = folder / "filling"
        with filling.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
            while True:
                file.write(bytes(4096))
        reads(client, feed.token)
        refuses(client)
        reads(client, feed.token)
        assert not [each for each in (folder / "evidence").rglob("*") if each.is_file()]
        filling.unlink()
        sent = Browser(client).send(REPORT, {"on": "2025-06-02", "note": "Đã phát thanh hai buổi"})
        assert sent.status_code == 303
        kept = house.desk.home.parent / "kept"
        shutil.copytree(folder, kept)
    engine = open_engine(f"sqlite:///{kept / 'kehoach.db'}")
    assert verify.verify(engine, evidence_folder=kept / "evidence").faults == []
    engine.dispose()


def test_a_disk_that_may_not_be_written_to(house: House) -> None:
    """As an inspector is handed it: all is read, nothing recorded."""
    link, feed = house.link("cong-an"), feeds.add(house.engine, which=None, now=house.clock.now, made_by="thử")
    with mounted(house, ON_READ_ONLY) as (client, _):
        assert client.get(f"/mo/{link.token}").status_code == 303
        reads(client, feed.token)
        refuses(client)
        reads(client, feed.token)
