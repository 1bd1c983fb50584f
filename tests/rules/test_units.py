"""Units on a day: whether they stand, in which relation, who holds their work."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rules.units import Relation, Successor, Unit, holder
from rules.values import COOPERATING, SUBORDINATE
from tests.rules.made import UNITS

END = date(2025, 6, 30)
NEXT = date(2025, 7, 1)


def chain(*names: str, by: str | None = "12/QĐ-UBND") -> dict[str, Unit]:
    """Units that follow one another on 1/7/2025, the last into the first."""
    pairs = zip(names, (*names[1:], names[0]), strict=True)
    return {
        name: Unit(name, name, until=END, successors=(Successor(following, NEXT, by=by),)) for name, following in pairs
    }


def test_a_unit_stands_on_its_first_and_last_day() -> None:
    """Both inclusive; an open end is open."""
    unit = Unit("a", "A", from_day=date(2025, 3, 1), until=END)
    days = (date(2025, 2, 28), date(2025, 3, 1), END, NEXT)
    assert [unit.exists_on(day) for day in days] == [False, True, True, False]
    assert Unit("b", "B").exists_on(date(1900, 1, 1))


def test_a_relation_may_change_on_a_day() -> None:
    """Each relation holds for its own days; the last one known stands beyond them."""
    unit = Unit("a", "A", relations=(Relation(SUBORDINATE, until=END), Relation(COOPERATING, NEXT, date(2025, 12, 31))))
    found = [unit.relation_on(day) for day in (END, NEXT, date(2026, 1, 1))]
    assert found == [SUBORDINATE, COOPERATING, COOPERATING]


@pytest.mark.parametrize(
    ("unit", "day", "expected"),
    [
        ("cong-an", NEXT, ("cong-an", False)),
        ("y-te", END, ("y-te", False)),
        ("y-te", NEXT, ("y-te-moi", False)),
        ("ldtbxh", NEXT, ("ldtbxh", True)),
        ("khong-co", NEXT, ("khong-co", False)),
    ],
)
def test_who_holds_the_work(unit: str, day: date, expected: tuple[str, bool]) -> None:
    """A decided successor takes over on its day; without a document nothing moves and it is said."""
    assert holder(UNITS, unit, day) == expected


def test_two_successors_without_a_lead_decide_nothing() -> None:
    """Work is never split by guessing; a marked lead takes it whole."""
    parts = (Successor("y-te-moi", NEXT, by="12/QĐ-UBND"), Successor("cong-an", NEXT, by="12/QĐ-UBND"))
    split = replace(UNITS["y-te"], successors=parts)
    assert holder({**UNITS, "y-te": split}, "y-te", NEXT) == ("y-te", True)
    led = replace(split, successors=(parts[0], replace(parts[1], lead=True)))
    assert holder({**UNITS, "y-te": led}, "y-te", NEXT) == ("cong-an", False)


def test_a_gap_before_the_successor_starts_is_undecided() -> None:
    """Between the end of one and the day of the other nobody holds it by any document."""
    late = replace(UNITS["y-te"], successors=(Successor("y-te-moi", date(2025, 8, 1), by="12/QĐ-UBND"),))
    assert holder({**UNITS, "y-te": late}, "y-te", date(2025, 7, 15)) == ("y-te", True)


def test_a_circle_of_successors_ends() -> None:
    """The loader refuses one; the rule does not hang on it either."""
    assert holder(chain("a", "b", "c"), "a", NEXT)[1] is True
    assert holder(chain("a", "b", by=None), "a", NEXT) == ("a", True)
