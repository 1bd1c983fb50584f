"""What guards the desk beside who may: forms, headers, faults, and that pages need neither inline script nor style."""

from __future__ import annotations

import asyncio
import http.client
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import Response

from tests.web.conftest import serving
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import PASSWORD, House
from web.desk import Desk, guard, security
from web.desk.routing import ANYONE, Route
from web.desk.visit import Visit
from web.limit import Limiter

NOTE = "/don-vi/cong-an/nhan/tuyen-truyen/cong-an/thang-6"


# Forms


def test_a_form_without_its_token_is_shown_again(house: House) -> None:
    """Nothing is recorded, what was typed stands on the page, and sent from there it is recorded."""
    browser = house.by_link("cong-an")
    again = browser.post(NOTE, {"note": "Xin giúp <b>loa</b>", "request_id": "a1"})
    assert again.status_code == 403
    assert "Xin giúp &lt;b&gt;loa&lt;/b&gt;" in again.text
    assert house.entries() == []
    assert browser.post(NOTE, form_fields(again, NOTE)).status_code == 303
    assert [entry.kind for entry in house.entries()] == ["noted"]


def test_a_token_of_another_visit_is_no_token(house: House) -> None:
    """A form belongs to the session or the link that it was shown to."""
    mine, theirs = house.by_link("cong-an"), house.by_link("cong-an")
    token = form_fields(mine.get(NOTE))["form_token"]
    for wrong in (token, "", "A" * len(token), "é", f"{token}AAAA"):
        assert theirs.post(NOTE, {"note": "x", "form_token": wrong}).status_code == 403
    assert house.entries() == []


def test_tokens_differ_each_time_and_all_open(house: House) -> None:
    """A page is compressed: a secret that stood on each alike could be guessed from lengths."""
    key, secret = house.desk.key, "bí mật"
    some = {security.form_token(key, secret) for _ in range(20)}
    assert len(some) == 20
    assert all(security.is_form_token(key, secret, each) for each in some)
    assert not any(security.is_form_token(key, "khác", each) for each in some)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://xau.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_from_another_site_is_refused(headers: dict[str, str], house: House) -> None:
    """Even with a right token: a browser says where a form came from."""
    browser = house.by_link("cong-an")
    fields = form_fields(browser.get(NOTE)) | {"note": "x"}
    assert browser.post(NOTE, fields, headers=headers).status_code == 403
    assert house.entries() == []
    assert browser.post(NOTE, fields, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303


def test_what_was_typed_outlives_the_session(house: House) -> None:
    """The session ends between reading the form and sending it: after signing in again it is there to be sent."""
    login = house.account("unit")
    browser = house.session(login)
    fields = form_fields(browser.get(NOTE)) | {"note": "Đã báo tổ trưởng"}
    house.clock.on(days=31)
    signing = browser.post(NOTE, fields)
    assert signing.status_code == 401
    assert "Đã báo tổ trưởng" in signing.text
    back = browser.post("/vao", form_fields(signing, "/vao") | {"login": login, "password": PASSWORD})
    assert back.status_code == 403
    assert house.entries() == []
    assert browser.post(NOTE, form_fields(back, NOTE)).status_code == 303
    assert len(house.entries()) == 1


def test_a_flood_of_forms_is_stopped_and_nothing_typed_is_lost(house: House) -> None:
    """After two the third waits, whoever sends it by the same link; another link does not."""
    desk = replace(house.desk, writes=Limiter(2, minutes=60))
    with serving(house.engine, desk=desk) as client:
        browser = Browser(client)
        browser.get(f"/mo/{house.link('cong-an').token}")
        assert [browser.send(NOTE, {"note": f"lần {n}"}).status_code for n in range(3)] == [303, 303, 429]
        assert "lần 2" in browser.send(NOTE, {"note": "lần 2"}).text
        assert len(house.entries()) == 2
        browser.get(f"/mo/{house.link('cong-an').token}")
        assert browser.send(NOTE, {"note": "lần 4"}).status_code == 303


def test_passwords_are_never_shown_again(house: House) -> None:
    """A sign-in form that had grown old comes back without the password and the code."""
    page = house.browser().post("/vao", {"login": "unit", "password": "rat-bi-mat", "code": "123456"})
    assert page.status_code == 403
    assert "rat-bi-mat" not in page.text
    assert "123456" not in page.text


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "multipart/form-data; boundary=x"}, b"no part", 400),
        ({"content-type": "multipart/form-data"}, b"x", 400),
        ({"content-type": "application/x-www-form-urlencoded"}, b"&".join(b"a=%d" % n for n in range(700)), 400),
        ({"content-type": "application/json"}, b"{", 403),
        ({"content-type": "application/x-www-form-urlencoded"}, b"note=%ff%fe&form_token=%00", 403),
    ],
)
def test_forms_of_any_shape_are_answered(headers: dict[str, str], body: bytes, status: int, house: House) -> None:
    """What no form of ours sends is refused in words."""
    page = house.by_link("cong-an").client.post(NOTE, content=body, headers=headers)
    assert page.status_code == status
    assert "<h1>" in page.text


