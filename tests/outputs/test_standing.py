"""How it stands, in tables and lines: what the documents say, and never too much of a unit that is only requested."""

from __future__ import annotations

from typing import Any

from outputs import standing as shown
from outputs.standing import UnitRow
from outputs.tables import Table, plain
from rules.states import CELLS

NONE = dict.fromkeys(CELLS, 0)


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
    return text(shown.standing(report, units, str, requested, "vi", every=every))


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
    said = plain(shown.units_standing([row], row.counts, "t", "vi"))
    assert said.count("22/24 (91,7%)") == 2


def test_members_of_a_group_are_one_line_with_their_number() -> None:
    """Twelve residential groups are one line; a member alone keeps its name."""
    rows = [("to", UnitRow(f"Tổ {n}", NONE | {"open_overdue": n})) for n in (1, 2)]
    (line,) = shown.by_group(rows, lambda group: f"Các {group}")
    assert (line.name, line.counts["open_overdue"]) == ("Các to (2)", 3)
    assert shown.by_group(rows[:1], str)[0].name == "Tổ 1"
    alone = shown.by_group([(None, rows[0][1]), (None, rows[1][1])], str)
    assert [each.name for each in alone] == ["Tổ 1", "Tổ 2"]


def test_the_ledger_is_told_in_words() -> None:
    """An answer, how somebody was urged and how the word came are words of the reader's language."""
    entry = {"seq": 7, "happened_on": "2025-05-20", "declared_by": "cong-an", "recorded_by": "lan", "line": None}
    entry |= {"erased_on": None, "file_erased_on": None}
    more = {"sources": [], "ladder": [], "with": [], "confirm": None, "words": "", "reason": "", "set_by": None}
    more |= {"advised_day": None, "time": None, "extensions": 0, "asked_until": None, "stuck": None}
    ledger = [
        entry | {"kind": "answered", "channel": "phone", "data": {"answer": "nothing"}, "text": None},
        entry | {"kind": "urged", "channel": "cli", "data": {"via": "meeting"}, "text": "Họp giao ban"},
        entry | {"kind": "noted", "channel": "chim", "data": {}, "text": "x"},
    ]
    said = shown.shown_lines(item(**more, ledger=ledger), str, str, "vi")
    first, second, third = [each for each in said if each.startswith("  7  ")]
    assert "không phát sinh" in first and "điện thoại" in first and "nothing" not in first
    assert "cuộc họp" in second and "«Họp giao ban»" in second and "dòng lệnh" in second
    assert "chim" in third
