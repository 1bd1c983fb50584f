"""Extension: who asks, who decides by who set the date, and what it leaves in sight."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, select

from models.tables import Entry, Notice, RungDay
from outputs.channels import FileChannel
from rules.errors import IllegalMove, RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import deliver, extend, sweep
from usecases.show import show
from usecases.status import status
from usecases.verify import verify

REPORT, TRAINING, CAMPAIGN = "bao-cao/a/6-thang", "tap-huan/a/nam", "tuyen-truyen/cong-an/thang-6"
ROUND = "cap-nhat/cong-an/dot-1"
LETTER = "45/UBND ngày 13/5/2025"


def refused(code: str):
    return pytest.raises(RequestRefused, match=f"request.{code}")


def ask(ward: Ward, occurrence: str, until: str, day: str, **more: Any):
    words: dict[str, Any] = {"reason": "chờ số liệu của trường", "now": small.at(day), "recorded_by": "thử"} | more
    return extend.ask(ward.engine, occurrence=occurrence, until=date.fromisoformat(until), **words)


def grant(ward: Ward, occurrence: str, by: str, day: str, until: str | None = None, **more: Any):
    words: dict[str, Any] = {"now": small.at(day), "recorded_by": "thử"} | more
    to = date.fromisoformat(until) if until else None
    return extend.grant(ward.engine, occurrence=occurrence, by=by, until=to, **words)


def refuse(ward: Ward, occurrence: str, by: str, day: str, **more: Any):
    words: dict[str, Any] = {"reason": "cần số liệu đúng hạn", "now": small.at(day), "recorded_by": "thử"} | more
    return extend.refuse(ward.engine, occurrence=occurrence, by=by, **words)


def data_of(ward: Ward, kind: str) -> str:
    with Session(ward.engine) as session:
        (entry,) = session.exec(select(Entry).where(Entry.kind == kind)).all()
        return entry.data


def test_what_the_upper_level_set_moves_with_its_document_only(ward: Ward) -> None:
    """Văn phòng records the district's letter; the unit itself, and Văn phòng without a letter, cannot."""
    ask(ward, REPORT, "2025-05-20", "2025-05-12")
    with refused("not_decider"):
        grant(ward, REPORT, "a", "2025-05-13", document=LETTER)
    with refused("needs_grant_document"):
        grant(ward, REPORT, "van-phong", "2025-05-13")
    said = grant(ward, REPORT, "van-phong", "2025-05-13", document=LETTER)
    assert (said.state.last_day, said.state.version, said.state.extensions) == (date(2025, 5, 20), 2, 1)
    assert said.state.extended_from == date(2025, 5, 13)
    assert "UBND quận" in data_of(ward, "extension_granted")
    assert LETTER in data_of(ward, "extension_granted")
    assert verify(ward.engine).faults == []


def test_law_and_custom_cannot_be_extended(ward: Ward) -> None:
    """The month of action is set by law: refused when it is asked, granted by nobody."""
    with refused("date_of_law"):
        ask(ward, CAMPAIGN, "2025-07-15", "2025-06-20")
    with refused("date_of_law"):
        grant(ward, CAMPAIGN, "van-phong", "2025-06-20", "2025-07-15", document=LETTER)


def test_what_the_office_set_the_office_extends(ward: Ward) -> None:
    """A round of check-ins: just as asked needs no document, anything else does."""
    ask(ward, ROUND, "2025-05-05", "2025-04-24")
    with refused("needs_grant_document"):
        grant(ward, ROUND, "van-phong", "2025-04-24", "2025-05-06")
    assert grant(ward, ROUND, "van-phong", "2025-04-24").state.last_day == date(2025, 5, 5)
    with refused("needs_grant_document"):
        grant(ward, ROUND, "van-phong", "2025-04-25", "2025-05-12")
    assert grant(ward, ROUND, "van-phong", "2025-04-25", "2025-05-12", document="12/TB").state.extensions == 2


def test_one_request_at_a_time_and_only_for_a_later_day(ward: Ward) -> None:
    """Asking twice, for the same day, for the past, refusing what nobody asked: each is said."""
    with refused("nothing_asked"):
        refuse(ward, REPORT, "van-phong", "2025-05-12")
    with refused("not_later"):
        ask(ward, REPORT, "2025-05-13", "2025-05-12")
    with refused("extension_past"):
        ask(ward, REPORT, "2025-05-14", "2025-05-15")
    with refused("needs_reason"):
        ask(ward, REPORT, "2025-05-20", "2025-05-12", reason=" ")
    with refused("not_asker"):
        ask(ward, REPORT, "2025-05-20", "2025-05-12", by="cong-an")
    ask(ward, REPORT, "2025-05-20", "2025-05-12")
    with refused("already_asked"):
        ask(ward, REPORT, "2025-05-21", "2025-05-12")
    refuse(ward, REPORT, "van-phong", "2025-05-13")
    said = ask(ward, REPORT, "2025-05-21", "2025-05-13")
    assert (said.state.asked_until, said.state.version) == (date(2025, 5, 21), 1)
    with refused("extension_past"):
        grant(ward, REPORT, "van-phong", "2025-05-22", document=LETTER)
    with refused("extension_needs_day"):
        grant(ward, TRAINING, "van-phong", "2025-05-13", document=LETTER)


