"""Providers that lie, attackers in between, and providers that are not there: nobody gets in, and a page says why."""

from __future__ import annotations

import hmac
import json
import subprocess
import sys
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import Engine

from models import account
from models.session import begin
from rules.errors import RequestRefused
from settings import OidcSettings
from tests.web.conftest import serving
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import NOW, PASSWORD, House, built_on
from tests.web.desk.oidc_city import CLIENT, SECRET, Liar, alert, followed, free_port, lying, settings_for
from usecases import accounts, outside
from usecases.outside import Identity
from web.desk import oidc_source
from web.limit import Limiter

SUBJECT = "so-1"


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying() as made:
        yield made


@pytest.fixture
def house(liar: Liar, sqlite_engine: Engine, tmp_path: Path) -> Iterator[House]:
    """A desk that trusts the liar, with an account that its subject opens."""
    base = f"http://127.0.0.1:{free_port()}"
    with built_on(sqlite_engine, tmp_path, oidc=settings_for(liar.issuer, base)) as made:
        bind(made, liar.issuer)
        yield made


def bind(house: House, issuer: str, role: str = "unit", subject: str = SUBJECT, **more: Any) -> None:
    made = accounts.add(
        house.engine, login=role, name="x", roles=(role,), unit="cong-an", now=house.clock.now, made_by="thử"
    )
    who = Identity(outside.mark_of(house.desk.key, issuer, subject), second=True)
    outside.take_up(house.engine, key=house.desk.key, token=made.token, who=who, now=house.clock.now, **more)


class Way:
    """A browser that was sent to the provider, and what it was sent with."""

    def __init__(self, house: House) -> None:
        self.browser = house.browser()
        sent = urlsplit(self.browser.get("/vao/oidc", params={"tiep": "/don-vi/cong-an"}).headers["location"])
        self.asked = {name: values[0] for name, values in parse_qs(sent.query).items()}
        self.house = house

    def claims(self, **more: Any) -> dict[str, Any]:
        """What a true provider would say of this way; None takes a claim out."""
        at = int(self.house.clock.now.timestamp())
        told = {
            "iss": self.house.desk.oidc.issuer if self.house.desk.oidc else "",
            "sub": SUBJECT,
            "aud": CLIENT,
            "iat": at,
            "exp": at + 300,
            "nonce": self.asked["nonce"],
        } | more
        return {name: value for name, value in told.items() if value is not None}

    def back(self, **more: str) -> httpx.Response:
        """The browser comes back with a code, or with what is said instead."""
        told = {"state": self.asked["state"], "code": "mot-ma"} | more
        return self.browser.get("/vao/oidc/ve", params=told)

    @property
    def is_in(self) -> bool:
        return self.browser.get("/don-vi/cong-an").status_code == 200


def comes_to(house: House, liar: Liar, **claims: Any) -> tuple[Way, httpx.Response]:
    """A whole way with a rightly signed token of these claims."""
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims(**claims))})
    return way, way.back()


def refused(way: Way, answer: httpx.Response, word: str) -> bool:
    """Back on the sign-in page with this problem in words, and not in."""
    page = followed(way.browser, answer)
    return (
        answer.headers.get("location") == f"/vao?loi={word}"
        and page.status_code == 200
        and bool(alert(page))
        and bool(form_fields(page, "/vao"))
        and not way.is_in
    )


def test_the_truth_is_believed(house: House, liar: Liar) -> None:
    """The same token that the attacks below alter lets in, so that each of them is refused for what it altered; the
    client proved itself in the way that the provider takes, with the code's verifier."""
    way, posted = Way(house), []

    def token(form: dict[str, str]) -> tuple[int, bytes]:
        posted.append(form)
        return 200, json.dumps({"id_token": liar.signed(way.claims(aud=[CLIENT], azp=CLIENT))}).encode()

    liar.token = token
    answer = way.back()
    assert answer.headers["location"] == "/don-vi/cong-an"
    assert way.is_in
    assert posted[0]["client_secret"] == SECRET
    assert posted[0]["code"] == "mot-ma"
    assert len(posted[0]["code_verifier"]) == 43


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://xau.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": "another-client", "azp": CLIENT},
        {"aud": ["another-client", "third-client"], "azp": CLIENT},
        {"aud": None},
        {"aud": [CLIENT, "another-client"]},  # without azp
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"nonce": "another"},
        {"nonce": None},
        {"nonce": ["another"]},
        {"exp": int(NOW.timestamp()) - 61},
        {"exp": None},
        {"exp": "2099"},
        {"exp": float("nan")},
        {"iat": int(NOW.timestamp()) + 3600},
        {"iat": None},
        {"nbf": int(NOW.timestamp()) + 3600},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"amr": "mfa"},
        {"at_hash": "x"},
        {"at_hash": ["x"]},
    ],
    ids=str,
)
def test_claims_that_prove_nothing(claims: dict[str, Any], house: House, liar: Liar) -> None:
    """Signed by the right key, and of another issuer, client, browser, time or shape."""
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims(**claims)), "access_token": "a"})
    assert refused(way, way.back(), "oidc_untrusted")


