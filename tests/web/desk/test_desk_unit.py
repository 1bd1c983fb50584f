"""A unit's page and its forms: what it sees, what it says, whose word that is, what is kept when something fails."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.usecases import small
from tests.usecases.files import PDF
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import House
from usecases import events, record, signed_links, targets

REPORT = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
SITTING = "/don-vi/to-01/cap-nhat/cap-nhat/to-01/dot-1"


def alert(text: str) -> str:
    """The words of the refusal on a page."""
    found = re.search(r'role="alert"[^>]*>([^<]*)<', text)
    assert found is not None
    return found[1]


# The page


def test_what_presses_stands_first(house: House) -> None:
    """Late, then next, then running as cards with one button each; the rest is folded; help is apart."""
    unit = house.by_link("a")
    page = unit.get("/don-vi/a")
    cards = [each for each in elements(page) if each.tag == "article"]
    assert "quá hạn 25 ngày" in cards[0].text
    assert "quá hạn 7 ngày" in cards[1].text
    assert "over" in (cards[0].attrs["class"] or "")
    assert all(len(re.findall(r"\bBáo đã phát hành|Báo hoàn thành|Bắt đầu", each.text)) <= 1 for each in cards)
    tomorrow = house.by_link("to-01").get("/don-vi/to-01")
    assert "Chỉ phối hợp (1)" in tomorrow.text
    assert "chủ trì: Bộ phận A" in tomorrow.text


def test_who_is_only_asked_is_never_late(house: House) -> None:
    """«đề nghị»: neither «quá hạn» nor «trả lại», after the day too."""
    house.clock.on(days=60)
    page = house.by_link("doan").get("/don-vi/doan")
    assert "chưa phản hồi" in page.text
    assert "quá hạn" not in page.text
    assert "trả lại" not in page.text


def test_days_are_written_as_people_write_them(house: House) -> None:
    """dd/mm/yyyy with the basis beside it, in both languages; the words in the language asked for, and kept."""
    unit = house.by_link("a")
    page = unit.get("/don-vi/a")
    assert "13/05/2025" in page.text
    assert "ghi trong văn bản: trước ngày 14/5/2025" in page.text
    assert "Last day 13/05/2025" in unit.get("/don-vi/a?lang=en").text
    assert "Last day" in unit.get("/don-vi/a").text
    assert "Last day" not in unit.get("/don-vi/a?lang=vi").text


def test_cases_are_on_no_page(house: House) -> None:
    """An event about a child is not on its unit's page, not in its history, and its forms are not found."""
    events.open_event(
        house.engine, task="vu-viec", at=small.at("2025-05-19"), ref="vv-01", now=house.clock.now, recorded_by="thử"
    )
    unit = house.by_link("a")
    for path in ("/don-vi/a", "/don-vi/a/lich-su", "/don-vi/a/phieu"):
        assert "vu-viec" not in unit.get(path).text
        assert "vv-01" not in unit.get(path).text
    for verb in ("xem", "bao", "nhan", "gia-han", "rut"):
        assert unit.get(f"/don-vi/a/{verb}/vu-viec/a/vv-01").status_code == 404


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that read or write tables while this lasts."""
    seen: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if statement.lstrip()[:6].upper() in ("SELECT", "INSERT", "UPDATE", "DELETE"):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/don-vi/{}", 3),
        ("/don-vi/{}/lich-su", 3),
        ("/don-vi/{}/phieu", 3),
        ("/don-vi/{}/bao/{}", 4),  # one for what may still be sent today
        ("/don-vi/{}/xem/{}", 3),
    ],
)
def test_a_page_asks_the_database_as_often_whatever_it_shows(path: str, count: int, house: House) -> None:
    """The same statements for a unit with one piece of work and for one with many and a history."""
    works = {"doan": "thieu-nhi/doan/thang-6", "a": "bao-cao/a/6-thang"}
    counts = []
    for unit, work in works.items():
        browser = house.by_link(unit)
        browser.get(f"/don-vi/{unit}")  # the plan's revision is read once for all
        for n in range(3 if unit == "a" else 0):
            record.say(
                house.engine, kind="noted", occurrence=work, note=f"lần {n}", now=house.clock.now, recorded_by="thử"
            )
        with counted(house.engine) as seen:
            assert browser.get(path.format(unit, work)).status_code == 200
        counts.append(len(seen))
    assert counts == [count, count]


def test_what_was_measured_is_asked_for_who_leads_an_indicator(house: House) -> None:
    """One statement more, however many figures there are."""
    browser = house.by_link("to-01")
    counts = []
    for value in (3, 5, 8):
        with counted(house.engine) as seen:
            assert "giam-tai-nan" in browser.get("/don-vi/to-01").text
        counts.append(len(seen))
        figure: dict[str, Any] = {"target": "giam-tai-nan", "value": value, "unit": "to-01", "on": None}
        targets.measure(house.engine, **figure, now=house.clock.now, recorded_by="thử")
    assert counts[1:] == [4, 4]


# Saying


def test_a_report_by_link_is_the_units_word(house: House) -> None:
    """One form: number, day, note and a file; the ledger keeps whose word it is, which link typed it, and the file."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    filled = {"document": "12/BC-CAP", "on": "2025-06-02", "note": "Đã phát thanh"}
    sent = unit.send(REPORT, filled, files={"file": ("Báo cáo.pdf", PDF, "application/pdf")})
    assert sent.status_code == 303
    page = unit.get(sent.headers["location"])
    assert "Đã ghi: báo hoàn thành." in page.text
    assert f'data-recorded="{REPORT}"' in page.text
    (entry,) = house.entries()
    assert (entry.kind, str(entry.happened_on), entry.declared_by, entry.channel) == (
        "reported",
        "2025-06-02",
        "cong-an",
        "desk",
    )
    assert entry.recorded_by.startswith("link:")
    sha256 = json.loads(entry.data)["evidence"]
    history = unit.get("/don-vi/cong-an/lich-su")
    assert "12/BC-CAP" in history.text
    assert "Theo lời Công an" in history.text
    file = unit.get(f"/don-vi/cong-an/tep/{sha256}")
    assert file.content == PDF
    assert file.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in file.headers["content-security-policy"]
    other = house.by_link("to-01")
    assert other.get(f"/don-vi/cong-an/tep/{sha256}").status_code == 404
    assert other.get(f"/don-vi/to-01/tep/{sha256}").status_code == 404


