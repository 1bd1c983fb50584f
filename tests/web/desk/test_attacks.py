"""What somebody might try at the desk who means harm, or whose program is broken; each was tried by hand first."""

from __future__ import annotations

import hashlib
import logging
import re
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from io import StringIO
from pathlib import Path
from threading import Barrier
from time import sleep
from urllib.parse import urlencode

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.event import listen
from starlette.responses import Response

from models.session import writing
from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.files import PDF
from tests.web.conftest import serving
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import PASSWORD, House
from usecases import accounts, feeds, invitations, signing_in, sync
from web.desk.routing import ANYONE, Route, routes
from web.desk.visit import Visit
from web.limit import Limiter

NOTE = "/don-vi/cong-an/nhan/tuyen-truyen/cong-an/thang-6"


# Text that no database takes


@pytest.mark.parametrize(
    "path",
    [
        "/mo/%00" + "a" * 35,
        "/moi/%00",
        "/don-vi/%00",
        "/don-vi/cong-an/xem/%00/cong-an/thang-6",
        "/don-vi/cong-an/tep/%00",
        "/don-vi/cong-an/bao/tuyen-truyen/cong-an/a%00b",
    ],
)
def test_an_address_with_a_nul_is_none_of_ours(path: str, any_house: House) -> None:
    """PostgreSQL takes no NUL, and no id of ours has one: the page is not found, on every database."""
    assert any_house.by_link("cong-an").get(path).status_code == 404


def test_a_cookie_may_hold_anything(any_house: House) -> None:
    """A quoted cookie may bear octal escapes; it opens nothing and breaks nothing."""
    for cookie in (r'kehoach-link="\000\000"', r'kehoach="\000"', r'kehoach-form="\000\377"', 'kehoach-seen="9.9.9"'):
        page = any_house.browser().get("/vao", headers={"cookie": cookie})
        assert page.status_code == 200


@pytest.mark.parametrize("charset", ["utf-8", "unicode_escape", "utf-7", "undefined", "idna", "khong-co"])
def test_a_form_says_what_charset_it_will(charset: str, any_house: House) -> None:
    """Halves of characters and NULs are left out of what was typed; all else is kept."""
    browser = any_house.by_link("cong-an")
    token = form_fields(browser.get(NOTE))["form_token"]
    text = rb"loa\ud800\x00" if charset == "unicode_escape" else b"loa\0"
    parts = {"form_token": token.encode(), "note": text, "request_id": b"a1", "x\0\\ud800": b"y"}
    body = b"".join(
        b'--q\r\ncontent-disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (name.encode(), value)
        for name, value in parts.items()
    )
    headers = {"content-type": f"multipart/form-data; boundary=q; charset={charset}"}
    page = browser.client.post(NOTE, content=body + b"--q--\r\n", headers=headers)
    assert page.status_code in (303, 400, 403)
    if page.status_code == 303:
        assert "loa" in browser.get("/don-vi/cong-an/lich-su").text


@pytest.mark.parametrize("count", ["²", "٣", "1e9", "-1", "9" * 50])
def test_numbers_of_other_scripts_are_no_fault(count: str, house: House) -> None:
    """`str.isdigit` holds of «²», of which no number can be made."""
    office = house.session(house.account("office"))
    assert office.get("/don-vi/to/nhap/tham-hoi/thang-6", params={"xong": count}).status_code == 200
    assert office.send("/don-vi/to-01/duong-dan", {"days": count}).status_code in (200, 400)


def test_a_signed_link_has_one_spelling(house: House) -> None:
    """Letters that the decoder would pass over, padding, and every token cut short or changed in one place."""
    token = house.link("cong-an").token
    nobody = house.browser()
    wrong = [token[:-1], token + "=", token + "A", token[:12] + "!" + token[12:], token[:20] + "%20" + token[20:]]
    wrong += [token[:n] + ("A" if token[n] != "A" else "B") + token[n + 1 :] for n in range(len(token))]
    assert {nobody.get(f"/mo/{each}").status_code for each in wrong} == {404}
    assert nobody.get(f"/mo/{token}").status_code == 303


