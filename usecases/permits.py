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
    """Who is named to confirm it, who follows the units, or UBND; never who did it."""
    if not states.may_confirm(case.terms, case.state, by):
        raise RequestRefused("request.own_work", occurrence=case.terms.key.short, by=case.plan.unit_name(by))
    did = {case.state.reporter, case.state.held_by}
    _require(case, by, confirmers_of(case.plan, case.terms.confirm, did, case.today), "request.not_confirmer")


def confirmers_of(plan: InForce, confirm: str | None, did: set[str], today: date) -> set[str]:
    """Whose word confirms or returns work that the units `did`, and that `confirm` is named to confirm."""
    return (overseers_of(plan, today) | _heirs(plan, confirm, today)) - did


def oversees(case: Case, by: str) -> None:
    """Who follows the others: the plan's monitor and confirmer, and UBND above them."""
    _require(case, by, overseers_of(case.plan, case.today), "request.not_overseer")


def is_concerned(case: Case, by: str) -> None:
    """The unit itself, or who follows it."""
    if by != case.state.held_by:
        oversees(case, by)


def asks(case: Case, by: str) -> None:
    """For an extension: the unit that holds it, or Văn phòng, which proposes."""
    if by != case.state.held_by:
        _require(case, by, office(case) | {case.state.held_by}, "request.not_asker")


def decides(case: Case, by: str) -> None:
    """On an extension: only who set the date. What the upper level decides, Văn phòng records."""
    _require(case, by, deciders(case), "request.not_decider")


def deciders(case: Case) -> set[str]:
    """Whose word grants or refuses an extension here.

    Raises RequestRefused where the date was set by law or custom: nobody can move that.
    """
    set_by = case.terms.dates.set_by
    if set_by in _SET_BY_NOBODY:
        why = case.terms.dates.reason or "—"
        raise RequestRefused(_SET_BY_NOBODY[set_by], occurrence=case.terms.key.short, reason=why)
    return extenders(case.plan, set_by, case.state.held_by, case.today)


_SET_BY_NOBODY = {"luật": "request.date_of_law", "thông lệ": "request.date_of_custom"}


def extenders(plan: InForce, set_by: str | None, held_by: str, today: date) -> set[str]:
    """Who extends a date that `set_by` set, of work that `held_by` holds; nobody what law or custom set.

    Nobody decides on the work that they hold themselves, except UBND, above whom nobody of the ward stands.
    """
    if set_by in _SET_BY_NOBODY:
        return set()
    may = committee_of(plan, today) if set_by in ("UBND", None) else office_of(plan, today)
    return (may - {held_by}) or committee_of(plan, today)


def signs(case: Case, by: str) -> None:
    """A report is signed by the committee's leaders, whose word Văn phòng may pass on; never by who drafted it."""
    drafter = {case.state.held_by} - committee(case)
    _require(case, by, (committee(case) | office(case)) - drafter, "request.not_signer")


def numbers(case: Case, by: str) -> None:
    """The clerk (văn thư) of Văn phòng gives the number."""
    _require(case, by, office(case), "request.not_clerk")


def handles(case: Case, by: str) -> None:
    """Who issues a report or takes it back: its unit, the committee or Văn phòng."""
    _require(case, by, {case.state.held_by} | committee(case) | office(case), "request.not_clerk")


def _require(case: Case, by: str, may: set[str], code: str) -> None:
    if by not in may:
        raise RequestRefused(code, by=case.plan.unit_name(by), allowed=", ".join(sorted(may)))


def office(case: Case) -> set[str]:
    """Văn phòng: the plan's confirmer, or who succeeded it by today."""
    return office_of(case.plan, case.today)


def office_of(plan: InForce, today: date) -> set[str]:
    """`office`, asked of a plan."""
    return _heirs(plan, plan.meta.get("confirmer"), today)


def committee(case: Case) -> set[str]:
    """UBND, by the unit that plan.yaml names or who succeeded it by today; where it names none, Văn phòng speaks."""
    return committee_of(case.plan, case.today)


def committee_of(plan: InForce, today: date) -> set[str]:
    """`committee`, asked of a plan."""
    return _heirs(plan, plan.meta.get("committee"), today) or office_of(plan, today)


def overseers_of(plan: InForce, today: date) -> set[str]:
    """The monitor and the confirmer, or who succeeded them by today, and UBND."""
    followers = {each for role in ("monitor", "confirmer") for each in _heirs(plan, plan.meta.get(role), today)}
    return followers | committee_of(plan, today)


def _heirs(plan: InForce, unit: str | None, today: date) -> set[str]:
    """Who holds the work and the rights of the unit today: the heir that a document names, else itself; empty for None.

    What a unit that has handed over would still say, its heir says (design section 2, Units).
    """
    return {holder(plan.units, unit, today)[0]} if unit else set()


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
    "extension_asked": asks,
    "extension_granted": decides,
    "extension_refused": decides,
    "drafted": holds,
    "presented": holds,
    "signed": signs,
    "numbered": numbers,
    "taken_back": handles,
}
"""Kind of entry -> who may make it."""