def test_the_same_form_twice_is_recorded_once(house: House) -> None:
    """A double tap or a lost answer repeats the request: one entry, and the same page."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    fields = form_fields(unit.get(REPORT)) | {"note": "xong", "on": "2025-06-02"}
    first, second = unit.post(REPORT, fields), unit.post(REPORT, fields)
    assert first.headers["location"] == second.headers["location"]
    assert len(house.entries()) == 1


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"on": "2025-12-01"}, "chưa tới"),
        ({"on": "2025-05-01"}, "sớm hơn"),
        ({"on": "31/02/2025"}, "không phải là ngày"),
        ({"on": "hôm qua"}, "không phải là ngày"),
    ],
)
def test_a_refused_report_keeps_what_was_typed(filled: dict[str, str], words: str, house: House) -> None:
    """The form stands again with everything that was in it, and says in plain words what is wrong."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    page = unit.send(REPORT, {"note": "Đã «làm» <xong>"} | filled)
    assert page.status_code == 400
    assert words in alert(page.text)
    assert "Đã «làm» &lt;xong&gt;" in page.text
    assert "--" not in alert(page.text)
    assert house.entries() == []


def test_a_report_upwards_needs_its_number(house: House) -> None:
    """In words of the page, not of the command line; with the number it is issued."""
    unit, path = house.by_link("a"), "/don-vi/a/bao/bao-cao/a/6-thang"
    assert "số, ký hiệu" in alert(unit.send(path, {"note": "xong"}).text)
    assert unit.send(path, {"document": "09/BC-UBND", "on": "13/05/2025"}).status_code == 303
    assert [entry.kind for entry in house.entries()] == ["issued"]


