"""Calendar links on the desk: made, renewed and ended by who may, of every kind, and a token that stays on its page."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine

from tests.usecases import small
from tests.web.conftest import serving
from tests.web.desk.browser import Element, elements, form_fields
from tests.web.desk.conftest import Clock, House
from usecases import calendars, feeds, sync
from web.desk import Desk
from web.limit import Limiter

PATH = "/duong-dan-lich"
OWN = "/don-vi/cong-an/lich"
TOKEN = re.compile(r"/lich/([A-Za-z0-9_-]{32})(?![A-Za-z0-9_-])")


@pytest.fixture
def everywhere(engine: Engine, tmp_path: Path) -> Iterator[House]:
    """The house on SQLite and on PostgreSQL."""
    sync.sync(engine, directory=small.write(tmp_path), overlay=None, now=small.at("2025-01-10"), recorded_by="thử")
    clock = Clock()
    made = Desk.at(engine, tmp_path / "home", clock=clock)
    desk = Desk(made.engine, made.home, made.key, clock=clock, tries=Limiter(10**6), writes=Limiter(10**6))
    with serving(engine, desk=desk) as client:
        yield House(desk, clock, str(client.base_url))


def tokens(page: httpx.Response) -> list[str]:
    """The tokens on a page, each once, in order."""
    return list(dict.fromkeys(TOKEN.findall(page.text)))


def links(page: httpx.Response) -> list[Element]:
    """The links of a page."""
    return [each for each in elements(page) if each.tag == "a"]


def make(house: House, which: str, label: str = "", role: str = "office") -> httpx.Response:
    """What the office sees after it made a link."""
    office = house.session(role if role in known(house) else house.account(role))
    page = office.send(PATH, {"which": which, "label": label})
    assert page.status_code == 200, page.text
    return page


def known(house: House) -> set[str]:
    """The logins that there are."""
    from usecases import accounts

    return {each["login"] for each in accounts.listed(house.engine)}


def used_at(house: House, id: str) -> str | None:
    """When a link was last read, once it is written: nobody waits for that but this test."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        at: str | None = next(each["used_at"] for each in feeds.listed(house.engine) if each["id"] == id)
        if at is not None:
            return at
        time.sleep(0.02)
    return None


@pytest.mark.parametrize("which", [calendars.OFFICE, calendars.CAMPAIGNS, "cong-an", "to", "to-02"])
def test_the_office_hands_out_every_kind(everywhere: House, which: str) -> None:
    """Of each calendar: the token opens it, in the forms that are shown; then the list has the link and no token."""
    page = make(everywhere, which, "Chị Hoa, tổ 2")
    (token,) = tokens(page)
    reader = everywhere.browser()
    body = reader.get(f"/lich/{token}.ics").content
    assert body == calendars.export(everywhere.engine, which=which, now=everywhere.clock.now)
    assert "Chị Hoa, tổ 2" in page.text and "<svg" in page.text
    listed = everywhere.session("office").get(PATH)
    assert "Chị Hoa, tổ 2" in listed.text and not tokens(listed) and token not in listed.text


def test_the_forms_and_the_buttons(everywhere: House) -> None:
    """Google, Outlook, Microsoft 365 and Apple by one tap each; as tasks, silent, in English by addresses that open."""
    page = make(everywhere, "a")
    (token,) = tokens(page)
    to = [each.attrs["href"] or "" for each in links(page) if token in (each.attrs.get("href") or "")]
    host = everywhere.address.removeprefix("http://").rstrip("/")
    assert f"webcal://{host}/lich/{token}.ics" in to
    assert any(each.startswith("https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2F") for each in to)
    assert {each.partition("/calendar/0/addfromweb?")[0] for each in to if "addfromweb" in each} == {
        "https://outlook.live.com",
        "https://outlook.office.com",
    }
    shown = [each.text for each in elements(page) if each.attrs.get("class") == "token" and ".ics" in each.text]
    reader = everywhere.browser()
    bodies = [reader.get(each).text for each in shown]
    assert len(set(bodies)) == 4
    assert [each.count("BEGIN:VTODO") > 0 for each in bodies] == [False, True, False, False]
    assert [each.count("BEGIN:VALARM") > 0 for each in bodies] == [True, True, False, True]
    assert "LANGUAGE=en" in bodies[3] or "X-WR-CALDESC" in bodies[3]
    pages = [each for each in to if each.startswith("http://") and ".ics" not in each]
    assert len(pages) == 4 and all(reader.get(each).status_code == 200 for each in pages)


