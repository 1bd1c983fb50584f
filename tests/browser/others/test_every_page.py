"""Every page of the desk in Safari's engine and in Firefox: inside its window, large enough for a finger."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.browser import pages
from tests.browser.others.conftest import HEIGHT, Opens
from tests.browser.pages import Opened
from tests.browser.ward import Served

FINGER = 44
_SIZED = """const small = (field) => parseFloat(getComputedStyle(field).fontSize) < 16;
const typed = "input:not([type=hidden],[type=radio],[type=checkbox]), select, textarea";
return [...document.querySelectorAll(typed)].filter(small).map((field) => field.name);"""
_ORPHANS = """return [...document.querySelectorAll("details:not([open]) > summary")]
  .filter((each) => getComputedStyle(each).display === "list-item").map((each) => each.textContent)"""


@pytest.mark.parametrize("opened", [each for each in pages.every() if each.who != "inspector"], ids=str)
def test_every_page_fits(opened: Opened, standing: Served, opens: Opens) -> None:
    """No sideways scroll from 320 px to a desk; what is pressed is 44 px; no field is so small that a telephone zooms
    in on it; no second mark beside our own before what is folded."""
    window = opens(standing)
    for cookie in opened.cookies(standing):
        window.keep(cookie)
    address = opened.address(standing)
    window.go(address)
    assert urlsplit(window.path).path == address
    wrong = window.wrong(FINGER)
    wrong += [f"{name} is smaller than 16 px" for name in window.run(_SIZED)]
    wrong += [f"{words} has two marks" for words in window.run(_ORPHANS)]
    for width in (320, 1180):
        window.size(width, HEIGHT)
        wrong += window.wrong(0)
    assert not wrong, "\n".join(wrong)
