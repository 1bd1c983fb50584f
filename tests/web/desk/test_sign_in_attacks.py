"""Signing in, with an attacker's eyes: guessing, replaying, planting, timing, what a browser or proxy gives away."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from models.session import reading
from rules.errors import RequestRefused
from tests.web.conftest import serving
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import PASSWORD, House
from tests.web.desk.test_attacks import at_once, enter
from usecases import accounts, codes, desk_sessions, invitations, outside, second_factor, signing_in
from usecases.outside import Identity
from usecases.second_factor import STEP_SECONDS
from web.desk.entrance import inside
from web.desk.routing import routes
from web.limit import Limiter


def news(house: House) -> list[str]:
    """What holders are to be told, in order."""
    with reading(house.engine) as session:
        return list(session.connection().execute(text("SELECT what FROM account_news ORDER BY at, id")).scalars())


def tried(house: House, login: str, code: str) -> bool:
    """Whether the right password with this code opens."""
    try:
        signing_in.sign_in(
            house.engine, key=house.desk.key, login=login, password=PASSWORD, code=code, now=house.clock.now
        )
    except RequestRefused as refused:
        assert refused.code == "account.wrong"
        return False
    return True


def wrong(house: House, login: str) -> str:
    """A code that is none of the three that are right now."""
    secret, step = second_factor.secret(house.desk.key, house.salts[login]), second_factor.step_of(house.clock.now)
    right = {second_factor.code(secret, each) for each in range(step - 1, step + 2)}
    return next(each for each in ("000000", "111111", "222222", "333333") if each not in right)


# The six digits


def test_ten_wrong_codes_behind_a_right_password_end_the_trying(any_house: House) -> None:
    """Even the right one is not looked at for the rest of the hour, without another word than before; its holder is
    told once. Then it opens again. On both databases: the count is the account's, not one process's."""
    house = any_house
    login = house.account("chair")
    house.clock.on(minutes=1)
    assert not any(tried(house, login, wrong(house, login)) for _ in range(codes.MOST_WRONG))
    house.clock.on(minutes=50)
    assert not tried(house, login, house.code(login))
    assert not tried(house, login, wrong(house, login))
    assert news(house) == ["way", "codes"]
    house.clock.on(minutes=11)
    assert tried(house, login, house.code(login))


def test_a_right_code_ends_the_count_and_slow_mistakes_are_none(house: House) -> None:
    """Nine wrong, one right, nine wrong again; and one an hour for a day."""
    login = house.account("office")
    for _ in range(2):
        house.clock.on(minutes=1)
        assert not any(tried(house, login, wrong(house, login)) for _ in range(codes.MOST_WRONG - 1))
        assert tried(house, login, house.code(login))
    for _ in range(24):
        house.clock.on(hours=1)
        assert not tried(house, login, wrong(house, login))
    assert tried(house, login, house.code(login))
    assert news(house) == ["way"]


def test_who_does_not_know_the_password_shuts_nobody_out(house: House) -> None:
    """Wrong passwords and forgotten codes count for nothing with the account."""
    login = house.account("chair")
    house.clock.on(minutes=1)
    for _ in range(codes.MOST_WRONG + 1):
        with pytest.raises(RequestRefused):
            signing_in.sign_in(
                house.engine, key=house.desk.key, login=login, password="x" * 12, code="123456", now=house.clock.now
            )
        assert not tried(house, login, " ")
    assert tried(house, login, house.code(login))


def test_the_count_holds_at_the_same_moment(any_house: House) -> None:
    """Many tries at once are not one try each."""
    house = any_house
    login = house.account("chair")
    house.clock.on(minutes=1)
    guess = partial(tried, house, login, wrong(house, login))
    for _ in range(3):
        assert at_once(*[guess] * 4) == [False] * 4
    assert not tried(house, login, house.code(login))
    assert news(house) == ["way", "codes"]


def test_a_clock_that_drifts_by_half_a_minute_is_taken_and_no_more(house: House) -> None:
    """RFC 6238 section 5.2: one step either way; and what a step behind opened does not open again."""
    login = house.account("office")
    for drift, opens in ((-STEP_SECONDS, True), (STEP_SECONDS, True), (2 * STEP_SECONDS, False), (-90, False)):
        house.clock.on(minutes=5)
        now = house.clock.now
        house.clock.now = now + timedelta(seconds=drift)
        shown = house.code(login)
        house.clock.now = now
        assert tried(house, login, shown) is opens, drift
        assert not tried(house, login, shown)


def test_a_lost_telephone_is_shut_out_by_a_new_invitation(house: House) -> None:
    """The secret of before gives no code any more, though its finder knows the password; open sessions are over."""
    login = house.account("office")
    lost, browser = house.salts[login], house.session(login)
    house.clock.on(seconds=1)  # so that what befell it has an order
    made = accounts.invite(house.engine, login=login, now=house.clock.now, made_by="thử")
    assert browser.get("/tai-khoan").status_code == 200  # not before it is taken up: an invitation may go astray
    house.clock.on(seconds=1)
    found = invitations.look(house.engine, token=made.token, now=house.clock.now)
    assert found is not None
    house.salts[login] = found.salt
    told: dict[str, Any] = {"password": PASSWORD, "again": PASSWORD, "code": house.code(login)}
    invitations.take_up(house.engine, key=house.desk.key, token=made.token, now=house.clock.now, **told)
    assert browser.get("/tai-khoan").status_code == 303
    house.clock.on(minutes=1)
    right, house.salts[login] = house.salts[login], lost
    assert not tried(house, login, house.code(login))
    house.salts[login] = right
    assert tried(house, login, house.code(login))
    assert news(house) == ["way", "invited", "way"]


def test_one_invitation_is_taken_up_one_way_at_the_same_moment(any_house: House) -> None:
    """By a password and by an identity of the city's at once: one is too late, and opens nothing."""
    house, now = any_house, any_house.clock.now
    made = accounts.add(house.engine, login="moi", name="x", roles=("unit",), unit="a", now=now, made_by="thử")
    who = Identity(outside.mark_of(house.desk.key, "https://thanh-pho.example", "so-1"), second=False)
    common: dict[str, Any] = {"key": house.desk.key, "token": made.token, "now": now}
    told = {"password": PASSWORD, "again": PASSWORD, "code": ""}
    came_to = at_once(
        partial(invitations.take_up, house.engine, **common, **told),
        partial(outside.take_up, house.engine, who=who, **common),
    )
    assert came_to.count("account.invitation_over") == 1
    (row,) = accounts.listed(house.engine)
    assert row["way"] == ("outside" if came_to[0] == "account.invitation_over" else "password")
    late = partial(outside.sign_in, house.engine, key=house.desk.key, who=who, now=now)
    assert (at_once(late) == ["account.oidc_unknown"]) is (row["way"] == "password")


