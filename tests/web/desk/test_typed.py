"""What people type and paste into a unit's forms: kept whole and plain, and what is wrong is said at its field."""

from __future__ import annotations

import json
from unicodedata import normalize

import pytest

from tests.web.desk.browser import Element, elements, form_fields
from tests.web.desk.conftest import House
from usecases import signed_links
from web.desk import guard
from web.desk.numbers import figure

WORK = "tuyen-truyen/cong-an/thang-6"
REPORT = f"/don-vi/cong-an/bao/{WORK}"
SITTING = "/don-vi/cong-an/cap-nhat/cap-nhat/cong-an/dot-1"


def named(page: object, name: str) -> Element:
    """The field of this name."""
    return next(each for each in elements(page) if each.attrs.get("name") == name)  # type: ignore[arg-type]


def test_pasted_words_are_kept_as_one_writes_them(house: House) -> None:
    """Marks apart, as Word on a Mac copies them, become letters; what nobody sees goes; an emoji stays whole."""
    house.clock.on(days=14)
    said = normalize("NFD", "Đã thăm\u200b 👩\u200d👧")
    typed = {"document": "\ufeff" + normalize("NFD", "Số: 07 / BC – CAP"), "note": said}
    assert house.by_link("cong-an").send(REPORT, typed | {"on": "2025-06-02"}).status_code == 303
    (entry,) = house.entries()
    assert json.loads(entry.data)["document"] == "07/BC-CAP"
    assert "«Đã thăm 👩\u200d👧»" in house.by_link("cong-an").get("/don-vi/cong-an/lich-su").text


def test_a_day_is_no_documents_number(house: House) -> None:
    """«15/5» proves a line as words, not as a document; a number pasted with «Số:» is one."""
    unit = house.by_link("cong-an")
    assert unit.send(SITTING, {"answer.1": "done", "proof.1": "15/5"}).status_code == 303
    assert json.loads(house.entries()[-1].data).get("document") is None
    assert unit.send(SITTING, {"answer.1": "done", "proof.1": "Số: 12/BC-CAP ngày 15/5"}).status_code == 303
    assert json.loads(house.entries()[-1].data)["document"] == "12/BC-CAP ngày 15/5"


@pytest.mark.parametrize(
    ("path", "filled", "name", "count"),
    [
        (REPORT, {"note": "dài " * 1001 + "."}, "note", 4005),
        (REPORT, {"document": "1" * 101}, "document", 101),
        (SITTING, {"answer.1": "done", "proof.1": "a" * 501}, "proof.1", 501),
    ],
)
def test_what_is_too_long_is_said_and_not_cut(
    path: str, filled: dict[str, str], name: str, count: int, house: House
) -> None:
    """No field cuts what is pasted without a word; the refusal counts, and the whole of it stands there still."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    assert "maxlength" not in named(unit.get(path), name).attrs
    page = unit.send(path, filled)
    assert page.status_code == 400
    assert f"dài {count} ký tự" in page.text
    assert filled[name] in (named(page, name).attrs.get("value") or named(page, name).text)
    assert house.entries() == []


@pytest.mark.parametrize(
    ("path", "filled", "name", "why"),
    [
        (REPORT, {"on": "2026-01-01"}, "on", "problem"),
        (REPORT, {"on": "hôm qua"}, "on", "problem"),
        (REPORT.replace("/bao/", "/rut/"), {}, "note", "problem"),
        (SITTING.replace("/cap-nhat/cap", "/gia-han/cap"), {"note": "vì"}, "until", "problem"),
        (SITTING, {"answer.1": "done"}, "proof.1", "problem-1"),
        (SITTING, {"answer.1": "planned"}, "month.1", "problem-1"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    path: str, filled: dict[str, str], name: str, why: str, house: House
) -> None:
    """A screen reader that comes to the field says that it is wrong and why; the summary has the focus at first."""
    page = house.by_link("cong-an").send(path, filled)
    assert page.status_code == 400
    field = named(page, name)
    assert (field.attrs.get("aria-invalid"), field.attrs.get("aria-describedby")) == ("true", why)
    ids = {each.attrs.get("id"): each for each in elements(page)}
    assert ids[why].text.strip()
    assert "autofocus" in ids["problem"].attrs


def test_a_bad_day_loses_no_row_of_a_grid(house: House) -> None:
    """What was entered for twelve units stands there again, with the day to be mended."""
    house.clock.on(days=14)
    office, path = house.session(house.account("office")), "/don-vi/to/nhap/tham-hoi/thang-6"
    page = office.send(path, {"channel": "meeting", "on": "thứ hai", "done.to-02": "1", "proof.to-02": "thăm 3 em"})
    assert page.status_code == 400
    assert form_fields(page)["proof.to-02"] == "thăm 3 em"
    assert "checked" in named(page, "done.to-02").attrs
    assert named(page, "on").attrs["aria-invalid"] == "true"


@pytest.mark.parametrize(
    ("unit", "work", "words"),
    [
        ("a", "bao-cao/a/6-thang", "do cấp trên ấn định, phường không tự gia hạn được"),
        ("cong-an", WORK, "do luật quy định, không ai trong phường gia hạn được. Nếu không kịp"),
        ("cong-an", "cap-nhat/cong-an/dot-1", "Thời hạn do Văn phòng ấn định."),
    ],
)
def test_who_may_give_more_time_is_said(unit: str, work: str, words: str, house: House) -> None:
    """On the work's page and on the form: who set the day, and whom to tell where nobody here can move it."""
    browser = house.by_link(unit)
    for verb in ("xem", "gia-han"):
        assert words in browser.get(f"/don-vi/{unit}/{verb}/{work}").text


