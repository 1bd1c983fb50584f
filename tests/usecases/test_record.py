"""What people tell: who may say what, when, and what it comes to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session, select

from models import queries
from models.tables import Entry, Notice, Occurrence, RungDay
from rules.errors import IllegalMove, RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from tests.usecases.files import PDF
from usecases import contents, events, sweep, targets
from usecases.status import status
from usecases.verify import verify

REPORT = "bao-cao/a/6-thang"


def refused(code: str):
    return pytest.raises(RequestRefused, match=f"request.{code}")


def test_a_report_is_closed_by_its_number(ward: Ward) -> None:
    """Issuing closes it, in time by the day it was issued; its rungs are gone."""
    with refused("needs_document"):
        ward.done(REPORT, "a", "2025-05-12")
    said = ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    assert (said.status, said.kind) == ("done_on_time", "issued")
    with Session(ward.engine) as session:
        left = session.exec(select(RungDay).where(RungDay.task == "bao-cao", RungDay.period == "6-thang")).all()
    assert left == []
    assert verify(ward.engine).faults == []


def test_done_after_the_last_day_is_late(ward: Ward) -> None:
    """The last day of «trước ngày 14/5» is 13/5."""
    said = ward.done(REPORT, "a", "2025-05-15", document="15/BC-UBND")
    assert (said.status, said.days_late) == ("done_late", 2)


def test_in_time_but_typed_late_waits_for_confirmation(ward: Ward) -> None:
    """What is said of a past day after the deadline counts by that day, and must be confirmed."""
    said = ward.done("tuyen-truyen/cong-an/thang-6", "cong-an", "2025-07-04", on="2025-06-28", note="đã làm")
    assert said.status == "submitted"
    report = status(ward.engine, now=small.at("2025-07-04"))
    counts = {each.unit: each.counts for each in report.units}["cong-an"]
    assert counts["done_on_time"] == 1
    assert ward.say("confirmed", "tuyen-truyen/cong-an/thang-6", "2025-07-05", by="van-phong").status == "done_on_time"


def test_marking_done_twice_is_refused(ward: Ward) -> None:
    """The second time says what is allowed."""
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    with pytest.raises(IllegalMove) as refusal:
        ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    assert "retracted" in refusal.value.values["allowed"]


def test_the_same_request_again_is_harmless(ward: Ward) -> None:
    """A phone that sends twice makes one entry."""
    first = ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND", request_id="r-1")
    again = ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND", request_id="r-1")
    assert again.repeated
    assert again.seq == first.seq
    with refused("request_reused"):
        ward.done("tap-huan/a/nam", "a", "2025-05-12", request_id="r-1")


@pytest.mark.parametrize(
    ("code", "by", "day", "on"),
    [
        ("not_holder", "cong-an", "2025-05-12", None),
        ("unknown_unit", "cong-ang", "2025-05-12", None),
        ("future", "a", "2025-05-12", "2025-05-13"),
        ("too_early", "a", "2025-05-12", "2025-01-09"),
    ],
)
def test_what_nobody_may_say(ward: Ward, code: str, by: str, day: str, on: str | None) -> None:
    """Another unit's work, an unknown unit, the future, and before the plan."""
    with refused(code):
        ward.done(REPORT, by, day, on=on, document="15/BC-UBND")


def test_an_unknown_occurrence_names_the_nearest(ward: Ward) -> None:
    """A slip of the pen gets the right name back."""
    with pytest.raises(RequestRefused) as refusal:
        ward.done("bao-cao/a/6-thangg", "a", "2025-05-12")
    assert REPORT in str(refusal.value.values["near"])


def test_nobody_confirms_their_own_work(ward: Ward) -> None:
    """A confirms others; what A did itself, Văn phòng confirms."""
    assert ward.done("tap-huan/a/nam", "a", "2025-05-12").status == "submitted"
    with refused("own_work"):
        ward.say("confirmed", "tap-huan/a/nam", "2025-05-13", by="a")
    with refused("not_confirmer"):
        ward.say("confirmed", "tap-huan/a/nam", "2025-05-13", by="cong-an")
    assert ward.say("confirmed", "tap-huan/a/nam", "2025-05-13", by="van-phong").status == "done_on_time"