def test_disabled_while_signing_in_is_out(any_house: House) -> None:
    """Whichever of the two comes first, no session of the account is left open."""
    house = any_house
    login = house.account("unit")
    signs = partial(
        signing_in.sign_in,
        house.engine,
        key=house.desk.key,
        login=login,
        password=PASSWORD,
        code="",
        now=house.clock.now,
    )
    ends = partial(accounts.disable, house.engine, login=login, now=house.clock.now, by="thử")
    token, _ = at_once(signs, ends)
    with reading(house.engine) as session:
        assert desk_sessions.find(session, token=str(token), now=house.clock.now) is None
        left = session.connection().execute(text("SELECT count(*) FROM desk_session WHERE ended_at IS NULL")).scalar()
    assert left == 0


# Guessing


def test_a_known_browser_has_an_end_too(house: House) -> None:
    """A colleague at a machine where somebody signed in once tries that login a number of times an hour, not ten times
    a minute for good; the owner's own browser elsewhere goes on."""
    login = house.account("unit")
    desk = replace(house.desk, tries=Limiter(1000), tries_of_login=Limiter(4, minutes=60))
    with serving(house.engine, desk=desk) as client:
        other = httpx.Client(base_url=client.base_url, trust_env=False, timeout=60)
        shared, own = Browser(client), Browser(other)
        assert [enter(each, login, PASSWORD) for each in (shared, own)] == [303, 303]
        assert [enter(shared, login, "sai mat khau nay") for _ in range(5)] == [401] * 4 + [429]
        assert enter(own, login, PASSWORD) == 303


