"""Signing in at a real provider, certified and not ours: npm's oidc-provider. KEHOACH_TEST_NODE=off leaves it out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, text

from models.session import reading
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import PASSWORD, House, built_on
from tests.web.desk.oidc_city import (
    CLIENT,
    LEVEL,
    SECRET,
    alert,
    followed,
    free_port,
    link_to,
    real,
    settings_for,
    signs_in,
)
from usecases import accounts, invitations, second_factor
from web.desk.backchannel import PATH as BACKCHANNEL

pytestmark = pytest.mark.xdist_group("oidc-provider")  # npm installs it once, not in two processes at once

# Only by the word of whoever has no node: without it a missing node fails (CONTRIBUTING.md), and .ci/run installs one.
if os.environ.get("KEHOACH_TEST_NODE") == "off":
    pytest.skip("KEHOACH_TEST_NODE=off", allow_module_level=True)

CITIZEN = "079204000001"
"""A subject as a city might give it: a citizen's number."""


class City:
    """Where the provider is, and where it sends people back to."""

    def __init__(self) -> None:
        self.issuer, self.base = (f"http://127.0.0.1:{free_port()}" for _ in range(2))


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    made = City()
    client = {
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [f"{made.base}/vao/oidc/ve"],
        "post_logout_redirect_uris": [f"{made.base}/vao"],
        "backchannel_logout_uri": f"{made.base}{BACKCHANNEL}",
        "backchannel_logout_session_required": True,
    }
    with real(urlsplit(made.issuer).port or 0, [client]):
        yield made


@pytest.fixture
def house(city: City, sqlite_engine: Engine, tmp_path: Path) -> Iterator[House]:
    """A desk that knows the provider, on the provider's day."""
    with built_on(sqlite_engine, tmp_path, now=datetime.now(UTC), oidc=settings_for(city.issuer, city.base)) as made:
        yield made


def invited(house: House, role: str, unit: str | None = "cong-an") -> invitations.Invited:
    return accounts.add(
        house.engine, login=role, name="Người mới", roles=(role,), unit=unit, now=house.clock.now, made_by="thử"
    )


def bound(house: House, role: str = "unit", subject: str = CITIZEN, **more: str) -> Browser:
    """A browser that took up an invitation with this identity."""
    made, browser = invited(house, role), house.browser()
    page = browser.get(f"/moi/{made.token}")
    there = followed(browser, browser.get(link_to(page, f"/moi/{made.token}/oidc")))
    here = signs_in(browser, there, subject, **more)
    assert str(here.url).startswith(house.address)
    return browser


def comes_in(house: House, subject: str, to: str = "/", **more: str) -> tuple[Browser, Any]:
    """A new browser that signs in at the provider; the page it ends on."""
    browser = house.browser()
    page = browser.get("/vao", params={"tiep": to})
    there = followed(browser, browser.get(link_to(page, "/vao/oidc")))
    return browser, signs_in(browser, there, subject, **more)


def states(house: House) -> dict[str, tuple[str, str | None]]:
    return {each["login"]: (each["state"], each["way"]) for each in accounts.listed(house.engine)}


def test_an_invitation_is_taken_up_with_the_citys_account(house: House) -> None:
    """Bound and signed in at once; the invitation is used up; next time the button on the sign-in page is enough, and
    leads to the page that was asked for."""
    browser = bound(house)
    assert browser.get("/don-vi/cong-an").status_code == 200
    assert states(house) == {"unit": ("active", "outside")}
    later, page = comes_in(house, CITIZEN, "/don-vi/cong-an/lich-su")
    assert page.status_code == 200
    assert urlsplit(str(page.url)).path == "/don-vi/cong-an/lich-su"
    assert later.client.cookies.get("kehoach-oidc") is None


def test_it_works_on_both_databases(city: City, engine: Engine, tmp_path: Path) -> None:
    """The whole way, with a second factor of ours, on SQLite and on PostgreSQL."""
    now, oidc = datetime.now(UTC), settings_for(city.issuer, city.base)
    with built_on(engine, tmp_path, now=now, oidc=oidc) as house:
        browser = bound(house, "monitor", amr="pwd otp mfa")
        assert browser.get("/bang").status_code == 200
        assert states(house) == {"monitor": ("active", "outside")}


