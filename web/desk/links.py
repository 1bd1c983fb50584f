"""What a unit is handed: a form to print, and signed links from the office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RequestRefused
from usecases import entering, signed_links, unit_page
from usecases.moment import local_day
from web.desk import templates
from web.desk.calendar_links import base_of
from web.desk.codes import drawn
from web.desk.forms import form_context
from web.desk.guard import said
from web.desk.routing import ENTERS, EVERYBODY, routes
from web.desk.unit import pieces

if TYPE_CHECKING:
    from datetime import date

    from starlette.responses import Response

    from web.desk.visit import Visit


@routes.get("/don-vi/{unit}/phieu", EVERYBODY)
def paper(visit: Visit) -> Response:
    """One page to print and fill in by hand; of a group, a row for each member."""
    name = visit.path("unit")
    unit = visit.in_force.units[name]
    if unit.is_group and unit.members is not None:
        found = entering.together(visit.engine, in_force=visit.in_force, group=name, now=visit.now)
        titles = {id: task["title"] for id, task in visit.in_force.tasks.items()}
        columns = entering.columns(found, titles)
        members = list(dict.fromkeys(item.state.held_by for each in columns for item in each.of.items))
        return templates.render(
            visit,
            "paper_group.html",
            unit=unit,
            columns=columns,
            members=members,
            today=visit.today,
            **pieces(visit),
        )
    page = unit_page.page(visit.engine, in_force=visit.in_force, unit=name, now=visit.now)
    items = [*page.returned, *page.late, *page.soon, *page.running, *page.anytime]
    return templates.render(
        visit, "paper.html", unit=unit, items=items, tasks=visit.in_force.tasks, today=visit.today, **pieces(visit)
    )


@routes.get("/don-vi/{unit}/duong-dan", ENTERS)
def signed_page(visit: Visit) -> Response:
    """The signed links of this unit, for the office."""
    return _signed(visit, None)


@routes.post("/don-vi/{unit}/duong-dan", ENTERS)
def signed(visit: Visit) -> Response:
    """Make a signed link, shown once to be sent or printed, or revoke one or all."""
    unit, who = visit.path("unit"), visit.who
    revoked = visit.typed("revoke")
    try:
        if revoked:
            known = {each["id"] for each in signed_links.listed(visit.engine, plan=who.plan, unit=unit)}
            one = {"unit": unit} if revoked == "all" else {"id": revoked}
            if revoked != "all" and revoked not in known:
                return said(visit, 404, "desk.no_such_page")
            signed_links.revoke(visit.engine, now=visit.now, by=who.login, plan=who.plan, **one)
            return templates.redirect(visit, f"/don-vi/{unit}/duong-dan")
        days = visit.typed("days")
        made = signed_links.make(
            visit.engine,
            key=visit.desk.key,
            unit=unit,
            now=visit.now,
            made_by=who.login,
            days=int(days) if days.isdecimal() and len(days) < 5 else 0,
            label=visit.typed("label")[:100],
            plan=who.plan,
        )
    except RequestRefused as refused:
        return _signed(visit, None, templates.refusal(refused, visit.lang))
    return _signed(visit, f"{base_of(visit)}/mo/{made.token}", until=local_day(made.expires_at, visit.in_force.zone))


def _signed(visit: Visit, address: str | None, problem: str | None = None, *, until: date | None = None) -> Response:
    name = visit.path("unit")
    links = signed_links.listed(visit.engine, plan=visit.who.plan, unit=name)
    return templates.render(
        visit,
        "signed_links.html",
        400 if problem else 200,
        unit=visit.in_force.units[name],
        address=address,
        until=until,
        code=drawn(address) if address else None,
        links=links,
        days=signed_links.DAYS,
        now=visit.now,
        **form_context(visit, problem),
    )
