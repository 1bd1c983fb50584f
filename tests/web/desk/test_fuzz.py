"""Every route of the desk, asked by everybody with what no form of ours would send: no answer is ever a fault.

Two ways. Each route gets each odd value once, in every blank of its address, its query and its form together; and
Hypothesis draws who asks what, near misses among the real ids and words. On PostgreSQL as well, which refuses text that
SQLite takes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.session import open_engine
from tests import postgres
from tests.conftest import BACKENDS
from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import House, built, built_on
from usecases.roles import ROLES
from web.desk import PAGES
from web.desk.routing import Route, routes

for name in PAGES:
    import_module(f"web.desk.{name}")

WHO = (*ROLES, "link", "nobody")
TURNS = int(os.environ.get("KEHOACH_FUZZ_TURNS", "1"))
SHARE = 3
"""A turn puts a third of the odd values into each route, another third into the next one; some thirty turns, for
whoever has the time, put each of them in every place."""
TRIES = 50
"""Requests that are drawn, on each database."""

REAL = {
    "unit": ("a", "cong-an", "doan", "to", "to-01", "van-phong", "phong-moi"),
    "task": ("bao-cao", "ra-soat", "tap-huan", "vu-viec", "tuyen-truyen", "tham-hoi", "cap-nhat"),
    "of": ("a", "cong-an", "to-01", "doan"),
    "period": ("6-thang", "nam", "thang-6", "dot-1", "2025"),
    "target": ("giam-tai-nan",),
}
FITTING = {
    "cong-an": {"task": "tuyen-truyen", "of": "cong-an", "period": "thang-6"},
    "to-01": {"task": "tham-hoi", "of": "to-01", "period": "thang-6"},
    "to": {"task": "tham-hoi", "of": "to", "period": "thang-6"},
}
ODD = (
    *("", " ", "\0", "a\0b", "²", "٣", "-1", "1e309", "nan", "inf", "1,5", "9" * 40, "½", "0" * 64),
    *("'", '"><script>alert(1)</script>', "{{7*7}}", "%s", "../../etc/passwd", "/", "//[", "a/b/c", "\r\nx: y"),
    *("\ufeff", "\u202e", "é" * 1200, "x" * 60000, "\x1b[31m", "\u0085", "\U0001f476" * 50, "\u2100"),
    *("0001-01-01", "9999-12-31", "2025-02-29", "2024-12-31", "2025-05-20", "2026-01-01", "31/12/9999", "1/1/0001"),
    *("0000-00-00", "2025-13-01", "١٢/٠٥/٢٠٢٥", "2025-05-٢٠"),
)
WORDS = {
    "act": ("confirm", "return", "grant", "refuse"),
    "what": ("add", "invite", "disable"),
    "channel": ("phone", "meeting", "desk", "cli"),
    "role": (*ROLES, "king"),
    "login": (*ROLES, "moi"),
    "revoke": ("all",),
    "answer.1": ("done", "planned", "nothing", "not-yet"),
    "answer.to-01.1": ("done", "nothing"),
    "viec": ("tuyen-truyen/cong-an/thang-6", "bao-cao/a/6-thang", "vu-viec/a/1"),
    "unit": REAL["unit"],
    "lang": ("vi", "en"),
    "state": ("late", "open", "done"),
    "kind": ("report", "campaign", "check-in"),
}
GOOD = {
    **{name: words[0] for name, words in WORDS.items()},
    "on": "2025-05-20",
    "until": "2025-12-01",
    "note": "thử",
    "document": "1/BC",
    "value": "5",
    "days": "30",
    "reason": "thử",
    "done.to-01": "1",
    "proof.to-01": "1/BC",
    "proof.1": "1/BC",
    "month.1": "2025-06",
    "as_of": "2025-05-19",
    "week": "2025-05-19",
    "q": "thử",
    "part": "I.1",
    "name": "Thử",
    "label": "thử",
    "xong": "1",
    "da": "confirmed",
    "n": "1",
    "tiep": "/",
    "id": "x",
    "login": "moi",
    "request_id": "abc",
    "password": "x",
    "again": "x",
    "code": "1",
    "kept.note": "x",
    "what": "disable",
}
QUERY = ("as_of", "week", "q", "unit", "part", "kind", "state", "xong", "viec", "da", "n", "lang", "tiep")
KINDS_OF_FIELD = (
    *(("note", "document", "reason", "name", "label", "q", "proof.1", "proof.to-01"), ("on", "until", "as_of", "week")),
    *(("value", "days", "xong", "n", "code"), ("channel", "act", "what", "role", "month.1"), ("viec", "unit", "id")),
    *(("tiep", "login", "revoke", "request_id", "done.to-01", "answer.1"),),
)


@dataclass
class Party:
    """The browsers of everybody, each let in again where a try has ended its session."""

    house: House
    browsers: dict[str, Browser] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def ask(self, who: str, route: Route, path: str, fields: list[tuple[str, str]], sent: str = "form") -> int:
        """The status of this route."""
        browser = self.browsers.get(who) or self._let_in(who)
        if not route.changes:
            answer = browser.get(path)
        elif sent == "form":
            body = urlencode([*fields, ("form_token", self.tokens[who])], errors="surrogatepass")
            headers = {"content-type": "application/x-www-form-urlencoded"}
            answer = browser.client.post(path, content=body, headers=headers)
        else:
            data: dict[str, list[str]] = {"form_token": [self.tokens[who]]}
            for name, value in fields:
                data.setdefault(name.replace("\0", "") or "_", []).append(value)
            answer = browser.client.post(path, data=data, files={"file": ("a\r\nb.pdf", b"%PDF-1.4\n")})
        if who != "nobody" and (answer.status_code == 401 or answer.headers.get("location", "").startswith("/vao")):
            del self.browsers[who]  # it has signed itself out, or put its link aside
        return answer.status_code

    def _let_in(self, who: str) -> Browser:
        house = self.house
        made = house.browser() if who == "nobody" else house.by_link("cong-an") if who == "link" else self._sign_in(who)
        self.browsers[who] = made
        self.tokens[who] = form_fields(made.get("/vao"), "/vao")["form_token"]
        return made

    def _sign_in(self, role: str) -> Browser:
        known = f"{role}.{len(self.house.salts)}"
        return self.house.session(self.house.account(role, login=known))


@pytest.fixture(scope="module", params=BACKENDS)
def party(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Party]:
    """Everybody at a desk, on each database."""
    folder = tmp_path_factory.mktemp("fuzz")
    if request.param == "sqlite":
        with built(request.getfixturevalue("sqlite_template"), folder) as made:
            yield Party(made)
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with server.database() as database:
        engine = open_engine(server.url(database, postgres.APPLICATION))
        with built_on(engine, folder) as made:
            yield Party(made)
        engine.dispose()


def filled(route: Route, blanks: dict[str, str]) -> str:
    """The address of a route; what is too long for one is cut."""
    return re.sub(r"\{(\w+)\}", lambda found: quote(blanks.get(found[1], "x")[:400], safe=""), route.path)


def fitting(route: Route, who: str) -> dict[str, str]:
    """Blanks that lead to something real for this one."""
    unit = "cong-an" if who == "link" else "to" if "/nhap" in route.path else "to-01"
    blanks = {"unit": unit, "target": "giam-tai-nan", **FITTING[unit]}
    return blanks | ({"task": "cap-nhat", "period": "dot-1"} if "/cap-nhat/" in route.path else {})


def asks(route: Route) -> list[str]:
    """Who is let into this route, one of the office and one of a unit where both are."""
    if not route.who:
        return ["nobody"]
    known = [who for who, role in (("office", "office"), ("link", "unit"), ("monitor", "monitor")) if role in route.who]
    return known[:2] or sorted(route.who)[:1]


def places_of(route: Route) -> list[tuple[str, ...]]:
    """The places of a route into which odd values are put: a blank of its address, words of its query, or fields of a
    kind in its form; each ("path" | "query" | "form", names…).
    """
    blanks = [("path", each) for each in re.findall(r"\{(\w+)\}", route.path)]
    if route.changes:
        return [*blanks, *(("form", *kind) for kind in KINDS_OF_FIELD)]
    return [*blanks, ("query", *QUERY), *(("query", each) for each in ("as_of", "week", "xong", "tiep"))]


def put(route: Route, who: str, place: tuple[str, ...], odd: str) -> tuple[str, list[tuple[str, str]]]:
    """The address and the form with the odd value in that place, and what fits in all others."""
    what, *names = place
    blanks, form = fitting(route, who), dict(GOOD)
    if what == "path":
        return filled(route, blanks | {names[0]: odd}), list(form.items())
    if what == "form":
        return filled(route, blanks), list((form | dict.fromkeys(names, odd)).items())
    return f"{filled(route, blanks)}?{urlencode(dict.fromkeys(names, odd[:400]))}", []


@pytest.mark.parametrize("turn", range(TURNS))
def test_odd_values_are_no_fault(turn: int, party: Party) -> None:
    """Odd values in every route, in places that move on from route to route and from turn to turn."""
    faults = []
    for n, route in enumerate(routes.routes):
        places, who = places_of(route), asks(route)
        hashes = route.path in ("/vao", "/moi/{token}") and route.changes  # slow by design
        for i, odd in enumerate(ODD[(n + turn) % SHARE :: SHARE * (5 if hashes else 1)]):
            path, form = put(route, who[i % len(who)], places[(i + n + turn) % len(places)], odd)
            if party.ask(who[i % len(who)], route, path, form) >= 500:
                faults.append(
                    (who[i % len(who)], route.method, path[:150], places[(i + n + turn) % len(places)], odd[:40])
                )
    assert not faults


odd_text = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
fields_of_forms = st.sampled_from(sorted(GOOD)).flatmap(
    lambda name: st.tuples(st.just(name), st.one_of(st.sampled_from(WORDS.get(name, (GOOD[name],))), odd_text))
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[str, Route, str, list[tuple[str, str]], str]:
    """Who asks, which route, its address with a query, the form, and how it is sent."""
    who, route = draw(st.sampled_from(WHO)), draw(st.sampled_from(routes.routes))
    near = {name: draw(st.sampled_from(values)) for name, values in REAL.items()}
    blanks = fitting(route, who) | draw(st.sampled_from(({}, near)))
    query = draw(st.lists(fields_of_forms, max_size=3))
    path = f"{filled(route, blanks)}?{urlencode([(name, value[:500]) for name, value in query])}"
    return who, route, path, draw(st.lists(fields_of_forms, max_size=10)), draw(st.sampled_from(("form", "parts")))


@settings(max_examples=TRIES, deadline=None, suppress_health_check=list(HealthCheck))
@given(question=questions())
def test_whatever_is_asked_is_answered(
    party: Party, question: tuple[str, Route, str, list[tuple[str, str]], str]
) -> None:
    """Duplicated fields, fields of other forms, files where none is asked for, other units' ids."""
    assert party.ask(*question) < 500
