"""Cases on the desk: opened, followed and handed on by those who are named, and for everybody else not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import BytesIO
from urllib.parse import quote

import pytest
from pypdf import PdfWriter

from tests.usecases import small
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import House, built
from texts import say
from usecases import accounts, events, sync, verify
from usecases.roles import ROLES
from web.desk import PAGES
from web.desk.routing import routes

for name in PAGES:
    import_module(f"web.desk.{name}")

OPEN = "/don-vi/a/vu-viec"
CODE = "vv-2025-271828"
PATH = f"/vu-viec/vu-viec/a/{CODE}"
MARKS = (CODE, "Báo cáo vụ việc")
"""What would tell of the case: its code, and the title that only it bears where states are told."""


def blank_pdf() -> bytes:
    """A document of one empty page."""
    writer, made = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(made)
    return made.getvalue()


def id_of(house: House, login: str) -> str:
    """The id of an account."""
    from models.account import by_login
    from models.session import reading

    with reading(house.engine) as session:
        row = by_login(session, login)
    assert row is not None
    return str(row.id)


@contextmanager
def with_case(house: House) -> Iterator[Browser]:
    """A case that only the account `mo` of unit a sees; its browser."""
    house.account("unit", unit="a", login="mo")
    events.open_event(
        house.engine,
        task="vu-viec",
        at=small.at("2025-05-20", 8),
        ref=CODE,
        now=house.clock.now,
        recorded_by="mo",
        named=(id_of(house, "mo"),),
    )
    yield house.session("mo")


@pytest.fixture
def opener(house: House) -> Iterator[Browser]:
    with with_case(house) as browser:
        yield browser


@pytest.fixture(scope="module")
def others(
    sqlite_template: object, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[House, dict[str, Browser]]]:
    """A house with a case, and a browser of every role that is not named to it; those of a unit are of the case's."""
    with built(sqlite_template, tmp_path_factory.mktemp("cases")) as house, with_case(house):  # type: ignore[arg-type]
        browsers = {}
        for role in ROLES:
            unit = "a" if role in ("unit", "head", "monitor") else None
            browsers[role] = house.session(house.account(role, unit=unit, login=f"khac-{role}"))
        yield house, browsers | {"link": house.by_link("a"), "nobody": house.browser()}


def paths() -> list[tuple[str, str]]:
    """Every route, at the address that it has for the case."""
    values = {"unit": "a", "task": "vu-viec", "of": "a", "period": CODE, "sha256": "0" * 64}
    return [
        (each.method, re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "khong-co"), each.path))
        for each in routes.routes
    ]


@pytest.mark.parametrize("role", [*ROLES, "link", "nobody"])
def test_no_page_shows_a_case_to_who_is_not_named(others: tuple[House, dict[str, Browser]], role: str) -> None:
    """Every route with every role: neither the code nor the address of a file of it, on any page or refusal."""
    house, browsers = others
    browser = browsers[role]
    before = house.entries()
    for method, path in paths():
        if path in ("/ra", "/phien") or path.startswith("/mo/"):
            continue  # they end the session of this test
        if method == "GET":
            answers = [browser.get(path), browser.get(f"{path}?q={CODE}&as_of=2025-05-20")]
        else:
            token = form_fields(browser.get(path)).get("form_token", "")
            filled = {"viec": f"vu-viec/a/{CODE}", "act": "confirm", "document": "1/BC", "note": "thử", "seen": "1"}
            answers = [browser.post(path, {"form_token": token, **filled})]
        for answer in answers:
            said = answer.text.replace(f"/{CODE}", "").replace(f"q={CODE}", "").replace(f'value="{CODE}"', "")
            assert CODE not in said, (method, path)
            assert answer.status_code < 500, (method, path)
    assert [row for row in house.entries()[len(before) :] if row.period == CODE] == []