def test_a_late_request_is_marked_and_what_is_closed_is_not_asked_for(ward: Ward) -> None:
    """After the last day it is late for good; a request lapses with the report."""
    ask(ward, REPORT, "2025-05-23", "2025-05-15")
    assert '"late":true' in data_of(ward, "extension_asked")
    assert ward.done(REPORT, "a", "2025-05-16", document="15/BC-UBND").state.asked_until is None
    with pytest.raises(IllegalMove):
        ask(ward, REPORT, "2025-05-30", "2025-05-16")
    with pytest.raises(IllegalMove):
        grant(ward, REPORT, "van-phong", "2025-05-16", "2025-05-30", document=LETTER)


def test_the_office_proposes(ward: Ward) -> None:
    """Văn phòng asks in a unit's place; the entry says that it is a proposal."""
    ask(ward, REPORT, "2025-05-20", "2025-05-12", by="van-phong")
    assert '"proposed":true' in data_of(ward, "extension_asked")


def test_a_granted_extension_cancels_what_was_not_sent(ward: Ward) -> None:
    """Waiting notices of the old deadline are dropped, what was sent stays, and the ladder begins again."""
    sweep.sweep(ward.engine, today=date(2025, 5, 16), now=small.at("2025-05-16", 1))
    with Session(ward.engine) as session:
        sent = session.exec(select(Notice).where(Notice.task == "bao-cao", Notice.rung == "unit-10")).one()
        sent.state = "sent"
        session.add(sent)
        session.commit()
    grant(ward, REPORT, "van-phong", "2025-05-16", "2025-06-06", document=LETTER)
    with Session(ward.engine) as session:
        of_report = (Notice.task == "bao-cao", Notice.period == "6-thang", Notice.recipient != "@events")
        states = {each.rung: each.state for each in session.exec(select(Notice).where(*of_report))}
        rungs = session.exec(select(RungDay).where(RungDay.task == "bao-cao", RungDay.period == "6-thang")).all()
    assert states.pop("unit-10") == "sent"
    assert states.pop("extension-granted-1") == "pending"
    assert set(states.values()) == {"dropped"}
    assert {each.version for each in rungs} == {2}
    assert verify(ward.engine).faults == []
    shown = show(ward.engine, occurrence=REPORT, now=small.at("2025-05-17")).as_json()
    assert (shown["extended_from"], shown["extensions"], shown["last_day"]) == ("2025-05-13", 1, "2025-06-06")


def test_a_past_day_knows_nothing_of_the_extension(ward: Ward) -> None:
    """Known by 14/5 it was overdue; from the day of the grant it is in time."""
    grant(ward, REPORT, "van-phong", "2025-05-15", "2025-05-20", document=LETTER)
    now = small.at("2025-06-01")
    before = show(ward.engine, occurrence=REPORT, now=now, as_of=date(2025, 5, 14)).as_json()
    after = show(ward.engine, occurrence=REPORT, now=now, as_of=date(2025, 5, 15)).as_json()
    assert (before["status"], before["extensions"]) == ("overdue", 0)
    assert (after["status"], after["extensions"]) == ("due_soon", 1)


def test_the_same_request_again_is_harmless(ward: Ward) -> None:
    """A page that is sent twice asks once."""
    first = ask(ward, REPORT, "2025-05-20", "2025-05-12", request_id="x-1")
    again = ask(ward, REPORT, "2025-05-20", "2025-05-12", request_id="x-1")
    assert (again.seq, again.repeated) == (first.seq, True)


def told(ward: Ward) -> list[tuple[str, str, str]]:
    """The news of extensions in the outbox: rung, role, state."""
    with Session(ward.engine) as session:
        rows = session.exec(select(Notice).where(Notice.rung.startswith("extension-")).order_by(Notice.rung)).all()
    return [(row.rung, row.role, row.state) for row in rows]


def test_the_setter_hears_of_a_request_and_the_unit_of_the_answer(ward: Ward, tmp_path: Path) -> None:
    """Told that day, each time anew, and not as a reminder; a request that was answered is no longer told."""
    ask(ward, REPORT, "2025-05-20", "2025-05-12")
    assert told(ward) == [("extension-asked-1", "office", "pending")]
    refuse(ward, REPORT, "van-phong", "2025-05-12")
    assert told(ward) == [("extension-asked-1", "office", "dropped"), ("extension-refused-1", "unit", "pending")]
    ask(ward, REPORT, "2025-05-21", "2025-05-12")
    channel = FileChannel(tmp_path)
    (done,) = deliver.deliver(ward.engine, channel=channel, now=small.at("2025-05-12"), run="thử")
    assert (done.sent, done.folded) == (2, 0)
    texts = "".join(path.read_text(encoding="utf-8") for path in tmp_path.glob("*.txt"))
    assert "có đề nghị gia hạn đến 21/05/2025" in texts
    assert "Không gia hạn, hạn vẫn là 13/05/2025" in texts
    grant(ward, REPORT, "van-phong", "2025-05-13", document=LETTER)
    assert ("extension-granted-1", "unit", "pending") in told(ward)
    items = status(ward.engine, now=small.at("2025-05-13")).items
    assert [each.rung for each in items if each.terms.key.short == REPORT] == [None]
    assert verify(ward.engine).faults == []


def test_what_the_office_proposes_goes_to_the_leader_who_decides(ward: Ward) -> None:
    """Văn phòng's own request of a date of UBND; of one that the upper level set, nobody of the ward decides."""
    ask(ward, REPORT, "2025-05-20", "2025-05-12", by="van-phong")
    assert told(ward) == []
    ask(ward, TRAINING, "2026-01-15", "2025-05-12", by="van-phong")
    assert [role for _, role, _ in told(ward)] == ["vice-chair"]
