"""What people do on the desk, done in a browser: on a telephone and at a desk, with JavaScript and without."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Opens
from tests.browser.ward import PDF, Served
from tests.web.desk.conftest import PASSWORD
from texts import say
from usecases import signed_links
from usecases.second_factor import STEP_SECONDS

pytestmark = pytest.mark.xdist_group("browser")  # one browser, in one process

t = partial(say, lang="vi")

SIZES = pytest.mark.parametrize("size", ["phone", "desktop"])
SCRIPTS = pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
VISIT = "tham-hoi-ngay-le/to-dan-pho-01/quoc-te-thieu-nhi"
SITTING = "cap-nhat/to-dan-pho-07/dot-1"


def press(page: Page, words: str) -> None:
    """The button with these words."""
    page.get_by_role("button", name=words, exact=True).click()


def unfold(page: Page, words: str) -> None:
    """What is folded under these words."""
    page.locator("summary", has_text=words).click()


def follow(page: Page, words: str) -> None:
    """The link with these words, and behind them at most which work it is about."""
    page.get_by_role("link", name=re.compile(rf"^{words}( ?:|$)")).first.click()


def sign_in(page: Page, house: Served, login: str, *, code: bool = True) -> None:
    """Fill in the sign-in that stands on the page, one time step after the code that was used last."""
    house.clock.on(seconds=STEP_SECONDS)
    page.get_by_label(t("desk.login")).fill(login)
    page.get_by_label(t("desk.password")).fill(PASSWORD)
    if code:
        page.get_by_label(t("desk.code")).fill(house.code(login))
    press(page, t("desk.sign_in"))


@SIZES
@SCRIPTS
def test_signing_in_with_a_second_factor(size: str, js: bool, house: Served, opens: Opens) -> None:
    """Password and the telephone's code lead to the page that was asked for; a wrong code leads nowhere."""
    window = opens(house, size=size, js=js)
    page = window.go("/hop")
    expect(page).to_have_url(re.compile(r"/vao\?tiep=%2Fhop$"))
    window.expect("401")
    page.get_by_label(t("desk.login")).fill("office")
    page.get_by_label(t("desk.password")).fill(PASSWORD)
    page.get_by_label(t("desk.code")).fill("000000")
    press(page, t("desk.sign_in"))
    expect(page.get_by_role("alert")).to_have_text(t("desk.wrong"))
    sign_in(page, house, "office")
    expect(page).to_have_url(f"{house.address}/hop")
    expect(page.locator("footer")).to_contain_text("Vai office")
    press(page, t("desk.sign_out"))
    expect(page).to_have_url(f"{house.address}/vao")
    window.go("/hop")
    expect(page).to_have_url(re.compile("/vao"))