@pytest.mark.parametrize("role", [each for each in ROLES if each != "city"])
def test_a_case_of_others_and_no_case_are_one_page(others: tuple[House, dict[str, Browser]], role: str) -> None:
    """Status, headers and body are the same but for the address that was asked for."""
    _, browsers = others
    browser = browsers[role]

    def seen(path: str, post: bool) -> tuple[int, set[str], str]:
        token = form_fields(browser.get("/vu-viec"), "/ra")["form_token"]
        filled = {"form_token": token, "act": "note", "note": "x", "seen": "1"}
        answer = browser.post(path, filled) if post else browser.get(path)
        body = answer.text.replace(quote(path), "@").replace(path, "@")
        return answer.status_code, set(answer.headers), re.sub(r'value="[\w=.-]{40,}"', "token", body)

    for post in (False, True):
        real, none = seen(PATH, post), seen("/vu-viec/vu-viec/a/vv-2025-000000", post)
        assert real == none == (404, real[1], real[2])
    assert seen(f"{PATH}/tep/{'0' * 64}", False)[0] == 404


def test_the_board_cannot_decide_on_a_case(others: tuple[House, dict[str, Browser]]) -> None:
    """Confirming a case by its id, and an id that was never given, are refused in the same words."""
    _, browsers = others
    browser = browsers["monitor"]
    token = form_fields(browser.get("/bang"), "/ra")["form_token"]
    said = []
    for id in (f"vu-viec/a/{CODE}", "vu-viec/a/vv-2025-000000"):
        for path, act in (("/bang/quyet-dinh", "confirm"), ("/bang/gia-han", "grant")):
            answer = browser.post(path, {"form_token": token, "viec": id, "act": act, "document": "1/QĐ"})
            text = re.sub(r'value="[\w=.-]{40,}"', "token", answer.text).replace(id, "@")
            said.append((path, answer.status_code, text))
    assert said[:2] == said[2:]


def test_a_case_is_opened_followed_and_handed_on(house: House) -> None:
    """Open it with the head named, note, report with a document, name the chair, and stop following oneself."""
    house.account("unit", unit="a", login="mo")
    house.account("head", unit="a", login="truong")
    house.account("chair", login="ct")
    opener, head, chair = house.session("mo"), house.session("truong"), house.session("ct")
    answer = opener.send(
        OPEN, {"task": "vu-viec", "on": "2025-05-19", "time": "14:30", "named": id_of(house, "truong")}
    )
    assert answer.status_code == 303
    path = answer.headers["location"].partition("?")[0]
    page = opener.get(answer.headers["location"])
    assert "14:30 19/05/2025" in page.text
    assert "21/05/2025" in page.text  # two working days from the event
    assert "Điều 9" in page.text
    assert head.get(path).status_code == 200
    assert chair.get(path).status_code == 404
    assert opener.send(path, {"act": "name", "to": id_of(house, "ct")}).status_code == 303
    assert chair.get(path).status_code == 200
    assert opener.send(path, {"act": "note", "note": "Đã lập biên bản"}).status_code == 303
    assert opener.send(path, {"act": "report", "document": "12/BC-UBND", "note": ""}).status_code == 303
    assert "12/BC-UBND" in head.get(path).text
    assert "Đã lập biên bản" in chair.get(path).text
    gone = opener.send(path, {"act": "end", "to": id_of(house, "mo")})
    assert gone.headers["location"] == "/vu-viec"
    assert opener.get(path).status_code == 404
    assert path not in opener.get("/vu-viec").text
    assert path in head.get("/vu-viec").text
    kinds = [row.kind for row in house.entries()]
    assert kinds == ["event_opened", "named", "named", "named", "noted", "reported", "unnamed"]


def test_who_is_named_no_longer_loses_sight_at_once(house: House, opener: Browser) -> None:
    """With the next request, in a browser that is signed in and has the page open; a form from it writes nothing."""
    house.account("inspector", login="tt")
    inspector = house.session("tt")
    opener.send(PATH, {"act": "name", "to": id_of(house, "tt")})
    fields = form_fields(inspector.get(PATH))
    opener.send(PATH, {"act": "end", "to": id_of(house, "tt")})
    before = house.written()
    assert inspector.get(PATH).status_code == 404
    assert inspector.post(PATH, fields | {"act": "note", "note": "vẫn còn"}).status_code == 404
    assert house.written() == before


