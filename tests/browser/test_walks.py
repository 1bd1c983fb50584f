"""What people do on the desk, done in a browser: on a telephone and at a desk, with JavaScript and without."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opens
from tests.browser.ward import PDF, Served
from tests.web.desk.conftest import PASSWORD
from texts import say
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


def follow(page: Page, words: str) -> None:
    page.get_by_role("link", name=words, exact=True).first.click()


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
