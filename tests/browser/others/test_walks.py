"""What people do on the desk, done in Safari's engine and in Firefox: the walks of ../test_walks.py and their like."""

from __future__ import annotations

import json
from base64 import b64decode
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.browser import js_libraries, ward
from tests.browser.others.conftest import Opens
from tests.browser.others.driver import Refused
from tests.browser.others.window import Window, quoted
from tests.browser.ward import PDF, Served, Template
from tests.web.desk.conftest import PASSWORD
from texts import say
from usecases import signed_links
from usecases.second_factor import STEP_SECONDS

t = partial(say, lang="vi")

SIZES = pytest.mark.parametrize("size", ["phone", "desktop"])
SCRIPTS = pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
VISIT = "tham-hoi-ngay-le/to-dan-pho-01/quoc-te-thieu-nhi"
REPORT = f"/don-vi/to-dan-pho-01/bao/{VISIT}"
SAYS = "/don-vi/truong/nhan/cap-nhat/truong/dot-2"


def sign_in(window: Window, house: Served, login: str, *, code: bool = True) -> None:
    """Fill in the sign-in that stands on the page, one time step after the code that was used last."""
    house.clock.on(seconds=STEP_SECONDS)
    window.fill(t("desk.login"), login)
    window.fill(t("desk.password"), PASSWORD)
    if code:
        window.fill(t("desk.code"), house.code(login))
    window.press(t("desk.sign_in"))


@SIZES
@SCRIPTS
def test_signing_in_with_a_second_factor(size: str, js: bool, house: Served, opens: Opens) -> None:
    """Password and the telephone's code lead to the page that was asked for; a wrong code leads nowhere."""
    window = opens(house, size=size, js=js)
    window.go("/hop")
    window.comes_to("/vao?tiep=%2Fhop")
    window.fill(t("desk.login"), "office")
    window.fill(t("desk.password"), PASSWORD)
    window.fill(t("desk.code"), "000000")
    window.press(t("desk.sign_in"))
    window.sees("[role=alert]", t("desk.wrong"))
    sign_in(window, house, "office")
    window.comes_to("/hop")
    window.press(t("desk.sign_out"))
    window.comes_to("/vao")
    window.back()
    window.until(lambda: window.path != "/hop" or t("board.meeting") not in window.text(), "read after signing out")


@SIZES
@SCRIPTS
def test_a_unit_reports_done_with_a_file(size: str, js: bool, house: Served, opens: Opens, tmp_path: Path) -> None:
    """By its signed link: one tap, then number, day, note and a file. Going back, the form is gone with what
    was typed; where WebKit without script shows it as it was left, sending it again records nothing twice."""
    file = tmp_path / "Biên bản.pdf"
    file.write_bytes(PDF)
    window = opens(house, size=size, js=js)
    window.go(f"/mo/{house.link('to-dan-pho-01').token}")
    window.sees("h1", "Tổ dân phố số 1")
    window.follow(t("desk.report_done"))
    window.sees(".as", t("desk.word_of", unit="Tổ dân phố số 1"))
    window.fill(t("desk.on_day"), "2025-05-19")
    window.fill(t("desk.document"), "12/BC-TDP")
    window.fill(t("desk.note"), "Đã thăm 14 cháu")
    window.fill(t("desk.file"), str(file))
    before = len(house.entries())
    window.press(t("desk.record"))
    window.sees("[role=status]", t("desk.recorded_reported"))
    (entry,) = house.entries()[before:]
    assert (entry.kind, str(entry.happened_on), entry.declared_by) == ("reported", "2025-05-19", "to-dan-pho-01")
    assert json.loads(entry.data)["document"] == "12/BC-TDP"
    (kept,) = house.desk.evidence.rglob(f"{json.loads(entry.data)['evidence']}*")
    assert kept.read_bytes() == PDF
    window.back()
    window.comes_to(REPORT)
    if not js and window.all("form[data-keep]"):
        window.press(t("desk.record"))
    window.sees("main", t("desk.already", day="19/05/2025"))
    assert window.all("form[data-keep]") == []
    assert len(house.entries()) == before + 1
    window.go("/don-vi/to-dan-pho-01/lich-su")
    window.sees("main", "Đã thăm 14 cháu")