def test_a_link_for_each_of_a_group(everywhere: House) -> None:
    """One button makes a link for every member, each with a code and opening its own calendar; all or none."""
    page = make(everywhere, "each:to")
    made = tokens(page)
    assert len(made) == 3 == page.text.count("<svg")
    reader = everywhere.browser()
    bodies = [reader.get(f"/lich/{token}.ics").content for token in made]
    assert bodies == [
        calendars.export(everywhere.engine, which=f"to-0{n}", now=everywhere.clock.now) for n in (1, 2, 3)
    ]
    assert sorted(each["which"] for each in feeds.listed(everywhere.engine)) == ["to-01", "to-02", "to-03"]
    office = everywhere.session("office")
    for which in ("each:cong-an", "each:khong-co", "khong-co", ""):
        refused = office.send(PATH, {"which": which, "label": "Giữ lại"})
        assert refused.status_code == 400 and 'role="alert"' in refused.text and "Giữ lại" in refused.text
    assert len(feeds.listed(everywhere.engine)) == 3


@pytest.mark.parametrize("path", [PATH, OWN])
def test_renewed_and_ended(everywhere: House, path: str) -> None:
    """A new secret ends the old one, and the end of a link is for good; both from the office's page and the unit's."""
    (old,) = tokens(make(everywhere, "cong-an", "Trưởng Công an"))
    (link,) = feeds.listed(everywhere.engine)
    if path == PATH:
        browser = everywhere.session("office")
    else:
        everywhere.account("unit")
        browser = everywhere.session("unit")
    reader = everywhere.browser()
    page = browser.send(path, {"rotate": link["id"]})
    (new,) = tokens(page)
    assert new != old and page.status_code == 200
    assert [reader.get(f"/lich/{each}.ics").status_code for each in (old, new)] == [404, 200]
    assert "đổi mã ngày 20/05/2025" in browser.get(path).text
    ended = browser.send(path, {"revoke": link["id"]})
    assert (ended.status_code, ended.headers["location"]) == (303, path)
    assert reader.get(f"/lich/{new}.ics").status_code == 404
    assert browser.send(path, {"rotate": link["id"]}).status_code == 404, "it is no more"
    office = everywhere.session("office")
    assert "thu hồi 20/05/2025" in office.get(PATH).text


def test_when_it_was_last_read(everywhere: House) -> None:
    """To the day, once a calendar was read; a page about it is no reading, nor is a token that opens nothing."""
    (token,) = tokens(make(everywhere, "a"))
    (link,) = feeds.listed(everywhere.engine)
    office, reader = everywhere.session("office"), everywhere.browser()
    reader.get(f"/lich/{token}")
    reader.get(f"/lich/{token}x.ics")
    assert "chưa ai đọc" in office.get(PATH).text
    etag = reader.get(f"/lich/{token}.ics").headers["etag"]
    at = used_at(everywhere, link["id"])
    assert at is not None
    assert reader.get(f"/lich/{token}.ics", headers={"If-None-Match": etag}).status_code == 304
    year, month, day = at[:10].split("-")
    assert f"đọc gần nhất {day}/{month}/{year}" in office.get(PATH).text


def test_a_reading_is_written_once_a_day(engine: Engine, tmp_path: Path) -> None:
    """The first of a day (UTC), by whichever process; none for a link that was ended."""
    sync.sync(engine, directory=small.write(tmp_path), overlay=None, now=small.at("2025-01-10"), recorded_by="thử")
    made = feeds.add(engine, now=small.at("2025-01-11"), made_by="thử", which="a")
    this = {"office": "nho", "plan": "nho-2025", "id": made.id}
    days = [("2025-02-01", 8), ("2025-02-01", 20), ("2025-02-02", 8), ("2025-02-01", 9)]
    assert [feeds.note_use(engine, at=small.at(day, hour), **this) for day, hour in days] == [True, False, True, False]
    assert feeds.listed(engine)[0]["used_at"] == "2025-02-02T08:00:00+07:00"
    feeds.revoke(engine, id=made.id, now=small.at("2025-02-03"), by="thử")
    assert not feeds.note_use(engine, at=small.at("2025-02-04"), **this)


