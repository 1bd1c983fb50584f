"""Dates as an official text writes them, each with the operator's own words before it.

Spellings: 14/5/2025, 05/5 (the plan's year), 25-8-2025, 25.8.2025, «ngày 5 tháng 6 năm 2025»; «trước 17 giờ ngày …».
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from plan.wording import collapse
from rules.deadlines import Before, By, Every, In, Lunar, Operator, Window, Within

_DATE = re.compile(
    r"(?<![\d/.])(?:(\d{1,2})\s?[/.\-]\s?(\d{1,2})(?:\s?[/.\-]\s?(\d{4}))?|(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm\s+(\d{4}))?)"
    r"(?![\d/])(?!-\d)",
    re.IGNORECASE,
)
_OPERATOR = re.compile(
    r"(?:trước\s+(?P<hour>\d{1,2})\s*(?:giờ|g|h)\s*(?P<minute>\d{2})?(?:\s*phút)?,?\s+ngày"
    r"|(?P<before>trước(?:\s+ngày)?)"
    r"|(?P<by>(?:đến\s+hết|chậm\s+nhất(?:\s+(?:là|vào|đến))*|không\s+quá)(?:\s+ngày)?))\s*$",
    re.IGNORECASE,
)
_FROM = re.compile(r"từ(?:\s+ngày)?\s*$", re.IGNORECASE)
_DAY = re.compile(r"ngày\s*$", re.IGNORECASE)
_STEPS = {
    "week": r"tuần",
    "month": r"tháng",
    "quarter": r"quý",
    "half-year": r"(?:6|sáu)\s+tháng|nửa\s+năm",
    "year": r"năm",
}
_ROMAN = ("", "I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Statement:
    """A date in a quote."""

    op: str
    """before, by, hour, from, or empty where no operator's words stand before it."""
    day: date
    words: str
    """The operator's words with the date, as written."""
    hour: dt.time | None = None


def statements(quote: str, year: int) -> list[Statement]:
    """The dates of a quote (its white space collapsed), a missing year being the plan's."""
    found = []
    for each in _DATE.finditer(quote):
        day, month, full = (each[1], each[2], each[3]) if each[1] else (each[4], each[5], each[6])
        try:
            when = date(int(full or year), int(month), int(day))
        except ValueError:
            continue
        found.append(_stated(quote, each.start(), each.end(), when))
    return found