def test_help_is_asked_for_and_a_report_taken_back(house: House) -> None:
    """A note goes to the ledger; a report that was wrong is taken back with its reason, and the work is open again."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    unit.send(REPORT.replace("/bao/", "/nhan/"), {"note": "Cần loa"})
    unit.send(REPORT, {"note": "xong", "on": "2025-06-02"})
    assert "lý do" in alert(unit.send(REPORT.replace("/bao/", "/rut/"), {"note": " "}).text)
    unit.send(REPORT.replace("/bao/", "/rut/"), {"note": "Ghi nhầm"})
    assert [entry.kind for entry in house.entries()] == ["noted", "reported", "retracted"]
    assert "Báo hoàn thành" in unit.get("/don-vi/cong-an").text


def test_an_extension_is_asked_where_one_is_possible(house: House) -> None:
    """A date of the upper level can be asked for; a date of law or custom cannot, and the page does not offer it."""
    unit, path = house.by_link("a"), "/don-vi/a/gia-han/bao-cao/a/6-thang"
    assert "Hãy chọn ngày" in alert(unit.send(path, {"note": "Chờ số liệu"}).text)
    assert unit.send(path, {"note": "Chờ số liệu", "until": "2025-05-30"}).status_code == 303
    assert [entry.kind for entry in house.entries()] == ["extension_asked"]
    assert "đang xin gia hạn đến 30/05/2025" in unit.get("/don-vi/a").text
    assert "Đã xin gia hạn đến 30/05/2025, đang chờ trả lời" in unit.get(path).text
    of_law = house.by_link("cong-an")
    assert "Xin gia hạn" not in of_law.get(REPORT.replace("/bao/", "/xem/")).text


def test_a_returned_report_says_why(house: House) -> None:
    """What was returned stands first, with the reason on its pages."""
    house.clock.on(days=14)
    path = "/don-vi/a/bao/tap-huan/a/nam"
    unit = house.by_link("a")
    assert unit.send(path, {"note": "Đã mở lớp", "on": "2025-06-02"}).status_code == 303
    record.say(
        house.engine,
        kind="returned",
        occurrence="tap-huan/a/nam",
        by="van-phong",
        reason="Thiếu danh sách",
        now=house.clock.now,
        recorded_by="thử",
    )
    cards = [each for each in elements(unit.get("/don-vi/a")) if each.tag == "article"]
    assert "Tập huấn" in cards[0].text
    for page in (cards[0].text, unit.get(path).text, unit.get(path.replace("/bao/", "/xem/")).text):
        assert "Văn phòng trả lại, ngày 03/06/2025: «Thiếu danh sách»" in page
        assert "Hãy làm thêm điều này rồi báo lại" in page


def test_what_more_is_asked_of_stands_with_what_is_to_do(house: House) -> None:
    """Not folded away among what waits; of a body that is only asked nothing is said to be «trả lại»."""
    house.clock.on(days=14)
    said = {"by": "van-phong", "reason": "Gửi thêm danh sách", "now": house.clock.now, "recorded_by": "thử"}
    house.by_link("a").send("/don-vi/a/bao/tap-huan/a/nam", {"note": "Đã mở lớp", "on": "2025-06-02"})
    record.say(house.engine, kind="supplement_asked", occurrence="tap-huan/a/nam", **said)
    page = house.by_link("a").get("/don-vi/a")
    card = next(each for each in elements(page) if each.tag == "article" and "Tập huấn" in each.text)
    assert "Văn phòng đề nghị bổ sung, ngày 03/06/2025: «Gửi thêm danh sách»" in card.text
    assert "Báo hoàn thành" not in card.text
    body = house.by_link("doan")
    body.send("/don-vi/doan/bao/thieu-nhi/doan/thang-6", {"note": "Đã tổ chức", "on": "2025-06-02"})
    record.say(house.engine, kind="returned", occurrence="thieu-nhi/doan/thang-6", **said)
    seen = body.get("/don-vi/doan").text
    assert "đề nghị bổ sung, ngày 03/06/2025: «Gửi thêm danh sách»" in seen
    assert "trả lại" not in seen.lower()


def test_a_figure_is_measured_by_who_leads_the_indicator(house: House) -> None:
    """A comma is a comma; what is no figure is refused; nobody else may."""
    leads = house.by_link("to-01")
    path = "/don-vi/to-01/chi-tieu/giam-tai-nan"
    for wrong in ("nhiều", "1e5", "1,2,3", "", "nan", "inf"):
        assert leads.send(path, {"value": wrong}).status_code == 400
    assert leads.send(path, {"value": "12,5", "on": "2025-05-19"}).status_code == 303
    assert json.loads(house.entries()[-1].data)["value"] == 12.5
    assert house.by_link("cong-an").get("/don-vi/cong-an/chi-tieu/giam-tai-nan").status_code == 404


# The sitting


def test_a_check_in_is_one_sitting_and_partial_answers_are_kept(house: House) -> None:
    """All lines on one page; what is answered is recorded, what is refused stands again beside it with why."""
    unit = house.by_link("cong-an")
    path = "/don-vi/cong-an/cap-nhat/cap-nhat/cong-an/dot-1"
    page = unit.get(path)
    assert "Tăng cường tuần tra" in page.text
    bad = unit.send(path, {"answer.1": "done"})
    assert bad.status_code == 400
    assert "số văn bản hoặc một dòng diễn giải" in bad.text
    assert house.entries() == []
    assert (
        unit.send(path, {"answer.1": "planned", "month.1": "2025-08"})
        .headers["location"]
        .startswith("/don-vi/cong-an?xong=answered")
    )
    (entry,) = house.entries()
    assert json.loads(entry.data) == {"answer": "planned", "month": "2025-08"}


def test_some_lines_now_and_the_rest_later(house: House) -> None:
    """Two lines: one answered and one refused; then the other alone. What did not change is not recorded again."""
    unit, path = house.by_link("to-01"), SITTING
    lines = re.findall(r'name="answer\.(\d)" value="done"', unit.get(path).text)
    assert len(lines) == 2
    some = unit.send(path, {"answer.1": "nothing", "answer.2": "done", "proof.2": ""})
    assert some.status_code == 400
    assert [json.loads(entry.data)["answer"] for entry in house.entries()] == ["nothing"]
    fields = form_fields(some)
    assert fields["answer.1"] == "nothing"
    done = unit.post(path, fields | {"answer.2": "done", "proof.2": "7/BC-TDP"})
    assert done.status_code == 303
    assert "xong=answered" in done.headers["location"]
    answers = [json.loads(entry.data) for entry in house.entries()]
    assert answers == [{"answer": "nothing"}, {"answer": "done", "document": "7/BC-TDP"}]
    assert unit.send(path, {}).status_code == 303
    assert len(house.entries()) == 2


def test_one_of_two_lines_is_a_part(house: House) -> None:
    """The page says that the rest can be answered later, and how many are."""
    unit = house.by_link("to-01")
    sent = unit.send(SITTING, {"answer.1": "not-yet"})
    assert "xong=part" in sent.headers["location"]
    assert "Đã trả lời 1." in unit.get("/don-vi/to-01").text


def test_a_line_said_otherwise_in_the_same_form_is_recorded(house: House) -> None:
    """The id of a line's request is its content's: changed after a refusal elsewhere it is not taken for a repeat."""
    unit = house.by_link("to-01")
    page = unit.send(SITTING, {"answer.1": "done", "proof.1": "họp tổ", "answer.2": "done"})
    fields = form_fields(page) | {"answer.1": "done", "proof.1": "họp tổ ngày 19/5"}
    unit.post(SITTING, fields | {"answer.2": "nothing"})
    assert len(house.entries()) == 3


# By link


def test_a_link_opens_exactly_one_unit_and_opening_writes_nothing(house: House) -> None:
    """A mail scanner that follows it, as often as it likes, changes nothing; it opens no other unit and no list."""
    made = house.link("to-01")
    before = house.written()
    for method in ("GET", "HEAD"):
        browser = house.browser()
        answer = browser.client.request(method, f"/mo/{made.token}")
        assert answer.headers["location"] == "/don-vi/to-01"
        assert "Tổ dân phố số 1" in browser.get("/don-vi/to-01").text
        assert browser.get("/don-vi/to-02").status_code == 404
        assert browser.get("/don-vi").status_code == 403
    assert house.written() == before


def test_a_link_says_whose_word_is_recorded(house: House) -> None:
    """On the page and on each form, with the day on which it ends."""
    unit = house.by_link("to-01")
    assert "Điều ghi ở đây là lời báo của Tổ dân phố số 1" in unit.get("/don-vi/to-01").text
    assert "dùng đến ngày 04/07/2025" in unit.get("/don-vi/to-01").text
    assert "Điều ghi ở đây là lời báo của Tổ dân phố số 1" in unit.get(SITTING).text


@pytest.mark.parametrize("end", ["expired", "revoked", "all"])
def test_a_link_ends(end: str, house: House) -> None:
    """By its day, by being revoked, and with all of its unit's; whoever had it open is out at once."""
    made = house.link("to-01", days=10)
    browser = house.browser()
    browser.get(f"/mo/{made.token}")
    assert browser.get("/don-vi/to-01").status_code == 200
    if end == "expired":
        house.clock.on(days=10)
    else:
        which = {"id": made.id} if end == "revoked" else {"unit": "to-01"}
        signed_links.revoke(house.engine, now=house.clock.now, by="thử", **which)
    assert browser.get("/don-vi/to-01").status_code == 303
    assert house.browser().get(f"/mo/{made.token}").status_code == 404


