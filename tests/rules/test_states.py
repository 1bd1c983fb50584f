"""What the ledger makes of an occurrence, where it stands on a day, and how it is counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import IllegalMove, RequestRefused
from rules.states import (
    CALENDAR_KINDS,
    CELLS,
    MOVES,
    apply,
    bucket,
    check_day,
    counts_in_percentages,
    days_late,
    initial,
    is_open,
    may_confirm,
    replay,
    status,
)
from rules.values import CHECK_IN, REQUESTED, Fact, State, Terms
from tests.rules.made import AT, fact, terms

ALL_STATUSES = {
    "not_due",
    "due_soon",
    "overdue",
    "submitted",
    "returned",
    "done_on_time",
    "done_late",
    "running",
    "advisory",
    "cancelled",
}


def day(text: str) -> date:
    """A day of 2025, written month-day."""
    return date.fromisoformat(f"2025-{text}")


def after(of: Terms, *facts: Fact) -> State:
    """The state after entries that must all be legal."""
    return replay(of, initial(of, 1, AT), facts, strict=True)


def test_every_move_leads_to_a_phase_of_the_table() -> None:
    """The table is closed, and every kind that a calendar shows occurs in it."""
    kinds = {kind for moves in MOVES.values() for kind in moves}
    assert {to for moves in MOVES.values() for to in moves.values()} <= set(MOVES)
    assert kinds >= CALENDAR_KINDS
    assert all(moves["noted"] == moves["redacted"] == phase for phase, moves in MOVES.items())


def test_a_report_without_confirmation_closes() -> None:
    """The day counts when it was done; the document and whose word it is are kept."""
    found = after(terms(), fact(2, "reported", "2025-05-12", data={"document": "09/BC"}))
    assert (found.phase, found.done_on, found.document) == ("done", day("05-12"), "09/BC")
    assert (found.reporter, found.sequence, found.changed_seq) == ("cong-an", 1, 2)


def test_confirmation_returning_and_reporting_again() -> None:
    """Submitted, returned (open again, the day restarts), reported again, confirmed."""
    of = terms(confirm="van-phong")
    submitted = after(of, fact(2, "reported", "2025-05-12"))
    assert submitted.phase == "submitted"
    returned = apply(of, submitted, fact(3, "returned", "2025-05-14", declared_by="van-phong"))
    assert (returned.phase, returned.done_on, returned.reporter) == ("returned", None, "")
    again = apply(of, returned, fact(4, "reported", "2025-05-15"))
    assert status(of, apply(of, again, fact(5, "confirmed", "2025-05-16")), day("05-20")) == "done_late"


def test_asking_for_more_keeps_the_day() -> None:
    """«Bổ sung» is no return: the report stands as of its day."""
    of = terms(confirm="van-phong")
    found = after(of, fact(2, "reported", "2025-05-12"), fact(3, "supplement_asked", "2025-05-20"))
    assert (found.phase, found.done_on, found.sequence) == ("submitted", day("05-12"), 1)


@pytest.mark.parametrize(
    ("on", "recorded", "phase", "late_word"),
    [
        ("2025-05-13", "2025-05-13", "done", False),
        ("2025-05-13", "2025-05-14", "submitted", True),
        ("2025-05-14", "2025-05-15", "done", False),
    ],
)
def test_what_is_typed_after_the_last_day_waits_for_confirmation(
    on: str, recorded: str, phase: str, late_word: bool
) -> None:
    """«Done in time», said afterwards, stands as submitted until somebody else confirms it."""
    found = after(terms(), fact(2, "reported", on, recorded=recorded))
    assert (found.phase, found.recorded_late) == (phase, late_word)


def test_a_report_is_issued_not_reported() -> None:
    """Only a number and a day close a report; the drafter's word does not."""
    of = terms(kind="report")
    with pytest.raises(IllegalMove) as refused:
        after(of, fact(2, "reported", "2025-05-12"))
    assert refused.value.code == "request.report_is_issued"
    assert "issued" in refused.value.values["allowed"]  # type: ignore[operator]
    assert "reported" not in refused.value.values["allowed"]  # type: ignore[operator]
    with pytest.raises(IllegalMove) as refused:
        after(of, fact(2, "issued", "2025-05-12"))
    assert refused.value.code == "request.issued_without_number"
    number = {"document": "09/BC-UBND"}
    steps = [fact(n, kind, "2025-05-09", data=number) for n, kind in enumerate(("drafted", "signed", "numbered"), 2)]
    found = after(of, *steps, fact(5, "issued", "2025-05-12", data={"document": "09/BC-UBND"}))
    assert (found.phase, found.document, found.sequence) == ("done", "09/BC-UBND", 1)


