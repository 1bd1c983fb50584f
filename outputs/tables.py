"""Tables for people: plain aligned text in a pipe, rules and colours on a terminal (only then is Rich imported)."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from texts import say

if TYPE_CHECKING:
    from rich.text import Text as RichText

STYLES = {
    "done_on_time": "green",
    "done_late": "yellow",
    "open_in_time": "",
    "open_overdue": "bold red",
    "overdue": "bold red",
    "returned": "red",
    "due_soon": "yellow",
    "submitted": "cyan",
    "running": "blue",
    "no_response": "magenta",
    "not_due": "dim",
    "advisory": "dim",
    "cancelled": "dim",
}
"""Colours say again what the words say, never more: a reader without colours misses nothing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and the status (a key of STYLES) whose colour it bears."""

    text: str
    status: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows of text; `numbers` are the columns set to the right, `total` whether the last row sums up."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[Cell | str]]
    title: str = ""
    numbers: frozenset[int] = field(default_factory=frozenset)
    total: bool = False


HEADING = 14
"""A heading wider than this, and than its column, goes on in a second line."""


def plain(table: Table) -> str:
    """Two spaces between columns, the last column whole; no trailing blanks, no colour, no wrapping but of headings."""
    rows = [tuple(_text(cell) for cell in row) for row in table.rows]
    wide = [max([HEADING, *(width(row[at]) for row in rows)]) for at in range(len(table.columns))]
    heads = [textwrap.wrap(name, most, break_long_words=False) for name, most in zip(table.columns, wide, strict=True)]
    height = max(len(head) for head in heads)
    above = [tuple(head[n] if n < len(head) else "" for head in heads) for n in range(height)]
    widths = [max(width(row[at]) for row in (*above, *rows)) for at in range(len(table.columns))]
    lines = [_line(row, widths, table.numbers) for row in (*above, *rows)]
    lines.insert(height, "  ".join("-" * each for each in widths))
    return "\n".join([table.title, *lines] if table.title else lines)


def coloured(table: Table, stream: IO[str]) -> None:
    """The same table on a terminal, as wide as it is; honours NO_COLOR and TERM=dumb (Rich does)."""
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    drawn = RichTable(
        title=Text(table.title, "bold") if table.title else None, box=box.SIMPLE_HEAD, title_justify="left"
    )
    for at, name in enumerate(table.columns):
        drawn.add_column(Text(name), justify="right" if at in table.numbers else "left", overflow="fold")
    for at, row in enumerate(table.rows):
        last = table.total and at == len(table.rows) - 1
        if last:
            drawn.add_section()
        drawn.add_row(*(_styled(cell, bold=last) for cell in row))
    Console(file=stream, highlight=False).print(drawn)


def width(text: str) -> int:
    """Columns on a screen: combining marks take none (NFD text), wide letters two."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text
    )


def _text(cell: Cell | str) -> str:
    return cell if isinstance(cell, str) else cell.text


def _line(row: Sequence[str], widths: Sequence[int], numbers: frozenset[int]) -> str:
    cells = []
    for at, text in enumerate(row):
        blank = " " * (widths[at] - width(text))
        cells.append(blank + text if at in numbers else text + blank)
    return "  ".join(cells).rstrip()


def _styled(cell: Cell | str, *, bold: bool) -> RichText:
    from rich.text import Text

    style = "" if isinstance(cell, str) else STYLES.get(cell.status, "")
    return Text(_text(cell), f"bold {style}".strip() if bold else style)


def labelled(columns: Sequence[str], rows: Sequence[Sequence[Cell | str]], lang: str, *numbers: int) -> Table:
    """A table whose headings are texts of texts/{vi,en}/print.py."""
    return Table(tuple(say(f"print.{name}", lang) for name in columns), rows, numbers=frozenset(numbers))
