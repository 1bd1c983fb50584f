"""A digest as its reader has it: sent over SMTP, taken apart as mail programs do, its link opened in a browser.

And as a mail scanner has it, who opens every link before anybody reads: nothing is done by that.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Callable, Iterator
from datetime import date
from email.message import EmailMessage
from itertools import product
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from outputs.channels import FileChannel
from outputs.channels.mail import Mail, Server
from outputs.channels.mime import Sender
from tests.browser.chromium import Window
from tests.outputs.loopback import Postman, smtp
from tests.usecases import small
from tests.usecases.test_deliver import PEOPLE
from tests.web.desk.browser import elements
from tests.web.desk.conftest import House, built
from usecases import deliver, sweep, sync
from usecases.digest_links import Desk

ADDRESS = re.compile(r"https?://[^\s<>\"]+")
"""As mail programs find addresses in plain text."""


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[House]:
    """The desk of the small ward, whose people have addresses."""
    with built(sqlite_template, tmp_path) as made:
        folder = tmp_path / "nho-2025"
        small.edit(folder / "escalation.yaml", "people: {}\n", PEOPLE)
        sync.sync(made.engine, directory=folder, overlay=None, now=made.clock.now, recorded_by="thử")
        yield made


@pytest.fixture
def mail(house: House, tmp_path: Path) -> EmailMessage:
    """The digest of unit a's officer, as it lies in the mailbox."""
    now, postman = house.clock.now, Postman()
    sweep.sweep(house.engine, today=date(2025, 5, 20), now=now)
    with (
        smtp(postman) as port,
        Mail(Server("127.0.0.1", port, "none"), Sender("kehoach@nho.example.vn", "Kế hoạch"), now) as channel,
    ):
        deliver.deliver(
            house.engine,
            channel=FileChannel(tmp_path / "out"),
            channels={"email": channel},
            now=now,
            run="r",
            desk=Desk(house.address.rstrip("/"), house.desk.key),
        )
    (found,) = (each for each in postman.taken if each["X-Rcpt"].startswith("can-bo"))
    return found


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert isinstance(found, EmailMessage)
    text = found.get_content()
    assert isinstance(text, str)
    return text


def as_quoted_printable(text: str) -> str:
    """The text after a gateway on the way has written it anew, in lines of 76."""
    carried = EmailMessage(policy=email.policy.SMTP)
    carried.set_content(text, cte="quoted-printable")
    raw = carried.as_bytes()
    assert max(map(len, raw.splitlines())) <= 78 and b"=\r\n" in raw
    read = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(read, EmailMessage)
    return str(read.get_content())


def signed(text: str) -> set[str]:
    return {each for each in ADDRESS.findall(text) if "/mo/" in each}


def test_the_link_is_whole_in_every_part(mail: EmailMessage) -> None:
    """The same one in the text and behind the HTML's words, also after a gateway; on a line of its own."""
    plain, html = part(mail, "plain"), part(mail, "html")
    (address,) = signed(plain)
    assert address in plain.splitlines()
    assert signed(html) == signed(as_quoted_printable(plain)) == signed(as_quoted_printable(html)) == {address}
    assert {each["Content-Transfer-Encoding"] for each in mail.walk() if not each.is_multipart()} == {"base64"}


@pytest.mark.parametrize("js", [True, False])
def test_a_reader_clicks(house: House, mail: EmailMessage, opens: Callable[..., Window], js: bool) -> None:
    """The HTML part shown as mail programs show it: no script, no picture from elsewhere; its link opens the page."""
    page = opens(house, size="phone", js=js).page
    page.set_content(part(mail, "html"))
    assert page.locator("script, img, link, iframe, form").count() == 0
    before = house.written()
    page.locator('a[href*="/mo/"]').first.click()
    page.wait_for_url("**/don-vi/a")
    assert "Điều ghi ở đây là lời báo của Bộ phận A" in page.inner_text("body")
    assert house.written() == before


def test_a_scanner_changes_nothing(house: House, mail: EmailMessage) -> None:
    """HEAD and GET of every address in it and of all that leads on from there, with and without cookies and Accept."""
    addresses = set(ADDRESS.findall(part(mail, "plain") + part(mail, "html")))
    before = house.written()
    heads: list[dict[str, str]] = [{}, {"accept": "*/*"}, {"accept": "text/html", "sec-purpose": "prefetch"}]
    for keeps, head, method in product((True, False), heads, ("HEAD", "GET")):
        with httpx.Client(trust_env=False, follow_redirects=True, headers=head, timeout=60) as scanner:
            del scanner.headers["user-agent"]
            if not head:
                del scanner.headers["accept"]
            _scan(scanner, house.address, addresses, method, keeps=keeps)
    assert house.written() == before
    reader = house.browser()
    assert reader.get(next(iter(signed(part(mail, "plain"))))).status_code == 303
    assert reader.get("/don-vi/a").status_code == 200


def _scan(scanner: httpx.Client, base: str, addresses: set[str], method: str, *, keeps: bool) -> None:
    """Open all, and what they lead to within the desk, two steps deep."""
    known, new = set[str](), addresses
    for _ in range(2):
        known, found = known | new, set[str]()
        for each in sorted(new):
            if not keeps:
                scanner.cookies.clear()
            answer = scanner.request(method, each)
            assert answer.status_code < 500, (each, answer.status_code)
            if answer.headers.get("content-type", "").startswith("text/html"):
                hrefs = (one.attrs.get("href") or "" for one in elements(answer) if one.tag in ("a", "link"))
                found |= {urljoin(str(answer.url), href).partition("#")[0] for href in hrefs}
        new = {each for each in found - known if each.startswith(base)}
