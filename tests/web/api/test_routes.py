"""Who may what: every operation of the API with every role, made from the table of operations."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.web.api.conftest import Api
from usecases import tokens
from usecases.roles import OF_UNIT
from usecases.tokens import ROLES
from web.api.described import declared
from web.api.operations import Operation
from web.desk.routing import DECIDES, ENTERS, SEES_ALL

OPERATIONS = declared()
OWN, OTHER = "cong-an", "to-01"
HELD = {
    "cong-an": ("tuyen-truyen", "cong-an", "thang-6"),
    "to-01": ("tham-hoi", "to-01", "thang-6"),
    "case": ("vu-viec", "a", "vv-1"),
    "nothing": ("vu-viec", "a", "vv-2"),
}
SAID: dict[str, dict[str, Any]] = {
    "done": {"note": "thử", "document": "1/BC"},
    "answer": {"line": "tuan-tra", "answer": "nothing"},
    "note": {"note": "thử"},
    "retract": {"reason": "thử"},
    "ack": {},
    "extend_ask": {"until": "2025-12-01", "reason": "thử"},
    "step": {"step": "drafted"},
    "confirm": {},
    "return": {"reason": "thử"},
    "cancel": {"reason": "thử"},
    "urge": {"via": "phone"},
    "extend_grant": {"until": "2025-12-01", "document": "1/QĐ"},
    "extend_refuse": {"reason": "thử"},
    "event": {"task": "vu-viec", "at": "2025-05-19T08:00", "ref": "vv-3"},
    "measure": {"value": 5},
    "calendar_link_add": {},
}
"""What would do something, where the operation takes a body."""


def ids(operation: Operation) -> str:
    return operation.name


def ask(api: Api, operation: Operation, role: str | None, held: str = OWN, unit: str | None = None) -> httpx.Response:
    """The operation on what `held` names, by a token of this role, with a body that would do something."""
    task, of, period = HELD[held]
    values = {"task": task, "period": period, "target": "giam-tai-nan", "sha256": "0" * 64, "link": "00000000"}
    path = re.sub(r"\{(\w+)\}", lambda found: (values | {"unit": of})[found[1]], operation.path)
    said = SAID.get(operation.name)
    if said is not None and role in ENTERS and operation.who & set(OF_UNIT) and operation.name != "calendar_link_add":
        said = said | {"channel": "phone"}
    return api.ask(operation.method, path, role, unit, **({} if said is None else {"json": said}))


def test_the_table_is_the_api(shared_api: Api) -> None:
    """The document names every operation and no other, and each body of ours is of one that takes a body."""
    paths = shared_api.get("/openapi.json").json()["paths"]
    served = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert served == {(each.method, each.path) for each in OPERATIONS}
    assert set(SAID) == {each.name for each in OPERATIONS if each.most}
    assert len(OPERATIONS) > 25


def test_roles_are_those_of_the_desk() -> None:
    """Who decides, enters or sees all is said in one table for both."""
    who = {each.name: each.who for each in OPERATIONS}
    decided = {"confirm", "return", "cancel", "urge", "extend_grant", "extend_refuse"}
    assert {name for name, roles in who.items() if roles == DECIDES} == decided
    assert {name for name, roles in who.items() if roles == SEES_ALL} == {"ladder", "coverage"}
    for name, roles in who.items():
        assert roles in (DECIDES, SEES_ALL, frozenset(OF_UNIT) | ENTERS, frozenset(ROLES)), name


@pytest.mark.parametrize("token", [None, "wrong", "revoked", "expired", "basic"])
@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_nobody_is_let_in(operation: Operation, token: str | None, shared_api: Api) -> None:
    """Without a token that opens, it is 401 before anything else is looked at, and nothing is written."""
    made = shared_api.made
    if "revoked" not in made:
        made["wrong"] = tokens.new()
        made["basic"] = shared_api.token("office")
        for name, days in (("revoked", 300), ("expired", 1)):
            kept = tokens.add(
                shared_api.engine,
                label=name,
                roles=("office",),
                unit="van-phong",
                days=days,
                now=shared_api.clock.now.replace(year=2024),
                made_by="thử",
            )
            made[name] = kept.token
            if name == "revoked":
                tokens.revoke(shared_api.engine, id=kept.id, now=shared_api.clock.now, by="thử")
    before = shared_api.written()
    scheme = "Basic" if token == "basic" else "Bearer"
    headers = {"authorization": f"{scheme} {made[token]}"} if token else {}
    path = re.sub(r"\{\w+\}", "x", operation.path)
    answer = shared_api.ask(operation.method, path, None, headers=headers, content=b"{")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["code"] == ("api.no_token" if token in (None, "basic") else "api.wrong_token")
    assert shared_api.written() == before


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", OPERATIONS, ids=ids)
def test_roles_that_may_not_are_refused(operation: Operation, role: str, shared_api: Api) -> None:
    """A role outside the operation's is refused and nothing is written; one inside reads."""
    shared_api.token(role)
    before = shared_api.written()
    if role not in operation.who:
        answer = ask(shared_api, operation, role)
        assert (answer.status_code, answer.json()["code"]) == (403, "api.not_for_you")
        assert shared_api.written() == before
    elif not operation.changes:
        unit = None if role in OF_UNIT else "van-phong"
        assert ask(shared_api, operation, role, unit=unit).status_code == (404 if operation.name == "evidence" else 200)
        assert shared_api.written() | {"api_token": 0} == before | {"api_token": 0}


