"""Occurrences: deadlines and campaigns as days, fanned out; check-ins with their lines and rounds."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest

import plan
from rules.values import Terms
from tests.plan.tiny import FILES, edited, write

TASKS = "tasks/01-cong-an.yaml"
STATED = "{ period: 6-thang, label: 6 tháng, before: 2025-05-14, basis: stated, set_by: cấp trên }"

NO_ROUNDS = FILES["calendar.yaml"].split("rounds:")[0]


def made(folder: Path, **changes: str) -> list[Terms]:
    """The occurrences of the tiny plan with files replaced; `tasks` is its first task file."""
    names = {"tasks": TASKS} | {each: f"{each}.yaml" for each in ("units", "calendar", "plan")}
    return plan.occurrences(plan.load(write(folder, {names[key]: text for key, text in changes.items()})))


def report(folder: Path, deadline: str) -> list[Terms]:
    """The occurrences of the tiny report under another deadline."""
    calendar = NO_ROUNDS if deadline != STATED else FILES["calendar.yaml"]
    found = made(folder, tasks=edited(TASKS, (STATED, deadline)), calendar=calendar)
    return [each for each in found if each.key.task == "bao-cao"]


def test_a_stated_deadline(tmp_path: Path) -> None:
    """Both days, the words, and who set it."""
    (terms,) = report(tmp_path, STATED)
    assert terms.key == ("phuong", "thu-2025", "bao-cao", "cong-an", "6-thang")
    dates = terms.dates
    assert (dates.stated, dates.last_day, dates.words) == (date(2025, 5, 14), date(2025, 5, 13), "trước ngày 14/5/2025")
    assert (dates.basis, dates.set_by, terms.label, terms.evidence) == ("stated", "cấp trên", "6 tháng", "document")


@pytest.mark.parametrize(
    ("words", "last", "advised", "hour"),
    [
        ("before: 2025-05-12", date(2025, 5, 11), date(2025, 5, 9), None),
        ("by: 2025-05-11", date(2025, 5, 12), None, None),
        ("by: 2025-05-11, roll: none", date(2025, 5, 11), None, None),
        ("by: 2025-05-11, roll: previous", date(2025, 5, 9), None, None),
        ("by: 2025-05-14T17:00", date(2025, 5, 14), None, time(17)),
        ("in: 2025-Q2", date(2025, 6, 30), None, None),
        ("in: 2025-05", date(2025, 6, 2), None, None),
        ("from: 2025-05-10, to: 2025-05-11", date(2025, 5, 11), None, None),
        ("lunar: 8-15", date(2025, 10, 6), None, None),
        ("lunar: L6-1", date(2025, 7, 25), None, None),
    ],
)
def test_operators(words: str, last: date, advised: date | None, hour: time | None, tmp_path: Path) -> None:
    """The table of the plan language, over a weekend where it can roll."""
    (terms,) = report(tmp_path, f"{{ period: x, {words}, basis: law, article: Điều 1 }}")
    assert (terms.dates.last_day, terms.dates.advised_day, terms.dates.time) == (last, advised, hour)
    assert (terms.dates.basis, terms.dates.set_by, terms.dates.reason) == ("law", "luật", "Điều 1")


@pytest.mark.parametrize(
    ("words", "periods", "label"),
    [
        ("every: month, before: 25", [f"2025-{month:02}" for month in range(1, 13)], "tháng 1/2025"),
        ("every: quarter, by: 20", ["2025-q1", "2025-q2", "2025-q3", "2025-q4"], "quý I/2025"),
        ("every: half-year, by: 31", ["2025-h1", "2025-h2"], "6 tháng đầu năm 2025"),
        ("every: year, by: 15", ["2025"], "năm 2025"),
    ],
)
def test_recurring_deadlines(words: str, periods: list[str], label: str, tmp_path: Path) -> None:
    """One in each period of the plan year, named by it."""
    found = report(tmp_path, f"{{ {words}, basis: law, article: Điều 1 }}")
    assert [each.key.period for each in found] == periods
    assert found[0].label == label


def test_recurring_weeks(tmp_path: Path) -> None:
    """A weekday by its English name; the label is its ISO week."""
    found = report(tmp_path, "{ every: week, by: fri, basis: law, article: Điều 1 }")
    assert len(found) == 52
    assert (found[0].label, found[0].dates.stated) == ("tuần 1/2025", date(2025, 1, 3))


def test_periods_before_the_plan_starts_are_left_out(tmp_path: Path) -> None:
    """A plan of 8/4 asks for no report of January."""
    tasks = edited(TASKS, (STATED, "{ every: month, before: 25, basis: law, article: Điều 1 }"))
    tasks = tasks.replace("    to: quan\n", "")
    head = edited("plan.yaml", ("year: 2025", "year: 2025\nday: 2025-04-08"))
    found = [each.key.period for each in made(tmp_path, tasks=tasks, plan=head, calendar=NO_ROUNDS)]
    assert found[0] == "2025-04"
    assert len(found) == 9 + 1  # and Trung thu


def test_a_campaign_runs_from_to(tmp_path: Path) -> None:
    """Campaign periods never roll, months among them; a lunar day is a period of one day."""
    (terms,) = [each for each in made(tmp_path) if each.key.task == "trung-thu"]
    dates = terms.dates
    assert dates.from_day == dates.to_day == dates.last_day == date(2025, 10, 6)
    assert (dates.basis, dates.reason, terms.label) == ("custom", "rằm tháng Tám", "Tết Trung thu")
    calendar = edited("calendar.yaml", ("lunar: 8-15", "in: 2025-05"))
    (terms,) = [each for each in made(tmp_path, calendar=calendar) if each.key.task == "trung-thu"]
    assert (terms.dates.from_day, terms.dates.last_day) == (date(2025, 5, 1), date(2025, 5, 31))


def test_a_group_fans_out_and_an_unnamed_one_does_not(tmp_path: Path) -> None:
    """Twelve residential groups have twelve occurrences; schools that nobody named act as one."""
    tasks = edited(TASKS, ("unit: cong-an", "unit: to"), ("with: [to]", "with: [cong-an]"))
    named = [each.key.unit for each in made(tmp_path, tasks=tasks) if each.key.task == "bao-cao"]
    assert named == ["to-01", "to-02", "to-03"]
    units = edited(
        "units.yaml", ('members: { count: 3, id: "to-{nn}", name: "Tổ dân phố số {n}" }', "members: unknown")
    )
    acting = [each.key.unit for each in made(tmp_path, tasks=tasks, units=units) if each.key.task == "bao-cao"]
    assert acting == ["to"]


def test_check_ins_have_their_lines(tmp_path: Path) -> None:
    """Continuous duties first, then the tasks of others in which the unit takes part; nobody else is asked."""
    found = {each.key.unit: each for each in made(tmp_path) if each.key.task == "cap-nhat"}
    assert {unit: terms.lines for unit, terms in found.items()} == {
        "cong-an": ("tuan-tra",),
        "to-01": ("ra-soat", "trung-thu"),
        "to-02": ("ra-soat", "trung-thu"),
        "to-03": ("ra-soat", "trung-thu"),
    }
    terms = found["to-01"]
    assert (terms.title, terms.label, terms.key.period) == ("Cập nhật tình hình thực hiện", "đợt 1", "dot-1")
    # Ten working days before 13/5, over 30/4-2/5; 26/4 is worked for 2/5.
    assert (terms.dates.last_day, terms.opens_on) == (date(2025, 4, 25), date(2025, 4, 11))
    assert (terms.kind, terms.dates.basis, terms.dates.set_by) == ("check-in", "office", "Văn phòng")
    assert (terms.dates.reason, terms.advisory) == ("12/TB-UBND", False)


def test_a_round_without_document_is_advice(tmp_path: Path) -> None:
    """Until the office names the document, a round is shown and never overdue."""
    calendar = edited("calendar.yaml", ("    document: 12/TB-UBND\n", ""))
    found = [each for each in made(tmp_path, calendar=calendar) if each.key.task == "cap-nhat"]
    assert found
    assert all(each.advisory and each.dates.reason == "" for each in found)


def test_the_relation_is_that_of_the_last_day(tmp_path: Path) -> None:
    """A unit that was only requested until March is ordered in May."""
    relation = "relation: [{ relation: đề nghị, until: 2025-03-31 }, { relation: trực thuộc }]"
    units = edited("units.yaml", ("relation: phối hợp", relation))
    found = {each.key.task: each.relation for each in made(tmp_path, units=units)}
    assert found["bao-cao"] == "trực thuộc"
    early = STATED.replace("2025-05-14, basis: stated, set_by: cấp trên", "2025-03-14, basis: law, article: Điều 1")
    tasks = edited(TASKS, (STATED, early))
    found = {each.key.task: each.relation for each in made(tmp_path, units=units, tasks=tasks)}
    assert found["bao-cao"] == "đề nghị"


def test_a_unit_that_begins_after_a_round_is_not_asked(tmp_path: Path) -> None:
    """A successor that does not exist yet answers no check-in."""
    units = edited("units.yaml", ("relation: phối hợp", "relation: phối hợp\n    from: 2025-07-01"))
    assert "cong-an" not in {each.key.unit for each in made(tmp_path, units=units) if each.key.task == "cap-nhat"}


def test_continuous_and_on_event_tasks_make_none(tmp_path: Path) -> None:
    """They are lines and events, not occurrences."""
    tasks = edited(TASKS, ("kind: continuous", "kind: on-event\n    trigger: { event: vu-viec }"))
    found = made(tmp_path, tasks=tasks)
    assert {each.key.task for each in found} == {"bao-cao", "trung-thu", "cap-nhat"}
    assert "cong-an" not in {each.key.unit for each in found if each.key.task == "cap-nhat"}


def test_keys_are_unique_in_the_real_plan() -> None:
    """An occurrence is named once, and its unit is one that acts."""
    loaded = plan.load(Path(plan.__file__).parent / "phu-la-2025")
    found = plan.occurrences(loaded)
    assert len({each.key for each in found}) == len(found)
    assert all(
        loaded.units[each.key.unit].group
        or not loaded.units[each.key.unit].is_group
        or loaded.units[each.key.unit].members is None
        for each in found
    )
