"""Files handed in at the desk: the same rules for the unit and for the office that enters, and words for refusals."""

from __future__ import annotations

import tempfile

import pytest

from tests.usecases.files import PDF, jpeg, pdf
from tests.web.desk.browser import Browser
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
