"""The whole year: periods and deadlines in one picture, and in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from usecases.desk.year import year
from web.desk import office, pictures, templates
from web.desk.routing import SEES_ALL, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit

routes.navigation("board.year", "/ca-nam", SEES_ALL)


@routes.get("/ca-nam", SEES_ALL)
def whole_year(visit: Visit) -> Response:
    """The year, of what the filters let pass."""
    filters = office.filters_of(visit)
    with office.opened(visit) as (_, desk):
        made = year(desk, filters)
    return templates.render(
        visit,
        "year.html",
        year=made,
        picture=pictures.whole_year(made, desk, visit.lang),
        label=lambda period: pictures.label(period, visit.lang),
        **office.shown(visit, desk, filters),
    )
