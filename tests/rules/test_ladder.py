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
from rules.errors import IllegalMove
from rules.ladder import (
    EVENTS,
    OVERDUE,
    PAUSE,
    Absence,
    Grace,
    Person,
    Policy,
    Telling,
    Why,
    decide,
    not_yet_twice,
    planned,
    recipient,
    tellings,
)
from rules.states import MOVES, apply, initial, is_open, replay, status
from rules.units import Relation, Unit
from rules.values import CHECK_IN, RELATIONS, REQUESTED, SUBORDINATE, Answer, Fact, State, Terms
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


# Reasons, deputies, grace, urging, confirmation


def reasons(of: Terms, *facts: Fact, policy: Policy = POLICY, directory: Any = DIRECTORY) -> dict[str, list[Why]]:
    """Why each rung is as it is, rungs without a reason apart."""
    state = replay(of, initial(of, 1, AT), facts, strict=True)
    found = planned(of, state, policy, CALENDAR, directory)
    return {each.telling.rung: list(each.why) for each in found if each.why}


def test_a_rung_says_why_it_moved() -> None:
    """From a day off, from before a round opened, for a pause: the day it was counted to stays in sight."""
    assert reasons(terms("2025-05-04"))["unit-0"] == [Why("day_off", date(2025, 5, 4))]
    of = terms("2025-05-13", kind=CHECK_IN, lines=("a",), opens_on=date(2025, 5, 9))
    assert reasons(of)["unit-3"] == [Why("opens", date(2025, 5, 9))]
    assert reasons(terms(), fact(2, "acknowledged", "2025-05-15")) == {
        "monitor": [Why("acknowledged", date(2025, 5, 15))]
    }


def test_a_rung_says_whom_it_passed_by() -> None:
    """Of an ended unit, of one official in two roles on one day, of nobody at all."""
    assert reasons(terms("2025-07-08", unit="ldtbxh"))["unit-0"][0] == Why("passed", who="unit:ldtbxh")
    people = {"office": (Person("em", "E. Em"),), "chair": (Person("em", "E. Em"),)}
    policy = replace(POLICY, relations={REQUESTED: ("office", "request-letter")})
    of, directory = terms(unit="mttq"), replace(DIRECTORY, people=people)
    assert reasons(of, policy=policy, directory=directory) == {"office": [Why("same_person", who="request-letter")]}
    ended = replace(DIRECTORY.units["cong-an"], until=date(2025, 1, 31))
    gone = replace(DIRECTORY, units={**DIRECTORY.units, "cong-an": ended})
    found = reasons(terms(private=True), directory=gone)
    assert {each[0].code for each in found.values()} == {"nobody"}


def test_a_deputy_is_told_on_the_days_of_the_absence() -> None:
    """The head's rung goes to the deputy named for that day, to the deputy's own deputy, and back afterwards."""
    away = (
        Absence("binh", date(2025, 5, 12), date(2025, 5, 14), "an"),
        Absence("an", date(2025, 5, 14), date(2025, 5, 14), "dung"),
    )
    heads = {
        last_day: [
            (each.recipient, each.passed_from)
            for each in told(terms(last_day), directory=replace(DIRECTORY, absences=away))
            if each.rung == "head"
        ]
        for last_day in ("2025-05-12", "2025-05-13", "2025-05-14")
    }
    assert heads == {"2025-05-12": [("an", "binh")], "2025-05-13": [("dung", "binh")], "2025-05-14": [("binh", None)]}
    assert reasons(terms("2025-05-12"), directory=replace(DIRECTORY, absences=away))["head"] == [
        Why("deputy", who="binh")
    ]


def test_a_deputy_who_has_left_is_not_written_to() -> None:
    """The one who stands in for the head left in May: in June the rung passes on to the next role."""
    away = (Absence("chi", date(2025, 6, 1), date(2025, 6, 30), "binh"),)
    (head,) = [
        each for each in told(terms("2025-06-12"), directory=replace(DIRECTORY, absences=away)) if each.rung == "head"
    ]
    assert (head.recipient, head.passed_from) == ("monitor", "head:cong-an")


def test_where_all_are_away_the_rung_passes_on_and_is_never_lost() -> None:
    """Deputies who only name each other: the next role is told; where nobody is left, the one who is away."""
    circle = (
        Absence("binh", date(2025, 5, 14), date(2025, 5, 14), "dung"),
        Absence("dung", date(2025, 5, 1), date(2025, 5, 31), "binh"),
    )
    directory = replace(DIRECTORY, absences=circle)
    (head,) = [each for each in told(terms(), directory=directory) if each.rung == "head"]
    assert (head.recipient, head.role, head.passed_from) == ("monitor", "monitor", "head:cong-an")
    of = terms(private=True)
    (head,) = [each for each in told(of, directory=directory) if each.rung == "head"]
    assert head.recipient == "binh"


