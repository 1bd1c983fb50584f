"""Small pictures drawn on the server as SVG: a bar, a sparkline, the year, the values of an indicator.

Colour comes from the page's style by class (d done, l done late, o open, x overdue), so that dark, light and print are
one drawing; what colour says a shape or a number says, too. Each has a title, read aloud in its place. No style
attribute: the pages forbid them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape

from outputs.report_view import Counts

STATES = (("done_on_time", "d"), ("done_late", "l"), ("open_overdue", "x"), ("open_in_time", "o"))
"""The four cells in the order in which a bar shows them, with their classes."""

_BAR = 120
_LETTER = 6.2
"""About how wide a letter of the labels is, in units of the drawing."""


@dataclass(frozen=True, slots=True)
class Span:
    """A period of the year, both days inclusive."""

    label: str
    first: date
    last: date
    kind: str
    """A class: d, l, o, x, or `r` for a round of check-ins."""
    title: str


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One unit's year: what falls due in each week, by the week's place in the year."""

    name: str
    weeks: Mapping[int, Counts] = field(default_factory=dict)
    titles: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """A value that was measured on a day."""

    day: date
    value: float
    title: str


def _drawing(
    width: float, height: float, css: str, title: str, desc: str, body: Sequence[str], *, sized: bool = False
) -> str:
    """`sized`: has a size of its own, in which the page may leave it."""
    said = f"<title>{escape(title)}</title>" + (f"<desc>{escape(desc)}</desc>" if desc else "")
    size = f' width="{width:g}" height="{height:g}"' if sized else ""
    return f'<svg class="{css}"{size} viewBox="0 0 {width:g} {height:g}" role="img">{said}{"".join(body)}</svg>'


def bar(counts: Counts, title: str) -> str:
    """The four cells as parts of one bar; an empty one where there is nothing."""
    body, x = [f'<rect class="none" width="{_BAR}" height="9" rx="4.5"/>'], 0.0
    for name, css in STATES:
        width = _BAR * getattr(counts, name) / counts.total if counts.total else 0
        if width:
            body.append(f'<rect class="{css}" x="{x:.4g}" width="{width:.4g}" height="9"/>')
        x += width
    return _drawing(_BAR, 9, "bar", title, "", body)


def sparkline(due: Sequence[int], done: Sequence[int], title: str) -> str:
    """Over the weeks of a year: how many were due by then (a faint step), how many were done (a line that ends today).

    Where the line lies below the step, something is late. `done` may be shorter than `due`.
    """
    most = max((*due, *done, 1))
    step = _BAR / max(len(due) - 1, 1)

    def path(values: Sequence[int]) -> str:
        return " ".join(f"{n * step:.4g},{21 - 19 * value / most:.3g}" for n, value in enumerate(values))

    body = [f'<polyline class="due" points="{path(due)}"/>'] if due else []
    if done:
        x, y = (len(done) - 1) * step, 21 - 19 * done[-1] / most
        body.append(f'<polyline class="done" points="{path(done)}"/>')
        body.append(f'<circle class="d" cx="{x:.4g}" cy="{y:.3g}" r="2.2"/>')
    return _drawing(_BAR, 23, "spark", title, "", body)