def test_the_committee_confirms_what_others_did(ward: Ward) -> None:
    """Nobody of the ward stands above UBND: it confirms, returns and urges whatever a unit owes, but not its own."""
    plan = ward.folder / "plan.yaml"
    plan.write_text(plan.read_text(encoding="utf-8") + "committee: cong-an\n", encoding="utf-8")
    ward.sync("2025-05-10")
    ward.done("tap-huan/a/nam", "a", "2025-05-12")
    assert ward.say("returned", "tap-huan/a/nam", "2025-05-13", by="cong-an", reason="chưa rõ").status == "returned"
    ward.say("urged", "tap-huan/a/nam", "2025-05-14", by="cong-an", via="phone")
    ward.done("tap-huan/a/nam", "a", "2025-05-15")
    assert ward.say("confirmed", "tap-huan/a/nam", "2025-05-16", by="cong-an").status == "done_on_time"
    own = "tuyen-truyen/cong-an/thang-6"
    ward.done(own, "cong-an", "2025-07-10", on="2025-06-20")
    with refused("own_work"):
        ward.say("confirmed", own, "2025-07-11", by="cong-an")
    assert verify(ward.engine).faults == []


def test_a_return_needs_a_reason_and_reopens(ward: Ward) -> None:
    """Returned work is open again, with its ladder."""
    ward.done("tap-huan/a/nam", "a", "2025-05-12")
    with refused("needs_reason"):
        ward.say("returned", "tap-huan/a/nam", "2025-05-13", by="van-phong")
    assert (
        ward.say("returned", "tap-huan/a/nam", "2025-05-13", by="van-phong", reason="thiếu danh sách").status
        == "returned"
    )
    with Session(ward.engine) as session:
        assert session.exec(select(RungDay).where(RungDay.task == "tap-huan")).all()
    assert ward.done("tap-huan/a/nam", "a", "2025-05-14").status == "submitted"
    assert verify(ward.engine).faults == []


def test_retract_and_cancel(ward: Ward) -> None:
    """The unit takes its own word back; only who follows the others cancels."""
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    assert ward.say("retracted", REPORT, "2025-05-12", by="a", reason="nhầm số").status == "due_soon"
    with refused("not_overseer"):
        ward.say("cancelled", "tham-hoi/to-01/thang-6", "2025-05-12", by="to-01", reason="không làm")
    assert (
        ward.say("cancelled", "tham-hoi/to-01/thang-6", "2025-05-12", by="van-phong", reason="sáp nhập").status
        == "cancelled"
    )
    assert verify(ward.engine).faults == []


def test_a_check_in_closes_when_every_line_is_answered(ward: Ward) -> None:
    """Lead and helper lines both; a line can be answered «planned» only with its month."""
    place = "cap-nhat/to-01/dot-1"
    with refused("answer_instead"):
        ward.done(place, "to-01", "2025-04-14")
    with refused("answer_needs_month"):
        ward.answer(place, "ra-soat-kho-khan", "planned", "2025-04-14")
    with refused("answer_needs_proof"):
        ward.answer(place, "ra-soat-kho-khan", "done", "2025-04-14")
    with refused("unknown_line"):
        ward.answer(place, "tuan-tra", "nothing", "2025-04-14")
    assert (
        ward.answer(place, "ra-soat-kho-khan", "done", "2025-04-14", note="đã rà soát 120 hộ").status != "done_on_time"
    )
    assert ward.answer(place, "ra-soat", "planned", "2025-04-15", month="2025-06").status == "done_on_time"
    report = status(ward.engine, now=small.at("2025-04-15"))
    (item,) = [each for each in report.items if each.terms.key.short == place]
    lines = {line["task"]: line["answer"] for line in item.as_json()["lines"]}
    assert lines == {"ra-soat-kho-khan": "done", "ra-soat": "planned"}
    assert verify(ward.engine).faults == []


def test_not_yet_twice_running_is_raised(ward: Ward) -> None:
    """«Chưa» in two rounds: the monitoring officer is told, once, even when the round closes with it."""
    ward.answer("cap-nhat/cong-an/dot-1", "tuan-tra", "not-yet", "2025-04-14")
    ward.answer("cap-nhat/cong-an/dot-2", "tuan-tra", "not-yet", "2025-10-20")
    ward.answer("cap-nhat/cong-an/dot-2", "tuan-tra", "not-yet", "2025-10-21")
    with Session(ward.engine) as session:
        told = session.exec(select(Notice).where(Notice.rung == "not-yet")).all()
    assert [(each.role, each.state) for each in told] == [("monitor", "pending")]
    assert verify(ward.engine).faults == []


