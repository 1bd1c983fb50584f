"""Plan files to database."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlmodel import Session, select

from models.tables import Entry, Notice, Occurrence, OccurrenceVersion, Office, PlanRevision, RungDay
from plan import almanac
from plan.problems import PlanErrors
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import sweep
from usecases.status import status
from usecases.verify import verify


def rows(ward: Ward, table: type) -> list:
    with Session(ward.engine) as session:
        return list(session.exec(select(table)))


def test_the_first_sync_adds_everything(ward: Ward) -> None:
    """Reports, campaigns fanned out, the once and the check-ins are there, each with a version and its rungs."""
    names = {f"{row.task}/{row.unit}/{row.period}" for row in rows(ward, Occurrence)}
    assert {"bao-cao/a/6-thang", "bao-cao/a/nam", "tap-huan/a/nam", "tuyen-truyen/cong-an/thang-6"} <= names
    assert {"tham-hoi/to-01/thang-6", "tham-hoi/to-03/thang-6", "cap-nhat/to-02/dot-1"} <= names
    assert len(rows(ward, OccurrenceVersion)) == len(names)
    assert [entry.kind for entry in rows(ward, Entry)] == ["plan_revised"]
    assert verify(ward.engine).faults == []


def test_the_first_revision_counts_from_the_plans_own_day(ward: Ward) -> None:
    """The plan says 10/1/2025; it was synced that day, but would count from it whenever it was."""
    (revision,) = rows(ward, PlanRevision)
    assert revision.effective_on.isoformat() == "2025-01-10"


def test_unchanged_files_touch_no_row(ward: Ward) -> None:
    """A second sync of the same bytes is a hash pass."""
    before = [row.model_dump() for table in (Entry, Occurrence, RungDay) for row in rows(ward, table)]
    report = ward.sync("2025-02-01")
    assert report.unchanged
    assert [row.model_dump() for table in (Entry, Occurrence, RungDay) for row in rows(ward, table)] == before


def test_a_moved_deadline_is_a_new_version(ward: Ward) -> None:
    """Only what changed gets a version row, its rungs move, and SEQUENCE rises."""
    for file, old, new in (
        ("source.txt", "14/5/2025", "16/5/2025"),
        ("tasks/01-a.yaml", "14/5/2025", "16/5/2025"),
        ("tasks/01-a.yaml", "before: 2025-05-14", "before: 2025-05-16"),
    ):
        small.edit(ward.folder / file, old, new)
    report = ward.sync("2025-03-01")
    assert not report.unchanged
    assert "bao-cao/a/6-thang" in report.changed
    assert report.added == report.withdrawn == []
    (row,) = [each for each in rows(ward, Occurrence) if (each.task, each.period) == ("bao-cao", "6-thang")]
    assert row.current_day.isoformat() == "2025-05-15"
    assert (row.version, row.sequence) == (2, 1)
    due = {each.due_on.isoformat() for each in rows(ward, RungDay) if each.task == "bao-cao" and each.rung == "unit-0"}
    assert "2025-05-15" in due
    assert "2025-05-13" not in due
    assert verify(ward.engine).faults == []


def test_what_was_told_of_a_moved_deadline_is_past(ward: Ward) -> None:
    """The rung shown is of the day that now stands: a new day has been told to nobody yet."""
    sweep.sweep(ward.engine, today=date(2025, 5, 8), now=small.at("2025-05-08"))

    def rungs(day: str) -> set[str | None]:
        report = status(ward.engine, now=small.at(day))
        return {each.rung for each in report.items if each.terms.key.short == "bao-cao/a/6-thang"}

    assert rungs("2025-05-08") == {"unit-3"}
    for file in ("source.txt", "tasks/01-a.yaml"):
        small.edit(ward.folder / file, "14/5/2025", "14/7/2025")
    small.edit(ward.folder / "tasks/01-a.yaml", "before: 2025-05-14", "before: 2025-07-14")
    ward.sync("2025-05-09")
    assert rungs("2025-05-09") == {None}


def test_tasks_built_on_changed_words_are_flagged(ward: Ward) -> None:
    """The source was amended under a task: its name comes back."""
    small.edit(ward.folder / "source.txt", "Tăng cường tuần tra.", "Tăng cường tuần tra. Kịp thời.")
    small.edit(
        ward.folder / "tasks/02-cong-an.yaml", "quote: Tăng cường tuần tra.", "quote: Tăng cường tuần tra. Kịp thời."
    )
    assert ward.sync("2025-03-01").flagged == ["tuan-tra"]


def test_a_task_that_left_the_plan_is_withdrawn_and_can_return(ward: Ward) -> None:
    """Nothing is deleted: it is cancelled by the plan, and open again when the plan asks again."""
    file = ward.folder / "tasks/03-doan.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("kind: campaign\n    campaigns: [thang-6]", "kind: continuous"), encoding="utf-8")
    report = ward.sync("2025-03-01")
    assert report.withdrawn == ["thieu-nhi/doan/thang-6"]
    (row,) = [each for each in rows(ward, Occurrence) if each.task == "thieu-nhi"]
    assert (row.phase, row.withdrawn) == ("cancelled", True)
    file.write_text(text, encoding="utf-8")
    assert "thieu-nhi/doan/thang-6" in ward.sync("2025-03-02").changed
    (row,) = [each for each in rows(ward, Occurrence) if each.task == "thieu-nhi"]
    assert (row.phase, row.withdrawn) == ("open", False)
    assert verify(ward.engine).faults == []


def test_the_lines_of_an_open_round_are_frozen(ward: Ward) -> None:
    """A duty that is added while round 1 runs joins round 2 only."""
    small.edit(ward.folder / "source.txt", "- Tăng cường tuần tra.", "- Tăng cường tuần tra. Giữ gìn trật tự.")
    with (ward.folder / "tasks/02-cong-an.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "  - id: trat-tu\n    title: Giữ gìn trật tự\n    kind: continuous\n"
            "    source: [{ clause: I.2-2, quote: Giữ gìn trật tự. }]\n"
        )
    ward.sync("2025-04-23")
    lines = {
        each.period: each.lines for each in rows(ward, Occurrence) if each.task == "cap-nhat" and each.unit == "cong-an"
    }
    assert "trat-tu" not in lines["dot-1"]
    assert "trat-tu" in lines["dot-2"]


def test_a_plan_with_errors_writes_nothing(ward: Ward) -> None:
    """All problems come back, and the database is as it was."""
    small.edit(ward.folder / "tasks/01-a.yaml", "clause: I.1-1", "clause: I.9-9")
    before = len(rows(ward, Entry))
    with pytest.raises(PlanErrors):
        ward.sync("2025-03-01")
    assert len(rows(ward, Entry)) == before


def test_an_office_is_called_as_the_plan_calls_it_now(ward: Ward) -> None:
    """A name that was put right in the file is right in the database, too."""
    small.edit(ward.folder / "plan.yaml", "name: Uỷ ban nhân dân phường Nhỏ", "name: Uỷ ban nhân dân phường Bé")
    ward.sync("2025-03-01")
    assert [each.name for each in rows(ward, Office)] == ["Uỷ ban nhân dân phường Bé"]
    assert verify(ward.engine).faults == []


def test_a_new_name_is_a_new_version_of_what_shows_it(ward: Ward) -> None:
    """A recipient is renamed: calendars of the report show it, so its SEQUENCE rises; nothing else's does."""
    small.edit(ward.folder / "plan.yaml", "name: UBND quận }", "name: UBND quận Mới }")
    assert ward.sync("2025-03-01").changed == ["bao-cao/a/6-thang", "bao-cao/a/nam"]


