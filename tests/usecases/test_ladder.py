"""`kehoach ladder`: what was told, what comes next, when, to whom, and why not otherwise."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from models import queries
from models.session import reading
from models.tables import Notice
from outputs.ladder import ladder_lines
from rules import ladder as rules
from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from texts import area
from usecases import extend, plans, sweep
from usecases.ladder import Step, explain
from usecases.verify import verify

REPORT, TRAINING, REQUESTED = "bao-cao/a/6-thang", "tap-huan/a/nam", "thieu-nhi/doan/thang-6"
ROOT = Path(__file__).parents[2]
SOURCES = ("rules/timing.py", "rules/ladder.py", "usecases/ladder.py")
KINDS = ("done", "returned", "retracted", "urged", "acknowledged", "granted", "night")


def night(ward: Ward, day: str) -> None:
    sweep.sweep(ward.engine, today=date.fromisoformat(day), now=small.at(day, 1))


def steps(ward: Ward, day: str, occurrence: str = REPORT) -> dict[str, Step]:
    explained, _ = explain(ward.engine, occurrence=occurrence, now=small.at(day))
    return {each.rung: each for each in explained.steps}


def of_all(ward: Ward, day: str, occurrence: str = REPORT) -> list[str]:
    explained, _ = explain(ward.engine, occurrence=occurrence, now=small.at(day))
    return [each.code for each in explained.why]


def codes(step: Step) -> list[str]:
    return [each.code for each in step.why]


def test_sent_waiting_and_to_come(ward: Ward) -> None:
    """What the outbox holds stands beside what the rules plan."""
    night(ward, "2025-05-08")
    with Session(ward.engine) as session:
        of_report = (Notice.task == "bao-cao", Notice.rung == "unit-10")
        notice = session.exec(select(Notice).where(*of_report)).one()
        notice.state, notice.channel, notice.sent_at = "sent", "email", small.at("2025-04-25")
        session.add(notice)
        session.commit()
    found = steps(ward, "2025-05-08")
    assert {rung: found[rung].state for rung in ("unit-10", "unit-3", "unit-0", "head")} == {
        "unit-10": "sent",
        "unit-3": "pending",
        "unit-0": "due",
        "head": "due",
    }
    assert (found["unit-10"].channel, found["head"].recipient, found["head"].nominal) == (
        "email",
        "head:a",
        date(2025, 5, 14),
    )
    assert of_all(ward, "2025-05-08") == []


def test_what_was_sent_before_a_call_is_not_said_to_be_the_call(ward: Ward) -> None:
    """A telephone call stands for the rungs that were not sent; of one that was, nothing is explained away."""
    night(ward, "2025-05-08")
    with Session(ward.engine) as session:
        for notice in session.exec(select(Notice).where(Notice.task == "bao-cao", Notice.rung == "unit-10")):
            notice.state, notice.channel, notice.sent_at = "sent", "email", small.at("2025-05-08")
        session.commit()
    ward.say("urged", REPORT, "2025-05-14", by="van-phong", via="phone")
    found = steps(ward, "2025-05-14")
    assert (found["unit-10"].state, codes(found["unit-10"])) == ("sent", [])
    assert (found["unit-3"].state, codes(found["unit-3"])) == ("dropped", ["urged"])


def test_acknowledged_and_urged_say_so(ward: Ward) -> None:
    """A pause names its day; a telephone call silences the rungs that were due, and the sweep tells them no more."""
    ward.say("acknowledged", REPORT, "2025-05-15", by="a")
    ward.say("urged", REPORT, "2025-05-15", by="van-phong", via="phone")
    found = steps(ward, "2025-05-15")
    assert (found["monitor"].due_on, codes(found["monitor"])) == (date(2025, 5, 20), ["acknowledged"])
    assert {rung for rung, step in found.items() if step.state == "silent"} == {"unit-10", "unit-3", "unit-0", "head"}
    assert codes(found["head"]) == ["urged"]
    night(ward, "2025-05-15")
    with Session(ward.engine) as session:
        told = {each.rung for each in session.exec(select(Notice).where(Notice.task == "bao-cao"))}
    assert told == {"overdue"}
    with pytest.raises(RequestRefused, match=r"request\.already_acknowledged"):
        ward.say("acknowledged", REPORT, "2025-05-16", by="a")
    assert ward.say("acknowledged", REPORT, "2025-05-21", by="a").state.acknowledged_on == date(2025, 5, 21)
    assert verify(ward.engine).faults == []


def test_urging_drops_what_waits_and_leaves_what_was_sent(ward: Ward) -> None:
    """A call before the digest's hour: the notice that waited is dropped; of another role it still waits."""
    night(ward, "2025-05-16")
    ward.say("urged", REPORT, "2025-05-16", by="van-phong", via="meeting", to="head")
    found = steps(ward, "2025-05-16")
    assert {rung: found[rung].state for rung in ("head", "unit-0", "monitor")} == {
        "head": "dropped",
        "unit-0": "pending",
        "monitor": "pending",
    }
    with pytest.raises(RequestRefused, match=r"request\.unknown_role"):
        ward.say("urged", REPORT, "2025-05-16", by="van-phong", via="phone", to="chair")
    assert verify(ward.engine).faults == []


