"""Letters about what a unit owes: which form, which work goes in, whom a case may be sent to."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import select
from sqlmodel import Session

from models.tables import Entry
from outputs.channels import FileChannel
from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import deliver, events, letters, sweep

REPORT = "bao-cao/a/6-thang"
CHECK_IN = "cap-nhat/a/dot-1"
CAMPAIGN = "thieu-nhi/doan/thang-6"


def drafted(ward: Ward, occurrence: str, day: str, **more: str) -> letters.Letter:
    return letters.letter(ward.engine, occurrence=occurrence, now=small.at(day), **more)


def words(made: letters.Letter) -> str:
    document = Document(BytesIO(made.body))
    cells = [each for table in document.tables for cell in table._cells for each in cell.paragraphs]
    return "\n".join(each.text for each in (*cells, *document.paragraphs))


def refusal(ward: Ward, occurrence: str, day: str, **more: str) -> RequestRefused:
    with pytest.raises(RequestRefused) as refused:
        drafted(ward, occurrence, day, **more)
    return refused.value


def test_an_internal_unit_gets_a_phieu_with_all_that_is_late(ward: Ward) -> None:
    """The report asked for and the round of the same unit, in one draft; other units' work is not in it."""
    made = drafted(ward, REPORT, "2025-05-20")
    assert made.name == "phieu-nhac-viec-a-2025-05-20.docx"
    assert made.occurrences == (REPORT, CHECK_IN)
    said = words(made)
    assert "PHIẾU NHẮC VIỆC" in said
    assert "mục I.1, gạch đầu dòng thứ 1 của Kế hoạch: «Báo cáo kết quả 6 tháng (trước ngày 14/5/2025)" in said
    assert "chưa hoàn thành, quá hạn 7 ngày" in said
    assert "12/TB-UBND ngày 03/3/2025" in said and "1/1 nội dung chưa trả lời" in said
    assert "28/5/2025 (ngày đề xuất" in said  # five working days after Wednesday 21/5


def test_the_proposed_day_counts_working_days(ward: Ward) -> None:
    """On the Tuesday before 30/4 the next working day is that Wednesday off: it counts on from Monday 5/5."""
    said = words(drafted(ward, CHECK_IN, "2025-04-29"))
    assert "12/5/2025 (ngày đề xuất" in said


def test_a_cooperating_body_gets_a_cong_van(ward: Ward) -> None:
    """Đôn đốc for «phối hợp»; to its superior where that is asked for."""
    made = drafted(ward, "tuyen-truyen/cong-an/thang-6", "2025-07-10", to="Công an thành phố")
    assert made.name == "cong-van-don-doc-cong-an-2025-07-10.docx"
    said = words(made)
    assert "V/v đề nghị chỉ đạo" in said and "Kính gửi: Công an thành phố." in said
    assert "quá hạn 10 ngày" in said and "- Công an;" in said


def test_to_may_be_a_unit_of_the_plan(ward: Ward) -> None:
    """Its name is written, not its id."""
    assert "Kính gửi: Văn phòng." in words(drafted(ward, REPORT, "2025-05-20", to="van-phong"))


def test_a_requested_body_is_asked_and_never_late(ward: Ward) -> None:
    """«Đề nghị phối hợp», all that it has not answered, without lateness."""
    made = drafted(ward, CAMPAIGN, "2025-07-10")
    assert made.name == "cong-van-de-nghi-doan-2025-07-10.docx"
    said = words(made)
    assert "V/v đề nghị phối hợp thực hiện" in said and "chưa phản hồi" in said
    for word in ("quá hạn", "trả lại", "%", "yêu cầu"):
        assert word not in said.lower()


def test_what_was_done_already_is_listed(ward: Ward, tmp_path: Path) -> None:
    """Rungs that were sent, by name and day, and that the unit was telephoned; another body reads only of itself."""
    for day in ("2025-05-08", "2025-05-14", "2025-05-16"):
        sweep.sweep(ward.engine, today=date.fromisoformat(day), now=small.at(day, 1))
        deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "out"), now=small.at(day, 8), run=day)
    ward.say("urged", REPORT, "2025-05-19", by="van-phong", via="phone")
    said = words(drafted(ward, REPORT, "2025-05-20"))
    assert "Bộ phận A ngày 08/5/2025" in said
    assert "Thủ trưởng Bộ phận A ngày 14/5/2025" in said
    assert "Cán bộ theo dõi kế hoạch ngày 16/5/2025" in said
    assert "Đã đôn đốc: qua điện thoại ngày 19/5/2025." in said


