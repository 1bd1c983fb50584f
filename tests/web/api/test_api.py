"""What another system reads and records through the API, on SQLite and on PostgreSQL."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

import plan as plan_language
from tests.usecases import files, small
from tests.web.api.conftest import CAMPAIGN, NOW, Api
from usecases import contents, ladder, show, status
from usecases import targets as indicators
from usecases.verify import verify

CHECK_IN = "/occurrences/cap-nhat/cong-an/dot-1"
REPORT = "/occurrences/bao-cao/a/6-thang"
COURSE = "/occurrences/tap-huan/a/nam"
PDF = files.PDF


def file(name: str, body: bytes) -> dict[str, str]:
    return {"name": name, "content": b64encode(body).decode()}


def test_the_json_is_that_of_the_command_line(api: Api) -> None:
    """Every document is, key by key and value by value, what `--json` prints."""
    told: dict[str, Any] = {"now": NOW}
    assert api.get("/status").json() == status.status(api.engine, **told).as_json()
    assert api.get("/status?unit=to").json() == status.status(api.engine, unit="to", **told).as_json()
    occurrence = {"occurrence": "bao-cao/a/6-thang"}
    assert api.get(REPORT).json() == show.show(api.engine, **occurrence, **told).as_json()
    assert api.get(f"{REPORT}/ladder").json() == ladder.explain(api.engine, **occurrence, **told)[0].as_json()
    known = contents.of_database(api.engine)
    assert api.get("/tasks").json() == known.tasks
    assert api.get("/tasks?unit=a").json() == known.of_unit("a")
    assert api.get("/units").json() == known.units
    assert api.get("/targets").json() == indicators.targets(api.engine)
    folder = api.desk.home.parent / "nho-2025"
    assert api.get("/coverage").json() == plan_language.coverage(plan_language.load(folder)).as_json()


def test_past_days(api: Api) -> None:
    """`as_of` and `known_by` mean what they mean on the command line."""
    api.post(f"{CHECK_IN}/note", {"note": "Đang làm", "on": "2025-05-19"}, "unit")
    assert [each["kind"] for each in api.get(CHECK_IN).json()["ledger"]] == ["noted"]
    assert api.get(f"{CHECK_IN}?as_of=2025-05-18").json()["ledger"] == []
    assert api.get(f"{CHECK_IN}?known_by=2025-05-19").json()["ledger"] == []
    assert api.get("/status?as_of=2025-05-01").json()["as_of"] == "2025-05-01"
    assert api.get("/status?as_of=1990-01-01").json()["occurrences"] == []
    assert api.get(f"{CHECK_IN}?as_of=1990-01-01").status_code == 404


def test_a_unit_reports_for_itself(api: Api) -> None:
    """The word is the unit's, who typed is the token, the way is `api`; and it is not told whom the ladder tells."""
    said = {"line": "tuan-tra", "answer": "done", "note": "Tuần tra 12 buổi", "on": "2025-05-19"}
    answer = api.post(f"{CHECK_IN}/answer", said, "unit").json()
    assert (answer["kind"], answer["repeated"]) == ("answered", False)
    entry = api.last()
    token = api.get("/me", "unit").json()
    assert (entry.declared_by, entry.recorded_by, entry.channel) == ("cong-an", f"token:{token['id']}", "api")
    shown = api.get(CHECK_IN, "unit").json()
    assert shown["ledger"][0]["text"] == "Tuần tra 12 buổi"
    assert (shown["ladder"], shown["rung"]) == ([], None)
    assert api.get("/units/cong-an/history", "unit").json()[0]["seq"] == entry.seq


