"""Commands that write an entry: what they come to, and what is refused without a trace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Answer, Kehoach
from tests.usecases.files import jpeg

REPORT = "bao-cao-bo-chi-tieu/ldtbxh/6-thang"
TRAINING = "tap-huan/ldtbxh/nam"
CHECK_IN = "cap-nhat/to-dan-pho-03/dot-1"
APRIL = datetime(2025, 4, 15, 3, 0, tzinfo=UTC)
ENTRY = {"occurrence", "kind", "seq", "status", "days_late", "repeated"}


def done(kehoach: Kehoach, *more: str) -> Answer:
    """The training course reported done, with its number."""
    return kehoach("done", TRAINING, "--by", "ldtbxh", "--doc", "40/BC-UBND", *more)


def status_of(kehoach: Kehoach, occurrence: str) -> str:
    """The status of one occurrence."""
    shown = kehoach("show", occurrence, "--json").json
    assert isinstance(shown["status"], str)
    return shown["status"]


def test_done_then_confirmed(kehoach: Kehoach, home: Path) -> None:
    """A report of the work waits for its confirmation, then counts as done on its day."""
    entry = done(kehoach, "--on", "16/5/2025", "--json").json
    assert set(entry) == ENTRY
    assert (entry["kind"], entry["status"]) == ("reported", "submitted")
    assert kehoach("confirm", TRAINING, "--by", "van-phong").code == 0
    assert status_of(kehoach, TRAINING) == "done_on_time"


def test_a_late_report_says_so(kehoach: Kehoach, home: Path) -> None:
    """Issued on 14 May, two days after the last day."""
    said = kehoach("done", REPORT, "--by", "ldtbxh", "--on", "14/5/2025", "--doc", "45/BC-UBND")
    assert said.code == 0 and "hoàn thành quá hạn" in said.out
    assert "done late" in kehoach("show", REPORT, "--lang", "en").out


def test_returned_retracted_and_cancelled(kehoach: Kehoach, home: Path) -> None:
    """Each needs its reason, and each leads where the table of transitions says."""
    done(kehoach)
    assert kehoach("return", TRAINING, "--by", "van-phong", "--reason", "Thiếu", "--supplement").code == 0
    assert status_of(kehoach, TRAINING) == "submitted"
    assert kehoach("return", TRAINING, "--by", "van-phong", "--reason", "Thiếu danh sách").code == 0
    assert status_of(kehoach, TRAINING) == "returned"
    done(kehoach)
    assert kehoach("retract", TRAINING, "--by", "ldtbxh", "--reason", "Nhập nhầm").code == 0
    assert status_of(kehoach, TRAINING) == "not_due"
    assert kehoach("cancel", TRAINING, "--by", "van-phong", "--reason", "Quận tổ chức chung").code == 0
    assert status_of(kehoach, TRAINING) == "cancelled"


def test_notes_urging_and_acknowledgement_move_nothing(kehoach: Kehoach, home: Path) -> None:
    """They stand in the ledger, with who said it, who typed it and how the word came."""
    assert kehoach("urge", REPORT, "--by", "van-phong", "--via", "phone", "--recorder", "Lan").code == 0
    assert kehoach("ack", REPORT, "--channel", "zalo").code == 0
    assert kehoach("note", REPORT, "--note", "Đang chờ số liệu của trường").code == 0
    ledger = kehoach("show", REPORT, "--json").json["ledger"]
    assert [each["kind"] for each in ledger][-3:] == ["urged", "acknowledged", "noted"]
    assert ledger[-3]["recorded_by"] == "Lan" and ledger[-2]["channel"] == "zalo"
    assert ledger[-1]["text"] == "Đang chờ số liệu của trường"
    said = kehoach("show", REPORT).out
    assert "Đang chờ số liệu của trường" in said and "trước ngày 13/5/2025" in said
    assert status_of(kehoach, REPORT) == "overdue"


def test_a_check_in_closes_when_every_line_is_answered(kehoach: Kehoach, home: Path) -> None:
    """All four answers, in one sitting."""
    lines = [each["task"] for each in kehoach("show", CHECK_IN, "--json", now=APRIL).json["lines"]]
    more = {"done": ["--note", "Đã làm"], "planned": ["--month", "6/2025"], "nothing": [], "not-yet": []}
    for n, line in enumerate(lines):
        answer = list(more)[n % 4]
        said = kehoach("answer", CHECK_IN, answer, "--line", line, *more[answer], "--json", now=APRIL)
        assert said.code == 0, said.err
    assert said.json["status"] == "done_on_time"
    shown = kehoach("show", CHECK_IN, now=APRIL).out
    assert "dự kiến" in shown and "không phát sinh" in shown


def test_an_event_opens_an_occurrence(kehoach: Kehoach, home: Path) -> None:
    """Under the office's own code; a second time it exists already."""
    opened = ("event", "bao-cao-dot-xuat", "--at", "14/5/2025 16g30", "--ref", "yc-01")
    assert kehoach(*opened, "--json").json["occurrence"] == "bao-cao-dot-xuat/ldtbxh/yc-01"
    again = kehoach(*opened)
    assert again.code == 1 and "đã được mở" in again.err


