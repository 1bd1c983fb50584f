"""A simulation for people: who would get what on which day, then the totals by recipient.

Made of the document that `kehoach simulate --json` prints; the words are in texts/{vi,en}/simulate.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from outputs.figures import day
from outputs.tables import Table
from texts import say

Document = Mapping[str, Any]


def parts(document: Document, title: str, lang: str) -> list[Table | list[str]]:
    """The days, what the units did, and the totals; one line where nobody is told anything."""
    blanks = {"first": day(document["from"], lang), "last": day(document["to"], lang)}
    if not document["messages"]:
        return [[say("simulate.nothing", lang, **blanks), *_acts(document, lang)]]
    heading = say("simulate.title", lang, plan=title, **blanks)
    return [_days(document, heading, lang), ["", *_acts(document, lang)], _totals(document, lang)]


def _days(document: Document, title: str, lang: str) -> Table:
    """One row for each recipient, day and occurrence, with all the rungs that are told at once."""
    rows = [
        (day(message["day"], lang), message["name"], _channel(message["channel"], lang), ", ".join(rungs), what)
        for message in document["messages"]
        for what, rungs in _by_occurrence(message["items"], lang)
    ]
    return Table(_words(lang, "day", "recipient", "channel", "rungs", "what"), rows, title)


def _by_occurrence(items: list[Document], lang: str) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for each in items:
        found.setdefault(each["occurrence"] or say("simulate.case", lang), []).append(each["rung"])
    return list(found.items())


def _channel(name: str, lang: str) -> str:
    return say("simulate.file", lang) if name == "file" else name


def _acts(document: Document, lang: str) -> list[str]:
    counts = Counter(each["kind"] for each in document["acts"])
    if not counts:
        return []
    said = [
        say("simulate.act", lang, kind=say(f"print.entry_{kind}", lang), count=count)
        for kind, count in counts.most_common()
    ]
    return [say("simulate.acts", lang, acts=", ".join(said)), ""]


def _totals(document: Document, lang: str) -> Table:
    rows: list[tuple[str, ...]] = [
        (each["name"], str(each["messages"]), str(each["items"]), day(each["last"], lang))
        for each in document["totals"]
    ]
    sums = (str(sum(each[name] for each in document["totals"])) for name in ("messages", "items"))
    rows.append((say("simulate.sum", lang), *sums, ""))
    columns = _words(lang, "recipient", "messages", "items", "last")
    return Table(columns, rows, say("simulate.totals", lang), numbers=frozenset({1, 2}), total=True)


def _words(lang: str, *names: str) -> tuple[str, ...]:
    return tuple(say(f"simulate.{name}", lang) for name in names)