_LEFT, _PITCH, _ROW, _TOP = 204, 15.5, 21, 24
NOW = "nay"
"""The id of what begins with today's month and reaches past the year's end: leading to it brings that month to the left
edge."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """The days of a year from left to right, a column a week; `weeks` are their Mondays."""

    weeks: Sequence[date]
    year: int

    @property
    def width(self) -> float:
        return _LEFT + len(self.weeks) * _PITCH + 4

    def x(self, day: date) -> float:
        return _LEFT + (day - self.weeks[0]).days / 7 * _PITCH

    def within(self, first: date, last: date) -> bool:
        return last >= date(self.year, 1, 1) and first <= date(self.year, 12, 31)


def year(
    number: int,
    weeks: Sequence[date],
    spans: Sequence[Span],
    rows: Sequence[HeatRow],
    today: date,
    *,
    months: Sequence[str],
    title: str,
    desc: str,
) -> str:
    """The periods of a year in lanes above, and below them a row a unit with a square for each week in which something
    falls due: filled where done (its corner cut where late), outlined where open, with its number where overdue.

    Narrow pages show it in its own size, pushed sideways, and in place of the names in it (the class `names`, 204 wide)
    a list that stays: a row is 21 high, the last one ends 6 above the bottom.
    """
    axis = _Axis(weeks, number)
    lanes = list(_lanes(axis, spans))
    below = _TOP + 22 * (max((lane for lane, *_ in lanes), default=-1) + 1) + 10
    height = below + _ROW * len(rows) + 6
    body = [*_months(axis, months, height)]
    body += [drawn for _, drawn in lanes]
    body += ['<g class="names">', *(_name(row, below + n * _ROW) for n, row in enumerate(rows)), "</g>"]
    for n, row in enumerate(rows):
        body += _heat(row, below + n * _ROW)
    if axis.within(today, today):
        x, month = axis.x(today), axis.x(today.replace(day=1))
        body.append(f'<line class="today" x1="{x:.4g}" x2="{x:.4g}" y1="18" y2="{height:g}"/>')
        body.append(f'<rect id="{NOW}" x="{month:.4g}" width="{axis.width:g}" height="{height:g}" fill="none"/>')
    return _drawing(axis.width, height, "year", title, desc, body, sized=True)


def _months(axis: _Axis, names: Sequence[str], height: float) -> Iterator[str]:
    for month, name in enumerate(names, start=1):
        x = axis.x(date(axis.year, month, 1))
        yield f'<line class="grid" x1="{x:.4g}" x2="{x:.4g}" y1="18" y2="{height:g}"/>'
        yield f'<text class="soft" x="{x + 3:.4g}" y="12">{escape(name)}</text>'


def _lanes(axis: _Axis, spans: Sequence[Span]) -> Iterator[tuple[int, str]]:
    """Each period with the first lane in which neither it nor its label meets another."""
    ends: list[float] = []
    for each in sorted(spans, key=lambda span: (span.first, span.last)):
        if not axis.within(each.first, each.last):
            continue
        left, right = max(axis.x(each.first), _LEFT), min(axis.x(each.last) + _PITCH / 7, axis.width - 4)
        right = max(right, left + 6)
        letters = len(each.label) * _LETTER
        inside = right - left > letters + 12
        flipped = not inside and right + letters + 6 > axis.width
        start, end = (left - letters - 8 if flipped else left), (right if inside or flipped else right + letters + 8)
        lane = next((n for n, taken in enumerate(ends) if taken <= start), len(ends))
        ends[lane : lane + 1] = [end + 6]
        yield lane, _span(each, left, right, _TOP + lane * 22, inside=inside, flipped=flipped)


def _span(each: Span, left: float, right: float, y: float, *, inside: bool, flipped: bool) -> str:
    x, anchor = (left + 7, "start") if inside else (left - 5, "end") if flipped else (right + 5, "start")
    return (
        f'<g class="span {each.kind}"><title>{escape(each.title)}</title>'
        f'<rect x="{left:.4g}" y="{y:g}" width="{right - left:.4g}" height="16" rx="{min(8, (right - left) / 2):.3g}"/>'
        f'<text x="{x:.4g}" y="{y + 12:g}" text-anchor="{anchor}">{escape(each.label)}</text></g>'
    )


def _name(row: HeatRow, y: float) -> str:
    return f'<text x="0" y="{y + 11:g}">{escape(_short(row.name))}</text>'


def _heat(row: HeatRow, y: float) -> Iterator[str]:
    for week, counts in sorted(row.weeks.items()):
        css = worst(counts)
        if not css:
            continue
        x = _LEFT + week * _PITCH
        number = counts.open_overdue if css == "x" else counts.total
        yield f'<g class="week {css}"><title>{escape(row.titles.get(week, ""))}</title>{_square(css, x, y)}'
        if css == "x" or number > 1:
            yield f'<text x="{x + 6.75:.4g}" y="{y + 10:g}" text-anchor="middle">{number}</text>'
        yield "</g>"


def _square(css: str, x: float, y: float) -> str:
    if css == "l":
        return f'<path d="M{x:.4g} {y:g}h8.5l5 5v8.5h-13.5z"/>'
    if css == "o":
        return f'<rect x="{x + 0.75:.4g}" y="{y + 0.75:g}" width="12" height="12" rx="2.5"/>'
    return f'<rect x="{x:.4g}" y="{y:g}" width="13.5" height="13.5" rx="{1 if css == "x" else 3}"/>'


def _short(name: str) -> str:
    most = int(_LEFT / _LETTER) - 1
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def worst(counts: Counts) -> str:
    """The class of what is most serious in these cells; "" where there is nothing."""
    for name, css in (("open_overdue", "x"), ("open_in_time", "o"), ("done_late", "l"), ("done_on_time", "d")):
        if getattr(counts, name):
            return css
    return ""


def values(points: Sequence[Point], wanted: float | None, title: str) -> str:
    """What was measured over time, with a dashed line at the value that is asked; days in proportion."""
    if not points:
        return ""
    points = sorted(points, key=lambda each: each.day)
    every = [each.value for each in points] + ([wanted] if wanted is not None else [])
    low, high = min(every), max(every)
    span = (high - low) or 1.0
    days = (points[-1].day - points[0].day).days or 1

    def at(each: Point) -> tuple[float, float]:
        return 8 + 204 * (each.day - points[0].day).days / days, 50 - 40 * (each.value - low) / span

    body = []
    if wanted is not None:
        y = 50 - 40 * (wanted - low) / span
        body.append(f'<line class="wanted" x1="0" x2="220" y1="{y:.3g}" y2="{y:.3g}"/>')
    body.append(
        '<polyline class="done" points="' + " ".join("{:.4g},{:.3g}".format(*at(each)) for each in points) + '"/>'
    )
    for each in points:
        x, y = at(each)
        body.append(f'<circle class="d" cx="{x:.4g}" cy="{y:.3g}" r="3"><title>{escape(each.title)}</title></circle>')
    return _drawing(220, 60, "values", title, "", body)
