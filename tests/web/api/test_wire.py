"""How the API answers over HTTP: problems, conditional requests, pages of lists, limits, and what never leaves it."""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine, event, text

from models.session import reading
from tests.usecases import files, small
from tests.web.api.conftest import CAMPAIGN, NOW, Api, built
from tests.web.conftest import serving
from texts import LANGUAGES, area
from usecases import sweep
from web.api import caller, guard
from web.api.described import declared
from web.api.problems import Problem
from web.limit import Limiter

NOTE = f"{CAMPAIGN}/note"
COURSE = "/occurrences/tap-huan/a/nam"


def test_all_that_is_wrong_is_said_at_once(small_api: Api) -> None:
    """Unknown, repeated and wrong parameters, wrong, missing and unknown fields, each with its place."""
    answer = small_api.get("/status?as_of=20/5/2025&asof=x&limit=0&lang=en&unit=a&unit=to")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert {(each["code"], each["in"], each["field"]) for each in problem["errors"]} == {
        ("api.unknown_parameter", "query", "asof"),
        ("api.repeated_parameter", "query", "unit"),
        ("api.field_day", "query", "as_of"),
        ("api.field_at_least", "query", "limit"),
    }
    assert (problem["status"], problem["code"], problem["type"]) == (422, "api.invalid", "about:blank")
    assert problem["detail"] == "4 things are wrong (see errors)."
    said = {"lines": 1, "on": 20250520, "request_id": "có dấu", "channel": "fax"}
    errors = small_api.post(NOTE, said, "unit", headers={"accept-language": "vi"}).json()["errors"]
    assert {(each["code"], each["field"]) for each in errors} == {
        ("api.field_missing", "note"),
        ("api.field_extra", "lines"),
        ("api.field_day", "on"),
        ("api.field_pattern", "request_id"),
        ("api.field_choice", "channel"),
    }


def test_where_it_is_wrong_is_where_it_was_said(small_api: Api) -> None:
    """A parameter is in the query, another's unit in `by`; a choice and a form are said in the language asked for."""
    (unit,) = small_api.get("/status?unit=congan").json()["errors"]
    assert (unit["in"], unit["field"]) == ("query", "unit")
    said = {"note": "x", "by": "khong-co", "channel": "phone"}
    (by,) = small_api.post(NOTE, said).json()["errors"]
    assert (by["code"], by["field"]) == ("request.unknown_unit", "by")
    wrong = {"note": " ", "by": "Công an", "channel": "fax", "request_id": "có dấu"}
    errors = {each["field"]: each["detail"] for each in small_api.post(f"{NOTE}?lang=en", wrong).json()["errors"]}
    assert errors["by"] == "Not of the right form, which is: id: small letters, digits, hyphens."
    assert errors["channel"] == "Choose one of: phone, meeting, paper, zalo, letter, email."
    assert "blanks alone" in errors["note"]
    assert "letters, digits" in errors["request_id"]
    assert "field" not in small_api.post(NOTE, []).json()["errors"][0]


@pytest.mark.parametrize("wrong", ["x\x00", "\ud800", "\x07", " ", "\n\t", "", "a" * 4001])
def test_text_that_could_not_be_kept(wrong: str, api: Api) -> None:
    """NUL, lone surrogates, control characters, blanks alone, and more than a page: refused before any database."""
    before = api.written()
    body = json.dumps({"note": wrong}).encode()
    answer = api.ask("POST", NOTE, "unit", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "note")
    assert api.written() | {"api_token": 0} == before | {"api_token": 0}


