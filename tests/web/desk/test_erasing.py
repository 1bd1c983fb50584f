"""Erasing on the desk: at its entry, by Văn phòng; in a case by whoever is named to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.usecases import small
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import House
from tests.web.desk.test_cases import PATH, blank_pdf, id_of, with_case
from usecases import record, verify
from usecases.evidence import Sent

TASK = "tap-huan/a/nam"
PAGE = f"/viec/{TASK}"
NAME = "cháu Nguyễn Văn Tèo"
WHY = "Ghi nhầm thông tin cá nhân"


def told(house: House, occurrence: str = TASK, **more: object) -> int:
    """A note with a child's name in it; its entry."""
    made = record.say(
        house.engine, kind="noted", occurrence=occurrence, note=f"Đã gặp {NAME}", now=house.clock.now, recorded_by="thử"
    )
    return made.seq


def typed(seq: int, what: str = "text", reason: str = WHY) -> dict[str, str]:
    return {"seq": str(seq), "what": what, "reason": reason}


def whole(house: House) -> None:
    assert verify.verify(house.engine, evidence_folder=house.desk.evidence).faults == []


def test_the_office_erases_at_the_entry(any_house: House) -> None:
    """The page says that it is gone and when, of a past day too; so do the unit's history and the API's document."""
    house = any_house
    seq = told(house)
    office = house.session(house.account("office"))
    page = office.get(PAGE)
    assert NAME in page.text and "Xóa lời ghi" in page.text
    answer = office.post(PAGE, form_fields(page, "/ra") | typed(seq))
    told_so = answer.headers["location"]
    assert told_so.startswith(f"{PAGE}?xong=redacted&")
    for path in (told_so, f"{PAGE}?as_of=2025-05-19", "/don-vi/a/lich-su"):
        assert NAME not in office.get(path).text
    page = office.get(told_so)
    assert "lời ghi đã được xóa ngày 20/05/2025" in page.text
    assert WHY in page.text and f"bút toán số {seq}" in page.text and "Đã xóa." in page.text
    whole(house)


def test_a_reason_that_tells_is_refused_where_it_was_typed(house: House) -> None:
    """Nothing is erased, the form stands open with what was typed."""
    seq = told(house)
    office = house.session(house.account("office"))
    answer = office.post(PAGE, form_fields(office.get(PAGE), "/ra") | typed(seq, reason="Có tên Tèo"))
    assert answer.status_code == 400
    assert "nói chung" in answer.text and 'value="Có tên Tèo"' in answer.text and NAME in answer.text
    assert "redacted" not in [row.kind for row in house.entries()]


@pytest.mark.parametrize("role", ["monitor", "clerk", "chair", "vice-chair", "inspector"])
def test_nobody_else_of_the_office_erases(house: House, role: str) -> None:
    """No form, and a form that somebody made is refused."""
    seq = told(house)
    browser = house.session(house.account(role))
    page = browser.get(PAGE)
    assert NAME in page.text and "Xóa lời ghi" not in page.text
    token = form_fields(page, "/ra")
    assert browser.post(PAGE, token | typed(seq)).status_code == 403
    assert "redacted" not in [row.kind for row in house.entries()]


def test_no_form_of_a_past_day_and_no_entry_of_another(house: House) -> None:
    """As of a past day nothing is done; a number of another occurrence, of a case or of nothing is unknown alike."""
    told(house)
    with with_case(house):
        of_case = told(house, "vu-viec/a/vv-2025-271828")
    office = house.session(house.account("office"))
    assert "Xóa lời ghi" not in office.get(f"{PAGE}?as_of=2025-05-19").text
    fields = form_fields(office.get(PAGE), "/ra")
    said = [
        office.post(PAGE, fields | typed(0) | {"seq": seq}).text.replace(f"số {seq}", "số …").replace(f'"{seq}"', "…")
        for seq in (str(of_case), "1", "99")
    ]
    assert "Không có bút toán số …" in said[0] and len({each.count("Không có bút toán") for each in said}) == 1
    assert office.post(PAGE, fields | typed(0) | {"seq": "x"}).status_code == 400
    assert office.post("/viec/vu-viec/a/vv-2025-271828", fields | typed(of_case)).status_code == 303
    assert "redacted" not in [row.kind for row in house.entries()]


def test_a_file_is_erased_and_named_no_more(house: House, tmp_path: Path) -> None:
    """Its link is gone, its address is not there any more, its hash and the day stay."""
    body = blank_pdf()
    made = record.done(
        house.engine,
        occurrence=TASK,
        by="a",
        now=house.clock.now,
        recorded_by="thử",
        evidence=Sent("danh-sach-teo.pdf", body),
        evidence_folder=house.desk.evidence,
    )
    office = house.session(house.account("office"))
    page = office.get(PAGE)
    assert "danh-sach-teo" in page.text and "Xóa tệp" in page.text
    link = next(each for each in page.text.split('"') if "/tep/" in each)
    assert office.get(link).content == body
    assert office.post(PAGE, form_fields(page, "/ra") | typed(made.seq, "file", "Gửi nhầm tệp")).status_code == 303
    page = office.get(PAGE)
    assert "danh-sach-teo" not in page.text and "tệp đã được xóa ngày 20/05/2025" in page.text
    assert link.rpartition("/")[2] in page.text
    assert office.get(link).status_code == 404
    assert not [each for each in house.desk.evidence.rglob("*") if each.is_file()]
    whole(house)


def erase_in(browser: Browser, seq: int, **more: str) -> int:
    page = browser.get(PATH)
    return browser.post(PATH, form_fields(page, PATH) | {"act": "erase"} | typed(seq) | more).status_code


def test_in_a_case_who_is_named_erases(house: House) -> None:
    """Its opener does; who is not named reaches nothing, and a number from outside the case erases nothing."""
    outside = told(house)
    with with_case(house) as opener:
        seq = told(house, "vu-viec/a/vv-2025-271828")
        office = house.session(house.account("office"))
        token = form_fields(office.get("/vu-viec"), "/ra")
        assert office.post(PATH, token | {"act": "erase"} | typed(seq)).status_code == 404
        assert erase_in(opener, outside) == 400
        assert NAME in opener.get(PATH).text
        assert erase_in(opener, seq) == 303
        page = opener.get(PATH)
        assert NAME not in page.text and "lời ghi đã được xóa ngày" in page.text
        assert house.entries()[-1].declared_by == "a"
        opener.send(PATH, {"act": "name", "to": id_of(house, "office")})
        seq = told(house, "vu-viec/a/vv-2025-271828")
        assert erase_in(office, seq) == 303
    whole(house)


def test_a_failure_after_the_entry_is_finished_by_sending_again(house: House) -> None:
    """The page says that the file still lies there and keeps what was typed; the same form once more takes it."""
    made = record.done(
        house.engine,
        occurrence=TASK,
        by="a",
        now=small.at("2025-05-20"),
        recorded_by="thử",
        evidence=Sent("a.pdf", blank_pdf()),
        evidence_folder=house.desk.evidence,
    )
    office = house.session(house.account("office"))
    fields = form_fields(office.get(PAGE), "/ra") | typed(made.seq, "file")
    (path,) = [each for each in house.desk.evidence.rglob("*") if each.is_file()]
    body = path.read_bytes()
    path.unlink()
    path.mkdir()
    answer = office.post(PAGE, fields)
    assert answer.status_code == 503 and "Hãy xóa lại" in answer.text
    path.rmdir()
    path.write_bytes(body)
    assert office.post(PAGE, fields).status_code == 303
    assert not path.exists()
    assert replace(house).entries()[-1].kind == "redacted"
    whole(house)