def unsigned(way: Way, algorithm: str = "none") -> str:
    """`alg: none`, as RFC 7515 appendix A.5 writes it."""
    head = {"alg": algorithm, "kid": "one"}
    return ".".join(text(json.dumps(each).encode()) for each in (head, way.claims())) + "."


def shared(way: Way, secret: bytes) -> str:
    """HMAC with what is no secret: a library that takes the key's kind from the token would believe it."""
    signed = unsigned(way, "HS256")[:-1]
    return f"{signed}.{text(hmac.digest(secret, signed.encode(), 'sha256'))}"


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_signatures_that_prove_nothing(house: House, liar: Liar) -> None:
    """None at all; our own secret or the public key as a shared one; another key under a known name; an altered word;
    keys that the token brings along."""
    thief = RSAKey.generate_key(2048, {"kid": "one"})
    public = liar.key.as_pem(private=False)
    curve = ECKey.generate_key("P-256", {"kid": "one"})
    made = {
        "none": unsigned,
        "our secret": lambda way: liar.signed(way.claims(), {"alg": "HS256"}, OctKey.import_key(SECRET.encode())),
        "public key as secret": lambda way: shared(way, public),
        "another key": lambda way: liar.signed(way.claims(), key=thief),
        "another kind": lambda way: liar.signed(way.claims(), {"alg": "ES256"}, curve),
        "key brought along": lambda way: liar.signed(way.claims(), {"jwk": thief.as_dict(private=False)}, thief),
        "key elsewhere": lambda way: liar.signed(way.claims(), {"jku": f"{liar.issuer}/keys2", "kid": "two"}, thief),
        "altered": lambda way: liar.signed(way.claims(sub="so-2")).replace(".", ".e", 1),
        "cut off": lambda way: liar.signed(way.claims()).rpartition(".")[0] + ".",
    }
    for name, token in made.items():
        way = Way(house)
        liar.answers({"id_token": token(way)})
        assert refused(way, way.back(), "oidc_untrusted"), name
    assert "/keys2" not in liar.asked


def test_a_new_key_is_fetched_and_an_unknown_one_is_no_flood(house: House, liar: Liar) -> None:
    """The provider changed its key: the set is read again and the token taken. A name in no set is refused, and the
    set is not read for it more than once in half a minute."""
    assert comes_to(house, liar)[0].is_in
    new = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
    liar.keys = {"keys": [{"kty": "?"}, 7, {"kty": "RSA", "n": "!"}, new.as_dict(private=False)]}
    house.clock.on(seconds=31)
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims(), {"kid": "two"}, new)})
    way.back()
    assert way.is_in
    before = liar.asked.count("/keys")
    for _ in range(5):
        way = Way(house)
        liar.answers({"id_token": liar.signed(way.claims(), {"kid": "three"}, new)})
        assert refused(way, way.back(), "oidc_untrusted")
    assert liar.asked.count("/keys") == before


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ({"state": "x"}, "oidc_stale"),
        ({"state": ""}, "oidc_stale"),
        ({"state": "é" * 43}, "oidc_stale"),
        ({"code": ""}, "oidc_untrusted"),
        ({"code": "x" * 5000}, "oidc_untrusted"),
        ({"iss": "https://xau.example"}, "oidc_untrusted"),
        ({"error": "access_denied"}, "oidc_denied"),
        ({"error": "access_denied", "iss": "https://xau.example"}, "oidc_untrusted"),
        ({"error": "temporarily_unavailable"}, "oidc_down"),
        ({"error": "invalid_scope", "error_description": "<script>alert(1)</script>"}, "oidc_untrusted"),
        ({"error": ""}, "oidc_untrusted"),
    ],
    ids=str,
)
def test_answers_by_the_browser(told: dict[str, str], word: str, house: House, liar: Liar) -> None:
    """What the browser brings back is compared, and errors become calm words; nothing of theirs is shown."""
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims())})
    answer = way.back(**told)
    assert refused(way, answer, word)
    assert "alert(1)" not in followed(way.browser, answer).text


