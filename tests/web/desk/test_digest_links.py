"""A digest's link, followed: the right page, nothing done by following it, seen and ended by the office."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from outputs.channels import FileChannel
from tests.usecases import small
from tests.usecases.test_deliver import PEOPLE
from tests.usecases.test_digest_links import Taken
from tests.web.desk.conftest import House
from usecases import deliver, sweep, sync
from usecases.digest_links import Desk


def test_a_digests_link_opens_its_page(house: House, tmp_path: Path) -> None:
    """Followed twice it writes nothing and opens the page; the office sees who has it, ends it, and it is over."""
    small.edit(tmp_path / "nho-2025" / "escalation.yaml", "people: {}\n", PEOPLE)
    now = house.clock.now
    sync.sync(house.engine, directory=tmp_path / "nho-2025", overlay=None, now=now, recorded_by="thử")
    sweep.sweep(house.engine, today=date(2025, 5, 20), now=now)
    mail, base = Taken(), house.address.rstrip("/")
    deliver.deliver(
        house.engine,
        channel=FileChannel(tmp_path / "out"),
        channels={"email": mail},
        now=now,
        run="r",
        desk=Desk(base, house.desk.key),
    )
    body = mail.to("can-bo").body
    (address,) = (line for line in body.splitlines() if line.startswith(f"{base}/mo/"))
    before = house.written()
    for _ in range(2):
        reader = house.browser()
        opened = reader.get(address)
        assert (opened.status_code, opened.headers["location"]) == (303, "/don-vi/a")
        assert "Điều ghi ở đây là lời báo của Bộ phận A" in reader.get("/don-vi/a").text
    assert house.written() == before
    house.account("office")
    office = house.session("office")
    listed = office.get("/don-vi/a/duong-dan")
    assert "Cán bộ A" in listed.text and "bởi kehoach" in listed.text
    office.send("/don-vi/a/duong-dan", {"revoke": "all"})
    assert reader.get("/don-vi/a").status_code == 303
    assert house.browser().get(address).status_code == 404
