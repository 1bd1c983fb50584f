"""Messages that reached nobody, on the desk: seen with why, an address noted as bounced, and written to again."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from outputs.channels import FileChannel
from tests.usecases import small
from tests.usecases.test_deliver import PEOPLE
from tests.usecases.test_digest_links import Taken
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import House
from usecases import deliver, sweep, sync

PATH = "/chua-gui-duoc"
BOUNCED = "truc-ban@nho.example.vn"


@pytest.fixture
def reached(house: House, tmp_path: Path) -> House:
    """The house whose people have addresses."""
    small.edit(tmp_path / "nho-2025" / "escalation.yaml", "people: {}\n", PEOPLE)
    sync.sync(house.engine, directory=tmp_path / "nho-2025", overlay=None, now=house.clock.now, recorded_by="thử")
    return house


def deliver_to(house: House, out: Path, mail: Taken) -> None:
    """A night's second half."""
    sweep.sweep(house.engine, today=date(2025, 5, 20), now=house.clock.now)
    deliver.deliver(
        house.engine, channel=FileChannel(out), channels={"email": mail}, now=house.clock.now, run=str(house.clock.now)
    )


def office_of(house: House, role: str = "office") -> Browser:
    """A browser of this role."""
    house.account(role)
    return house.session(role)


def test_an_address_that_bounced_and_was_mended(reached: House, tmp_path: Path) -> None:
    """Noted, nothing goes there and the page says why and since when; mended, mail goes there again."""
    office = office_of(reached)
    assert "Ai cũng nhận được thông báo" in office.get(PATH).text
    assert f'href="{PATH}"' in office.get("/bang").text
    sent = office.send(PATH, {"address": f"email:{BOUNCED}", "reason": "550 không có người này", "what": "bounced"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PATH}?da=bounced")
    page = office.get(sent.headers["location"])
    assert "Đã ghi: địa chỉ này không nhận thư." in page.text
    assert f"{BOUNCED} không nhận thư từ 20/05/2025: 550 không có người này" in page.text
    mail = Taken()
    deliver_to(reached, tmp_path / "out", mail)
    assert mail.messages and not any(each.address == BOUNCED for each in mail.messages)
    assert "tin chỉ ghi ra tệp" in office.get(PATH).text
    fields = form_fields(office.get(PATH))
    assert fields["address"] == f"email:{BOUNCED}"
    again = office.post(PATH, fields | {"what": "again"})
    assert again.headers["location"] == f"{PATH}?da=again"
    assert "sẽ lại gửi tới địa chỉ này" in office.get(again.headers["location"]).text
    assert f"{BOUNCED} không nhận" not in office.get(PATH).text
    assert office.post(PATH, fields | {"what": "again"}).status_code == 303, "twice is once"


def test_what_was_not_sent_is_said(reached: House, tmp_path: Path) -> None:
    """Who has no address, with how many messages lie in files."""
    deliver_to(reached, tmp_path / "out", Taken())
    page = office_of(reached, "monitor").get(PATH)
    assert "Tổ dân phố số 2" in page.text and "Chưa có địa chỉ (" in page.text


def test_who_is_named_no_more(reached: House, tmp_path: Path) -> None:
    """A person who was told by file and left the plan since is called by their id; the board stands, too."""
    small.edit(
        tmp_path / "nho-2025" / "escalation.yaml", PEOPLE, "people:\n  unit:to-01: { id: to-1, name: Tổ trưởng 1 }\n"
    )
    now = reached.clock.now
    sync.sync(reached.engine, directory=tmp_path / "nho-2025", overlay=None, now=now, recorded_by="thử")
    deliver_to(reached, tmp_path / "out", Taken())
    small.edit(tmp_path / "nho-2025" / "escalation.yaml", "  unit:to-01: { id: to-1, name: Tổ trưởng 1 }\n", " {}\n")
    sync.sync(reached.engine, directory=tmp_path / "nho-2025", overlay=None, now=now, recorded_by="thử")
    office = office_of(reached)
    assert office.get("/bang").status_code == 200
    page = office.get(PATH)
    assert page.status_code == 200 and "<li>to-1 " in page.text


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"address": f"email:{BOUNCED}", "reason": " "}, "lý do"),
        ({"address": "email:nguoi-la@nho.example.vn", "reason": "550"}, "Không ai trong kế hoạch"),
        ({"address": BOUNCED, "reason": "550"}, "Không ai trong kế hoạch"),
        ({"reason": "550"}, "Không ai trong kế hoạch"),
    ],
)
def test_what_is_refused(reached: House, filled: dict[str, str], words: str) -> None:
    """Without a reason, or an address that nobody has: said on the page, with what was typed, and nothing is noted."""
    office = office_of(reached, "clerk")
    page = office.send(PATH, filled | {"what": "bounced"})
    assert page.status_code == 400 and words in page.text
    assert "không nhận thư từ" not in office.get(PATH).text


@pytest.mark.parametrize("role", ["unit", "head", "chair", "inspector"])
def test_addresses_are_for_who_runs_the_messages(reached: House, role: str) -> None:
    """An official's address is nobody else's business."""
    browser = office_of(reached, role)
    page = browser.get(PATH)
    assert page.status_code == 403 and BOUNCED not in page.text
