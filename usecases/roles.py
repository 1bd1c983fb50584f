"""Roles of the desk and of the API: which there are, which go together, which sign in with a second factor."""

from __future__ import annotations

from rules.errors import RequestRefused

OF_UNIT = ("unit", "head")
"""Roles that see and speak for one unit only."""
OF_OFFICE = ("monitor", "office", "clerk", "vice-chair", "chair", "inspector")
"""Roles that see every unit; each has a second factor."""
LEADERS = ("chair", "vice-chair")
"""Those of the office's roles that speak for UBND, whatever unit their account names."""
OF_CITY = ("city",)
"""Sees the totals of the wards that its office follows (usecases.cities), and of no ward anything else."""
ROLES = (*OF_UNIT, *OF_OFFICE, *OF_CITY)


def needs_second(roles: frozenset[str]) -> bool:
    """Whether these roles sign in with a second factor: all who see more than one unit."""
    return not roles.isdisjoint((*OF_OFFICE, *OF_CITY))


def check(roles: tuple[str, ...], unit: str | None) -> None:
    """Refuse roles that are none, that do not go together, or that need a unit and have none.

    Raises RequestRefused: `account.unknown_role`, `.needs_unit`, `.roles_apart`.
    """
    for role in roles:
        if role not in ROLES:
            raise RequestRefused("account.unknown_role", role=role, allowed=", ".join(ROLES))
    if not roles:
        raise RequestRefused("account.unknown_role", role="", allowed=", ".join(ROLES))
    of_unit = not set(roles).isdisjoint(OF_UNIT)
    if of_unit and unit is None:
        raise RequestRefused("account.needs_unit")
    if of_unit and needs_second(frozenset(roles)):
        raise RequestRefused("account.roles_apart", of_unit=", ".join(OF_UNIT), others=", ".join(OF_OFFICE))
