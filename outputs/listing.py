"""What a plan says, for people: its tasks, units and targets, its coverage, and what is wrong with its files.

Made of the documents that `--json` prints; the words are in texts/{vi,en}/print.py and plan.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from outputs.figures import day, number
from outputs.tables import Table, labelled
from texts import say

Document = Mapping[str, Any]


def tasks_table(tasks: Sequence[Document], lang: str) -> Table:
    """A line a task: its clauses, and its deadlines as last acceptable days."""
    rows = [
        (
            each["id"],
            each["unit"],
            say(f"print.kind_{each['kind']}", lang),
            ", ".join(source["clause"] for source in each["sources"]),
            _deadlines(each["deadlines"], lang),
            each["title"],
        )
        for each in tasks
    ]
    return labelled(("task", "unit", "kind", "clauses", "last_day", "what"), rows, lang)


def _deadlines(deadlines: Sequence[Document], lang: str) -> str:
    """The distinct days; the first and how many more where there are many."""
    days = sorted({each["last_day"] or each["to"] for each in deadlines if each["last_day"] or each["to"]})
    if len(days) > 3:
        return say("print.and_more", lang, first=day(days[0], lang), more=len(days) - 1)
    if not days and any(each["trigger"] for each in deadlines):
        return say("print.on_event", lang)
    return ", ".join(day(each, lang) for each in days) or "—"


def units_table(units: Sequence[Document], lang: str) -> Table:
    """A line a unit, member or group: relation, days of validity, successors."""
    rows = [
        (
            each["id"],
            each["relation"],
            "?" if each["members"] is None else str(each["members"]),
            day(each["from"], lang),
            day(each["until"], lang),
            ", ".join(_successor(item) for item in each["successors"] or ()) or "—",
            each["name"],
        )
        for each in units
    ]
    return labelled(("unit", "relation", "members", "from", "until", "successors", "name"), rows, lang, 2)


def _successor(item: Any) -> str:
    return str(item["unit"]) if isinstance(item, Mapping) else str(item)


def targets_table(targets: Sequence[Document], lang: str) -> Table:
    """A line an indicator: what is asked, from which baseline, what was measured, and how it stands."""
    rows = [
        (
            each["id"],
            f"{say('print.op_' + each['operator'], lang)} {number(each['value'], lang)}{each['unit'] or ''}".strip(),
            f"{number(each['baseline'], lang)} ({each['baseline_year']})" if each["baseline_year"] else "—",
            number(each["result"], lang),
            say(f"print.target_{each['state']}", lang),
            each["title"],
        )
        for each in targets
    ]
    return labelled(("target", "asked", "baseline", "result", "state", "what"), rows, lang)


def coverage_lines(coverage: Document, lang: str) -> list[str]:
    """The percentage by words, then what is uncovered and where, quotes that match nothing, and what is left out."""
    sizes = {name: coverage[name] for name in ("obligations", "covered")}
    lines = [say("print.coverage", lang, percent=number(coverage["percent"], lang), **sizes)]
    lines += [say("print.uncovered", lang, **each) for each in coverage["uncovered"]]
    lines += [say("print.unmatched", lang, **each) for each in coverage["unmatched_quotes"]]
    if coverage["excluded"]:
        lines.append(say("print.excluded_heading", lang))
        lines += [say("print.excluded", lang, **each) for each in coverage["excluded"]]
    return lines


def check_lines(sizes: Mapping[str, int], coverage: Document, lang: str) -> list[str]:
    """What was found right: sizes of the plan and the coverage; then what is uncovered."""
    lines = [say(f"print.ok_{name}", lang, count=count) for name, count in sizes.items()]
    return lines + coverage_lines({**coverage, "excluded": []}, lang)


def problem_lines(problems: Iterable[Any], lang: str, folder: Path | None = None) -> list[str]:
    """`file:line: what is wrong; what would be right` for each problem of plan.problems.

    Files of the plan are named below its `folder`, as it was given, so that an editor finds them.
    """
    lines = []
    for each in problems:
        inside = folder / each.file if folder else None
        file = inside if inside is not None and inside.exists() else each.file
        lines.append(f"{file}:{each.line}: {say(f'plan.{each.code}', lang, **each.values)}")
    return lines


def warning_lines(warnings: Sequence[Any], lang: str, folder: Path | None = None) -> list[str]:
    """What only a person can settle, under a heading of its own; nothing where there is none."""
    if not warnings:
        return []
    return ["", say("print.warnings", lang, count=len(warnings)), *problem_lines(warnings, lang, folder)]
