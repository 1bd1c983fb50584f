"""Every page of the desk for every kind of visitor: accessible, inside its window, large enough, no complaint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import chromium, judge, pages
from tests.browser.chromium import SIZES, Window
from tests.browser.pages import Opened
from tests.browser.ward import Served

pytestmark = pytest.mark.xdist_group("browser")  # one browser, in one process

FINGER = 44


def resize(page: Page, size: str) -> None:
    page.set_viewport_size(SIZES[size]["viewport"])


def found(page: Page, colour: str, size: str, only: tuple[str, ...] | None = None) -> list[str]:
    """What is wrong in this colour scheme at this size."""
    page.emulate_media(color_scheme=colour)  # type: ignore[arg-type]
    resize(page, size)
    wrong = judge.accessibility(page, only) + judge.sideways(page)
    return [f"{colour}, {size}: {each}" for each in wrong]


@pytest.fixture(scope="package")
def windows(browser: Browser) -> Iterator[dict[str, Window]]:
    """A window for each visitor, kept from page to page as people keep theirs."""
    made: dict[str, Window] = {}
    yield made
    for window in made.values():
        window.context.close()


def entered(opened: Opened, house: Served, browser: Browser, windows: dict[str, Window]) -> Window:
    """The window of this page's visitor, with nothing held against it yet."""
    cookies = opened.cookies(house)
    who = cookies[0]["value"] if cookies else "nobody"
    if who not in windows:
        windows[who] = chromium.opened(browser, house.address, size="phone")
        windows[who].context.add_cookies(cookies)  # type: ignore[arg-type]
    windows[who].faults.clear()
    return windows[who]


@pytest.mark.parametrize("opened", pages.every(), ids=str)
def test_every_page_is_for_everybody(
    opened: Opened, standing: Served, browser: Browser, windows: dict[str, Window]
) -> None:
    """WCAG 2.2 AA by axe, light and dark, telephone and desk, Vietnamese and English; no sideways scroll down to
    320 px; what a finger presses is 44 px; and no error, broken policy or failed request anywhere on the way. Who only
    reads sees the same pages without their forms: in Vietnamese alone."""
    window = entered(opened, standing, browser, windows)
    page, address = window.page, opened.address(standing)
    wrong = []
    for lang, first in (("vi", "light"), ("en", "dark"))[: 1 if opened.who == "inspector" else 2]:
        resize(page, "phone")
        answer = page.goto(f"{standing.address}{address}?lang={lang}")
        assert answer is not None
        assert (answer.status, answer.request.redirected_from) == (200, None)
        assert page.locator("html").get_attribute("lang") == lang
        other = "dark" if first == "light" else "light"
        wrong += found(page, first, "phone") + judge.small_targets(page, FINGER)
        wrong += found(page, other, "phone", judge.COLOURS)
        wrong += found(page, other, "desktop") + found(page, first, "desktop", judge.COLOURS)
        resize(page, "reflow")
        wrong += [f"320 px: {each}" for each in judge.sideways(page)]
    wrong += window.complaints()
    assert not wrong, "\n".join(wrong)