def test_a_form_that_is_too_large_is_refused_by_its_length(house: House) -> None:
    """Before a byte of it is read; one that does not say its length is refused too."""
    browser = house.by_link("cong-an")
    asked = http.client.HTTPConnection(browser.client.base_url.host, browser.client.base_url.port or 0, timeout=5)
    asked.putrequest("POST", NOTE)
    asked.putheader("content-length", str(10**9))
    asked.putheader("content-type", "multipart/form-data; boundary=x")
    asked.endheaders()
    assert asked.getresponse().status == 413
    asked.close()
    assert browser.client.post(NOTE, content=iter([b"note=x"])).status_code == 411


# Headers and markup

PAGES = (
    *("/don-vi/cong-an", "/don-vi/cong-an/lich-su", "/don-vi/cong-an/lich", "/don-vi/cong-an/phieu", NOTE),
    "/don-vi/cong-an/xem/tuyen-truyen/cong-an/thang-6",
    "/don-vi/cong-an/bao/tuyen-truyen/cong-an/thang-6",
    "/don-vi/cong-an/gia-han/tuyen-truyen/cong-an/thang-6",
    "/don-vi/cong-an/cap-nhat/cap-nhat/cong-an/dot-1",
)
OFFICE_PAGES = (
    *("/don-vi", "/don-vi/to", "/don-vi/to/nhap", "/don-vi/to/nhap/tham-hoi/thang-6", "/don-vi/to/phieu"),
    *("/don-vi/to/nhap/cap-nhat/dot-1", "/don-vi/to-01/duong-dan", "/tai-khoan", "/phien"),
    "/don-vi/to-01/bao/tham-hoi/to-01/thang-6",
)


@pytest.fixture(scope="module")
def seen(full_house: House) -> dict[str, httpx.Response]:
    """The pages of a unit and of the office, in both languages, and those before sign-in."""
    unit, office, nobody = full_house.by_link("cong-an"), full_house.session("office"), full_house.browser()
    asked = [(unit, path) for path in PAGES] + [(office, path) for path in OFFICE_PAGES]
    asked += [(nobody, "/vao"), (nobody, "/khong-co"), (nobody, "/moi/x"), (nobody, "/mo/x")]
    return {f"{path}?lang={lang}": each.get(f"{path}?lang={lang}") for each, path in asked for lang in ("vi", "en")}


def test_all_pages_open(seen: dict[str, httpx.Response]) -> None:
    """In both languages, each in its own."""
    for path, page in seen.items():
        lost = path.startswith(("/khong-co", "/moi/", "/mo/"))
        assert page.status_code == (404 if lost else 200), path
        assert f'<html lang="{path[-2:]}">' in page.text


def test_headers_of_every_page(seen: dict[str, httpx.Response]) -> None:
    """Nothing runs, frames, sniffs or keeps."""
    for path, page in seen.items():
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "same-origin"


def test_pages_obey_their_own_policy(seen: dict[str, httpx.Response]) -> None:
    """No script or style in the page, no handler in an attribute, and nothing from elsewhere."""
    for path, page in seen.items():
        for each in elements(page):
            assert each.tag != "style", path
            assert each.tag != "script" or (each.attrs["src"] or "").startswith("/static/"), path
            assert not [name for name in each.attrs if name.startswith("on") or name == "style"], (path, each.attrs)
            assert not (each.attrs.get("src") or "").startswith("http"), path


def test_pages_can_be_used_by_everybody(seen: dict[str, httpx.Response]) -> None:
    """WCAG 2.2, as far as markup shows it: a title, one first heading, a way past the head, a name for each field and
    button, headings without gaps, ids once, tables with heads (2.4.2, 1.3.1, 2.4.1, 4.1.2, 2.4.6).
    """
    for path, page in seen.items():
        found = elements(page)
        assert next(each.text.strip() for each in found if each.tag == "title"), path
        assert len([each for each in found if each.tag == "h1"]) == 1, path
        assert [each for each in found if each.tag == "a" and each.attrs.get("href") == "#main"], path
        ids = [each.attrs["id"] for each in found if "id" in each.attrs]
        assert len(ids) == len(set(ids)), path
        levels = [int(each.tag[1]) for each in found if each.tag in ("h1", "h2", "h3", "h4")]
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        for each in found:
            if each.tag in ("input", "select", "textarea") and each.attrs.get("type") != "hidden":
                labelled = any(outer.tag == "label" and outer.text.strip() for outer in each.inside)
                assert labelled or each.attrs.get("aria-label"), (path, each.attrs)
            if each.tag in ("button", "a", "summary", "legend"):
                assert each.text.strip(), (path, each)
            if each.tag == "table":
                assert any(other.tag == "th" and each in other.inside for other in found), path