def test_evidence_is_stored_once_under_its_hash(ward: Ward, tmp_path: Path) -> None:
    """Two entries with the same file keep one copy; verify notices when it is changed."""
    file = tmp_path / "bien-ban.pdf"
    file.write_bytes(PDF)
    folder = ward.home / "evidence"
    ward.done("tap-huan/a/nam", "a", "2025-05-12", evidence=file, evidence_folder=folder)
    ward.done("tham-hoi/to-01/thang-6", "to-01", "2025-06-02", evidence=file, evidence_folder=folder)
    (stored,) = [each for each in folder.rglob("*") if each.is_file()]
    assert stored.stat().st_mode & 0o077 == 0  # nobody but the office's own account reads it
    assert verify(ward.engine, evidence_folder=folder).faults == []
    stored.write_bytes(b"khac")
    assert [each.code for each in verify(ward.engine, evidence_folder=folder).faults] == ["verify.file_differs"]
    with refused("no_such_file"):
        ward.done("tham-hoi/to-02/thang-6", "to-02", "2025-06-02", evidence=tmp_path / "x", evidence_folder=folder)


def test_a_case_counts_in_the_totals_only(ward: Ward) -> None:
    """An event about a child is in no list and no unit's row; its last day is two working days after it."""
    before = status(ward.engine, now=small.at("2025-04-28"))
    opened = events.open_event(
        ward.engine,
        task="vu-viec",
        at=small.at("2025-04-28", 16),
        ref="VV-01",
        now=small.at("2025-04-28", 17),
        recorded_by="thử",
    )
    after = status(ward.engine, now=small.at("2025-04-28"))
    assert sum(after.counts.values()) == sum(before.counts.values()) + 1
    assert "vv-01" not in str(after.as_json())
    own = status(ward.engine, now=small.at("2025-04-28"), unit="a")
    assert own.counts == own.units[0].counts
    assert sum(own.cases.values()) == 0
    with pytest.raises(RequestRefused) as told:
        ward.say("noted", "vu-viec/a/vv-02", "2025-04-28", note="x")
    assert "vv-01" not in str(told.value)
    assert not any("vu-viec" in each for each in contents.occurrence_names(ward.engine))
    assert opened.state.last_day is not None
    assert opened.state.last_day.isoformat() == "2025-05-05"  # 29/4 works; 30/4 to 4/5 are off
    with refused("event_exists"):
        events.open_event(
            ward.engine,
            task="vu-viec",
            at=small.at("2025-04-28"),
            ref="vv-01",
            now=small.at("2025-04-28", 17),
            recorded_by="thử",
        )
    with refused("not_on_event"):
        events.open_event(
            ward.engine,
            task="tap-huan",
            at=small.at("2025-04-28"),
            ref="x",
            now=small.at("2025-04-28", 17),
            recorded_by="thử",
        )
    assert ward.done("vu-viec/a/vv-01", "a", "2025-04-29", document="3/BC-UBND").status == "done_on_time"
    assert verify(ward.engine).faults == []


def test_an_event_is_opened_once_by_whom_and_when_it_can_be(ward: Ward) -> None:
    """The same request again is harmless; a later hour, an unknown word's owner or way, a reused id are refused."""

    def opened(**other: object):
        said = {"task": "vu-viec", "at": small.at("2025-02-03", 8), "ref": "vv-1", "now": small.at("2025-02-03")}
        return events.open_event(ward.engine, **said | {"recorded_by": "thử", "request_id": "r-1"} | other)

    first, again = opened(), opened()
    assert (first.seq, first.repeated) == (again.seq, not again.repeated)
    for code, other in {
        "request_reused": {"ref": "vv-2"},
        "future_hour": {"ref": "vv-2", "request_id": "r-2", "at": small.at("2025-02-03", 10)},
        "unknown_unit": {"ref": "vv-2", "request_id": "r-2", "by": "khong-co"},
        "unknown_channel": {"ref": "vv-2", "request_id": "r-2", "channel": "chim"},
    }.items():
        with refused(code):
            opened(**other)


def test_an_event_is_given_to_a_member_not_to_the_group(ward: Ward) -> None:
    """Twelve residential groups cannot hold one case: which of them, must be said."""
    small.edit(
        ward.folder / "tasks/04-to.yaml",
        "    kind: continuous\n    source: [{ clause: I.4-1, quote: Rà soát",
        "    kind: on-event\n    trigger: { event: kho-khan }\n    source: [{ clause: I.4-1, quote: Rà soát",
    )
    ward.sync("2025-02-01")
    said = {"task": "ra-soat-kho-khan", "at": small.at("2025-02-03"), "ref": "kk-1", "now": small.at("2025-02-03", 10)}
    for group in (None, "to"):
        with refused("which_member"):
            events.open_event(ward.engine, unit=group, recorded_by="thử", **said)
    with refused("not_holder"):
        events.open_event(ward.engine, unit="a", recorded_by="thử", **said)
    made = events.open_event(ward.engine, unit="to-02", recorded_by="thử", **said)
    assert (made.occurrence, made.state.held_by) == ("ra-soat-kho-khan/to-02/kk-1", "to-02")


