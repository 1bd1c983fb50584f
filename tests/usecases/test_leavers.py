"""People leave between a rung's day and the night that sends it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlmodel import Session, select

from models.tables import Notice
from outputs.channels import FileChannel
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import deliver, sweep
from usecases.verify import verify

PEOPLE = """people:
  "unit:cong-an":
    - { id: nguoi-cu, name: Người cũ, until: 2025-06-30 }
    - { id: nguoi-moi, name: Người mới, from: 2025-07-01 }
"""


def test_who_left_before_the_message_is_not_written_to(ward: Ward, tmp_path: Path) -> None:
    """Nights were missed from 20/6 to 3/7: what was due to the one who left goes to who came, once."""
    small.edit(ward.folder / "escalation.yaml", "people: {}\n", PEOPLE)
    ward.sync("2025-06-20")
    now = small.at("2025-07-03", 1, 30)
    sweep.sweep(ward.engine, today=date(2025, 7, 3), now=now)
    deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "out"), now=now, run="1")
    with Session(ward.engine) as session:
        of_police = session.exec(select(Notice).where(Notice.task == "tuyen-truyen", Notice.role == "unit")).all()
    states = {(each.recipient, each.state) for each in of_police}
    assert ("nguoi-cu", "sent") not in states
    assert ("nguoi-moi", "sent") in states
    assert not [each for each in (tmp_path / "out").iterdir() if "nguoi-cu" in each.name]
    sent = len(list((tmp_path / "out").iterdir()))
    ward.done("tuyen-truyen/cong-an/thang-6", "cong-an", "2025-07-03", on="2025-06-30", note="đã làm")
    ward.say("returned", "tuyen-truyen/cong-an/thang-6", "2025-07-03", by="van-phong", reason="thiếu số liệu")
    assert verify(ward.engine).faults == []
    sweep.sweep(ward.engine, today=date(2025, 7, 3), now=now)
    deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "out"), now=now, run="2")
    assert len(list((tmp_path / "out").iterdir())) == sent


CONFIRMERS = """people:
  office:
    - { id: nguoi-cu, name: Người cũ, until: 2025-06-30 }
    - { id: nguoi-moi, name: Người mới, from: 2025-07-01 }
  "unit:van-phong":
    - { id: nguoi-cu, name: Người cũ, until: 2025-06-30 }
    - { id: nguoi-moi, name: Người mới, from: 2025-07-01 }
"""


def test_who_confirms_now_reads_what_waited_for_who_left(ward: Ward, tmp_path: Path) -> None:
    """The reminder to confirm was due in June and leaves in July: to who confirms then, not to the role's bare name."""
    small.edit(ward.folder / "escalation.yaml", "people: {}\n", CONFIRMERS)
    ward.sync("2025-06-02")
    ward.done("bao-cao/a/6-thang", "a", "2025-06-03", on="2025-05-12", document="9/BC-UBND")
    sweep.sweep(ward.engine, today=date(2025, 6, 30), now=small.at("2025-06-30", 1))
    deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "out"), now=small.at("2025-07-03"), run="1")
    with Session(ward.engine) as session:
        waited = session.exec(select(Notice).where(Notice.role == "confirmer")).all()
    assert {(each.recipient, each.state) for each in waited} == {("nguoi-cu", "dropped"), ("nguoi-moi", "sent")}