def test_measured_values_judge_a_target(kehoach: Kehoach, home: Path) -> None:
    """A day of the baseline year makes the baseline; then the fall is enough, or not."""
    target = "giam-tu-vong-tai-nan"
    base = kehoach("measure", target, "10", "--unit", "tram-y-te", "--on", "31/12/2024")
    assert base.code == 0, base.err
    entry = kehoach("measure", target, "8,5", "--unit", "tram-y-te", "--on", "10/5/2025", "--json").json
    assert set(entry) == {"target", "seq", "value", "on", "state", "repeated"}
    assert (entry["value"], entry["state"]) == (8.5, "met")
    assert "đạt" in kehoach("targets").out


def test_a_repeated_request_is_harmless(kehoach: Kehoach, home: Path) -> None:
    """The same request id gives the same entry; for something else it is refused."""
    first = done(kehoach, "--request-id", "r-1", "--json").json
    again = done(kehoach, "--request-id", "r-1", "--json").json
    assert again == first | {"repeated": True}
    other = kehoach("note", REPORT, "--note", "x", "--request-id", "r-1")
    assert other.code == 1 and "r-1" in other.err


def rows(home: Path) -> list[str]:
    """All that the database says. Its bytes also hold SQLite's own counters, which a checkpoint moves."""
    with closing(sqlite3.connect(home / "kehoach.db")) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["done", "bao-cao-bo-chi-tieu/ldtbxh/6-thag", "--by", "ldtbxh", "--doc", "1"], REPORT),
        (["done", "bao-cao", "--by", "ldtbxh", "--doc", "1"], "nhiệm-vụ/đơn-vị/kỳ"),
        (["done", REPORT, "--by", "ldtbhx", "--doc", "1"], "ldtbxh"),
        (["done", REPORT, "--by", "cong-an", "--doc", "1"], "không giữ"),
        (["done", REPORT, "--by", "ldtbxh"], "--doc"),
        (["done", REPORT, "--by", "ldtbxh", "--doc", "1", "--on", "21/5/2025"], "chưa tới"),
        (["done", REPORT, "--by", "ldtbxh", "--doc", "1", "--on", "1/1/2024"], "sớm hơn"),
        (["done", CHECK_IN, "--by", "to-dan-pho-03"], "kehoach answer"),
        (["done", TRAINING, "--by", "ldtbxh", "--doc", "1", "--evidence", "nothing.pdf"], "nothing.pdf"),
        (["confirm", REPORT, "--by", "van-phong"], "chưa hoàn thành"),
        (["answer", CHECK_IN, "done", "--line", "ra-soat-phan-mm", "--note", "x"], "ra-soat-phan-mem"),
        (["answer", CHECK_IN, "planned", "--line", "ra-soat-phan-mem"], "--month"),
        (["answer", REPORT, "nothing", "--line", "x"], "kehoach done"),
        (["note", REPORT, "--note", "x", "--channel", "bồ câu"], "zalo"),
        (["event", "bao-cao-ket-qua", "--at", "14/5/2025 16:30", "--ref", "x"], "bao-cao-dot-xuat"),
        (["event", "bao-cao-dot-xuat", "--at", "14/5/2025 16:30", "--ref", "Bé An"], "tên người"),
        (["measure", "giam-tu-vong", "1", "--unit", "tram-y-te"], "giam-tu-vong-tai-nan"),
        (["status", "--unit", "truongg"], "truong"),
        (["status", "--plan", "phu-la-2024"], "phu-la-2025"),
        (["ics", "--unit", "truong", "--campaigns"], "--campaigns"),
    ],
)
def test_a_wrong_request_gets_one_clear_line(kehoach: Kehoach, home: Path, args: list[str], said: str) -> None:
    """Exit code 1, one line that says what would be right, nothing on standard output, nothing written."""
    before = rows(home)
    answer = kehoach(*args)
    assert answer.code == 1, answer
    assert answer.out == "" and answer.err.count("\n") == 1
    assert said in answer.err and "Traceback" not in answer.err
    assert kehoach("verify").code == 0
    assert rows(home) == before


def test_marking_done_twice_says_what_is_allowed(kehoach: Kehoach, home: Path) -> None:
    """The refusal names the phase and the moves in words."""
    done(kehoach)
    again = done(kehoach)
    assert again.code == 1 and "chờ xác nhận" in again.err and "xác nhận" in again.err
    assert "reported" not in again.err


def test_nobody_confirms_their_own_work(kehoach: Kehoach, home: Path) -> None:
    """The monitoring officer's own work is confirmed by the office."""
    done(kehoach)
    said = kehoach("confirm", TRAINING, "--by", "ldtbxh")
    assert said.code == 1 and "chính mình" in said.err


def test_evidence_is_kept_and_verified(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """The file lies in the data folder under its SHA-256; changed there, `verify` finds it."""
    file = tmp_path / "anh.jpg"
    file.write_bytes(jpeg())
    assert done(kehoach, "--evidence", str(file)).code == 0
    assert kehoach("verify", "--json").json["files"] == 1
    (kept,) = [each for each in (home / "evidence").rglob("*") if each.is_file()]
    kept.write_bytes(b"other")
    said = kehoach("verify")
    assert said.code == 1 and "anh.jpg" in said.out and "1 chỗ sai" in said.err
