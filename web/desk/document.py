"""The official text, coloured by what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outputs import figures
from usecases.desk.document import document
from web.desk import office, templates
from web.desk.routing import SEES_ALL, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit

routes.navigation("board.document", "/van-ban", SEES_ALL)


@routes.get("/van-ban", SEES_ALL)
def whole_text(visit: Visit) -> Response:
    """The text that was in force on the day that is asked for."""
    with office.opened(visit) as (_, desk):
        made = document(desk)
    percent = figures.number(made.coverage.percent, visit.lang) + "%"
    return templates.render(visit, "document.html", document=made, percent=percent, **office.shown(visit, desk))
