"""`kehoach ics --diff A B`: days, files, and one line for what is neither."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Kehoach

REPORT = "bao-cao-bo-chi-tieu/ldtbxh/6-thang"


@pytest.fixture
def reported(kehoach: Kehoach, home: Path) -> Kehoach:
    """One report of the year issued on 12/5 and typed eight days later, so that it waits for confirmation."""
    assert kehoach("done", REPORT, "--by", "ldtbxh", "--on", "2025-05-12", "--doc", "45/BC-UBND").code == 0
    return kehoach


def test_two_days_say_what_came_between(reported: Kehoach) -> None:
    """In words and as JSON, in both languages; a day after today is as it stands."""
    said = reported("ics", "--diff", "2025-05-11", "20/5/2025", "--unit", "ldtbxh").out.splitlines()
    assert said[0] == "Người đăng ký lịch sẽ thấy 1 mục thay đổi:" and len(said) == 2
    assert said[1].endswith("12/5/2025: đã báo cáo, chờ xác nhận")
    english = reported("ics", "--diff", "2025-05-11", "2025-12-01", "--lang", "en").out.splitlines()
    assert english[0] == "A subscriber would see changes: 1" and english[1].endswith("awaiting confirmation")
    document = reported("ics", "--diff", "2025-05-11", "2025-05-20", "--as", "todo", "--json").json
    assert document["counts"]["submitted"] == len(document["changes"]) == 1
    assert reported("ics", "--diff", "2025-05-13", "2025-05-20").out.startswith("Người đăng ký lịch không thấy")
    campaigns = reported("ics", "--diff", "2025-05-13", "2025-05-20", "--campaigns")
    assert (campaigns.code, len(campaigns.out.splitlines())) == (0, 1)


def test_what_was_known_by_a_day(reported: Kehoach) -> None:
    """Design section 3: calendars take both clocks. Issued on 12/5, typed on 20/5: nobody knew on 15/5."""
    waiting = "Chờ xác nhận: Báo cáo Bộ Chỉ tiêu"
    as_of = reported("ics", "--as-of", "2025-05-15").out.replace("\r\n ", "").replace("\n ", "")
    known = (
        reported("ics", "--as-of", "2025-05-15", "--known-by", "2025-05-15").out.replace("\r\n ", "").replace("\n ", "")
    )
    assert waiting in as_of and waiting not in known and "Hạn: Báo cáo Bộ Chỉ tiêu" in known
    assert reported("ics", "--known-by", "2025-05-15").out == reported("ics", "--known-by", "2025-05-19").out


def test_files_need_no_database(reported: Kehoach, tmp_path: Path) -> None:
    """A file beside a file, and a file beside a day: what who took it then would see change by now."""
    old, new = tmp_path / "cũ.ics", tmp_path / "mới.ics"
    assert reported("ics", "--as-of", "2025-05-11", "-o", str(old)).code == 0
    assert reported("ics", "-o", str(new)).code == 0
    by_files = reported("ics", "--diff", str(old), str(new), "--home", str(tmp_path / "none"))
    assert by_files.code == 0
    assert by_files.out == reported("ics", "--diff", str(old), "2025-05-20").out
    assert reported("ics", "--diff", str(new), str(new)).out.count("\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        ["--diff", "không-có.ics", "2025-05-20"],
        ["--diff", "hỏng.ics", "hỏng.ics"],
        ["--diff", ".", "."],
        ["--diff", "2025-05-11", "2025-05-20", "--as-of", "2025-05-20"],
        ["--diff", "2025-05-11", "2025-05-20", "--known-by", "2025-05-20"],
        ["--diff", "2025-05-11", "2025-05-20", "-o", "x"],
        ["--diff", "2025-05-11", "2025-05-20", "--unit", "khong-co"],
        ["--json"],
    ],
)
def test_what_cannot_be_compared_is_one_line(kehoach: Kehoach, home: Path, tmp_path: Path, line: list[str]) -> None:
    """Exit code 1, nothing on standard output, no traceback."""
    (tmp_path / "hỏng.ics").write_bytes(b"BEGIN:VCALENDAR\r\n\x00\xff\x1b[31m")
    answer = kehoach("ics", *line)
    assert (answer.code, answer.out) == (1, "")
    assert len(answer.err.strip().splitlines()) == 1
    assert not re.search(r"Traceback|icalendar|\x1b", answer.err)