def test_what_is_asked_of_the_provider(house: House, city: City) -> None:
    """The code flow with PKCE by SHA-256, state, nonce, no more than `openid`; other words for each browser."""
    seen = set()
    for _ in range(2):
        to = urlsplit(house.browser().get("/vao/oidc").headers["location"])
        asked = {name: values[0] for name, values in parse_qs(to.query).items()}
        assert f"{to.scheme}://{to.netloc}" == city.issuer
        fixed = {"response_type": "code", "client_id": CLIENT, "scope": "openid", "code_challenge_method": "S256"}
        assert fixed.items() <= asked.items()
        assert asked["redirect_uri"] == f"{city.base}/vao/oidc/ve"
        assert "prompt" not in asked
        seen |= {asked[name] for name in ("state", "nonce", "code_challenge")}
    assert len(seen) == 6
    assert all(len(each) == 43 for each in seen)


def test_nobody_unknown_is_let_in_or_made(house: House) -> None:
    """An identity that was bound to nobody gets no account, whatever it is called; nothing is written."""
    login = house.account("unit")
    before = house.written()
    browser, page = comes_in(house, login)  # the subject has the name of an account
    assert "chưa ai ở đây gắn với tài khoản ấy" in alert(page)
    assert browser.get("/don-vi/cong-an").status_code == 303
    assert house.written() == before


