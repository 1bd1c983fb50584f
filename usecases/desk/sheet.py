"""What fits on the one sheet of A4 that the page before a meeting is: rough heights in millimetres, as Chromium prints
them with web/static/board.css. tests/browser/test_printing.py holds the sum to one sheet, on the worst day too."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

ROOM = 174.0
"""Below the four cells and their sentence, without headings and the lines that count what was left out."""
_ASKED, _ASKED_LINE, _ASKED_LETTERS = 4.6, 5.6, 88
"""A question to the chair with the dotted line to write on: beside its lines, one line, and its letters."""
_LATE, _LATE_LINE, _LATE_LETTERS = 7.4, 4.2, 102
_ROW, _ROW_LINE, _ROW_LETTERS = 2.2, 4.5, 46
"""A row of the two lists that stand side by side."""


def asked(letters: int) -> float:
    """The height of a question of so many letters."""
    return _ASKED + _ASKED_LINE * ceil(letters / _ASKED_LETTERS)


def late(*paragraphs: int) -> float:
    """The height of what is late, from the letters of each of its paragraphs."""
    return _LATE + _LATE_LINE * sum(ceil(each / _LATE_LETTERS) for each in paragraphs)


def row(*paragraphs: int) -> float:
    """The height of a row of one of the two lists."""
    return _ROW + _ROW_LINE * sum(ceil(each / _ROW_LETTERS) for each in paragraphs)


def fitting(heights: Sequence[Sequence[float]], least: Sequence[int], room: float = ROOM) -> list[int]:
    """How many of each list fit: of each in turn as many as `least` says, then the rest of the first, of the second…"""
    fit = [0] * len(heights)
    for wanted in (least, [len(each) for each in heights]):
        for place, (of, most) in enumerate(zip(heights, wanted, strict=True)):
            while fit[place] < min(most, len(of)) and of[fit[place]] <= room:
                room -= of[fit[place]]
                fit[place] += 1
    return fit