@SIZES
@SCRIPTS
def test_a_check_in_is_one_sitting(size: str, js: bool, house: Served, opens: Opens) -> None:
    """Every line on one page, answered by taps; a planned line asks for its month, a done one for what proves it."""
    window = opens(house, size=size, js=js)
    window.go(f"/mo/{house.link('to-dan-pho-07').token}")
    window.follow(t("desk.start"))
    window.one("fieldset.line")
    count = len(window.all("fieldset.line"))
    before = len(house.entries())
    for n in range(1, count + 1):
        line = f"//fieldset[@id='line-{n}']"
        answer = {1: "done", 2: "planned"}.get(n, "nothing")
        window.click(f"{line}//label[normalize-space()={quoted(t(f'desk.answer_{answer}'))}]")
        if n == 1:
            window.fill(t("desk.proof"), "05/BC-TDP7", within=line)
            assert not any(window.shown(each) for each in window.all(f"{line}//select"))
        if n == 2:
            window.fill(t("desk.month"), "2025-06", within=line)
    window.press(t("desk.record"))
    window.sees("[role=status]", t("desk.recorded_answered"))
    assert [entry.kind for entry in house.entries()[before:]] == ["answered"] * count


def test_a_signed_link_shows_before_it_does(house: Served, opens: Opens) -> None:
    """Opened and looked at it writes nothing; what the form will record is said above it; revoked, it opens nothing."""
    token = house.link("to-dan-pho-01").token
    before = house.written()
    window = opens(house)
    window.go(f"/mo/{token}")
    window.follow(t("desk.report_done"))
    window.sees(".as", t("desk.word_of", unit="Tổ dân phố số 1"))
    assert house.written() == before
    window.press(t("desk.record"))
    window.sees("[role=status]", t("desk.recorded_reported"))
    (link,) = signed_links.listed(house.engine, unit="to-dan-pho-01")
    signed_links.revoke(house.engine, id=link["id"], now=house.clock.now, by="thử")
    window.go(f"/mo/{token}")
    window.sees("main", t("desk.link_over"))


@SIZES
@SCRIPTS
def test_the_office_decides_on_its_board(size: str, js: bool, house: Served, opens: Opens) -> None:
    """A report returned with a reason, the others confirmed at once, more time granted."""
    house.report(VISIT)
    window = opens(house, "office", size=size, js=js)
    window.go("/bang")
    before = len(house.entries())
    window.unfold(t("board.look_and_confirm"))
    window.unfold(t("board.return_some"))
    window.click("//label[contains(., 'Tổ dân phố số 9')]//input[@type='checkbox'] | //input[@type='checkbox']"
                 "[contains(@aria-label, 'Tổ dân phố số 9')]")  # fmt: skip
    window.fill(t("board.return_reason"), "Thiếu danh sách kèm theo")
    window.press(t("board.return"))
    window.sees("[role=status]", t("board.did_returned", count=1))
    window.unfold(t("board.look_and_confirm"))
    boxes = window.all(".pick input[type=checkbox]")
    for box in boxes:
        window.click(box)
    window.press(t("board.confirm"))
    window.sees("[role=status]", t("board.did_confirmed", count=len(boxes)))
    window.unfold(t("board.grant"))
    window.press(t("board.grant"))
    window.sees("[role=status]", t("board.did_granted", count=1))
    kinds = [entry.kind for entry in house.entries()[before:]]
    assert kinds == ["returned", *["confirmed"] * len(boxes), "extension_granted"]


