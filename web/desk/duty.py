"""A task of the plan: between the clauses of the document and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from usecases.desk.duty import duty
from web.desk import office, templates
from web.desk.guard import said
from web.desk.routing import SEES_ALL, routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit


@routes.get("/nhiem-vu/{task}", SEES_ALL)
def one(visit: Visit) -> Response:
    """One task of the plan that was in force on the day that is asked for."""
    task = visit.path("task")
    with office.opened(visit) as (_, desk):
        if task not in desk.plan.tasks:
            return said(visit, 404, "desk.no_such_page")
        page = duty(desk, task)
    return templates.render(visit, "duty.html", page=page, **office.shown(visit, desk))
