"""Accounts, for the office: who may sign in, invitations that are shown once, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import RequestRefused
from usecases import accounts
from usecases.roles import OF_OFFICE, OF_UNIT
from web.desk import templates
from web.desk.calendar_links import base_of
from web.desk.codes import drawn
from web.desk.guard import said
from web.desk.routing import routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.invitations import Invited
    from web.desk.visit import Visit

OFFICE = frozenset({"office"})
_PATH = "/tai-khoan"

routes.navigation("desk.accounts", _PATH, OFFICE, place=3, manages=True)


@routes.get(_PATH, OFFICE)
def people(visit: Visit) -> Response:
    return _page(visit, None)


@routes.post(_PATH, OFFICE)
def change(visit: Visit) -> Response:
    """Add and invite, invite again, or disable an account of this office."""
    who, login, what = visit.who, visit.typed("login"), visit.typed("what")
    try:
        if what == "add":
            made = accounts.add(
                visit.engine,
                login=login,
                name=visit.typed("name")[:100],
                roles=tuple(str(each) for each in (visit.form.getlist("role") if visit.form else ())),
                unit=visit.typed("unit") or None,
                now=visit.now,
                made_by=who.login,
                plan=who.plan,
            )
            return _page(visit, made)
        if login not in {each["login"] for each in accounts.listed(visit.engine, plan=who.plan)}:
            return said(visit, 404, "desk.no_such_page")
        if what == "invite":
            return _page(visit, accounts.invite(visit.engine, login=login, now=visit.now, made_by=who.login))
        if what == "disable":
            accounts.disable(visit.engine, login=login, now=visit.now, by=who.login)
    except RequestRefused as refused:
        return _page(visit, None, templates.refusal(refused, visit.lang))
    return templates.redirect(visit, _PATH)


def _page(visit: Visit, invited: Invited | None, problem: str | None = None) -> Response:
    address = f"{base_of(visit)}/moi/{invited.token}" if invited else None
    page = {
        "invited": invited,
        "address": address,
        "code": drawn(address) if address else None,
        "accounts": accounts.listed(visit.engine, plan=visit.who.plan),
        "units": [each for each in visit.in_force.units.values() if each.members in (1, None)],
        "roles": (*OF_UNIT, *OF_OFFICE),
        "problem": problem,
        "typed": visit.typed if problem else lambda _: "",
        "chosen": [str(each) for each in visit.form.getlist("role")] if visit.form and problem else [],
    }
    return templates.render(visit, "people.html", 400 if problem else 200, **page)
