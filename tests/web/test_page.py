"""The page of a link: everything to subscribe with, nothing that runs, loads or tells."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import pytest
import segno
from sqlalchemy import Engine

from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.web.conftest import link, serving
from texts import area
from usecases import feeds
from web import page
from web.app import application

BASE = "https://lich.example.vn"


@pytest.fixture
def ward(small_ward: Ward) -> Ward:
    """Pages ask nothing of PostgreSQL that links do not."""
    return small_ward


@pytest.fixture
def client(small_client: httpx.Client) -> httpx.Client:
    return small_client


class Read(HTMLParser):
    """The links, elements and words of a page; every element that opens must close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in ("meta", "path", "br"):
            self.open.append(tag)
        if tag == "a":
            self.links.append({name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(answer: httpx.Response) -> Read:
    assert answer.status_code == 200
    return Read(answer.text)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_one_tap_for_each_client(ward: Ward, lang: str) -> None:
    """webcal for Apple, Google and both Outlooks with the address in it, and the address itself to copy."""
    made = link(ward, "cong-an")
    with serving(ward.engine, base=BASE) as client:
        answer = client.get(f"/lich/{made.token}", params={"lang": lang})
    found = read(answer)
    rest = f"/lich/{made.token}.ics" + ("?lang=en" if lang == "en" else "")
    other, apple, google, outlook, office = (each["href"] for each in found.links)
    assert apple == f"webcal://lich.example.vn{rest}"
    assert google.startswith("https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2F")
    assert parse_qs(urlsplit(google).query)["cid"] == [apple]
    for each, host in ((outlook, "outlook.live.com"), (office, "outlook.office.com")):
        assert urlsplit(each).hostname == host and urlsplit(each).path == "/calendar/0/addfromweb"
        assert parse_qs(urlsplit(each).query) == {"url": [BASE + rest], "name": [made.name]}
        assert "+" not in each and "%20" in each, "Outlook takes a plus for a plus"
    assert other == f"/lich/{made.token}" + ("" if lang == "en" else "?lang=en")
    assert BASE + rest in found.words and made.name in found.words
    assert all(text in " ".join(found.words) for text in (area("web", lang)["what"], area("web", lang)["keep_note"]))
    assert f'<html lang="{lang}">' in answer.text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_who_reads_it_within_zalo_is_told_how_to_leave(ward: Ward, lang: str) -> None:
    """Links travel by Zalo, whose own browser opens no webcal address and which Google lets nobody sign in from."""
    with serving(ward.engine, base=BASE) as client:
        found = read(client.get(f"/lich/{link(ward, 'a').token}", params={"lang": lang}))
    assert area("web", lang)["within_app"] in found.words


def test_the_buttons_open_the_calendar_of_that_form(ward: Ward) -> None:
    """What is asked of the page is asked by its links: as, lang, alarms."""
    made = link(ward, "a")
    with serving(ward.engine, base=BASE) as client:
        found = read(client.get(f"/lich/{made.token}?as=todo&alarms=off"))
        (apple,) = (each["href"] for each in found.links if each["href"].startswith("webcal:"))
        split = urlsplit(apple)
        assert parse_qs(split.query) == {"as": ["todo"], "alarms": ["off"]}
        answer = client.get(f"{split.path}?{split.query}")
    assert b"BEGIN:VTODO" in answer.content and b"VALARM" not in answer.content


def test_the_code_is_the_page(ward: Ward) -> None:
    """The QR code in the page, drawn as SVG in the page, is that of the page's own address: a phone opens buttons."""
    made = link(ward, "a")
    with serving(ward.engine, base=BASE) as client:
        html = client.get(f"/lich/{made.token}").text
    drawn = re.search(r"<svg.*?</svg>", html, re.S)
    assert drawn is not None
    code = segno.make(f"{BASE}/lich/{made.token}", error="m", micro=False)
    (path,) = re.findall(r'class="qrline"[^>]* d="([^"]+)"', drawn[0])
    assert path in code.svg_inline(border=4, omitsize=True)
    assert "http" not in drawn[0], "no namespace of another host is needed in a page"


def test_nothing_runs_loads_or_is_told(ward: Ward, client: httpx.Client) -> None:
    """No script, no form, nothing from elsewhere; the policy lets through the one style sheet, by its hash, alone."""
    answer = client.get(f"/lich/{link(ward, 'a').token}")
    found = read(answer)
    assert not {"script", "img", "link", "iframe", "form", "object", "embed"} & set(found.elements)
    assert not any(name.startswith("on") or name in ("src", "style") for name in found.attributes)
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.S)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert "url(" not in style and "@import" not in style
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert all("noreferrer" in each["rel"] for each in found.links)
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_without_a_base_the_request_tells(ward: Ward, client: httpx.Client) -> None:
    """Where the office has not said where it is reached: as the reader reached it, and never a made-up host."""
    path = f"/lich/{link(ward, 'a').token}"
    assert f"webcal://{client.base_url.host}:{client.base_url.port}{path}.ics" in client.get(path).text
    forwarded = client.get(path, headers={"X-Forwarded-Proto": "https", "Host": "phuong.example"})
    assert f"https://phuong.example{path}.ics" in forwarded.text
    for host in ('x"><b>', "a b", "evil.example/path", "user@evil"):
        html = client.get(path, headers={"Host": host}).text
        assert host not in html and "evil" not in html


def test_a_base_that_is_no_address_is_refused(ward: Ward) -> None:
    """At the start, in one line: not in every calendar later."""
    for base in ("lich.example.vn", "ftp://x", "https://x/\r\nX: y", "javascript:alert(1)"):
        with pytest.raises(RequestRefused) as refused:
            application(ward.engine, base=base)
        assert refused.value.code == "ical.bad_base"


def test_hostile_names_stay_words(ward: Ward, client: httpx.Client) -> None:
    """A unit's name is text, whatever it holds: in the page, in the link for Outlook, in the file's name."""
    name = 'Tổ <script>alert(1)</script> & "bạn"; \' é'
    quoted = name.replace("'", "''")
    small.edit(ward.folder / "units.yaml", "name: Công an", f"name: '{quoted}'")
    ward.sync("2025-02-01")
    token = link(ward, "cong-an").token
    answer = client.get(f"/lich/{token}")
    assert "<script>" not in answer.text
    assert f"{name}: Kế hoạch nhỏ năm 2025" in read(answer).words
    disposition = client.get(f"/lich/{token}.ics").headers["Content-Disposition"]
    assert disposition.startswith("inline; filename=\"nho-2025-cong-an.ics\"; filename*=UTF-8''")
    assert (
        unquote(disposition.rpartition("''")[2])
        == "Tổ - script - alert(1) - script - & - bạn - ; ' é - Kế hoạch nhỏ năm 2025.ics"
    )
    assert disposition.isascii()


def test_the_page_in_place_of_one(client: httpx.Client) -> None:
    """A wrong link says so in the reader's language and where to get another; it has the same guards."""
    answer = client.get("/lich/khong-dung")
    found = Read(answer.text)
    assert answer.status_code == 404
    assert area("web", "vi")["refused_404"] in found.words and area("web", "vi")["refused_next"] in found.words
    assert "khong-dung" not in answer.text and found.links == []
    assert dict(page.HEADERS)[b"content-security-policy"].decode() == answer.headers["Content-Security-Policy"]


def test_an_english_office(ward: Ward) -> None:
    """Where the server speaks English, that is the language without asking, and Vietnamese is asked for."""
    made = link(ward, "a")
    with serving(ward.engine, lang="en") as client:
        assert client.get(f"/lich/{made.token}.ics").content == client.get(f"/lich/{made.token}.ics?lang=en").content
        found = read(client.get(f"/lich/{made.token}"))
        assert found.links[0]["href"] == f"/lich/{made.token}?lang=vi"
        assert "?lang=en" not in "".join(found.words)


def test_addresses() -> None:
    """Only what differs from the usual is in an address, so that most stay short enough to be typed."""
    assert feeds.address("https://x", "T") == "https://x/lich/T.ics"
    assert feeds.address("https://x", "T", feeds.Form("todo", "en", False)) == (
        "https://x/lich/T.ics?as=todo&lang=en&alarms=off"
    )
    assert feeds.address("https://x", "T", feeds.Form(lang="en"), "en", ending="") == "https://x/lich/T"


def test_a_database_without_a_plan(sqlite_engine: Engine) -> None:
    """A database without any plan serves, too: nothing opens, and it is healthy."""
    with serving(sqlite_engine) as client:
        assert client.get("/lich/x.ics").status_code == 404
        assert client.get("/healthz").status_code == 200
