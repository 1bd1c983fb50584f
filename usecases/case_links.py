"""Whether a notice about a case may say where the case is: only to who is named to it, and never which it is.

The ladder's people are ids of the plan's files, accounts are the desk's: they are matched by the role and the unit that
was written to, and among these by name. Where it is not certain the notice says nothing. Source: docs/decisions/0067.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from models import account, case
from rules.directory import OWN_ROLES
from rules.units import holder
from rules.values import Key

if TYPE_CHECKING:
    from sqlmodel import Session

    from usecases.plans import InForce

CASES = "/vu-viec"
"""The page of one's own cases; it asks for a sign-in and tells nothing by itself."""


def is_named(session: Session, in_force: InForce, row: Any, today: date) -> bool:
    """Whether every account that the recipient of this notice can have is named to its case."""
    role = row.role.partition(":")[0]
    every = [each for each in account.accounts(session, in_force.office) if each.disabled_at is None]
    if role in OWN_ROLES:
        every = [each for each in every if each.unit and holder(in_force.units, each.unit, today)[0] == row.held_by]
    else:
        every = [each for each in every if role in each.roles.split()]
    name = _plain(in_force.names.get(row.recipient, ""))
    theirs = [each for each in every if name and _plain(each.name) == name]
    theirs = theirs or [each for each in every if role in each.roles.split()]
    key = Key(in_force.office, in_force.plan, row.task, row.unit, row.period)
    named = {each.id for each in case.persons(session, key)}
    return bool(theirs) and all(each.id in named for each in theirs)


def _plain(name: str) -> str:
    return " ".join(normalize("NFC", name).casefold().split())
