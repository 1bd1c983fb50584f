"""One call or meeting that urged several units: one form, an entry for each or none; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.usecases import small
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import House
from usecases import events, record

PATH = "/don-doc/tham-hoi/thang-6"
UNITS = ("to-01", "to-02", "to-03")
MEETING = {"via": "meeting", "note": "họp giao ban, hẹn ngày 15/7"}


@pytest.fixture
def late_house(any_house: House) -> House:
    """On 10/7 three units are late with the same."""
    any_house.clock.now = small.at("2025-07-10", 9)
    return any_house


@pytest.fixture
def office(late_house: House) -> Browser:
    return late_house.session(late_house.account("office"))


def urged(house: House) -> list[Any]:
    return [row for row in house.entries() if row.kind == "urged"]


def test_a_meeting_is_noted_for_all_at_once(late_house: House, office: Browser) -> None:
    """From the card; each is chosen, each has its entry, twice is once, and with other words it is refused."""
    assert f'href="{PATH}"' in office.get("/bang").text
    page = office.get(PATH)
    boxes = [each for each in elements(page) if each.attrs.get("type") == "checkbox"]
    assert [each.attrs["name"] for each in boxes] == [f"viec:tham-hoi/{unit}/thang-6" for unit in UNITS]
    assert all("checked" in each.attrs for each in boxes)
    fields = form_fields(page) | {f"viec:tham-hoi/{unit}/thang-6": "1" for unit in UNITS} | MEETING
    answers = [office.post(PATH, fields) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert "Đã ghi lần đôn đốc 3 đơn vị." in office.get(answers[0].headers["location"]).text
    rows = urged(late_house)
    assert [row.unit for row in rows] == list(UNITS)
    assert {(row.declared_by, row.recorded_by, row.channel, row.data) for row in rows} == {
        ("van-phong", "office", "desk", '{"via":"meeting"}')
    }
    assert MEETING["note"] in office.get("/viec/tham-hoi/to-02/thang-6").text
    assert office.post(PATH, fields | {"note": "khác"}).status_code == 400
    assert len(urged(late_house)) == 3


def test_only_who_was_chosen_is_noted(late_house: House, office: Browser) -> None:
    """A box that was cleared writes nothing."""
    fields = form_fields(office.get(PATH))
    fields = {name: value for name, value in fields.items() if "to-02" not in name} | MEETING
    assert office.post(PATH, fields).status_code == 303
    assert [row.unit for row in urged(late_house)] == ["to-01", "to-03"]


def test_who_was_noted_today_is_not_chosen_again(late_house: House, office: Browser) -> None:
    """A browser that went back opens a form of its own: it says who was noted, and chooses the others."""
    fields = {name: value for name, value in form_fields(office.get(PATH)).items() if "to-02" not in name} | MEETING
    assert office.post(PATH, fields).status_code == 303
    page = office.get(PATH)
    assert page.text.count("hôm nay đã ghi một lần") == 2
    assert [name for name in form_fields(page) if name.startswith("viec:")] == ["viec:tham-hoi/to-02/thang-6"]
    late_house.clock.now = small.at("2025-07-11", 9)
    assert "hôm nay đã ghi một lần" not in office.get(PATH).text


def test_everything_that_is_wrong_is_said_at_once_and_kept(late_house: House, office: Browser) -> None:
    """Nobody chosen and no way; what was written stands there again."""
    fields = form_fields(office.get(PATH))
    none = {name: value for name, value in fields.items() if not name.startswith("viec:")}
    page = office.post(PATH, none | {"via": "", "note": "đã nhắc"})
    assert page.status_code == 400
    assert "Chưa chọn việc nào." in page.text and "Chọn đã đôn đốc bằng cách nào." in page.text
    assert "đã nhắc" in page.text
    ahead = office.post(PATH, fields | MEETING | {"on": "2025-08-30"})
    assert ahead.status_code == 400 and "«" not in ahead.text.partition('id="problem"')[2].partition("</div>")[0]
    assert urged(late_house) == []


def test_where_one_is_refused_none_is_written(late_house: House, office: Browser) -> None:
    """Two did it meanwhile: both are named, and the third is not noted before somebody has looked again."""
    fields = form_fields(office.get(PATH)) | MEETING
    for unit in UNITS[:2]:
        occurrence, now = f"tham-hoi/{unit}/thang-6", late_house.clock.now
        record.done(late_house.engine, occurrence=occurrence, by=unit, note="đã thăm", now=now, recorded_by="thử")
    page = office.post(PATH, fields)
    assert page.status_code == 400
    told = page.text.partition('id="problem"')[2].partition("</div>")[0]
    assert "«Tổ dân phố số 1»" in told and "«Tổ dân phố số 2»" in told and "số 3" not in told
    assert urged(late_house) == []
    assert office.post(PATH, form_fields(page) | MEETING).status_code == 303
    assert [row.unit for row in urged(late_house)] == ["to-03"]


def test_a_case_and_what_is_only_asked_have_no_such_form(late_house: House, office: Browser) -> None:
    """They are as unknown as an address that does not exist, also where somebody sends a form."""
    events.open_event(
        late_house.engine,
        task="vu-viec",
        at=small.at("2025-06-02"),
        ref="vv-01",
        by="a",
        now=small.at("2025-06-02"),
        recorded_by="thử",
    )
    token = form_fields(office.get("/bang"), "/ra") | MEETING
    for path, occurrence in (
        ("/don-doc/vu-viec/vv-01", "vu-viec/a/vv-01"),
        ("/don-doc/thieu-nhi/thang-6", "thieu-nhi/doan/thang-6"),
        ("/don-doc/khong/co", "khong/a/co"),
    ):
        assert office.get(path).status_code == 404
        assert office.post(path, token | {f"viec:{occurrence}": "1"}).status_code == 404
    assert urged(late_house) == []
