"""Every page of the desk for every kind of visitor: accessible, inside its window, large enough, no complaint."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser import judge, pages
from tests.browser.chromium import SIZES
from tests.browser.conftest import Opens
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


@pytest.mark.parametrize("opened", pages.every(), ids=str)
def test_every_page_is_for_everybody(opened: Opened, standing: Served, opens: Opens) -> None:
    """WCAG 2.2 AA by axe, light and dark, telephone and desk, Vietnamese and English; no sideways scroll down to
    320 px; what a finger presses is 44 px; and no error, broken policy or failed request anywhere on the way."""
    window = opens(standing, size="phone")
    opened.enter(standing, window)
    address = opened.address(standing)
    wrong = []
    for lang, first in (("vi", "light"), ("en", "dark")):
        answer = window.page.goto(f"{standing.address}{address}?lang={lang}")
        assert answer is not None
        assert (answer.status, answer.request.redirected_from) == (200, None)
        page = window.page
        assert page.locator("html").get_attribute("lang") == lang
        other = "dark" if first == "light" else "light"
        wrong += found(page, first, "phone") + judge.small_targets(page, FINGER)
        wrong += found(page, other, "phone", judge.COLOURS)
        wrong += found(page, other, "desktop") + found(page, first, "desktop", judge.COLOURS)
        resize(page, "reflow")
        wrong += [f"320 px: {each}" for each in judge.sideways(page)]
    assert not wrong, "\n".join(wrong)
