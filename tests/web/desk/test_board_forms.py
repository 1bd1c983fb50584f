"""Decisions on the board: a form that is sent twice, or again after an error, records each decision once."""

from __future__ import annotations

import pytest

from tests.usecases import small
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import House
from usecases import extend, record

COURSE, REPORT = "tap-huan/a/nam", "bao-cao/a/nam"
CONFIRM, EXTEND = "/bang/quyet-dinh", "/bang/gia-han"


@pytest.fixture
def office(house: House) -> Browser:
    """The office's browser; a course waits for confirmation and a report asks for a later day."""
    common = {"now": small.at("2025-05-19"), "recorded_by": "thử", "by": "a"}
    record.done(house.engine, occurrence=COURSE, **common)
    extend.ask(house.engine, occurrence=REPORT, until=small.at("2025-12-01").date(), reason="chờ số liệu", **common)
    return house.session(house.account("office"))


def kinds(house: House) -> list[str]:
    return [row.kind for row in house.entries()][2:]


def test_a_double_tap_confirms_once(house: House, office: Browser) -> None:
    """Both taps are told that it is done; one entry stands."""
    fields = form_fields(office.get("/bang"), CONFIRM) | {"viec": COURSE, "act": "confirm"}
    answers = [office.post(CONFIRM, fields) for _ in range(2)]
    assert [each.headers["location"] for each in answers] == ["/bang?da=confirmed&n=1"] * 2
    assert kinds(house) == ["confirmed"]


def test_a_form_sent_again_after_an_error_is_safe(house: House, office: Browser) -> None:
    """A return without a reason is refused; the same form with one is taken, and with another one changes nothing."""
    fields = form_fields(office.get("/bang"), CONFIRM) | {"viec": COURSE, "act": "return"}
    assert office.post(CONFIRM, fields | {"reason": ""}).status_code == 400
    assert kinds(house) == []
    assert office.post(CONFIRM, fields | {"reason": "thiếu danh sách"}).status_code == 303
    assert office.post(CONFIRM, fields | {"reason": "lý do khác"}).status_code == 303
    assert kinds(house) == ["returned"]


def test_an_extension_is_granted_once(house: House, office: Browser) -> None:
    """The upper level's day, recorded with its document; the second tap grants nothing further."""
    fields = form_fields(office.get("/bang"), EXTEND) | {"act": "grant", "document": "12/CV-UBND ngày 19/5/2025"}
    assert [office.post(EXTEND, fields).status_code for _ in range(2)] == [303, 303]
    assert kinds(house) == ["extension_granted"]


def test_another_form_decides_anew(house: House, office: Browser) -> None:
    """A form that was opened before somebody else decided is refused in words, since the state has moved."""
    fields = form_fields(office.get("/bang"), EXTEND) | {"act": "refuse", "reason": "phải đúng hạn"}
    late = form_fields(office.get("/bang"), EXTEND) | {"act": "refuse", "reason": "phải đúng hạn"}
    assert office.post(EXTEND, fields).status_code == 303
    assert office.post(EXTEND, late).status_code == 400
    assert kinds(house) == ["extension_refused"]
