"""Many places at one look: a bar each, side by side, of what is due there; drawn on the server as SVG.

Colour comes from the page's style by class, as in outputs.svg. The table under it says in numbers what it says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from outputs.report_view import Counts

STACK = (("done_on_time", "d"), ("done_late", "l"), ("open_overdue", "x"))
"""From the bottom up, with the classes of the page's style: what is overdue hangs from the top. What is open in time is
left out, as in every percentage: it would be most of each bar until autumn."""
_STEP, _WIDE, _HIGH, _UNDER = 9.0, 7.5, 90.0, 10.0
_NARROWEST = 40
"""Bars that fill the width; fewer stand at its left, none is broader."""


@dataclass(frozen=True, slots=True)
class Place:
    """One bar; an empty outline where nothing is due."""

    counts: Counts
    title: str
    marked: bool = False
    """A mark under the bar."""


def skyline(places: Sequence[Place], title: str) -> str:
    """The places in their order."""
    cells: dict[str, list[str]] = {css: [] for css in (*(css for _, css in STACK), "none", "mark")}
    for n, each in enumerate(places):
        _bar(each, n * _STEP, cells)
    drawn = "".join(f'<path class="{css}" d="{"".join(parts)}"/>' for css, parts in cells.items() if parts)
    named = "".join(
        f'<rect x="{n * _STEP:g}" width="9" height="100"><title>{escape(each.title)}</title></rect>'
        for n, each in enumerate(places)
    )
    width = max(len(places), _NARROWEST) * _STEP
    box = f'viewBox="0 0 {width:g} {_HIGH + _UNDER:g}" preserveAspectRatio="none"'
    return f'<svg class="sky" {box} role="img"><title>{escape(title)}</title>{drawn}<g class="names">{named}</g></svg>'


def _bar(place: Place, x: float, cells: dict[str, list[str]]) -> None:
    total = place.counts.due
    if not total:
        cells["none"].append(_box(x, 0, _HIGH))
    bottom = _HIGH
    for name, css in STACK if total else ():
        high = _HIGH * getattr(place.counts, name) / total
        if high:
            cells[css].append(_box(x, bottom - high, high))
            bottom -= high
    if place.marked:
        cells["mark"].append(f"M{x:g} {_HIGH + _UNDER:g}h{_WIDE:g}l-{_WIDE / 2:g}-7z")


def _box(x: float, y: float, high: float) -> str:
    return f"M{x:g} {round(y, 1):g}h{_WIDE:g}v{round(high, 1):g}h-{_WIDE:g}z"