def test_time_tells_nobody_which_logins_there_are(house: House) -> None:
    """Unknown, invited but not taken up, disabled, opened from outside, and real with a wrong password: each costs one
    hash of a password, within what one machine's times differ by where nothing else is in the way."""
    real, off = house.account("unit"), house.account("unit", login="off")
    accounts.disable(house.engine, login=off, now=house.clock.now, by="thử")
    accounts.add(house.engine, login="moi", name="x", roles=("unit",), unit="a", now=house.clock.now, made_by="thử")

    def takes(login: str) -> float:
        started = time.perf_counter()
        with pytest.raises(RequestRefused):
            signing_in.sign_in(
                house.engine, key=house.desk.key, login=login, password="sai mat khau", code="", now=house.clock.now
            )
        return time.perf_counter() - started

    logins = (real, off, "moi", "khong-co", "")
    takes("khong-co")  # makes the hash that nobody has
    times: dict[str, list[float]] = {login: [] for login in logins}
    for _ in range(9):
        for login in logins:
            times[login].append(takes(login))
    shortest, longest = (f(min(each) for each in times.values()) for f in (min, max))
    assert shortest > longest / 2, times


def test_refusals_before_the_hash_do_not_depend_on_the_login(house: House) -> None:
    """Too many tries is said of a login that is none, too, at the same number."""
    login = house.account("unit")
    for each in (login, "khong-co"):
        desk = replace(house.desk, tries=Limiter(3, minutes=60))
        with serving(house.engine, desk=desk) as client:
            browser = Browser(client)
            assert [enter(browser, each, "sai mat khau nay") for _ in range(4)] == [401, 401, 401, 429], each


# Planting and forging


def test_a_planted_session_is_never_taken_over(house: House) -> None:
    """A cookie that an attacker has set opens nothing, and signing in gives another, which the attacker does not know
    (session fixation); nor does the form's own cookie become a session."""
    login, browser = house.account("unit"), house.browser()
    planted = "A" * 32
    for name in ("kehoach", "kehoach-form"):
        browser.client.cookies.set(name, planted)
    assert browser.get("/don-vi/cong-an").status_code == 303
    assert enter(browser, login, PASSWORD) == 303
    mine = [each.value for each in browser.client.cookies.jar if each.name == "kehoach"]
    assert planted != mine[-1]
    attacker = house.browser()
    attacker.client.cookies.set("kehoach", planted)
    assert attacker.get("/don-vi/cong-an").status_code == 303


def test_every_form_before_sign_in_and_the_way_out_want_a_token(house: House) -> None:
    """Login CSRF and a sign-out by somebody else's page: the token belongs to this browser, and another's is none."""
    login = house.account("unit")
    signed, nobody, other = house.session(login), house.browser(), house.browser()
    made = accounts.invite(house.engine, login=login, now=house.clock.now, made_by="thử")
    theirs = form_fields(other.get("/vao"), "/vao")["form_token"]
    nobody.get("/vao")
    open_forms = {each.path for each in routes.routes if each.changes and not each.who}
    assert open_forms == {"/vao", "/ra", "/moi/{token}", "/vao/oidc/ma"}
    for token in ({}, {"form_token": theirs}):
        told = {"login": login, "password": PASSWORD, "again": PASSWORD, "code": "1"} | token
        for path in open_forms:
            assert nobody.post(path.format(token=made.token), told).status_code == 403, path
        assert signed.post("/ra", token).status_code == 403
    assert signed.get("/don-vi/cong-an").status_code == 200
    assert nobody.get("/don-vi/cong-an").status_code == 303
    assert invitations.look(house.engine, token=made.token, now=house.clock.now) is not None
    fields = form_fields(nobody.get("/vao"), "/vao") | {"login": login, "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://xau.example"}):
        assert nobody.post("/vao", fields, headers=headers).status_code == 403
    assert nobody.get("/ra").status_code == 405  # no address signs anybody out: a picture elsewhere could ask for it


@settings(max_examples=400, deadline=None)
@given(to=st.text(alphabet="//\\\\\t\r\n\x00 :@.?#%axé\u2028\uff0f", max_size=10).map(lambda text: f"/{text}"))
def test_where_to_go_afterwards_is_here_as_a_browser_reads_it(to: str) -> None:
    """WHATWG URL: tabs and ends of lines are left out, a backslash is a slash, and two slashes begin another host."""
    read = re.sub("[\t\r\n]", "", inside(to)).replace("\\", "/").strip("\x00 ")
    assert read.startswith("/") and not read.startswith("//")
    assert inside("/don-vi/a?xong=noted&viec=b#c") == "/don-vi/a?xong=noted&viec=b#c"


# What a browser and a proxy may give away


def cookies(answer: httpx.Response) -> dict[str, set[str]]:
    """The attributes of each cookie that an answer sets."""
    found = {}
    for each in answer.headers.get_list("set-cookie"):
        name, *parts = each.split("; ")
        found[name.partition("=")[0]] = {part.lower() for part in parts}
    return found