def reason(ward: Ward) -> list[dict]:
    """What the last revision's entry says of why days and rungs moved."""
    entries = [each for each in rows(ward, Entry) if each.kind == "plan_revised"]
    return json.loads(max(entries, key=lambda each: each.seq).data)["reason"]


def test_a_new_holiday_moves_rungs_and_the_entry_says_why(ward: Ward) -> None:
    """9/5 becomes a day off: three working days before 13/5 is 7/5 now, and what was computed for it moves along."""

    def due() -> str:
        (found,) = [
            each.due_on.isoformat()
            for each in rows(ward, RungDay)
            if (each.task, each.period, each.rung) == ("bao-cao", "6-thang", "unit-3")
        ]
        return found

    assert due() == "2025-05-08"
    small.edit(ward.folder / "calendar.yaml", "add: []", "add: [{ day: 2025-05-09, name: Nghỉ theo công văn }]")
    ward.sync("2025-03-01")
    assert due() == "2025-05-07"
    said = {each["what"]: each for each in reason(ward)}
    assert said["calendar"]["off"] == ["2025-05-09"]
    assert "bao-cao/a/6-thang" in said["rungs"]["occurrences"]
    assert verify(ward.engine).faults == []


def test_a_moved_deadline_and_a_new_ladder_are_reasons(ward: Ward) -> None:
    """The entry names the occurrence with both days, and that the ladder is another."""
    for file, old, new in (
        ("source.txt", "14/5/2025", "16/5/2025"),
        ("tasks/01-a.yaml", "14/5/2025", "16/5/2025"),
        ("tasks/01-a.yaml", "before: 2025-05-14", "before: 2025-05-16"),
        ("escalation.yaml", "kinds: {}", "kinds: {}\ngrace: { campaign: 2 working days }"),
    ):
        small.edit(ward.folder / file, old, new)
    ward.sync("2025-03-01")
    said = reason(ward)
    moved = {"what": "deadline", "occurrence": "bao-cao/a/6-thang", "from": "2025-05-13", "to": "2025-05-15"}
    assert moved in said
    assert {"what": "ladder"} in said
    (rungs,) = [each for each in said if each["what"] == "rungs"]
    assert any(each.startswith("tham-hoi/") for each in rungs["occurrences"])
    assert not any(each.startswith("tap-huan/") for each in rungs["occurrences"])
    assert verify(ward.engine).faults == []