def test_what_waits_for_confirmation_reminds_who_confirms(ward: Ward) -> None:
    """Only the confirmer, after three working days; a supplement begins them anew; once confirmed nobody."""
    night(ward, "2025-05-12")
    ward.done(TRAINING, "a", "2025-05-12")
    assert of_all(ward, "2025-05-12", TRAINING) == ["waits"]
    (step,) = [each for each in steps(ward, "2025-05-12", TRAINING).values() if each.state == "due"]
    assert (step.rung, step.role, step.recipient, step.due_on) == (
        "confirm-1",
        "confirmer",
        "unit:van-phong",
        date(2025, 5, 16),
    )
    assert verify(ward.engine).faults == []
    night(ward, "2025-05-16")
    ward.say("supplement_asked", TRAINING, "2025-05-16", by="van-phong", reason="thiếu danh sách")
    found = steps(ward, "2025-05-16", TRAINING)
    assert (found["confirm-1"].state, found["confirm-2"].due_on) == ("dropped", date(2025, 5, 22))
    ward.say("confirmed", TRAINING, "2025-05-19", by="van-phong")
    assert of_all(ward, "2025-05-19", TRAINING) == ["closed"]
    assert verify(ward.engine).faults == []


def test_an_extension_stands_over_the_ladder(ward: Ward) -> None:
    """Asked for: the old day still rules; granted: what was not sent fell away, and the ladder began again."""
    night(ward, "2025-05-14")
    words: dict[str, Any] = {"occurrence": REPORT, "recorded_by": "thử"}
    until = date(2025, 6, 6)
    extend.ask(ward.engine, until=until, reason="chờ số liệu", now=small.at("2025-05-14"), **words)
    assert of_all(ward, "2025-05-14") == ["asked"]
    extend.grant(ward.engine, by="van-phong", document="45/UBND", now=small.at("2025-05-15"), **words)
    explained, _ = explain(ward.engine, occurrence=REPORT, now=small.at("2025-05-15"))
    assert [(each.code, each.day, each.who) for each in explained.why] == [("extended", date(2025, 5, 13), "1")]
    fell = [each for each in explained.steps if each.version == 1]
    assert {each.state for each in fell} == {"dropped"}
    assert {each.why[0].code for each in fell} == {"new_deadline"}
    assert {each.version for each in explained.steps if each.state == "due"} == {2}