@pytest.mark.parametrize(
    ("of", "before", "kind"),
    [
        (terms(), ["reported"], "reported"),
        (terms(), [], "confirmed"),
        (terms(), [], "returned"),
        (terms(), ["cancelled"], "reported"),
        (terms(confirm="van-phong"), ["reported"], "extension_granted"),
        (terms(), ["reported"], "urged"),
        (terms(), [], "answered"),
        (terms(kind=CHECK_IN, lines=("a",)), [], "reported"),
    ],
)
def test_illegal_moves_say_what_is_allowed(of: Terms, before: list[str], kind: str) -> None:
    """Doing it twice, confirming what nobody reported, waking what was cancelled."""
    state = after(of, *(fact(n, each, "2025-05-12") for n, each in enumerate(before, start=2)))
    with pytest.raises(IllegalMove) as refused:
        apply(of, state, fact(9, kind, "2025-05-13"))
    values = refused.value.values
    assert (values["kind"], values["phase"]) == (kind, state.phase)
    assert "noted" in values["allowed"]  # type: ignore[operator]
    assert kind not in values["allowed"]  # type: ignore[operator]
    assert "revised" not in values["allowed"]  # type: ignore[operator]


def test_a_retraction_undoes_the_report() -> None:
    """Nothing of the report stands, and it may be made again."""
    found = after(terms(), fact(2, "reported", "2025-05-12"), fact(3, "retracted", "2025-05-13"))
    assert found == replace(initial(terms(), 1, AT), sequence=2, changed_seq=3, changed_at=found.changed_at)


def test_extensions_start_a_version_and_keep_the_first_day() -> None:
    """Asking and refusing move nothing; two grants keep the first last day in sight for ever."""
    asked = fact(2, "extension_asked", "2025-05-08", data={"to": "2025-05-20"})
    refused = fact(3, "extension_refused", "2025-05-08")
    first = fact(4, "extension_granted", "2025-05-09", data={"to": "2025-05-20"})
    second = fact(5, "extension_granted", "2025-05-19", data={"to": "2025-05-30"})
    assert after(terms(), asked, refused).version == 1
    found = after(terms(), asked, refused, first, second)
    assert (found.last_day, found.version, found.extended_from) == (day("05-30"), 3, day("05-13"))
    assert status(terms(), found, day("05-28")) == "due_soon"


def revised(seq: int, last_day: str | None, **data: Any) -> Fact:
    """A sync that says the plan's last day anew."""
    return fact(seq, "revised", "2025-04-01", data={"last_day": last_day, "withdrawn": False, "lines": []} | data)


def test_a_revision_moves_the_day_only_where_the_plan_did() -> None:
    """New words leave an extension alone; a new day supersedes it and starts a version."""
    granted = fact(2, "extension_granted", "2025-04-01", data={"to": "2025-05-20"})
    same = after(terms(), granted, revised(3, "2025-05-13"))
    assert (same.last_day, same.version, same.sequence) == (day("05-20"), 2, 2)
    moved = apply(terms(), same, revised(4, "2025-05-26"))
    assert (moved.last_day, moved.version, moved.extended_from) == (day("05-26"), 3, day("05-13"))
    assert apply(terms(), moved, revised(5, "2025-05-26")).version == 3
    assert apply(terms(), moved, revised(5, None)).last_day is None


def test_the_first_entry_gives_the_first_day() -> None:
    """A replay with later terms starts from the day that the first version had."""
    now = terms("2025-05-26")
    start = initial(now, 1, AT, {"last_day": "2025-05-13"})
    assert replay(now, start, [revised(2, "2025-05-26")]).version == 2


@pytest.mark.parametrize(
    ("of", "before", "phase"),
    [
        (terms(), [], "open"),
        (terms(), [fact(2, "reported", "2025-04-01")], "done"),
        (terms(confirm="van-phong"), [fact(2, "reported", "2025-04-01")], "submitted"),
    ],
)
def test_withdrawn_and_asked_again(of: Terms, before: list[Fact], phase: str) -> None:
    """Withdrawn work is cancelled; asked again, it stands where it stood, its report not lost."""
    gone = after(of, *before, revised(3, "2025-05-13", withdrawn=True))
    assert (status(of, gone, day("05-20")), gone.withdrawn) == ("cancelled", True)
    assert apply(of, gone, revised(4, "2025-05-13", withdrawn=True)).phase == "cancelled"
    back = apply(of, gone, revised(5, "2025-05-13"))
    assert (back.phase, back.withdrawn) == (phase, False)


