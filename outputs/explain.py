"""What the command line prints for people, made of the same documents that `--json` prints: tables and lines of text.

The words are in texts/{vi,en}/print.py. A unit that is only requested («đề nghị») has no percentage and is never
«quá hạn» (design section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from outputs.figures import number, share
from outputs.tables import Cell, Table
from texts import say

Document = Mapping[str, Any]
CELLS = ("done_on_time", "done_late", "open_in_time", "open_overdue")
QUIET = frozenset({"not_due", "advisory", "done_on_time", "done_late", "cancelled"})
"""States that ask nothing of anybody today."""

VERBS = (
    "reported",
    "issued",
    "answered",
    "confirmed",
    "returned",
    "supplement_asked",
    "retracted",
    "cancelled",
    "noted",
)
"""Kinds of entry that people write and that move something; the others are nobody's next step."""


def problem_lines(problems: Iterable[Any], lang: str) -> list[str]:
    """`file:line: what is wrong; what would be right` for each problem of plan.problems."""
    lines = []
    for each in problems:
        where = ":".join(str(part) for part in (each.file, each.line) if part)
        text = say(f"plan.{each.code}", lang, **each.values)
        lines.append(f"{where}: {text}" if where else text)
    return lines


def day(value: str | date | None, lang: str) -> str:
    """A day as the reader writes it: 13/5/2025, in English 2025-05-13; a dash where there is none."""
    if value is None or value == "":
        return "—"
    known = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{known.day}/{known.month}/{known.year}" if lang == "vi" else known.isoformat()


