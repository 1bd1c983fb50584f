"""The pictures of the office's pages, in words of the visitor's language; drawn by outputs.svg."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from outputs import figures, svg
from texts import say
from usecases.desk.weeks import place
from usecases.desk.year import last_day_of
from web.desk.templates import day

if TYPE_CHECKING:
    from outputs.report_view import Counts
    from usecases.desk.board import UnitLine
    from usecases.desk.reading import Desk
    from usecases.desk.targets import TargetLine
    from usecases.desk.year import Period, UnitYear, Year

_KINDS = {"round": "r", "deadline": "m"}


@dataclass(frozen=True, slots=True)
class YearPicture:
    """The year as `year_view` of board_parts.html shows it."""

    drawing: Markup
    names: tuple[str, ...]
    """Of its rows, for where the window is too narrow for those in the drawing."""
    now: str
    """The id of today's month in the drawing; "" where today is in another year."""


def unit_bar(unit: UnitLine, lang: str) -> Markup:
    """The four cells of a unit as a bar; of a requested one only done and open."""
    counts = unit.counts
    if unit.requested:
        title = say("board.asked_bar", lang, unit=unit.name, done=counts.done, open=counts.open_in_time)
    else:
        cells = {name: getattr(counts, name) for name, _ in svg.STATES}
        title = say("board.bar", lang, unit=unit.name, **cells)
    return Markup(svg.bar(counts, title))  # noqa: S704  (drawn by us, its words escaped)


def unit_spark(unit: UnitLine, desk: Desk, year: Year, lang: str) -> Markup:
    """What was due and what was done over the year."""
    upto = place(list(year.weeks), desk.as_of)
    due = unit.due[-1 if upto is None else upto] if unit.due else 0
    done = unit.done[-1] if unit.done else 0
    title = say("board.spark", lang, unit=unit.name, done=done, due=due, all=unit.due[-1] if unit.due else 0)
    return Markup(svg.sparkline(unit.due, unit.done, title))  # noqa: S704


def whole_year(year: Year, desk: Desk, lang: str) -> YearPicture:
    """Periods above, a row a unit below."""
    spans = [
        svg.Span(label(each, lang), each.first, each.last, _kind(each), _span_title(each, lang))
        for each in year.periods
    ]
    rows = [
        svg.HeatRow(
            say("board.year_asked", lang, unit=unit.name) if unit.requested else unit.name,
            unit.weeks,
            {n: _week(unit, n, year, counts, lang) for n, counts in unit.weeks.items()},
        )
        for unit in year.units
    ]
    said = " ".join(
        say(
            "board.year_row",
            lang,
            unit=unit.name,
            done=unit.counts.done,
            open=unit.counts.open_in_time,
            over=unit.counts.open_overdue,
        )
        for unit in year.units
    )
    drawn = svg.year(
        year.number,
        year.weeks,
        spans,
        rows,
        desk.as_of,
        months=[say("board.month", lang, n=n) for n in range(1, 13)],
        title=say("board.year_title", lang, year=year.number),
        desc=say("board.year_desc", lang, rows=said),
    )
    now = svg.NOW if desk.as_of.year == year.number else ""
    return YearPicture(Markup(drawn), tuple(row.name for row in rows), now)  # noqa: S704


def label(period: Period, lang: str) -> str:
    """What a period is called."""
    return say("board.round_name", lang, label=period.label) if period.what == "round" else period.label


def _kind(period: Period) -> str:
    return svg.worst(period.counts) if period.what == "deadline" else _KINDS.get(period.what, "p")


def _span_title(period: Period, lang: str) -> str:
    name = label(period, lang)
    said = say("board.span_title", lang, label=name, first=day(period.first), last=day(period.last))
    return name + ": " + day(period.last) if period.first == period.last else said


def _week(unit: UnitYear, n: int, year: Year, counts: Counts, lang: str) -> str:
    first = year.weeks[n]
    return say(
        "board.week_cell",
        lang,
        unit=unit.name,
        first=day(first),
        last=day(last_day_of(first)),
        done=counts.done_on_time,
        late=counts.done_late,
        open=counts.open_in_time,
        over=counts.open_overdue,
    )


def target_values(target: TargetLine, lang: str) -> Markup:
    """What was measured over time; nothing where there are not two values to compare."""
    if len(target.values) < 2:
        return Markup("")
    latest = target.values[-1]
    title = say(
        "board.values_title",
        lang,
        title=target.title,
        count=len(target.values),
        value=figures.number(latest.value, lang),
        day=day(latest.on),
    )
    points = [
        svg.Point(each.on, each.value, f"{day(each.on)}: {figures.number(each.value, lang)}") for each in target.values
    ]
    wanted = target.value if target.operator in ("at_least", "at_most", "equal") else None
    return Markup(svg.values(points, wanted, title))  # noqa: S704