def test_what_the_leaders_were_told_is_not_told_to_others(ward: Ward, tmp_path: Path) -> None:
    """A body outside the ward's staff reads when it was reminded itself, not whom the ward informed."""
    for day in ("2025-06-30", "2025-07-03", "2025-07-08"):
        sweep.sweep(ward.engine, today=date.fromisoformat(day), now=small.at(day, 1))
        deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "out"), now=small.at(day, 8), run=day)
    said = words(drafted(ward, "tuyen-truyen/cong-an/thang-6", "2025-07-10"))
    assert "Công an ngày 30/6/2025" in said and "Thủ trưởng Công an" in said
    assert "Văn phòng ngày" not in said


def test_work_that_was_handed_over_is_asked_of_who_holds_it(ward: Ward) -> None:
    """After the succession the letter goes to the new unit, under the new name."""
    from usecases import succession

    day = "2025-07-01"
    succession.succeed(ward.engine, today=date.fromisoformat(day), now=small.at(day, 1), recorded_by="kehoach")
    said = words(drafted(ward, "bao-cao/a/nam", "2025-11-20"))
    assert "Kính gửi: Phòng mới." in said


def test_nothing_is_urged_that_is_not_owed(ward: Ward) -> None:
    """Done, waiting for confirmation, or a round that is not open yet."""
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    ward.done("tap-huan/a/nam", "a", "2025-05-12", note="đã tổ chức")
    assert refusal(ward, REPORT, "2025-05-20").code == "letter.nothing_owed"
    waiting = refusal(ward, "tap-huan/a/nam", "2025-05-20")
    assert (waiting.code, waiting.values["state"]) == ("letter.nothing_owed", "chờ xác nhận")
    assert refusal(ward, "cap-nhat/cong-an/dot-2", "2025-05-20").code == "letter.not_open_yet"
    assert refusal(ward, "khong/co/gi", "2025-05-20").code == "request.unknown_occurrence"


def test_a_case_goes_alone_and_only_to_who_handles_it(ward: Ward) -> None:
    """The unit that holds it reads of its code in a letter of its own; nobody else does, in no letter."""
    opened = events.open_event(
        ward.engine,
        task="vu-viec",
        at=datetime(2025, 5, 12, 9, 0, tzinfo=small.ZONE),
        ref="vv-01",
        now=small.at("2025-05-12", 10),
        recorded_by="thử",
    )
    made = drafted(ward, opened.occurrence, "2025-05-20")
    assert made.occurrences == (opened.occurrence,)
    assert "vv-01" in words(made)
    assert refusal(ward, opened.occurrence, "2025-05-20", to="Công an quận").code == "letter.case_to_others"
    assert refusal(ward, opened.occurrence, "2025-05-20", to="van-phong").code == "letter.case_to_others"
    assert drafted(ward, opened.occurrence, "2025-05-20", to="a").body == made.body
    other = drafted(ward, REPORT, "2025-05-20")
    assert opened.occurrence not in other.occurrences
    assert "vv-01" not in words(other) and "vụ việc" not in words(other).lower()


def test_a_draft_writes_nothing(ward: Ward) -> None:
    """That a letter was sent is an entry of its own; drafting one is no fact about anybody."""

    def entries() -> int:
        with Session(ward.engine) as session:
            return len(session.execute(select(Entry)).all())

    before = entries()
    drafted(ward, REPORT, "2025-05-20")
    assert entries() == before


def test_the_draft_in_english(ward: Ward) -> None:
    """The same facts for a reader of English."""
    said = words(drafted(ward, REPORT, "2025-05-20", lang="en"))
    assert "7 days overdue" in said and "2025-05-28" in said
