"""The ladder: who is told on which day, and who never is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.days import CalendarRangeError
from rules.ladder import EVENTS, OVERDUE, Person, Telling, decide, not_yet_twice, recipient, tellings
from rules.states import apply, initial, replay
from rules.units import Relation
from rules.values import CHECK_IN, RELATIONS, REQUESTED, Answer, Fact, State, Terms
from tests.rules.made import AT, CALENDAR, DIRECTORY, POLICY, fact, terms


def told(of: Terms, *facts: Fact, directory: Any = DIRECTORY) -> list[Telling]:
    """All tellings after the given entries."""
    state = replay(of, initial(of, 1, AT), facts, strict=True)
    return tellings(of, state, POLICY, CALENDAR, directory)


def short(found: list[Telling]) -> list[tuple[str, str, str]]:
    """(rung, day as mm-dd, recipient) of each."""
    return [(each.rung, each.due_on.strftime("%m-%d"), each.recipient) for each in found]


def test_the_whole_ladder_of_a_report_set_above() -> None:
    """13/5/2025 with holidays and a make-up Saturday before it; the chair weekly, four times, then no more."""
    assert short(told(terms(kind="report", set_by="cấp trên"))) == [
        ("unit-10", "04-25", "an"),
        ("unit-3", "05-08", "an"),
        ("office-2", "05-09", "dung"),
        ("unit-0", "05-13", "an"),
        ("head", "05-14", "binh"),
        (OVERDUE, "05-14", EVENTS),
        ("monitor", "05-16", "monitor"),
        ("office", "05-20", "dung"),
        ("vice-chair", "05-27", "em"),
        ("chair-1", "06-03", "em"),
        ("chair-2", "06-10", "em"),
        ("chair-3", "06-17", "em"),
        ("chair-4", "06-24", "em"),
    ]


@pytest.mark.parametrize(
    ("of", "rungs"),
    [
        (terms(kind="report", set_by="UBND"), {"unit-10", "unit-3", "unit-0", "head", "monitor", "office"}),
        (terms(unit="quan-su"), {"unit-10", "unit-3", "unit-0", "head", "monitor", "office", "letter"}),
        (terms(unit="mttq"), {"unit-3", "request-letter"}),
        (terms(kind="campaign"), {"unit-3", "unit-0", "head", "monitor", "office"}),
        (terms(kind="campaign", unit="mttq"), {"unit-3", "request-letter"}),
        (terms(task="nhe"), {"unit-3"}),
        (terms(unit="la", relation="khác"), set()),
    ],
)
def test_rungs_by_relation_kind_and_task(of: Terms, rungs: set[str]) -> None:
    """Kinds and tasks name fewer rungs, never one that the relation lacks."""
    chosen = {each.rung for each in told(of)} - {OVERDUE}
    leaders = {"vice-chair", "chair-1", "chair-2", "chair-3", "chair-4"}
    assert chosen - leaders == rungs


@pytest.mark.parametrize(
    ("last_day", "rung", "day"),
    [
        ("2025-05-04", "unit-0", "04-29"),
        ("2025-05-04", "unit-3", "04-26"),
        ("2025-05-04", "head", "05-05"),
        ("2025-04-25", "head", "04-26"),
    ],
)
def test_a_last_day_on_a_day_off(last_day: str, rung: str, day: str) -> None:
    """The reminder of the day itself comes on the working day before; what follows, after."""
    assert [each[1] for each in short(told(terms(last_day))) if each[0] == rung] == [day]


@pytest.mark.parametrize(
    ("of", "roles"),
    [
        (terms(advisory=True), ["unit"]),
        (terms(private=True), ["unit", "unit", "unit", "head"]),
        (terms(unit="mttq"), ["unit", "chair"]),
    ],
)
def test_advice_cases_and_requests_are_told_less(of: Terms, roles: list[str]) -> None:
    """Advice once and only to the unit; a case to its own people only; no event of any of them."""
    assert [each.role for each in told(of)] == roles


def test_nothing_is_told_of_what_is_not_owed() -> None:
    """Done, cancelled, or without a day; once returned, it is owed again."""
    done = fact(2, "reported", "2025-05-12")
    assert told(terms(), done) == []
    assert told(terms(), fact(2, "cancelled", "2025-05-12")) == told(terms(None)) == []
    assert told(terms(), done, fact(3, "returned", "2025-05-13")) != []


def test_a_unit_that_ended_is_not_written_to() -> None:
    """Its rung passes at once, on its own day, to the next role, and says whose it was."""
    every = told(terms("2025-07-08", unit="ldtbxh"))
    found = [each for each in every if each.rung == "unit-0"]
    assert [(each.recipient, each.role, each.passed_from) for each in found] == [("dung", "office", "unit:ldtbxh")]
    written = {each.recipient: each.due_on for each in every}
    assert set(written) == {"unit:ldtbxh", "dung", "em", EVENTS}
    assert written["unit:ldtbxh"] == date(2025, 6, 24)


def test_a_decided_successor_is_written_to_from_its_day() -> None:
    """Tellings of one deadline go to the old unit until 30/6 and to the new one after."""
    found = {each.rung: each.recipient for each in told(terms("2025-07-08", unit="y-te"))}
    assert (found["unit-10"], found["unit-3"], found["head"]) == ("unit:y-te", "unit:y-te-moi", "head:y-te-moi")


def test_a_head_who_left_is_not_written_to() -> None:
    """The head until 31/5 is told of May, the head from 1/6 of June, the address where nobody is known."""
    heads = {
        last_day: [each.recipient for each in told(terms(last_day)) if each.rung == "head"]
        for last_day in ("2025-05-13", "2025-06-13")
    }
    assert heads == {"2025-05-13": ["binh"], "2025-06-13": ["chi"]}
    nobody = replace(DIRECTORY, people={"head:cong-an": (Person("binh", "B", until=date(2025, 1, 31)),)})
    assert "head:cong-an" in {each.recipient for each in told(terms(), directory=nobody)}


def test_an_official_of_several_roles_is_told_once_a_day() -> None:
    """Of two rungs on one day the higher is kept."""
    people = {"office": (Person("em", "E. Em"),), "chair": (Person("em", "E. Em"),)}
    of = terms(unit="mttq")
    policy = replace(POLICY, relations={REQUESTED: ("office", "request-letter")})
    found = tellings(of, initial(of, 1, AT), policy, CALENDAR, replace(DIRECTORY, people=people))
    assert [(each.rung, each.recipient) for each in found] == [("request-letter", "em")]


def test_an_unnamed_group_never_climbs_to_the_leaders() -> None:
    """Neither by its own rungs nor by passing on, whatever its relation."""
    for relation in RELATIONS:
        unit = replace(DIRECTORY.units["truong"], relations=(Relation(relation),))
        group = replace(DIRECTORY, units={**DIRECTORY.units, "truong": unit})
        roles = {each.role for each in told(terms(unit="truong", relation=relation), directory=group)}
        assert not roles & {"vice-chair", "chair"}
        ended = replace(unit, until=date(2025, 1, 31))
        gone = replace(DIRECTORY, units={**DIRECTORY.units, "truong": ended}, monitor="truong")
        roles = {each.role for each in told(terms(unit="truong", relation=relation), directory=gone)}
        assert not roles & {"unit", "head", "monitor", "vice-chair", "chair"}


def test_a_granted_extension_starts_the_ladder_again() -> None:
    """Only the new version's rungs remain, with their new days."""
    found = told(terms(), fact(2, "extension_granted", "2025-05-09", data={"to": "2025-05-30"}))
    assert {each.version for each in found} == {2}
    assert [each[1] for each in short(found) if each[0] == "unit-0"] == ["05-30"]


