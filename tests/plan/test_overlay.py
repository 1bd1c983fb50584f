"""What an office lays over a plan: merged by key and by what names an item, faults told with the overlay's lines."""

from __future__ import annotations

from pathlib import Path

import pytest

import plan
from plan.overlay import merge
from tests.plan.tiny import write


def laid(folder: Path, text: str) -> plan.Plan:
    overlay = folder / "overlay.yaml"
    overlay.write_text(text, "utf-8")
    return plan.load(write(folder / "plan"), overlay)


def faults(folder: Path, text: str) -> list[tuple[str, str, int]]:
    with pytest.raises(plan.PlanErrors) as caught:
        laid(folder, text)
    return [(each.code, Path(each.file).name, each.line) for each in caught.value.problems]


def test_mappings_merge_by_key_and_lists_by_id() -> None:
    """What the overlay does not name stays; new items come last; nothing given is changed."""
    base = {"rounds": [{"id": "a", "open": "10", "x": {"y": "1"}}, {"id": "b"}], "week": ["mon"]}
    over = {"rounds": [{"id": "c"}, {"id": "a", "x": {"z": "2"}}], "week": ["tue"]}
    merged = merge(base, over)
    assert merged["rounds"] == [{"id": "a", "open": "10", "x": {"y": "1", "z": "2"}}, {"id": "b"}, {"id": "c"}]
    assert merged["week"] == ["tue"]
    assert base["rounds"][0] == {"id": "a", "open": "10", "x": {"y": "1"}}


def test_an_overlay_names_documents_people_and_members(tmp_path: Path) -> None:
    """The usual overlay: a round's document, who holds a role, the members of a group."""
    loaded = laid(
        tmp_path,
        """\
calendar:
  rounds: [{ id: dot-1, document: 99/TB-UBND }]
escalation:
  people:
    head:cong-an: { id: truong-ca, name: Trưởng Công an }
units:
  units:
    - id: to
      members: [{ id: to-a, name: Tổ A }, { id: to-b, name: Tổ B }]
plan:
  day: 2025-03-03
""",
    )
    assert loaded.rounds["dot-1"].document == "99/TB-UBND"
    assert list(loaded.people) == ["chair", "head:cong-an"]
    assert [each.id for each in loaded.members("to")] == ["to-a", "to-b"]
    assert str(loaded.starts_on) == "2025-03-03"
    assert loaded.rounds["dot-1"].label == "đợt 1"


def test_an_overlay_changes_and_adds_tasks(tmp_path: Path) -> None:
    """Tasks are laid on by id in whichever file they stand; deadlines by period; a new task names its unit."""
    loaded = laid(
        tmp_path,
        """\
tasks:
  tasks:
    - id: bao-cao
      confirm: van-phong
      deadlines: [{ period: 6-thang, label: nửa năm }]
    - id: moi
      unit: to
      title: Việc mới
      kind: continuous
      source: [{ clause: II.2, quote: rà soát hộ }]
""",
    )
    report = loaded.tasks["bao-cao"]
    assert (report.confirm, report.deadlines[0].label, report.deadlines[0].before) == (
        "van-phong",
        "nửa năm",
        "2025-05-14",
    )
    assert loaded.tasks["moi"].unit == "to"


def test_faults_of_the_overlay_have_its_lines(tmp_path: Path) -> None:
    """The overlay is blamed for what it says, the plan's file for what it said before."""
    text = """\
calender: {}
calendar:
  rounds:
    - id: dot-1
      before: { task: bao-cap }
units:
  units:
    - { id: to, until: 31/12/2025 }
tasks:
  tasks:
    - { id: bao-cao, to: qan }
    - { id: moi, title: Mới, kind: continuous, unit: too, source: [{ clause: II.2, quote: rà soát }] }
"""
    assert faults(tmp_path, text) == [
        ("unknown_key", "overlay.yaml", 1),
        ("unknown_task", "overlay.yaml", 5),
        ("bad_day", "overlay.yaml", 8),
        ("unknown_recipient", "overlay.yaml", 11),
        ("unknown_unit", "overlay.yaml", 12),
    ]


def test_warnings_about_an_entry_stay_with_the_plan(tmp_path: Path) -> None:
    """A unit that the overlay only adds to is still the plan's entry."""
    overlay = (
        "units: { units: [{ id: van-phong, short: VP }] }\nplan: { recipients: [{ id: noi-to, unit: cong-an }] }\n"
    )
    (warning,) = laid(tmp_path, overlay).warnings
    assert (warning.code, warning.file, warning.line) == ("not_addressed", "units.yaml", 5)


@pytest.mark.parametrize(
    ("text", "code"),
    [("- a\n", "not_mapping"), ("tasks: [a]\n", "not_mapping"), ("a: [\n", "yaml_bracket"), ("a: &b c\n", "alias")],
)
def test_an_overlay_of_another_shape(text: str, code: str, tmp_path: Path) -> None:
    """A broken overlay is an error, not a plan without overlay."""
    assert code in [each[0] for each in faults(tmp_path, text)]


def test_no_overlay_and_an_empty_one_add_nothing(tmp_path: Path) -> None:
    """A data folder without overlay.yaml, or with an empty one, has the plan as it is."""
    assert laid(tmp_path, "# chưa có gì\n").rounds["dot-1"].document == "12/TB-UBND"
    assert plan.load(tmp_path / "plan", tmp_path / "khong-co.yaml").warnings == []
