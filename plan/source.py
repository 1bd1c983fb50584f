"""The official text as received: its clauses by their printed addresses, each with the lines it stands on.

A text out of a word processor or a PDF has blank lines between wrapped lines and page breaks inside sentences, so only
what a line begins with says where a clause starts. Numbers must follow one another: «12. » in the middle of a sentence
is no section. A number that repeats (two sections 8) makes `III.8` and `III.8(2)`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import zip_longest

PREAMBLE = "mở đầu"
HEADINGS = "đề mục"
CLOSING = "kết thúc"
RECIPIENTS = "nơi nhận"
COLLECTIVE = (PREAMBLE, HEADINGS, CLOSING, RECIPIENTS)
"""Addresses of what bears no number; `đề mục` names the headings of all parts and sections together."""

_TENS = ("", "X")
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ROMAN = tuple(ten + one for ten in _TENS for one in _ONES)
_PART = re.compile(r"([IVX]{1,5})[.)]\s+(\S.*)")
_SECTION = re.compile(r"(\d{1,2})[.)]\s+(\S.*)")
_DASHES = "-–—•"
_STOPS = (".", ";", ":", "!", "?", "…", "”", '"', ")", "/.")


@dataclass(frozen=True, slots=True)
class Clause:
    """A bullet, a plus-line, an undashed paragraph, a heading, or an unnumbered part of the text."""

    address: str
    kind: str
    """bullet, plus, paragraph, heading, or one of COLLECTIVE."""
    text: str
    """Its lines joined by single blanks, without its dash or number."""
    line: int
    """1-based."""
    starts: tuple[int, ...] = (0,)
    """Where in `text` each of its lines begins, and …"""
    lines: tuple[int, ...] = ()
    """… the number of that line."""

    def line_at(self, offset: int) -> int:
        """The line of the source on which the word at `offset` of `text` stands."""
        return self.lines[bisect_right(self.starts, offset) - 1]


@dataclass(frozen=True, slots=True)
class Source:
    """The clauses in the order of the text; `by_address` has all but headings."""

    clauses: tuple[Clause, ...]
    by_address: dict[str, Clause]
    headings: dict[str, Clause]


def within(address: str, above: str) -> bool:
    """Whether an address is `above` or below it: III.1+2 is within III.1 and III, III.8(2)-1 not within III.8."""
    return address == above or (address.startswith(above) and address[len(above)] in ".-+")


def below(addresses: Iterable[str]) -> tuple[str, ...]:
    """What an address with `-` behind it begins with where it is `within` one of `addresses`; for str.startswith."""
    return tuple(each + sign for each in addresses for sign in ".-+")


@dataclass(slots=True)
class _Open:
    """A clause still growing."""

    address: str
    kind: str
    pieces: list[str]
    lines: list[int]

    def close(self) -> Clause:
        if len(self.pieces) == 1:
            return Clause(self.address, self.kind, self.pieces[0], self.lines[0], (0,), tuple(self.lines))
        text, starts = "", []
        for piece in self.pieces:
            # «NĐ-» at a line's end goes on in the next; «Lao động -» is a dash between words.
            broken = text.endswith("-") and text[-2:-1].isalnum()
            text += piece if broken or not text else " " + piece
            starts.append(len(text) - len(piece))
        return Clause(self.address, self.kind, text, self.lines[0], tuple(starts), tuple(self.lines))


@dataclass(slots=True)
class _Reader:
    done: list[Clause] = field(default_factory=list)
    current: _Open | None = None
    part: int = 0
    section: int = 0
    place: str = ""
    """The part, or the section, that bullets are counted in."""
    bullets: int = 0
    pluses: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    def open(self, address: str, kind: str, text: str, line: int) -> None:
        if self.current is not None:
            self.done.append(self.current.close())
        self.current = _Open(address, kind, [text], [line])

    def extend(self, text: str, line: int) -> None:
        assert self.current is not None
        self.current.pieces.append(text)
        self.current.lines.append(line)

    @property
    def last(self) -> str:
        return self.current.pieces[-1] if self.current else ""

    def finished(self) -> bool:
        """Whether what stands so far may end here: a heading, or a sentence that has its stop."""
        return self.current is None or self.current.kind == "heading" or self.last.endswith(_STOPS)

    def heading(self, address: str, text: str, line: int) -> None:
        count = self.seen[address] = self.seen.get(address, 0) + 1
        self.place = address if count == 1 else f"{address}({count})"
        self.bullets = self.pluses = 0
        self.open(self.place, "heading", text, line)

    def read(self, text: str, line: int) -> None:
        """Take one line that is not blank."""
        first = text[0]
        if self.current is not None and self.current.kind == RECIPIENTS:
            self.extend(text, line)
        elif first in _DASHES and self.place and self._bullet(text, line):
            return
        elif first == "+" and self.place and len(text) > 1:
            self.pluses += 1
            self.open(f"{self.place}+{self.pluses}", "plus", text[1:].lstrip(), line)
        elif (first in "IVX" and self._part(text, line)) or (first.isdigit() and self._section(text, line)):
            return
        else:
            self._words(text, line)

    def _bullet(self, text: str, line: int) -> bool:
        rest = text[1:].lstrip()
        # «giai đoạn 2021 / - 2025»: a dash between numbers, wrapped.
        if not rest or (len(rest) == len(text) - 1 and text[0] == "-" and rest[0].isdigit()):
            return False
        if rest[0].isdigit() and self.last[-1:].isdigit():
            return False
        self.bullets += 1
        self.open(f"{self.place}-{self.bullets}", "bullet", rest, line)
        return True

    def _part(self, text: str, line: int) -> bool:
        found = _PART.match(text)
        if found is None or found[1] != _ROMAN[min(self.part + 1, len(_ROMAN) - 1)]:
            return False
        self.part += 1
        self.section = 0
        self.heading(found[1], found[2], line)
        return True

    def _section(self, text: str, line: int) -> bool:
        found = _SECTION.match(text)
        if found is None or not self.part:
            return False
        number = int(found[1])
        repeated = number == self.section and number > 0 and self.finished()
        if number != self.section + 1 and not repeated:
            return False
        self.section = number
        self.heading(f"{_ROMAN[self.part]}.{number}", found[2], line)
        return True

    def _words(self, text: str, line: int) -> None:
        lower = text[:12].lower()
        if self.part and lower.startswith("nơi nhận"):
            self.open(RECIPIENTS, RECIPIENTS, text, line)
        elif self.part and lower.startswith("trên đây là") and self.finished():
            self.place = ""
            self.open(CLOSING, CLOSING, text, line)
        elif self.current is None:
            self.open(PREAMBLE, PREAMBLE, text, line)
        elif self.current.kind == "heading" and not self._goes_on(text):
            self.open(self.place, "paragraph", text, line)
        else:
            self.extend(text, line)

    def _goes_on(self, text: str) -> bool:
        """Whether a line below a heading is still the heading: it begins small, or both are in capitals."""
        return text[0].islower() or (self.last.isupper() and text.isupper())


def read_source(text: str) -> Source:
    """The clauses of the text (NFC)."""
    reader = _Reader()
    for number, line in enumerate(text.split("\n"), start=1):
        words = " ".join(line.split())
        if words:
            reader.read(words, number)
    if reader.current is not None:
        reader.done.append(reader.current.close())
    return _indexed(reader.done)


def _indexed(clauses: Iterable[Clause]) -> Source:
    """Headings apart; a section that has nothing below its numbered line is itself the duty: no clause is lost."""
    kept: list[Clause] = []
    following = [*clauses]
    for clause, after in zip_longest(following, following[1:]):
        if clause.kind == "heading" and not _has_below(clause.address, after):
            clause = Clause(clause.address, "paragraph", clause.text, clause.line, clause.starts, clause.lines)
        kept.append(clause)
    return source_of(kept)


def source_of(clauses: Iterable[Clause]) -> Source:
    """Clauses that know what they are, with their index."""
    kept = tuple(clauses)
    by_address = {each.address: each for each in kept if each.kind != "heading"}
    return Source(kept, by_address, {each.address: each for each in kept if each.kind == "heading"})


def _has_below(address: str, after: Clause | None) -> bool:
    return after is not None and within(after.address, address)