def test_nothing_of_the_provider_is_kept(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the subject, nor a code, nor a token stands in the database or in a log line."""
    with caplog.at_level("DEBUG", logger="kehoach"):
        bound(house)
    with reading(house.engine) as session:
        rows = "".join(
            str(session.connection().execute(text(f"SELECT * FROM {name}")).all())
            for name in ("account", "invitation", "desk_session", "entry")
        )
    assert CITIZEN not in rows + caplog.text
    assert "eyJ" not in rows + caplog.text


def test_the_providers_second_factor_counts(house: House) -> None:
    """A role of the office is let in without our six digits where the provider names a method of the settings …"""
    browser = bound(house, "office", amr="pwd otp mfa")
    assert browser.get("/tai-khoan").status_code == 200
    assert "đăng nhập bằng tài khoản của thành phố" in browser.get("/tai-khoan").text
    again, page = comes_in(house, CITIZEN, "/tai-khoan", amr="pwd mfa")
    assert page.status_code == 200
    assert again.get("/tai-khoan").status_code == 200


def test_the_providers_level_counts(house: House) -> None:
    """… or the level that we asked for; another method or level does not."""
    assert bound(house, "office", acr=LEVEL).get("/tai-khoan").status_code == 200
    for more in ({}, {"amr": "pwd otp"}, {"acr": "urn:thanh-pho:1"}):
        browser, page = comes_in(house, CITIZEN, **more)
        assert "cần xác thực hai bước" in alert(page)
        assert browser.get("/tai-khoan").status_code == 303


def test_our_own_six_digits_where_the_provider_says_nothing(house: House) -> None:
    """Taking up shows a secret to scan and wants its digits; each sign-in wants them, once each."""
    made, browser = invited(house, "office", "van-phong"), house.browser()
    there = followed(browser, browser.get(f"/moi/{made.token}/oidc"))
    page = signs_in(browser, there, CITIZEN)
    assert "<svg" in page.text
    assert states(house)["office"] == ("invited", None)
    found = invitations.look(house.engine, token=made.token, now=house.clock.now)
    assert found is not None
    secret = second_factor.secret(house.desk.key, found.salt)
    assert second_factor.shown(secret) in page.text

    def code() -> str:
        return second_factor.code(secret, second_factor.step_of(house.clock.now))

    wrong = browser.send("/vao/oidc/ma", {"code": "000000"})
    assert wrong.status_code == 400
    assert "không đúng" in alert(wrong)
    assert followed(browser, browser.send("/vao/oidc/ma", {"code": code()})).status_code == 200
    assert browser.get("/tai-khoan").status_code == 200

    used = code()
    later, page = comes_in(house, CITIZEN, "/tai-khoan")
    assert "<svg" not in page.text
    assert later.get("/tai-khoan").status_code == 303  # half in is not in
    assert later.send("/vao/oidc/ma", {"code": used}).status_code == 400
    house.clock.on(seconds=30)
    assert later.send("/vao/oidc/ma", {"code": code()}).headers["location"] == "/tai-khoan"
    assert later.get("/tai-khoan").status_code == 200
    gone = house.browser()
    assert gone.get("/vao/oidc/ma").headers["location"] == "/vao?loi=oidc_stale"


def test_half_in_lasts_ten_minutes(house: House) -> None:
    """The six digits of a sign-in that was left lying are no longer taken."""
    made, browser = invited(house, "office", "van-phong"), house.browser()
    signs_in(browser, followed(browser, browser.get(f"/moi/{made.token}/oidc")), CITIZEN)
    fields = form_fields(browser.get("/vao/oidc/ma"))
    house.clock.on(seconds=601)
    assert browser.post("/vao/oidc/ma", fields | {"code": "1"}).headers["location"] == "/vao?loi=oidc_stale"


def test_an_invitation_sets_the_one_way_in(house: House) -> None:
    """A password no longer opens what was bound to an identity, nor the identity what was given a password; sessions of
    before are over each time."""
    login = house.account("unit")
    first = house.session(login)
    made, browser = accounts.invite(house.engine, login=login, now=house.clock.now, made_by="thử"), house.browser()
    signs_in(browser, followed(browser, browser.get(f"/moi/{made.token}/oidc")), CITIZEN)
    assert first.get("/don-vi/cong-an").status_code == 303
    fields = form_fields(browser.get("/vao"), "/vao")
    assert house.browser().post("/vao", fields | {"login": login, "password": PASSWORD}).status_code != 303
    again = accounts.invite(house.engine, login=login, now=house.clock.now, made_by="thử")
    house.browser().send(f"/moi/{again.token}", {"password": PASSWORD, "again": PASSWORD})
    assert browser.get("/don-vi/cong-an").status_code == 303
    assert states(house) == {login: ("active", "password")}
    assert "chưa ai ở đây gắn" in alert(comes_in(house, CITIZEN)[1])


def test_one_identity_opens_one_account(house: House) -> None:
    """A second invitation taken up with it is refused and stands; a disabled account gives it free."""
    bound(house, "unit")
    made, browser = invited(house, "head"), house.browser()
    page = signs_in(browser, followed(browser, browser.get(f"/moi/{made.token}/oidc")), CITIZEN)
    assert urlsplit(str(page.url)).path == f"/moi/{made.token}"
    assert "đã có người khác" in alert(page)
    assert states(house)["head"] == ("invited", None)
    accounts.disable(house.engine, login="unit", now=house.clock.now, by="thử")
    assert "chưa ai ở đây gắn" in alert(comes_in(house, CITIZEN)[1])
    signs_in(browser, followed(browser, browser.get(f"/moi/{made.token}/oidc")), CITIZEN)
    assert states(house)["head"] == ("active", "outside")


def test_a_colleague_who_is_still_signed_in_is_not_bound(house: House) -> None:
    """On a machine where somebody is signed in at the provider, an invitation asks who sits there now."""
    browser = bound(house, "unit", subject="dong-nghiep")
    made = invited(house, "head")
    there = followed(browser, browser.get(f"/moi/{made.token}/oidc"))
    assert "/interaction/" in str(there.url)
    signs_in(browser, there, CITIZEN)
    assert states(house)["head"] == ("active", "outside")


def test_who_goes_back_is_told_calmly(house: House) -> None:
    """The provider's `access_denied` leads to the page it began on, with words, and nothing has changed."""
    browser = house.browser()
    there = followed(browser, browser.get("/vao/oidc"))
    page = signs_in(browser, there, "", stop="1")
    assert page.status_code == 200
    assert "Chưa có gì thay đổi" in alert(page)
    assert form_fields(page, "/vao")  # a password is still taken
    made = invited(house, "unit")
    there = followed(browser, browser.get(f"/moi/{made.token}/oidc"))
    page = signs_in(browser, there, "", stop="1")
    assert "Chưa có gì thay đổi" in alert(page)
    assert urlsplit(str(page.url)).path == f"/moi/{made.token}"
    assert states(house) == {"unit": ("invited", None)}


def caught(house: House, subject: str = CITIZEN) -> tuple[Browser, str]:
    """A browser on its way back from the provider, and the address it is sent to, not yet opened."""
    browser = house.browser()
    there = followed(browser, browser.get("/vao/oidc"))
    answer = browser.post(str(there.url), {"login": subject})
    while not (to := answer.headers["location"]).startswith(house.address):
        answer = browser.get(to)
    return browser, to


def test_an_answer_is_for_the_browser_that_asked(house: House) -> None:
    """A stolen or planted address of return opens nothing elsewhere: not without the cookie, not with another's."""
    bound(house)
    _, to = caught(house)
    nobody, other = house.browser(), house.browser()
    other.get("/vao/oidc")
    for browser in (nobody, other):
        assert browser.get(to).headers["location"] == "/vao?loi=oidc_stale"
        assert browser.get("/don-vi/cong-an").status_code == 303


def test_a_code_is_taken_once(house: House) -> None:
    """The same address again, even with the cookie put back, is refused: by us, and by the provider."""
    bound(house)
    browser, to = caught(house)
    cookie = browser.client.cookies["kehoach-oidc"]
    assert browser.get(to).headers["location"] == "/"
    assert browser.get(to).headers["location"] == "/vao?loi=oidc_stale"
    replayed = house.browser()
    replayed.client.cookies.set("kehoach-oidc", cookie)
    assert replayed.get(to).headers["location"] == "/vao?loi=oidc_stale"
    assert replayed.get("/don-vi/cong-an").status_code == 303


def test_a_code_of_another_browser_is_not_taken(house: House) -> None:
    """One's own state with another's code (code injection): the verifier does not fit, says the provider."""
    bound(house)
    _, stolen = caught(house)
    mine, to = caught(house, "ke-gian")
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    mixed = re.sub(r"code=[^&]+", f"code={code}", to)
    assert mine.get(mixed).headers["location"] == "/vao?loi=oidc_stale"
    assert mine.get("/don-vi/cong-an").status_code == 303


def test_an_answer_that_comes_too_late(house: House) -> None:
    """After ten minutes the way begins anew."""
    bound(house)
    browser, to = caught(house)
    house.clock.on(seconds=601)
    assert browser.get(to).headers["location"] == "/vao?loi=oidc_stale"


def test_signing_out_leads_to_the_provider(house: House, city: City) -> None:
    """Our session ends at once; a link signs out at the provider, which knows where to send back. Who signs in by a
    password is not sent there."""
    browser = bound(house)
    page = followed(browser, browser.post("/ra", form_fields(browser.get("/don-vi/cong-an"), "/ra")))
    assert browser.get("/don-vi/cong-an").status_code == 303
    there = browser.get(link_to(page, city.issuer))
    assert there.status_code == 200
    assert "logout" in there.text
    login = house.account("head")
    other = house.session(login)
    left = other.post("/ra", form_fields(other.get("/don-vi/cong-an"), "/ra"))
    assert left.headers["location"] == "/"


def test_who_signs_out_there_is_out_here(city: City, engine: Engine, tmp_path: Path) -> None:
    """The provider tells it by itself, by our link and by another client's: this browser's session ends, and the same
    person's on another machine, where the session there is another one, does not. On both databases."""
    now, oidc = datetime.now(UTC), settings_for(city.issuer, city.base)
    with built_on(engine, tmp_path, now=now, oidc=oidc) as house:
        browser = bound(house)
        elsewhere, _ = comes_in(house, CITIZEN)
        signs_out_there(browser, browser.get(f"{city.issuer}/session/end"))
        assert [each.get("/don-vi/cong-an").status_code for each in (browser, elsewhere)] == [303, 200]
        gone = followed(elsewhere, elsewhere.post("/ra", form_fields(elsewhere.get("/don-vi/cong-an"), "/ra")))
        back = signs_out_there(elsewhere, elsewhere.get(link_to(gone, city.issuer)))
        assert str(back.url).startswith(f"{city.base}/vao")
        again = followed(elsewhere, elsewhere.get("/vao/oidc"))
        assert "/interaction/" in str(again.url)  # there, too, nobody is signed in any more


def signs_out_there(browser: Browser, page: Any) -> Any:
    """Say yes to the provider's question; where that leads."""
    action = next(str(each.attrs["action"]) for each in elements(page) if each.tag == "form")
    return followed(browser, browser.post(action, form_fields(page, action) | {"logout": "yes"}))


@pytest.mark.parametrize("to", ["//xau.example", "/\\xau.example", "https://xau.example/", "javascript:1", "/\t/xau"])
def test_nobody_is_sent_elsewhere(to: str, house: House) -> None:
    """After coming back a reader stays with us, whatever the address said."""
    bound(house)
    browser = house.browser()
    there = followed(browser, browser.get("/vao/oidc", params={"tiep": to}))
    page = signs_in(browser, there, CITIZEN)
    assert str(page.url) == f"{house.address}/don-vi/cong-an"


def test_words_of_a_problem_are_ours(house: House) -> None:
    """The address can name a problem of the table, and nothing else appears."""
    page = house.browser().get("/vao", params={"loi": "oidc_name"})
    assert page.status_code == 200
    assert alert(page) == ""
    page = house.browser().get("/vao", params={"loi": "<script>xau"})
    assert alert(page) == ""
    assert "<script>xau" not in page.text


def test_a_form_whose_session_ended_is_not_lost(house: House) -> None:
    """The page keeps what was typed while one signs in in another window, and shows it to be sent again."""
    browser = bound(house)
    path = "/don-vi/cong-an/lich-su"
    assert browser.get(path).status_code == 200
    house.clock.on(days=40)
    page = browser.post("/phien", {"id": "chu-da-go"})
    assert page.status_code == 401
    assert 'target="_blank"' in page.text
    fields = form_fields(page, "/phien")
    assert fields["id"] == "chu-da-go"
    house.clock.now = datetime.now(UTC)
    followed(browser, browser.get("/vao/oidc"))  # the provider still knows who it is
    again = browser.post("/phien", fields)
    assert again.status_code == 403
    assert "chu-da-go" in again.text