def test_a_day_of_law_is_not_said_to_stand_in_the_document(house: House) -> None:
    """«Ngày ghi trong văn bản» is said only of a day that the document states."""
    assert "Ngày ghi trong văn bản" not in house.by_link("cong-an").get(f"/don-vi/cong-an/xem/{WORK}").text
    assert "Ngày ghi trong văn bản" in house.by_link("a").get("/don-vi/a/xem/bao-cao/a/6-thang").text


def test_what_is_reported_is_not_asked_for_again(house: House) -> None:
    """From another window or by the back button: the form says that it was reported, when, and how to take it back;
    what was typed meanwhile stands there, not recorded."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    other = form_fields(unit.get(REPORT)) | {"note": "tab hai", "on": "2025-06-03"}
    assert unit.send(REPORT, {"note": "tab một", "on": "2025-06-02"}).status_code == 303
    for page in (unit.get(REPORT), unit.post(REPORT, other)):
        assert "Việc này đã được báo, ngày 02/06/2025; không phải báo lại" in page.text
        assert not any(each.attrs.get("name") == "document" for each in elements(page))
    assert "tab hai" in page.text
    assert len(house.entries()) == 1


def test_buttons_say_what_they_are_about(house: House) -> None:
    """Heard one after the other without their cards, no two buttons of a unit's page sound alike."""
    page = house.by_link("cong-an").get("/don-vi/cong-an")
    names = [" ".join(each.text.split()) for each in elements(page) if "btn" in (each.attrs.get("class") or "").split()]
    assert len(names) > 3
    assert len(set(names)) == len(names)


def test_a_file_too_large_leads_back_to_its_form(house: House) -> None:
    """Not only to the first page: the form keeps what was typed."""
    unit = house.by_link("cong-an")
    page = unit.client.post(REPORT, content=b"x" * (guard.MOST_WITH_FILES + 1))
    assert page.status_code == 413
    assert any(each.attrs.get("href") == REPORT for each in elements(page))


def test_a_link_on_paper_says_how_long_and_whose_word(house: House) -> None:
    """What is printed and handed out: the code, what to do, until when, and whose word is recorded."""
    office = house.session(house.account("office"))
    page = office.send("/don-vi/to-01/duong-dan", {"label": "Tổ trưởng", "days": "30"})
    assert "Dùng được đến ngày 19/06/2025." in page.text
    assert "đó là lời báo của Tổ dân phố số 1" in page.text


def test_a_link_that_ends_while_one_types_loses_nothing(house: House) -> None:
    """Who came by a link has no account: the page says what happened, whom to ask, and what was typed."""
    house.clock.on(days=14)
    made = house.link("cong-an")
    unit = house.browser()
    unit.get(f"/mo/{made.token}")
    fields = form_fields(unit.get(REPORT)) | {"note": "gõ dở khi bị thu hồi", "on": "2025-06-02"}
    signed_links.revoke(house.engine, id=made.id, now=house.clock.now, by="thử")
    page = unit.post(REPORT, fields)
    assert page.status_code == 401
    assert "đã bị thu hồi. Hãy xin Văn phòng đường dẫn mới" in page.text
    assert any(each.tag == "dd" and each.text == "gõ dở khi bị thu hồi" for each in elements(page))
    assert house.entries() == []


@pytest.mark.parametrize(
    ("typed", "value"),
    [("12,5 %", 12.5), ("12.5", 12.5), ("1.234,5", 1234.5), ("1 234", 1234), ("1.234.567", 1234567), ("0.125", 0.125)],
)
def test_a_figure_is_read_as_it_is_written_here(typed: str, value: float) -> None:
    """A comma before the decimals, dots between the thousands."""
    assert figure(typed) == value


def test_a_figure_of_two_meanings_is_asked_about(house: House) -> None:
    """«1.250» is 1250 to who writes Vietnamese and 1,25 to a program: neither is recorded unasked."""
    unit, path = house.by_link("to-01"), "/don-vi/to-01/chi-tieu/giam-tai-nan"
    page = unit.send(path, {"value": "1.250"})
    assert page.status_code == 400
    assert "«1.250» là 1250 hay là 1,250" in page.text
    assert named(page, "value").attrs["aria-invalid"] == "true"
    assert house.entries() == []