def test_a_provider_that_names_itself_must_do_it_always(house: House, liar: Liar) -> None:
    """Where the discovery document promises `iss` in answers (RFC 9207), one without it is refused."""
    liar.discovery["authorization_response_iss_parameter_supported"] = True
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims())})
    assert refused(way, way.back(), "oidc_untrusted")
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims())})
    assert way.back(iss=liar.issuer).headers["location"] == "/don-vi/cong-an"


def test_a_sealed_cookie_is_not_made_or_altered(house: House, liar: Liar) -> None:
    """A cookie of one's own, an altered one, and one sealed for another step open nothing."""
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims())})
    right = way.browser.client.cookies["kehoach-oidc"]
    body, _, seal = right.partition(".")
    for wrong in ("", "x", "x.y", f"{body}.", f"{body}.{seal[:-2]}AA", f"e30.{seal}", f"{body}=.{seal}"):
        way.browser.client.cookies.set("kehoach-oidc", wrong)
        way.browser.client.cookies.jar.clear()
        answer = way.browser.get(
            "/vao/oidc/ve",
            params={"state": way.asked["state"], "code": "x"},
            headers={"cookie": f"kehoach-oidc={wrong}"},
        )
        assert answer.headers["location"] == "/vao?loi=oidc_stale", wrong
    answer = way.browser.get("/vao/oidc/ma", headers={"cookie": f"kehoach-oidc={right}"})
    assert answer.headers["location"] == "/vao?loi=oidc_stale"


# Providers that are not there


@pytest.mark.parametrize(
    ("discovery", "word"),
    [
        (b"<html>", "oidc_down"),
        (b"[" * 100_000, "oidc_down"),
        (b"\xff\xfe", "oidc_down"),
        (b" " * (oidc_source.MOST_BYTES + 1), "oidc_down"),
        ([], "oidc_down"),
        ({}, "oidc_down"),
        ({"issuer": "https://xau.example"}, "oidc_down"),
        ({"token_endpoint": "http://xau.example/token"}, "oidc_down"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "oidc_down"),
        ({"jwks_uri": 7}, "oidc_down"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_discovery_that_is_none(discovery: Any, word: str, house: House, liar: Liar) -> None:
    """No JSON, another issuer, an address that is not https: the sign-in page says so, and a password still opens."""
    liar.discovery = liar.discovery | discovery if isinstance(discovery, dict) and discovery else discovery
    browser = house.browser()
    answer = browser.get("/vao/oidc")
    assert answer.headers["location"] == f"/vao?loi={word}"
    page = browser.get(answer.headers["location"])
    assert "Chưa kết nối được" in alert(page)
    login = house.account("head")
    entered = browser.post("/vao", form_fields(page, "/vao") | {"login": login, "password": PASSWORD})
    assert entered.headers["location"] == "/"


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({}, 200, "oidc_untrusted"),
        ([], 200, "oidc_untrusted"),
        ({"id_token": 7}, 200, "oidc_untrusted"),
        ({"id_token": "a.b.c"}, 200, "oidc_untrusted"),
        ({"id_token": "é.é.é"}, 200, "oidc_untrusted"),
        ({"id_token": ""}, 200, "oidc_untrusted"),
        ({"error": "invalid_grant"}, 400, "oidc_stale"),
        ({"error": "invalid_client"}, 401, "oidc_untrusted"),
        (b"<html>", 200, "oidc_down"),
        (b"", 500, "oidc_down"),
    ],
    ids=str,
)
def test_token_endpoints_that_say_nothing(body: Any, status: int, word: str, house: House, liar: Liar) -> None:
    """Rubbish and refusals of the token endpoint are words on a page."""
    way = Way(house)
    liar.answers(body, status)
    assert refused(way, way.back(), word)


@pytest.mark.parametrize(
    "keys", [{}, {"keys": []}, {"keys": 7}, {"keys": [{"kty": "oct", "k": "AAAA"}]}, b"x"], ids=str
)
def test_keys_that_are_none(keys: Any, house: House, liar: Liar) -> None:
    """A set without a key that could sign is no set."""
    liar.keys = keys
    way = Way(house)
    liar.answers({"id_token": liar.signed(way.claims())})
    assert refused(way, way.back(), "oidc_down")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    token=st.text(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    ),
    sub=st.none() | st.integers() | st.lists(st.text(max_size=3), max_size=2),
)
def test_no_answer_is_a_fault(token: Any, sub: Any, house: House, liar: Liar) -> None:
    """Whatever the token endpoint says, signed or not, nobody is let in and no page is a server error."""
    for said in (token, liar.signed({"sub": sub, "x": token})):
        way = Way(house)
        liar.answers({"id_token": said, "access_token": token})
        assert way.back().headers["location"].startswith("/vao?loi=oidc_")
        assert not way.is_in


