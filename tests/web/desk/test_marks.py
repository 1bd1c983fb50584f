"""«Đã ghi» in an address: said to who recorded it, on its page, and to nobody by a link that somebody wrote."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from tests.web.desk.browser import Browser, elements
from tests.web.desk.conftest import House

UNIT = "/don-vi/cong-an"
REPORT = f"{UNIT}/bao/tuyen-truyen/cong-an/thang-6"


def says(browser: Browser, address: str) -> bool:
    """Whether the page says that something was recorded, or lets the browser forget a form."""
    page = browser.get(address)
    assert page.status_code == 200
    return any(each.attrs.get("role") == "status" or "data-recorded" in each.attrs for each in elements(page))


def recorded(house: House, browser: Browser) -> str:
    """Report, and the address that follows."""
    house.clock.on(days=14)
    return browser.send(REPORT, {"note": "xong", "on": "2025-06-02"}).headers["location"]


def test_who_recorded_it_is_told(house: House) -> None:
    """Also when the page is loaded again, after an answer was lost on the way, and in the other language."""
    unit = house.by_link("cong-an")
    address = recorded(house, unit)
    assert says(unit, address) and says(unit, address) and says(unit, f"{address}&lang=en")
    (told,) = [each for each in elements(unit.get(address)) if "data-recorded" in each.attrs]
    assert told.attrs["data-recorded"] == REPORT
    assert told.attrs["data-request"] == dict(parse_qsl(urlsplit(address).query))["lan"]


@pytest.mark.parametrize(
    "changed",
    [
        {"dau": ""},
        {"dau": "ký khác"},
        {"xong": "measured"},
        {"viec": f"{UNIT}/nhan/tuyen-truyen/cong-an/thang-6"},
        {"lan": "0" * 32},
    ],
)
def test_a_changed_mark_says_nothing(changed: dict[str, str], house: House) -> None:
    """The seal is over what was done, in which form, in which filling of it."""
    unit = house.by_link("cong-an")
    asked = dict(parse_qsl(urlsplit(recorded(house, unit)).query))
    assert says(unit, f"{UNIT}?{urlencode(asked)}")
    assert not says(unit, f"{UNIT}?{urlencode(asked | changed)}")


def test_a_mark_is_nobody_elses(house: House) -> None:
    """A true one says nothing to who opened another link, to an account, nor on another page."""
    unit = house.by_link("cong-an")
    address = recorded(house, unit)
    assert not says(house.by_link("cong-an"), address)
    office = house.session(house.account("office"))
    assert not says(office, address)
    assert not says(office, address.replace(UNIT, "/don-vi/to/nhap/cap-nhat/dot-1"))
    assert not says(office, address.replace(UNIT, "/viec/tuyen-truyen/cong-an/thang-6"))


@pytest.mark.parametrize(
    ("path", "word"),
    [
        (UNIT, "reported"),
        ("/don-vi/to/nhap/cap-nhat/dot-1", "12"),
        ("/viec/bao-cao/a/nam", "redacted"),
        ("/vu-viec", "nhan"),
    ],
)
def test_a_link_without_a_seal_says_nothing(path: str, word: str, house: House) -> None:
    """As whoever knows the addresses would write it."""
    office = house.session(house.account("office"))
    assert not says(office, f"{path}?{urlencode({'xong': word, 'viec': REPORT})}")