def test_a_unit_neither_sees_nor_changes_anothers_links(everywhere: House) -> None:
    """By account and by signed link: no page of all links, no other's label or id, no rotating, no ending."""
    (office_token,) = tokens(make(everywhere, calendars.OFFICE, "Chủ tịch phường"))
    (other_token,) = tokens(make(everywhere, "a", "Phòng bên"))
    others = [each["id"] for each in feeds.listed(everywhere.engine)]
    for role in ("unit", "head"):
        everywhere.account(role)
    reader = everywhere.browser()
    for browser in (everywhere.session("unit"), everywhere.session("head"), everywhere.by_link("cong-an")):
        own = browser.get(OWN)
        assert not any(word in own.text for word in ("Chủ tịch phường", "Phòng bên", *others, PATH))
        assert browser.get(PATH).status_code == 403
        assert browser.get("/don-vi/a/lich").status_code == 404
        fields = form_fields(own)
        for id in others:
            for verb in ("rotate", "revoke"):
                assert browser.post(OWN, fields | {verb: id}).status_code == 404
                assert browser.post("/don-vi/a/lich", fields | {verb: id}).status_code == 404
                assert browser.post(PATH, fields | {verb: id}).status_code == 403
        assert browser.post(PATH, fields | {"which": calendars.OFFICE}).status_code == 403
    assert [reader.get(f"/lich/{each}.ics").status_code for each in (office_token, other_token)] == [200, 200]
    assert [each["id"] for each in feeds.listed(everywhere.engine)] == others
    assert all(each["rotated_at"] is None for each in feeds.listed(everywhere.engine))


@pytest.mark.parametrize("role", ["clerk", "vice-chair", "chair", "inspector"])
def test_who_may_not_hand_out_everything(house: House, role: str) -> None:
    """A link outlives its maker's account: those who decide for the office make it. A clerk has the units' pages."""
    house.account(role)
    browser = house.session(role)
    assert browser.get(PATH).status_code == 403
    assert "/duong-dan-lich" not in browser.get("/don-vi").text
    assert browser.get(OWN).status_code == (200 if role == "clerk" else 403)


def test_the_token_is_on_its_page_only(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """In no log line, title, header or address of the desk; nothing on the page leaks it to who is linked to."""
    for name in ("uvicorn", "uvicorn.access", "uvicorn.error"):  # Prefect and Alembic set up logging for themselves
        logging.getLogger(name).disabled = False
        caplog.set_level(logging.DEBUG, logger=name)
    with caplog.at_level(logging.DEBUG):
        page = make(house, calendars.OFFICE)
        (token,) = tokens(page)
        house.browser().get(f"/lich/{token}", headers={"Referer": f"{house.address}{PATH}"})
    ours = [each for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]  # the test's own client
    assert any("POST /duong-dan-lich" in each.getMessage() for each in ours), "the access log was on"
    assert not any(token in each.getMessage() or token[:12] in each.getMessage() for each in ours)
    assert token not in str(page.url) and not any(token in value for value in page.headers.values())
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "same-origin", "the address that others could be told has no token"
    (title,) = (each for each in elements(page) if each.tag == "title")
    assert token not in title.text
    bearing = [each for each in links(page) if token in (each.attrs.get("href") or "")]
    assert bearing and all("noreferrer" in (each.attrs.get("rel") or "") for each in bearing)
    loaded = [each for each in elements(page) if each.tag in ("img", "script", "link", "iframe")]
    assert not any(token in str(each.attrs) for each in loaded)


def test_too_many_of_one_unit(house: House) -> None:
    """A unit has twelve at most, and is told so; what it ends makes room."""
    unit = house.by_link("cong-an")
    for _ in range(12):
        assert unit.send(OWN, {}).status_code == 200
    refused = unit.send(OWN, {})
    assert refused.status_code == 400 and "thu hồi những đường dẫn" in refused.text
    first = feeds.listed(house.engine)[0]["id"]
    assert unit.post(OWN, form_fields(unit.get(OWN)) | {"revoke": first}).status_code == 303
    assert unit.send(OWN, {"label": "Máy của trực ban"}).status_code == 200
    assert "Máy của trực ban" in unit.get(OWN).text
