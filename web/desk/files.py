"""Evidence as it was sent: to its own unit and to who sees all, as a download that runs nothing in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from usecases import unit_page
from usecases.evidence import path_of
from web.desk import templates
from web.desk.guard import said
from web.desk.routing import EVERYBODY, routes

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.responses import Response

    from web.desk.visit import Visit


@routes.get("/don-vi/{unit}/tep/{sha256}", EVERYBODY)
def evidence(visit: Visit) -> Response:
    """The file, where an entry about this unit's own work names it."""
    found = unit_page.file(visit.engine, in_force=visit.in_force, unit=visit.path("unit"), sha256=visit.path("sha256"))
    path = path_of(visit.desk.evidence, found.sha256) if found is not None else None
    if found is None or path is None or not path.is_file():
        return said(visit, 404, "desk.no_such_page")
    return sent_as_file(visit, found.name, path)


def sent_as_file(visit: Visit, name: str, path: Path) -> Response:
    """A stored file, to be saved under its name and never shown or run by the browser."""
    return templates.answer(
        visit,
        path.read_bytes(),
        "application/octet-stream",
        content_disposition=f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        content_security_policy="default-src 'none'; sandbox",
    )