def test_a_disabled_account_sees_nothing(house: House, opener: Browser) -> None:
    """Who left is signed out; the head of the unit is offered the case without being told which it is."""
    house.account("head", unit="a", login="truong")
    head = house.session("truong")
    accounts.disable(house.engine, login="mo", now=house.clock.now, by="thử")
    assert opener.get(PATH).status_code == 303
    page = head.get("/vu-viec")
    assert not any(mark in page.text for mark in MARKS)
    assert "1 vụ việc chưa có ai theo dõi" in page.text
    assert head.get(PATH).status_code == 404
    assert head.post("/vu-viec", form_fields(page)).status_code == 303
    assert head.get(PATH).status_code == 200


def test_a_signed_link_opens_no_case_and_offers_none(house: House) -> None:
    """Even of the unit that holds it: a link is passed on. Its pages do not lead to cases either."""
    with with_case(house):
        browser = house.by_link("a")
        assert browser.get(PATH).status_code == 403
        assert browser.get("/vu-viec").status_code == 403
        assert browser.get(OPEN).status_code == 403
        token = form_fields(browser.get("/don-vi/a"), "/ra")["form_token"]
        before = house.written()
        for path in (PATH, "/vu-viec", OPEN):
            assert browser.post(path, {"form_token": token, "act": "note", "note": "x"}).status_code == 403
        assert house.written() == before
        assert "vu-viec" not in browser.get("/don-vi/a").text


def test_words_that_may_tell_who_it_is_are_asked_about_once(house: House, opener: Browser) -> None:
    """The warning writes nothing and keeps what was typed; recording it once more is the writer's word."""
    before = house.written()
    answer = opener.send(PATH, {"act": "note", "note": "đã gặp cháu Lan, 0912345678"})
    assert answer.status_code == 200
    assert "có thể cho biết" in answer.text
    assert "đã gặp cháu Lan, 0912345678" in answer.text
    assert house.written() == before
    fields = {name: value for name, value in form_fields(answer).items() if value}
    again = opener.post(PATH, fields | {"act": "note", "note": "đã gặp cháu Lan, 0912345678", "seen": "1"})
    assert again.status_code == 303


def test_a_photograph_of_a_case_is_refused(house: House, opener: Browser) -> None:
    """By its content, whatever its name."""
    fields = form_fields(opener.get(PATH))
    picture = b"\xff\xd8\xff\xe0" + b"\0" * 100
    answer = opener.post(PATH, fields | {"act": "report", "document": "1/BC"}, files={"file": ("bao-cao.pdf", picture)})
    assert answer.status_code == 400
    assert [row.kind for row in house.entries()] == ["event_opened", "named"]


def test_a_file_of_a_case_opens_for_the_named_alone(house: House, opener: Browser) -> None:
    """A document sent with the report: to its people, not by the unit's own address of files, nor to the office."""
    house.account("office")
    fields = form_fields(opener.get(PATH)) | {"act": "report", "document": "1/BC"}
    body = blank_pdf()
    assert opener.post(PATH, fields, files={"file": ("bc.pdf", body)}).status_code == 303
    found = re.search(r'href="([^"]*/tep/([0-9a-f]{64}))"', opener.get(PATH).text)
    assert found is not None
    assert opener.get(found[1]).content == body
    assert opener.get(f"/don-vi/a/tep/{found[2]}").status_code == 404
    assert house.session("office").get(found[1]).status_code == 404


def test_the_same_form_sent_twice_opens_one_case(house: House) -> None:
    """A double tap; and a code never says what was typed, since nothing is."""
    house.account("unit", unit="a", login="mo")
    opener = house.session("mo")
    fields = form_fields(opener.get(OPEN)) | {"task": "vu-viec", "on": "2025-05-19", "time": "8h05"}
    first, second = opener.post(OPEN, fields), opener.post(OPEN, fields)
    assert first.headers["location"] == second.headers["location"]
    assert len(house.entries()) == 2


def test_the_office_opens_for_a_unit_and_says_how_it_heard(house: House) -> None:
    """Its word is the unit's, the way is asked for, and the office's account follows the case."""
    office = house.session(house.account("office"))
    typed = {"task": "vu-viec", "on": "2025-05-19", "time": "08:00"}
    assert office.send(OPEN, typed).status_code == 400
    assert office.send(OPEN, typed | {"time": "25:00", "channel": "phone"}).status_code == 400
    answer = office.send(OPEN, typed | {"channel": "phone"})
    assert answer.status_code == 303
    opened = house.entries()[0]
    assert (opened.declared_by, opened.recorded_by, opened.channel) == ("a", "office", "phone")
    path = answer.headers["location"].partition("?")[0]
    assert office.send(path, {"act": "note", "note": "Đã báo quận"}).status_code == 400  # how did the unit say it?
    assert office.send(path, {"act": "note", "note": "Đã báo quận", "channel": "phone"}).status_code == 303


