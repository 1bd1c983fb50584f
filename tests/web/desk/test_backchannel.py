"""Signed out at the provider, signed out here: what a right word of it ends, and every way in which one is wrong."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import RSAKey
from sqlalchemy import Engine, text

from models import account
from models.session import begin, reading
from tests.web.conftest import serving
from tests.web.desk.browser import Browser
from tests.web.desk.conftest import House, built_on
from tests.web.desk.oidc_city import CLIENT, SECRET, Liar, followed, free_port, lying, settings_for
from tests.web.desk.test_oidc_attacks import SUBJECT, Way, bind
from usecases import desk_sessions, outside
from usecases.outside import Identity
from web.desk.backchannel import PATH
from web.desk.oidc_logout import EVENT, LEEWAY
from web.limit import Limiter


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying() as made:
        yield made


@pytest.fixture
def house(liar: Liar, sqlite_engine: Engine, tmp_path: Path) -> Iterator[House]:
    base = f"http://127.0.0.1:{free_port()}"
    with built_on(sqlite_engine, tmp_path, oidc=settings_for(liar.issuer, base)) as made:
        bind(made, liar.issuer)
        yield made


def signed_in(house: House, liar: Liar, sid: str | None = None, **claims: Any) -> Browser:
    """A browser that came in by the provider, there in the session `sid`."""
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims(sid=sid, **claims))})
    assert way.back().headers["location"] == "/don-vi/cong-an"
    return way.browser


def claims(house: House, liar: Liar, **more: Any) -> dict[str, Any]:
    """What a right word says; None takes a claim out."""
    at = int(house.clock.now.timestamp())
    told = {"iss": liar.issuer, "aud": CLIENT, "iat": at, "exp": at + 120, "jti": f"j{len(liar.asked)}-{at}"}
    return {name: value for name, value in (told | {"events": {EVENT: {}}} | more).items() if value is not None}


def tell(house: House, token: str, **more: Any) -> httpx.Response:
    return house.browser().client.post(PATH, data={"logout_token": token}, **more)


def word(house: House, liar: Liar, header: dict[str, Any] | None = None, key: Any = None, **more: Any) -> str:
    return liar.signed(claims(house, liar, **more), header, key)


def is_in(browser: Browser) -> bool:
    return browser.get("/don-vi/cong-an").status_code == 200


# What a right word ends


def test_a_session_there_ends_the_sessions_that_began_with_it(house: House, liar: Liar) -> None:
    """By `sid` alone those two browsers are out and the third, of another session there, is not; a session that a
    password opened is none of the provider's."""
    one, same, other = (signed_in(house, liar, sid) for sid in ("s1", "s1", "s2"))
    password = house.session(house.account("head"))
    answer = tell(house, word(house, liar, {"typ": "logout+jwt"}, sid="s1"))
    assert (answer.status_code, answer.content, answer.headers["cache-control"]) == (200, b"", "no-store")
    assert [is_in(each) for each in (one, same, other, password)] == [False, False, True, True]


def test_a_person_who_signed_out_is_out_everywhere(house: House, liar: Liar) -> None:
    """By `sub` alone all of that account's sessions end; another account's stay."""
    bind(house, liar.issuer, "head", subject="so-2")
    mine = [signed_in(house, liar, sid) for sid in ("s1", None)]
    theirs = signed_in(house, liar, "s1", sub="so-2")
    assert tell(house, word(house, liar, sub=SUBJECT)).status_code == 200
    assert [is_in(each) for each in (*mine, theirs)] == [False, False, True]


def test_both_name_one_session_of_one_person(house: House, liar: Liar) -> None:
    """And those of the same person, too, of which it is not known with which session they began; not another's of that
    name."""
    bind(house, liar.issuer, "head", subject="so-2")
    mine = [signed_in(house, liar, sid) for sid in ("s1", "s2", None)]
    theirs = signed_in(house, liar, "s1", sub="so-2")
    assert tell(house, word(house, liar, sub=SUBJECT, sid="s1")).status_code == 200
    assert [is_in(each) for each in (*mine, theirs)] == [False, True, False, True]


