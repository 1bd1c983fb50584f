"""Whether a document bears the stamp MẬT, TỐI MẬT or TUYỆT MẬT (Luật Bảo vệ bí mật nhà nước 2018, Điều 8 and 10).

A guard against a mistake, not a wall: it reads words, and a scanned page has none. A stamp stands alone in its line,
its column or its box; «giữ bí mật», «mật độ», «bảo mật» in a text are none.
"""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterable, Iterator
from unicodedata import normalize

_STAMPS = {"mật": "mật", "tối mật": "tốimật", "tuyệt mật": "tuyệtmật"}
# The same words in the fonts of before Unicode: TCVN3 (.VnTime) and VNI.
_OLD = ("mët", "tèimët", "tuyötmët", "maät", "toáimaät", "tuyeätmaät")
_BARE = frozenset((*_STAMPS.values(), *_OLD))
# Words that make «mật» one of their own: «bí mật», «mật độ»…; capitals and line ends part them.
_BEFORE = frozenset(("bí", "bảo", "thân", "cơ", "độ", "dấu", "mức", "và", "hoặc", "nghiêm"))
_AFTER = frozenset(
    ("độ", "khẩu", "mã", "thiết", "ong", "vụ", "thư", "hiệu", "báo", "nhà", "và", "hoặc", "trong", "của")
)
_LONGEST = 400
"""Characters of a line that are looked at."""
_APART = re.compile(r"\s{2,}|\t")
_SPACED = re.compile(r"(?<!\S)(?:[^\W\d_]\s+){2,}[^\W\d_](?!\S)")
_AFTER_NUMBER = re.compile(r"\d/[\w.-]+ +((?:TỐI |TUYỆT )?MẬT)$")
_NAME = re.compile(r"(?<!\w)(?:(?:tối|tuyệt) mật|mật(?! (?:khẩu|độ|thiết|ong))|(?:toi|tuyet) mat)(?!\w)")

_PIECE = re.compile(rb"</?\w+:p[ />]|</?(?:si|is)>|<\w+:br[ />]")
_RUN = re.compile(rb"<(?:\w+:)?t(?: [^<>]*)?>([^<]*)</|<\w+:tab/>")
_HEADING = re.compile(rb"<(?:odd|even|first)(?:Header|Footer)>([^<>]*)</")
_DRAWN = re.compile(rb'<\w+:textpath [^<>]*string="([^"<>]*)"')
_LINE = re.compile(rb"</?\w+:[ph](?=[ />])[^<>]*>|<\w+:line-break ?/>")
_BLANK = re.compile(rb'<\w+:(?:tab(?: [^<>]*)?/>|s (?:[^<>]* )?\w+:c="(?:[2-9]|\d{2,})"[^<>]*>)')
_TAG = re.compile(rb"<[^<>]*>")
_FORMAT = re.compile(r"&(?:[LCR]|\"[^\"]*\"|\d+|K[0-9A-F]{6})")


def in_name(stem: str) -> bool:
    """Whether the file's name says so; NFC, without the ending."""
    return bool(_NAME.search(re.sub(r"[\W_]+", " ", stem.lower())))


def in_lines(lines: Iterable[str]) -> bool:
    """Whether one of the lines is a stamp, or a part of it that stands wide apart from the rest."""
    before = ""
    for line in lines:
        parts = _parts(line[:_LONGEST])
        for place, part in enumerate(parts):
            after = parts[place + 1] if place + 1 < len(parts) else ""
            if _is_stamp(part) and _last(before) not in _BEFORE and _first(after) not in _AFTER:
                return True
            before = part
        before = before if parts else ""
    return False


def _parts(line: str) -> list[str]:
    """What of a line stands apart: its columns; letters with blanks between them are one word; a stamp behind the
    document's number is one of its own."""
    joined = _SPACED.sub(lambda found: "".join(found[0].split()), normalize("NFC", line).strip())
    numbered = _AFTER_NUMBER.search(joined)
    if numbered:
        return [numbered[1]]
    return [each for each in _APART.split(joined) if each.strip()]


def _is_stamp(part: str) -> bool:
    """Alone, framed or not; with a capital, and not the end of a sentence."""
    words = part.strip(' []()|*_-–—=<>«»"“”')
    return words[:1].isupper() and re.sub(r"\s+", "", words).casefold() in _BARE


def _last(part: str) -> str:
    return part.casefold().rstrip(" -–").rpartition(" ")[2]


def _first(part: str) -> str:
    return part.casefold().lstrip(" -–").partition(" ")[0]


def paragraphs(xml: bytes) -> Iterator[str]:
    """The paragraphs, cells, headers, text boxes and drawn words of a part of a Word or Excel file, as lines."""
    for piece in _PIECE.split(xml):
        found = b"".join(each or b"\t" for each in _RUN.findall(piece))
        if found.strip():
            yield _text(found)
    for heading in _HEADING.findall(xml):
        yield _FORMAT.sub("\t", _text(heading))
    yield from map(_text, _DRAWN.findall(xml))


def open_document_lines(xml: bytes) -> Iterator[str]:
    """The paragraphs, headings, cells, heads and feet of a part of an OpenDocument, as lines; a tab or several blanks
    part columns (OpenDocument 1.2, part 1, 6.1)."""
    for piece in _LINE.split(xml):
        found = _TAG.sub(b"", _BLANK.sub(b"\t", piece[: 64 * _LONGEST]))
        if found.strip():
            yield _text(found)


def _text(found: bytes) -> str:
    return html.unescape(found[: 4 * _LONGEST].decode("utf-8", "replace"))


def in_old_office(body: bytes) -> bool:
    """Whether a Word or Excel file of before 2007 has a paragraph or a cell of that word, in capitals."""
    for words in _STAMPS:
        text = words.upper().encode("utf-16-le")
        cell = struct.pack("<HB", len(words), 1) + text
        if cell in body or re.search(rb"[\r\x07\x0b\x0c]\0" + re.escape(text) + rb"[\r\x07\x0b]\0", body):
            return True
    return False
