"""A disk that is full, or may not be written to, under a server at work: pages are read, writes refused in words.

In a mount namespace of the test's own (unshare), on a real file system of a few megabytes; where a machine allows no
mounts, as many containers do, by the kernel's limit on what the server's process may write (it warns that it did so).
"""

from __future__ import annotations

import errno
import resource
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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
IN_A_MOUNT = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")
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


@dataclass
class Disk:
    """What the server writes to."""

    folder: Path
    """As seen from here."""
    pid: int
    """The server's process, which is kept from writing itself; 0 on a file system of its own."""

    def fill(self) -> None:
        """Not a byte more is taken."""
        if self.pid:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
            return
        with (self.folder / "filling").open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as fault:
                assert fault.errno == errno.ENOSPC

    def empty(self) -> None:
        """There is room again."""
        if self.pid:
            resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        else:
            (self.folder / "filling").unlink()


@contextmanager
def mounted(house: House, how: str) -> Iterator[tuple[httpx.Client, Disk]]:
    """The server on a copy of the house in a mount of its own; a client, and its disk."""
    house.engine.dispose()
    place = house.desk.home.parent / "mounted"
    place.mkdir()
    within = [*IN_A_MOUNT, how, str(house.desk.home), str(place)]
    said = why_not(within)
    if said is None:
        with served(place, "--no-schedule", within=within) as (process, client):
            yield client, Disk(Path(f"/proc/{process.pid}/root{place}"), 0)
        return
    warnings.warn(f"no mount here ({said}): the server is kept from writing by RLIMIT_FSIZE instead", stacklevel=2)
    shutil.copytree(house.desk.home, place, dirs_exist_ok=True)
    with served(place, "--no-schedule") as (process, client):
        disk = Disk(place, process.pid)
        if how == ON_READ_ONLY:
            disk.fill()
        yield client, disk


def why_not(within: list[str]) -> str | None:
    """Why nothing can be mounted so on this machine; None where it can."""
    try:
        tried = subprocess.run([*within, "true"], capture_output=True, text=True, timeout=60)
    except OSError as fault:
        return str(fault)
    return None if tried.returncode == 0 else tried.stderr.strip() or f"exit code {tried.returncode}"


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
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60) as other:
        fields = form_fields(other.get("/vao"), "/vao") | {"login": "unit", "password": PASSWORD}
        assert other.post("/vao", data=fields).status_code == 503


def test_a_disk_that_fills(house: House) -> None:
    """Pages go on; nothing is half written; once there is room, the same form is recorded."""
    link, feed = house.link("cong-an"), feeds.add(house.engine, which=None, now=house.clock.now, made_by="thử")
    with mounted(house, ON_SMALL) as (client, disk):
        assert client.get(f"/mo/{link.token}").status_code == 303
        reads(client, feed.token)
        disk.fill()
        reads(client, feed.token)
        refuses(client)
        reads(client, feed.token)
        assert not [each for each in (disk.folder / "evidence").rglob("*") if each.is_file()]
        disk.empty()
        sent = Browser(client).send(REPORT, {"on": "2025-06-02", "note": "Đã phát thanh hai buổi"})
        assert sent.status_code == 303
        kept = house.desk.home.parent / "kept"
        shutil.copytree(disk.folder, kept)
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
