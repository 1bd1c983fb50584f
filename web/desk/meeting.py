"""One page to print or to show before a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from usecases.desk.meeting import meeting
from web.desk import office, templates
from web.desk.routing import SEES_ALL, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit

routes.navigation("board.meeting", "/hop", SEES_ALL)


@routes.get("/hop", SEES_ALL)
def before(visit: Visit) -> Response:
    """What is late and why, what was done, what is to be decided."""
    with office.opened(visit) as (session, desk):
        made = meeting(session, desk)
    return templates.render(visit, "meeting.html", meeting=made, **office.shown(visit, desk))