@pytest.mark.parametrize(
    ("on", "moved"),
    [
        ("2025-05-14", {"monitor": ("05-16", "05-19")}),
        ("2025-05-15", {"monitor": ("05-16", "05-20")}),
        ("2025-05-16", {"office": ("05-20", "05-21")}),
        ("2025-05-20", {}),
        ("2025-05-12", {}),
        ("2025-07-30", {}),
    ],
)
def test_an_acknowledgement_holds_one_rung_and_expires(on: str, moved: dict[str, tuple[str, str]]) -> None:
    """Three working days from the acknowledgement, one rung only; a reminder is never held past its day."""
    before = {each[0]: each[1] for each in short(told(terms()))}
    after = {each[0]: each[1] for each in short(told(terms(), fact(2, "acknowledged", on)))}
    assert {rung: (before[rung], after[rung]) for rung in before if before[rung] != after[rung]} == moved


def test_a_check_in_is_not_reminded_of_before_it_opens() -> None:
    """A round of three working days: its first reminder waits for its first day."""
    of = terms("2025-05-13", kind=CHECK_IN, lines=("a",), opens_on=date(2025, 5, 9))
    assert [each[1] for each in short(told(of)) if each[0].startswith("unit")] == ["05-09", "05-13"]


def test_a_deadline_past_the_calendar_fails_loudly() -> None:
    """It cannot be armed, and does not pass in silence."""
    with pytest.raises(CalendarRangeError):
        told(terms("2027-12-31"))


def test_the_recipient_of_a_role() -> None:
    """A person where one is known, the address elsewhere, nobody for a unit that ended undecided."""
    asked = [
        ("office", "cong-an", date(2025, 5, 13)),
        ("monitor", "cong-an", date(2025, 5, 13)),
        ("monitor", "cong-an", date(2025, 7, 2)),
        ("unit", "ldtbxh", date(2025, 7, 2)),
        ("unit", "y-te", date(2025, 7, 2)),
    ]
    found = [recipient(role, unit, DIRECTORY, day) for role, unit, day in asked]
    assert found == ["dung", "monitor", None, None, "unit:y-te-moi"]
    people = {**DIRECTORY.people, "unit:ldtbxh": (Person("lan", "L. Lan"),)}
    assert recipient("monitor", "cong-an", replace(DIRECTORY, people=people), date(2025, 5, 13)) == "lan"


