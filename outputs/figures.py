"""Figures as people read them: percentages with their denominator, decimal commas in Vietnamese; cheap to import."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

MISSING = "—"


def number(value: float | None, lang: str) -> str:
    """A measured value: 1.234,5 in Vietnamese, 1,234.5 in English; a dash where there is none."""
    if value is None:
        return MISSING
    text = f"{value:,.10g}"
    return text.translate(str.maketrans(",.", ".,")) if lang == "vi" else text


def percent(part: int, whole: int, lang: str) -> str | None:
    """91,7% (91.7%), half up; None where there is nothing to divide.

    Never rounded up to 100% while a part is missing, nor down to 0% while there is one.
    """
    if whole == 0:
        return None
    shown = (Decimal(100 * part) / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if part < whole:
        shown = min(shown, Decimal("99.9"))
    if part > 0:
        shown = max(shown, Decimal("0.1"))
    text = f"{shown:.0f}" if shown in (0, 100) else f"{shown:.1f}"
    return (text.replace(".", ",") if lang == "vi" else text) + "%"


def share(part: int, whole: int, lang: str) -> str:
    """`22/24 (91,7%)`: a percentage never stands without what it is of; a dash where there is nothing to divide."""
    shown = percent(part, whole, lang)
    return f"{part}/{whole} ({shown})" if shown else MISSING


def day(value: str | date | None, lang: str) -> str:
    """A day in a table or a sentence: 13/5/2025, in English 2025-05-13; a dash where there is none. Takes ISO too."""
    if not value:
        return MISSING
    known = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{known.day}/{known.month}/{known.year}" if lang == "vi" else known.isoformat()
