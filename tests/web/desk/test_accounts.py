"""Accounts at the desk: invited, signed in, ended; the second factor; how often one may try."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from rules.errors import RequestRefused
from tests.web.conftest import serving
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import PASSWORD, House
from usecases import accounts, invitations, second_factor, signing_in
from web.limit import Limiter

LONG = "mot cau ngan khac"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """RFC 6238 appendix B, SHA-1."""
    assert second_factor.code(b"12345678901234567890", seconds // 30, digits=8) == code


def test_a_code_opens_once_and_only_around_its_time(house: House) -> None:
    """One step before and after is taken, a used one and any before it are not, nor is what is no code."""
    secret, now = b"12345678901234567890", house.clock.now
    step = second_factor.step_of(now)
    for near in (step - 1, step, step + 1):
        assert second_factor.accepted_step(secret, second_factor.code(secret, near), now, None) == near
    for far in (step - 2, step + 2):
        assert second_factor.accepted_step(secret, second_factor.code(secret, far), now, None) is None
    assert second_factor.accepted_step(secret, second_factor.code(secret, step), now, step) is None
    assert second_factor.accepted_step(secret, second_factor.code(secret, step - 1), now, step) is None
    for wrong in ("", "12345", "abcdef", "١٢٣٤٥٦", "0" * 400):
        assert second_factor.accepted_step(secret, wrong, now, None) is None


# Invitations


def invite(house: House, role: str, **more: str) -> invitations.Invited:
    return accounts.add(
        house.engine, login=role, name="Người mới", roles=(role,), now=house.clock.now, made_by="thử", **more
    )


def test_an_invitation_sets_a_password_once(house: House) -> None:
    """Looking at it uses nothing up; taken up it no longer opens, and the account signs in."""
    made, browser = invite(house, "unit", unit="cong-an"), house.browser()
    path = f"/moi/{made.token}"
    for _ in range(3):
        page = browser.get(path)
        assert page.status_code == 200
        assert page.headers["referrer-policy"] == "strict-origin", "its address, a key, goes along with no request"
    assert browser.send(path, {"password": LONG, "again": LONG}).status_code == 200
    assert browser.get(path).status_code == 404
    entered = browser.post("/vao", form_fields(browser.get("/vao"), "/vao") | {"login": " UNIT ", "password": LONG})
    assert entered.headers["location"] == "/"
    assert browser.get("/don-vi/cong-an").status_code == 200


@pytest.mark.parametrize(
    ("password", "again"),
    [
        (LONG, LONG + "x"),
        *[
            (each, each)
            for each in ("ngan", "1234567890123", "aaaaaaaaaaaa", "matkhau12345", "unit unit unit", LONG * 20)
        ],
    ],
)
def test_weak_passwords_are_refused_in_words(password: str, again: str, house: House) -> None:
    """Too short or long, typed differently, digits alone, one letter, the login, what everybody tries."""
    made, browser = invite(house, "unit", unit="cong-an"), house.browser()
    page = browser.send(f"/moi/{made.token}", {"password": password, "again": again})
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert invitations.look(house.engine, token=made.token, now=house.clock.now) is not None


def test_an_invitation_ends_by_time_by_a_later_one_and_by_the_account(house: House) -> None:
    """Seven days; a new one puts the old aside; a disabled account has none."""
    first = invite(house, "unit", unit="cong-an")
    second = accounts.invite(house.engine, login="unit", now=house.clock.now, made_by="thử")
    opens = [invitations.look(house.engine, token=each.token, now=house.clock.now) for each in (first, second)]
    assert [each is not None for each in opens] == [False, True]
    house.clock.on(days=7)
    assert invitations.look(house.engine, token=second.token, now=house.clock.now) is None
    third = accounts.invite(house.engine, login="unit", now=house.clock.now, made_by="thử")
    accounts.disable(house.engine, login="unit", now=house.clock.now, by="thử")
    assert invitations.look(house.engine, token=third.token, now=house.clock.now) is None
    with pytest.raises(RequestRefused):
        accounts.invite(house.engine, login="unit", now=house.clock.now, made_by="thử")


def test_the_office_sets_up_a_second_factor(house: House) -> None:
    """The page shows a code to scan; without the digits that it gives the invitation stands."""
    made, browser = invite(house, "office", unit="van-phong"), house.browser()
    path = f"/moi/{made.token}"
    page = browser.get(path)
    assert "<svg" in page.text
    shown = re.search(r"<code>([A-Z2-7]+)</code>", page.text)
    found = invitations.look(house.engine, token=made.token, now=house.clock.now)
    assert found is not None
    assert shown is not None
    secret = second_factor.secret(house.desk.key, found.salt)
    assert shown[1] == second_factor.shown(secret)
    wrong = browser.send(path, {"password": LONG, "again": LONG, "code": "000000"})
    assert wrong.status_code == 400
    right = second_factor.code(secret, second_factor.step_of(house.clock.now))
    assert browser.send(path, {"password": LONG, "again": LONG, "code": right}).status_code == 200


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("account.bad_login", {"login": "Văn phòng"}),
        ("account.unknown_role", {"roles": ("vua",)}),
        ("account.unknown_role", {"roles": ()}),
        ("account.needs_unit", {"roles": ("head",)}),
        ("account.roles_apart", {"roles": ("head", "office"), "unit": "a"}),
        ("request.unknown_unit", {"unit": "khong-co"}),
        ("account.login_taken", {"login": "da-co"}),
    ],
)
def test_accounts_that_cannot_be(code: str, values: dict[str, object], house: House) -> None:
    """Each refusal says what would be right."""
    told: dict[str, object] = {
        "login": "da-co",
        "name": "x",
        "roles": ("chair",),
        "now": house.clock.now,
        "made_by": "t",
    }
    accounts.add(house.engine, **told)  # type: ignore[arg-type]
    with pytest.raises(RequestRefused) as refused:
        accounts.add(house.engine, **(told | {"login": "moi"} | values))  # type: ignore[arg-type]
    assert refused.value.code == code


# Signing in


def enter(browser: Browser, login: str, password: str, code: str = "") -> int:
    fields = form_fields(browser.get("/vao"), "/vao")
    return browser.post("/vao", fields | {"login": login, "password": password, "code": code}).status_code


def test_everything_wrong_is_one_refusal(house: House) -> None:
    """An unknown login, a wrong password, a missing, wrong or used code, a disabled account: the same page."""
    office, unit = house.account("office"), house.account("unit")
    used = house.code(office)
    browser = house.browser()
    pages = set()
    tries = [("nobody", PASSWORD, ""), (unit, "sai mat khau nay", ""), (office, PASSWORD, ""), (office, PASSWORD, used)]
    for login, password, code in [*tries, ("", "", ""), (unit, "x" * 5000, "")]:
        fields = form_fields(browser.get("/vao"), "/vao")
        page = browser.post("/vao", fields | {"login": login, "password": password, "code": code})
        assert page.status_code == 401
        pages.add(re.search(r'role="alert"[^>]*>([^<]*)<', page.text)[1])  # type: ignore[index]
    assert len(pages) == 1
    accounts.disable(house.engine, login=unit, now=house.clock.now, by="thử")
    assert enter(browser, unit, PASSWORD) == 401
    house.clock.on(seconds=30)
    assert enter(browser, office, PASSWORD, house.code(office)) == 303


def test_the_key_is_part_of_the_second_factor(house: House) -> None:
    """With the whole database but another key no code opens."""
    office = house.account("office")
    house.clock.on(seconds=30)
    with pytest.raises(RequestRefused):
        signing_in.sign_in(
            house.engine,
            key=b"x" * 32,
            login=office,
            password=PASSWORD,
            code=house.code(office),
            now=house.clock.now,
        )


def test_sessions_end_by_idleness_and_by_age(house: House) -> None:
    """The office: eight hours without use, seven days in all. A unit's telephone: thirty days, four months."""
    office, unit = house.session(house.account("office")), house.session(house.account("unit"))
    for _ in range(21):
        house.clock.on(hours=7.9)
        assert office.get("/don-vi").status_code == 200
    house.clock.on(hours=7)
    assert office.get("/don-vi").status_code == 303
    assert unit.get("/don-vi/cong-an").status_code == 200
    for _ in range(3):
        house.clock.on(days=29)
        assert unit.get("/don-vi/cong-an").status_code == 200
    house.clock.on(days=30)
    assert unit.get("/don-vi/cong-an").status_code == 303


