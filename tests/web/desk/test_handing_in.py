"""Files handed in at the desk: the same rules for the unit and for the office that enters, and words for refusals."""

from __future__ import annotations

import json
import tempfile
from hashlib import sha256
from urllib.parse import quote

import httpx
import pytest

from tests.usecases.files import PDF, jpeg, pdf
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import House

VISIT = "/don-vi/to-01/bao/tham-hoi/to-01/thang-6"
CALL = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"


def handed(browser: Browser, path: str, name: str, body: bytes, **typed: str) -> tuple[int, str]:
    filled = {"on": "2025-06-02", "note": "Đã làm"} | typed
    sent = browser.send(path, filled, files={"file": (name, body, "application/octet-stream")})
    return sent.status_code, sent.text


def test_no_photograph_of_a_visit_from_whoever_hands_it_in(house: House) -> None:
    """The unit, and the office for it; whatever the form offered. Nothing is written, nothing lies in the folder."""
    house.account("office")
    house.clock.on(days=14)
    written = house.written()
    for browser, typed in ((house.by_link("to-01"), {}), (house.session("office"), {"channel": "phone"})):
        written = house.written()
        page = browser.get(VISIT)
        assert "image/jpeg" not in page.text and "không nhận ảnh" in page.text
        status, said = handed(browser, VISIT, "tham.pdf", jpeg(), **typed)
        assert status == 400 and "không nhận ảnh" in said
        assert house.written() == written
    assert not house.desk.evidence.exists()
    page = house.by_link("cong-an").get(CALL)
    assert "image/jpeg" in page.text and "không chụp trẻ em" in page.text.lower()


def test_several_files_come_as_one_report(house: House) -> None:
    """Each is opened from the history; where one is refused none is kept, each is named with why, and what was typed
    stands there with the names to be chosen again."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    heic, other = b"\0\0\0\x18ftypheic" + bytes(40), PDF + b"% 2"
    fields = form_fields(unit.get(CALL)) | {"note": "Đã phát thanh", "on": "2025-06-02"}

    def send(*files: tuple[str, bytes]) -> httpx.Response:
        return unit.client.post(CALL, data=fields, files=[("file", each) for each in files])

    page = send(("trang 1.pdf", PDF), ("IMG_2.HEIC", heic), ("c.exe", b"MZ"))
    assert page.status_code == 400
    for words in ("Chưa ghi gì", "«IMG_2.HEIC»: ", "«c.exe»: ", "Đã phát thanh", "Hãy chọn lại tệp: trang 1.pdf"):
        assert words in page.text, words
    assert not house.desk.evidence.exists() and house.entries() == []
    assert send(*[(f"{n}.pdf", PDF) for n in range(11)]).status_code == 400
    assert send(*[(f"{n}.pdf", PDF) for n in range(60)]).status_code == 400
    assert send(("trang 1.pdf", PDF), ("trang 2.pdf", other), ("", b"")).status_code == 303
    (entry,) = house.entries()
    hashes = json.loads(entry.data)["evidence"]
    assert hashes == [sha256(each).hexdigest() for each in (PDF, other)]
    history = unit.get("/don-vi/cong-an/lich-su")
    for sha, body, name in zip(hashes, (PDF, other), ("trang 1", "trang 2"), strict=True):
        assert f"/don-vi/cong-an/tep/{sha}" in history.text
        file = unit.get(f"/don-vi/cong-an/tep/{sha}")
        assert file.content == body and quote(name) in file.headers["content-disposition"]
    assert house.by_link("to-01").get(f"/don-vi/to-01/tep/{hashes[0]}").status_code == 404


def test_the_office_erases_one_of_several(house: House) -> None:
    """Chosen at the entry by its name; the other is still there."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    files = [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF + b"% 2"))]
    unit.client.post(CALL, data=form_fields(unit.get(CALL)) | {"on": "2025-06-02"}, files=files)
    (entry,) = house.entries()
    hashes = json.loads(entry.data)["evidence"]
    office = house.session(house.account("office"))
    path = "/viec/tuyen-truyen/cong-an/thang-6"
    typed = {"seq": str(entry.seq), "what": "file", "only": hashes[0], "reason": "Gửi nhầm tệp"}
    for sha, name in zip(hashes, ("a.pdf", "b.pdf"), strict=True):
        assert f'value="{sha}">{name}</option>' in office.get(path).text
    assert office.post(path, form_fields(office.get(path), "/ra") | typed).status_code == 303
    kept = [each.name for each in house.desk.evidence.rglob("*") if each.is_file()]
    assert kept == [hashes[1]]
    page = office.get(path).text
    assert "tệp đã được xóa" in page and "b.pdf" in page and "a.pdf" not in page


