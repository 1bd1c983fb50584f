"""A unit's page as it is lived with: a line that is lost, a file that is too large, a sheet to fill in by hand."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.browser.conftest import Opens
from tests.browser.ward import Served
from tests.usecases import small
from texts import say

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
    """Twenty megabytes over a slow line are minutes: said at once, where the file was chosen."""
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
    assert file.evaluate("e => e.validationMessage") == say("desk.file_too_large", "vi")
    assert "POST" not in sent
    page.locator("[data-chosen] button").click()
    assert file.evaluate("e => e.checkValidity()")


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