def test_new_words_move_nothing_and_say_so(ward: Ward) -> None:
    """A renamed recipient changes what calendars show, but no day."""
    small.edit(ward.folder / "plan.yaml", "name: UBND quận }", "name: UBND quận Mới }")
    ward.sync("2025-03-01")
    assert reason(ward) == []


def test_other_rules_recompute_what_the_columns_repeat(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of an earlier version of the program: the next sync makes its columns from the ledger again."""
    ward.done("tap-huan/a/nam", "a", "2025-05-12")
    with Session(ward.engine) as session:
        row = session.exec(select(Occurrence).where(Occurrence.task == "tap-huan")).one()
        row.waits, row.waits_since = 0, None
        session.add(row)
        session.commit()
    assert [each.code for each in verify(ward.engine).faults] == ["verify.state_differs"]
    monkeypatch.setattr(almanac, "RULES_VERSION", "3")
    report = ward.sync("2025-05-13")
    assert (report.unchanged, report.changed) == (False, [])
    assert reason(ward)[0] == {"what": "libraries", "name": "rules", "from": "2", "to": "3"}
    assert verify(ward.engine).faults == []


def test_an_absence_sends_rungs_to_the_deputy(ward: Ward) -> None:
    """Named in the ladder: the head's rung of 14/5 goes to who stands in that day, and the sweep tells them."""
    small.edit(
        ward.folder / "escalation.yaml",
        "people: {}",
        "people:\n  head:a: { id: truong-a, name: Trưởng A }\n  office: { id: chanh, name: Chánh Văn phòng }\n"
        "absences: [{ person: truong-a, from: 2025-05-12, until: 2025-05-16, deputy: chanh }]",
    )
    ward.sync("2025-03-01")
    heads = {
        each.due_on.isoformat(): each for each in rows(ward, RungDay) if each.rung == "head" and each.role == "head"
    }
    assert (heads["2025-05-14"].recipient, heads["2025-05-14"].passed_from) == ("chanh", "truong-a")
    sweep.sweep(ward.engine, today=small.at("2025-05-14").date(), now=small.at("2025-05-14", 1))
    assert ("chanh", "truong-a") in {(each.recipient, each.passed_from) for each in rows(ward, Notice)}
    assert verify(ward.engine).faults == []