def test_grace_moves_what_comes_after_the_last_day_and_nothing_else() -> None:
    """Two working days of grace: reminders and the event stay, the head is told on the third working day."""
    policy = replace(POLICY, grace={"once": Grace(2), "report": Grace(2, working=False)})
    of = terms()
    state = initial(of, 1, AT)
    before = {each.rung: each.due_on for each in tellings(of, state, POLICY, CALENDAR, DIRECTORY)}
    after = {each.rung: each.due_on for each in tellings(of, state, policy, CALENDAR, DIRECTORY)}
    assert after["head"] == date(2025, 5, 16)
    assert {rung for rung in before if before[rung] == after[rung]} == {"unit-10", "unit-3", "unit-0", OVERDUE}
    assert status(of, state, date(2025, 5, 14)) == "overdue"
    assert reasons(of, policy=policy)["head"] == [Why("grace", date(2025, 5, 15))]
    report = terms(kind="report")
    found = {each.rung: each.due_on for each in tellings(report, initial(report, 1, AT), policy, CALENDAR, DIRECTORY)}
    assert found["head"] == date(2025, 5, 16)


def test_the_relation_is_that_of_the_rungs_own_day() -> None:
    """A body that joins the ward on 15/5 has one reminder and no head's rung before, and the ward's ladder after."""
    relations = (Relation(REQUESTED, until=date(2025, 5, 14)), Relation(SUBORDINATE, date(2025, 5, 15)))
    moved = replace(DIRECTORY, units={**DIRECTORY.units, "mttq": Unit("mttq", "Mặt trận", relations=relations)})
    found = [each.rung for each in told(terms(unit="mttq", relation=SUBORDINATE), directory=moved)]
    assert found[:4] == ["unit-3", OVERDUE, "monitor", "office"]


@pytest.mark.parametrize(
    ("on", "data", "silent"),
    [
        ("2025-05-14", {"via": "phone"}, {"unit-10", "unit-3", "unit-0", "head"}),
        ("2025-05-14", {"via": "phone", "role": "unit"}, {"unit-10", "unit-3", "unit-0"}),
        ("2025-05-13", {"via": "zalo", "role": "head"}, set()),
        ("2025-05-27", {"via": "letter", "role": "head"}, {"head"}),
    ],
)
def test_urging_by_other_means_counts_as_the_rungs_due(on: str, data: dict[str, str], silent: set[str]) -> None:
    """Of the role that was reached, due by that day; what is due later is told."""
    found = reasons(terms(), fact(2, "urged", on, data=data))
    assert {rung for rung, why in found.items() if why[-1] == Why("urged", date.fromisoformat(on))} == silent
    remaining = {each.rung for each in told(terms(), fact(2, "urged", on, data=data))}
    assert remaining == {each.rung for each in told(terms())} - silent


def test_a_letter_that_was_sent_stands_for_the_rung_of_a_letter() -> None:
    """The chair is not asked to decide on a letter that has gone already."""
    letter = fact(2, "urged", "2025-05-27", data={"via": "letter"})
    assert "letter" not in {each.rung for each in told(terms(unit="quan-su"), letter)}
    call = fact(2, "urged", "2025-05-27", data={"via": "phone"})
    assert "letter" in {each.rung for each in told(terms(unit="quan-su"), call)}


def test_who_confirms_is_reminded_after_three_working_days() -> None:
    """Typed on Monday: Tuesday to Thursday to confirm, reminded on Friday; more asked for, three days again."""
    of = terms(confirm="van-phong")
    directory = replace(DIRECTORY, people={**DIRECTORY.people, "unit:van-phong": (Person("giang", "G"),)})
    done = fact(2, "reported", "2025-05-12")
    assert [(each.rung, each.due_on, each.recipient, each.role) for each in told(of, done, directory=directory)] == [
        ("confirm-1", date(2025, 5, 16), "giang", "confirmer")
    ]
    more = fact(3, "supplement_asked", "2025-05-15", declared_by="van-phong")
    assert [(each.rung, each.due_on) for each in told(of, done, more)] == [("confirm-2", date(2025, 5, 21))]
    back = fact(3, "returned", "2025-05-15", declared_by="van-phong")
    again = fact(4, "reported", "2025-05-16")
    assert [(each.rung, each.due_on) for each in told(of, done, back, again)] == [("confirm-2", date(2025, 5, 22))]
    assert told(of, done, fact(3, "confirmed", "2025-05-13")) == []
    call = fact(3, "urged", "2025-05-16", data={"via": "phone"})
    assert told(of, done, call) == []
    assert told(replace(of, private=True), done) == []


def test_nobody_is_asked_to_confirm_their_own_work() -> None:
    """The named unit did it: the plan's confirmer is reminded; that one did it too: who follows; else Văn phòng."""
    directory = replace(DIRECTORY, confirmer="quan-su", monitor="y-te-moi", people={"office": (Person("dung", "D"),)})
    done = fact(2, "reported", "2025-05-12")

    def of(confirm: str, moved: Any = directory) -> str:
        (each,) = told(terms(confirm=confirm), done, directory=moved)
        return each.recipient

    assert of("van-phong") == "unit:van-phong"
    assert of("cong-an") == "unit:quan-su"
    assert of("cong-an", replace(directory, confirmer="cong-an", monitor="mttq")) == "unit:mttq"
    assert of("cong-an", replace(directory, confirmer="cong-an")) == "dung"