def test_nothing_near_a_link_opens(house: House) -> None:
    """Another letter anywhere, less, more, another unit's signature, another key, a row that was moved to a unit."""
    made, other = house.link("to-01"), house.link("to-02")
    tokens = [
        made.token[:n] + ("A" if made.token[n] != "A" else "B") + made.token[n + 1 :] for n in range(len(made.token))
    ]
    tokens += [made.token[:-1], made.token + "A", made.token[:12] + other.token[12:], made.token[:12], "x", "é" * 36]
    browser = house.browser()
    opened = [each for each in tokens if browser.get(f"/mo/{each}").status_code == 303]
    assert opened == []
    with house.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE signed_link SET unit = 'to-03' WHERE id = ?", (made.id,))
    assert browser.get(f"/mo/{made.token}").status_code == 404


def test_leaving_puts_the_link_aside(house: House) -> None:
    """On a borrowed telephone: afterwards the page is closed again; the link itself still opens."""
    made = house.link("to-01")
    browser = house.browser()
    browser.get(f"/mo/{made.token}")
    assert browser.post("/ra", form_fields(browser.get("/don-vi/to-01"), "/ra")).status_code == 303
    assert browser.get("/don-vi/to-01").status_code == 303
    assert browser.get(f"/mo/{made.token}").status_code == 303