def status_words(item: Document, lang: str, *, requested: bool = False) -> Cell:
    """«quá hạn 8 ngày», «chưa phản hồi», «chờ xác nhận»… with the status it is coloured by."""
    status = item["status"]
    if requested and status == "advisory":
        return Cell(say("state.no_response", lang), "no_response")
    if status == "overdue":
        return Cell(say("state.days_late", lang, days=item["days_late"]), status)
    return Cell(say(f"state.{status}", lang), status)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit or group by its name, its four cells, and whether it is only requested: outside every percentage."""

    name: str
    counts: Mapping[str, int]
    requested: bool = False


def by_group(rows: Iterable[tuple[str | None, UnitRow]], name: Callable[[str], str]) -> list[UnitRow]:
    """The members of a group in one line, with how many they are; `rows` are (the group's id or None, member)."""
    lines: dict[str, list[UnitRow]] = {}
    for group, row in rows:
        lines.setdefault(group or f"-{len(lines)}", []).append(row)
    return [_together(name(group), of_it) if len(of_it) > 1 else of_it[0] for group, of_it in lines.items()]


def _together(name: str, rows: Sequence[UnitRow]) -> UnitRow:
    counts = {cell: sum(row.counts[cell] for row in rows) for cell in CELLS}
    return UnitRow(f"{name} ({len(rows)})", counts, all(row.requested for row in rows))


def standing(
    report: Document,
    units: Sequence[UnitRow],
    name: Callable[[str], str],
    requested: frozenset[str],
    lang: str,
    *,
    every: bool,
) -> list[Table | list[str]]:
    """The four cells per unit; then what asks for something today, or `every` occurrence.

    `name` gives a unit's name, `requested` are the ids of occurrences whose unit is only requested.
    """
    items = [each for each in report["occurrences"] if every or each["status"] not in QUIET]
    quiet = len(report["occurrences"]) - len(items)
    title = say("print.standing", lang, plan=report["plan"], day=day(report["as_of"], lang))
    parts: list[Table | list[str]] = [units_standing(units, report["counts"], title, lang)]
    if items:
        parts += [[""], _items_standing(items, name, requested, lang)]
    if quiet:
        parts.append(["", say("print.quiet", lang, count=quiet)])
    return parts


def units_standing(units: Sequence[UnitRow], total: Mapping[str, int], title: str, lang: str) -> Table:
    """The four cells of each unit and in all, with the share done and what it is of."""
    return Table(
        columns=(say("print.unit", lang), *(_heading(cell, lang) for cell in CELLS), say("print.share", lang)),
        rows=[_counts(each, lang) for each in (*units, UnitRow(say("print.total", lang), total))],
        title=title,
        numbers=frozenset({1, 2, 3, 4, 5}),
        total=True,
    )


def _heading(cell: str, lang: str) -> str:
    words = say(f"state.{cell}", lang)
    return words[0].upper() + words[1:]


def _counts(row: UnitRow, lang: str) -> Sequence[Cell | str]:
    counts = row.counts
    done = counts["done_on_time"] + counts["done_late"]
    if row.requested:
        waiting = counts["open_in_time"] + counts["open_overdue"]
        cells = (str(done or ""), "", Cell(str(waiting or ""), "no_response"), "")
        return (row.name, *cells, say("print.requested", lang))
    shown = [Cell(str(counts[cell] or ""), cell if counts[cell] else "") for cell in CELLS]
    return (row.name, *shown, share(done, done + counts["open_overdue"], lang))


def _items_standing(
    items: Sequence[Document], name: Callable[[str], str], requested: frozenset[str], lang: str
) -> Table:
    rows = [
        (
            each["id"],
            name(each["held_by"]),
            day(each["last_day"] or each["to"], lang),
            status_words(each, lang, requested=each["id"] in requested),
            _titled(each),
        )
        for each in items
    ]
    return _table(("occurrence", "unit", "last_day", "state", "what"), rows, lang)


def _titled(item: Document) -> str:
    return f"{item['title']} ({item['label']})" if item["label"] else str(item["title"])


def _table(columns: Sequence[str], rows: Sequence[Sequence[Cell | str]], lang: str, *numbers: int) -> Table:
    return Table(tuple(say(f"print.{name}", lang) for name in columns), rows, numbers=frozenset(numbers))


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
    return _table(("task", "unit", "kind", "clauses", "last_day", "what"), rows, lang)


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
    return _table(("unit", "relation", "members", "from", "until", "successors", "name"), rows, lang, 2)


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
    return _table(("target", "asked", "baseline", "result", "state", "what"), rows, lang)


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


def warning_lines(warnings: Sequence[Any], lang: str) -> list[str]:
    """What only a person can settle, under a heading of its own; nothing where there is none."""
    if not warnings:
        return []
    return ["", say("print.warnings", lang, count=len(warnings)), *problem_lines(warnings, lang)]


def synced_lines(report: Document, lang: str) -> list[str]:
    """What a sync added, changed and withdrew; a first sync only counts, since all is new."""
    if report["unchanged"]:
        return [say("print.unchanged", lang, plan=report["plan"], revision=report["revision"])]
    sizes = {name: len(report[name]) for name in ("added", "changed", "withdrawn")}
    lines = [say("print.synced", lang, plan=report["plan"], revision=report["revision"], **sizes)]
    signs = (("added", "+"), ("changed", "~"), ("withdrawn", "-"))
    if report["revision"] > 1:
        lines += [f"  {sign} {each}" for name, sign in signs for each in report[name]]
    lines += [say("print.flagged", lang, task=each) for each in report["flagged"]]
    return lines


def recorded_line(entry: Document, lang: str) -> str:
    """What an entry came to: «Đã ghi số 12: … – hoàn thành đúng hạn»."""
    key = "print.repeated" if entry["repeated"] else "print.recorded"
    kind = say(f"print.entry_{entry['kind']}", lang)
    return say(key, lang, seq=entry["seq"], kind=kind, id=entry["occurrence"], state=status_words(entry, lang).text)


def measured_line(entry: Document, lang: str) -> str:
    """What a measured value came to: «đạt», «chưa đạt» or «chưa đánh giá được»."""
    return say(
        "print.measured",
        lang,
        seq=entry["seq"],
        target=entry["target"],
        value=number(entry["value"], lang),
        day=day(entry["on"], lang),
        state=say(f"print.target_{entry['state']}", lang),
    )


def moves_words(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The values of a refused move in words: kinds of entry, the phase, and of what is allowed what people can do."""
    told = dict(values)
    if "kind" in told:
        told["kind"] = say(f"print.entry_{told['kind']}", lang)
    if "phase" in told:
        told["phase"] = say(f"print.phase_{told['phase']}", lang)
        told["allowed"] = (
            ", ".join(say(f"print.entry_{kind}", lang) for kind in told["allowed"] if kind in VERBS) or "—"
        )
    return told


def shown_lines(shown: Document, name: Callable[[str], str], recipient: Callable[[str], str], lang: str) -> list[str]:
    """One occurrence whole: its dates and where they come from, the clauses, the ledger, the ladder.

    `name` gives a unit's name, `recipient` who is meant by the recipient of a rung.
    """
    lines = [_titled(shown), f"  {shown['id']}"]
    lines += [f"  {say('print.' + key, lang)}: {value}" for key, value in _facts(shown, name, lang)]
    for each in shown["sources"]:
        lines.append(f"  {say('print.clause', lang)} {each['clause']}: «{each['quote'].strip()}»")
    for each in shown["lines"] or ():
        lines.append(f"  - {each['task']}: {say('print.answer_' + (each['answer'] or 'none'), lang)}")
    lines += ["", say("print.ledger", lang)]
    lines += [_entry(each, name, lang) for each in shown["ledger"]] or ["  —"]
    lines += ["", say("print.ladder", lang)]
    lines += [_step(each, recipient, lang) for each in shown["ladder"]] or ["  —"]
    return lines


def _facts(shown: Document, name: Callable[[str], str], lang: str) -> list[tuple[str, str]]:
    basis = ", ".join(each for each in (say(f"state.{shown['basis']}", lang), shown["words"], shown["reason"]) if each)
    period = f"{day(shown['from'], lang)} – {day(shown['to'], lang)}" if shown["from"] or shown["to"] else ""
    facts = [
        ("unit", name(shown["held_by"])),
        ("state", status_words(shown, lang).text),
        ("stated_day", day(shown["stated_day"], lang) if shown["stated_day"] else ""),
        ("last_day", " ".join(each for each in (day(shown["last_day"], lang), shown["time"]) if each)),
        ("advised_day", day(shown["advised_day"], lang) if shown["advised_day"] else ""),
        ("extended_from", day(shown["extended_from"], lang) if shown["extended_from"] else ""),
        ("period", period),
        ("basis", basis),
        ("set_by", shown["set_by"] or ""),
        ("with", ", ".join(name(each) for each in shown["with"])),
        ("confirm", name(shown["confirm"]) if shown["confirm"] else ""),
    ]
    return [(key, value) for key, value in facts if value]


def _entry(entry: Document, name: Callable[[str], str], lang: str) -> str:
    said = [say(f"print.entry_{entry['kind']}", lang)]
    said += [entry["line"]] if entry["line"] else []
    said += [str(entry["data"][key]) for key in ("answer", "document", "month", "via", "value") if key in entry["data"]]
    said += [f"«{entry['text']}»"] if entry["text"] else []
    who = say("print.who", lang, by=name(entry["declared_by"]), recorder=entry["recorded_by"], channel=entry["channel"])
    return f"  {entry['seq']}  {day(entry['happened_on'], lang)}  {' · '.join(said)} ({who})"


def _step(step: Document, recipient: Callable[[str], str], lang: str) -> str:
    state = say(f"print.notice_{step['state']}", lang)
    return f"  {day(step['due_on'], lang)}  {step['rung']} → {recipient(step['recipient'])}: {state}"


def run_lines(done: Document, lang: str) -> list[str]:
    """What a run did, a line a stage and plan, in the order of a night."""
    lines = synced_lines(done["sync"], lang) if "sync" in done else []
    for stage in ("sweep", "deliver", "publish"):
        for report in done.get(stage, ()):
            sizes = {name: len(report[name]) for name in ("files", "changed") if name in report}
            lines.append(say(f"print.run_{stage}", lang, **{**report, **sizes}))
            lines += _moved(report.get("succession"), lang)
    return lines


def _moved(succession: Document | None, lang: str) -> list[str]:
    """Work that went to a successor, and work whose successor no document names."""
    if succession is None:
        return []
    moved = [say("print.moved", lang, step=step, count=count) for step, count in succession["moved"].items()]
    left = [say("print.undecided", lang, unit=unit, count=count) for unit, count in succession["undecided"].items()]
    return moved + left


def verified_lines(verified: Document, lang: str) -> list[str]:
    """What was recomputed, or each place where it did not agree."""
    if verified["faults"]:
        return [say(each["code"], lang, **each["values"]) for each in verified["faults"]]
    return [say("print.verified", lang, **verified)]