def test_a_report_typed_late_waits_for_the_plans_confirmer() -> None:
    """The task names nobody who confirms it; the late word must be confirmed all the same."""
    late = fact(2, "reported", "2025-05-12", recorded="2025-05-19")
    (each,) = told(terms(), late, directory=replace(DIRECTORY, confirmer="van-phong"))
    assert (each.recipient, each.due_on) == ("unit:van-phong", date(2025, 5, 23))


@st.composite
def lived(draw: st.DrawFn) -> tuple[Terms, State, Policy, Any]:
    """Work after any legal entries, under any grace and absences."""
    of = replace(draw(owed())[0], confirm=draw(st.sampled_from((None, "van-phong", "cong-an"))))
    state = initial(of, 1, AT)
    for seq in range(2, 2 + draw(st.integers(0, 6))):
        kind = draw(st.sampled_from(sorted(MOVES[state.phase])))
        on = draw(DAYS)
        data = {"document": "09/BC", "via": draw(st.sampled_from(("phone", "letter"))), "withdrawn": False}
        data |= {"to": "y-te" if kind == "held_over" else draw(DAYS).isoformat(), "last_day": draw(DAYS).isoformat()}
        if draw(st.booleans()):
            data |= {"role": draw(st.sampled_from(("unit", "head", "confirmer")))}
        try:
            state = apply(of, state, fact(seq, kind, on.isoformat(), data=data, declared_by=state.held_by))
        except IllegalMove:
            continue
    persons = sorted({person.id for people in DIRECTORY.people.values() for person in people})
    away = draw(
        st.lists(st.builds(Absence, *(st.sampled_from(persons), DAYS, DAYS, st.sampled_from(persons))), max_size=3)
    )
    grace = draw(
        st.dictionaries(st.sampled_from(("once", "report")), st.builds(Grace, st.integers(1, 9), st.booleans()))
    )
    return of, state, replace(POLICY, grace=grace), replace(DIRECTORY, absences=tuple(away), confirmer="van-phong")


@given(lived())
@settings(max_examples=200)
def test_a_lived_ladder_keeps_its_promises(made: tuple[Terms, State, Policy, Any]) -> None:
    """Never on a day off, never twice, never to who left; whoever stands in is there; silence has a reason."""
    of, state, policy, directory = made
    every = planned(of, state, policy, CALENDAR, directory)
    found = [each.telling for each in every if each.told]
    assert [each.telling for each in every] == sorted((each.telling for each in every), key=lambda each: each.due_on)
    assert all(each.why for each in every if not each.told)
    assert all(CALENDAR.is_working(each.due_on) for each in found if each.rung != OVERDUE)
    assert max(Counter((each.recipient, each.due_on) for each in found).values(), default=1) == 1
    assert max(Counter((each.rung, each.recipient) for each in found).values(), default=1) == 1
    for each in found:
        assert each.version == state.version
        assert each.recipient
        assert (each.role == "confirmer") is (state.phase == "submitted")
        assert each.recipient not in (f"unit:{state.held_by}", f"unit:{state.reporter}") or each.role != "confirmer"
        kind, _, unit = each.recipient.partition(":")
        assert (
            kind not in ("unit", "head") or unit not in DIRECTORY.units or DIRECTORY.units[unit].exists_on(each.due_on)
        )


@given(lived(), DAYS)
@settings(max_examples=200)
def test_nothing_overdue_is_without_its_rung(made: tuple[Terms, State, Policy, Any], today: date) -> None:
    """What is overdue has been told to somebody, will be, or was urged by other means; whoever is away."""
    of, state, policy, directory = made
    if status(of, state, today) != "overdue" or of.private:
        return
    assert state.last_day is not None
    every = [each for each in planned(of, state, policy, CALENDAR, directory) if each.telling.recipient != EVENTS]
    after = [each for each in every if each.telling.due_on > state.last_day]
    assert any(each.told or each.why[-1].code == "urged" for each in after)


@given(lived(), DAYS)
@settings(max_examples=100)
def test_every_hold_ends(made: tuple[Terms, State, Policy, Any], on: date) -> None:
    """An acknowledgement moves one rung, by at most three working days, and loses none."""
    of, state, policy, directory = made
    if not is_open(state) or state.last_day is None:
        return
    free = replace(state, acknowledged_on=None)
    held = apply(of, free, fact(99, "acknowledged", on.isoformat()))
    before = {each.telling.rung: each.telling.due_on for each in planned(of, free, policy, CALENDAR, directory)}
    after = {each.telling.rung: each.telling.due_on for each in planned(of, held, policy, CALENDAR, directory)}
    moved = [rung for rung in before if after[rung] != before[rung]]
    assert set(after) == set(before)
    assert len(moved) <= 1
    assert all(before[rung] < after[rung] <= CALENDAR.add_working(on, PAUSE) for rung in moved)