@SIZES
@SCRIPTS
def test_any_day_is_asked_again_by_the_date_picker(size: str, js: bool, house: Served, opens: Opens) -> None:
    """A day of the past shows its own figures in every view, and leads back to today."""
    window = opens(house, "office", size=size, js=js)
    window.go("/bang")
    today = window.text(".cells")
    window.fill(t("board.as_of"), "2025-04-20")
    window.press(t("board.see"))
    window.sees("p.as", t("board.past", day="20/04/2025"))
    assert window.text(".cells") != today
    for view in ("document", "year", "targets", "meeting"):
        if size == "phone":
            window.unfold(t("desk.menu"))
        window.follow(t(f"board.{view}"))
        window.sees("p.as", t("board.past", day="20/04/2025"))
        assert window.value("[name=as_of]") == "2025-04-20"
    window.follow(t("board.today"))
    window.until(lambda: window.value("[name=as_of]") == "2025-05-20", "still in the past")


def test_what_is_typed_survives_a_lost_connection(template: Template, tmp_path: Path, opens: Opens) -> None:
    """The desk answers no more while a form is sent: opened again the words are there; once recorded, they are
    forgotten, and going back brings neither them nor a form that looks unsent."""
    house = ward.copied(template, tmp_path / "home")
    with ward.answering(house):
        window = opens(house, "unit")
        window.go(SAYS)
        window.put(window.one("textarea"), "Xin thêm mẫu biểu")
    with suppress(Refused):  # Firefox says that it could not
        window.press(t("desk.send"))
    window.until(lambda: not window.all("form[data-keep]"), "the browser never said that nobody answers")
    with ward.answering(house, int(house.address.rpartition(":")[2])):
        window.go(SAYS)
        window.until(lambda: window.value("textarea") == "Xin thêm mẫu biểu", "what was typed is lost")
        window.one("[data-kept-note]")
        before = len(house.entries())
        window.press(t("desk.send"))
        window.sees("[role=status]", t("desk.recorded_noted"))
        assert [entry.kind for entry in house.entries()[before:]] == ["noted"]
        window.back()
        window.comes_to(SAYS)
        window.until(lambda: window.value("textarea") == "", "the form looks as if it had not been sent")
        window.go(SAYS)
        assert window.value("textarea") == ""
    house.desk.engine.dispose()


@SCRIPTS
def test_what_is_typed_survives_an_ended_session(js: bool, house: Served, opens: Opens) -> None:
    """Sent after the session had ended, it comes back after the sign-in, to be looked at and sent."""
    window = opens(house, "unit", js=js)
    window.go(SAYS)
    window.put(window.one("textarea"), "Xin thêm mẫu biểu")
    house.clock.on(days=60)
    window.press(t("desk.send"))
    window.sees("main", t("desk.kept"))
    before = len(house.entries())
    sign_in(window, house, "unit", code=False)
    window.sees("main", "Xin thêm mẫu biểu")
    assert len(house.entries()) == before
    window.press(t("desk.send_again"))
    window.sees("[role=status]", t("desk.recorded_noted"))
    (entry,) = house.entries()[before:]
    assert (entry.kind, entry.recorded_by) == ("noted", "unit")