def test_what_the_office_cancelled_stays_cancelled() -> None:
    """A later sync of the plan does not wake it."""
    found = after(terms(), fact(2, "cancelled", "2025-04-01"), revised(3, "2025-05-20"))
    assert (found.phase, bucket("cancelled", terms(), found, day("06-01"))) == ("cancelled", None)


ROUND = terms("2025-04-24", kind=CHECK_IN, lines=("a", "b"), opens_on=date(2025, 4, 9), task="cap-nhat")


def answered(seq: int, line: str, on: str, answer: str = "done", **values: Any) -> Fact:
    """One line of a check-in answered."""
    return fact(seq, "answered", on, line=line, data={"answer": answer}, **values)


def test_a_check_in_closes_when_all_lines_are_answered() -> None:
    """The day is the latest of the first complete set; a later update does not move it."""
    half = after(ROUND, answered(2, "a", "2025-04-22"))
    assert (half.phase, half.sequence) == ("open", 0)
    whole = apply(ROUND, half, answered(3, "b", "2025-04-15", "planned"))
    assert (whole.phase, whole.done_on, whole.sequence) == ("done", day("04-22"), 1)
    updated = apply(ROUND, whole, answered(4, "b", "2025-06-01"))
    assert (updated.done_on, updated.answers["b"].answer, updated.sequence) == (day("04-22"), "done", 1)


def test_a_line_that_the_check_in_lacks_is_refused() -> None:
    """Lines freeze when the round opens."""
    with pytest.raises(IllegalMove) as refused:
        after(ROUND, answered(2, "c", "2025-04-22"))
    assert (refused.value.code, refused.value.values["line"]) == ("request.no_such_line", "c")


def test_a_returned_check_in_closes_on_the_next_answer() -> None:
    """The other answers stay; retracting one line asks for that line only."""
    closed = after(ROUND, answered(2, "a", "2025-04-22"), answered(3, "b", "2025-04-22"))
    returned = apply(ROUND, closed, fact(4, "returned", "2025-04-25"))
    assert (returned.phase, set(returned.answers)) == ("returned", {"a", "b"})
    assert apply(ROUND, returned, answered(5, "b", "2025-04-28")).done_on == day("04-28")
    retracted = apply(ROUND, closed, fact(4, "retracted", "2025-04-25", line="a"))
    assert (retracted.phase, set(retracted.answers)) == ("open", {"b"})
    assert after(ROUND, answered(2, "a", "2025-04-22"), revised(3, "2025-04-24", lines=["a"])).phase == "open"


def test_a_check_in_whose_open_lines_left_the_plan_closes() -> None:
    """Nobody is asked for an answer to a line that is gone."""
    fewer = replace(ROUND, lines=("a",))
    half = after(ROUND, answered(2, "a", "2025-04-22"))
    assert apply(fewer, half, revised(3, "2025-04-24", lines=["a"])).phase == "done"


def test_succession_and_acknowledgement_leave_the_phase() -> None:
    """`held_by` moves, the key does not; an acknowledgement keeps its day."""
    found = after(
        terms(),
        fact(2, "held_over", "2025-05-01", data={"to": "cong-an-moi"}),
        fact(3, "acknowledged", "2025-05-05"),
        fact(4, "urged", "2025-05-06"),
    )
    assert (found.phase, found.held_by, found.acknowledged_on) == ("open", "cong-an-moi", day("05-05"))
    assert (found.sequence, found.changed_seq) == (1, 2)


def test_replay_skips_what_an_earlier_view_does_not_allow() -> None:
    """A confirmation whose report was not known yet is passed over; strict replay raises."""
    facts = [fact(3, "confirmed", "2025-05-12"), fact(2, "noted", "2025-05-12")]
    assert replay(terms(), initial(terms(), 1, AT), facts).phase == "open"
    with pytest.raises(IllegalMove):
        replay(terms(), initial(terms(), 1, AT), facts, strict=True)


def test_nobody_confirms_their_own_work() -> None:
    """Not whose word it is, and not who took the work over."""
    of = terms(confirm="van-phong")
    moved = fact(3, "held_over", "2025-05-13", data={"to": "cong-an-moi"})
    state = after(of, fact(2, "reported", "2025-05-12"), moved)
    assert [may_confirm(of, state, by) for by in ("cong-an", "cong-an-moi", "van-phong")] == [False, False, True]