def test_the_office_enters_for_a_unit(api: Api) -> None:
    """It says by which way the word came; its own word needs none."""
    said = {"line": "tuan-tra", "answer": "nothing"}
    refused = api.post(f"{CHECK_IN}/answer", said)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "channel")
    assert api.post(f"{CHECK_IN}/answer", said | {"channel": "phone"}, "clerk").status_code == 200
    entry = api.last()
    assert (entry.declared_by, entry.channel) == ("cong-an", "phone")
    assert api.post(f"{CHECK_IN}/note", {"note": "Đã nhắc", "by": "van-phong"}).status_code == 200
    assert (api.last().declared_by, api.last().channel) == ("van-phong", "api")


def test_sent_twice_it_is_recorded_once(api: Api) -> None:
    """By a header or a field; another token's request of the same id is another, the same id for else is refused."""
    said = {"note": "Một lần"}
    key = {"idempotency-key": "qlvb-2025-0001"}
    first = api.post(f"{CHECK_IN}/note", said, "unit", headers=key).json()
    again = api.post(f"{CHECK_IN}/note", said | {"request_id": "qlvb-2025-0001"}, "unit").json()
    assert (first["repeated"], again["repeated"], again["seq"]) == (False, True, first["seq"])
    other = api.post(f"{CHECK_IN}/note", said, "head", headers=key).json()
    assert (other["repeated"], other["seq"]) == (False, first["seq"] + 1)
    reused = api.post(f"{CAMPAIGN}/note", said, "unit", headers=key)
    assert (reused.status_code, reused.json()["code"]) == (409, "request.request_reused")
    assert f"số {first['seq']};" in reused.json()["detail"]
    for verb, body in (("note", {"note": "Hai lần"}), ("note", said | {"on": "2025-05-19"}), ("ack", {})):
        assert api.post(f"{CHECK_IN}/{verb}", body, "unit", headers=key).status_code == 409
    differing = api.post(f"{CHECK_IN}/note", said | {"request_id": "x"}, "unit", headers=key)
    assert (differing.status_code, differing.json()["code"]) == (422, "api.two_keys")


def test_a_course_from_report_to_confirmation(api: Api) -> None:
    """Reported with a file by its unit, returned, reported again, confirmed by the office; nobody confirms its own."""
    done = api.post(f"{COURSE}/done", {"note": "Xong", "evidence": file("ket-qua.pdf", PDF)}, "unit", unit="a")
    assert (done.status_code, done.json()["status"]) == (200, "submitted")
    own = api.post(f"{COURSE}/confirm", {}, "monitor")
    assert (own.status_code, own.json()["code"]) == (403, "request.own_work")
    assert api.post(f"{COURSE}/return", {"reason": "Thiếu danh sách"}).json()["status"] == "returned"
    assert api.post(f"{COURSE}/done", {"note": "Bổ sung"}, "unit", unit="a").json()["status"] == "submitted"
    assert (
        api.post(f"{COURSE}/return", {"reason": "Thiếu ảnh", "supplement": True}).json()["kind"] == "supplement_asked"
    )
    assert api.post(f"{COURSE}/confirm", {"note": "Đạt"}).json()["status"] == "done_on_time"
    gone = api.post(f"{COURSE}/confirm", {})
    assert (gone.status_code, gone.json()["code"]) == (409, "request.illegal_move")
    assert verify(api.engine, evidence_folder=api.desk.evidence).as_json()["faults"] == []


def test_evidence_comes_back_as_it_was_sent(api: Api) -> None:
    """To its own unit and to who sees all, to be saved and never shown; to another unit it is not there."""
    api.post(f"{COURSE}/done", {"note": "Xong", "evidence": file("kết quả.pdf", PDF)}, "unit", unit="a")
    sha256 = api.get(COURSE).json()["ledger"][0]["data"]["evidence"]
    for role in ("office", "unit"):
        answer = api.get(f"/units/a/evidence/{sha256}", role, unit="a" if role == "unit" else None)
        assert answer.content == PDF
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''k%E1%BA%BFt")
    assert api.get(f"/units/a/evidence/{sha256}", "unit").status_code == 404
    assert api.get(f"/units/cong-an/evidence/{sha256}", "unit").status_code == 404


