"""Coverage: as tests cover code, tasks cover the document. What no quote holds word for word is shown, with its line.

Duty text is cut at sentences and semicolons. A piece is covered only when every word of it lies inside a quote of a
task or target of that clause; percent is by words (design section 2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plan.source import Clause, Source, below
from plan.wording import WORD, collapse, fold, fold_quote

_CAPITALS = "A-ZĐÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝĂĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"
_CUT = re.compile(rf"[;.…!?](?:(?<=;)\s+|(?<!;)[”\"’)…]*\s+(?=[“\"‘(]?[{_CAPITALS}]))")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of duty text that no quote holds whole."""

    clause: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A quote that does not stand in the clause it names."""

    task: str
    clause: str
    quote: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of the duty text is carried by tasks and targets."""

    obligations: int
    """Pieces of duty text."""
    covered: int
    words: int
    """Words of duty text, counted only where something is uncovered; so is `covered_words`."""
    covered_words: int
    uncovered: tuple[Piece, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    excluded: tuple[tuple[str, str], ...] = field(default=())
    """(clause, why), as plan.yaml declares them."""

    @property
    def percent(self) -> float:
        """By words, one decimal; 100.0 only where nothing is left."""
        if not self.uncovered:
            return 100.0
        return min(99.9, round(100 * self.covered_words / self.words, 1))

    @property
    def complete(self) -> bool:
        return not self.uncovered and not self.unmatched

    def as_json(self) -> dict[str, Any]:
        """The contract of design section 8."""
        return {
            "obligations": self.obligations,
            "covered": self.covered,
            "percent": self.percent,
            "uncovered": [{"clause": each.clause, "line": each.line, "text": each.text} for each in self.uncovered],
            "unmatched_quotes": [
                {"task": each.task, "clause": each.clause, "quote": each.quote} for each in self.unmatched
            ],
            "excluded": [{"clause": clause, "why": why} for clause, why in self.excluded],
        }


def find_quote(text: str, quote: str, count: int = 0) -> Span | None:
    """Where `quote` stands in a clause's `text`: its occurrence number `count`, or the first where there are fewer.

    Two duties in the same words need two tasks: each quote takes one of them.
    """
    found = _find(text, quote, count) or _find(text, collapse(quote), count)
    return found or _find(fold(text), fold_quote(quote), count)


def _find(text: str, quote: str, count: int) -> Span | None:
    first = at = text.find(quote)
    if at < 0 or not quote:
        return None
    for _ in range(count):
        at = text.find(quote, at + 1)
        if at < 0:
            at = first
            break
    return at, at + len(quote)


def cut(text: str) -> list[Span]:
    """The pieces of a clause, at sentences and semicolons. «số 3.» before a small letter or a digit ends none."""
    spans, start = [], 0
    for found in _CUT.finditer(text):
        spans.append((start, found.start() + len(found[0].rstrip())))
        start = found.end()
    if start < len(text):
        spans.append((start, len(text)))
    return spans


def obliging(source: Source, obliges: Iterable[str], excluded: Iterable[str]) -> list[Clause]:
    """The clauses that must be covered: within a part that obliges, and not excluded."""
    inside, outside = below(obliges), below(excluded)
    return [
        each
        for each in source.by_address.values()
        if (each.address + "-").startswith(inside) and not (each.address + "-").startswith(outside)
    ]


def cover(
    source: Source,
    obliges: Sequence[str],
    excluded: Mapping[str, str],
    quotes: Iterable[tuple[str, str, str]],
) -> Coverage:
    """Coverage by `quotes`: (task or target, clause, quote)."""
    spans: dict[str, list[Span]] = {}
    taken: dict[tuple[str, str], int] = {}
    unmatched = []
    clauses = source.by_address
    for owner, address, quote in quotes:
        clause = clauses.get(address)
        key = (address, quote)
        count = taken.get(key, 0)
        found = find_quote(clause.text, quote, count) if clause is not None else None
        if found is None:
            unmatched.append(Unmatched(owner, address, quote))
            continue
        taken[key] = count + 1
        spans.setdefault(address, []).append(found)
    tally = _Tally()
    for clause in obliging(source, obliges, excluded):
        tally.take(clause, spans.get(clause.address, ()))
    tally.finish()
    return Coverage(
        tally.pieces,
        tally.covered,
        tally.words,
        tally.covered_words,
        tuple(tally.uncovered),
        tuple(unmatched),
        tuple(excluded.items()),
    )


@dataclass(slots=True)
class _Tally:
    pieces: int = 0
    covered: int = 0
    words: int = 0
    covered_words: int = 0
    uncovered: list[Piece] = field(default_factory=list)
    whole: list[Clause] = field(default_factory=list)

    def take(self, clause: Clause, spans: Sequence[Span]) -> None:
        """Clauses quoted whole are counted at once, their words only where a percentage needs them."""
        if any(end - start == len(clause.text) for start, end in spans):
            count = len(_CUT.findall(clause.text)) + 1
            self.pieces += count
            self.covered += count
            self.whole.append(clause)
        else:
            self._pieces(clause, spans)

    def _pieces(self, clause: Clause, spans: Sequence[Span]) -> None:
        text = clause.text
        for start, end in cut(text):
            found = [each.span() for each in WORD.finditer(text, start, end)]
            held = sum(any(a <= left and right <= b for a, b in spans) for left, right in found)
            self.pieces += 1
            self.words += len(found)
            self.covered_words += held
            if held == len(found):
                self.covered += 1
            else:
                self.uncovered.append(Piece(clause.address, clause.line_at(start), text[start:end]))

    def finish(self) -> None:
        if self.uncovered:
            count = sum(len(WORD.findall(each.text)) for each in self.whole)
            self.words += count
            self.covered_words += count
