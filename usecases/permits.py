"""Who may say what of an occurrence: the unit that holds it reports, others confirm, who follows them urges.

Each permit takes the case and the unit whose word it is, and raises RequestRefused where that unit may not say this.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rules import states
from rules.errors import RequestRefused
from rules.units import holder
from rules.values import State, Terms
from usecases.plans import InForce


@dataclass(frozen=True, slots=True)
class Case:
    """The occurrence spoken of, the plan in force and the local day."""

    plan: InForce
    terms: Terms
    state: State
    today: date


Permit = Callable[[Case, str], None]


def holds(case: Case, by: str) -> None:
    """The unit that holds it: nobody reports another unit's work."""
    if by != case.state.held_by:
        raise RequestRefused(
            "request.not_holder",
            occurrence=case.terms.key.short,
            by=case.plan.unit_name(by),
            holder=f"{case.state.held_by} ({case.plan.unit_name(case.state.held_by)})",
        )


def confirms(case: Case, by: str) -> None:
    """Who is named to confirm it, or who follows the units; never who did it."""
    if not states.may_confirm(case.terms, case.state, by):
        raise RequestRefused("request.own_work", occurrence=case.terms.key.short, by=case.plan.unit_name(by))
    may = overseers(case) | with_heirs(case, case.terms.confirm)
    if by not in may:
        allowed = sorted(each for each in may if states.may_confirm(case.terms, case.state, each))
        raise RequestRefused("request.not_confirmer", by=case.plan.unit_name(by), allowed=", ".join(allowed))


def oversees(case: Case, by: str) -> None:
    """Who follows the others (the plan's monitor and confirmer)."""
    may = overseers(case)
    if by not in may:
        raise RequestRefused("request.not_overseer", by=case.plan.unit_name(by), allowed=", ".join(sorted(may)))


def is_concerned(case: Case, by: str) -> None:
    """The unit itself, or who follows it."""
    if by != case.state.held_by:
        oversees(case, by)


def overseers(case: Case) -> set[str]:
    """The monitor, the confirmer, and who succeeded them by today."""
    return {each for role in ("monitor", "confirmer") for each in with_heirs(case, case.plan.meta.get(role))}


def with_heirs(case: Case, unit: str | None) -> set[str]:
    """The unit and who holds its work today; empty for None."""
    return {unit, holder(case.plan.units, unit, case.today)[0]} if unit else set()


PERMITS: Mapping[str, Permit] = {
    "reported": holds,
    "issued": holds,
    "answered": holds,
    "confirmed": confirms,
    "returned": confirms,
    "supplement_asked": confirms,
    "retracted": holds,
    "cancelled": oversees,
    "noted": is_concerned,
    "urged": oversees,
    "acknowledged": is_concerned,
}
"""Kind of entry -> who may make it."""
