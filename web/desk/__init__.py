"""The desk: pages of units and of the office.

To add pages, write a module of web/desk with handlers and name it in `PAGES`:

    @routes.get("/bang", SEES_ALL)                     # routing: who may; `{unit}` in the path: only one's own unit
    def board(visit: Visit) -> Response:
        rows = some_usecase(visit.engine, plan=visit.who.plan, now=visit.now)
        return templates.render(visit, "board.html", rows=rows)

    @routes.post("/bang/xac-nhan", DECIDES)            # the form's token was checked; visit.form, .typed(), .file
    def confirm(visit: Visit) -> Response:
        ...                                            # by=visit.who.unit, recorded_by=visit.who.login
        return templates.redirect(visit, "/bang")

    routes.navigation("board.title", "/bang", SEES_ALL)

Handlers run in a thread, raise KehoachError to refuse, and hold no rule. `visit.who` is the Actor (office, unit, roles,
name, login), `visit.in_force` the plan, `visit.today` the local day, `visit.lang`. A page's words are in
texts/{vi,en}/<area>.py. The tests of who may open what are made from `routes`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from web.desk.desk import Desk

if TYPE_CHECKING:
    from fastapi import FastAPI

PAGES = (
    *("entrance", "outside", "unit", "saying", "sitting", "entering", "calendar_links", "links"),
    *("people", "tokens", "files", "cases", "case_opening", "steps"),
    *("board", "document", "year", "targets", "meeting", "task"),
    *("urging", "urging_together", "duty", "city", "undelivered"),
)
"""Modules of web/desk that declare routes, in the order in which their paths are tried."""


def mount(app: FastAPI, desk: Desk) -> None:
    """Serve the desk on an application: its pages, its files, and a page for whatever goes wrong."""
    from web.desk import guard
    from web.desk.assets import asset
    from web.desk.routing import routes

    for name in PAGES:
        import_module(f"web.desk.{name}")
    for route in routes.routes:
        methods = ["GET", "HEAD"] if route.method == "GET" else [route.method]
        app.add_route(route.path, guard.endpoint(desk, route), methods=methods, include_in_schema=False)
    if desk.oidc is not None:
        from web.desk import backchannel

        app.add_route(
            backchannel.PATH, backchannel.endpoint(desk, desk.oidc), methods=["POST"], include_in_schema=False
        )
    app.add_route("/static/{name}", asset, methods=["GET", "HEAD"], include_in_schema=False)
    app.add_exception_handler(404, guard.status_page(desk, 404, "desk.no_such_page"))
    app.add_exception_handler(405, guard.status_page(desk, 405, "desk.no_such_page"))
    app.add_exception_handler(Exception, guard.failed(desk))


__all__ = ["PAGES", "Desk", "mount"]