# Sessions


def held(house: House) -> AbstractContextManager[Connection]:
    """Another writer holds the database, and the desk does not wait long."""
    house.engine.dispose()
    listen(house.engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout=50"))
    return writing(house.engine)


def test_who_only_reads_is_let_in_while_nothing_can_be_written(house: House) -> None:
    """The use of a session is noted now and then; where another writer holds the database, the page still opens."""
    browser = house.session(house.account("unit"))
    house.clock.on(minutes=11)
    with held(house) as other:
        other.exec_driver_sql("UPDATE account SET name = name")
        assert browser.get("/don-vi/cong-an").status_code == 200
    assert browser.get("/don-vi/cong-an").status_code == 200


# Signing in


def enter(browser: Browser, login: str, password: str, code: str = "") -> int:
    """The status of one try."""
    fields = form_fields(browser.get("/vao"), "/vao")
    return browser.post("/vao", fields | {"login": login, "password": password, "code": code}).status_code


def test_nobody_is_locked_out_by_who_tries_their_login(house: House) -> None:
    """The chair's own browser signs in while others use up the tries of that login; a mark that was made up, or one of
    another login, is none.
    """
    chair, other = house.account("chair"), house.account("unit")
    desk = replace(house.desk, tries=Limiter(100), tries_of_login=Limiter(3, minutes=60))
    with serving(house.engine, desk=desk) as client:
        browser = Browser(client)
        house.clock.on(seconds=30)
        assert enter(browser, chair, PASSWORD, house.code(chair)) == 303
        mark = client.cookies["kehoach-known"]
        for login in (chair, other):
            while not desk.tries_of_login.refuse_for(f"login {login} "):
                pass  # from everywhere else
        house.clock.on(seconds=30)
        for wrong in ("", mark.partition(".")[0] + "." + "0" * 64, "x.y", mark[::-1]):
            client.cookies.clear()
            client.cookies.set("kehoach-known", wrong)
            assert enter(browser, chair, PASSWORD, house.code(chair)) == 429
        client.cookies.clear()
        client.cookies.set("kehoach-known", mark)
        assert enter(browser, other, PASSWORD) == 429
        assert enter(browser, chair, PASSWORD, house.code(chair)) == 303


def test_an_address_that_is_refused_counts_for_no_login(house: House) -> None:
    """One address that floods stops itself, not everybody who has that login."""
    login = house.account("unit")
    desk = replace(house.desk, tries=Limiter(2, minutes=60), tries_of_login=Limiter(60, minutes=60))
    with serving(house.engine, desk=desk) as client:
        browser = Browser(client)
        assert [enter(browser, login, "sai mat khau nay") for _ in range(5)] == [401, 401, 429, 429, 429]
        who = f"login {login} "
        assert [desk.tries_of_login.refuse_for(who) > 0 for _ in range(59)] == [False] * 58 + [True]


def test_signing_in_again_ends_the_session_before(house: House) -> None:
    """In the same browser; a copy of the old cookie opens nothing, and other browsers stay."""
    login = house.account("unit")
    elsewhere, browser = house.session(login), house.browser()
    assert enter(browser, login, PASSWORD) == 303
    old = browser.client.cookies["kehoach"]
    assert enter(browser, login, PASSWORD) == 303
    assert browser.client.cookies["kehoach"] != old
    copy = house.browser()
    copy.client.cookies.set("kehoach", old)
    assert [each.get("/phien").status_code for each in (copy, browser, elsewhere)] == [303, 200, 200]


@pytest.mark.parametrize(
    "to", ["//[", "//[x]", "//\u2100", "/\t/[", "/\\[", "http://[", "//%5b", "/x\0y", "/" + "é" * 2000]
)
def test_where_to_go_afterwards_may_be_anything(to: str, house: House) -> None:
    """What is no address at all leads to the first page, and breaks nothing."""
    login, browser = house.account("unit"), house.browser()
    fields = form_fields(browser.get("/vao", params={"tiep": to}), "/vao")
    assert not fields["tiep"].startswith(("//", "http"))
    entered = browser.post("/vao", fields | {"tiep": to, "login": login, "password": PASSWORD})
    assert entered.status_code == 303
    assert not entered.headers["location"].startswith(("//", "http"))


# Accounts: what two do at the same moment


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each came to: its result, or the refusal that it met."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait()
        try:
            return act()
        except RequestRefused as refused:
            return refused.code

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_who_take_up_one_invitation_one_is_too_late(any_house: House) -> None:
    """The password that stands is that of the one who was told that it does."""
    house, now = any_house, any_house.clock.now
    made = accounts.add(house.engine, login="moi", name="Mới", roles=("unit",), unit="cong-an", now=now, made_by="thử")
    words = ("cau cua nguoi mot", "cau cua nguoi hai")
    took: list[Callable[[], object]] = [
        partial(
            invitations.take_up,
            house.engine,
            key=house.desk.key,
            token=made.token,
            password=each,
            again=each,
            code="",
            now=now,
        )
        for each in words
    ]
    came_to = at_once(*took)
    assert came_to.count("account.invitation_over") == 1
    right = words[0 if came_to[1] == "account.invitation_over" else 1]
    signing_in.sign_in(house.engine, key=house.desk.key, login="moi", password=right, code="", now=now)


def test_a_code_opens_one_session_even_at_the_same_moment(any_house: House) -> None:
    """RFC 6238 section 5.2, on both databases."""
    house = any_house
    login = house.account("chair")
    house.clock.on(seconds=30)
    enter_now = partial(
        signing_in.sign_in,
        house.engine,
        key=house.desk.key,
        login=login,
        password=PASSWORD,
        code=house.code(login),
        now=house.clock.now,
    )
    assert sorted(each == "account.wrong" for each in at_once(*[enter_now] * 4)) == [False, True, True, True]


def test_a_login_is_added_once_even_at_the_same_moment(any_house: House) -> None:
    """The second is told that it is taken."""
    add = partial(
        accounts.add,
        any_house.engine,
        login="moi",
        name="Mới",
        roles=("chair",),
        now=any_house.clock.now,
        made_by="thử",
    )
    assert sorted(each == "account.login_taken" for each in at_once(add, add, add)) == [False, True, True]


def test_somebody_who_can_invite_is_always_left(any_house: House) -> None:
    """Nobody disables the last account of the office, nor do two disable each other."""
    house = any_house
    house.account("office", login="mot")
    disable = partial(accounts.disable, house.engine, now=house.clock.now)
    assert at_once(partial(disable, login="mot", by="mot")) == ["account.last_office"]
    house.account("office", login="hai")
    done = at_once(partial(disable, login="mot", by="hai"), partial(disable, login="hai", by="mot"))
    assert sorted(map(str, done)) == ["None", "account.last_office"]
    standing = [each for each in accounts.listed(house.engine) if each["state"] == "active"]
    assert len(standing) == 1


def test_a_login_has_an_end(house: House) -> None:
    """A very long one would make a QR code that cannot be drawn, for good."""
    with pytest.raises(RequestRefused) as refused:
        invite = partial(accounts.add, house.engine, name="x", roles=("chair",), now=house.clock.now, made_by="thử")
        invite(login="a" * 65)
    assert refused.value.code == "account.bad_login"
    assert house.browser().get(f"/moi/{invite(login='a' * 64).token}").status_code == 200


# What fails outside, and what logs keep of it


def test_what_was_typed_outlives_a_busy_database(house: House) -> None:
    """The page says so with 503, names no path, shows what was typed, and sent from there it is recorded once."""
    browser = house.by_link("cong-an")
    fields = form_fields(browser.get(NOTE)) | {"note": "Xin thêm loa"}
    with held(house) as other:
        other.exec_driver_sql("UPDATE account SET name = name")
        page = browser.post(NOTE, fields)
    assert page.status_code == 503
    assert "Xin thêm loa" in page.text
    assert "kehoach.db" not in page.text
    assert house.entries() == []
    for _ in range(2):
        assert browser.post(NOTE, form_fields(page, NOTE)).status_code == 303
    assert len(house.entries()) == 1


def test_what_was_typed_outlives_a_database_that_is_away(house: House, tmp_path: Path) -> None:
    """Even who it is cannot be told; the text is not lost."""
    browser = house.by_link("cong-an")
    fields = form_fields(browser.get(NOTE)) | {"note": "Xin thêm loa"}
    house.engine.dispose()
    (tmp_path / "kehoach.db").rename(tmp_path / "away.db")
    page = browser.post(NOTE, fields)
    (tmp_path / "away.db").rename(tmp_path / "kehoach.db")
    assert page.status_code == 503
    assert str(tmp_path) not in page.text
    again = browser.post(NOTE, form_fields(page, NOTE))
    assert again.status_code == 403
    assert browser.post(NOTE, form_fields(again, NOTE)).status_code == 303
    assert len(house.entries()) == 1


def test_who_leaves_in_the_middle_of_a_form_is_no_fault(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """A telephone loses its line while it sends a file: nothing is recorded and no fault is logged."""
    browser = house.by_link("cong-an")
    cookie = f"kehoach-link={browser.client.cookies['kehoach-link']}"
    url = browser.client.base_url
    with socket.create_connection((url.host, url.port or 0), timeout=5) as line:
        head = f"POST {NOTE} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\ncontent-length: 9999\r\n"
        line.sendall(f"{head}content-type: application/x-www-form-urlencoded\r\n\r\nnote=xin".encode())
    house.browser().get("/vao")
    sleep(0.2)
    assert house.entries() == []
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_fault_in_the_log_has_places_and_no_words(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither our log nor the server's has what somebody typed, though the exceptions name it."""
    secret = "chuyện riêng của em"

    def broken(_: Visit) -> Response:
        try:
            int(secret)
        except ValueError:
            with writing(house.engine) as connection:
                connection.execute(text("INSERT INTO entry (office, plan) VALUES (:a, :a)"), {"a": secret})
        raise AssertionError

    monkeypatch.setattr(routes, "routes", [*routes.routes, Route("GET", "/hong", ANYONE, broken, of_unit=False)])
    stream = StringIO()
    handlers = {name: logging.StreamHandler(stream) for name in ("kehoach.web", "uvicorn.error")}
    for name, handler in handlers.items():  # whatever another test's server made of the loggers
        caplog.set_level(logging.ERROR, logger=name)
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
        logging.getLogger(name).addHandler(handler)
    with serving(house.engine, desk=house.desk) as client:
        assert client.get("/hong").status_code == 500
    for name, handler in handlers.items():
        logging.getLogger(name).removeHandler(handler)
    kept = stream.getvalue() + caplog.text
    assert "Exception in ASGI application" in kept
    assert kept.count("in broken") >= 2
    assert secret not in kept


# What any client may say in a header


@pytest.mark.parametrize("host", ["[", "x/evil?", "a" * 3000, 'x"><script>alert(1)</script>', "x:99999999", "", "é"])
def test_a_host_header_may_be_anything(host: str, house: House) -> None:
    """Pages open, forms lead to themselves, and the addresses that are handed out are no other host's markup."""
    office = house.session(house.account("office"))
    headers = {b"host": host.encode("latin-1", "replace")}
    for path in ("/tai-khoan", "/bang", "/khong-co", "/don-vi/to-01/duong-dan", "/don-vi/cong-an"):
        page = office.client.get(path, headers=headers)
        assert page.status_code in (200, 400, 404), path
        assert "<script>alert" not in page.text
    form = form_fields(office.get("/don-vi/to-01/duong-dan")) | {"days": "3"}
    made = office.client.post("/don-vi/to-01/duong-dan", data=form, headers=headers)
    assert made.status_code in (200, 400)
    assert "<script>alert" not in made.text
    late = office.client.post(NOTE, data={"note": "x"}, headers=headers)
    assert late.status_code in (400, 403)
    assert late.status_code == 400 or f'action="{NOTE}"' in late.text


GUARDS = ("content-security-policy", "x-content-type-options", "referrer-policy", "x-frame-options", "cache-control")


def test_refusals_bear_the_same_headers(house: House) -> None:
    """404, 405, 411, 413, 400, 403, 401, 303, a static file and one that is not there; over https with HSTS too."""
    unit, nobody = house.by_link("cong-an"), house.browser()
    answers = [
        *(nobody.get(path) for path in ("/khong-co", "/", "/don-vi/a", "/static/khong-co.css", "/static/desk.css")),
        *(nobody.client.request(method, "/vao") for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")),
        unit.client.post(NOTE, content=iter([b"x"])),
        unit.client.post(NOTE, content=b"x", headers={"content-type": "multipart/form-data"}),
        unit.client.post(NOTE, data={"note": "x"}, headers={"sec-fetch-site": "cross-site"}),
        unit.post(NOTE, {"note": "x"}),
        nobody.post(NOTE, {"note": "x"}),
        unit.get("/bang"),
    ]
    assert {each.status_code for each in answers} == {404, 405, 411, 400, 403, 401, 303, 200}
    for each in answers:
        assert [name for name in GUARDS if name not in each.headers] == [], each
        assert "no-store" in each.headers["cache-control"] or each.request.url.path.startswith("/static/")


def test_head_answers_as_get_and_writes_nothing(house: House) -> None:
    """Mail scanners ask with HEAD, for links too."""
    office, token = house.session(house.account("office")), house.link("cong-an").token
    before = house.written()
    pages = ("/", "/vao", "/bang", "/don-vi", "/don-vi/cong-an", "/tai-khoan", "/phien", "/khong-co", f"/mo/{token}")
    for path in pages:
        head, get = office.client.head(path), house.browser().get(path) if "/mo/" in path else office.get(path)
        assert (head.status_code, head.content) == (get.status_code, b""), path
        office.client.cookies.delete("kehoach-link") if "/mo/" in path else None
    assert house.written() == before


def test_an_account_whose_unit_is_no_more_opens_nothing_of_units(house: House) -> None:
    """A later plan does not know the unit any more: its account meets a page, not a fault."""
    login = house.account("unit")
    with writing(house.engine) as connection:
        connection.execute(text("UPDATE account SET unit = 'da-giai-the'"))
    browser = house.session(login)
    to = browser.get("/").headers["location"]
    assert browser.get(to).status_code == 404
    assert browser.get("/don-vi/cong-an").status_code == 404


def test_the_way_by_which_the_office_was_told_is_never_the_desk(house: House) -> None:
    """Whoever enters for a unit names how the unit said it; a form of one's own making cannot leave that open."""
    office = house.session(house.account("office"))
    for channel in ("desk", "cli", "", "x"):
        assert office.send(NOTE, {"note": "x", "channel": channel}).status_code == 400
    assert house.entries() == []
    assert office.send(NOTE, {"note": "x", "channel": "phone", "by": "a", "declared_by": "a"}).status_code == 303
    (entry,) = house.entries()
    assert (entry.declared_by, entry.recorded_by, entry.channel) == ("cong-an", "office", "phone")


def test_what_is_too_long_is_said_and_not_cut(house: House) -> None:
    """Nobody's words are recorded in part without their knowing."""
    browser = house.by_link("cong-an")
    page = browser.send(NOTE, {"note": "x" * 4001})
    assert page.status_code == 400
    assert "x" * 4001 in page.text
    assert house.entries() == []
    assert browser.send(NOTE, {"note": "x" * 3999 + "\r\n"}).status_code == 303
    done = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
    assert browser.send(done, {"document": "1/" + "x" * 200}).status_code == 400


# Two offices in one database


@pytest.fixture
def other_office(house: House, tmp_path: Path) -> str:
    """A second office with the same plan under another name; the login of its office account."""
    folder = small.write(tmp_path / "khac")
    small.edit(folder / "plan.yaml", "id: nho-2025", "id: khac-2025")
    small.edit(folder / "plan.yaml", "id: nho, code", "id: khac, code")
    sync.sync(
        house.engine,
        directory=folder.rename(folder.with_name("khac-2025")),
        overlay=None,
        now=small.at("2025-01-10"),
        recorded_by="thử",
    )
    house.account("office", login="cua-minh", plan="nho/nho-2025")
    house.account("office", login="ke-ben", plan="khac/khac-2025")
    return "ke-ben"


def test_ids_of_another_office_are_as_good_as_none(house: House, other_office: str) -> None:
    """Its links, calendars, accounts, sessions and files: an office account next door sees and ends none of them."""
    house.clock.on(days=14)
    ours = house.session("cua-minh")
    link = house.link("to-01", plan="nho/nho-2025")
    calendar = feeds.add(
        house.engine, which="to-01", now=house.clock.now, made_by="thử", label="x", plan="nho/nho-2025", lang="vi"
    )
    done = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
    fields = form_fields(ours.get(done)) | {"channel": "phone", "note": "bí mật nhà mình"}
    file = {"file": ("bằng chứng.pdf", PDF)}
    assert ours.client.post(done, data=fields, files=file).status_code == 303
    theirs = house.session(other_office)
    before = house.written()
    token = form_fields(theirs.get("/tai-khoan"), "/ra")["form_token"]
    session = re.search(r'name="id" value="(\w+)"', ours.get("/phien").text)[1]  # type: ignore[index]
    refused = {
        ("/tai-khoan", "login", "cua-minh", "invite"): 404,
        ("/tai-khoan", "login", "cua-minh", "disable"): 404,
        ("/don-vi/to-01/duong-dan", "revoke", link.id, ""): 404,
        ("/don-vi/to-01/lich", "revoke", calendar.id, ""): 404,
        ("/phien", "id", session, ""): 303,
        ("/bang/quyet-dinh", "viec", "nho/nho-2025/tuyen-truyen/cong-an/thang-6", "confirm"): 400,
    }
    for (path, name, value, what), status in refused.items():
        form = {"form_token": token, name: value, "what": what, "act": what}
        assert theirs.post(path, form).status_code == status, path
    assert house.written() == before
    assert ours.get("/phien").status_code == 200
    assert house.browser().get(f"/mo/{link.token}").status_code == 303
    sha = hashlib.sha256(PDF).hexdigest()
    assert ours.get(f"/don-vi/cong-an/tep/{sha}").status_code == 200
    assert theirs.get(f"/don-vi/cong-an/tep/{sha}").status_code == 404
    for path in ("/bang", "/don-vi/cong-an", "/don-vi/cong-an/lich-su", "/tai-khoan", "/don-vi/to-01/duong-dan"):
        page = theirs.get(path).text
        assert "bí mật nhà mình" not in page
        assert "cua-minh" not in page
        assert link.id not in page


# What is typed and named is text, everywhere


def test_hostile_words_are_text_on_every_page(house: House) -> None:
    """Notes, numbers, names of files, labels, names of accounts: no element and no attribute comes of them."""
    evil = """x"><script src=//xau></script><img src=x onerror='a()'>{{7*7}}</textarea>"""
    house.clock.on(days=14)
    link, office = house.by_link("cong-an"), house.session(house.account("office"))
    done = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
    fields = form_fields(link.get(done)) | {"note": evil, "document": f"1/{evil}"[:90]}
    names = {"file": (f"{evil}.pdf", PDF)}
    assert link.client.post(done, data=fields, files=names).status_code == 303
    assert link.send(NOTE, {"note": evil}).status_code in (303, 400)
    assert office.send("/don-vi/to-01/duong-dan", {"label": evil, "days": "3"}).status_code == 200
    add = {"what": "add", "login": "moi", "name": evil, "role": "inspector"}
    assert office.send("/tai-khoan", add).status_code == 200
    paths = ["/don-vi/cong-an", "/don-vi/cong-an/lich-su", "/don-vi/to-01/duong-dan", "/tai-khoan", "/bang", "/hop"]
    paths += ["/viec/tuyen-truyen/cong-an/thang-6", "/don-vi/cong-an/xem/tuyen-truyen/cong-an/thang-6"]
    paths += ["/van-ban", "/ca-nam", f"/bang?{urlencode({'q': evil, 'unit': evil, 'part': evil})}"]
    paths += [
        f"/vao?{urlencode({'tiep': '/' + evil})}",
        f"/don-vi/cong-an?{urlencode({'xong': 'noted', 'viec': evil})}",
    ]
    pages = [office.get(path) for path in paths]
    pages.append(office.post(done, {"note": evil, evil: evil}))
    pages.append(house.browser().post(done, {"note": evil, evil: evil}))
    for page in pages:
        assert page.status_code in (200, 401, 403), page.url
        for each in elements(page):
            assert each.tag != "script" or (each.attrs.get("src") or "").startswith("/static/"), page.url
            assert not [name for name in each.attrs if name.startswith("on")], page.url
        assert "49</textarea>" not in page.text
    sha = hashlib.sha256(PDF).hexdigest()
    file = office.get(f"/don-vi/cong-an/tep/{sha}")
    assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''")
    assert not set(file.headers["content-disposition"]) & set('<>"\r\n')
    assert file.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in file.headers["content-security-policy"]


# What a browser of somebody else's page may send


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/json", "application/x-www-form-urlencoded; charset=utf-16", "", "multipart/mixed"],
)
def test_no_other_body_is_taken_for_a_form(content_type: str, house: House) -> None:
    """A body of another kind has no token in it, whatever stands there; a method named in a field or header is none."""
    browser = house.by_link("cong-an")
    token = form_fields(browser.get(NOTE))["form_token"]
    body = f"form_token={token}&note=x".encode()
    if "urlencoded" not in content_type:
        page = browser.client.post(NOTE, content=body, headers={"content-type": content_type})
        assert page.status_code in (400, 403)
    override = {"x-http-method-override": "POST", "content-type": "application/x-www-form-urlencoded"}
    browser.client.request("GET", f"{NOTE}?_method=POST&form_token={token}&note=x", content=body, headers=override)
    assert browser.client.request("PUT", NOTE, content=body, headers=override).status_code == 405
    assert house.entries() == []


# The disk


def test_who_is_refused_leaves_no_file(house: House) -> None:
    """A leaked link cannot fill the disk with files that no entry names: what is refused is not stored."""
    house.clock.on(days=14)
    done = "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6"
    browser = house.by_link("cong-an")
    fields = form_fields(browser.get(done))

    def send(n: int, **more: str) -> int:
        file = {"file": ("a.pdf", PDF + b"\n" * n)}
        return browser.client.post(done, data=fields | {"request_id": f"r{n}"} | more, files=file).status_code

    def files() -> int:
        return len([each for each in house.desk.evidence.rglob("*") if each.is_file()])

    assert [send(1, on="2026-01-01"), send(2, on="2025-01-01"), files()] == [400, 400, 0]
    assert [send(3), send(4), send(5), files()] == [303, 400, 400, 1]


def test_a_form_of_nothing_but_text_has_an_end(house: House) -> None:
    """Within the size of a file, but no file: nobody has it shown to them again, 20 MB at a time."""
    nobody, fields = house.browser(), {f"kept.f{n}": "x" * 60000 for n in range(30)}
    for path in (NOTE, "/vao"):
        page = nobody.client.post(path, data=fields)
        assert page.status_code == 413
        assert len(page.content) < 10_000
        assert nobody.client.post(path, data=fields, files={"file": ("a.pdf", PDF)}).status_code == 400