def test_files_have_the_limits_of_the_desk(api: Api) -> None:
    """By content, not by name; what is refused is kept nowhere."""
    before = api.written()
    for name, body, code, code_status in (
        ("bao-cao.pdf", b"MZ\x90\x00", "upload.unknown_kind", 422),
        ("tối mật.pdf", PDF, "upload.secret", 422),
        ("trong.pdf", b"", "upload.empty", 422),
    ):
        answer = api.post(f"{COURSE}/done", {"note": "x", "evidence": file(name, body)}, "unit", unit="a")
        assert (answer.status_code, answer.json()["code"]) == (code_status, code)
    bad = api.post(f"{COURSE}/done", {"evidence": {"name": "a.pdf", "content": "không"}}, "unit", unit="a")
    assert bad.json()["errors"] == [
        {"code": "api.field_base64", "detail": "Không phải base64.", "in": "body", "field": "evidence/content"}
    ]
    assert api.written() | {"api_token": 0} == before | {"api_token": 0}


def test_an_extension(api: Api) -> None:
    """Asked by the unit, granted by the office; the new day is the one that counts."""
    asked = api.post(f"{COURSE}/extend/ask", {"until": "2026-01-20", "reason": "Chờ giảng viên"}, "unit", unit="a")
    assert asked.json()["kind"] == "extension_asked"
    refused = api.post(f"{COURSE}/extend/refuse", {"reason": "Đủ thời gian"})
    assert refused.json()["kind"] == "extension_refused"
    api.post(f"{COURSE}/extend/ask", {"until": "2026-01-20", "reason": "Chờ giảng viên"}, "unit", unit="a")
    without = api.post(f"{COURSE}/extend/grant", {})
    assert (without.status_code, without.json()["errors"][0]["field"]) == (422, "document")
    granted = api.post(f"{COURSE}/extend/grant", {"document": "12/TB-UBND ngày 20/5/2025"})
    assert granted.json()["kind"] == "extension_granted"
    assert api.get(COURSE).json()["last_day"] == "2026-01-20"
    beyond = api.post(f"{COURSE}/extend/ask", {"until": "2100-01-01", "reason": "Rất lâu"}, "unit", unit="a")
    assert beyond.status_code in (200, 422)


def test_a_report_on_its_way_up(api: Api) -> None:
    """Drafted by its unit, signed and numbered by the office, issued; the drafter does not sign."""
    assert api.post(f"{REPORT}/step", {"step": "drafted"}, "unit", unit="a").status_code == 200
    own = api.post(f"{REPORT}/step", {"step": "signed"}, "unit", unit="a")
    assert (own.status_code, own.json()["code"]) == (403, "request.not_signer")
    assert api.post(f"{REPORT}/step", {"step": "signed"}).status_code == 200
    assert api.post(f"{REPORT}/step", {"step": "numbered", "document": "45/BC-UBND"}, "clerk").status_code == 200
    assert api.post(f"{REPORT}/step", {"step": "issued"}, "clerk").json()["status"] == "done_late"
    assert api.get(REPORT).json()["ledger"][-1]["data"]["document"] == "45/BC-UBND"


def test_urging_and_acknowledging(api: Api) -> None:
    """The office urges, the unit acknowledges; a second acknowledgement in its pause is refused."""
    assert api.post(f"{CHECK_IN}/urge", {"via": "zalo", "to": "unit"}).json()["kind"] == "urged"
    assert api.post(f"{CHECK_IN}/ack", {}, "unit").json()["kind"] == "acknowledged"
    again = api.post(f"{CHECK_IN}/ack", {}, "unit")
    assert (again.status_code, again.json()["code"]) == (409, "request.already_acknowledged")


