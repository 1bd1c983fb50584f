"""Decisions on the board: a form that is sent twice, or again after an error, records each decision once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.usecases import small
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import House
from usecases import extend, record, sync

COURSE, REPORT, VISIT = "tap-huan/a/nam", "bao-cao/a/nam", "tham-hoi/to-01/thang-6"
CHECK_IN, ASKED = "cap-nhat/to-01/dot-1", "thieu-nhi/doan/thang-6"
CONFIRM, EXTEND = "/bang/quyet-dinh", "/bang/gia-han"


@pytest.fixture
def office(house: House) -> Browser:
    """The office's browser; a course waits for confirmation and a report asks for a later day."""
    common: dict[str, Any] = {"now": small.at("2025-05-19"), "recorded_by": "thử", "by": "a"}
    record.done(house.engine, occurrence=COURSE, **common)
    extend.ask(house.engine, occurrence=REPORT, until=small.at("2025-12-01").date(), reason="chờ số liệu", **common)
    return house.session(house.account("office"))


def in_committee(house: House) -> None:
    """From the next day on the plan names who speaks for UBND."""
    folder = house.desk.home.parent
    plan = small.write(folder / "again") / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8") + "committee: phong-moi\n", encoding="utf-8")
    sync.sync(house.engine, directory=plan.parent, overlay=None, now=small.at("2025-05-18"), recorded_by="thử")


def kinds(house: House) -> list[str]:
    return [row.kind for row in house.entries()][2:]


def test_a_double_tap_confirms_once(house: House, office: Browser) -> None:
    """Both taps are told that it is done; one entry stands."""
    fields = form_fields(office.get("/bang"), CONFIRM) | {"viec": COURSE, "act": "confirm"}
    answers = [office.post(CONFIRM, fields) for _ in range(2)]
    assert [each.headers["location"] for each in answers] == ["/bang?da=confirmed&n=1"] * 2
    assert kinds(house) == ["confirmed"]


def test_a_form_sent_again_after_an_error_is_safe(house: House, office: Browser) -> None:
    """A return without a reason is refused; the same form with one is taken, and with another one refused: its words
    would be lost."""
    fields = form_fields(office.get("/bang"), CONFIRM) | {"viec": COURSE, "act": "return"}
    assert office.post(CONFIRM, fields | {"reason": ""}).status_code == 400
    assert kinds(house) == []
    assert office.post(CONFIRM, fields | {"reason": "thiếu danh sách"}).status_code == 303
    assert office.post(CONFIRM, fields | {"reason": "thiếu danh sách"}).status_code == 303
    assert office.post(CONFIRM, fields | {"reason": "lý do khác"}).status_code == 400
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


def test_a_return_without_its_reason_is_asked_again(house: House, office: Browser) -> None:
    """The task is named as people know it, and the same form is there again, to be sent with what was missing."""
    fields = form_fields(office.get("/bang"), CONFIRM) | {"viec": COURSE, "act": "return"}
    refused = office.post(CONFIRM, fields)
    assert "<b>Tập huấn</b>, Bộ phận A" in refused.text and COURSE + ":" not in refused.text
    again = form_fields(refused, CONFIRM)
    assert again["viec"] == COURSE
    assert office.post(CONFIRM, again | {"reason": "thiếu danh sách"}).status_code == 303
    assert kinds(house) == ["returned"]


def test_what_is_refused_keeps_its_reason_and_does_not_hold_up_the_others(house: House, office: Browser) -> None:
    """Two are returned, one of them just returned by another officer: the other stands, and the reason is kept."""
    house.clock.now = small.at("2025-06-05")
    told: dict[str, Any] = {"now": house.clock.now, "recorded_by": "thử"}
    record.done(house.engine, occurrence=VISIT, by="to-01", note="đã thăm", **told)
    office = house.session("office")
    fields: dict[str, Any] = form_fields(office.get("/bang"), CONFIRM) | {"act": "return", "reason": "thiếu danh sách"}
    record.say(house.engine, kind="returned", occurrence=COURSE, by="van-phong", reason="chưa rõ", **told)
    refused = office.post(CONFIRM, fields | {"viec": [COURSE, VISIT]})
    assert refused.status_code == 400
    again = form_fields(refused, CONFIRM)
    assert (again["viec"], again["reason"]) == (COURSE, "thiếu danh sách")
    assert [(row.kind, row.task) for row in house.entries()[-2:]] == [
        ("returned", "tap-huan"),
        ("returned", "tham-hoi"),
    ]


def test_a_form_with_nothing_chosen_keeps_what_was_typed(house: House, office: Browser) -> None:
    """The board comes again with the reason in its place."""
    fields = form_fields(office.get("/bang?unit=a"), f"{CONFIRM}?unit=a") | {
        "act": "return",
        "reason": "thiếu danh sách",
    }
    page = office.post(f"{CONFIRM}?unit=a", fields)
    assert "Chưa chọn việc nào." in page.text
    assert form_fields(page, f"{CONFIRM}?unit=a")["reason"] == "thiếu danh sách"
    assert kinds(house) == []


