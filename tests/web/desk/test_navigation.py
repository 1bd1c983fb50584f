"""The navigation: each role sees the pages it may open and no other, those of every day apart from the rare ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.web.desk.browser import Browser, elements
from tests.web.desk.conftest import House
from usecases.roles import OF_OFFICE, OF_UNIT, ROLES
from web.desk.routing import routes

FIRST = dict.fromkeys(OF_OFFICE, "/bang") | dict.fromkeys(OF_UNIT, "/don-vi/cong-an") | {"city": "/thanh-pho"}


@pytest.fixture(scope="module")
def browsers(full_house: House) -> Iterator[dict[str, Browser]]:
    """A browser for each role."""
    yield {role: full_house.session(role) for role in ROLES}


def shown(browser: Browser, path: str) -> tuple[list[str], list[str], list[str]]:
    """Where the row of pages leads, where the menu leads, and what of both is marked as the page that is open."""
    links = [
        each
        for each in elements(browser.get(path))
        if each.tag == "a" and {"header", "nav"} <= {e.tag for e in each.inside}
    ]
    row = [str(each.attrs["href"]) for each in links if "details" not in {e.tag for e in each.inside}]
    menu = [str(each.attrs["href"]) for each in links if "details" in {e.tag for e in each.inside}]
    return row, menu, [str(each.attrs["href"]) for each in links if each.attrs.get("aria-current") == "page"]


@pytest.mark.parametrize("role", ROLES)
def test_what_is_shown_opens(role: str, browsers: dict[str, Browser]) -> None:
    """Every line leads to a page that this role is let in to; no line that it may follow is missing."""
    row, menu, current = shown(browsers[role], FIRST[role])
    may = {entry.path for entry in routes.entries if role in entry.who}
    assert {*row, *menu} == may
    assert set(current) == may & {FIRST[role]}
    for path in may:
        assert browsers[role].get(path).status_code == 200, path


def test_six_pages_stand_in_a_row(browsers: dict[str, Browser]) -> None:
    """What the office opens every day; the rest is in the menu, where all of it is again for a telephone."""
    row, menu, _ = shown(browsers["office"], "/bang")
    rare = ["/chua-gui-duoc", "/duong-dan-lich", "/tai-khoan", "/ma-truy-cap"]
    assert row == ["/bang", "/van-ban", "/ca-nam", "/chi-tieu", "/hop", "/don-vi"]
    assert menu == [*row, *rare]
    assert {*rare} & {*shown(browsers["chair"], "/bang")[1]} == {"/tai-khoan"}  # the other leader's
    assert not {*rare} & {*shown(browsers["inspector"], "/bang")[1]}


def test_a_page_of_the_menu_is_marked_in_it(browsers: dict[str, Browser]) -> None:
    """The page that is open is said once in the menu, and once in the row where it stands there."""
    for path, times in (("/tai-khoan", 1), ("/hop", 2)):
        assert Counter(shown(browsers["office"], path)[2]) == {path: times}