@pytest.mark.parametrize(
    ("of", "on", "code"),
    [
        (terms(), "05-14", "request.future"),
        (terms(), "01-14", "request.too_early"),
        (terms("2025-06-30", kind="campaign", from_day=date(2025, 5, 2)), "05-01", "request.too_early"),
        (ROUND, "04-08", "request.too_early"),
        (terms(), "05-13", None),
        (terms(), "01-15", None),
        (ROUND, "04-09", None),
    ],
)
def test_the_day_of_the_work_must_have_been_possible(of: Terms, on: str, code: str | None) -> None:
    """Not in the future, not before the plan, the campaign or the round began."""
    refused = None
    try:
        check_day(of, day(on), today=day("05-13"), plan_starts=day("01-15"))
    except RequestRefused as error:
        refused = error.code
    assert refused == code


CAMPAIGN = terms("2025-06-30", kind="campaign", from_day=date(2025, 6, 1), to_day=date(2025, 6, 30))


@pytest.mark.parametrize(
    ("of", "today", "expected"),
    [
        (terms(), "05-05", "not_due"),
        (terms(), "05-06", "due_soon"),
        (terms(), "05-13", "due_soon"),
        (terms(), "05-14", "overdue"),
        (CAMPAIGN, "05-20", "not_due"),
        (CAMPAIGN, "05-31", "not_due"),
        (CAMPAIGN, "06-01", "running"),
        (CAMPAIGN, "06-30", "running"),
        (CAMPAIGN, "07-01", "overdue"),
        (ROUND, "04-08", "not_due"),
        (ROUND, "04-09", "running"),
        (ROUND, "04-24", "running"),
        (ROUND, "04-25", "overdue"),
        (replace(ROUND, advisory=True), "04-08", "not_due"),
        (replace(ROUND, advisory=True), "04-09", "advisory"),
        (replace(ROUND, advisory=True), "12-31", "advisory"),
        (terms(relation=REQUESTED), "05-13", "due_soon"),
        (terms(relation=REQUESTED), "05-14", "advisory"),
        (terms(None, kind="on-event"), "05-14", "advisory"),
    ],
)
def test_status_of_open_work(of: Terms, today: str, expected: str) -> None:
    """The states of design section 3 by the day; advice and requests are never overdue."""
    found = status(of, initial(of, 1, AT), day(today))
    assert found == expected
    assert days_late(of, initial(of, 1, AT), day(today)) == (1 if expected == "overdue" else 0)


@pytest.mark.parametrize(
    ("of", "on", "expected", "late"),
    [
        (terms(), "2025-05-13", "done_on_time", 0),
        (terms(), "2025-05-21", "done_late", 8),
        (terms(None), "2025-05-21", "done_on_time", 0),
        (terms(relation=REQUESTED), "2025-05-21", "done_on_time", 0),
        (terms(advisory=True), "2025-05-21", "done_on_time", 0),
    ],
)
def test_status_of_done_work(of: Terms, on: str, expected: str, late: int) -> None:
    """By the day of the work, not of typing; «quá hạn» is never said of who was only asked."""
    state = after(of, fact(2, "reported", on))
    assert (status(of, state, day("12-01")), days_late(of, state, day("12-01"))) == (expected, late)


@pytest.mark.parametrize(
    ("on", "recorded", "today", "cell"),
    [
        ("2025-05-12", "2025-05-12", "06-01", "done_on_time"),
        ("2025-05-13", "2025-05-20", "06-01", "done_on_time"),
        ("2025-05-14", "2025-05-14", "06-01", "done_late"),
    ],
)
def test_what_waits_counts_as_done_on_its_day(on: str, recorded: str, today: str, cell: str) -> None:
    """`submitted` is one cell with done, by `happened_on`."""
    of = terms(confirm="van-phong")
    state = after(of, fact(2, "reported", on, recorded=recorded))
    assert bucket(status(of, state, day(today)), of, state, day(today)) == cell


@pytest.mark.parametrize(("today", "cell"), [("05-13", "open_in_time"), ("05-14", "open_overdue")])
def test_what_was_returned_is_open(today: str, cell: str) -> None:
    """Its status stays «trả lại»; whether it is late follows the day."""
    state = after(terms(), fact(2, "reported", "2025-05-08"), fact(3, "returned", "2025-05-09"))
    assert status(terms(), state, day(today)) == "returned"
    assert bucket("returned", terms(), state, day(today)) == cell