def test_not_yet_twice_running() -> None:
    """Only a line answered «chưa» in both rounds is raised."""
    on = date(2025, 4, 22)
    before = {"a": Answer("not-yet", on), "b": Answer("done", on), "c": Answer("not-yet", on)}
    now = {"a": Answer("not-yet", on), "b": Answer("not-yet", on), "c": Answer("done", on), "d": Answer("not-yet", on)}
    assert not_yet_twice(before, now) == ["a"]
    assert not_yet_twice({}, now) == []


UNITS = st.sampled_from(("cong-an", "ldtbxh", "y-te", "quan-su", "truong", "mttq"))
DAYS = st.dates(date(2025, 2, 15), date(2026, 10, 30))


@st.composite
def owed(draw: st.DrawFn) -> tuple[Terms, State]:
    """Open work of any unit, relation and kind, perhaps acknowledged or extended."""
    of = terms(
        draw(DAYS).isoformat(),
        kind=draw(st.sampled_from(("once", "report", "campaign", "on-event"))),
        unit=draw(UNITS),
        set_by=draw(st.sampled_from((None, "cấp trên"))),
        advisory=draw(st.booleans()),
        private=draw(st.booleans()),
    )
    state = initial(of, 1, AT)
    if draw(st.booleans()):
        state = apply(of, state, fact(2, "acknowledged", draw(DAYS).isoformat()))
    assert state.last_day is not None
    to = draw(DAYS)
    if to > state.last_day:
        state = apply(of, state, fact(3, "extension_granted", "2025-02-20", data={"to": to.isoformat()}))
    return of, state


@given(owed())
@settings(max_examples=200)
def test_tellings_are_ordered_worked_and_one_a_day(made: tuple[Terms, State]) -> None:
    """In order, never on a day off except the event, nobody twice on a day, no rung twice to one recipient."""
    found = tellings(*made, POLICY, CALENDAR, DIRECTORY)
    assert [each.due_on for each in found] == sorted(each.due_on for each in found)
    assert all(CALENDAR.is_working(each.due_on) for each in found if each.rung != OVERDUE)
    assert max(Counter((each.recipient, each.due_on) for each in found).values(), default=1) == 1
    assert max(Counter((each.rung, each.recipient) for each in found).values(), default=1) == 1


@given(owed())
@settings(max_examples=200)
def test_nobody_removed_is_written_to(made: tuple[Terms, State]) -> None:
    """No unit and no person after their last day; the event only where the deadline binds."""
    of, state = made
    for each in tellings(of, state, POLICY, CALENDAR, DIRECTORY):
        kind, _, unit = each.recipient.partition(":")
        if kind in ("unit", "head"):
            assert DIRECTORY.units[unit].exists_on(each.due_on)
        assert (each.recipient != "binh") or each.due_on <= date(2025, 5, 31)
        assert each.recipient != EVENTS or not (of.advisory or of.private or of.relation == REQUESTED)


@given(owed(), DAYS, DAYS)
@settings(max_examples=200)
def test_deciding_twice_tells_nothing_new(made: tuple[Terms, State], a: date, b: date) -> None:
    """What is decided is among the tellings; once told it is never told again; missed nights are caught up by one."""
    first_night, second_night = sorted((a, b))
    every = tellings(*made, POLICY, CALENDAR, DIRECTORY)
    first = decide(*made, POLICY, CALENDAR, DIRECTORY, first_night, frozenset())
    assert set(first) <= set(every)
    outbox = {(each.rung, each.version, each.recipient) for each in first}
    assert decide(*made, POLICY, CALENDAR, DIRECTORY, first_night, outbox) == []
    later = decide(*made, POLICY, CALENDAR, DIRECTORY, second_night, outbox)
    assert first + later == decide(*made, POLICY, CALENDAR, DIRECTORY, second_night, frozenset())
    assert all(first_night < each.due_on <= second_night for each in later)


@given(owed())
@settings(max_examples=100)
def test_a_binding_deadline_is_never_missed_in_silence(made: tuple[Terms, State]) -> None:
    """Subordinate and cooperating work, advice and cases apart, is told to somebody after its last day."""
    of, state = made
    if of.advisory or of.private or of.relation == REQUESTED:
        return
    assert state.last_day is not None
    found = tellings(of, state, POLICY, CALENDAR, DIRECTORY)
    assert any(each.due_on > state.last_day and each.recipient != EVENTS for each in found)
    event = Telling(OVERDUE, state.last_day + timedelta(days=1), EVENTS, state.version, EVENTS)
    assert event in found