def test_a_days_room_is_said_before_it_is_full(house: House) -> None:
    """Nothing while there is plenty, then how much is left, then how to go on without; the office is not bound."""
    house.clock.on(days=14)
    unit, office = house.by_link("cong-an"), house.session(house.account("office"))
    assert "còn gửi được" not in unit.get(CALL).text
    object.__setattr__(house.desk, "most_a_day", len(PDF) + 100)
    assert "còn gửi được" in unit.get(CALL).text
    status, said = handed(unit, CALL, "a.pdf", PDF + bytes(200), note="lời")
    assert status == 400 and "chỉ còn gửi được" in said and "lời" in said
    object.__setattr__(house.desk, "most_a_day", len(PDF))
    assert handed(unit, CALL, "a.pdf", PDF)[0] == 303
    unit.send(CALL.replace("/bao/", "/rut/"), {"note": "Nhầm"})
    page = unit.get(CALL)
    assert "đủ dung lượng" in page.text and 'type="file"' not in page.text
    assert unit.send(CALL, {"note": "không kèm tệp", "on": "2025-06-02"}).status_code == 303
    unit.send(CALL.replace("/bao/", "/rut/"), {"note": "Nhầm"})
    assert 'type="file"' in office.get(CALL).text
    assert handed(office, CALL, "b.pdf", PDF + b"% b", channel="paper")[0] == 303


def test_an_iphone_is_asked_for_jpeg(house: House) -> None:
    """It makes one of its own HEIC where the form names image/jpeg and neither HEIC nor every picture."""
    (field,) = [each for each in elements(house.by_link("cong-an").get(CALL)) if each.attrs.get("type") == "file"]
    accept = (field.attrs["accept"] or "").split(",")
    assert "image/jpeg" in accept and "multiple" in field.attrs and "capture" not in field.attrs
    assert not {"image/*", "image/heic", "image/heif", ".heic", "*/*"} & set(accept)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("IMG_1.HEIC", b"\0\0\0\x18ftypheic" + bytes(40), "Tương thích nhất"),
        ("cong-van.pdf", pdf([(400, 780, "MẬT")]), "đóng dấu Mật"),
        ("bao-cao.pdf", b"<html>%PDF-1.7", "chỉ nhận"),
        ("bao-cao.pdf", PDF[:200], "bị hỏng"),
        ("anh.svg", b"<svg onload='alert(1)'/>", "chỉ nhận"),
    ],
)
def test_a_refused_file_says_why_and_keeps_what_was_typed(house: House, name: str, body: bytes, words: str) -> None:
    """The note stands in the form again."""
    house.clock.on(days=14)
    status, said = handed(house.by_link("cong-an"), CALL, name, body, note="Đã phát thanh hai buổi")
    assert status == 400
    assert words in said and "Đã phát thanh hai buổi" in said
    assert house.entries() == []


def test_a_disk_that_takes_nothing_is_told_in_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file lands for good, and where a large one is laid down while it comes in."""
    house.clock.on(days=14)
    unit = house.by_link("cong-an")
    house.desk.evidence.write_bytes(b"")  # no folder can be made there
    assert handed(unit, CALL, "a.pdf", PDF)[0] == 503
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null/none")
    status, said = handed(unit, CALL, "b.jpg", jpeg() + bytes(3 * 1024 * 1024))
    assert status == 503 and "Chưa có gì được ghi" in said, said
    assert house.entries() == []