def test_requested_units_are_outside_percentages() -> None:
    """They are shown, never measured."""
    assert not counts_in_percentages(terms(relation=REQUESTED))
    assert counts_in_percentages(terms())


TERMS = st.sampled_from(
    [
        terms(),
        terms(None),
        terms(kind="report"),
        terms(confirm="van-phong"),
        terms(relation=REQUESTED),
        terms(advisory=True),
        CAMPAIGN,
        ROUND,
        replace(ROUND, advisory=True),
    ]
)
DAYS = st.dates(date(2025, 4, 9), date(2025, 8, 31))


@st.composite
def legal(draw: st.DrawFn) -> tuple[Terms, list[Fact], State]:
    """Terms and a ledger of legal entries about them, made by asking the table what is allowed."""
    of = draw(TERMS)
    state, facts = initial(of, 1, AT), list[Fact]()
    for seq in range(2, 2 + draw(st.integers(0, 8))):
        tried = draw(st.sampled_from(sorted(MOVES[state.phase])))
        on = draw(DAYS)
        data = {
            "document": "09/BC",
            "answer": "done",
            "to": draw(DAYS).isoformat() if tried != "held_over" else "cong-an-moi",
            "last_day": draw(DAYS).isoformat(),
            "withdrawn": tried == "revised" and draw(st.booleans()),
        }
        line = draw(st.sampled_from(of.lines)) if of.lines else None
        made = fact(seq, tried, on.isoformat(), recorded=(on + timedelta(days=2)).isoformat(), line=line, data=data)
        try:
            state = apply(of, state, made)
        except IllegalMove as refused:
            assert tried not in refused.values["allowed"]  # type: ignore[operator]
            continue
        facts.append(made)
    return of, facts, state


@given(legal(), DAYS)
@settings(max_examples=200)
def test_a_legal_ledger_replays_and_is_counted_once(made: tuple[Terms, list[Fact], State], today: date) -> None:
    """Strict replay in any order gives the same state; exactly one cell unless cancelled; lateness fits the cell."""
    of, facts, state = made
    assert replay(of, initial(of, 1, AT), reversed(facts), strict=True) == state
    found = status(of, state, today)
    cell = bucket(found, of, state, today)
    assert found in ALL_STATUSES
    assert (cell is None) is (found == "cancelled")
    assert cell is None or cell in CELLS
    assert (days_late(of, state, today) > 0) is (cell in ("done_late", "open_overdue"))
    if is_open(state):
        assert cell in ("open_in_time", "open_overdue")


@given(legal())
@settings(max_examples=100)
def test_the_sequence_counts_calendar_kinds_only(made: tuple[Terms, list[Fact], State]) -> None:
    """A calendar's SEQUENCE rises with what it shows, and with nothing else."""
    _, facts, state = made
    kinds = Counter(each.kind in CALENDAR_KINDS for each in facts)
    answers = sum(each.kind == "answered" for each in facts)
    assert kinds[True] - answers <= state.sequence <= kinds[True]
    assert state.changed_seq in {1, *(each.seq for each in facts if each.kind in CALENDAR_KINDS)}


@given(st.lists(st.tuples(TERMS, st.none() | DAYS), max_size=12), DAYS)
@settings(max_examples=100)
def test_the_four_cells_partition(made: list[tuple[Terms, date | None]], today: date) -> None:
    """Their sum is the number of occurrences: nothing is lost, nothing counted twice."""
    counts: Counter[str] = Counter()
    for of, on in made:
        state = initial(of, 1, AT)
        if on is not None and of.kind == "once":
            state = apply(of, state, fact(2, "reported", on.isoformat()))
        cell = bucket(status(of, state, today), of, state, today)
        assert cell is not None
        counts[cell] += 1
    assert sum(counts[cell] for cell in CELLS) == len(made)


# Extension and the steps of a report


