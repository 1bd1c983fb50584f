"""The city's board: every ward that lives in the database and belongs to the visitor's city, by its totals."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from markupsafe import Markup

from models.session import reading
from outputs import figures, svg
from outputs.skyline import Place, skyline
from rules.states import CELLS
from texts import say
from usecases.desk import city as desk_city
from usecases.desk.city import FILTERS, ORDERS
from web.desk import templates
from web.desk.routing import FOLLOWS, routes
from web.desk.visit import day_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from starlette.responses import Response

    from outputs.report_view import Counts
    from usecases.desk.city import City, Ward
    from web.desk.visit import Visit

PATH = "/thanh-pho"
_LONGEST = 120
_held: WeakKeyDictionary[Engine, desk_city.Held] = WeakKeyDictionary()
_lock = Lock()
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

routes.navigation("city.title", PATH, FOLLOWS)


@routes.get(PATH, FOLLOWS)
def board(visit: Visit) -> Response:
    city, asked = _shown(visit)
    return templates.render(
        visit,
        "city.html",
        city=city,
        asked=asked,
        path=PATH,
        filters=FILTERS,
        orders=ORDERS,
        with_query=lambda **changed: _query(asked | changed),
        picture=_picture(city, visit.lang),
        bar=lambda ward: _bar(ward, visit.lang),
        percent=lambda counts: figures.percent(counts.done, counts.due, visit.lang) if counts.due else figures.MISSING,
        share=_share(city.counts, visit.lang),
    )


@routes.get(f"{PATH}.csv", FOLLOWS)
def table(visit: Visit) -> Response:
    """The same wards in the same order, for a spreadsheet."""
    city, _ = _shown(visit)
    name = f"thanh-pho-{city.as_of.isoformat()}.csv"
    return templates.answer(
        visit,
        _csv(city, visit.lang).encode("utf-8-sig"),  # with the mark by which Excel knows UTF-8
        "text/csv; charset=utf-8",
        content_disposition=f'attachment; filename="{name}"',
    )


def _shown(visit: Visit) -> tuple[City, dict[str, str]]:
    """The wards as asked for, and what was asked for."""
    day, only, order = day_of(visit.query("as_of")), visit.query("loc"), visit.query("xep")
    with _lock:
        held = _held.setdefault(visit.engine, desk_city.Held())
    with reading(visit.engine) as session:
        city = desk_city.read(session, visit.who.office, now=visit.now, held=held, as_of=day)
    asked = {
        "q": visit.query("q")[:_LONGEST],
        "loc": only if only in FILTERS else "",
        "xep": order if order in ORDERS[1:] else "",
        "as_of": city.as_of.isoformat() if city.past else "",
    }
    return desk_city.shown(city, words=asked["q"], only=asked["loc"], order=asked["xep"]), asked


def _query(asked: dict[str, str]) -> str:
    said = {name: value for name, value in asked.items() if value}
    return f"?{urlencode(said)}" if said else ""


def _share(counts: Counts, lang: str) -> str:
    def number(value: int) -> str:
        return figures.number(value, lang)

    if not counts.due:
        return say("report.no_share" if counts.total else "report.no_work", lang, open=number(counts.open_in_time))
    return say(
        "report.share",
        lang,
        done=number(counts.done),
        due=number(counts.due),
        percent=figures.percent(counts.done, counts.due, lang),
        overdue=number(counts.open_overdue),
        open=number(counts.open_in_time),
    )


def _cells(ward: Ward) -> dict[str, int]:
    return {name: getattr(ward.counts, name) for name, _ in svg.STATES}


def _title(ward: Ward, lang: str) -> str:
    return say("city.sky_one" if ward.there else "city.sky_empty", lang, ward=ward.name, **_cells(ward))


def _picture(city: City, lang: str) -> Markup:
    places = [Place(each.counts, _title(each, lang), each.night_missed) for each in city.wards]
    drawn = skyline(places, say("city.sky", lang, count=len(places)))
    return Markup(drawn)  # noqa: S704  (drawn by us, its words escaped)


def _bar(ward: Ward, lang: str) -> Markup:
    return Markup(svg.bar(replace(ward.counts, open_in_time=0), _title(ward, lang)))  # noqa: S704


def _csv(city: City, lang: str) -> str:
    heads = ("csv_as_of", "csv_office", "ward", *(f"n_{each}" for each in CELLS), "csv_due")
    heads = (*heads, "n_office", "n_chair", "csv_unreached", "n_night")
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(say(f"city.{each}", lang) for each in heads)
    for ward in city.wards:
        known = ward.there
        numbers = [*(getattr(ward.counts, each) for each in CELLS), ward.counts.due]
        numbers += [ward.tally.at_office, ward.tally.at_chair]
        today = [ward.unreached, ward.night or ""] if not city.past else ["", ""]
        rows.writerow(
            [city.as_of, _text(ward.office), _text(ward.name), *(numbers if known else [""] * len(numbers)), *today]
        )
    return written.getvalue()


def _text(value: str) -> str:
    """As text: a spreadsheet runs what begins like a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value