def test_a_link_covers_a_session_until_it_is_left(house: House) -> None:
    """Who looks at a unit's link while signed in sees what the unit sees; leaving it they are themselves again."""
    office = house.session(house.account("office"))
    assert office.get(f"/mo/{house.link('to-01').token}").status_code == 303
    assert office.get("/don-vi/to-02").status_code == 404
    left = office.post("/ra", form_fields(office.get("/don-vi/to-01"), "/ra"))
    assert left.headers["location"] == "/"
    assert office.get("/don-vi/to-02").status_code == 200


def test_the_office_gives_out_links(house: House) -> None:
    """Shown once with a code; listed without the token; revoked from the list. A group gets none."""
    office = house.session(house.account("office"))
    path = "/don-vi/to-01/duong-dan"
    page = office.send(path, {"label": "họp giao ban", "days": "30"})
    token = re.search(r"/mo/([\w-]+)", page.text)
    assert token is not None
    assert "<svg" in page.text
    assert house.browser().get(f"/mo/{token[1]}").status_code == 303
    listed = office.get(path).text
    assert token[1] not in listed
    assert "họp giao ban" in listed
    for days in ("0", "9999", "x", ""):
        assert office.send(path, {"days": days}).status_code == 400
    assert office.send("/don-vi/to/duong-dan", {"days": "30"}).status_code == 400
    id = re.search(r'name="revoke" value="([\w-]+)"', listed)
    assert id is not None
    fields = {"form_token": form_fields(office.get(path))["form_token"]}
    assert office.post("/don-vi/to-02/duong-dan", fields | {"revoke": id[1]}).status_code == 404
    assert office.post(path, fields | {"revoke": id[1]}).status_code == 303
    assert house.browser().get(f"/mo/{token[1]}").status_code == 404


