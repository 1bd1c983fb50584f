"""The progress report («báo cáo tiến độ») in the form of an official document, as Markdown or as one HTML file.

Layout: Nghị định 30/2020/NĐ-CP, Phụ lục I. What a person or the clerk must give stays open: number, day of signing,
signature. Every percentage has its denominator beside it in words; a unit that is only requested («đề nghị») is outside
all of them and never «quá hạn» (design section 3).
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Any, Literal

from markupsafe import Markup

from outputs.figures import MISSING, number, percent, share
from outputs.pages import template
from outputs.report_view import Counts, Item, ReportView, Target
from rules.values import COOPERATING, REQUESTED, SUBORDINATE
from texts import say

Form = Literal["md", "html"]

_RELATIONS = {SUBORDINATE: "subordinate", COOPERATING: "cooperating", REQUESTED: "requested"}
_SETTERS = {
    "cấp trên": "set_above",
    "UBND": "set_committee",
    "Văn phòng": "set_office",
    "luật": "set_law",
    "thông lệ": "set_custom",
}
_SETS = {"law": "luật", "custom": "thông lệ", "office": "Văn phòng"}
"""Who sets a day goes without saying for these bases."""
_LINE_BREAK = re.compile(r"\s*[\r\n]\s*")
# What Markdown would read as its own, and HTML tags, which most readers of Markdown pass through.
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|]|&(?=#?\w+;))")


def report(view: ReportView, lang: str = "vi", form: Form = "md") -> str:
    """The report as text. The same view gives the same bytes; HTML is one file without script or outside address."""
    whole = template(f"report.{form}", markdown if form == "md" else None)
    return whole.render(view=view, lang=lang, **_words(view, lang))


def markdown(value: object) -> object:
    """Text that may stand in a Markdown cell or line: one line, nothing of it taken for markup."""
    if isinstance(value, Markup):
        return value
    return _MARKDOWN.sub(r"\\\1", _LINE_BREAK.sub(" ", str(value)))


def _words(view: ReportView, lang: str) -> dict[str, Any]:
    return {
        "t": partial(_say, lang),
        "day": partial(day, lang=lang),
        "number": partial(number, lang=lang),
        "share": lambda counts: share(counts.done, counts.due, lang),
        "cells": lambda counts: Markup("{} |").format(" | ".join(cells(counts, lang))),
        "width": width,
        "standing": partial(standing, lang=lang, as_of=view.as_of),
        "deadline": partial(deadline, lang=lang),
        "basis": partial(basis, lang=lang),
        "asked": partial(asked, lang=lang),
        "baseline": partial(baseline, lang=lang),
        "told": partial(told, lang=lang),
        "overview": partial(overview, view.totals, lang),
        "relation": lambda name: say(f"report.{_RELATIONS[name]}", lang),
        "phase": lambda first, last: say(f"report.{_phase(first, last, view.as_of)}", lang),
        "silent_of": lambda unit: sum(each.unit == unit for each in view.unanswered),
    }


def _say(lang: str, key: str, /, **values: object) -> str:
    return say(key if "." in key else f"report.{key}", lang, **values)


def day(value: date | None, lang: str) -> str:
    """20/05/2025, as official documents write it; in English 2025-05-20; a dash where there is none."""
    if value is None:
        return MISSING
    return value.strftime("%d/%m/%Y") if lang == "vi" else value.isoformat()


def cells(counts: Counts, lang: str) -> list[str]:
    """The four cells, their sum and the share, as a row of a table shows them."""
    figures = (counts.done_on_time, counts.done_late, counts.open_in_time, counts.open_overdue, counts.total)
    return [*map(str, figures), share(counts.done, counts.due, lang)]


def overview(counts: Counts, lang: str) -> str:
    """The percentage of the whole plan in a sentence that names its denominator."""
    if counts.total == 0:
        return say("report.no_work", lang)
    shown = percent(counts.done, counts.due, lang)
    if shown is None:
        return say("report.no_share", lang, open=counts.open_in_time)
    return say(
        "report.share",
        lang,
        done=counts.done,
        due=counts.due,
        overdue=counts.open_overdue,
        open=counts.open_in_time,
        percent=shown,
    )


def width(part: int, counts: Counts) -> str:
    """The part of a bar in percent of its length, for CSS."""
    return f"{100 * part / counts.total:.2f}" if counts.total else "0"


def standing(item: Item, lang: str, as_of: date) -> str:
    """«quá hạn 8 ngày», «chưa phản hồi», «hoàn thành đúng hạn»…: the words its relation allows."""
    if item.unanswered_on(as_of):
        return say("state.no_response", lang)
    if item.overdue:
        late = say("state.days_late", lang, days=item.days_late)
        return f"{say('state.returned', lang)}, {late}" if item.status == "returned" else late
    if item.requested and item.status == "returned":
        return say("report.asked_more", lang)
    return say(f"state.{item.status}", lang)


def deadline(item: Item, lang: str) -> str:
    """The last acceptable day with its hour, and the document's own words where they name another day."""
    last = day(item.last_day, lang)
    if item.time is not None:
        last = f"{item.time.strftime('%H:%M')} {last}"
    return f"{last} («{item.words}»)" if item.words else last


def basis(item: Any, lang: str) -> str:
    """Where a day comes from, with the article, custom or document, and who set it (so who may extend it)."""
    parts = [say(f"state.{item.basis}", lang)]
    if item.reason:
        parts.append(item.reason)
    setter = getattr(item, "set_by", None)
    if setter and setter != _SETS.get(item.basis):
        parts.append(say(f"report.{_SETTERS[setter]}", lang))
    return "; ".join(parts)


def asked(target: Target, lang: str) -> str:
    """What an indicator asks: «giảm ít nhất 10%»."""
    operator = say(f"print.op_{target.operator}", lang)
    if target.value is None:
        return operator
    unit = target.unit if target.unit in ("", "%") else f" {target.unit}"
    return f"{operator} {number(target.value, lang)}{unit}"


def baseline(target: Target, lang: str) -> str:
    """The figure that a result is compared with, and its year; said to be missing where it is."""
    if target.baseline_year is None:
        return number(target.baseline, lang)
    if target.baseline is None:
        return say("report.baseline_missing", lang, year=target.baseline_year)
    return f"{number(target.baseline, lang)} ({target.baseline_year})"


def told(item: Item, lang: str) -> str:
    """Who was written to and when, each person once, the rung reached, and who is next."""
    if not item.told:
        parts = [say("report.told_none", lang)]
    else:
        days: dict[str, list[str]] = {}
        for known in item.told:
            days.setdefault(known.who, []).append(day(known.on, lang))
        each = [say("report.told_one", lang, who=who, days=", ".join(on)) for who, on in days.items()]
        parts = [f"{say('report.told', lang)}: {'; '.join(each)}."]
    if item.rung:
        parts.append(say("report.rung", lang, rung=item.rung))
    if item.next:
        parts.append(say("report.next", lang, who=item.next.who, day=day(item.next.on, lang)))
    return " ".join(parts)


def _phase(first: date, last: date, as_of: date) -> str:
    if as_of < first:
        return "ahead"
    return "over" if last < as_of else "under_way"