def test_what_was_dropped_and_is_owed_again_is_told(ward: Ward) -> None:
    """Done before the message left, and taken back: nobody had been told, so they are."""
    night(ward, "2025-05-14")
    ward.done(REPORT, "a", "2025-05-14", document="15/BC-UBND")
    assert {each.state for each in steps(ward, "2025-05-14").values()} == {"dropped"}
    ward.say("retracted", REPORT, "2025-05-15", by="a", reason="nhầm số")
    assert verify(ward.engine).faults == []
    assert steps(ward, "2025-05-15")["head"].state == "due"
    night(ward, "2025-05-15")
    assert steps(ward, "2025-05-15")["head"].state == "pending"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_explanation_in_words(ward: Ward, lang: str) -> None:
    """Every reason has words; of a body that is only requested nobody reads «quá hạn»."""
    ward.say("acknowledged", REPORT, "2025-05-15", by="a")
    for occurrence in (REPORT, REQUESTED, TRAINING):
        explained, in_force = explain(ward.engine, occurrence=occurrence, now=small.at("2025-07-15"))
        lines = "\n".join(ladder_lines(explained.as_json(), in_force.unit_name, lang))
        assert occurrence in lines
        assert "{" not in lines
        if occurrence == REQUESTED:
            assert [each.code for each in explained.why] == ["requested"]
            assert not any(word in lines for word in ("quá hạn", "trả lại", "%", "overdue", "gia hạn"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_reason_has_words(lang: str) -> None:
    """Whatever code the rules or this page give, both languages say it."""
    source = "".join((ROOT / each).read_text(encoding="utf-8") for each in SOURCES)
    given_codes = set(re.findall(r'Why\("([a-z_]+)"', source))
    said = {key.removeprefix("why_") for key in area("ladder", lang) if key.startswith("why_")}
    assert given_codes | {"extended_request"} == said


DAYS = st.integers(0, 200).map(lambda n: date(2025, 3, 1) + timedelta(days=n))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_sweep_equals_decide_whatever_is_said(ward: Ward, data: st.DataObject) -> None:
    """After any entries on any days: the outbox holds just what `decide` tells, and verify finds nothing."""
    occurrence = data.draw(st.sampled_from((REPORT, TRAINING, "tham-hoi/to-01/thang-6", REQUESTED)))
    unit = occurrence.split("/")[1]
    for day in sorted(data.draw(st.lists(DAYS, max_size=4))):
        kind = data.draw(st.sampled_from(KINDS))
        _say(ward, kind, occurrence, unit, day)
    today = data.draw(DAYS)
    before, found = _told(ward, occurrence), _decided(ward, occurrence, today)
    night(ward, today.isoformat())
    assert _told(ward, occurrence) == before | found
    assert _decided(ward, occurrence, today) == set()
    assert verify(ward.engine).faults == []


def _say(ward: Ward, kind: str, occurrence: str, unit: str, day: date) -> None:
    on, words = day.isoformat(), {"occurrence": occurrence, "now": small.at(day.isoformat()), "recorded_by": "thử"}
    try:
        if kind == "night":
            night(ward, on)
        elif kind == "done":
            ward.done(occurrence, unit, on, document=f"{day:%d%m}/BC-UBND")
        elif kind == "granted":
            extend.grant(ward.engine, by="van-phong", until=day + timedelta(days=20), document="1/UBND", **words)
        else:
            by = unit if kind in ("retracted", "acknowledged") else "van-phong"
            more = {"via": "phone"} if kind == "urged" else {"document": "2/UBND"} if kind == "returned" else {}
            ward.say(kind, occurrence, on, by=by, reason="lý do", **more)
    except RequestRefused:
        pass  # what the rules refuse changes nothing


def _told(ward: Ward, occurrence: str) -> set[tuple[str, int, str]]:
    with reading(ward.engine) as session:
        key = plans.in_force(session, *plans.find(session))
        every = queries.told(session, key.office, key.plan)
    return {each for of, told in every.items() if of.short == occurrence for each in told}


def _decided(ward: Ward, occurrence: str, today: date) -> set[tuple[str, int, str]]:
    from usecases.enter import find_occurrence

    with reading(ward.engine) as session:
        plan = plans.in_force(session, *plans.find(session))
        terms, state = find_occurrence(session, plan, occurrence)
    told = _told(ward, occurrence)
    found = rules.decide(terms, state, plan.policy, plan.calendar, plan.directory, today, told)
    return {(each.rung, each.version, each.recipient) for each in found}