def test_a_unit_gets_its_calendar_with_a_code(house: House) -> None:
    """The address is shown once and opens the unit's own calendar; it is revoked by the unit, and by no other."""
    unit, path = house.by_link("to-01"), "/don-vi/to-01/lich"
    page = unit.send(path, {})
    token = re.search(r"/lich/([\w-]+)", page.text)
    assert token is not None
    assert "<svg" in page.text
    calendar = unit.get(f"/lich/{token[1]}.ics")
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    assert "Tổ dân phố số 1" in calendar.text.replace("\r\n ", "")
    id = re.search(r'name="revoke" value="(\w+)"', unit.get(path).text)
    assert id is not None
    other = house.by_link("to-02")
    token_of_other = {"form_token": form_fields(other.get("/don-vi/to-02/lich"))["form_token"]}
    assert other.post("/don-vi/to-02/lich", token_of_other | {"revoke": id[1]}).status_code == 404
    mine = {"form_token": form_fields(unit.get(path))["form_token"]}
    assert unit.post(path, mine | {"revoke": id[1]}).status_code == 303
    assert unit.get(f"/lich/{token[1]}.ics").status_code == 404


# Entered for them


def office_of(house: House) -> Browser:
    return house.session(house.account("office"))


def test_the_office_enters_what_a_unit_said(house: House) -> None:
    """The way it came must be named; the word is the unit's and the typing the office's, and the history says both."""
    house.clock.on(days=14)
    office = office_of(house)
    assert "Bạn đang nhập thay cho Công an" in office.get(REPORT).text
    assert "qua cách nào" in alert(office.send(REPORT, {"note": "xong", "on": "2025-06-02"}).text)
    assert office.send(REPORT, {"note": "xong", "on": "2025-06-02", "channel": "phone"}).status_code == 303
    (entry,) = house.entries()
    assert (entry.declared_by, entry.recorded_by, entry.channel) == ("cong-an", "office", "phone")
    assert (
        "Theo lời Công an · office nhập, qua điện thoại" in house.by_link("cong-an").get("/don-vi/cong-an/lich-su").text
    )


def test_a_grid_records_twelve_rows_in_one_sitting(house: House) -> None:
    """A row for each member; a refused row says why and the others are recorded; sent again, nothing is twice."""
    house.clock.on(days=14)
    office, path = office_of(house), "/don-vi/to/nhap/tham-hoi/thang-6"
    page = office.get(path)
    assert page.text.count('name="done.to-') == 3
    filled = {
        "channel": "meeting",
        "on": "2025-06-02",
        "done.to-01": "1",
        "done.to-02": "1",
        "proof.to-02": "thăm 3 em",
    }
    fields = form_fields(page) | filled
    sent = office.post(path, fields)
    assert sent.status_code == 303
    assert "Đã ghi cho 2 đơn vị" in office.get(sent.headers["location"]).text
    office.post(path, fields)
    said = [(entry.declared_by, entry.recorded_by, entry.channel) for entry in house.entries()]
    assert said == [("to-01", "office", "meeting"), ("to-02", "office", "meeting")]
    late = office.send(path, {"channel": "meeting", "on": "2025-05-02", "done.to-03": "1"})
    assert late.status_code == 400
    assert "sớm hơn" in late.text


def test_a_grid_stands_after_its_last_row(house: House) -> None:
    """What was recorded is said though nobody has anything left to report; sent again, nothing is twice."""
    house.clock.on(days=14)
    office, path = office_of(house), "/don-vi/to/nhap/tham-hoi/thang-6"
    filled = {"channel": "meeting", "on": "2025-06-02"} | {f"done.to-0{n}": "1" for n in (1, 2, 3)}
    fields = form_fields(office.get(path)) | filled
    sent = office.post(path, fields)
    assert "Đã ghi cho 3 đơn vị" in office.get(sent.headers["location"]).text
    again = office.post(path, fields)
    assert "Đã ghi cho 3 đơn vị" in office.get(again.headers["location"]).text
    assert len(house.entries()) == 3
    assert path not in office.get("/don-vi/to/nhap").text