def test_sessions_can_be_ended(house: House) -> None:
    """One of them, all of them, one's own by signing out, and all by disabling the account."""
    login = house.account("unit")
    one, two, three = (house.session(login) for _ in range(3))
    ids = re.findall(r'name="id" value="(\w+)"', three.get("/phien").text)
    assert len(ids) == 3
    token = form_fields(three.get("/phien"), "/ra")["form_token"]
    assert three.post("/phien", {"form_token": token, "id": ids[-1]}).status_code == 303
    assert [each.get("/phien").status_code for each in (one, two, three)] == [303, 200, 200]
    assert two.post("/ra", form_fields(two.get("/phien"), "/ra")).status_code == 303
    assert [each.get("/phien").status_code for each in (two, three)] == [303, 200]
    assert three.post("/phien", {"form_token": token}).status_code == 303
    assert three.get("/phien").status_code == 303
    four = house.session(login)
    accounts.disable(house.engine, login=login, now=house.clock.now, by="thử")
    assert four.get("/phien").status_code == 303


def test_a_session_of_another_account_is_out_of_reach(house: House) -> None:
    """Ending a session by its id works on one's own account only."""
    mine, theirs = house.session(house.account("unit")), house.session(house.account("chair"))
    id = re.search(r'name="id" value="(\w+)"', theirs.get("/phien").text)[1]  # type: ignore[index]
    token = form_fields(mine.get("/phien"), "/ra")["form_token"]
    mine.post("/phien", {"form_token": token, "id": id})
    assert theirs.get("/phien").status_code == 200


