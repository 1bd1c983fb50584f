"""A request id sent again: the same words change nothing, whatever has happened since; other words are refused."""

from __future__ import annotations

from datetime import date
from typing import Any
from unicodedata import normalize

import pytest
from sqlmodel import Session, select

from models.tables import Entry
from rules.errors import RequestRefused
from tests.usecases import files, small
from tests.usecases.conftest import Ward
from tests.usecases.test_at_once import at_once
from usecases import events, extend, record, redact, steps, succession, sync, targets, uploads
from usecases.verify import verify

REPORT = "bao-cao/a/6-thang"
COURSE = "tap-huan/a/nam"
CHECK_IN = "cap-nhat/cong-an/dot-1"
DAY = "2025-05-12"


def ask(ward: Ward, verb: str, day: str = DAY, **said: Any) -> Any:
    """One request of a verb with the id «r», sent on a day."""
    told = {"now": small.at(day), "recorded_by": "thử", "channel": "api", "request_id": "r"} | said
    verbs = {
        "done": record.done,
        "answer": record.answer,
        "say": record.say,
        "step": steps.step,
        "ask": extend.ask,
        "grant": extend.grant,
        "refuse": extend.refuse,
        "event": events.open_event,
        "measure": targets.measure,
    }
    return verbs[verb](ward.engine, **told)


def entries(ward: Ward) -> list[str]:
    with Session(ward.engine) as session:
        return list(session.exec(select(Entry.kind).order_by(Entry.seq)))


def noted(**more: Any) -> dict[str, Any]:
    return {"verb": "say", "kind": "noted", "occurrence": COURSE, "by": "a", "note": "Một lần"} | more


DONE = {"verb": "done", "occurrence": COURSE, "by": "a", "note": "Xong", "document": "5/BC"}
ANSWER = {"verb": "answer", "occurrence": CHECK_IN, "line": "tuan-tra", "answer": "planned", "month": "2025-06"}
ASK = {"verb": "ask", "occurrence": COURSE, "until": date(2026, 1, 20), "reason": "Chờ giảng viên"}
GRANT = {"verb": "grant", "occurrence": COURSE, "by": "van-phong", "document": "7/TB", "until": date(2026, 1, 20)}
EVENT = {"verb": "event", "task": "vu-viec", "at": small.at("2025-05-10", 8), "ref": "vv-1"}
MEASURE = {"verb": "measure", "target": "giam-tai-nan", "value": 5.0, "unit": "to-01", "on": None}
URGED = {"verb": "say", "kind": "urged", "occurrence": COURSE, "by": "van-phong", "via": "phone", "note": "Đã gọi"}

OTHERS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    *((noted(), {name: value}) for name, value in (("note", "Hai lần"), ("by", "van-phong"), ("channel", "phone"))),
    (noted(), {"on": date(2025, 5, 9)}),
    (noted(), {"kind": "retracted", "reason": "x", "note": None}),
    (noted(), {"kind": "confirmed", "by": "van-phong"}),
    (noted(), {"occurrence": REPORT}),
    *((DONE, {name: value}) for name, value in (("note", None), ("document", None), ("document", "6/BC"))),
    (DONE, {"evidence": uploads.checked("a.pdf", files.PDF)}),
    (ANSWER, {"month": "2025-07"}),
    (ANSWER, {"answer": "nothing", "month": None}),
    (ANSWER, {"line": "khac"}),
    (ASK, {"until": date(2026, 1, 21)}),
    (ASK, {"reason": "Khác"}),
    (GRANT, {"until": None}),
    (GRANT, {"document": "8/TB"}),
    (GRANT, {"decided_by": "Chủ tịch"}),
    (EVENT, {"at": small.at("2025-05-10", 9)}),
    (EVENT, {"ref": "vv-2"}),
    (EVENT, {"by": "van-phong"}),
    (MEASURE, {"value": 6.0}),
    (MEASURE, {"unit": "to-02"}),
    (MEASURE, {"note": "Thêm"}),
    (URGED, {"via": "zalo"}),
    (URGED, {"to": "head"}),
    (URGED, {"kind": "noted", "via": None}),
]


@pytest.mark.parametrize(("first", "other"), OTHERS, ids=lambda said: "-".join(map(str, said.values()))[:60])
def test_an_id_is_of_one_request(first: dict[str, Any], other: dict[str, Any], ward: Ward) -> None:
    """Another verb, other work or other words under the same id are refused, and nothing is written; the same once
    more is the same."""
    made = ask(ward, **first)
    before = entries(ward)
    again = ask(ward, **first)
    assert (again.seq, again.repeated) == (made.seq, True)
    with pytest.raises(RequestRefused) as refused:
        ask(ward, **(first | other))
    assert refused.value.code.partition(".")[2] in ("request_reused", "unknown_line")
    assert entries(ward) == before