def test_taking_back_and_cancelling(api: Api) -> None:
    """A unit takes its report back; the office cancels what is no longer asked."""
    api.post(f"{COURSE}/done", {"note": "Xong"}, "unit", unit="a")
    assert api.post(f"{COURSE}/retract", {"reason": "Ghi nhầm"}, "unit", unit="a").json()["kind"] == "retracted"
    assert api.post(f"{COURSE}/cancel", {"reason": "Thôi tổ chức"}).json()["status"] == "cancelled"


def test_an_indicator(api: Api) -> None:
    """Measured by a unit that leads it, or by the office for it; by nobody else."""
    first = api.post("/targets/giam-tai-nan/measure", {"value": 40, "on": "2025-05-01"}, "unit", unit="to-01")
    assert first.json() == {
        "target": "giam-tai-nan",
        "seq": first.json()["seq"],
        "value": 40.0,
        "on": "2025-05-01",
        "state": "unknown",
        "repeated": False,
    }
    assert api.post("/targets/giam-tai-nan/measure", {"value": 1}, "unit").status_code == 404
    assert api.post("/targets/giam-tai-nan/measure", {"value": 1}).json()["code"] == "api.needs_way"
    by_phone = {"value": 30.5, "channel": "phone", "unit": "to-02"}
    assert api.post("/targets/giam-tai-nan/measure", by_phone).status_code == 200
    assert api.last().declared_by == "to-02"
    for value in ("1e-300", "1e300", "NaN", "Infinity", "9" * 5000, '"5"', "true"):
        answer = api.ask(
            "POST",
            "/targets/giam-tai-nan/measure",
            "unit",
            unit="to-01",
            content=f'{{"value": {value}}}',
            headers={"content-type": "application/json"},
        )
        assert answer.status_code in (400, 422), value


def test_calendar_links(api: Api) -> None:
    """A unit makes, sees and revokes its own; the link serves the calendar until it is revoked."""
    made = api.post("/units/cong-an/calendar-links", {}, "unit").json()
    assert api.client.get(f"/lich/{made['token']}.ics").status_code == 200
    assert made["link"] == f"{api.client.base_url}/lich/{made['token']}.ics"
    (listed,) = api.get("/units/cong-an/calendar-links", "unit").json()
    assert (listed["id"], listed["made_by"]) == (made["id"], f"token:{api.get('/me', 'unit').json()['id']}")
    assert "token" not in listed
    assert api.ask("DELETE", f"/units/to-01/calendar-links/{made['id']}", "office").status_code == 404
    assert api.ask("DELETE", f"/units/cong-an/calendar-links/{made['id']}", "unit").status_code == 200
    assert api.client.get(f"/lich/{made['token']}.ics").status_code == 404
    for _ in range(12):
        assert api.post("/units/cong-an/calendar-links", {"label": "Máy chủ"}).status_code == 200
    assert api.post("/units/cong-an/calendar-links", {}).status_code == 409


def test_after_a_succession_the_heir_speaks(api: Api) -> None:
    """The token of a unit that handed over speaks for who took over, as its account does."""
    api.token("unit", "a")
    api.clock.now = small.at("2025-07-02")
    assert api.get("/me", "unit", unit="a").json()["unit"] == "phong-moi"


def test_photographs_lose_their_position(api: Api) -> None:
    """Through the API as at the desk."""
    sent = files.jpeg(files.exif(1))
    assert files.GPS in sent
    done = api.post(f"{COURSE}/done", {"note": "x", "evidence": file("anh.jpg", sent)}, "unit", unit="a")
    assert done.status_code == 200
    sha256 = api.get(COURSE).json()["ledger"][0]["data"]["evidence"]
    kept = api.get(f"/units/a/evidence/{sha256}").content
    assert kept.startswith(b"\xff\xd8")
    assert files.GPS not in kept