def test_a_grid_of_a_check_in(house: House) -> None:
    """A column for each line; a row that says «đã làm» without proof is told so, and its other lines are recorded."""
    office, path = office_of(house), "/don-vi/to/nhap/cap-nhat/dot-1"
    filled = {"channel": "phone", "answer.to-01.1": "nothing", "answer.to-01.2": "not-yet", "answer.to-02.1": "done"}
    page = office.send(path, filled)
    assert page.status_code == 400
    assert "số văn bản hoặc một dòng diễn giải" in page.text
    assert [(entry.declared_by, json.loads(entry.data)["answer"]) for entry in house.entries()] == [
        ("to-01", "nothing"),
        ("to-01", "not-yet"),
    ]


def test_a_grid_takes_a_planned_month(house: House) -> None:
    """Chosen in the same list as the answers; another month is another answer, the same one is none; no proof goes with
    it, and a month that is none is refused."""
    office, path = office_of(house), "/don-vi/to/nhap/cap-nhat/dot-1"
    assert 'value="planned 2025-06"' in office.get(path).text and 'value="planned 2025-04"' not in office.get(path).text
    filled = {"channel": "phone", "answer.to-01.1": "planned 2025-06", "answer.to-02.1": "nothing", "proof.to-01": "x"}
    assert office.send(path, filled).status_code == 303
    assert "dự kiến 06/2025" in office.get(path).text
    assert office.send(path, filled).status_code == 303
    assert office.send(path, filled | {"answer.to-01.1": "planned 2025-08"}).status_code == 303
    said = [json.loads(entry.data) for entry in house.entries() if entry.declared_by == "to-01"]
    assert [each["month"] for each in said] == ["2025-06", "2025-08"]
    assert not any("document" in each for each in said)
    for none in ("planned", "planned hè này", "planned 2025-13"):
        assert office.send(path, {"channel": "phone", "answer.to-03.1": none}).status_code == 400


def test_a_form_to_print(house: House) -> None:
    """For one unit and for a group: what is open now with its lines and boxes, and nothing of what is done."""
    paper = house.by_link("cong-an").get("/don-vi/cong-an/phieu").text
    assert all(f"☐ {box}" in paper for box in ("đã làm", "dự kiến tháng", "không phát sinh", "chưa"))
    group = office_of(house).get("/don-vi/to/phieu")
    rows = [each for each in elements(group) if each.tag == "tr"]
    assert len(rows) == 1 + 3  # one table for all that is asked, a row for each member
    assert all(f"Tổ dân phố số {n}" in row.text for n, row in enumerate(rows[1:], 1))


def test_a_sheet_for_a_group_ticks_what_was_said(house: House) -> None:
    """What a member has reported is not asked again on paper."""
    line = {"answer": "nothing", "line": "ra-soat-kho-khan", "by": "to-02", "recorded_by": "thử"}
    record.answer(house.engine, occurrence="cap-nhat/to-02/dot-1", **line, now=house.clock.now)
    rows = [each for each in elements(office_of(house).get("/don-vi/to/phieu")) if each.tag == "tr"]
    assert ["✓" in each.text for each in rows[1:]] == [False, True, False]


def test_the_page_stands_after_years(house: House) -> None:
    """Nothing on it depends on the plan's year being now."""
    house.clock.now += timedelta(days=800)
    assert house.by_link("cong-an").get("/don-vi/cong-an").status_code == 200


def test_a_check_in_may_be_looked_at_like_any_work(house: House) -> None:
    """It comes from no single clause and has nobody beside it; its day and its basis are there."""
    page = house.by_link("to-01").get("/don-vi/to-01/xem/cap-nhat/to-01/dot-1")
    assert page.status_code == 200
    assert "Cập nhật tình hình thực hiện" in page.text