@pytest.mark.parametrize(
    "first", [noted(), DONE, ANSWER, ASK, GRANT, EVENT, MEASURE, URGED], ids=lambda said: said["verb"]
)
def test_the_day_after_it_is_still_the_same(first: dict[str, Any], ward: Ward) -> None:
    """Sent without a day, a request is of the day that it was recorded on, however late it comes again."""
    made = ask(ward, **first)
    again = ask(ward, day="2025-05-13", **first)
    assert (again.seq, again.repeated) == (made.seq, True)
    if first["verb"] != "event":
        assert ask(ward, **(first | {"on": date(2025, 5, 12)})).repeated
    assert verify(ward.engine).faults == []


def test_what_is_refused_by_now_is_repeated_all_the_same(ward: Ward) -> None:
    """An acknowledgement in its pause, a report that was returned since, a grant of what is granted: each as before."""
    acknowledged = {"verb": "say", "kind": "acknowledged", "occurrence": COURSE, "by": "a", "request_id": "r-1"}
    done = DONE | {"request_id": "r-2"}
    granted = GRANT | {"request_id": "r-3", "until": None}
    ask(ward, **(ASK | {"request_id": "r-0"}))
    made = [ask(ward, **each).seq for each in (acknowledged, granted, done)]
    ask(ward, **noted(kind="returned", by="van-phong", reason="Thiếu", request_id="r-4"))
    again = [ask(ward, day="2025-05-13", **each) for each in (acknowledged, granted, done)]
    assert [each.seq for each in again] == made
    assert all(each.repeated for each in again)


def test_another_verb_that_is_refused_anyway(ward: Ward) -> None:
    """It is told that the id is used, not that its words had been recorded."""
    ask(ward, **DONE)
    for other in (ASK | {"until": date(2024, 1, 1)}, noted(kind="acknowledged", note=None), GRANT):
        with pytest.raises(RequestRefused) as refused:
            ask(ward, **other)
        assert refused.value.code == "request.request_reused"
        assert refused.value.values["seq"] == 2
    assert entries(ward) == ["plan_revised", "reported"]


def test_a_step_of_a_report(ward: Ward) -> None:
    """Issued with the number that the clerk gave before: the same again, whether the number is said or not."""
    said = {"verb": "step", "occurrence": REPORT, "by": "van-phong"}
    ask(ward, **(said | {"step": "drafted", "by": "a", "request_id": "r-1"}))
    ask(ward, **(said | {"step": "signed", "request_id": "r-2"}))
    ask(ward, **(said | {"step": "numbered", "document": "45/BC", "request_id": "r-3"}))
    issued = ask(ward, **(said | {"step": "issued"}))
    for document in (None, "45/BC"):
        assert ask(ward, **(said | {"step": "issued", "document": document})).seq == issued.seq
    with pytest.raises(RequestRefused):
        ask(ward, **(said | {"step": "issued", "document": "46/BC"}))
    with pytest.raises(RequestRefused):
        ask(ward, **(said | {"step": "numbered", "document": "45/BC"}))


def test_what_the_heir_sends_again_for_whom_it_follows(ward: Ward) -> None:
    """A request that was lost on the way over a succession is the same one, though another holds the work now."""
    said = noted(by="a")
    made = ask(ward, day="2025-06-30", **said)
    sync.sync(ward.engine, directory=ward.folder, overlay=None, now=small.at("2025-07-01"), recorded_by="thử")
    succession.succeed(ward.engine, today=date(2025, 7, 1), now=small.at("2025-07-01"), recorded_by="thử")
    again = ask(ward, day="2025-07-01", **(said | {"by": "phong-moi"}))
    assert (again.seq, again.repeated) == (made.seq, True)
    with pytest.raises(RequestRefused):
        ask(ward, day="2025-07-01", **(said | {"by": "van-phong"}))


def test_an_erased_text_is_not_held_against_anybody(ward: Ward) -> None:
    """After its words are gone, whoever sends them again learns nothing of whether they were those."""
    made = ask(ward, **noted())
    redact.redact(ward.engine, seq=made.seq, by="van-phong", reason="thử", now=small.at(DAY), recorded_by="thử")
    assert ask(ward, **noted()).repeated
    assert ask(ward, **noted(note="Hai lần")).repeated


def test_letters_are_compared_as_they_are_kept(ward: Ward) -> None:
    """Composed and decomposed marks are the same words."""
    ask(ward, **noted(note="Đã họp"))
    assert ask(ward, **noted(note=normalize("NFD", "Đã họp"))).repeated


@pytest.mark.parametrize("other", [{}, {"note": "Hai lần"}, {"kind": "acknowledged", "note": None}], ids=str)
def test_two_at_once(other: dict[str, Any], ward: Ward) -> None:
    """One of them is recorded; the other is its repeat, or refused, never a second entry or a fault of ours."""
    faults, made = [], []
    for each in at_once(ward, lambda: ask(ward, **noted()), lambda: ask(ward, **noted(**other))):
        faults += [each.exception()] if each.exception() else []
        made += [] if each.exception() else [each.result()]
    assert len(entries(ward)) == 2
    if other:
        assert [getattr(each, "code", each) for each in faults] == ["request.request_reused"]
    else:
        assert sorted(each.repeated for each in made) == [False, True]