def test_a_file_comes_as_it_is(api: Api) -> None:
    """In parts (RFC 7578), with the words beside it, as in JSON: the same entry, the same file, the same repeat."""
    said = {"note": "Xong,\ncó danh sách", "on": "2025-05-19", "request_id": "mot-1"}
    sent = {"evidence": ("kết quả.pdf", PDF, "application/pdf")}
    done = api.ask("POST", f"{COURSE}/done", "unit", unit="a", data=said, files=sent)
    assert (done.status_code, done.json()["repeated"]) == (200, False), done.text
    in_json = said | {"evidence": file("kết quả.pdf", PDF)}
    assert api.post(f"{COURSE}/done", in_json, "unit", unit="a").json() == done.json() | {"repeated": True}
    (entry,) = api.get(COURSE).json()["ledger"]
    assert (entry["text"], entry["happened_on"]) == (said["note"], "2025-05-19")
    kept = api.get(f"/units/a/evidence/{entry['data']['evidence']}")
    assert kept.content == PDF
    assert "k%E1%BA%BFt" in kept.headers["content-disposition"]
    other = sent | {"evidence": ("kết quả.pdf", PDF + b"\n", "application/pdf")}
    assert api.ask("POST", f"{COURSE}/done", "unit", unit="a", data=said, files=other).status_code == 409


def test_parts_have_the_same_limits(api: Api) -> None:
    """What is missing, unknown, twice, too long, no file or no text is told at once; content decides of a file."""
    before = api.written()

    def ask(*parts: tuple[str, Any]) -> Any:
        return api.ask("POST", f"{COURSE}/done", "unit", unit="a", files=[(name, part) for name, part in parts])

    wrong = ask(
        *(("note", (None, "x")), ("note", (None, "y")), ("on", (None, "19/5/2025")), ("la", (None, "?"))),
        *(("document", (None, "a" * 201)), ("evidence", (None, "chữ")), ("by", ("a.pdf", PDF))),
    )
    assert wrong.status_code == 422
    assert {(each["code"].partition("_")[2], each["field"]) for each in wrong.json()["errors"]} == {
        *(("field", "note"), ("day", "on"), ("extra", "la"), ("too_long", "document")),
        *(("file", "evidence"), ("text", "by")),
    }
    for name, body, code in (("a.pdf", b"MZ\x90", "unknown_kind"), ("tối mật.pdf", PDF, "secret"), ("a", b"", "empty")):
        assert ask(("evidence", (name, body))).json()["code"] == f"upload.{code}"
    elsewhere = api.ask("POST", f"{COURSE}/note", "unit", unit="a", files=[("note", (None, "x"))])
    assert elsewhere.status_code == 415
    assert api.written() | {"api_token": 0} == before | {"api_token": 0}


@pytest.mark.parametrize("cut", [3, 40, 300], ids=str)
def test_parts_that_did_not_come_whole(cut: int, api: Api) -> None:
    """A body without its last boundary is none: no report is recorded without the file that went with it."""
    before = api.written()
    whole = api.client.build_request("POST", "/", data={"note": "Xong"}, files={"evidence": ("a.pdf", PDF)})
    body = whole.read()
    headers = {"content-type": whole.headers["content-type"]}
    answer = api.ask("POST", f"{COURSE}/done", "unit", unit="a", content=body[:-cut], headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "api.field_parts")
    for headers in ({"content-type": "multipart/form-data"}, {"content-type": "multipart/form-data; boundary=x"}):
        assert api.ask("POST", f"{COURSE}/done", "unit", unit="a", content=body, headers=headers).status_code == 400
    assert api.written() | {"api_token": 0} == before | {"api_token": 0}


