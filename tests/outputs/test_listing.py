"""What a plan says, in tables and lines, with days in order and the unknown shown as unknown."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest

from outputs import listing
from outputs.tables import plain
from texts import LANGUAGES, area


@pytest.mark.parametrize("lang", LANGUAGES)
def test_days_of_a_task_come_in_order(lang: str) -> None:
    """Three are listed, more are counted; an event says that it is one."""

    def deadlines(*days: str, trigger: Any = None) -> list[dict[str, Any]]:
        return [{"last_day": each or None, "to": None, "trigger": trigger} for each in days]

    task = {"id": "t", "unit": "u", "kind": "recurring", "sources": [{"clause": "II.1"}], "title": "T"}
    few = plain(listing.tasks_table([task | {"deadlines": deadlines("2025-11-12", "2025-05-12")}], lang))
    first, second = ("12/5/2025", "12/11/2025") if lang == "vi" else ("2025-05-12", "2025-11-12")
    assert f"{first}, {second}" in few
    months = [f"2025-{month:02}-25" for month in range(1, 13)]
    assert "11" in plain(listing.tasks_table([task | {"deadlines": deadlines(*months)}], lang))
    event = plain(listing.tasks_table([task | {"deadlines": deadlines("", trigger={"event": "e"})}], lang))
    assert ("khi phát sinh" if lang == "vi" else "when it happens") in event


def test_units_show_what_is_unknown_as_unknown() -> None:
    """No number is made up for a group whose members nobody has named."""
    unit = {"id": "truong", "name": "Các Nhà trường", "relation": "phối hợp", "members": None}
    said = plain(listing.units_table([unit | {"from": None, "until": "2025-06-30", "successors": ["a"]}], "vi"))
    assert " ? " in said and "30/6/2025" in said and "—" in said


def test_a_measured_target_shows_its_figures() -> None:
    """With a decimal comma in Vietnamese and a point in English; without figures, a dash."""
    target = {"id": "t", "operator": "decrease_at_least", "value": 12.5, "unit": "%", "title": "T", "state": "met"}
    known = target | {"baseline": 10.0, "baseline_year": 2024, "result": 15.5}
    assert "giảm ít nhất 12,5%" in plain(listing.targets_table([known], "vi"))
    assert "15.5" in plain(listing.targets_table([known], "en"))
    unknown = target | {"baseline": None, "baseline_year": None, "result": None, "state": "unknown"}
    assert "chưa đánh giá được" in plain(listing.targets_table([unknown], "vi"))


def test_coverage_names_what_is_missing() -> None:
    """The clause, the line and the words of each uncovered piece; quotes that match nothing; exclusions with reason."""
    said = listing.coverage_lines(
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


def test_problems_have_their_place() -> None:
    """`file:line: what is wrong`, for every code that a plan's problem can have."""
    for code, template in area("plan", "vi").items():
        values = {name: "x" for _, name, _, _ in Formatter().parse(template) if name}
        problem = SimpleNamespace(code=code, file="units.yaml", line=7, values=values)
        (line,) = listing.problem_lines([problem], "vi")
        assert line.startswith("units.yaml:7: ") and not re.search(r"\{\w+\}", line)


def test_a_file_of_the_plan_is_named_below_its_folder(tmp_path: Path) -> None:
    """As the folder was given; a file elsewhere, such as the overlay, keeps its own path."""
    (tmp_path / "units.yaml").touch()
    code, values = "utf16", dict[str, str]()
    here = SimpleNamespace(code=code, file="units.yaml", line=7, values=values)
    there = SimpleNamespace(code=code, file="/data/overlay.yaml", line=2, values=values)
    lines = listing.problem_lines([here, there], "vi", tmp_path)
    assert [line.split(":")[0] for line in lines] == [str(tmp_path / "units.yaml"), "/data/overlay.yaml"]