@pytest.mark.parametrize(
    "query", ["plan=%00", "plan=x%00y", "unit=%00", "plan=khong-co", "plan=a%0A", "unit=%ED%A0%80"]
)
def test_parameters_that_no_database_takes(query: str, api: Api) -> None:
    """A refusal on both databases, whatever the octets."""
    assert api.get(f"/status?{query}").status_code in (404, 422)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {"content-type": "application/json"}, 400),
        (b"\xff\xfe", {"content-type": "application/json"}, 400),
        (b"[" * 100_00, {"content-type": "application/json"}, 400),
        (b"[]", {"content-type": "application/json"}, 422),
        (b"", {"content-type": "application/json"}, 422),
        (b"null", {"content-type": "application/json"}, 422),
        (b'{"note": "x"}', {"content-type": "text/plain"}, 415),
        (b'{"note": "x"}', {}, 415),
        (b"note=x", {"content-type": "application/x-www-form-urlencoded"}, 415),
        (b'{"note": "' + b"x" * 70_000 + b'"}', {"content-type": "application/json"}, 413),
    ],
    ids=lambda value: str(value)[:24],
)
def test_bodies_that_are_none(body: bytes, headers: dict[str, str], status: int, small_api: Api) -> None:
    """What is no JSON, no object, of another type or too long: each has its status, and none is recorded."""
    before = small_api.written()
    answer = small_api.ask("POST", NOTE, "unit", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert small_api.written() | {"api_token": 0} == before | {"api_token": 0}


def test_a_body_of_no_said_length(small_api: Api) -> None:
    """How much comes must be said beforehand."""
    answer = small_api.ask("POST", NOTE, "unit", content=iter([b"{}"]), headers={"content-type": "application/json"})
    assert answer.status_code == 411


def test_bodies_held_at_once_are_bounded() -> None:
    """More than the room takes is asked to come again; what has left makes room."""
    room = guard.Room(most=10)
    with room.of(6):
        with pytest.raises(Problem) as refused, room.of(5):
            pass
        assert refused.value.status == 429
        with room.of(4):
            pass
    with room.of(10):
        pass
    assert room.taken == 0


def test_nothing_new_costs_nothing(small_api: Api) -> None:
    """The tag of an answer stands until the ledger moves, the day changes, or somebody else asks."""
    first = small_api.get("/status")
    held = {"if-none-match": first.headers["etag"]}
    again = small_api.get("/status", headers=held)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert small_api.get("/status?limit=5", headers=held).status_code == 200
    assert small_api.get("/status", "unit", headers=held).status_code == 200
    assert small_api.get("/status", headers=held | {"accept-encoding": "gzip"}).status_code == 200
    small_api.post(NOTE, {"note": "Mới"}, "unit")
    moved = small_api.get("/status", headers=held)
    assert moved.status_code == 200
    small_api.clock.now = small.at("2025-05-21")
    assert small_api.get("/status", headers={"if-none-match": moved.headers["etag"]}).status_code == 200
    assert "etag" not in small_api.get("/me").headers


def test_another_release_answers_anew(small_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """After an upgrade nobody is told that what they hold still stands."""
    held = {"if-none-match": small_api.get("/status").headers["etag"]}
    assert small_api.get("/status", headers=held).status_code == 304
    monkeypatch.setattr(caller, "_RELEASE", "another")
    assert small_api.get("/status", headers=held).status_code == 200


def test_pages_of_a_list(small_api: Api) -> None:
    """Following the links gives every occurrence once; the counts are those of all."""
    whole = small_api.get("/status").json()
    path, found = "/status?limit=7", []
    while path:
        answer = small_api.get(path)
        page = answer.json()
        assert page["counts"] == whole["counts"]
        assert answer.headers["total-count"] == str(len(whole["occurrences"]))
        found += page["occurrences"]
        path = f"/{answer.links['next']['url']}" if "next" in answer.links else ""
    assert found == whole["occurrences"]


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that the engine is sent meanwhile."""
    said: list[str] = []

    def note(*told: Any) -> None:
        said.append(told[2])

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


POLLED = {"/tasks": 3, "/units": 3, "/targets": 4, "/units/cong-an/history": 4, "/status": 8, CAMPAIGN: 10}
"""Reading verbs and how many statements the office's answer takes at most: its token, its plan, its version among
them."""


@pytest.mark.parametrize("path", POLLED)
def test_asking_again_is_cheap(path: str, small_api: Api) -> None:
    """Nothing new is three indexed look-ups, whatever there is: the token, the plan, how far the ledger has come; and
    the notices where the ladder is shown. A whole answer takes as many whatever the ward has."""
    first = small_api.get(path)
    held = {"if-none-match": first.headers["etag"]}
    shows_ladder = path in ("/status", CAMPAIGN)
    with counted(small_api.engine) as said:
        assert small_api.get(path, headers=held).status_code == 304
    asked = [each for each in said if each.lstrip().startswith("SELECT")]
    assert len(asked) == (4 if shows_ladder else 3), asked
    with counted(small_api.engine) as whole:
        small_api.get(path)
    assert len([each for each in whole if each.lstrip().startswith("SELECT")]) <= POLLED[path], whole
    own = small_api.get(path, "unit").headers["etag"]
    with counted(small_api.engine) as said:
        assert small_api.get(path, "unit", headers={"if-none-match": own}).status_code == 304
    assert not any("notice" in each for each in said)


def test_a_night_is_news_to_whom_it_is_shown(small_api: Api) -> None:
    """What the sweep tells moves the tag of what shows the ladder, without an entry; not that of the unit, nor of the
    tasks."""
    paths = [("/status", "office"), (CAMPAIGN, "office"), ("/status", "unit"), ("/tasks", "office")]
    before = [small_api.get(path, role).headers["etag"] for path, role in paths]
    now = small_api.clock.now
    assert sum(each.notices for each in sweep.sweep(small_api.engine, today=NOW.date(), now=now)) > 0
    after = [small_api.get(path, role).headers["etag"] for path, role in paths]
    assert [one != other for one, other in zip(before, after, strict=True)] == [True, True, False, False]


def test_pages_of_a_history(small_api: Api) -> None:
    """Following the links gives every entry once, the newest first, also where others are added meanwhile."""
    for number in range(5):
        small_api.post(NOTE, {"note": f"Lần {number}"}, "unit")
    path, found = "/units/cong-an/history?limit=2", []
    while path:
        answer = small_api.get(path)
        found += [each["text"] for each in answer.json()]
        path = f"/units/cong-an/{answer.links['next']['url']}" if "next" in answer.links else ""
        small_api.post(NOTE, {"note": "Sau"}, "unit")
    assert found == [f"Lần {number}" for number in (4, 3, 2, 1, 0)]


def test_a_file_is_held_for_good(small_api: Api) -> None:
    """Tagged by what it is: entries about other things do not send it again; who may not see it gets nothing."""
    sent = {"evidence": ("a.pdf", files.PDF)}
    assert small_api.ask("POST", f"{COURSE}/done", "unit", unit="a", files=sent).status_code == 200
    sha256 = small_api.get(COURSE).json()["ledger"][0]["data"]["evidence"]
    path = f"/units/a/evidence/{sha256}"
    held = {"if-none-match": small_api.get(path).headers["etag"]}
    small_api.post(NOTE, {"note": "Mới"}, "unit")
    again = small_api.get(path, headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert small_api.get(path, "unit", headers=held).status_code == 404


def test_only_entries_take_a_requests_id(small_api: Api) -> None:
    """A calendar link is made anew each time, since its secret is said once: its document promises nothing else."""
    paths = small_api.get("/openapi.json").json()["paths"]
    named = {
        operation["operationId"]
        for methods in paths.values()
        for operation in methods.values()
        if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
    }
    assert named == {each.name for each in declared() if each.area == "record"}


def test_head_languages_and_codings(small_api: Api) -> None:
    """HEAD is GET without its body; refusals speak the language asked for; long answers are compressed."""
    head = small_api.ask("HEAD", "/status", "office")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == small_api.get("/status").headers["etag"]
    for lang in LANGUAGES:
        known = area("api", lang)
        assert (
            small_api.get("/khong-co", headers={"accept-language": f"fr, {lang};q=0.5"}).json()["detail"]
            == known["nothing_here"]
        )
        assert small_api.get(f"/coverage?lang={lang}", "unit").json()["detail"] == known["not_for_you"]
    packed = small_api.get("/status", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json() == small_api.get("/status").json()


def test_what_is_not_there(small_api: Api) -> None:
    """Other addresses and methods are problems, too, whatever stands in them; there is no page with foreign scripts."""
    assert small_api.get("/docs").status_code == 404
    put = small_api.ask("PUT", "/status", "office")
    assert (put.status_code, put.headers["allow"], put.json()["code"]) == (405, "GET", "api.no_method")
    assert small_api.get("/occurrences/a/b%0A/c").headers["content-type"] == "application/problem+json"
    assert small_api.client.get("/api/v1x").headers["content-type"].startswith("text/html")


def test_guessing_is_slowed_down(small_api: Api) -> None:
    """Some wrong tokens from one address, then 429; who has a right one is not held up. Entries of one
    token are bounded, too."""
    desk = replace(small_api.desk, wrong_tokens=Limiter(3, minutes=60), token_writes=Limiter(2, minutes=60))
    office = {"authorization": f"Bearer {small_api.token('office')}"}
    with serving(small_api.engine, desk=desk) as client:
        for n, wrong in enumerate(("x", "kehoach_" + "0" * 38, "kehoach_" + "a" * 38, "y")):
            answer = client.get("/api/v1/me", headers={"authorization": f"Bearer {wrong}"})
            assert answer.status_code == (429 if n == 3 else 401)
        assert int(answer.headers["retry-after"]) > 0
        assert client.get("/api/v1/me", headers=office).status_code == 200
        said = {"via": "phone"}
        statuses = [client.post(f"/api/v1{CAMPAIGN}/urge", json=said, headers=office).status_code for _ in range(3)]
        assert statuses == [200, 200, 429]


def test_a_session_of_the_desk_opens_nothing_here(small_api: Api) -> None:
    """Cookies are not looked at, so no page of another site can use who is signed in."""
    answer = small_api.client.get("/api/v1/me", headers={"cookie": "kehoach=x; kehoach-link=y"})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers
    assert not any(name.startswith("access-control") for name in small_api.get("/me").headers)


def test_a_token_is_in_no_log_and_no_answer(small_api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """Not where it is right, wrong, or put where it does not belong."""
    token = small_api.token("office")
    with caplog.at_level(logging.DEBUG):
        answers = [
            small_api.get("/me"),
            small_api.client.get("/api/v1/me", headers={"authorization": f"Bearer {token[:-1]}x"}),
            small_api.client.get(f"/api/v1/me?access_token={token}", headers={"authorization": f"Bearer {token}"}),
            small_api.client.get(f"/api/v1/{token}"),
        ]
    assert caplog.records
    ours = [each for each in caplog.records if not each.name.startswith(("httpx", "httpcore"))]
    assert not any(token in each.getMessage() for each in ours)
    assert not any(token in answer.text for answer in answers)


def test_use_is_noted_by_the_hour(small_api: Api) -> None:
    """The first use and the next after an hour are kept; those between cost no writing."""
    seen = []
    for hour in (9, 9, 10):
        small_api.clock.now = small.at("2025-05-20", hour, 5 if seen else 0)
        small_api.get("/me")
        with reading(small_api.engine) as session:
            seen.append(session.connection().execute(text("SELECT seen_at FROM api_token")).scalar())
    assert seen[0] == seen[1] != seen[2]


def test_a_database_that_cannot_be_read(small_api: Api, tmp_path: Path) -> None:
    """503, to come again; nothing of where it lies."""
    token = small_api.token("office")
    (tmp_path / "kehoach.db").rename(tmp_path / "fort.db")
    small_api.engine.dispose()
    answer = small_api.client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "fort" not in answer.text
    assert str(tmp_path) not in answer.text


def test_a_fault_of_ours(small_api: Api, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """500 with a number that the log has, too; neither says what was typed, and the next request is served."""
    small_api.token("unit")
    with sqlite3.connect(tmp_path / "kehoach.db") as connection:
        connection.execute("UPDATE occurrence SET answers = '{' WHERE task = 'tuyen-truyen'")
    answer = small_api.post(NOTE, {"note": "điều phải giữ kín"}, "unit")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (500, "api.fault")
    (line,) = [each for each in caplog.messages if each.startswith("fault ")]
    assert line.split()[1] in problem["detail"]
    assert "giữ kín" not in caplog.text
    assert small_api.get("/me").status_code == 200


def test_an_event_that_is_no_case(engine: Engine, tmp_path: Path) -> None:
    """What happens to a unit is opened by itself, or by the office for it; never for another."""
    with built(engine, tmp_path, private=False) as api:
        said: dict[str, Any] = {"task": "vu-viec", "at": "2025-05-20T08:00", "ref": "vv-9"}
        opened = api.post("/events", said, "unit", unit="a")
        assert opened.status_code == 200, opened.text
        assert (opened.status_code, opened.json()["occurrence"]) == (200, "vu-viec/a/vv-9")
        assert (api.last().declared_by, api.last().channel) == ("a", "api")
        assert api.post("/events", said, "unit", unit="a").json()["code"] == "request.event_exists"
        assert api.post("/events", said | {"ref": "vv-10"}, "unit").status_code == 403
        by_phone = said | {"ref": "vv-11", "channel": "phone", "at": "2025-05-20T08:00:00+07:00"}
        assert api.post("/events", by_phone).status_code == 200
        for at in ("2025-05-20", "2025-13-01T00:00", "2025-05-20T08:00+99:00", "9999-01-01T00:00", "2025-05-21T00:00"):
            assert api.post("/events", by_phone | {"at": at, "ref": "vv-12"}).status_code == 422, at


def test_words_name_fields_and_not_options() -> None:
    """What a use case refuses in words of the command line has words of the API's own."""
    for lang in LANGUAGES:
        known = area("api", lang)
        for key, words in area("request", lang).items():
            if "--" in words and key not in ("which_plan",):
                assert f"refused_{key}" in known, key
        assert not any("--" in words for key, words in known.items() if key.startswith("refused_"))


def test_nothing_is_paid_before_somebody_asks() -> None:
    """Serving a desk imports none of the API's operations: the memory of a ward without other systems is as before."""
    said = subprocess.run(
        [sys.executable, "-c", "import sys, web.app; print([n for n in sys.modules if n.startswith('web.api.')])"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    assert said.stdout.strip() == "[]"


def test_who_leaves_half_way_is_no_fault(small_api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """A connection that ends in the middle of a body writes nothing, and nothing into the log: it happens all day."""
    token = small_api.token("office")
    before = small_api.written()
    address = urlsplit(str(small_api.client.base_url))
    head = f"POST /api/v1{NOTE} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection((address.hostname or "", address.port or 0)) as made:
        made.sendall(head.encode() + b'{"note": "')
        time.sleep(0.3)
    time.sleep(0.3)
    assert small_api.get("/offices").status_code in (200, 404)
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
    assert small_api.written() == before
