"""Nobody comes to decide for UBND by giving it to themselves: who gives out, sets anew and ends a leader's account."""

from __future__ import annotations

import re
from base64 import b32decode

import pytest

from models.session import reading
from rules.errors import RequestRefused
from tests.usecases import small
from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import PASSWORD, House
from usecases import accounts, giving, plans, second_factor, sync, tokens
from usecases.naming import Caller

PATH = "/tai-khoan"
COMMITTEE = "cong-an"
"""The unit that the plan of these tests names for UBND."""


@pytest.fixture
def ward(house: House) -> House:
    """A ward whose plan names UBND's unit, with an account of Văn phòng and both leaders'."""
    folder = house.desk.home.parent
    plan = next(folder.rglob("plan.yaml"))
    plan.write_text(plan.read_text(encoding="utf-8") + f"committee: {COMMITTEE}\n", encoding="utf-8")
    sync.sync(house.engine, directory=plan.parent, overlay=None, now=small.at("2025-05-19"), recorded_by="thử")
    for role in ("office", "chair", "vice-chair"):
        house.account(role)
    return house


def says(browser: Browser, what: str, login: str, **more: str) -> tuple[int, str]:
    """The answer's status, and what it refuses in words."""
    token = form_fields(browser.get(PATH), "/ra")["form_token"]
    page = browser.post(PATH, {"form_token": token, "what": what, "login": login, "name": "x"} | more)
    problem = re.search(r'role="alert"[^>]*>\s*([^<]*)<', page.text)
    return page.status_code, problem[1] if problem else ""


def invited(ward: House) -> int:
    return ward.written()["invitation"]


@pytest.mark.parametrize("leader", ["chair", "vice-chair"])
def test_the_office_cannot_set_a_leaders_way_in_anew(ward: House, leader: str) -> None:
    """Neither by inviting the account anew nor by another one like it; the leader signs in as before. It can end it,
    and the page says who did."""
    office = ward.session("office")
    before, standing = ward.written(), ward.session(leader)
    status, problem = says(office, "invite", leader)
    assert status == 400
    assert "một lãnh đạo khác" in problem
    assert says(office, "add", "gia", role=leader)[0] == 400
    assert ward.written() == before
    assert standing.get("/bang").status_code == 200
    assert says(office, "disable", leader)[0] == 303
    assert standing.get("/bang").status_code == 303
    assert "office khóa ngày" in office.get(PATH).text


@pytest.mark.parametrize("role", ["office", "monitor"])
def test_nor_by_a_role_that_decides_for_the_unit_that_ubnd_is(ward: House, role: str) -> None:
    """Whoever confirms and extends as UBND's unit decides for UBND, whatever the role is called; on another unit the
    same role is the office's to give."""
    office = ward.session("office")
    assert says(office, "add", "gia", role=role, unit=COMMITTEE)[0] == 400
    assert says(office, "add", "that", role=role, unit="a")[0] == 200
    accounts.add(
        ward.engine, login="ub", name="x", roles=(role,), unit=COMMITTEE, now=ward.clock.now, made_by="dòng lệnh"
    )
    assert says(office, "invite", "ub")[0] == 400


def test_a_leader_invites_the_other_and_nobody_else(ward: House) -> None:
    """Who forgot the password gets a link from the other leader; it sets the account anew. No leader gives out what the
    office does, and none sets their own way in anew from an open session."""
    chair = ward.session("chair")
    token = form_fields(chair.get(PATH), "/ra")["form_token"]
    shown = chair.post(PATH, {"form_token": token, "what": "invite", "login": "vice-chair"})
    link = re.search(r"/moi/([\w-]+)", shown.text)
    assert link is not None
    assert ward.browser().get(f"/moi/{link[1]}").status_code == 200
    before = invited(ward)
    for what, login in (("invite", "office"), ("disable", "office"), ("invite", "chair")):
        assert says(chair, what, login)[0] == 400, (what, login)
    for role, unit in (("office", ""), ("inspector", ""), ("head", COMMITTEE)):
        assert says(chair, "add", "gia", role=role, unit=unit)[0] == 400, role
    assert invited(ward) == before
    assert says(chair, "add", "pct2", role="vice-chair")[0] == 200
    assert says(chair, "disable", "pct2")[0] == 303


def test_the_page_offers_what_its_reader_may(ward: House) -> None:
    """Roles and buttons; it says what to do when a leader forgot the password."""
    offered = {}
    for login in ("office", "chair"):
        page = ward.session(login).get(PATH)
        every = elements(page)
        roles = {each.attrs["value"] for each in every if each.attrs.get("name") == "role"}
        offered[login] = roles, sum(each.attrs.get("value") == "invite" for each in every)
        assert page.text.count("kehoach invite") == 1
    leaders = {"chair", "vice-chair"}
    assert offered["chair"] == (leaders, 1)
    assert offered["office"] == ({"unit", "head", "monitor", "office", "clerk", "inspector"}, 1)


def test_no_token_of_the_api_is_a_way_round(ward: House) -> None:
    """A token with a leader's role, or that decides as UBND's unit, is not the office's to make on the desk."""
    office = ward.session("office")
    path = "/ma-truy-cap"
    shown = {each.attrs["value"] for each in elements(office.get(path)) if each.attrs.get("name") == "role"}
    assert not shown & {"chair", "vice-chair"}
    for role, unit in (("chair", ""), ("office", COMMITTEE), ("monitor", COMMITTEE)):
        assert office.send(path, {"label": "x", "role": role, "unit": unit, "days": "9"}).status_code == 400, role
    assert tokens.listed(ward.engine, now=ward.clock.now) == []
    assert office.send(path, {"label": "x", "role": "office", "unit": "van-phong", "days": "9"}).status_code == 200


def test_who_keeps_the_machine_gives_what_nobody_else_may(ward: House) -> None:
    """The only leader who forgot the password is invited by the command line, which is no account's."""
    ward.account("chair", login="mot-minh")
    made = accounts.invite(ward.engine, login="mot-minh", now=ward.clock.now, made_by="người giữ máy")
    browser, path = ward.browser(), f"/moi/{made.token}"
    secret = re.search(r"<code>([A-Z2-7]+)</code>", browser.get(path).text)
    assert secret is not None
    raw = b32decode(secret[1] + "=" * (-len(secret[1]) % 8))
    code = second_factor.code(raw, second_factor.step_of(ward.clock.now))
    assert browser.send(path, {"password": PASSWORD, "again": PASSWORD, "code": code}).status_code == 200


def test_where_the_plan_names_no_unit_for_ubnd_the_office_is_no_leader(house: House) -> None:
    """There Văn phòng's word is UBND's already; the leaders' roles alone are apart."""
    with reading(house.engine) as session:
        in_force = plans.latest(session, "nho")
    today, of_office = house.clock.now.date(), frozenset({"office"})
    office = Caller("1", "office", "van-phong", of_office)
    assert not giving.leads(in_force, unit="van-phong", roles=of_office, today=today)
    giving.require(in_force, office, unit="van-phong", roles=of_office, today=today, login="x")
    with pytest.raises(RequestRefused):
        giving.require(in_force, office, unit=None, roles=frozenset({"chair"}), today=today, login="x")
