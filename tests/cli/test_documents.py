"""`--json`: the exact keys of the contract (design section 8), on the Phú La plan."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Kehoach

PLAN = Path(__file__).parents[2] / "plan" / "phu-la-2025"
REPORT = "bao-cao-bo-chi-tieu/ldtbxh/6-thang"

TASK = {"id", "title", "unit", "with", "kind", "sources", "deadlines", "to", "via"}
SOURCE = {"clause", "quote"}
DEADLINE = {
    *("label", "period", "stated", "last_day", "advised_day", "time", "from", "to", "basis", "set_by", "words"),
    "trigger",
}
UNIT = {"id", "name", "relation", "group", "members", "from", "until", "successors", "inside"}
TARGET = {"id", "title", "operator", "value", "unit", "baseline", "baseline_year", "result", "state", "sources"}
STATUS = {"plan", "as_of", "known_by", "counts", "units", "occurrences"}
COUNTS = {"done_on_time", "done_late", "open_in_time", "open_overdue"}
OCCURRENCE = {
    *("id", "task", "unit", "held_by", "period", "label", "title", "stated_day", "last_day", "from", "to", "basis"),
    *("status", "days_late", "rung", "extended_from", "lines"),
}
COVERAGE = {"obligations", "covered", "percent", "uncovered", "unmatched_quotes", "excluded"}


@pytest.mark.parametrize("source", ["files", "database"])
def test_tasks(kehoach: Kehoach, home: Path, source: str) -> None:
    """The files and the database give the same list; every occurrence has its deadline, events have their trigger."""
    said = kehoach("tasks", *([str(PLAN)] if source == "files" else []), "--json")
    assert (said.code, said.err) == (0, "")
    tasks = {each["id"]: each for each in said.json}
    assert all(set(each) == TASK for each in tasks.values())
    assert all(set(source) == SOURCE for each in tasks.values() for source in each["sources"])
    assert all(set(deadline) == DEADLINE for each in tasks.values() for deadline in each["deadlines"])
    days = [each["last_day"] for each in tasks["bao-cao-bo-chi-tieu"]["deadlines"]]
    assert days == ["2025-05-12", "2025-08-12", "2025-11-12"]
    assert all(not each["deadlines"] for each in tasks.values() if each["kind"] == "continuous")
    event = tasks["bao-cao-vu-viec"]["deadlines"]
    assert [each["trigger"]["event"] for each in event] == ["vu-viec"] and event[0]["last_day"] is None


def test_tasks_are_the_same_from_files_and_database(kehoach: Kehoach, home: Path) -> None:
    """What was synced is what the files say."""
    for name in ("tasks", "units"):
        assert kehoach(name, "--json").json == kehoach(name, str(PLAN), "--json").json


def test_tasks_of_a_unit_are_those_of_its_group_too(kehoach: Kehoach, home: Path) -> None:
    """A residential group is given its duties as a member of «Các tổ dân phố»."""
    member = {each["id"] for each in kehoach("tasks", "--unit", "to-dan-pho-03", "--json").json}
    group = {each["id"] for each in kehoach("tasks", "--unit", "to-dan-pho", "--json").json}
    assert member and member <= group
    assert {each["unit"] for each in kehoach("tasks", "--unit", "ldtbxh", "--json").json} == {"ldtbxh"}


def test_units(kehoach: Kehoach) -> None:
    """Members of a group are listed and name it; an unnamed group has no number."""
    units = {each["id"]: each for each in kehoach("units", str(PLAN), "--json").json}
    assert all(set(each) == UNIT for each in units.values())
    assert units["to-dan-pho"]["members"] == 12 and units["truong"]["members"] is None
    assert units["to-dan-pho-07"]["group"] == "to-dan-pho" and units["to-dan-pho-07"]["members"] == 1
    assert units["doan-thanh-nien"]["inside"] is not None


@pytest.mark.parametrize("source", ["files", "database"])
def test_targets(kehoach: Kehoach, home: Path, source: str) -> None:
    """Without figures nothing is assessed."""
    said = kehoach("targets", *([str(PLAN)] if source == "files" else []), "--json")
    targets = {each["id"]: each for each in said.json}
    assert all(set(each) == TARGET for each in targets.values())
    assert targets["giam-tu-vong-tai-nan"]["baseline"] is None
    assert {each["state"] for each in targets.values()} == {"unknown"}


def test_status(kehoach: Kehoach, home: Path) -> None:
    """Two reports of May are late on 20 May; the figures are those of the units put together."""
    said = kehoach("status", "--json")
    assert (said.code, said.err) == (0, "")
    status = said.json
    assert set(status) == STATUS
    assert set(status["counts"]) == COUNTS
    assert all(set(each) == {"unit", "counts"} and set(each["counts"]) == COUNTS for each in status["units"])
    assert all(set(each) == OCCURRENCE for each in status["occurrences"])
    late = {each["id"]: each["days_late"] for each in status["occurrences"] if each["status"] == "overdue"}
    assert late == {REPORT: 8, "bao-cao-ket-qua/ldtbxh/6-thang": 7}
    lines = [each["lines"] for each in status["occurrences"] if each["task"] == "cap-nhat"]
    assert lines and all(set(line) == {"task", "answer", "on"} for each in lines for line in each)
    assert all(each["lines"] is None for each in status["occurrences"] if each["task"] != "cap-nhat")


def test_status_of_a_past_day(kehoach: Kehoach, home: Path) -> None:
    """On 12 May, to 24:00, nothing was late; both spellings of a day are the same day."""
    past = kehoach("status", "--as-of", "12/5/2025", "--json").json
    assert past == kehoach("--lang", "en", "status", "--as-of", "2025-05-12", "--json").json
    assert past["as_of"] == "2025-05-12" and past["counts"]["open_overdue"] == 0


def test_coverage(kehoach: Kehoach) -> None:
    """Every word of duty of the document lies in a quote."""
    coverage = kehoach("coverage", str(PLAN), "--json").json
    assert set(coverage) == COVERAGE
    assert coverage["percent"] == 100 and coverage["uncovered"] == coverage["unmatched_quotes"] == []
    assert all(set(each) == {"clause", "why"} for each in coverage["excluded"])


def test_show(kehoach: Kehoach, home: Path) -> None:
    """One occurrence whole: the keys of `status` and what only it tells."""
    shown = kehoach("show", REPORT, "--json").json
    assert set(shown) > OCCURRENCE
    assert (shown["stated_day"], shown["last_day"], shown["words"]) == (
        "2025-05-13",
        "2025-05-12",
        "trước ngày 13/5/2025",
    )
    assert {"ledger", "ladder", "sources", "with"} <= set(shown)


def test_schema(kehoach: Kehoach) -> None:
    """A JSON Schema that validators accept."""
    from jsonschema import Draft202012Validator

    schema = kehoach("schema").json
    Draft202012Validator.check_schema(schema)


def test_sync_twice_changes_nothing(kehoach: Kehoach, home: Path) -> None:
    """The second report says so, in JSON and in words."""
    report = kehoach("sync", str(PLAN), "--json").json
    assert report["unchanged"] is True and report["added"] == []
    assert "không có gì thay đổi" in kehoach("sync", str(PLAN)).out


def test_a_report_says_the_last_entry_that_was_known(kehoach: Kehoach, home: Path) -> None:
    """Two entries, a day apart: a report by what was known on the first day rests on the ledger up to then."""
    for day, what in ((20, "một"), (21, "hai")):
        now = datetime(2025, 5, day, 3, tzinfo=UTC)
        assert kehoach("note", REPORT, "--note", what, "--by", "ldtbxh", now=now).code == 0
    later = datetime(2025, 6, 1, 3, tzinfo=UTC)
    told = {known: kehoach("report", "--known-by", known, now=later).out for known in ("2025-05-20", "2025-05-21")}
    assert ["bút toán số 2," in told["2025-05-20"], "bút toán số 3," in told["2025-05-21"]] == [True, True]


def test_output_goes_through_what_is_no_file(kehoach: Kehoach, home: Path, tmp_path: Path) -> None:
    """A pipe (and so /dev/null) is written to, not replaced by a file; a link stays a link to the file it names."""
    pipe, link, file = tmp_path / "pipe", tmp_path / "link.ics", tmp_path / "lich.ics"
    os.mkfifo(pipe)
    link.symlink_to(file)
    with ThreadPoolExecutor() as pool:
        read = pool.submit(pipe.read_bytes)
        assert kehoach("ics", "-o", str(pipe)).code == 0
        assert read.result(timeout=120).startswith(b"BEGIN:VCALENDAR")
    assert pipe.is_fifo()
    assert kehoach("ics", "-o", str(link)).code == 0
    assert link.is_symlink() and file.read_bytes().startswith(b"BEGIN:VCALENDAR")
    umask = os.umask(0)
    os.umask(umask)
    assert file.stat().st_mode & 0o777 == 0o666 & ~umask
