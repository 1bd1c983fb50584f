"""A report's way up on the desk: each step by whom it belongs to, in one line that everybody sees."""

from __future__ import annotations

from tests.web.desk.browser import Browser, elements, form_fields
from tests.web.desk.conftest import House

UNIT = "/don-vi/a/buoc/bao-cao/a/nam"
TASK = "/viec/bao-cao/a/nam"
OFFICE = f"{TASK}/buoc"


def offered(browser: Browser, path: str) -> list[str]:
    """The steps that the form at this path offers."""
    fields = elements(browser.get(path))
    return [str(each.attrs["value"]) for each in fields if each.attrs.get("name") == "step"]


def reached(browser: Browser, path: str) -> list[str]:
    """The steps that the line of the page at this path shows as taken."""
    return [
        each.text.partition(":")[2].split()[0]
        for each in elements(browser.get(path))
        if each.tag == "li" and each.attrs.get("class") == "past"
    ]


def test_a_report_goes_up_by_whom_each_step_belongs_to(house: House) -> None:
    """Its unit drafts and presents, the chair signs, the clerk numbers and issues; whose word it is stands."""
    unit = house.session(house.account("unit", unit="a"))
    chair, clerk = house.session(house.account("chair")), house.session(house.account("clerk"))
    assert offered(unit, UNIT) == ["drafted", "presented", "issued"]
    assert offered(chair, OFFICE) == ["signed"]
    assert offered(clerk, OFFICE) == ["issued"]
    assert unit.send(UNIT, {"step": "presented"}).headers["location"].startswith("/don-vi/a?xong=presented")
    assert offered(unit, UNIT) == ["issued", "taken-back"]
    assert chair.send(OFFICE, {"step": "signed"}).headers["location"].startswith(f"{TASK}?xong=signed&")
    assert clerk.send(OFFICE, {"step": "numbered"}).status_code == 400
    assert clerk.send(OFFICE, {"step": "numbered", "document": "15/BC-UBND"}).status_code == 303
    assert reached(unit, UNIT) == reached(chair, TASK) == ["dự", "trình", "ký", "cấp"]
    assert "15/BC-UBND" in unit.get("/don-vi/a/bao/bao-cao/a/nam").text
    assert clerk.send(OFFICE, {"step": "issued"}).status_code == 303
    said = [(row.kind, row.declared_by, row.recorded_by) for row in house.entries()]
    assert said == [
        ("presented", "a", "unit"),
        ("signed", "van-phong", "chair"),
        ("numbered", "van-phong", "clerk"),
        ("issued", "van-phong", "clerk"),
    ]


def test_no_role_takes_the_step_of_another(house: House) -> None:
    """A step that a form does not offer is refused whoever sends it, and writes nothing."""
    unit = house.session(house.account("unit", unit="a"))
    people = {role: house.session(house.account(role)) for role in ("chair", "clerk", "office", "inspector", "monitor")}
    unit.send(UNIT, {"step": "presented"})
    before = house.written()
    for step in ("signed", "numbered"):
        assert unit.send(UNIT, {"step": step, "document": "1/BC"}).status_code == 400
    for role, wrong in (("chair", "numbered"), ("clerk", "signed"), ("clerk", "drafted"), ("office", "numbered")):
        answer = people[role].send(OFFICE, {"step": wrong, "document": "1/BC"})
        assert answer.status_code == 400, (role, wrong)
    for role in ("inspector", "monitor"):
        token = form_fields(people[role].get("/bang"), "/ra")["form_token"]
        assert people[role].post(OFFICE, {"form_token": token, "step": "signed"}).status_code == 403
    assert house.written() == before


def test_a_step_sent_twice_is_one(house: House) -> None:
    """The second tap finds what the first recorded, though the step is offered no longer."""
    unit = house.session(house.account("unit", unit="a"))
    fields = form_fields(unit.get(UNIT)) | {"step": "drafted"}
    assert [unit.post(UNIT, fields).status_code for _ in range(2)] == [303, 303]
    assert len(house.entries()) == 1
    again = form_fields(unit.get(UNIT)) | {"step": "drafted"}
    assert unit.post(UNIT, again).status_code == 400


def test_the_office_enters_what_the_unit_said(house: House) -> None:
    """Under the unit, with the way it came; a draft is taken back with a reason only."""
    office = house.session(house.account("office"))
    assert office.send(UNIT, {"step": "presented"}).status_code == 400
    assert office.send(UNIT, {"step": "presented", "channel": "phone"}).status_code == 303
    assert office.send(OFFICE, {"step": "taken-back"}).status_code == 400
    assert office.send(OFFICE, {"step": "taken-back", "note": "Thiếu số liệu"}).status_code == 303
    said = [(row.kind, row.declared_by, row.channel) for row in house.entries()]
    assert said == [("presented", "a", "phone"), ("taken_back", "van-phong", "desk")]


def test_the_board_shows_where_reports_are_stuck(house: House) -> None:
    """A report that was presented waits to be signed since its day, on the board and beside what is late."""
    unit = house.session(house.account("unit", unit="a"))
    chair = house.session(house.account("chair"))
    assert "chờ ký" not in chair.get("/bang").text
    unit.send(UNIT, {"step": "presented", "on": "2025-05-19"})
    assert "chờ ký từ 19/05/2025" in chair.get("/bang").text
    unit.send(UNIT.replace("/nam", "/6-thang"), {"step": "drafted", "on": "2025-05-19"})
    assert "chờ trình ký từ 19/05/2025" in chair.get("/bang").text
