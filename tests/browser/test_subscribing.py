"""A unit's calendar, from its page to a calendar client: the link, its code for a camera, the buttons, its end."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import partial

import icalendar
import pytest
from playwright.sync_api import Locator, expect

from tests.browser import js_libraries, judge
from tests.browser.chromium import Window
from tests.browser.conftest import Opens
from tests.browser.ward import Served
from texts import say

pytestmark = pytest.mark.xdist_group("browser")  # one browser, in one process

t = partial(say, lang="vi")

_READ = """async (png) => {
  const image = await createImageBitmap(await (await fetch(png)).blob());
  const canvas = new OffscreenCanvas(image.width, image.height), flat = canvas.getContext("2d");
  flat.drawImage(image, 0, 0);
  const read = jsQR(flat.getImageData(0, 0, image.width, image.height).data, image.width, image.height);
  return read && read.data;
}"""


def seen_by_a_camera(code: Locator, window: Window) -> str | None:
    """What jsQR reads in the picture that is on the screen."""
    picture = b64encode(code.screenshot()).decode()
    aside = window.context.new_page()  # our own pages' policy lets no script of others in
    aside.evaluate(js_libraries.source("jsqr/dist/jsQR.js"))
    read: str | None = aside.evaluate(_READ, f"data:image/png;base64,{picture}")
    aside.close()
    return read


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_unit_subscribes_to_its_calendar(scheme: str, js: bool, house: Served, opens: Opens) -> None:
    """One press makes the link; its code is read off the screen, dark or light, and leads to the page with the buttons;
    the calendar behind it holds the unit's work; revoked, it answers no more."""
    window = opens(house, "unit", size="phone", js=js, color_scheme=scheme)
    page = window.go("/don-vi/truong/lich")
    page.get_by_role("button", name=t("desk.calendar_make")).click()
    card = page.locator(".card").first
    link = card.locator("a.token")
    address = link.get_attribute("href")
    assert address
    assert address.startswith(f"{house.address}/lich/")
    if js:
        assert judge.accessibility(page) == []
        assert seen_by_a_camera(card.locator(".qr svg"), window) == address
    answer = window.context.request.get(f"{address}.ics")
    assert answer.headers["content-type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.text()).walk("VEVENT")
    assert any("Cập nhật" in str(each["SUMMARY"]) for each in events)
    for way in ("apple", "google", "outlook"):
        expect(page.get_by_role("link", name=t(f"web.way_{way}")).first).to_have_attribute(
            "href", re.compile(r"^(webcal|https)://")
        )
    link.click()
    expect(page).to_have_url(address)
    if js:
        assert judge.accessibility(page) + judge.sideways(page) + judge.small_targets(page, 44) == []
    window.go("/don-vi/truong/lich")
    page.locator("summary", has_text=t("feed.change")).first.click()
    page.get_by_role("button", name=t("desk.revoke")).first.click()
    assert window.context.request.get(f"{address}.ics").status == 404
