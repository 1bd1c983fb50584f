"""What CLDR knows of the reader's language, by Babel: days, hours, figures, lists, and what a browser asks for.

The words are ours (texts/, docs/decisions/0005). Days are dd/mm/yyyy in both languages, whatever CLDR's shortest form
is: an office writes two digits of a day and a month (Nghị định 30/2020/NĐ-CP). Babel is loaded with the first page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from outputs.figures import MISSING
from texts import LANGUAGES

if TYPE_CHECKING:
    from babel import Locale

_REGIONS = {"vi": "vi_VN", "en": "en_GB"}
"""English as Europe writes it: days before months, as everybody in Việt Nam reads them."""
_ASKED = re.compile(r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*[qQ]=([01](?:\.\d{0,3})?)\s*)?")
_MOST = 20
"""Languages of a header that are looked at."""


@cache
def _locale(lang: str) -> Locale:
    from babel import Locale

    return Locale.parse(_REGIONS[lang])


def day(value: date | str | None, lang: str) -> str:
    """03/05/2025; a dash for none. Takes ISO too."""
    from babel.dates import format_date

    if not value:
        return MISSING
    known = date.fromisoformat(value) if isinstance(value, str) else value
    return format_date(known, "dd/MM/yyyy", locale=_locale(lang))


def instant(at: datetime, lang: str) -> str:
    """07:05 03/05/2025, in the zone that `at` is in."""
    from babel.dates import format_time

    return f"{format_time(at, 'HH:mm', tzinfo=at.tzinfo, locale=_locale(lang))} {day(at.date(), lang)}"


def number(value: float | None, lang: str) -> str:
    """1.234,5 in Vietnamese, 1,234.5 in English, to ten digits; a dash for none."""
    from babel.numbers import format_decimal

    if value is None:
        return MISSING
    return format_decimal(Decimal(f"{value:.10g}"), "#,##0.##########", locale=_locale(lang))


def listed(values: Sequence[object], lang: str) -> str:
    """«a, b và c»; "" for none."""
    from babel.lists import format_list

    return format_list([str(each) for each in values], locale=_locale(lang))


def negotiated(header: str, first: str) -> str:
    """The language for a browser that sends this Accept-Language (RFC 9110 12.5.4): `first`, the installation's own,
    wherever it is accepted at all; else the one that is asked for most; else `first`."""
    from babel import negotiate_locale

    asked = []
    for place, each in enumerate(header.split(",")[:_MOST]):
        found = _ASKED.fullmatch(each)
        if found is not None and (quality := float(found[2] or 1)) > 0:
            asked.append((-quality, place, found[1].lower()))
    tags = [tag for _, _, tag in sorted(asked)]
    return negotiate_locale(tags, [first], sep="-") or negotiate_locale(tags, LANGUAGES, sep="-") or first
