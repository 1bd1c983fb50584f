"""The desk by keyboard alone, printed, calm for who asks for it, light for a slow line; and the watchers watched."""

from __future__ import annotations

import re
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import judge
from tests.browser.conftest import Opens
from tests.browser.ward import Served
from texts import say

pytestmark = pytest.mark.xdist_group("browser")  # one browser, in one process

t = partial(say, lang="vi")

FIRST_VISIT = 60_000
"""Bytes on the wire for a page with all it loads, nothing kept: the issue's own limit."""

_FOCUS = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    what: `${e.tagName.toLowerCase()} «${(e.textContent || e.name || "").trim().slice(0, 30)}»`,
    ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    order: [...document.querySelectorAll("*")].indexOf(e),
  };
}"""
_REACHABLE = """() => {
  const what = "a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']";
  const shown = e => e.checkVisibility({checkVisibilityCSS: true}) && !e.disabled;
  return [...document.querySelectorAll(what)].filter(shown).length;
}"""


def tabbed(page: Page, most: int = 500) -> list[dict[str, Any]]:
    """What the focus rests on from the top of the page until it leaves it; a date has several stops within it."""
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if stop is None or (stops and stop["order"] < stops[-1]["order"]):
            return stops
        if not stops or stop["order"] != stops[-1]["order"]:
            stops.append(stop)
    raise AssertionError(f"the focus is caught at {stops[-1]}")


@pytest.mark.parametrize(
    ("login", "path"),
    [("office", "/bang"), ("office", "/van-ban"), ("unit", "/don-vi/truong"), (None, "/vao")],
    ids=["board", "document", "unit", "sign-in"],
)
def test_the_keyboard_alone_reaches_everything(login: str | None, path: str, standing: Served, opens: Opens) -> None:
    """The skip link comes first and leads to the page itself; Tab comes to each link, button and field in the order of
    reading, always in sight, with a ring around it, and is nowhere caught."""
    page = opens(standing, login).go(path)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.reload()
    stops = tabbed(page)
    assert len(stops) == page.evaluate(_REACHABLE) > 3
    assert [each["what"] for each in stops if not (each["ring"] and each["seen"])] == []


def test_a_report_is_made_without_a_mouse(house: Served, opens: Opens) -> None:
    """From the unit's page to what was recorded, by Tab, Enter, Space and letters."""
    page = opens(house, "unit").go("/don-vi/truong")

    def to(words: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if words in (page.evaluate("() => document.activeElement.textContent") or "").strip():
                return
        raise AssertionError(f"Tab never came to {words}")

    to(t("desk.need_help"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/nhan/"))
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.tagName") == "TEXTAREA":
            break
    page.keyboard.type("Xin thêm mẫu biểu")
    to(t("desk.send"))
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_have_text(t("desk.recorded_noted"))


def test_a_refusal_takes_the_focus(house: Served, opens: Opens) -> None:
    """What is wrong is read out first: the focus is on it, and a field that was typed in still has its words."""
    window = opens(house, "office")
    window.expect("400")
    page = window.go("/don-vi/to-dan-pho-01/bao/tham-hoi-ngay-le/to-dan-pho-01/quoc-te-thieu-nhi")
    page.get_by_label(t("desk.on_day")).fill("2025-05-25")
    page.get_by_label(t("desk.note")).fill("Đã thăm")
    page.get_by_label(t("desk.way")).select_option("phone")
    page.get_by_role("button", name=t("desk.record")).click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_label(t("desk.note"))).to_have_value("Đã thăm")
    assert judge.accessibility(page) == []


@pytest.mark.parametrize(
    ("login", "path", "most"),
    [
        ("office", "/hop", 1),
        ("office", "/bang", 3),
        ("office", "/van-ban", 9),  # as many as the signed document has
        ("unit", "/don-vi/truong/phieu", 1),
        ("office", "/don-vi/to-dan-pho/phieu", 3),
    ],
)
def test_pages_are_printed_on_few_sheets(login: str, path: str, most: int, standing: Served, opens: Opens) -> None:
    """A4, without navigation and buttons, black on white from a dark screen too."""
    page = opens(standing, login, color_scheme="dark").go(path)
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for hidden in ("header.top nav", ".foot", "main button"):
        for each in page.locator(hidden).all():
            expect(each).to_be_hidden()
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(sheets.pages) <= most
    assert [round(float(each)) for each in sheets.pages[0].mediabox[2:]] == [595, 842]
    words = "".join(each.extract_text() for each in sheets.pages)
    assert page.locator("h1").inner_text()[:12] in words


_READ_AS = """(what) => [...document.querySelectorAll(what)].filter(e => e.checkVisibility())
  .map(e => e.closest("[lang]").lang)"""


@pytest.mark.parametrize(
    ("login", "path", "words"),
    [
        ("office", "/van-ban", ".doc p, .doc h2, .doc .of"),
        ("office", "/bang", ".todo .over .t > a"),
        ("office", "/chi-tieu", "h2 > span:first-child"),
        ("unit", "/don-vi/truong", "h1, .card h2"),
        ("office", "/don-vi/to-dan-pho-07/cap-nhat/cap-nhat/to-dan-pho-07/dot-1", "h1, legend"),
    ],
    ids=["document", "board", "targets", "unit", "sitting"],
)
def test_the_plans_words_are_read_aloud_as_vietnamese(
    login: str, path: str, words: str, standing: Served, opens: Opens
) -> None:
    """WCAG 3.1.2, language of parts: they stay what they are on a page whose own words are English."""
    page = opens(standing, login).go(f"{path}?lang=en")
    assert page.locator("html").get_attribute("lang") == "en"
    read = page.evaluate(_READ_AS, words)
    assert set(read) == {"vi"}


def test_who_asks_for_calm_gets_it(standing: Served, opens: Opens) -> None:
    """With reduced motion nothing moves by itself; without, nothing but the scroll to a clause does."""
    for asked, behaviour in (("reduce", "auto"), ("no-preference", "smooth")):
        page = opens(standing, "office", reduced_motion=asked).go("/bang")
        assert page.evaluate("() => getComputedStyle(document.documentElement).scrollBehavior") == behaviour
        moving = "() => document.getAnimations().length"
        assert page.evaluate(moving) == 0


@pytest.mark.parametrize(
    ("login", "path"),
    [(None, "/vao"), ("unit", "/don-vi/truong"), ("office", "/bang")],
    ids=["sign-in", "unit", "board"],
)
def test_a_first_visit_is_light(login: str | None, path: str, standing: Served, opens: Opens) -> None:
    """What really came over the line, with page, styles, script and picture, as the browser counted it."""
    window = opens(standing, login, size="phone")
    tools = window.context.new_cdp_session(window.page)
    came: list[float] = []
    tools.on("Network.loadingFinished", lambda told: came.append(told["encodedDataLength"]))
    tools.send("Network.enable")
    window.go(path)
    window.page.wait_for_load_state("networkidle")
    assert len(came) >= 3
    assert 2_000 < sum(came) < FIRST_VISIT, sum(came)


# The watchers


def test_the_watchers_see_what_is_wrong(standing: Served, opens: Opens) -> None:
    """A page with everything wrong that we look for: each is found, or the tests above hold nothing."""
    window = opens(standing, size="phone")
    bad = """<!doctype html><html lang=vi><title>x</title><body><main>
      <p style="color:red">chữ</p><img src=/khong-co.png><input name=a>
      <button>x</button><button>y</button><div>rộng</div><script>alert(1)</script></main></body>"""
    headers = {"content-type": "text/html; charset=utf-8", "content-security-policy": "default-src 'self'"}
    window.page.route("**/xau", lambda route: route.fulfill(body=bad, headers=headers))
    window.go("/xau")
    window.page.evaluate("""() => {
      const set = (what, style) => document.querySelectorAll(what).forEach(e => Object.assign(e.style, style));
      set("div", {width: "900px"});
      set("button", {height: "9px", width: "9px", padding: 0, border: 0, margin: 0});
      set("p", {color: "#bbb", background: "#fff"});
      setTimeout(() => nope(), 0);
    }""")
    window.page.wait_for_timeout(200)
    said = " ".join(window.faults)
    for fault in ("inline style", "inline script", "404", "nope is not defined", "ContentSecurityPolicyIssue"):
        assert fault in said, fault
    found = " ".join(judge.accessibility(window.page))
    for rule in ("color-contrast", "image-alt", "label", "target-size"):
        assert rule in found, rule
    assert "rộng" in "".join(judge.sideways(window.page))
    assert "9×9" in "".join(judge.small_targets(window.page, 44))
    window.expect("")  # all of it was meant


# The menu of the header


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_menu_is_opened_by_keyboard(size: str, js: bool, standing: Served, opens: Opens) -> None:
    """Enter opens it, nothing it shows covers the page, its links follow in order; with script Escape closes it."""
    page = opens(standing, "office", size=size, js=js).go("/bang")
    menu, heading = page.locator("details.menu"), page.locator("h1")
    links, rare = menu.get_by_role("link"), menu.get_by_role("link", name=t("desk.accounts"), exact=True)
    expect(rare).to_be_hidden()
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(rare).to_be_visible()
    assert links.count() == (10 if size == "phone" else 4)
    for each in [menu.locator("summary"), *links.all()]:
        box = each.bounding_box()
        assert box and box["height"] >= 44, box
        assert box["y"] + box["height"] <= heading.evaluate("(e) => e.getBoundingClientRect().top")
    page.keyboard.press("Tab")
    expect(links.first).to_be_focused()
    if js:
        page.keyboard.press("Escape")
        expect(rare).to_be_hidden()
        expect(menu.locator("summary")).to_be_focused()
        return
    rare.press("Enter")
    expect(page).to_have_url(re.compile("/tai-khoan$"))


@pytest.mark.parametrize("width", [900, 1180])
def test_the_pages_stand_in_one_line(width: int, standing: Served, opens: Opens) -> None:
    """From a small window up, with the menu at their end; in Vietnamese, whose words are the longer."""
    page = opens(standing, "office", viewport={"width": width, "height": 800}).go("/bang")
    tops = {round(each.bounding_box()["y"]) for each in page.locator("header nav a:visible, header summary").all()}
    assert len(tops) == 1


# The year on a telephone


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("path", ["/bang", "/ca-nam"])
def test_a_telephone_shows_the_year_from_this_month(path: str, js: bool, standing: Served, opens: Opens) -> None:
    """The names of units stay beside their weeks, the first of which is this month's; without script, by the link."""
    page = opens(standing, "office", size="phone", js=js).go(path)
    view, names, month = page.locator(".year-view"), page.locator("ol.names"), page.locator("#nay")
    if not js:
        page.get_by_role("link", name=t("board.to_month", n=5)).click()
        expect(page).to_have_url(re.compile("#nay$"))
    edge = names.bounding_box()
    starts = month.evaluate("(e) => e.getBoundingClientRect().left")
    assert edge and abs(starts - edge["x"] - edge["width"]) <= 1
    assert edge["width"] < 0.4 * page.viewport_size["width"]  # type: ignore[index]
    rows = names.locator("li")
    assert rows.all_inner_texts() == [each.strip() for each in rows.all_inner_texts()] != []
    view.evaluate("(e) => { e.scrollLeft = e.scrollWidth }")
    assert names.bounding_box() == edge
    squares = page.locator("svg.year .week > :nth-child(2)").evaluate_all(
        "(all) => all.map(e => { const box = e.getBoundingClientRect(); return box.top + box.height / 2 })"
    )
    lines = rows.evaluate_all(
        "(all) => all.map(e => [e.getBoundingClientRect().top, e.getBoundingClientRect().bottom])"
    )
    assert all(any(top < each < bottom for top, bottom in lines) for each in squares)


def test_paper_shows_the_whole_year(standing: Served, opens: Opens) -> None:
    """From a telephone too: all months, and the names in the drawing."""
    page = opens(standing, "office", size="phone").go("/ca-nam")
    sheet = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages[0].extract_text()
    for words in (t("board.month", n=1), t("board.month", n=12), "Bộ phận VH-TT, Đài truyền thanh"):
        assert words in sheet


# The board's cards


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_what_needs_somebody_comes_first(size: str, standing: Served, opens: Opens) -> None:
    """Read aloud, by keyboard and on a telephone before the table of units; at a desk beside it."""
    page = opens(standing, "office", size=size).go("/bang")
    headings = page.locator("main h2").all_inner_texts()
    first, then = headings.index(t("board.todo")), headings.index(t("board.by_unit"))
    assert first < then
    needs, units = page.locator(".needs").bounding_box(), page.locator(".by-unit").bounding_box()
    assert needs and units
    if size == "phone":
        assert needs["y"] + needs["height"] <= units["y"]
    else:
        assert (round(needs["y"]), needs["x"]) > (round(units["y"]) - 1, units["x"] + units["width"])


def test_cards_are_folded_and_print_what_they_hold(standing: Served, opens: Opens) -> None:
    """No form stands open; what waits to be confirmed is on paper all the same."""
    page = opens(standing, "office", size="phone").go("/bang")
    assert page.locator(".todo").get_by_role("button").count() == 0
    assert page.locator(".todo > li").evaluate_all("(all) => Math.max(...all.map(e => e.offsetHeight))") < 300
    sheet = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages[0].extract_text()
    assert "38/BC-UBND" in sheet
    assert t("board.confirm") not in sheet


def test_enter_in_the_reason_for_a_return_confirms_nothing(house: Served, opens: Opens) -> None:
    """It is a new line there, though the button that confirms is the form's first."""
    page = opens(house, "office").go("/bang")
    before = house.written()
    for words in (t("board.look_and_confirm"), t("board.return_some")):
        summary = page.locator("summary", has_text=words)
        summary.focus()
        page.keyboard.press("Enter")
    page.locator(".pick input[type=checkbox]").first.check()
    page.get_by_role("textbox", name=t("board.return_reason")).press_sequentially("thiếu")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    expect(page).to_have_url(re.compile("/bang$"))
    assert house.written() == before


def test_the_citys_table_is_a_table(standing: Served, opens: Opens) -> None:
    """At a desk each ward is one line under its headings, whatever other pages call by the same names."""
    page = opens(standing, "city").go("/thanh-pho")
    rows = page.locator("table.wards tbody tr")
    assert rows.count() == 8
    assert all(box["height"] < 48 for each in rows.all() if (box := each.bounding_box()))
    columns = "(row) => [...row.cells].map(cell => Math.round(cell.getBoundingClientRect().left))"
    assert rows.first.evaluate(columns) == page.locator("table.wards thead tr").evaluate(columns)