def test_after_a_decision_the_filters_stand(house: House, office: Browser) -> None:
    """Who confirms what one unit reported goes on with that unit."""
    action = f"{CONFIRM}?unit=a&state=submitted"
    fields = form_fields(office.get("/bang?unit=a&state=submitted"), action) | {"viec": COURSE, "act": "confirm"}
    assert office.post(action, fields).headers["location"] == "/bang?unit=a&state=submitted&da=confirmed&n=1"


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [("chair", None, True), ("vice-chair", None, True), ("monitor", "a", False), ("office", "van-phong", False)],
)
def test_only_who_set_the_date_extends_it(house: House, role: str, unit: str | None, may: bool) -> None:
    """UBND set it: its leaders are offered the form and grant in its name; to others it is neither shown nor open."""
    in_committee(house)
    until = small.at("2026-01-30").date()
    extend.ask(
        house.engine,
        occurrence=COURSE,
        until=until,
        reason="chờ",
        by="a",
        now=small.at("2025-05-19"),
        recorded_by="thử",
    )
    browser = house.session(house.account(role, unit))
    fields = form_fields(browser.get("/bang"), EXTEND)
    assert (fields.get("viec") == COURSE) is may
    token = form_fields(browser.get("/bang"), "/ra") | {"request_id": "1" * 32, "viec": COURSE}
    answer = browser.post(EXTEND, token | {"act": "grant", "document": "15/UBND-VP ngày 20/5/2025"})
    assert answer.status_code == (303 if may else 400)
    last = house.entries()[-1]
    assert (last.kind, last.declared_by, last.recorded_by) == (
        ("extension_granted", "phong-moi", role) if may else ("extension_asked", "a", "thử")
    )


@pytest.mark.parametrize(
    ("role", "unit", "by"),
    [
        ("chair", None, "phong-moi"),
        ("vice-chair", None, "phong-moi"),
        ("office", "van-phong", "van-phong"),
        ("monitor", "a", None),
    ],
)
def test_who_may_confirm_is_offered_the_form(
    house: House, office: Browser, role: str, unit: str | None, by: str | None
) -> None:
    """The leaders in UBND's name, Văn phòng in its own; whose own work it is sees that it waits, and no box."""
    in_committee(house)
    browser = office if (role, unit) == ("office", "van-phong") else house.session(house.account(role, unit, "khac"))
    page = browser.get("/bang")
    assert "1 việc chờ xác nhận" in page.text
    fields = form_fields(page, CONFIRM)
    assert (fields.get("request_id") is not None) is (by is not None)
    token = form_fields(page, "/ra") | {"request_id": fields.get("request_id", "1" * 32), "viec": COURSE}
    answer = browser.post(CONFIRM, token | {"act": "confirm"})
    assert answer.status_code == (303 if by else 400)
    last = house.entries()[-1]
    assert (last.kind, last.declared_by) == (("confirmed", by) if by else ("extension_asked", "a"))


def test_own_work_among_others_has_no_box(house: House, office: Browser) -> None:
    """The monitor confirms what a residential group said too late, and reads beside its own that others do."""
    for line in ("ra-soat", "ra-soat-kho-khan"):
        record.answer(
            house.engine,
            occurrence=CHECK_IN,
            line=line,
            answer="nothing",
            on=small.at("2025-04-22").date(),
            now=small.at("2025-05-19"),
            recorded_by="thử",
        )
    page = house.session(house.account("monitor")).get("/bang")
    boxes = [each.attrs["value"] for each in elements(page) if each.attrs.get("type") == "checkbox"]
    assert boxes == [CHECK_IN]
    assert "việc của chính bạn: người khác xác nhận" in page.text


def test_an_inspector_decides_nothing(house: House, office: Browser) -> None:
    """Who only looks is shown what waits, and no form."""
    browser = house.session(house.account("inspector"))
    page = browser.get("/bang")
    assert "chờ xác nhận" in page.text
    assert not [each for each in elements(page) if each.tag == "form" and "/bang/" in (each.attrs.get("action") or "")]


def test_a_leader_is_told_who_set_the_date(house: House, office: Browser) -> None:
    """What the upper level set is not UBND's to move: the refusal names whose it is, not an account without a unit."""
    in_committee(house)
    chair = house.session(house.account("chair"))
    form = form_fields(chair.get("/bang"), "/ra") | {"request_id": "1" * 32, "viec": REPORT}
    page = chair.post(EXTEND, form | {"act": "refuse", "reason": "phải đúng hạn"})
    assert page.status_code == 400
    assert "chỉ nơi ấn định mới cho hay không cho gia hạn" in page.text and "van-phong" not in page.text
    other = next(each for each in elements(page) if each.attrs.get("hreflang") == "en")
    assert chair.get(str(other.attrs["href"])).status_code == 200, "the other language of a page that answers a form"
    assert kinds(house) == []


def test_of_a_body_that_is_asked_nothing_is_returned(house: House) -> None:
    """The form and what it says afterwards ask to complete it; beside others both are named."""
    house.clock.now = small.at("2025-07-04")  # what was done in time and is recorded late waits for confirmation
    told: dict[str, Any] = {"now": house.clock.now, "on": small.at("2025-06-28").date(), "recorded_by": "thử"}
    record.done(house.engine, occurrence=ASKED, by="doan", note="đã tổ chức", **told)
    office = house.session(house.account("office"))
    page = office.get("/bang")
    assert "Trả lại" not in page.text and "Đề nghị bổ sung các việc đã chọn" in page.text
    fields: dict[str, Any] = form_fields(page, CONFIRM) | {"viec": ASKED, "act": "return"}
    assert "Cần bổ sung gì" in office.post(CONFIRM, fields | {"reason": ""}).text
    answer = office.post(CONFIRM, fields | {"reason": "thiếu số trẻ"})
    assert "Đã đề nghị bổ sung 1 việc." in office.get(answer.headers["location"]).text
    assert house.entries()[-1].kind == "returned"
    for occurrence, by in ((ASKED, "doan"), (VISIT, "to-01")):
        record.done(house.engine, occurrence=occurrence, by=by, note="đã làm", **told)
    fields = form_fields(office.get("/bang"), CONFIRM) | {"act": "return", "reason": "thiếu danh sách"}
    answer = office.post(CONFIRM, fields | {"viec": [ASKED, VISIT]})
    assert "Đã trả lại hoặc đề nghị bổ sung 2 việc." in office.get(answer.headers["location"]).text