def test_a_provider_that_is_down_is_left_alone(house: House, liar: Liar) -> None:
    """After one failure it is not asked for a quarter of a minute, however many press the button; then it is again."""
    right, liar.discovery = liar.discovery, {}
    browser = house.browser()
    for _ in range(5):
        assert browser.get("/vao/oidc").headers["location"] == "/vao?loi=oidc_down"
    assert len(liar.asked) == 1
    liar.discovery = right
    house.clock.on(seconds=15)
    assert comes_to(house, liar)[0].is_in
    asked = liar.asked.count("/.well-known/openid-configuration")
    assert comes_to(house, liar)[0].is_in
    assert liar.asked.count("/.well-known/openid-configuration") == asked


def test_nobody_listens(sqlite_engine: Engine, tmp_path: Path) -> None:
    """A refused connection is a page; the invitation's page stays, with the password form."""
    oidc = settings_for(f"http://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}")
    with built_on(sqlite_engine, tmp_path, oidc=oidc) as house:
        browser = house.browser()
        made = accounts.add(
            house.engine, login="x", name="x", roles=("unit",), unit="a", now=house.clock.now, made_by="thử"
        )
        answer = browser.get(f"/moi/{made.token}/oidc")
        assert answer.headers["location"] == f"/moi/{made.token}?loi=oidc_down"
        page = browser.get(answer.headers["location"])
        assert "Chưa kết nối được" in alert(page)
        assert 'name="password"' in page.text


def test_a_provider_that_hangs(sqlite_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who connects and hears nothing is answered after the limit, and others meanwhile are served."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        oidc = settings_for(f"http://127.0.0.1:{silent.getsockname()[1]}", f"http://127.0.0.1:{free_port()}")
        monkeypatch.setattr(oidc_source, "_SECONDS", 0.3)
        with built_on(sqlite_engine, tmp_path, oidc=oidc) as house:
            started, answers = time.monotonic(), []
            waits = threading.Thread(target=lambda: answers.append(house.browser().get("/vao/oidc")))
            waits.start()
            assert house.browser().get("/vao").status_code == 200
            waits.join()
            assert answers[0].headers["location"] == "/vao?loi=oidc_down"
            assert time.monotonic() - started < 60


# Limits, cookies, settings


def test_tries_are_counted(house: House, liar: Liar) -> None:
    """Ways back are counted as passwords are; the start is counted, too."""
    way = Way(house)
    desk = replace(house.desk, tries=Limiter(2, minutes=60), writes=Limiter(3, minutes=60))
    with serving(house.engine, desk=desk) as client:
        browser = Browser(client)
        assert [browser.get("/vao/oidc/ve").status_code for _ in range(3)] == [303, 303, 429]
        assert [browser.get("/vao/oidc").status_code for _ in range(4)] == [303, 303, 303, 429]
    assert not way.is_in


def test_cookies_over_https(house: House, liar: Liar) -> None:
    """Where people reach the desk by https the cookie has the __Host- prefix, is for https alone, out of a script's
    reach, not sent with forms of others, and gone after ten minutes."""
    oidc = OidcSettings(issuer=liar.issuer, client_id=CLIENT, base="https://kehoach.example")
    from web.desk import Desk

    desk = Desk.at(house.engine, house.desk.home, base=oidc.base, clock=house.clock, oidc=oidc)
    with serving(house.engine, desk=desk) as client:
        answer = client.get("/vao/oidc")
    sent = next(each for each in answer.headers.get_list("set-cookie") if "oidc" in each)
    name, *parts = sent.split("; ")
    assert name.startswith("__Host-kehoach-oidc=")
    assert {each.lower() for each in parts} >= {"httponly", "max-age=600", "path=/", "samesite=lax", "secure"}
    assert "domain" not in sent.lower()
    assert "https%3A%2F%2Fkehoach.example%2Fvao%2Foidc%2Fve" in answer.headers["location"]
    assert SECRET not in repr(desk)


def test_without_an_issuer_there_is_nothing(tmp_path: Path, sqlite_engine: Engine) -> None:
    """No button, and no page behind it."""
    with built_on(sqlite_engine, tmp_path) as house:
        browser = house.browser()
        assert "/vao/oidc" not in browser.get("/vao").text
        for path in ("/vao/oidc", "/vao/oidc/ve", "/moi/x/oidc"):
            assert browser.get(path).status_code == 404
        assert browser.get("/vao/oidc/ra").headers["location"] == "/"


def test_who_does_not_use_it_does_not_load_it(tmp_path: Path) -> None:
    """Authlib and its cryptography weigh megabytes: without an issuer no module of it is imported."""
    script = (
        "import sys; from pathlib import Path; from models.session import open_engine; from web.desk import Desk;"
        "from web.app import application; engine = open_engine('sqlite:///' + sys.argv[1] + '/k.db');"
        "application(engine, desk=Desk.at(engine, Path(sys.argv[1])));"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'authlib', 'joserfc', 'cryptography'}))"
    )
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True)
    assert (ran.stdout.strip(), ran.stderr) == ("[]", "")