@pytest.mark.parametrize(
    ("code", "other"), [("no_figure", {"value": float("inf")}), ("unknown_channel", {"channel": "chim"})]
)
def test_a_measured_value_that_is_none(ward: Ward, code: str, other: dict[str, object]) -> None:
    """Infinity is no figure and no JSON; a way of telling that nobody knows is refused as of any other word."""
    said = {"target": "giam-tai-nan", "value": 1.0, "unit": "to", "on": None, "now": small.at("2025-02-03")}
    with refused(code):
        targets.measure(ward.engine, recorded_by="thử", **said | other)


def test_a_target_waits_for_its_baseline(ward: Ward) -> None:
    """«Chưa đánh giá được» until the 2024 figure is recorded."""

    def measure(value: float, day: str) -> str:
        from datetime import date

        return targets.measure(
            ward.engine,
            target="giam-tai-nan",
            value=value,
            unit="to",
            on=date.fromisoformat(day),
            now=small.at("2025-12-20"),
            recorded_by="thử",
        ).state

    assert measure(8, "2025-12-01") == "unknown"
    assert measure(10, "2024-12-31") == "met"
    assert measure(9.5, "2025-12-15") == "not_met"
    (target,) = targets.targets(ward.engine)
    assert (target["baseline"], target["result"]) == (10, 5)
    with refused("unknown_target"):
        targets.measure(
            ward.engine, target="giam", value=1, unit="to", on=None, now=small.at("2025-12-20"), recorded_by="thử"
        )


def test_rights_go_to_the_heir_with_the_work(ward: Ward) -> None:
    """The monitor ended on 30/6: until then it urges, from 1/7 on only the office that a document names for it."""
    said = {"occurrence": "tuyen-truyen/cong-an/thang-6", "via": "phone"}
    ward.say("urged", day="2025-06-30", by="a", **said)
    with refused("not_overseer"):
        ward.say("urged", day="2025-07-01", by="a", **said)
    assert ward.say("urged", day="2025-07-01", by="phong-moi", **said).kind == "urged"


def test_urging_by_telephone_is_an_entry(ward: Ward) -> None:
    """Who followed, how, and when; a unit cannot urge."""
    said = ward.say("urged", REPORT, "2025-05-15", by="a", via="phone", note="đã gọi")
    assert said.status == "overdue"
    with refused("not_overseer"):
        ward.say("urged", REPORT, "2025-05-15", by="cong-an", via="phone")
    with refused("unknown_channel"):
        ward.say("urged", REPORT, "2025-05-15", by="a", via="pigeon")
    with Session(ward.engine) as session:
        assert session.exec(select(Entry.kind).where(Entry.kind == "urged")).all() == ["urged"]


def test_an_acknowledgement_holds_one_rung(ward: Ward) -> None:
    """The next rung moves by at most three working days, and only that one."""
    sweep.sweep(ward.engine, today=small.at("2025-05-14").date(), now=small.at("2025-05-14", 1))

    def days() -> dict[str, str]:
        with Session(ward.engine) as session:
            found = session.exec(select(RungDay).where(RungDay.task == "bao-cao", RungDay.period == "6-thang")).all()
            return {each.rung: each.due_on.isoformat() for each in found}

    before = days()
    ward.say("acknowledged", REPORT, "2025-05-15", by="a")
    after = days()
    moved = {rung for rung in before if after[rung] != before[rung]}
    assert moved == {"monitor"}
    assert (before["monitor"], after["monitor"]) == ("2025-05-16", "2025-05-20")


def test_nothing_is_half_written(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure after the entry was appended leaves neither entry nor state."""

    def fail(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(queries, "replace_rung_days", fail)
    with pytest.raises(RuntimeError):
        ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    with Session(ward.engine) as session:
        assert session.exec(select(Entry.kind)).all() == ["plan_revised"]
        assert set(session.exec(select(Occurrence.phase)).all()) == {"open"}


def test_a_request_id_is_of_one_request_only(ward: Ward) -> None:
    """The same id with another verb on the same occurrence is refused, not answered as if it had been done."""
    ward.done("tap-huan/a/nam", "a", "2025-05-12", request_id="r-2")
    with refused("request_reused"):
        ward.say("noted", "tap-huan/a/nam", "2025-05-12", by="a", note="thêm", request_id="r-2")