def test_nobody_here_is_a_success(house: House, liar: Liar) -> None:
    """Whoever is out already, or was never bound: section 2.7."""
    browser = signed_in(house, liar, "s1")
    for told in ({"sub": "ai-do"}, {"sid": "s9"}, {"sub": "ai-do", "sid": "s1"}):
        assert tell(house, word(house, liar, jti=str(told), **told)).status_code == 200
    assert is_in(browser)


@pytest.mark.parametrize("there", [{"sub": SUBJECT}, {"sid": "s1"}, {"sub": SUBJECT, "sid": "s1"}], ids=str)
def test_on_both_databases(there: dict[str, str], liar: Liar, engine: Engine, tmp_path: Path) -> None:
    """With the rights that the application has there; only the first of two alike, even at the same moment."""
    with built_on(engine, tmp_path, oidc=settings_for(liar.issuer, f"http://127.0.0.1:{free_port()}")) as house:
        bind(house, liar.issuer)
        browser = signed_in(house, liar, "s1")
        token = word(house, liar, **there)
        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(lambda _: tell(house, token).status_code, range(4))) == [200, 400, 400, 400]
        assert not is_in(browser)


def test_a_word_is_taken_once_and_forgotten_after_its_life(house: House, liar: Liar) -> None:
    """Whoever caught one cannot keep the person out with it; what expired is refused for that and no longer kept."""
    token = word(house, liar, sub=SUBJECT)
    assert tell(house, token).status_code == 200
    browser = signed_in(house, liar)
    assert tell(house, token).status_code == 400
    house.clock.on(seconds=200)
    assert tell(house, token).status_code == 400
    assert is_in(browser)
    house.clock.on(hours=2)
    assert tell(house, word(house, liar, sub="ai-do")).status_code == 200
    with reading(house.engine) as session:
        assert session.connection().execute(text("SELECT count(*) FROM spent_logout")).scalar() == 1


def test_who_is_still_on_the_way_in_is_out_as_well(house: House, liar: Liar) -> None:
    """The session there ended while its answer was under way, or while the six digits were typed: it opens nothing, and
    a new one does."""
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims(sid="s1"))})
    assert tell(house, word(house, liar, sid="s1")).status_code == 200
    assert way.back().headers["location"] == "/vao?loi=oidc_stale"
    assert not way.is_in
    assert is_in(signed_in(house, liar, "s2"))


def test_nothing_of_the_providers_session_is_kept(house: House, liar: Liar, caplog: pytest.LogCaptureFixture) -> None:
    """A mark by the key of the data folder, in the row and nowhere a name; no token and no subject in a log."""
    with caplog.at_level("DEBUG", logger="kehoach"):
        signed_in(house, liar, "phien-o-thanh-pho")
        token = word(house, liar, sub=SUBJECT, sid="phien-o-thanh-pho", jti="mot-lan")
        tell(house, token)
        tell(house, token)
    with reading(house.engine) as session:
        rows = "".join(
            str(session.connection().execute(text(f"SELECT * FROM {name}")).all())
            for name in ("desk_session", "spent_logout")
        )
    kept = rows + caplog.text
    for secret in ("phien-o-thanh-pho", SUBJECT, "mot-lan", token, "eyJ"):
        assert secret not in kept


# What proves nothing

NOW = 1_747_706_400
"""The desk's clock in these tests, 20/5/2025 09:00."""


@pytest.mark.parametrize(
    "more",
    [
        {"iss": "https://xau.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"]},
        {"aud": None},
        {"nonce": "n"},
        {"nonce": ""},
        {"events": None},
        {"events": {}},
        {"events": {EVENT: True}},
        {"events": [EVENT]},
        {"events": EVENT},
        {"events": {"http://schemas.openid.net/event/other": {}}},
        {"sub": None, "sid": None},
        {"sub": ""},
        {"sub": 7},
        {"sid": ["s1"]},
        {"sid": "x" * 256},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"iat": None},
        {"iat": "now"},
        {"iat": True},
        {"iat": NOW + 120, "exp": NOW + 240},
        {"exp": None},
        {"exp": "2099"},
        {"exp": NOW - 61},
        {"exp": float("nan")},
        {"exp": 10**400},
        {"iat": NOW - 3 * 3600, "exp": NOW + 10**6},  # good for ever, it says
    ],
    ids=str,
)
def test_claims_that_prove_nothing(more: dict[str, Any], house: House, liar: Liar) -> None:
    """Signed by the right key, and of another issuer, client, time, shape or purpose: 400, and nobody is out."""
    assert int(house.clock.now.timestamp()) == NOW
    browser = signed_in(house, liar, "s1")
    answer = tell(house, word(house, liar, **({"sub": SUBJECT, "sid": "s1"} | more)))
    assert (answer.status_code, answer.json(), answer.headers["cache-control"]) == (
        400,
        {"error": "invalid_request"},
        "no-store",
    )
    assert is_in(browser)