def test_the_first_visit_is_small(full_house: House) -> None:
    """Page, style and script together within 60 kB as they are sent."""
    browser = full_house.by_link("cong-an")
    headers = {"accept-encoding": "br"}
    page = browser.client.get("/don-vi/cong-an", headers=headers)
    parts = [
        each.attrs.get("href") or each.attrs.get("src") for each in elements(page) if each.tag in ("link", "script")
    ]
    sent = 0
    for path in ["/don-vi/cong-an", *map(str, parts)]:
        with browser.client.stream("GET", path, headers=headers) as answer:
            sent += sum(len(chunk) for chunk in answer.iter_raw())
            assert answer.headers["content-encoding"] == "br"
    assert len(parts) == 3
    assert sent < 20_000


def test_files_of_the_desk_are_kept_by_browsers_only_by_their_version(full_house: House) -> None:
    """The address of a version is for good; the bare name is asked again, and nothing else is there."""
    browser = full_house.browser()
    page = browser.get("/vao")
    style = next(each.attrs["href"] or "" for each in elements(page) if each.tag == "link")
    assert "immutable" in browser.get(style).headers["cache-control"]
    assert browser.get("/static/desk.css").headers["cache-control"] == "no-cache"
    for wrong in ("/static/nothing.css", "/static/..%2fdesk%2f__init__.py", "/static/"):
        assert browser.get(wrong).status_code == 404


def test_cookies_are_out_of_a_scripts_reach(house: House) -> None:
    """HttpOnly and SameSite; over https the prefix that binds them to this host, and the promise to stay on https."""
    browser = house.browser()
    plain = browser.get(f"/mo/{house.link('cong-an').token}").headers["set-cookie"]
    assert "httponly" in plain.lower()
    assert "samesite=lax" in plain.lower()
    desk = Desk(house.desk.engine, house.desk.home, house.desk.key, "https://ward.example", clock=house.clock)
    with serving(house.engine, desk=desk) as client:
        answer = Browser(client).get(f"/mo/{house.link('cong-an').token}")
        assert "__Host-kehoach-link=" in answer.headers["set-cookie"]
        assert "secure" in answer.headers["set-cookie"].lower()
        assert "max-age" in answer.headers["strict-transport-security"]


# Faults


def test_a_fault_shows_a_number_and_nothing_else(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """A page with a number; the log has the number and the fault."""

    def broken(_: Visit) -> Response:
        raise ZeroDivisionError("chi tiết bên trong")

    app = FastAPI(openapi_url=None)
    route = Route("GET", "/hong", ANYONE, broken, of_unit=False)
    app.add_route("/hong", guard.endpoint(house.desk, route))
    app.add_exception_handler(Exception, guard.failed(house.desk))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.get("/hong")

    page = asyncio.run(ask())
    assert page.status_code == 500
    assert "chi tiết" not in page.text
    assert "Traceback" not in page.text
    number = next(record.args[0] for record in caplog.records if record.name == "kehoach.web" and record.args)
    assert str(number) in page.text


def test_a_database_that_cannot_be_read_is_said(house: House, tmp_path: Path) -> None:
    """No traceback and no path: a page that says so, with 503."""
    browser = house.by_link("cong-an")
    house.engine.dispose()
    (tmp_path / "kehoach.db").rename(tmp_path / "away.db")
    page = browser.get("/don-vi/cong-an")
    assert page.status_code == 503
    assert "Traceback" not in page.text
    (tmp_path / "away.db").rename(tmp_path / "kehoach.db")


def test_the_key_is_made_once_and_for_its_owner_alone(house: House, tmp_path: Path) -> None:
    """A second start reads the same key; nobody else may read the file."""
    again = Desk.at(house.engine, house.desk.home)
    assert again.key == house.desk.key
    assert len(house.desk.key) == 32
    assert (house.desk.home / "desk.key").stat().st_mode & 0o077 == 0
    assert Desk.at(house.engine, tmp_path / "other").key != house.desk.key