def test_what_is_typed_about_a_case_is_not_kept_in_the_browser(opener: Browser) -> None:
    """The script that keeps forms keeps none of these."""
    assert "data-keep=" not in opener.get(PATH).text
    assert "data-keep=" not in opener.get(OPEN).text


# ---- more time


def days(house: House) -> tuple[str, ...]:
    return tuple(row.kind for row in house.entries() if row.kind.startswith("extension"))


@pytest.fixture
def by_office(house: House) -> Iterator[Browser]:
    """As `opener`, in a plan where Văn phòng set the days of the case."""
    tasks = house.desk.home.parent / "nho-2025" / "tasks" / "01-a.yaml"
    old = "within: 2 working days, basis: law, article: Điều 9"
    small.edit(tasks, old, "within: 2 working days, basis: office, set_by: Văn phòng, reason: Để kịp báo cáo")
    sync.sync(house.engine, directory=tasks.parent.parent, overlay=None, now=house.clock.now, recorded_by="thử")
    with with_case(house) as browser:
        yield browser


def test_more_time_is_asked_for_and_granted_on_the_cases_page(house: House, by_office: Browser) -> None:
    """By its unit; granted by who set the day once they are named, with a document; the first day stays in sight."""
    assert by_office.send(PATH, {"act": "ask", "note": "Chờ kết luận"}).status_code == 400  # until when?
    assert by_office.send(PATH, {"act": "grant", "until": "2025-05-30", "document": "1/UBND"}).status_code == 400
    ask = {"act": "ask", "until": "2025-05-30", "note": "Chờ kết luận"}
    page = by_office.get(by_office.send(PATH, ask).headers["location"])
    assert say("cases.done_extension_asked", "vi") in page.text
    assert "30/05/2025" in page.text and 'id="grant"' not in page.text and 'id="ask"' not in page.text
    office = house.session(house.account("office"))
    grant = {"act": "grant", "until": "2025-05-29", "document": "12/UBND"}
    assert office.post(PATH, form_fields(office.get("/vu-viec"), "/ra") | grant).status_code == 404
    by_office.send(PATH, {"act": "name", "to": id_of(house, "office")})
    assert 'id="grant"' in office.get(PATH).text
    assert office.send(PATH, grant | {"document": ""}).status_code == 400  # another day than was asked for
    assert office.send(PATH, grant).status_code == 303
    page = by_office.get(PATH)
    assert (
        "Hạn ban đầu" in page.text
        and "22/05/2025" in page.text
        and "29/05/2025" in page.text
        and "12/UBND" in page.text
    )
    assert days(house) == ("extension_asked", "extension_granted")
    assert verify.verify(house.engine).faults == []


def test_more_time_is_refused_with_a_reason(house: House, by_office: Browser) -> None:
    """Who set the day says why; the request is gone, the day stands."""
    by_office.send(PATH, {"act": "ask", "until": "2025-05-30", "note": "Chờ kết luận"})
    office = house.session(house.account("office"))
    by_office.send(PATH, {"act": "name", "to": id_of(house, "office")})
    assert office.send(PATH, {"act": "refuse", "note": ""}).status_code == 400
    assert office.send(PATH, {"act": "refuse", "note": "Phải báo ngay"}).status_code == 303
    assert 'id="ask"' in by_office.get(PATH).text
    assert days(house) == ("extension_asked", "extension_refused")


def test_a_day_of_law_has_no_form(house: House, opener: Browser) -> None:
    """The page says why; a form that somebody made is refused."""
    page = opener.get(PATH)
    assert "không gia hạn được" in page.text and 'id="ask"' not in page.text
    assert opener.send(PATH, {"act": "ask", "until": "2025-05-30", "note": "x"}).status_code == 400
    assert days(house) == ()