@pytest.mark.parametrize("base", ["https://kehoach.example", ""])
def test_cookies_behind_a_proxy_that_speaks_https(base: str, house: House) -> None:
    """By the setting, or by what a proxy on this machine says: each cookie is for https alone, of this host alone, out
    of a script's reach and not sent with other sites' forms; a plain one of the same name is not taken for it."""
    login, token = house.account("unit"), house.link("cong-an").token
    desk = replace(house.desk, base=base)
    proxied = {} if base else {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
    with serving(house.engine, desk=desk) as client:
        client.headers.update(proxied)
        form = client.get("/vao")
        jar = {each.name: each.value or "" for each in form.cookies.jar}
        head = {"cookie": "; ".join(f"{name}={value}" for name, value in jar.items())}
        fields = form_fields(form, "/vao") | {"login": login, "password": PASSWORD}
        entered = client.post("/vao", data=fields, headers=head)
        assert entered.status_code == 303
        opened = client.get(f"/mo/{token}")
        found = cookies(form) | cookies(entered) | cookies(opened)
        assert set(found) == {f"__Host-kehoach{each}" for each in ("", "-form", "-known", "-link")}
        for name, parts in found.items():
            assert parts >= {"httponly", "secure", "path=/", "samesite=lax"}, name
            assert not [each for each in parts if each.startswith("domain")], name
        assert "max-age=31536000" in entered.headers["strict-transport-security"]
        raw = re.search(r"__Host-kehoach=([^;]+)", "".join(entered.headers.get_list("set-cookie")))
        assert raw is not None
        plain, right = ({"cookie": f"{name}={raw[1]}"} for name in ("kehoach", "__Host-kehoach"))
        assert client.get("/don-vi/cong-an", headers=plain).status_code == 303
        assert client.get("/don-vi/cong-an", headers=right).status_code == 200


def test_secrets_are_in_no_cache_and_in_no_referer(house: House) -> None:
    """Pages that show an invitation, a secret to scan, a link or a token, and redirects that set a session: kept by
    nobody, and no other site is told their address; none of them leads to another site by itself."""
    login, office = house.account("unit"), house.session(house.account("office"))
    made = accounts.invite(house.engine, login=login, now=house.clock.now, made_by="thử")
    chair = accounts.add(house.engine, login="ct", name="x", roles=("chair",), now=house.clock.now, made_by="thử").token
    browser = house.browser()
    fields = form_fields(browser.get("/vao"), "/vao") | {"login": login, "password": PASSWORD}
    answers = [
        *(browser.get(path) for path in (f"/moi/{made.token}", f"/moi/{chair}", "/vao")),
        house.browser().get(f"/mo/{house.link('a').token}"),
        office.send("/tai-khoan", {"what": "add", "login": "moi", "name": "x", "role": "unit", "unit": "a"}),
        office.send("/don-vi/to-01/duong-dan", {"days": "3", "label": "x"}),
        office.send("/ma-truy-cap", {"label": "x", "role": "office", "unit": "van-phong", "days": "9"}),
        browser.post("/vao", fields),
        office.get("/phien"),
    ]
    assert [each.status_code for each in answers] == [200, 200, 200, 303, 200, 200, 200, 303, 200]
    for each in answers:
        assert each.headers["cache-control"] == "no-store", each.url
        assert each.headers["referrer-policy"] in ("same-origin", "strict-origin"), each.url  # never the address
        assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//""", each.text), each.url


def test_a_proxy_says_who_asks_only_from_this_machine(house: House) -> None:
    """Tries are counted for the address that the proxy in front names; what a browser adds before it changes nothing,
    so nobody escapes the count by making addresses up."""
    login = house.account("unit")
    desk = replace(house.desk, tries=Limiter(2, minutes=60))
    with serving(house.engine, desk=desk) as client:
        statuses = []
        for made_up in ("198.51.100.1", "198.51.100.2", "198.51.100.3"):
            fields = form_fields(client.get("/vao"), "/vao") | {"login": made_up, "password": "sai mat khau nay"}
            headers = {"x-forwarded-for": f"{made_up}, 203.0.113.7"}
            statuses.append(client.post("/vao", data=fields, headers=headers).status_code)
        assert statuses == [401, 401, 429]
        fields = form_fields(client.get("/vao"), "/vao") | {"login": login, "password": PASSWORD}
        assert client.post("/vao", data=fields, headers={"x-forwarded-for": "203.0.113.8"}).status_code == 303
