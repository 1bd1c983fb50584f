"""Who gives out which accounts and tokens on the desk: Văn phòng all but those by which UBND's leaders decide.

Whoever invites an account anew can open it. So an office that could invite the chair's anew would have what is the
chair's alone to decide; a leader's is given by another leader, or by who keeps the machine, on the command line.
docs/decisions/0079.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rules.errors import RequestRefused
from rules.units import holder
from usecases.extend import speaks_for
from usecases.permits import committee_of, office_of
from usecases.roles import LEADERS

if TYPE_CHECKING:
    from usecases.naming import Caller
    from usecases.plans import InForce

OFFICE = "office"
"""The role of Văn phòng, usecases.roles."""


def leads(in_force: InForce, *, unit: str | None, roles: frozenset[str], today: date) -> bool:
    """Whether these roles decide for UBND: a leader's role, or one that decides for the unit that UBND is. Where the
    plan names no unit for UBND, Văn phòng speaks for it, and a leader's role alone counts."""
    if not roles.isdisjoint(LEADERS):
        return True
    apart = committee_of(in_force, today) - office_of(in_force, today)
    held = unit and holder(in_force.units, unit, today)[0]
    return bool(apart & speaks_for(in_force, today=today, unit=held, roles=roles))


def gives(in_force: InForce, caller: Caller, *, unit: str | None, roles: frozenset[str], today: date) -> bool:
    """Whether this caller may give out an account or a token of these roles of `unit`."""
    if leads(in_force, unit=unit, roles=roles, today=today):
        return leads(in_force, unit=caller.unit, roles=caller.roles, today=today)
    return OFFICE in caller.roles


def require(
    in_force: InForce, caller: Caller | None, *, unit: str | None, roles: frozenset[str], today: date, login: str
) -> None:
    """Refuse a caller who may not give it out; None, who keeps the machine, always may.

    Raises RequestRefused: `account.leaders_only`, `.office_only`; `.not_own` for a leader who would set their own way
    in anew: whoever sits down at an open session must not keep it for good.
    """
    if caller is None:
        return
    leader = leads(in_force, unit=unit, roles=roles, today=today)
    if not gives(in_force, caller, unit=unit, roles=roles, today=today):
        raise RequestRefused("account.leaders_only" if leader else "account.office_only", login=login)
    if leader and caller.login == login:
        raise RequestRefused("account.not_own", login=login)
