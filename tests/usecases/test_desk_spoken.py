"""What the pages read of the ledger beside the status: news, what was said, files; on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from models.session import reading
from tests.usecases import small
from tests.usecases.conftest import Ward, ward
from tests.usecases.files import PDF
from tests.usecases.test_desk import at_work, page
from usecases.desk import board as boards
from usecases.desk import meeting as meetings
from usecases.desk import reading as desk_reading
from usecases.desk.filters import Filters

__all__ = ["ward"]


@pytest.fixture
def busy(ward: Ward) -> Ward:
    """The ward at work."""
    return at_work(ward)


def test_news_are_what_came_since_without_cases(busy: Ward) -> None:
    """Newest first, the answers of one check-in together, nothing of a case."""
    with reading(busy.engine) as session:
        desk = desk_reading.read(session, now=small.at("2025-05-22"))
        in_all, news = boards.news(session, desk.plan, 1)
        none, nothing = boards.news(session, desk.plan, desk.head)
    assert in_all == sum(each.times for each in news)
    assert [each.seq for each in news] == sorted((each.seq for each in news), reverse=True)
    assert {each.kind for each in news} == {"reported", "answered", "noted"}
    assert (none, nothing) == (0, ())


def test_evidence_is_named_with_its_hash(busy: Ward, tmp_path: Path) -> None:
    """The file of an entry, by the SHA-256 under which it lies."""
    file = tmp_path / "minh-chung.pdf"
    file.write_bytes(PDF)
    busy.done(
        "tuyen-truyen/cong-an/thang-6", "cong-an", "2025-06-10", evidence=file, evidence_folder=busy.home / "evidence"
    )
    made = page(busy, "tuyen-truyen/cong-an/thang-6", "2025-06-11")
    assert [(each.name, each.size) for each in made.files] == [("minh-chung.pdf", len(PDF))]
    assert made.entries[0].files == (made.files[0].sha256,)


def test_before_a_meeting_each_late_task_has_its_why(busy: Ward) -> None:
    """What was said about it stands beside it, and the chair is asked about the upper level's report first."""
    with reading(busy.engine) as session:
        made = meetings.meeting(session, desk_reading.read(session, now=small.at("2025-05-22")))
    first = made.late.shown[0]
    assert first.line.id == "bao-cao/a/6-thang"
    assert [(each.kind, each.text) for each in first.spoken] == [("noted", "chờ số liệu của trường")]
    assert made.decisions.shown[0].kind == "upward"
    assert all(not each.line.requested and not each.line.late for each in made.ahead.shown)


def test_what_a_unit_wrote_stands_until_somebody_answers(busy: Ward) -> None:
    """Not where the office itself noted it, not on a day before it was said, nor once the work is done."""
    visit = "tham-hoi/to-02/thang-6"

    def calling(day: str, **more: Any) -> list[tuple[str, str]]:
        with reading(busy.engine) as session:
            desk = desk_reading.read(session, now=small.at("2025-06-20"), as_of=small.at(day).date(), **more)
        return [(line.id, call.text) for line, call in boards.board(desk, Filters()).calls]

    assert visit not in {of for of, _ in calling("2025-06-20")}
    busy.say("noted", visit, "2025-06-10", by="to-02", note="thiếu danh sách trẻ em của tổ")
    busy.say("noted", "tham-hoi/to-03/thang-6", "2025-06-10", by="van-phong", note="đã gọi")
    assert [each for each in calling("2025-06-11") if each[0].startswith("tham-hoi")] == [
        (visit, "thiếu danh sách trẻ em của tổ")
    ]
    assert visit not in {of for of, _ in calling("2025-06-09")}
    assert visit not in {of for of, _ in calling("2025-06-20", known_by=small.at("2025-06-09").date())}
    busy.say("noted", visit, "2025-06-12", by="van-phong", note="đã gửi danh sách")
    assert visit not in {of for of, _ in calling("2025-06-12")}
    assert visit in {of for of, _ in calling("2025-06-11")}
    busy.say("noted", visit, "2025-06-13", by="to-02", note="vẫn thiếu")
    busy.done(visit, "to-02", "2025-06-14", note="đã thăm")
    assert visit not in {of for of, _ in calling("2025-06-20")}
