"""Photographs on their way from a telephone: drawn smaller there, upright, and never at the price of not being sent."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, Request, expect

from tests.browser.chromium import Window
from tests.browser.conftest import Opens
from tests.browser.ward import Served
from tests.usecases.files import GPS, PDF, exif, segment
from texts import say
from usecases.evidence import path_of

pytestmark = pytest.mark.xdist_group("browser")  # one browser, in one process

t = partial(say, lang="vi")

UNIT = "ldtbxh"
REPORT = f"/don-vi/{UNIT}/bao/hoat-dong-cao-diem/{UNIT}/quoc-te-thieu-nhi"
MB = 1024 * 1024

DRAWN = """async ([width, height, type, quality, grain]) => {
  const canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
  canvas.width = width; canvas.height = height;
  let seed = 1;
  pen.globalAlpha = 0.5;
  const any = (most) => (seed = seed * 48271 % 2147483647) % most;
  for (let n = 0; n < 300000; n++) {
    pen.fillStyle = `hsl(${any(360)} ${any(100)}% ${any(100)}%)`;
    pen.fillRect(any(width), any(height), 2 + any(grain), 2 + any(grain));
  }
  pen.globalAlpha = 1;
  pen.fillStyle = "#f00";
  pen.fillRect(0, 0, width / 4, height / 4);
  const blob = await new Promise((done) => canvas.toBlob(done, type, quality));
  const read = new FileReader();
  return new Promise((done) => { read.onload = () => done(read.result.split(",")[1]); read.readAsDataURL(blob); });
}"""
SEEN = """async (text) => {
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.drawImage(picture, 0, 0);
  const red = (x, y) => { const [r, g, b] = pen.getImageData(x, y, 1, 1).data; return r > 200 && g < 60 && b < 60; };
  return { size: [picture.width, picture.height], left: red(20, 20), right: red(picture.width - 20, 20) };
}"""


def drawn(page: Page, width: int, height: int, kind: str = "jpeg", quality: float = 0.95, grain: int = 60) -> bytes:
    """A busy picture whose first quarter is red, made by the browser."""
    return b64decode(page.evaluate(DRAWN, [width, height, f"image/{kind}", quality, grain]))


def seen(page: Page, body: bytes) -> dict[str, Any]:
    """Its size as shown, and which of its upper corners are red."""
    looked: dict[str, Any] = page.evaluate(SEEN, b64encode(body).decode())
    return looked


def turned(body: bytes) -> bytes:
    """As a telephone held upright writes it: to be turned a quarter to the right, and taken at this place."""
    return body[:2] + exif(6) + body[2:]


def chosen(name: str, body: bytes) -> FilePayload:
    kind = {
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
        "pdf": "application/pdf",
    }
    return {"name": name, "mimeType": kind[name.rpartition(".")[2].lower()], "buffer": body}


def at_a_report(house: Served, opens: Opens, **how: Any) -> tuple[Window, Page, Locator]:
    window = opens(house, size="phone", **how)
    window.context.add_cookies([house.link_cookie(UNIT)])
    page = window.go(REPORT)
    page.fill("[name=note]", "Biên bản chụp từng trang")
    return window, page, page.locator("[name=file]")


def kept(house: Served, before: int) -> list[bytes]:
    """The files of the one entry that was made since, in the order in which they were sent."""
    (entry,) = house.entries()[before:]
    named = json.loads(entry.data)["evidence"]
    folder = house.desk.evidence
    return [path_of(folder, each).read_bytes() for each in ([named] if isinstance(named, str) else named)]


def record(page: Page) -> None:
    page.click("button.main")
    expect(page.get_by_role("status")).to_have_text(t("desk.recorded_reported"))


def test_a_large_picture_arrives_smaller_and_upright(house: Served, opens: Opens) -> None:
    """Six thousand pixels taken upright, a film behind them, arrive as 2,200 that stand, without place or turn; a small
    picture and a PDF beside it byte for byte. Pressed at once, the report waits for it."""
    _, page, file = at_a_report(house, opens)
    large, small = turned(drawn(page, 6000, 4000)) + b"\0\0\0\x18ftypmp42" + GPS, drawn(page, 900, 600)
    assert len(large) > 2 * MB
    assert len(small) < 0.3 * MB
    before = len(house.entries())
    file.set_input_files([chosen("IMG_1.JPEG", large), chosen("nhỏ.jpg", small), chosen("Biên bản.pdf", PDF)])
    record(page)
    first, second, third = kept(house, before)
    assert len(first) < len(large) / 2
    assert b"Exif" not in first
    assert GPS not in first
    assert seen(page, first) == {"size": [1467, 2200], "left": False, "right": True}
    assert (second, third) == (small, PDF)


def test_what_was_done_is_said_and_can_be_undone(house: Served, opens: Opens) -> None:
    """Beside the chosen files stands what they weigh and weighed. Who needs the original sends it by one tick; one that
    is taken out again goes from the sum; sending is said, too; names stay, with the ending of what they became."""
    _, page, file = at_a_report(house, opens)
    large = drawn(page, 4000, 3000)
    before = len(house.entries())
    file.set_input_files([chosen("trang 1.png", drawn(page, 3000, 2000, "png"))])
    weight, original = page.locator("[data-weight]"), page.get_by_label(t("desk.send_original"))
    expect(weight).to_contain_text("Ảnh đã được thu nhỏ")
    file.set_input_files([chosen("trang 2.jpg", large)])
    expect(page.locator("[data-chosen] li")).to_have_count(2)
    expect(weight).to_contain_text("2 tệp, ")
    names = "e => [...e.files].map((each) => each.name)"
    assert file.evaluate(names) == ["trang 1.jpg", "trang 2.jpg"]
    page.get_by_role("button", name="Bỏ trang 1.png").click()
    expect(weight).to_contain_text("1 tệp, ")
    original.check()
    expect(weight).to_have_text(f"1 tệp, {len(large) / MB:.1f} MB.".replace(".", ",", 1))
    original.uncheck()
    expect(weight).to_contain_text("Ảnh đã được thu nhỏ")
    original.check()
    page.evaluate("addEventListener('submit', (told) => told.preventDefault(), { once: true })")
    page.click("button.main")
    expect(weight).to_contain_text("Đang gửi 1 tệp, ")
    record(page)
    assert kept(house, before) == [large]


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_no_picture_grows(kind: str, house: Served, opens: Opens) -> None:
    """What is compressed harder than we would is sent as it is, however wide."""
    _, page, file = at_a_report(house, opens)
    coarse = drawn(page, 2600, 2000, kind, quality=0.1, grain=4)
    assert len(coarse) > 0.3 * MB
    before = len(house.entries())
    file.set_input_files([chosen(f"ảnh.{kind}", coarse)])
    record(page)
    assert kept(house, before) == [coarse]


def test_a_picture_that_cannot_be_drawn_goes_as_it_is(house: Served, opens: Opens) -> None:
    """The browser cannot read it, the server says so by its name; half a picture is not quietly completed in grey. What
    was typed is still there."""
    window, page, file = at_a_report(house, opens)
    window.expect("400")
    whole = drawn(page, 4000, 3000)
    torn = [chosen("vỡ.jpg", b"\xff\xd8\xff\xe0" + bytes(MB)), chosen("nửa.jpg", whole[: len(whole) // 2])]
    torn.append(chosen("cụt.jpg", b"\xff\xd8" + 6 * segment(0xE1, bytes(60_000)) + b"\xff\xe1"))
    before = len(house.entries())
    file.set_input_files(torn)
    page.click("button.main")
    said = page.get_by_role("alert")
    expect(said).to_contain_text("«vỡ.jpg»")
    expect(said).to_contain_text("«nửa.jpg»")
    expect(said).to_contain_text("«cụt.jpg»")
    expect(page.locator("[name=note]")).to_have_value("Biên bản chụp từng trang")
    assert len(house.entries()) == before


def test_only_a_picture_that_takes_too_long_ends_it(house: Served, opens: Opens) -> None:
    """Time between two pages of one report changes nothing; a telephone that hangs on one sends it, and the rest."""
    window, page, file = at_a_report(house, opens)
    large, note = drawn(page, 3000, 2000), page.locator("[data-weight]")
    window.context.add_init_script(
        "const real = setTimeout; setTimeout = (then, ms) => real(then, Math.min(ms, 6000));"
    )
    page.reload()
    file.set_input_files([chosen("trang 1.jpg", large)])
    expect(note).to_contain_text("Ảnh đã được thu nhỏ")
    page.wait_for_timeout(6500)
    file.set_input_files([chosen("trang 2.jpg", large)])
    expect(note).to_contain_text("2 tệp, ")
    sizes = "e => [...e.files].map((each) => each.size)"
    assert max(file.evaluate(sizes)) < len(large) / 2
    page.evaluate("() => { createImageBitmap = () => new Promise(() => {}); }")
    file.set_input_files([chosen("trang 3.jpg", large), chosen("trang 4.jpg", large)])
    expect(note).to_contain_text("4 tệp, ")
    assert file.evaluate(sizes)[2:] == [len(large), len(large)]


@pytest.mark.parametrize("missing", ["createImageBitmap", "HTMLCanvasElement.prototype.toBlob"])
def test_a_browser_that_cannot_sends_the_original(missing: str, house: Served, opens: Opens) -> None:
    """An old telephone, a canvas that is forbidden: nothing is said of it, and the picture is sent."""
    window, page, file = at_a_report(house, opens)
    large = drawn(page, 4000, 3000)
    window.context.add_init_script(f"{missing} = undefined;")
    page.reload()
    before = len(house.entries())
    file.set_input_files([chosen("IMG_1.jpg", large)])
    expect(page.locator("[data-weight]")).to_contain_text("1 tệp, ")
    record(page)
    assert kept(house, before) == [large]


def test_without_script_pictures_go_as_they_are(house: Served, opens: Opens) -> None:
    """Chosen at once, sent in one form; the server takes the place out, as ever."""
    maker = opens(house).go("/vao")
    large = drawn(maker, 3000, 2000)
    _, page, file = at_a_report(house, opens, js=False)
    before = len(house.entries())
    file.set_input_files([chosen("IMG_1.jpg", large), chosen("Biên bản.pdf", PDF)])
    expect(page.get_by_text(t("desk.send_original"))).to_be_hidden()
    record(page)
    assert kept(house, before) == [large, PDF]


def test_a_first_visit_to_a_report_is_light(house: Served, opens: Opens) -> None:
    """The form with its styles and both scripts, compressed as they come: below 60 kB."""
    window = opens(house, size="phone")
    window.context.add_cookies([house.link_cookie(UNIT)])
    came: list[Request] = []
    window.page.on("requestfinished", lambda request: came.append(request))
    window.go(REPORT).wait_for_load_state("networkidle")
    assert {each.url.rpartition("/")[2].partition("?")[0] for each in came} >= {
        "quoc-te-thieu-nhi",
        "desk.css",
        "desk.js",
        "files.js",
    }
    assert sum(each.sizes()["responseBodySize"] for each in came) < 60_000
