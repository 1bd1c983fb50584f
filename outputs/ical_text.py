"""Text in iCalendar's own form: cleaned, escaped and folded so that no value can break out of its property."""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import is_normalized, normalize

_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls (RFC 5545 3.3.11 allows none), half surrogates (no UTF-8 form), and the marks that turn the reading
# direction of what follows: a title must not be able to reorder its neighbours on the screen.
_UNWANTED = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

LINE_OCTETS = 75
"""RFC 5545 3.1: the longest line without its break. Google drops a whole feed for one that splits a letter."""
_PIECE = re.compile(rb"[\s\S]{1,74}(?![\x80-\xbf])")


def clean(text: str) -> str:
    """`text` in NFC with every kind of line break as one newline, tabs as spaces, controls and direction marks gone."""
    if not text.isprintable():
        text = _UNWANTED.sub("", _BREAKS.sub("\n", text).replace("\t", " "))
    return text if is_normalized("NFC", text) else normalize("NFC", text)


def escape(text: str) -> str:
    """`text`, cleaned, as an iCalendar TEXT value (RFC 5545 3.3.11)."""
    return clean(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


@lru_cache(maxsize=4096)
def escape_name(text: str) -> str:
    """`escape` for what returns in many items: names of units, recipients, reasons."""
    return escape(text)


def fold(line: str) -> str:
    """`line` folded at 75 octets, never inside a letter (RFC 5545 3.1); without the break at its end."""
    if len(line) * 4 <= LINE_OCTETS or (len(line) <= LINE_OCTETS and line.isascii()):
        return line
    octets = line.encode()
    if len(octets) <= LINE_OCTETS:
        return line
    end = LINE_OCTETS
    while octets[end] & 0xC0 == 0x80:
        end -= 1
    return b"\r\n ".join([octets[:end], *_PIECE.findall(octets, end)]).decode()