def _stated(quote: str, start: int, end: int, when: date) -> Statement:
    offset = max(0, start - 40)
    head = quote[offset:start]
    words = _OPERATOR.search(head)
    if words is None:
        since = _FROM.search(head) or _DAY.search(head)
        first = offset + since.start() if since else start
        text = quote[first:end]
        return Statement("from" if text[:2].lower() == "từ" else "", when, text)
    text = quote[offset + words.start() : end]
    if words["hour"]:
        try:
            return Statement("hour", when, text, dt.time(int(words["hour"]), int(words["minute"] or 0)))
        except ValueError:
            return Statement("", when, text)
    return Statement("before" if words["before"] else "by", when, text)


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a date stands in the quotes as its deadline says: its words, or a code and what would be right."""

    words: str = ""
    code: str = ""
    values: dict[str, object] | None = None


class Quotes:
    """The quotes of one task, their dates found once."""

    def __init__(self, quotes: Iterable[str], year: int) -> None:
        self.texts = [collapse(each) for each in quotes]
        self.year = year

    @cached_property
    def dates(self) -> list[Statement]:
        return [each for text in self.texts for each in statements(text, self.year)]


def judge(op: Operator, quotes: Quotes) -> Judged:
    """The words of `op` in one of the quotes; codes date_not_in_quote, date_without_words, words_differ."""
    match op:
        case Before(day):
            return _dated(op, day, "before", quotes)
        case By(day, hour):
            return _dated(op, day, "hour" if hour else "by", quotes)
        case Window():
            return _window(op, quotes)
        case _:
            return _phrase(op, quotes)


def _dated(op: Before | By, day: date, wanted: str, quotes: Quotes) -> Judged:
    found = quotes.dates
    same = [each for each in found if each.day == day]
    for each in same:
        if each.op == wanted and (wanted != "hour" or (isinstance(op, By) and each.hour == op.time)):
            return Judged(each.words)
    written = _written(day)
    if not same:
        dates = ", ".join(dict.fromkeys(f"«{each.words}»" for each in found)) or "–"
        return Judged(code="date_not_in_quote", values={"day": written, "found": dates})
    other = next((each for each in same if each.op in ("before", "by", "hour")), None)
    if other is None:
        return Judged(code="date_without_words", values={"day": written, "words": f"«{_right(op, written)}»"})
    return Judged(code="words_differ", values={"words": f"«{other.words}»", "right": _key(other)})


def _written(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _right(op: Before | By, written: str) -> str:
    if isinstance(op, Before):
        return f"trước ngày {written}"
    if op.time is not None:
        return f"trước {op.time.hour} giờ ngày {written}"
    return f"đến hết ngày {written}» / «chậm nhất ngày {written}» / «không quá ngày {written}"


def _key(found: Statement) -> str:
    if found.op == "hour" and found.hour is not None:
        return f"by: {found.day}T{found.hour:%H:%M}"
    return f"{found.op}: {found.day}"


def _window(op: Window, quotes: Quotes) -> Judged:
    short = rf"từ(?:\s+ngày)?\s+0?{op.from_day.day}\s*(?:-|–|đến(?:\s+hết)?)(?:\s+ngày)?\s*$"
    for quote in quotes.texts:
        found = statements(quote, quotes.year)
        ends = [each for each in found if each.day == op.to_day]
        for end in ends:
            head = quote[: quote.find(end.words)]
            begins = [each for each in found if each.day == op.from_day and each.op == "from"]
            if begins or (op.from_day.month == op.to_day.month and re.search(short, head, re.IGNORECASE)):
                start = quote.find(begins[0].words) if begins else head.lower().rfind("từ")
                return Judged(quote[start : quote.find(end.words) + len(end.words)])
    dates = ", ".join(f"«{each.words}»" for each in quotes.dates) or "–"
    span = f"từ {_written(op.from_day)} đến {_written(op.to_day)}"
    return Judged(code="date_not_in_quote", values={"day": span, "found": dates})


def _phrase(op: Operator, quotes: Quotes) -> Judged:
    pattern, right = _wording(op)
    for quote in quotes.texts:
        found = re.search(pattern, quote, re.IGNORECASE)
        if found is not None:
            return Judged(found[0])
    return Judged(code="words_not_in_quote", values={"words": f"«{right}»"})


def _wording(op: Operator) -> tuple[str, str]:
    """(pattern, example) of what the text must say for an operator that names no calendar day."""
    match op:
        case In(_, last, period):
            return _in_wording(last, period)
        case Lunar(month, day):
            return r"rằm\s+tháng\s+\w+|[\w/ ]*âm lịch", f"ngày {day}/{month} âm lịch"
        case Every(step, kind, day):
            opening = "trước" if kind == "before" else "đến hết|chậm nhất|không quá"
            pattern = rf"(?:{opening})[^.;]*?ngày\s+0?{day}(?![\d/])[^.;]*?(?:{_STEPS[step]})"
            if step == "week":
                pattern = r"(?:hằng|hàng|mỗi)\s+tuần"
            return pattern, f"trước ngày {day} hằng tháng"
        case Within(number, unit):
            noun = {"working days": "ngày làm việc", "days": "ngày", "hours": "(?:giờ|tiếng)"}[unit]
            return (
                rf"(?:trong|không quá)[^.;]*?\b0?{number}\s+{noun}",
                f"trong {number} {noun.strip('(?:)').split('|')[0]}",
            )
        case _:
            return r"(?!)", ""


def _in_wording(last: date, period: str) -> tuple[str, str]:
    if "-q" in period:
        quarter = int(period[-1])
        return rf"q(?:uý|úy|uí)\s+(?:{_ROMAN[quarter]}|{quarter})\b", f"quý {_ROMAN[quarter]}"
    if "-" in period:
        return rf"tháng\s+0?{last.month}\b", f"tháng {last.month}"
    return rf"(?:trong\s+)?năm\s+{last.year}\b|trong\s+năm(?!\s+\d)", f"năm {last.year}"
