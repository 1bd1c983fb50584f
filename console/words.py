"""Words of the command line to values, and values to words: days, hours, months and numbers as people write them."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any, NoReturn

from rules.errors import KehoachError, RequestRefused

YEARS = range(1900, 2101)
"""The years of the lunar table (plan.almanac), so of any plan: a day of the year 20025 is a slip of the hand."""


class WrongUsage(KehoachError):
    """Words that the command line cannot read: exit code 2."""

    exit_code = 2


def refuse(code: str, **values: object) -> NoReturn:
    """Raise a refusal of the command line's own."""
    raise RequestRefused(f"cli.{code}", **values)


def day(text: str) -> date:
    """A day on the command line: 2025-05-13, 13/5/2025, 13-5-2025 or 13.5.2025."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text.strip())
    local = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text.strip())
    parts = iso.groups() if iso else reversed(local.groups()) if local else None
    if parts is None:
        raise WrongUsage("cli.bad_day", value=text)
    try:
        found = date(*map(int, parts))
    except ValueError as error:
        raise WrongUsage("cli.no_such_day", value=text) from error
    if found.year not in YEARS:
        raise WrongUsage("cli.no_such_day", value=text)
    return found


def instant(text: str) -> datetime:
    """A day and hour: 2025-05-13T17:00, 13/5/2025 17:00 or 17g30 for the hour; naive, in the plan's zone, unless it
    says its offset."""
    try:
        return datetime.fromisoformat(text) if re.search(r"\dT\d", text) else _spoken_instant(text)
    except ValueError as error:
        raise WrongUsage("cli.bad_instant", value=text) from error


def _spoken_instant(text: str) -> datetime:
    said, _, hour = text.strip().replace(",", " ").partition(" ")
    hour, _, minute = hour.strip().lower().replace("g", ":").replace("h", ":").partition(":")
    return datetime.combine(day(said), time(int(hour), int(minute or 0)))


def month(text: str) -> str:
    """A month: 2025-06, 6/2025; given back as 2025-06."""
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})", text.strip())
    local = re.fullmatch(r"(\d{1,2})/(\d{4})", text.strip())
    year, number = iso.groups() if iso else reversed(local.groups()) if local else ("0", "0")
    if not 1 <= int(number) <= 12:
        raise WrongUsage("cli.bad_month", value=text)
    return f"{year}-{int(number):02}"


def number(text: str) -> float:
    """A measured value: 12.5 or 12,5."""
    if not re.fullmatch(r"[+-]?\d+([.,]\d+)?", text.strip()):
        raise WrongUsage("cli.bad_number", value=text)
    return float(text.replace(",", "."))


def in_words(values: dict[str, Any], lang: str) -> dict[str, Any]:
    """Days and figures as the reader writes them: 13/5/2025 and 12,5, in English 2025-05-13 and 12.5; lists joined."""
    return {name: _word(value, lang) for name, value in values.items()}


def _word(value: Any, lang: str) -> Any:
    if isinstance(value, datetime):
        return f"{value:%H:%M} {_word(value.date(), lang)}"
    if isinstance(value, date):
        return f"{value.day}/{value.month}/{value.year}" if lang == "vi" else value.isoformat()
    if isinstance(value, float):
        return f"{value:g}".replace(".", "," if lang == "vi" else ".")
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(_word(each, lang)) for each in value)
    return value