def test_one_request_for_a_later_day_at_a_time() -> None:
    """Asked once, answered, asked again; each move that makes no sense says which."""
    asked = fact(2, "extension_asked", "2025-05-08", data={"to": "2025-05-20"})
    state = after(terms(), asked)
    assert state.asked_until == day("05-20")
    refused = {
        "request.already_asked": fact(3, "extension_asked", "2025-05-09", data={"to": "2025-05-21"}),
        "request.not_later": fact(3, "extension_granted", "2025-05-09", data={"to": "2025-05-13"}),
    }
    for code, each in refused.items():
        with pytest.raises(IllegalMove) as illegal:
            apply(terms(), state, each)
        assert illegal.value.code == code
    with pytest.raises(IllegalMove) as illegal:
        after(terms(), fact(2, "extension_refused", "2025-05-09"))
    assert illegal.value.code == "request.nothing_asked"
    with pytest.raises(IllegalMove) as illegal:
        after(terms(None, kind="on-event"), asked)
    assert illegal.value.code == "request.no_day_to_extend"


def test_what_belongs_to_a_version_or_a_phase_ends_with_it() -> None:
    """A request lapses when the work is done or the plan moves the day; a pause and a call, with their deadline."""
    asked = fact(2, "extension_asked", "2025-05-08", data={"to": "2025-05-20"})
    assert after(terms(), asked, fact(3, "reported", "2025-05-12")).asked_until is None
    assert after(terms(), asked, revised(3, "2025-05-26")).asked_until is None
    heard = (fact(2, "acknowledged", "2025-05-08"), fact(3, "urged", "2025-05-08", data={"via": "phone"}))
    state = after(terms(), *heard)
    assert (state.acknowledged_on, state.urged) == (day("05-08"), {"unit": day("05-08"), "head": day("05-08")})
    granted = apply(terms(), state, fact(4, "extension_granted", "2025-05-09", data={"to": "2025-05-20"}))
    assert (granted.acknowledged_on, granted.urged, granted.extensions) == (None, {}, 1)


def test_the_day_of_submission_counts_and_the_wait_begins_when_it_was_typed() -> None:
    """Done on 12/5, typed on 15/5: in time, and the confirmer's days begin on 15/5; a return begins them anew."""
    of = terms(confirm="van-phong")
    state = after(of, fact(2, "reported", "2025-05-12", recorded="2025-05-15"))
    assert (state.waits, state.waits_since, state.done_on) == (1, day("05-15"), day("05-12"))
    assert bucket(status(of, state, day("06-01")), of, state, day("06-01")) == "done_on_time"
    back = apply(of, state, fact(3, "returned", "2025-05-16"))
    assert (back.waits, back.waits_since) == (1, None)
    again = apply(of, back, fact(4, "reported", "2025-05-19"))
    assert (again.waits, again.waits_since) == (2, day("05-19"))
    assert bucket(status(of, again, day("06-01")), of, again, day("06-01")) == "done_late"


def test_steps_go_forward_until_the_draft_is_taken_back() -> None:
    """A number only for what is signed, no step twice, another number only after taking it back."""
    of = terms(kind="report")
    number = {"document": "09/BC"}
    signed = after(of, fact(2, "signed", "2025-05-08"))
    assert (signed.step, signed.step_on) == ("signed", day("05-08"))
    numbered = apply(of, signed, fact(3, "numbered", "2025-05-09", data=number))
    tried = [
        (after(of), fact(4, "numbered", "2025-05-09", data=number), "request.number_before_signing"),
        (signed, fact(4, "drafted", "2025-05-09"), "request.step_done"),
        (numbered, fact(4, "issued", "2025-05-09", data={"document": "10/BC"}), "request.other_number"),
        (after(of), fact(4, "taken_back", "2025-05-09"), "request.nothing_to_take_back"),
    ]
    for state, each, code in tried:
        with pytest.raises(IllegalMove) as illegal:
            apply(of, state, each)
        assert illegal.value.code == code
    back = apply(of, numbered, fact(4, "taken_back", "2025-05-10"))
    assert (back.step, back.step_on, back.document) == ("", day("05-10"), None)
    issued = apply(of, numbered, fact(4, "issued", "2025-05-12", data=number))
    assert (issued.phase, issued.step, issued.step_on, issued.document) == ("done", "", None, "09/BC")
    with pytest.raises(IllegalMove):
        after(terms(), fact(2, "drafted", "2025-05-08"))


@given(legal())
@settings(max_examples=100)
def test_what_waits_and_what_is_asked_fit_the_phase(made: tuple[Terms, list[Fact], State]) -> None:
    """A wait only while submitted, a request and a step only while open; extensions are counted for good."""
    _, facts, state = made
    assert (state.waits_since is not None) is (state.phase == "submitted")
    assert state.asked_until is None or is_open(state)
    assert not state.step or is_open(state)
    assert state.extensions == sum(each.kind == "extension_granted" for each in facts)
