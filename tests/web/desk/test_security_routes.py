"""Who may open what: every route of the desk with every role, made from the table of routes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.web.desk.browser import Browser, form_fields
from tests.web.desk.conftest import UNITS, House
from usecases.roles import OF_UNIT, ROLES
from web.desk import PAGES
from web.desk.routing import Route, routes

for name in PAGES:
    import_module(f"web.desk.{name}")

GUARDED = [route for route in routes.routes if route.who]
OWN, OTHER = "cong-an", "to-01"
HELD = {
    "cong-an": ("tuyen-truyen", "cong-an", "thang-6"),
    "to-01": ("tham-hoi", "to-01", "thang-6"),
    "a": ("bao-cao", "a", "6-thang"),
    "to": ("tham-hoi", "to", "thang-6"),
}


def path_of(route: Route, unit: str) -> str:
    """The route's address for what `unit` holds; the values are real, so that only the guard can refuse."""
    task, of, period = HELD[unit]
    if "/cap-nhat/" in route.path:
        task, period = "cap-nhat", "dot-1"
    values = {"unit": unit, "task": task, "of": of, "period": period, "target": "giam-tai-nan", "sha256": "0" * 64}
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], route.path)


def ask(browser: Browser, route: Route, path: str, token: str) -> int:
    """The status of this route for this browser, with a form that would do something."""
    if not route.changes:
        return browser.get(path).status_code
    filled = {
        "form_token": token,
        "channel": "phone",
        "note": "thử",
        "document": "1/BC",
        "until": "2025-12-01",
        "value": "5",
        "answer.1": "nothing",
        "done.to-01": "1",
        "proof.to-01": "thử",
        "days": "30",
        "what": "add",
        "login": "ke-gian",
        "name": "Kẻ gian",
        "role": "chair",
        "id": "khong-co",
        "do": "confirm",
    }
    return browser.post(path, filled).status_code


@pytest.fixture(scope="module")
def browsers(full_house: House) -> Iterator[dict[str, Browser]]:
    """A browser for each role, one by a signed link, and one of nobody."""
    made = {role: full_house.session(role) for role in ROLES}
    yield made | {"link": full_house.by_link(OWN), "nobody": full_house.browser()}


@pytest.fixture(scope="module")
def tokens(browsers: dict[str, Browser]) -> dict[str, str]:
    """A right token of each browser's forms: whoever is in can sign out, and does it with one on every page."""
    made = {}
    for name, browser in browsers.items():
        page = browser.get(browser.get("/").headers["location"])
        made[name] = form_fields(page, "/vao" if name == "nobody" else "/ra")["form_token"]
    return made


def test_the_table_is_the_desk() -> None:
    """Every address that the desk serves was declared in the table, and the table is not empty."""
    assert len(GUARDED) > 20
    assert {route.path for route in routes.routes if not route.who} == {
        "/",
        "/vao",
        "/ra",
        "/mo/{token}",
        "/moi/{token}",
        *("/vao/oidc", "/moi/{token}/oidc", "/vao/oidc/ve", "/vao/oidc/ma", "/vao/oidc/ra"),
    }


@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_nobody_is_let_in(route: Route, full_house: House, browsers: dict[str, Browser]) -> None:
    """Without sign-in a page leads to the sign-in and a form to it as well, and nothing is written."""
    before = full_house.written()
    status = ask(browsers["nobody"], route, path_of(route, "to" if "/nhap" in route.path else OWN), "")
    assert status == (401 if route.changes else 303)
    assert full_house.written() == before


@pytest.mark.parametrize("role", [*ROLES, "link"])
@pytest.mark.parametrize("route", GUARDED, ids=lambda route: f"{route.method} {route.path}")
def test_roles_that_may_not_are_refused(
    route: Route, role: str, full_house: House, browsers: dict[str, Browser], tokens: dict[str, str]
) -> None:
    """A role outside the route's is refused with a token that is right, and nothing is written; one inside gets in."""
    known = "unit" if role == "link" else role
    unit = "to" if "/nhap" in route.path else "a" if role == "monitor" else OWN
    if known in route.who and route.changes:
        return  # what they do is tested where it is done
    before = full_house.written()
    status = ask(browsers[role], route, path_of(route, unit), tokens[role])
    if known in route.who:
        if role == "link" and route.personal:
            assert status == 403
        else:
            unknown = "{sha256}" in route.path or "{target}" in route.path or "/vu-viec/{task}" in route.path
            assert status in (200, 404 if unknown else 200)
    else:
        assert status == 403
    assert full_house.written() == before


@pytest.mark.parametrize("role", [*OF_UNIT, "link"])
@pytest.mark.parametrize("route", [each for each in GUARDED if each.of_unit], ids=lambda r: f"{r.method} {r.path}")
def test_a_unit_neither_sees_nor_changes_another(
    route: Route, role: str, full_house: House, browsers: dict[str, Browser], tokens: dict[str, str]
) -> None:
    """On every route of a unit, another unit's page is as good as none, and nothing is written."""
    before = full_house.written()
    other = "to" if "/nhap" in route.path else OTHER
    status = ask(browsers[role], route, path_of(route, other), tokens[role])
    known = "unit" if role == "link" else role
    refused = known not in route.who or (role == "link" and route.personal)
    assert status == (403 if refused else 404)
    assert full_house.written() == before


@pytest.mark.parametrize("role", [*OF_UNIT, "link"])
@pytest.mark.parametrize(
    "route", [each for each in GUARDED if "{of}" in each.path and each.of_unit], ids=lambda r: f"{r.method} {r.path}"
)
def test_work_of_another_is_not_reached_by_ones_own_page(
    route: Route, role: str, full_house: House, browsers: dict[str, Browser], tokens: dict[str, str]
) -> None:
    """The unit of the path is one's own and the work another's: it is not found."""
    before = full_house.written()
    path = path_of(route, OTHER).replace(f"/don-vi/{OTHER}/", f"/don-vi/{OWN}/")
    assert ask(browsers[role], route, path, tokens[role]) == 404
    assert full_house.written() == before


def test_every_role_has_somewhere_to_go(browsers: dict[str, Browser]) -> None:
    """The first page leads each role to a page that opens."""
    for role, browser in browsers.items():
        to = browser.get("/").headers["location"]
        assert browser.get(to).status_code == 200, role
    assert set(UNITS) <= set(browsers)
