"""Every link that a page shows opens for whom it is shown to, and every part of a page that a link names is there."""

from __future__ import annotations

from collections import deque
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest

from models.session import reading
from tests.usecases import small
from tests.web.desk.browser import Browser, elements
from tests.web.desk.conftest import House
from usecases import plans, record, succession
from usecases.roles import OF_CITY, OF_OFFICE, OF_UNIT
from web.desk.templates import anchor

MOST = 200
"""Pages that are opened for each role; the small ward has fewer."""


def followed(browser: Browser, house: House) -> tuple[dict[str, int], dict[str, set[str]], dict[str, set[str]]]:
    """From the first page on: the status of each page, the ids in it, and the parts of it that links name."""
    status: dict[str, int] = {}
    ids: dict[str, set[str]] = {}
    named: dict[str, set[str]] = {}
    waiting = deque(["/"])
    while waiting and len(status) < MOST:
        path = waiting.popleft()
        if path in status:
            continue
        page = browser.get(path, follow_redirects=True)
        status[path] = page.status_code
        if not page.headers["content-type"].startswith("text/html"):
            continue
        every = elements(page)
        ids[path] = {each.attrs["id"] or "" for each in every if "id" in each.attrs}
        for each in every:
            link = urlsplit(urljoin(str(page.url), each.attrs.get("href") or "")) if each.tag == "a" else None
            if link is None or f"{link.scheme}://{link.netloc}" != house.address or "lang=" in link.query:
                continue
            if "&" in link.query:
                continue  # one filter on top of another leads to the same pages
            to = f"{link.path}?{link.query}" if link.query else link.path
            named.setdefault(to, set()).add(unquote(link.fragment))
            waiting.append(to)
    return status, ids, named


@pytest.mark.parametrize("role", [*OF_UNIT, *OF_OFFICE, *OF_CITY, "link"])
def test_every_link_that_is_shown_opens(full_house: House, role: str) -> None:
    """No page of a role leads where this role may not go, or where nothing is."""
    if not any(row.kind == "reported" for row in full_house.entries()):
        told: dict[str, Any] = {"by": "a", "note": "đã xong", "now": small.at("2025-05-19"), "recorded_by": "thử"}
        record.done(full_house.engine, occurrence="tap-huan/a/nam", **told)
    browser = full_house.by_link("cong-an") if role == "link" else full_house.session(role)
    status, ids, named = followed(browser, full_house)
    assert {path: each for path, each in status.items() if each != 200} == {}
    assert len(status) < MOST, "the ward has grown: raise MOST"
    lost = {to: parts - ids[to] - {""} for to, parts in named.items() if to in ids}
    assert {to: parts for to, parts in lost.items() if parts} == {}


def test_clauses_lead_to_their_tasks_and_tasks_to_their_clauses(full_house: House) -> None:
    """Every clause that gave rise to a task names it, and the task's page shows the clause and leads back to it, also
    where the task makes no occurrence, or only cases."""
    browser = full_house.session("inspector")
    document = elements(browser.get("/van-ban"))
    with reading(full_house.engine) as session:
        plan = plans.in_force(session, *plans.find(session, None))
    for task in plan.tasks.values():
        path = f"/nhiem-vu/{task['id']}"
        linked = [each for each in document if each.tag == "a" and each.attrs.get("href") == path]
        stands_in = {outer.attrs["id"] for each in linked for outer in each.inside if outer.attrs.get("class") == "c"}
        clauses = {each["clause"] for each in task["sources"]}
        assert stands_in == {anchor(each) for each in clauses}, task["id"]
        back = {each.attrs.get("href") for each in elements(browser.get(path)) if each.tag == "a"}
        assert {f"/van-ban#{quote(anchor(each), safe='')}" for each in clauses} <= back
    assert {each["kind"] for each in plan.tasks.values()} >= {"continuous", "on-event", "report"}
    assert browser.get("/nhiem-vu/khong-co").status_code == 404


def test_the_history_of_who_took_over_names_who_did(house: House) -> None:
    """Work that was handed over is in the history of both, with the name of the unit that holds it now."""
    house.clock.now = small.at("2025-07-02")
    succession.succeed(house.engine, today=house.clock.now.date(), now=house.clock.now, recorded_by="thử")
    browser = house.session(house.account("inspector"))
    page = browser.get("/don-vi/phong-moi/lich-su")
    assert page.status_code == 200
    assert "bàn giao · Phòng mới" in " ".join(page.text.split())
