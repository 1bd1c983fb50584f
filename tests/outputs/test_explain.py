"""What is printed for people says what the documents say, and never too much of a unit that is only requested."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from outputs import explain
from outputs.explain import UnitRow
from outputs.tables import Table, plain
from texts import LANGUAGES

NONE = dict.fromkeys(explain.CELLS, 0)


def item(**more: Any) -> dict[str, Any]:
    """An occurrence of the `status` contract."""
    return {
        "id": "bao-cao/ldtbxh/nam",
        "task": "bao-cao",
        "unit": "ldtbxh",
        "held_by": "ldtbxh",
        "period": "nam",
        "label": "năm",
        "title": "Báo cáo",
        "stated_day": "2025-05-13",
        "last_day": "2025-05-12",
        "from": None,
        "to": None,
        "basis": "stated",
        "status": "overdue",
        "days_late": 8,
        "rung": None,
        "extended_from": None,
        "lines": None,
    } | more


def text(parts: list[Any]) -> str:
    """The parts as a pipe gets them."""
    return "\n".join(plain(each) if isinstance(each, Table) else "\n".join(each) for each in parts)


def standing(*items: dict[str, Any], requested: frozenset[str] = frozenset(), every: bool = False) -> str:
    """The status of these occurrences, in Vietnamese."""
    report = {"plan": "p", "as_of": "2025-05-20", "counts": NONE | {"open_overdue": 1}, "occurrences": list(items)}
    units = [UnitRow("Bộ phận", NONE | {"open_in_time": 1}, requested=bool(requested))]
    return text(explain.standing(report, units, str, requested, "vi", every=every))


def test_what_asks_for_something_is_listed_and_the_rest_counted() -> None:
    """One look shows what is late; what is not due is a number and the way to see it."""
    said = standing(item(), item(id="x/y/z", status="not_due"))
    assert "quá hạn 8 ngày" in said and "12/5/2025" in said
    assert "x/y/z" not in said and "1 việc chưa đến hạn hoặc đã xong" in said
    assert "x/y/z" in standing(item(), item(id="x/y/z", status="not_due"), every=True)


def test_a_requested_unit_is_never_late_nor_a_percentage() -> None:
    """«đề nghị»: «chưa phản hồi», no share, no cell of its own under «quá hạn» (design section 3)."""
    one = item(status="advisory", days_late=0)
    said = standing(one, requested=frozenset({one["id"]}), every=True)
    row = next(line for line in said.splitlines() if line.startswith("Bộ phận"))
    assert "đề nghị phối hợp" in row and "%" not in row
    assert "chưa phản hồi" in said and "quá hạn 8" not in said


def test_a_share_stands_beside_what_it_is_of() -> None:
    """Done of done and overdue, with both figures."""
    row = UnitRow("A", {"done_on_time": 20, "done_late": 2, "open_in_time": 40, "open_overdue": 2})
    said = plain(explain.units_standing([row], row.counts, "t", "vi"))
    assert said.count("22/24 (91,7%)") == 2


def test_members_of_a_group_are_one_line_with_their_number() -> None:
    """Twelve residential groups are one line; a member alone keeps its name."""
    rows = [("to", UnitRow(f"Tổ {n}", NONE | {"open_overdue": n})) for n in (1, 2)]
    (line,) = explain.by_group(rows, lambda group: f"Các {group}")
    assert (line.name, line.counts["open_overdue"]) == ("Các to (2)", 3)
    assert explain.by_group(rows[:1], str)[0].name == "Tổ 1"
    alone = explain.by_group([(None, rows[0][1]), (None, rows[1][1])], str)
    assert [each.name for each in alone] == ["Tổ 1", "Tổ 2"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_days_of_a_task_come_in_order(lang: str) -> None:
    """Three are listed, more are counted; an event says that it is one."""

    def deadlines(*days: str, trigger: Any = None) -> list[dict[str, Any]]:
        return [{"last_day": each or None, "to": None, "trigger": trigger} for each in days]

    task = {"id": "t", "unit": "u", "kind": "recurring", "sources": [{"clause": "II.1"}], "title": "T"}
    few = plain(explain.tasks_table([task | {"deadlines": deadlines("2025-11-12", "2025-05-12")}], lang))
    first, second = ("12/5/2025", "12/11/2025") if lang == "vi" else ("2025-05-12", "2025-11-12")
    assert f"{first}, {second}" in few
    months = [f"2025-{month:02}-25" for month in range(1, 13)]
    assert "11" in plain(explain.tasks_table([task | {"deadlines": deadlines(*months)}], lang))
    event = plain(explain.tasks_table([task | {"deadlines": deadlines("", trigger={"event": "e"})}], lang))
    assert ("khi phát sinh" if lang == "vi" else "when it happens") in event


def test_units_show_what_is_unknown_as_unknown() -> None:
    """No number is made up for a group whose members nobody has named."""
    unit = {"id": "truong", "name": "Các Nhà trường", "relation": "phối hợp", "members": None}
    said = plain(explain.units_table([unit | {"from": None, "until": "2025-06-30", "successors": ["a"]}], "vi"))
    assert " ? " in said and "30/6/2025" in said and "—" in said


def test_a_measured_target_shows_its_figures() -> None:
    """With a decimal comma in Vietnamese and a point in English; without figures, a dash."""
    target = {"id": "t", "operator": "decrease_at_least", "value": 12.5, "unit": "%", "title": "T", "state": "met"}
    known = target | {"baseline": 10.0, "baseline_year": 2024, "result": 15.5}
    assert "giảm ít nhất 12,5%" in plain(explain.targets_table([known], "vi"))
    assert "15.5" in plain(explain.targets_table([known], "en"))
    unknown = target | {"baseline": None, "baseline_year": None, "result": None, "state": "unknown"}
    assert "chưa đánh giá được" in plain(explain.targets_table([unknown], "vi"))


def test_coverage_names_what_is_missing() -> None:
    """The clause, the line and the words of each uncovered piece; quotes that match nothing; exclusions with reason."""
    said = explain.coverage_lines(
        {
            "obligations": 3,
            "covered": 2,
            "percent": 66.7,
            "uncovered": [{"clause": "II.1-2", "line": 40, "text": "Tăng cường…"}],
            "unmatched_quotes": [{"task": "t", "clause": "II.1-1", "quote": "sai"}],
            "excluded": [{"clause": "I.1", "why": "Mục đích"}],
        },
        "vi",
    )
    joined = "\n".join(said)
    for words in ("66,7%", "2/3", "II.1-2 (dòng 40): Tăng cường…", "II.1-1: sai", "I.1: Mục đích"):
        assert words in joined


def test_a_changed_plan_lists_what_changed() -> None:
    """A first sync only counts; a later one names each with its sign, and the tasks whose clause changed."""
    report = {"plan": "p", "revision": 2, "unchanged": False, "added": ["a"], "changed": ["b"], "withdrawn": ["c"]}
    said = "\n".join(explain.synced_lines(report | {"flagged": ["t"]}, "vi"))
    assert "+ a" in said and "~ b" in said and "- c" in said and "«t»" in said
    first = explain.synced_lines(report | {"revision": 1, "flagged": []}, "vi")
    assert len(first) == 1


def test_a_night_says_a_line_a_stage_and_who_takes_over() -> None:
    """Succession by document and work that no document assigns are both told."""
    sweep = {"plan": "p", "notices": 3, "overdue": 1, "succession": {"moved": {"a → b": 2}, "undecided": {"c": 4}}}
    deliver = {"plan": "p", "sent": 3, "folded": 0, "failed": 0, "events": 1, "waiting_events": 0}
    publish = {"plan": "p", "folder": "out", "files": ["a", "b"], "changed": ["a"], "progress": []}
    said = explain.run_lines({"sweep": [sweep], "deliver": [deliver], "publish": [publish]}, "vi")
    joined = "\n".join(said)
    for words in ("3 lời nhắc", "a → b: 2", "c: 4 việc chưa có văn bản", "đã gửi 3", "2 tệp trong out, 1 tệp"):
        assert words in joined


def test_problems_have_their_place() -> None:
    """`file:line: what is wrong`; a problem of the whole plan has no line."""
    from texts import area

    code = next(iter(area("plan", "vi")))
    values = dict.fromkeys(("unit", "near", "value"), "x")
    problem = SimpleNamespace(code=code, file="units.yaml", line=7, values=_any(area("plan", "vi")[code]) | values)
    assert explain.problem_lines([problem], "vi")[0].startswith("units.yaml:7: ")


def _any(template: str) -> dict[str, str]:
    from string import Formatter

    return {name: "x" for _, name, _, _ in Formatter().parse(template) if name}
