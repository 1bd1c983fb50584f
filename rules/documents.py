"""A document's number and sign (số, ký hiệu: Nghị định 30/2020/NĐ-CP, Phụ lục I) as people type or paste it."""

from __future__ import annotations

import re
from unicodedata import normalize

_LEAD = re.compile(r"số\s*[:.]?\s*(?=\d)", re.IGNORECASE)
_DASHES = re.compile(r"[‐-―−]")  # Word writes another dash than the keyboard has
_AROUND = re.compile(r"\s*([/-])\s*")
_NUMBER = re.compile(r"\d+[a-zđ]?/(?:\d{4}/)?[^\W\d_][\w&.-]*(?: ngày .+)?", re.IGNORECASE)


def plain(text: str) -> str:
    """The number without «Số:» before it, blanks within it and another dash than the plain one; «ngày …» behind it
    stays. «Số: 07 / BC – TDP» is 07/BC-TDP."""
    joined = " ".join(_LEAD.sub("", normalize("NFC", text).strip(), count=1).split())
    number, mark, day = joined.partition(" ngày ")
    return _AROUND.sub(r"\1", _DASHES.sub("-", number)) + mark + day


def is_number(text: str) -> bool:
    """Whether what was typed is a number and sign and no sentence: «12/BC-TDP», «Số: 12/2025/QĐ-UBND ngày 5/5»; not
    «20/5», which is a day, nor «12 cháu»."""
    return _NUMBER.fullmatch(plain(text)) is not None
