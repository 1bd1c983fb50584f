"""Accounts, for the office and the leaders: who may sign in, invitations that are shown once, and their end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.errors import RequestRefused
from usecases import accounts, giving
from usecases.giving import OFFICE as _OFFICE
from usecases.naming import Caller
from usecases.roles import LEADERS, OF_OFFICE, OF_UNIT
from web.desk import templates
from web.desk.calendar_links import base_of
from web.desk.codes import drawn
from web.desk.guard import said
from web.desk.routing import routes

if TYPE_CHECKING:
    from starlette.responses import Response

    from usecases.invitations import Invited
    from web.desk.visit import Visit

OFFICE = frozenset({_OFFICE})
GIVES = OFFICE | frozenset(LEADERS)
"""Who gives out accounts: the office all but the leaders', these each other's (usecases.giving)."""
_PATH = "/tai-khoan"

routes.navigation("desk.accounts", _PATH, GIVES, place=3, manages=True)


@routes.get(_PATH, GIVES)
def people(visit: Visit) -> Response:
    return _page(visit, None)


@routes.post(_PATH, GIVES)
def change(visit: Visit) -> Response:
    """Add and invite, invite again, or disable an account of this office."""
    who, login, what = visit.who, visit.typed("login"), visit.typed("what")
    common: dict[str, Any] = {"now": visit.now, "caller": caller_of(visit)}
    try:
        if what == "add":
            made = accounts.add(
                visit.engine,
                login=login,
                name=visit.typed("name")[:100],
                roles=tuple(str(each) for each in (visit.form.getlist("role") if visit.form else ())),
                unit=visit.typed("unit") or None,
                made_by=who.login,
                plan=who.plan,
                **common,
            )
            return _page(visit, made)
        if login not in {each["login"] for each in accounts.listed(visit.engine, plan=who.plan)}:
            return said(visit, 404, "desk.no_such_page")
        if what == "invite":
            return _page(visit, accounts.invite(visit.engine, login=login, made_by=who.login, **common))
        if what == "disable":
            accounts.disable(visit.engine, login=login, by=who.login, **common)
    except RequestRefused as refused:
        return _page(visit, None, templates.refusal(refused, visit.lang))
    return templates.redirect(visit, _PATH)


def caller_of(visit: Visit) -> Caller:
    """The account that asks."""
    return Caller(visit.who.id, visit.who.login, visit.who.unit, visit.who.roles)


def given(visit: Visit, roles: tuple[str, ...], unit: str | None = None) -> bool:
    """Whether who asks may give out an account or a token of these roles of `unit`."""
    caller, told = caller_of(visit), frozenset(roles)
    return giving.gives(visit.in_force, caller, unit=unit, roles=told, today=visit.today)


def _page(visit: Visit, invited: Invited | None, problem: str | None = None) -> Response:
    address = f"{base_of(visit)}/moi/{invited.token}" if invited else None
    listed = [_with_rights(visit, each) for each in accounts.listed(visit.engine, plan=visit.who.plan)]
    page = {
        "invited": invited,
        "address": address,
        "code": drawn(address) if address else None,
        "accounts": listed,
        "withheld": any(each["leads"] and not each["invites"] for each in listed),
        "units": [each for each in visit.in_force.units.values() if each.members in (1, None)],
        "roles": [each for each in (*OF_UNIT, *OF_OFFICE) if given(visit, (each,))],
        "problem": problem,
        "typed": visit.typed if problem else lambda _: "",
        "chosen": [str(each) for each in visit.form.getlist("role")] if visit.form and problem else [],
    }
    return templates.render(visit, "people.html", 400 if problem else 200, **page)


def _with_rights(visit: Visit, row: dict[str, Any]) -> dict[str, Any]:
    """A line of the list with what its reader may do: `leads` (a leader's account), `invites`, `disables`."""
    roles, who = frozenset(row["roles"]), visit.who
    leads = giving.leads(visit.in_force, unit=row["unit"], roles=roles, today=visit.today)
    gives = given(visit, row["roles"], row["unit"])
    own = row["login"] == who.login
    invites, disables = gives and not (leads and own), (gives or who.may(_OFFICE)) and not own
    return row | {"leads": leads, "invites": invites, "disables": disables}
