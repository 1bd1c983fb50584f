"""The second date of the office's pages: by what had been recorded by a day. It goes along from page to page."""

from __future__ import annotations

import pytest

from tests.usecases import small
from tests.web.desk.browser import Browser, elements
from tests.web.desk.conftest import House
from usecases import record

REPORT = "bao-cao/a/6-thang"
PAGES = ("/bang", "/van-ban", "/ca-nam", "/chi-tieu", "/hop", f"/viec/{REPORT}")


@pytest.fixture
def chair(house: House) -> Browser:
    """The chair's browser; the report of 12/5 was typed on 19/5, two days before."""
    record.done(
        house.engine,
        occurrence=REPORT,
        by="a",
        on=small.at("2025-05-12").date(),
        document="1/BC-UBND",
        now=small.at("2025-05-19"),
        recorded_by="thử",
    )
    return house.session(house.account("chair"))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_takes_both_days_and_hands_them_on(chair: Browser, path: str) -> None:
    """It says what it shows, keeps both in its links, and offers no form that decides."""
    page = chair.get(f"{path}?as_of=2025-05-15&known_by=2025-05-16")
    assert page.status_code == 200
    assert "đã ghi vào sổ đến hết ngày 16/05/2025" in page.text
    links = [each for each in elements(page) if each.tag == "a" and each.attrs.get("class") != "btn"]  # to today
    inside = [str(each.attrs["href"]) for each in links if each.attrs.get("href")]
    led = [each for each in inside if each.startswith(("/bang?", "/van-ban?", "/viec/")) and "lang=" not in each]
    assert led
    assert all("as_of=2025-05-15" in each and "known_by=2025-05-16" in each for each in led)
    assert "/bang/quyet-dinh" not in page.text


def test_what_was_not_yet_recorded_is_not_there(chair: Browser) -> None:
    """On its page the occurrence is late by what was known, and waits for confirmation by what is known now."""
    then = chair.get(f"/viec/{REPORT}?as_of=2025-05-15&known_by=2025-05-16")
    now = chair.get(f"/viec/{REPORT}?as_of=2025-05-15")
    assert ("1/BC-UBND" in then.text, "1/BC-UBND" in now.text) == (False, True)
    assert "quá hạn 2 ngày" in then.text
    assert "quá hạn 2 ngày" not in now.text


def test_a_day_to_come_asks_for_nothing(chair: Browser) -> None:
    """Of today and after, all is known that is recorded; a word that is no day is refused in words."""
    assert "Đang xem" not in chair.get("/bang?known_by=2025-05-30").text
    assert chair.get("/bang?known_by=hôm qua").status_code == 400


def test_the_way_back_to_today_keeps_the_filters(chair: Browser) -> None:
    """Who looked at a past day of one unit comes back to that unit; the day stands in the print of every page."""
    for path, kept in (("/bang", "?state=submitted&unit=a"), ("/ca-nam", "?unit=a&week=2025-05-12"), ("/hop", "")):
        page = chair.get(f"{path}{kept or '?'}&as_of=2025-05-10")
        back = [each.attrs["href"] for each in elements(page) if each.tag == "a" and each.text == "Về hôm nay"]
        assert back == [path + kept]
        printed = [each.text for each in elements(page) if "print-only" in (each.attrs.get("class") or "")]
        assert ("Tình hình đến hết ngày 10/05/2025." in printed) is (path != "/hop"), "its title has the day"