def part(told: Any) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


def test_signatures_that_prove_nothing(house: House, liar: Liar) -> None:
    """None, our own secret or the public key as a shared one, another key of a known name, one brought along, an
    altered word, an ID token, a token for another purpose; and neither none nor two of them."""
    browser, thief = signed_in(house, liar, "s1"), RSAKey.generate_key(2048, {"kid": "one"})
    told = claims(house, liar, sub=SUBJECT)
    right = liar.signed(told)
    body = part(told)

    def shared(secret: bytes) -> str:
        signed = f"{part({'alg': 'HS256', 'kid': 'one'})}.{body}"
        mac = hmac.digest(secret, signed.encode(), "sha256")
        return f"{signed}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    at = int(house.clock.now.timestamp())
    id_token = liar.signed({"iss": liar.issuer, "aud": CLIENT, "iat": at, "exp": at + 60, "sub": SUBJECT, "jti": "x"})
    head, _, signature = right.split(".")
    tokens = {
        "none": f"{part({'alg': 'none'})}.{body}.",
        "our secret": shared(SECRET.encode()),
        "public key": shared(liar.key.as_pem(private=False)),
        "another key": liar.signed(told, key=thief),
        "brought along": liar.signed(told, {"jwk": thief.as_dict(private=False)}, thief),
        "altered": f"{head}.{part(told | {'sub': 'so-2'})}.{signature}",
        "id token": id_token,
        "access token": liar.signed(told, {"typ": "at+jwt"}),
        "unknown key": liar.signed(told, {"kid": "nine"}),
        "of four parts": f"{right}.x",
        "empty": "",
        "letters": "é.é.é",
    }
    for name, token in tokens.items():
        assert tell(house, token).status_code == 400, name
    client = house.browser().client
    assert client.post(PATH, content=f"logout_token={right}&logout_token={right}").status_code == 400
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert client.post(PATH, content=f"logout_token={right}&logout_token={right}", headers=form).status_code == 400
    assert client.post(PATH, json={"logout_token": right}).status_code == 400
    assert client.post(PATH, content=b"logout_token=" + b"x" * 40_000, headers=form).status_code == 400
    assert client.post(PATH, content=b"\xff", headers=form).status_code == 400
    assert client.get(PATH, params={"logout_token": right}).status_code == 405
    assert is_in(browser)
    assert tell(house, right).status_code == 200
    assert not is_in(browser)


def test_a_new_key_is_fetched(house: House, liar: Liar) -> None:
    """The provider changed its key: the set is read again, at most each half minute, whoever asks."""
    browser = signed_in(house, liar, "s1")
    new = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    liar.keys = {"keys": [new.as_dict(private=False)]}
    token = word(house, liar, {"kid": "two"}, new, sid="s1")
    assert tell(house, token).status_code == 400
    house.clock.on(seconds=31)
    read = liar.asked.count("/keys")
    assert tell(house, token).status_code == 200
    assert not is_in(browser)
    for n in range(5):
        assert tell(house, word(house, liar, {"kid": f"k{n}"}, new, sid="s1")).status_code == 400
    assert liar.asked.count("/keys") == read + 1


def test_a_provider_that_cannot_be_asked(sqlite_engine: Engine, tmp_path: Path, liar: Liar) -> None:
    """Its keys cannot be read just now: 503, so that it sends again; nobody's try is counted for it."""
    oidc = settings_for(liar.issuer, f"http://127.0.0.1:{free_port()}")
    with built_on(sqlite_engine, tmp_path, oidc=oidc) as house:
        liar.keys = b"x"
        assert tell(house, word(house, liar, sub=SUBJECT)).status_code == 503