RIGHT = {
    "KEHOACH_OIDC_ISSUER": "https://dangnhap.example/realms/can-bo",
    "KEHOACH_OIDC_CLIENT_ID": "kehoach",
    "KEHOACH_BASE_URL": "https://kehoach.example/",
    "KEHOACH_OIDC_AMR": "mfa hwk",
}


def test_settings_that_are_right(tmp_path: Path) -> None:
    """From the environment, the secret from a file; without an issuer there is nothing; secrets are not printed."""
    file = tmp_path / "secret"
    file.write_text("rat bi mat\n")
    found = OidcSettings.from_environment(RIGHT | {"KEHOACH_OIDC_CLIENT_SECRET_FILE": str(file)})
    assert found is not None
    assert (found.base, found.client_secret, found.amr) == ("https://kehoach.example", "rat bi mat", ("mfa", "hwk"))
    assert "rat bi mat" not in repr(found)
    assert OidcSettings.from_environment({"KEHOACH_BASE_URL": "https://kehoach.example"}) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"KEHOACH_BASE_URL": ""},
        {"KEHOACH_BASE_URL": "http://kehoach.example"},
        {"KEHOACH_OIDC_CLIENT_ID": ""},
        {"KEHOACH_OIDC_ISSUER": "dangnhap.example"},
        {"KEHOACH_OIDC_ISSUER": "http://dangnhap.example"},
        {"KEHOACH_OIDC_ISSUER": "https://a:b@dangnhap.example"},
        {"KEHOACH_OIDC_ISSUER": "https://dangnhap.example?x=1"},
        {"KEHOACH_OIDC_ISSUER": "https://dangnhap.example:99999"},
        {"KEHOACH_OIDC_CLIENT_SECRET_FILE": "khong-co"},
    ],
    ids=str,
)
def test_settings_that_cannot_be_meant(wrong: dict[str, str]) -> None:
    """Each is refused with the setting's name before anything is served."""
    with pytest.raises(RequestRefused) as found:
        OidcSettings.from_environment(RIGHT | wrong)
    assert found.value.values["name"] in wrong


def test_certificates_that_are_none(tmp_path: Path) -> None:
    """A file of certificates that is missing or none is named at the start."""
    none = tmp_path / "ca.pem"
    none.write_text("x")
    for path in (none, tmp_path / "khong-co"):
        with pytest.raises(RequestRefused) as found:
            oidc_source.Source(settings_for("https://a.example", "https://b.example", authority=str(path)))
        assert found.value.values["name"] == "KEHOACH_OIDC_CA"


def test_one_identity_and_two_invitations_at_once(engine: Engine, tmp_path: Path) -> None:
    """While one account is being bound to an identity, another waits for the end of it and is refused in words."""
    with built_on(engine, tmp_path) as house:
        told = {"roles": ("unit",), "unit": "a", "name": "x", "now": NOW, "made_by": "thử"}
        accounts.add(house.engine, login="mot", **told)  # type: ignore[arg-type]
        token = accounts.add(house.engine, login="hai", **told).token  # type: ignore[arg-type]
        who = Identity(outside.mark_of(house.desk.key, "https://a.example", SUBJECT), second=False)

        def take() -> str:
            with pytest.raises(RequestRefused) as refused:
                outside.take_up(house.engine, key=house.desk.key, token=token, who=who, now=NOW)
            return refused.value.code

        with ThreadPoolExecutor(1) as pool:
            with begin(house.engine) as session:
                row = account.by_login(session, "mot")
                assert row is not None
                account.change(session, row.office, row.id, outside=who.mark)
                other = pool.submit(take)
                time.sleep(0.3)
                assert not other.done()
            assert other.result() == "account.oidc_taken"
