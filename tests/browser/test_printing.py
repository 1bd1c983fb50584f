"""What the pages come to on paper: A4, as Chromium prints it."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from tests.browser.conftest import Opens
from tests.browser.ward import Served
from tests.usecases import small
from usecases import record
from usecases.status import status

LAST = "2025-12-31"
"""Of the year, everything since May undone: as much is late as can be."""


def printed(opens: Opens, house: Served, path: str) -> list[str]:
    """The text of each sheet."""
    page = opens(house, "chair").go(path)
    return [each.extract_text() for each in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]


def test_the_page_before_a_meeting_is_one_sheet(opens: Opens, standing: Served) -> None:
    """On an ordinary day; with what is asked, what is late, why, and what was done."""
    (sheet,) = printed(opens, standing, "/hop")
    for words in ("Đề nghị Chủ tịch quyết định", "Vì sao", "Đã làm gì", "Hai tuần tới"):
        assert words in sheet


@pytest.mark.parametrize("length", [0, 600])
def test_on_the_worst_day_it_is_still_one(opens: Opens, house: Served, length: int) -> None:
    """However much is late and however much was said of it: the rest is counted and left to the board."""
    house.clock.now = small.at(LAST)
    late = [each for each in status(house.engine, now=house.clock.now).items if each.status == "overdue"]
    assert len(late) > 40
    for each in late if length else ():
        for number in (1, 2, 3):
            record.say(
                house.engine,
                kind="noted",
                occurrence=each.terms.key.short,
                note=f"{number} chờ số liệu của các tổ dân phố " * (length // 30),
                now=house.clock.now,
                recorded_by="thử",
            )
    (sheet,) = printed(opens, house, "/hop")
    assert "việc khác" in sheet
    for words in ("Đề nghị Chủ tịch quyết định", "Vì sao", "Đã làm gì", "Chờ xác nhận", "Hai tuần tới"):
        assert words in sheet
