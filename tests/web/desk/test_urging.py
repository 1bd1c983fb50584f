"""What the office says to units: urged by telephone, asked again, answered; each one entry, in the right words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.usecases import small
from tests.web.desk.browser import form_fields
from tests.web.desk.conftest import House
from usecases import events, record

REPORT = "bao-cao/a/6-thang"
ASKED = "thieu-nhi/doan/thang-6"
LATE = small.at("2025-05-20", 9)


def last(house: House) -> Any:
    return house.entries()[-1]


@pytest.fixture
def late_house(any_house: House) -> House:
    """On 20/5 the report of 13/5 is late, and a round was not answered."""
    any_house.clock.now = LATE
    return any_house


def test_an_officer_notes_a_telephone_call(late_house: House) -> None:
    """From the board, in the office's name; twice is once, and the page before the meeting tells it."""
    browser = late_house.session(late_house.account("office"))
    assert f"/viec/{REPORT}/don-doc" in browser.get("/bang").text
    filled = {"what": "urged", "via": "phone", "to": "head", "note": "hẹn gửi ngày 22/5"}
    fields = form_fields(browser.get(f"/viec/{REPORT}/don-doc")) | filled
    answers = [browser.post(f"/viec/{REPORT}/don-doc", fields) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert "Đã ghi lần đôn đốc." in browser.get(answers[0].headers["location"]).text
    said = last(late_house)
    assert (said.kind, said.declared_by, said.recorded_by, said.channel) == ("urged", "van-phong", "office", "desk")
    assert said.data == '{"role":"head","via":"phone"}'
    assert [row.kind for row in late_house.entries()].count("urged") == 1
    assert "hẹn gửi ngày 22/5" in browser.get("/hop").text


def test_what_is_missing_is_said_at_once_and_nothing_typed_is_lost(late_house: House) -> None:
    """No way was chosen, or neither kind; what was written stands there again."""
    browser = late_house.session(late_house.account("office"))
    page = browser.send(f"/viec/{REPORT}/don-doc", {"what": "urged", "via": "", "note": "đã gọi hai lần"})
    assert page.status_code == 400
    assert "Chọn đã đôn đốc bằng cách nào." in page.text
    assert "đã gọi hai lần" in page.text
    assert browser.send(f"/viec/{REPORT}/don-doc", {"what": "noted", "note": ""}).status_code == 400
    ahead = browser.send(f"/viec/{REPORT}/don-doc", {"what": "urged", "via": "phone", "on": "2025-06-30", "note": "x"})
    assert ahead.status_code == 400
    assert "urged" not in {row.kind for row in late_house.entries()}


def test_a_leader_speaks_for_the_committee(late_house: House) -> None:
    """The plan names nobody for UBND, so Văn phòng speaks; the chair has no unit of an account's own."""
    browser = late_house.session(late_house.account("chair"))
    browser.send(f"/viec/{REPORT}/don-doc", {"what": "urged", "via": "meeting"})
    assert (last(late_house).kind, last(late_house).declared_by) == ("urged", "van-phong")


def test_a_body_that_is_asked_is_never_urged(late_house: House) -> None:
    """The form, the task's ledger and the news say «đề nghị» of it."""
    browser = late_house.session(late_house.account("office"))
    browser.get("/bang")
    form = browser.get(f"/viec/{ASKED}/don-doc").text
    assert "Đã nhắc lại đề nghị" in form
    assert "đôn đốc" not in form.partition("<main")[2].partition("<footer")[0].lower()
    told = browser.send(f"/viec/{ASKED}/don-doc", {"what": "urged", "via": "zalo"})
    page = browser.get(told.headers["location"]).text
    assert "Đã ghi lần nhắc lại đề nghị." in page
    assert "nhắc lại đề nghị" in browser.get("/bang").text
    for each in (page, browser.get("/bang").text):
        assert "đôn đốc</" not in each


def test_nobody_urges_themselves_nor_what_waits_for_nobody(late_house: House) -> None:
    """The monitor is not offered its own report; what is done has no form, and refuses one that was open."""
    monitor = late_house.session(late_house.account("monitor"))
    assert "/don-doc" not in monitor.get(f"/viec/{REPORT}").text
    office = late_house.session(late_house.account("office"))
    fields = form_fields(office.get(f"/viec/{REPORT}/don-doc")) | {"what": "urged", "via": "phone"}
    assert monitor.post(f"/viec/{REPORT}/don-doc", fields | form_fields(monitor.get("/bang"), "/ra")).status_code == 400
    told: dict[str, Any] = {"now": late_house.clock.now, "recorded_by": "thử", "document": "15/BC-UBND"}
    record.done(late_house.engine, occurrence=REPORT, by="a", **told)
    assert "Việc này không còn chờ ai." in office.get(f"/viec/{REPORT}/don-doc").text
    assert office.post(f"/viec/{REPORT}/don-doc", fields).status_code == 400
    assert last(late_house).kind == "issued"


def test_a_case_has_no_such_form(late_house: House) -> None:
    """It is as unknown as an address that does not exist, also where somebody sends a form."""
    opened = events.open_event(
        late_house.engine,
        task="vu-viec",
        at=small.at("2025-05-12"),
        ref="yc-01",
        by="a",
        now=small.at("2025-05-12"),
        recorded_by="thử",
    )
    browser = late_house.session(late_house.account("office"))
    path = f"/viec/{opened.occurrence}/don-doc"
    assert browser.get(path).status_code == 404
    token = form_fields(browser.get("/bang"), "/ra") | {"what": "urged", "via": "phone"}
    assert browser.post(path, token).status_code == 404
    assert last(late_house).kind == "event_opened"


def test_a_past_day_leads_to_no_form(late_house: House) -> None:
    """Nothing is said on a page of a day gone by."""
    browser = late_house.session(late_house.account("office"))
    assert "/don-doc" not in browser.get(f"/viec/{REPORT}?as_of=2025-05-19").text
    assert "/don-doc" not in browser.get("/bang?as_of=2025-05-19").text