@pytest.mark.parametrize(
    ("charset", "name", "note"),
    [
        ("", b'name="note"', "Đã làm".encode("utf-16")),
        ("", b'name="evidence"; filename="\xe0\xff.pdf"', PDF),
        ("; charset=undefined", b'name="note"', "Đã làm".encode()),
        ("; charset=punycode", b'name="note-\xff"', "Đã làm".encode()),
        ("; charset=windows-1258", b'name="note"', "Đã làm".encode()),
    ],
    ids=["a note", "a name", "no charset at all", "a name of a field", "another charset"],
)
def test_words_in_parts_are_utf_8(charset: str, name: bytes, note: bytes, api: Api) -> None:
    """What is not is refused, as in JSON: read by guess it would stand in the ledger for good."""
    before = api.written()
    body = b"--x\r\nContent-Disposition: form-data; " + name + b"\r\n\r\n" + note + b"\r\n--x--\r\n"
    headers = {"content-type": f"multipart/form-data; boundary=x{charset}"}
    answer = api.ask("POST", f"{COURSE}/done", "unit", unit="a", content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "api.field_parts")
    assert api.written() | {"api_token": 0} == before | {"api_token": 0}


def test_several_files_with_one_report(api: Api) -> None:
    """A list in JSON, or parts of one name: one entry, each file to be read again, the repeat in either coding."""
    bodies = [PDF, PDF + b"\n", PDF + b"\n\n"]
    sent = [file(f"trang {number}.pdf", body) for number, body in enumerate(bodies)]
    key = {"idempotency-key": "nhieu-1"}
    done = api.post(f"{COURSE}/done", {"note": "Xong", "evidence": sent}, "unit", unit="a", headers=key)
    assert done.status_code == 200, done.text
    (entry,) = api.get(COURSE).json()["ledger"]
    hashes = entry["data"]["evidence"]
    assert [api.get(f"/units/a/evidence/{each}", "unit", unit="a").content for each in hashes] == bodies
    parts = [("evidence", (f"trang {number}.pdf", body)) for number, body in enumerate(bodies)]
    again = api.ask("POST", f"{COURSE}/done", "unit", unit="a", headers=key, files=[("note", (None, "Xong")), *parts])
    assert again.json() == done.json() | {"repeated": True}
    fewer = api.ask(
        "POST", f"{COURSE}/done", "unit", unit="a", headers=key, files=[("note", (None, "Xong")), *parts[:2]]
    )
    assert (fewer.status_code, fewer.json()["code"]) == (409, "request.request_reused")
    assert verify(api.engine, evidence_folder=api.desk.evidence).as_json()["faults"] == []


def test_of_several_files_each_that_is_refused_is_named(api: Api) -> None:
    """All or none: what is wrong with each is told at once, by its name, and nothing is kept."""
    before = api.written()
    some = [file("a.exe", b"MZ\x90\x00"), file("b.pdf", PDF), file("c.pdf", b"")]
    answer = api.post(f"{COURSE}/done", {"note": "Xong", "evidence": some}, "unit", unit="a")
    assert (answer.status_code, answer.json()["code"]) == (422, "upload.several")
    assert {(each["code"], each["field"]) for each in answer.json()["errors"]} == {
        ("upload.unknown_kind", "evidence/a.exe"),
        ("upload.empty", "evidence/c.pdf"),
    }
    for evidence, code, field in (
        ([], "api.field_too_short", "evidence"),
        ([file("a.pdf", PDF)] * 11, "api.field_too_many", "evidence"),
        ([{"name": "a.pdf", "content": "?"}], "api.field_base64", "evidence/0/content"),
        ({"name": 1, "content": ""}, "api.field_text", "evidence/name"),
        ("a.pdf", "api.field_file", "evidence"),
    ):
        (wrong,) = api.post(f"{COURSE}/done", {"evidence": evidence}, "unit", unit="a").json()["errors"]
        assert (wrong["code"], wrong["field"]) == (code, field)
    parts = [("evidence", ("a.pdf", PDF + b"\n" * number)) for number in range(11)]
    many = api.ask("POST", f"{COURSE}/done", "unit", unit="a", files=parts)
    assert (many.status_code, many.json()["errors"][0]["code"]) == (422, "api.field_too_many")
    assert api.written() | {"api_token": 0} == before | {"api_token": 0}
