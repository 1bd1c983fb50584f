"""The indicators and what was measured."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from usecases.desk.targets import targets
from web.desk import office, pictures, templates
from web.desk.routing import SEES_ALL, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit

routes.navigation("board.targets", "/chi-tieu", SEES_ALL)


@routes.get("/chi-tieu", SEES_ALL)
def indicators(visit: Visit) -> Response:
    """Every indicator with its values."""
    with office.opened(visit) as (session, desk):
        made = targets(session, desk)
    states = Counter(each.state for each in made)
    return templates.render(
        visit,
        "targets.html",
        targets=made,
        tally={state: states[state] for state in ("met", "not_met", "unknown")},
        picture=lambda target: pictures.target_values(target, visit.lang),
        **office.shown(visit, desk),
    )