@pytest.mark.parametrize("role", OF_UNIT)
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if "{" in each.path], ids=ids)
def test_a_unit_neither_sees_nor_changes_another(operation: Operation, role: str, shared_api: Api) -> None:
    """Whatever names another unit's work is as good as not there, and nothing is written."""
    shared_api.token(role)
    before = shared_api.written()
    answer = ask(shared_api, operation, role, OTHER)
    assert answer.status_code == (404 if role in operation.who else 403)
    assert shared_api.written() == before


@pytest.mark.parametrize("role", OF_UNIT)
@pytest.mark.parametrize(
    "operation", [each for each in OPERATIONS if each.most and each.name != "calendar_link_add"], ids=ids
)
def test_a_unit_speaks_for_no_other(operation: Operation, role: str, shared_api: Api) -> None:
    """On its own work, in another's name, a unit's token is refused, and nothing is written."""
    shared_api.token(role)
    before = shared_api.written()
    path = re.sub(
        r"\{(\w+)\}",
        lambda found: dict(zip(("task", "unit", "period"), HELD[OWN], strict=True)).get(found[1], "giam-tai-nan"),
        operation.path,
    )
    name = "unit" if operation.name in ("measure", "event") else "by"
    said = SAID[operation.name] | ({name: OTHER} if role in operation.who else {})
    answer = shared_api.post(path, said, role)
    assert answer.status_code in (403, 404)
    assert shared_api.written() == before


@pytest.mark.parametrize("path", ["/status?unit=to-01", "/tasks?unit=to-01", "/status?unit=to", "/tasks?unit=khong-co"])
@pytest.mark.parametrize("role", OF_UNIT)
def test_lists_of_another_unit_are_not_there(role: str, path: str, shared_api: Api) -> None:
    """Asked for another unit, or one that nobody knows, a unit's token gets the same nothing."""
    assert shared_api.get(path, role).status_code == 404
    own = shared_api.get(path.partition("?")[0], role).text
    assert OTHER not in own


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("operation", [each for each in OPERATIONS if "{period}" in each.path], ids=ids)
def test_a_case_is_not_there(operation: Operation, role: str, shared_api: Api) -> None:
    """To every token, its own unit's too, a case answers as an id that was never given, octet for octet."""
    unit = "a" if role in OF_UNIT else None
    shared_api.token(role, unit)
    before = shared_api.written()
    case = ask(shared_api, operation, role, "case", unit)
    nothing = ask(shared_api, operation, role, "nothing", unit)
    assert (case.status_code, case.content) == (nothing.status_code, nothing.content)
    assert case.status_code == (404 if role in operation.who else 403)
    assert shared_api.written() == before


@pytest.mark.parametrize("role", ROLES)
def test_no_list_names_a_case(role: str, shared_api: Api) -> None:
    """In no list or history of any token does a case appear."""
    unit = "a" if role in OF_UNIT else None
    for path in ("/status", "/status?as_of=2025-05-19", "/units/a/history"):
        answer = shared_api.get(path, role, unit=unit)
        assert answer.status_code == 200
        assert "vv-1" not in answer.text


def test_a_case_is_not_opened_here(shared_api: Api) -> None:
    """Opening a case is for its page: refused, and nothing is written."""
    before = shared_api.written()
    for role, unit in (("office", None), ("unit", "a")):
        said = SAID["event"] | ({"channel": "phone"} if role == "office" else {})
        assert shared_api.post("/events", said, role, unit=unit).json()["code"] == "api.no_cases"
    assert shared_api.written() | {"api_token": 0} == before | {"api_token": 0}