def test_tries_are_counted(house: House) -> None:
    """After three the fourth waits, even with the right password; links and invitations are counted too."""
    login = house.account("unit")
    desk = replace(house.desk, tries=Limiter(3, minutes=60))
    with serving(house.engine, desk=desk) as client:
        browser = Browser(client)
        assert [enter(browser, login, "sai mat khau nay") for _ in range(3)] == [401, 401, 401]
        assert enter(browser, login, PASSWORD) == 429
        assert browser.get("/mo/khong-co").status_code == 429
        made = accounts.invite(house.engine, login=login, now=house.clock.now, made_by="thử")
        assert browser.send(f"/moi/{made.token}", {"password": LONG, "again": LONG}).status_code == 429


@pytest.mark.parametrize("to", ["//xau.example", "/\\xau.example", "https://xau.example/", "javascript:1", "/a\r\nb"])
def test_nobody_is_sent_elsewhere(to: str, house: House) -> None:
    """After signing in a reader stays with us, whatever the address said."""
    login = house.account("unit")
    browser = house.browser()
    fields = form_fields(browser.get("/vao", params={"tiep": to}), "/vao")
    assert fields["tiep"] == "/"
    entered = browser.post("/vao", fields | {"tiep": to, "login": login, "password": PASSWORD})
    assert entered.headers["location"] == "/"


def test_a_page_is_reached_after_signing_in(house: House) -> None:
    """Who asked for a page without a session gets it afterwards."""
    login, browser = house.account("unit"), house.browser()
    to = browser.get("/don-vi/cong-an/lich-su").headers["location"]
    fields = form_fields(browser.get(to), "/vao")
    entered = browser.post("/vao", fields | {"login": login, "password": PASSWORD})
    assert entered.headers["location"] == "/don-vi/cong-an/lich-su"


# The office's page


def test_the_office_adds_invites_and_disables(house: House) -> None:
    """The invitation is shown once; a login of another office, or of nobody, is not found."""
    office = house.session(house.account("office"))
    page = office.send(
        "/tai-khoan", {"what": "add", "login": "to1", "name": "Tổ trưởng 1", "role": "unit", "unit": "to-01"}
    )
    found = re.search(r"/moi/([\w-]+)", page.text)
    assert found is not None
    assert house.browser().get(f"/moi/{found[1]}").status_code == 200
    assert found[1] not in office.get("/tai-khoan").text
    token = form_fields(office.get("/tai-khoan"), "/ra")["form_token"]
    again = office.post("/tai-khoan", {"form_token": token, "what": "invite", "login": "to1"})
    assert re.search(r"/moi/([\w-]+)", again.text)[1] != found[1]  # type: ignore[index]
    assert office.post("/tai-khoan", {"form_token": token, "what": "disable", "login": "to1"}).status_code == 303
    assert office.post("/tai-khoan", {"form_token": token, "what": "disable", "login": "ai-do"}).status_code == 404
    states = {each["login"]: each["state"] for each in accounts.listed(house.engine)}
    assert states == {"office": "active", "to1": "disabled"}


def test_work_that_moved_is_its_heirs(house: House) -> None:
    """After a succession an account opens the page of who took the work over, and its old one no longer."""
    browser = house.session(house.account("unit", unit="a"))
    assert browser.get("/don-vi/a").status_code == 200
    house.clock.on(days=45)
    browser = house.session("unit")
    assert browser.get("/").headers["location"] == "/don-vi/phong-moi"
    assert browser.get("/don-vi/phong-moi").status_code == 200
    assert browser.get("/don-vi/a").status_code == 404
    assert "nay do Phòng mới tiếp nhận" in house.by_link("a").get("/don-vi/a").text
