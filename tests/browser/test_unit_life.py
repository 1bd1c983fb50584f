"""A unit's page as it is lived with: a line that is lost, a file that is too large, a sheet to fill in by hand."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect
from pypdf import PdfReader

from tests.browser.conftest import Opens
from tests.browser.ward import Served
from tests.usecases import small
from tests.usecases.files import PDF

WORK = "tham-hoi-ngay-le/to-dan-pho-07/quoc-te-thieu-nhi"
UNIT = "/don-vi/to-dan-pho-07"
REPORT = f"{UNIT}/bao/{WORK}"


def test_without_a_line_nothing_is_sent_and_nothing_lost(house: Served, opens: Opens) -> None:
    """The page stays and says why; once the line is back the same tap records it, the file with it."""
    window = opens(house, size="phone")
    window.context.add_cookies([house.link_cookie("to-dan-pho-07")])
    page = window.go(REPORT)
    page.fill("[name=note]", "Đã thăm 12 cháu")
    said = page.locator("[data-offline-note]")
    window.context.set_offline(True)
    page.click("button.main")
    assert page.url.endswith(REPORT)
    assert "mất mạng" in said.inner_text()
    window.context.set_offline(False)
    said.wait_for(state="hidden")
    page.click("button.main")
    page.wait_for_url("**xong=reported**")


def test_a_file_that_is_too_large_is_not_sent(house: Served, opens: Opens, tmp_path: Path) -> None:
    """Twenty megabytes over a slow line are minutes: said at once, where the file was chosen; taken out, it is well."""
    window = opens(house, size="phone")
    window.context.add_cookies([house.link_cookie("to-dan-pho-07")])
    page = window.go(REPORT)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    file = page.locator("[name=file]")
    large = tmp_path / "Biên bản.pdf"
    large.write_bytes(b"%PDF-" + bytes(20 * 1024 * 1024))
    file.set_input_files(large)
    page.click("button.main")
    assert file.evaluate("e => e.validationMessage").startswith("Tệp quá lớn: mỗi tệp nhiều nhất 20 MB")
    assert "POST" not in sent
    page.get_by_role("button", name="Bỏ Biên bản.pdf").click()
    assert file.evaluate("e => e.checkValidity() && e.files.length === 0")
    file.set_input_files([_page(n) for n in range(11)])
    assert file.evaluate("e => e.validationMessage") == "Nhiều nhất 10 tệp mỗi lần báo."


def _page(number: int) -> FilePayload:
    return {"name": f"trang {number}.pdf", "mimeType": "application/pdf", "buffer": PDF + b"% " + str(number).encode()}


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_pages_of_a_document_are_handed_in_together(js: bool, house: Served, opens: Opens) -> None:
    """As a camera gives them, one after the other and one taken out again; without script all at once. A page that is
    refused stops them all, named with why, and the note is still there."""
    window = opens(house, size="phone", js=js)
    window.expect("400")
    window.context.add_cookies([house.link_cookie("to-dan-pho-07")])
    page = window.go(REPORT)
    file = page.locator("[name=file]")
    page.fill("[name=note]", "Biên bản hai trang")
    heic: FilePayload = {"name": "IMG_3.HEIC", "mimeType": "image/heic", "buffer": b"\0\0\0\x18ftypheic" + bytes(40)}
    if js:
        for each in (_page(1), heic, _page(2), _page(2)):
            file.set_input_files([each])
        expect(page.locator("[data-chosen] li")).to_have_count(4)  # twice the same is one file where it is kept
    else:
        file.set_input_files([_page(1), heic, _page(2)])
    before = len(house.entries())
    page.click("button.main")
    said = page.get_by_role("alert")
    expect(said).to_contain_text("Chưa ghi gì")
    expect(said).to_contain_text("«IMG_3.HEIC»")
    expect(page.locator("[name=note]")).to_have_value("Biên bản hai trang")
    expect(page.locator("form[data-keep]")).to_contain_text("Hãy chọn lại tệp: trang 1.pdf")
    assert len(house.entries()) == before
    if js:
        for each in (_page(1), heic, _page(2)):
            file.set_input_files([each])
        page.get_by_role("button", name="Bỏ IMG_3.HEIC").click()
    else:
        file.set_input_files([_page(1), _page(2)])
    page.click("button.main")
    expect(page.get_by_role("status")).to_have_text("Đã ghi: báo hoàn thành.")
    (entry,) = house.entries()[before:]
    assert len(json.loads(entry.data)["evidence"]) == 2
    page.get_by_role("link", name="Lịch sử").click()
    expect(page.get_by_role("link", name="tệp 2")).to_be_visible()


def test_a_draft_outlives_a_forged_link_and_another_filling(house: Served, opens: Opens) -> None:
    """Somebody's link says nothing and lets nothing be forgotten; nor does the mark of one's own earlier report."""
    window = opens(house, size="phone")
    window.context.add_cookies([house.link_cookie("to-dan-pho-07")])
    page = window.go(REPORT)
    page.fill("[name=note]", "Đã thăm")
    window.go(f"{UNIT}?xong=reported&viec={REPORT}")
    expect(page.get_by_role("status")).to_have_count(0)
    window.go(REPORT)
    expect(page.locator("[name=note]")).to_have_value("Đã thăm")
    page.click("button.main")
    page.wait_for_url("**xong=reported**")
    mark = page.url
    window.go(REPORT.replace("/bao/", "/rut/"))
    page.fill("[name=note]", "Nhầm")
    page.click("button.main")
    page.wait_for_url("**xong=retracted**")
    window.go(REPORT)
    expect(page.locator("[name=note]")).to_have_value("")
    page.fill("[name=note]", "Lần hai")
    page.goto(mark)
    expect(page.get_by_role("status")).to_be_visible()
    window.go(REPORT)
    expect(page.locator("[name=note]")).to_have_value("Lần hai")


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_planned_month_is_entered_in_the_grid(js: bool, house: Served, opens: Opens) -> None:
    """One list in one cell: the answer and its month."""
    page = opens(house, "office", size="phone", js=js).go("/don-vi/to-dan-pho/nhap/cap-nhat/dot-1")
    page.locator("[name=channel]").select_option("meeting")
    cell = page.locator("select[name='answer.to-dan-pho-07.2']")
    cell.select_option(label="Dự kiến 06/2025")
    before = len(house.entries())
    page.click("button.main")
    expect(page.get_by_role("status")).to_have_text("Đã ghi cho 1 đơn vị.")
    (entry,) = house.entries()[before:]
    assert json.loads(entry.data) == {"answer": "planned", "month": "2025-06"}
    assert cell.evaluate("e => e.selectedOptions[0].text") == "dự kiến 06/2025"


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_the_years_list_fits_a_telephone(js: bool, house: Served, opens: Opens) -> None:
    """Nothing of it lies beside the window, and no word is lost: what each day rests on stands under its name."""
    page = opens(house, "office", size="phone", js=js).go("/ca-nam")
    table = page.locator("table.periods")
    box = table.bounding_box()
    frame = page.locator(".scroll:has(table.periods)").bounding_box()
    assert box is not None and frame is not None
    assert box["width"] <= frame["width"] <= 390
    expect(table.locator(".less").first).to_be_visible()
    expect(table.locator(".more").first).to_be_hidden()


@pytest.mark.parametrize("day", ["2025-05-20", "2025-07-16"])
def test_the_sheet_to_fill_in_is_one(day: str, house: Served, opens: Opens) -> None:
    """A4, for each unit and for the twelve tổ dân phố together, whatever is asked of them then."""
    house.clock.now = small.at(day)
    page = opens(house, "office").page
    for unit in ("to-dan-pho", "to-dan-pho-07", "truong", "tram-y-te", "cong-an"):
        assert page.goto(f"{house.address}/don-vi/{unit}/phieu").status == 200  # type: ignore[union-attr]
        sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        assert len(sheets) == 1, unit
        assert str(date.fromisoformat(day).year) in sheets[0].extract_text()