def test_a_file_that_is_too_large_is_not_sent(house: Served, opens: Opens, tmp_path: Path) -> None:
    """Said at once, where the file was chosen; it is taken out and another one stays."""
    small, large = tmp_path / "small.pdf", tmp_path / "large.pdf"
    small.write_bytes(PDF)
    large.write_bytes(b"%PDF-" + bytes(20 * 1024 * 1024))
    window = opens(house)
    window.go(f"/mo/{house.link('to-dan-pho-01').token}")
    window.go(REPORT)
    window.fill(t("desk.file"), str(large))
    said = "return document.querySelector('[name=file]').validationMessage"
    window.until(lambda: "20 MB" in window.run(said), "nothing said of the file")
    window.fill(t("desk.file"), str(small))
    window.until(lambda: len(window.all("[data-chosen] li")) == 2, "the second file took the first one's place")
    window.click("[data-chosen] button")
    window.until(lambda: window.run(said) == "", "still said of a file that is gone")
    assert window.run("return [...document.querySelector('[name=file]').files].map((each) => each.name)") == [
        "small.pdf"
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_unit_subscribes_to_its_calendar(dark: bool, house: Served, opens: Opens) -> None:
    """One press makes the link; its code is read off the screen, dark or light."""
    window = opens(house, "unit", dark=dark)
    assert window.run("return matchMedia('(prefers-color-scheme: dark)').matches") is dark
    window.go("/don-vi/truong/lich")
    window.press(t("desk.calendar_make"))
    address = window.run("return arguments[0].href", window.one(".card a.token"))
    assert address.startswith(f"{house.address}/lich/")
    window.until(lambda: seen_by_a_camera(window) == address, "no camera reads the code")
    window.click(".card a.token")
    window.comes_to(address.removeprefix(house.address))
    assert window.wrong(44) == []


_READ = """
const [png, done] = arguments, bytes = Uint8Array.from(atob(png.replace(/\\s/g, "")), (each) => each.charCodeAt(0));
createImageBitmap(new Blob([bytes], {type: "image/png"})).then((image) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  const flat = canvas.getContext("2d");
  flat.drawImage(image, 0, 0);
  const found = this.jsQR(flat.getImageData(0, 0, image.width, image.height).data, image.width, image.height);
  done(found && found.data);
}, (error) => done(String(error)));"""


def seen_by_a_camera(window: Window) -> str | None:
    """What jsQR reads in what the window shows; an image made from bytes is none that our policy forbids."""
    code = window.one(".card .qr svg")
    window.run("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", code)
    script = js_libraries.source("jsqr/dist/jsQR.js") + _READ
    read: str | None = window.wire("wait_run", script=script, args=[window.wire("picture")])
    return read


@SIZES
@SCRIPTS
def test_the_menu_opens(size: str, js: bool, standing: Served, opens: Opens) -> None:
    """It covers nothing of the page; a link in it leads on."""
    window = opens(standing, "office", size=size, js=js)
    window.go("/bang")
    window.click("details.menu summary")
    links = [each for each in window.all("details.menu a") if window.shown(each)]
    assert len(links) == (10 if size == "phone" else 4)
    below = window.run("return document.querySelector('h1').getBoundingClientRect().top")
    assert all(window.run("return arguments[0].getBoundingClientRect().bottom", each) <= below for each in links)
    window.click(links[-1])
    window.until(lambda: window.path != "/bang", "the menu leads nowhere")


@pytest.mark.parametrize("path", ["/bang", "/ca-nam"])
def test_a_telephone_shows_the_year_from_this_month(path: str, standing: Served, opens: Opens) -> None:
    """The names of units stay beside their weeks, the first of which is this month's."""
    window = opens(standing, "office")
    window.go(path)
    left = "return document.querySelector(arguments[0]).getBoundingClientRect()[arguments[1]]"
    edge = window.run(left, "ol.names", "right")
    assert abs(window.run(left, "#nay", "left") - edge) <= 1
    window.run("const view = document.querySelector('.year-view'); view.scrollLeft = view.scrollWidth")
    assert abs(window.run(left, "ol.names", "right") - edge) < 1


@pytest.mark.parametrize("drivers", ["firefox"], indirect=True)
@pytest.mark.parametrize(("path", "most"), [("/hop", 1), ("/bang", 3), ("/don-vi/to-dan-pho/phieu", 3)])
def test_pages_are_printed_on_few_sheets(path: str, most: int, standing: Served, opens: Opens) -> None:
    """A4 from Firefox; WebKit's driver cannot print."""
    window = opens(standing, "office", dark=True)
    window.go(path)
    size = {"width": 21.0, "height": 29.7}
    sheets = PdfReader(BytesIO(b64decode(window.wire("print", background=False, page=size))))
    assert len(sheets.pages) <= most
    assert window.text("h1")[:12] in "".join(each.extract_text() for each in sheets.pages)