def test_who_sends_rubbish_is_stopped(house: House, liar: Liar) -> None:
    """After three that prove nothing the address waits and nothing is looked at; right words count for nobody."""
    desk = replace(house.desk, wrong_tokens=Limiter(3, minutes=60))
    with serving(house.engine, desk=desk) as client:

        def send(token: str) -> int:
            return client.post(PATH, data={"logout_token": token}).status_code

        assert [send(word(house, liar, sub=SUBJECT, jti=f"right{n}")) for n in range(5)] == [200] * 5
        assert [send("a.b.c") for _ in range(4)] == [400, 400, 400, 429]
        assert send(word(house, liar, sub=SUBJECT, jti="right5")) == 429


def test_without_an_issuer_there_is_no_such_address(tmp_path: Path, sqlite_engine: Engine) -> None:
    """No provider, no door."""
    with built_on(sqlite_engine, tmp_path) as house:
        assert tell(house, "x").status_code == 404


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    more=st.dictionaries(
        st.sampled_from(["iss", "aud", "iat", "exp", "jti", "events", "sub", "sid", "typ"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        ),
        min_size=1,
    ),
    raw=st.binary(max_size=60),
)
def test_no_word_is_a_fault(more: dict[str, Any], raw: bytes, house: House, liar: Liar) -> None:
    """Whatever it says, signed by the right key or not at all: never a server error."""
    form = {"content-type": "application/x-www-form-urlencoded"}
    told = claims(house, liar, sub=SUBJECT) | more
    for body in (f"logout_token={liar.signed(told)}".encode(), b"logout_token=" + raw):
        assert house.browser().client.post(PATH, content=body, headers=form).status_code in (200, 400)


def test_signing_in_again_is_not_hindered(house: House, liar: Liar) -> None:
    """After a word by `sub` alone the same person comes in at once; the way there and back is as before."""
    signed_in(house, liar, "s1")
    assert tell(house, word(house, liar, sub=SUBJECT)).status_code == 200
    browser = signed_in(house, liar, "s2")
    assert followed(browser, browser.get("/")).status_code == 200
    assert outside.opens(house.engine, office="nho", account_id=account_id(house))


def account_id(house: House) -> str:
    with reading(house.engine) as session:
        return str(session.connection().execute(text("SELECT id FROM account WHERE login = 'unit'")).scalar_one())


@pytest.mark.parametrize("told", [{"session": "s1"}, {"subject": SUBJECT}], ids=["session", "subject"])
def test_a_way_in_and_its_end_at_the_same_moment(
    told: dict[str, str], engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word of the end waits for whoever is being let in by that session, and ends what was opened."""
    issuer, opening, go = "https://a.example", Event(), Event()
    opened = desk_sessions.opened

    def slowly(*args: Any, **more: Any) -> str:
        token = opened(*args, **more)
        opening.set()
        assert go.wait(60)
        return token

    monkeypatch.setattr(desk_sessions, "opened", slowly)
    with built_on(engine, tmp_path) as house, ThreadPoolExecutor(2) as pool:
        key, now = house.desk.key, house.clock.now
        house.account("unit")
        who = Identity(outside.mark_of(key, issuer, SUBJECT), True, outside.session_mark_of(key, issuer, "s1"))
        with begin(house.engine) as session:
            row = account.by_login(session, "unit")
            assert row is not None
            account.change(session, row.office, row.id, outside=who.mark)
        entered = pool.submit(outside.sign_in, house.engine, key=key, who=who, now=now)
        assert opening.wait(60)
        word = {"subject": None, "session": None} | told
        ended = pool.submit(
            outside.sign_out, house.engine, key=key, issuer=issuer, id="j", until=now + LEEWAY, now=now, **word
        )
        wait([ended], 0.3)
        go.set()
        token = entered.result()
        assert ended.result() == 1
        with reading(house.engine) as session:
            assert desk_sessions.find(session, token=token, now=now) is None
