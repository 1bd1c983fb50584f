"""How it stands, for people: the four cells per unit, what asks for something today, one occurrence whole.

Made of the documents that `--json` prints; the words are in texts/{vi,en}/print.py. A unit that is only requested
(«đề nghị») has no percentage and is never «quá hạn» (design section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from outputs.figures import day, share
from outputs.tables import Cell, Table, labelled
from rules.states import CELLS
from rules.values import NO_TERM
from texts import area, say

Document = Mapping[str, Any]
QUIET = frozenset({"not_due", "advisory", "done_on_time", "done_late", "cancelled"})
"""States that ask nothing of anybody today."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit or group by its name, its four cells, and whether it is only requested: outside every percentage."""

    name: str
    counts: Mapping[str, int]
    requested: bool = False


def status_words(item: Document, lang: str, *, requested: bool = False) -> Cell:
    """«quá hạn 8 ngày», «chưa phản hồi», «chờ xác nhận»… with the status it is coloured by."""
    status = item["status"]
    if requested and status == "advisory":
        return Cell(say("state.no_response", lang), "no_response")
    if status == "overdue":
        return Cell(say("state.days_late", lang, days=item["days_late"]), status)
    return Cell(say(f"state.{status}", lang), status)


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
    return labelled(("occurrence", "unit", "last_day", "state", "what"), rows, lang)


def _titled(item: Document) -> str:
    return f"{item['title']} ({item['label']})" if item["label"] else str(item["title"])


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
    known = say(f"state.{shown['basis'] or NO_TERM}", lang)
    basis = ", ".join(each for each in (known, shown["words"], shown["reason"]) if each)
    period = f"{day(shown['from'], lang)} – {day(shown['to'], lang)}" if shown["from"] or shown["to"] else ""
    facts = [
        ("unit", name(shown["held_by"])),
        ("state", status_words(shown, lang).text),
        ("stated_day", day(shown["stated_day"], lang) if shown["stated_day"] else ""),
        ("last_day", " ".join(each for each in (day(shown["last_day"], lang), shown["time"]) if each)),
        ("advised_day", day(shown["advised_day"], lang) if shown["advised_day"] else ""),
        ("extended_from", day(shown["extended_from"], lang) if shown["extended_from"] else ""),
        ("extensions", str(shown["extensions"] or "")),
        ("asked_until", day(shown["asked_until"], lang) if shown["asked_until"] else ""),
        ("stuck", _stuck(shown["stuck"], lang) if shown["stuck"] else ""),
        ("period", period),
        ("basis", basis),
        ("set_by", shown["set_by"] or ""),
        ("with", ", ".join(name(each) for each in shown["with"])),
        ("confirm", name(shown["confirm"]) if shown["confirm"] else ""),
    ]
    return [(key, value) for key, value in facts if value]


def _stuck(stuck: Document, lang: str) -> str:
    """«trình ký (từ 12/5/2025), chờ ký»."""
    step = say(f"print.entry_{stuck['step'] or ''}", lang)
    next_ = say(f"print.entry_{stuck['next']}", lang)
    return say("print.stuck_at", lang, step=step, day=day(stuck["since"], lang) if stuck["since"] else "—", next=next_)


def _entry(entry: Document, name: Callable[[str], str], lang: str) -> str:
    said = [say(f"print.entry_{entry['kind']}", lang)]
    said += [entry["line"]] if entry["line"] else []
    said += [_datum(key, entry["data"][key], lang) for key in _TOLD if key in entry["data"]]
    said += _erased(entry["data"], lang) if entry["kind"] == "redacted" else []
    said += [f"«{entry['text']}»"] if entry["text"] else []
    said += [
        say(f"redact.{words}", lang, day=day(entry[name], lang))
        for words, name in (("erased", "erased_on"), ("file_erased", "file_erased_on"))
        if entry[name]
    ]
    channel = _channel(entry["channel"], lang)
    who = say("print.who", lang, by=name(entry["declared_by"]), recorder=entry["recorded_by"], channel=channel)
    return f"  {entry['seq']}  {day(entry['happened_on'], lang)}  {' · '.join(said)} ({who})"


def _erased(data: Document, lang: str) -> list[str]:
    """Which entry's text or file an entry erased, and why."""
    why = [str(data["reason"])] if data.get("reason") else []
    return [say("board.said_erased", lang, value=data.get("of", data.get("seq"))), *why]


_TOLD = ("answer", "document", "month", "via", "value")
"""What is told of an entry's data."""


def _datum(key: str, value: Any, lang: str) -> str:
    if key == "answer":
        return say(f"print.answer_{value}", lang)
    return _channel(value, lang) if key == "via" else str(value)


def _channel(name: str, lang: str) -> str:
    """«điện thoại», «cuộc họp»…; as it was written where the ledger holds a way that nobody names any more."""
    return area("print", lang).get(f"channel_{name}", name)


def _step(step: Document, recipient: Callable[[str], str], lang: str) -> str:
    state = say(f"print.notice_{step['state']}", lang)
    return f"  {day(step['due_on'], lang)}  {step['rung']} → {recipient(step['recipient'])}: {state}"