@SIZES
@SCRIPTS
def test_a_unit_reports_done_with_a_file(size: str, js: bool, house: Served, opens: Opens) -> None:
    """By its signed link: one tap, then number, day, note and a file; the page says what was recorded."""
    page = opens(house, size=size, js=js).go(f"/mo/{house.link('to-dan-pho-01').token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổ dân phố số 1")
    follow(page, t("desk.report_done"))
    expect(page.locator(".as")).to_contain_text("Tổ dân phố số 1")
    page.get_by_label(t("desk.on_day")).fill("2025-05-19")
    page.get_by_label(t("desk.document")).fill("12/BC-TDP")
    page.get_by_label(t("desk.note")).fill("Đã thăm 14 cháu")
    page.get_by_label(t("desk.file")).set_input_files(
        {"name": "Biên bản.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    before = len(house.entries())
    press(page, t("desk.record"))
    expect(page.get_by_role("status")).to_have_text(t("desk.recorded_reported"))
    (entry,) = house.entries()[before:]
    assert (entry.kind, str(entry.happened_on), entry.declared_by) == ("reported", "2025-05-19", "to-dan-pho-01")
    assert entry.recorded_by.startswith("link:")
    said = json.loads(entry.data)
    assert said["document"] == "12/BC-TDP"
    (kept,) = house.desk.evidence.rglob(f"{said['evidence']}*")
    assert kept.read_bytes() == PDF
    follow(page, t("desk.history"))
    expect(page.locator("main")).to_contain_text("Đã thăm 14 cháu")


@SIZES
@SCRIPTS
def test_a_check_in_is_one_sitting(size: str, js: bool, house: Served, opens: Opens) -> None:
    """Every line on one page, answered by taps; a planned line asks for its month, a done one for what proves it."""
    page = opens(house, size=size, js=js).go(f"/mo/{house.link('to-dan-pho-07').token}")
    follow(page, t("desk.start"))
    lines = page.locator("fieldset.line")
    count = lines.count()
    assert count > 3
    before = len(house.entries())
    for n in range(count):
        line = lines.nth(n)
        if n == 0:
            line.get_by_text(t("desk.answer_done"), exact=True).click()
            line.get_by_label(t("desk.proof")).fill("05/BC-TDP7")
            expect(line.get_by_label(t("desk.month"))).to_be_hidden()
        elif n == 1:
            line.get_by_text(t("desk.answer_planned"), exact=True).click()
            line.get_by_label(t("desk.month")).select_option("2025-06")
        else:
            line.get_by_text(t("desk.answer_nothing"), exact=True).click()
    press(page, t("desk.record"))
    expect(page.get_by_role("status")).to_have_text(t("desk.recorded_answered"))
    assert [entry.kind for entry in house.entries()[before:]] == ["answered"] * count


def test_a_signed_link_shows_before_it_does(house: Served, opens: Opens) -> None:
    """A scanner's HEAD, a preview's GET and a person's look write nothing; what the form will record is said above it;
    a revoked link opens nothing."""
    token = house.link("to-dan-pho-01").token
    before = house.written()
    window = opens(house, size="phone")
    asks = window.context.request
    for told in (asks.head(f"{house.address}/mo/{token}"), asks.get(f"{house.address}/mo/{token}")):
        assert told.status == 200
    prefetch = {"sec-purpose": "prefetch"}
    assert asks.get(f"{house.address}/mo/{token}", headers=prefetch, max_redirects=0).status == 303
    page = window.go(f"/mo/{token}")
    follow(page, t("desk.report_done"))
    expect(page.locator(".as")).to_contain_text(t("desk.word_of", unit="Tổ dân phố số 1"))
    assert house.written() == before
    press(page, t("desk.record"))
    expect(page.get_by_role("status")).to_be_visible()
    assert house.written()["entry"] == before["entry"] + 1
    (link,) = signed_links.listed(house.engine, unit="to-dan-pho-01")
    signed_links.revoke(house.engine, id=link["id"], now=house.clock.now, by="thử")
    window.expect("404")
    window.go(f"/mo/{token}")
    expect(page.locator("main")).to_contain_text(t("desk.link_over"))


@SIZES
@SCRIPTS
def test_the_office_decides_on_its_board(size: str, js: bool, house: Served, opens: Opens) -> None:
    """Two reports confirmed at once, one returned with a reason, more time granted; the board says what it did."""
    house.report("tham-hoi-ngay-le/to-dan-pho-01/quoc-te-thieu-nhi")
    page = opens(house, "office", size=size, js=js).go("/bang")
    waiting = page.locator(".pick input[type=checkbox]")
    count = waiting.count()
    unfold(page, t("board.look_and_confirm"))
    unfold(page, t("board.return_some"))
    assert count >= 2
    before = len(house.entries())
    page.get_by_role("checkbox", name="Tổ dân phố số 9").check()
    page.get_by_role("textbox", name=t("board.return_reason")).fill("Thiếu danh sách kèm theo")
    press(page, t("board.return"))
    expect(page.get_by_role("status")).to_have_text(t("board.did_returned", count=1))
    unfold(page, t("board.look_and_confirm"))
    for box in page.locator(".pick input[type=checkbox]").all():
        box.check()
    press(page, t("board.confirm"))
    expect(page.get_by_role("status")).to_have_text(t("board.did_confirmed", count=count - 1))
    unfold(page, t("board.grant"))
    press(page, t("board.grant"))
    expect(page.get_by_role("status")).to_have_text(t("board.did_granted", count=1))
    kinds = [entry.kind for entry in house.entries()[before:]]
    assert kinds == ["returned", *["confirmed"] * (count - 1), "extension_granted"]


@SCRIPTS
def test_any_day_is_asked_again_by_the_date_picker(js: bool, house: Served, opens: Opens) -> None:
    """A day of the past shows its own figures in every view, offers nothing to decide, and leads back to today."""
    window = opens(house, "office", js=js)
    page = window.go("/bang")
    today = page.locator(".cells").inner_text()
    page.get_by_label(t("board.as_of")).fill("2025-04-20")
    press(page, t("board.see"))
    expect(page).to_have_url(re.compile(r"/bang\?.*as_of=2025-04-20"))
    expect(page.locator("p.as")).to_have_text(t("board.past", day="20/04/2025"))
    assert page.locator(".cells").inner_text() != today
    assert page.locator("form[method=post]").count() == 1  # signing out
    for view in ("board.document", "board.year", "board.targets", "board.meeting"):
        page.get_by_role("navigation").get_by_role("link", name=t(view), exact=True).click()
        expect(page.get_by_label(t("board.as_of"))).to_have_value("2025-04-20")
        expect(page.locator("p.as")).to_have_text(t("board.past", day="20/04/2025"))
    follow(page, t("board.today"))
    expect(page.get_by_label(t("board.as_of"))).to_have_value("2025-05-20")
    window.go("/bang")
    assert page.locator(".cells").inner_text() == today


SAYS = "/don-vi/truong/nhan/cap-nhat/truong/dot-2"


def test_what_is_typed_survives_a_lost_connection(house: Served, opens: Opens) -> None:
    """Known to be gone, the page says so and sends nothing; where it fails while it is sent, opened again the words
    are there; once recorded, they are forgotten."""
    window = opens(house, "unit", size="phone")
    window.expect("ERR_INTERNET_DISCONNECTED")
    page = window.go(SAYS)
    page.locator("textarea").fill("Xin thêm mẫu biểu")
    window.context.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        window.go("/don-vi/truong")
    window.context.set_offline(False)
    window.go(SAYS)
    expect(page.locator("textarea")).to_have_value("Xin thêm mẫu biểu")
    expect(page.locator("[data-kept-note]")).to_be_visible()
    window.context.set_offline(True)
    page.locator("form[data-keep] button").click()
    expect(page.locator("[data-offline-note]")).to_be_visible()
    window.context.set_offline(False)
    page.route("**/*", lambda route: route.abort("internetdisconnected"))
    page.locator("form[data-keep] button").click()
    page.wait_for_url(re.compile("chrome-error"))
    page.unroute("**/*")
    window.go(SAYS)
    expect(page.locator("textarea")).to_have_value("Xin thêm mẫu biểu")
    before = len(house.entries())
    page.locator("form[data-keep] button").click()
    expect(page.get_by_role("status")).to_have_text(t("desk.recorded_noted"))
    assert [entry.kind for entry in house.entries()[before:]] == ["noted"]
    window.go(SAYS)
    expect(page.locator("textarea")).to_have_value("")


@SCRIPTS
def test_what_is_typed_survives_an_ended_session(js: bool, house: Served, opens: Opens) -> None:
    """Sent after the session had ended, it comes back after the sign-in, to be looked at and sent."""
    window = opens(house, "unit", size="phone", js=js)
    window.expect("401", "403")  # sign in first; then: look at it again
    page = window.go(SAYS)
    page.locator("textarea").fill("Xin thêm mẫu biểu")
    house.clock.on(days=60)
    press(page, t("desk.send"))
    expect(page.locator("main")).to_contain_text(t("desk.kept"))
    before = len(house.entries())
    sign_in(page, house, "unit", code=False)
    expect(page.locator("main")).to_contain_text("Xin thêm mẫu biểu")
    assert len(house.entries()) == before
    press(page, t("desk.send_again"))
    expect(page.get_by_role("status")).to_have_text(t("desk.recorded_noted"))
    (entry,) = house.entries()[before:]
    assert (entry.kind, entry.recorded_by) == ("noted", "unit")


@SCRIPTS
def test_the_other_language_stays(js: bool, house: Served, opens: Opens) -> None:
    """One tap, on any page; the pages that follow keep it, and say so to what reads them aloud."""
    page = opens(house, "unit", size="phone", js=js).go("/don-vi/truong")
    follow(page, t("desk.other_language"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    follow(page, say("desk.history", "en"))
    expect(page.get_by_role("heading", level=1)).to_have_text(say("desk.history", "en"))
    follow(page, say("desk.other_language", "en"))
    expect(page.locator("html")).to_have_attribute("lang", "vi")
