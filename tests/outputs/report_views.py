"""A view of the Phú La plan on 20/5/2025, made up for the report's tests: every section has something to say."""

from __future__ import annotations

from datetime import date

from outputs.report_view import Campaign, Counts, Item, Question, ReportView, Round, Target, Told, UnitRow
from rules.values import COOPERATING, REQUESTED

AS_OF = date(2025, 5, 20)

INDICATORS = Item(
    id="bao-cao-bo-chi-tieu/ldtbxh/6-thang",
    title="Báo cáo Bộ Chỉ tiêu công tác trẻ em",
    label="6 tháng",
    unit="Bộ phận LĐ-TB&XH",
    status="overdue",
    kind="report",
    basis="stated",
    last_day=date(2025, 5, 12),
    words="trước ngày 13/5/2025",
    set_by="cấp trên",
    days_late=8,
    rung="Văn phòng",
    told=(Told("Trưởng bộ phận", date(2025, 5, 13)), Told("Văn phòng", date(2025, 5, 19))),
    next=Told("Phó Chủ tịch phụ trách", date(2025, 5, 26)),
)
CHECK_IN = Item(
    id="cap-nhat/to-dan-pho-07/dot-1",
    title="Cập nhật tình hình thực hiện",
    label="đợt 1",
    unit="Tổ dân phố số 7",
    status="overdue",
    kind="check-in",
    basis="office",
    last_day=date(2025, 5, 9),
    reason="12/TB-UBND ngày 03/3/2025",
    set_by="Văn phòng",
    days_late=11,
)
RETURNED = Item(
    id="rao-chan/to-dan-pho-02/2025",
    title="Rà soát nơi nguy hiểm",
    unit="Tổ dân phố số 2",
    status="returned",
    kind="once",
    basis="plan",
    last_day=date(2025, 12, 31),
    note="thiếu địa điểm | ao <sâu>",
)
SUBMITTED = Item(
    id="tap-huan/tram-y-te/2025",
    title="Tập huấn sơ cứu",
    unit="Trạm Y tế phường",
    status="submitted",
    kind="once",
    basis="plan",
    last_day=date(2025, 12, 31),
    done_on=date(2025, 5, 5),
    document="09/BC-TYT",
    recorded_late=True,
)
EXTENDED = Item(
    id="cap-nhat/truong/dot-1",
    title="Cập nhật tình hình thực hiện",
    label="đợt 1",
    unit="Các Nhà trường",
    status="due_soon",
    kind="check-in",
    basis="office",
    relation=COOPERATING,
    last_day=date(2025, 5, 26),
    extended_from=date(2025, 5, 9),
    note="nghỉ lễ và thi học kỳ",
)
SILENT = Item(
    id="cap-nhat/doan-thanh-nien/dot-1",
    title="Cập nhật tình hình thực hiện",
    label="đợt 1",
    unit="Đoàn Thanh niên",
    status="advisory",
    kind="check-in",
    basis="office",
    relation=REQUESTED,
    last_day=date(2025, 5, 9),
)

VIEW = ReportView(
    office="Uỷ ban nhân dân phường Phú La",
    place="Phú La",
    plan="Kế hoạch thực hiện công tác trẻ em năm 2025",
    as_of=AS_OF,
    units=(
        UnitRow("Bộ phận LĐ-TB&XH", Counts(4, 0, 6, 1)),
        UnitRow("Các Nhà trường", Counts(1, 1, 4, 0), relation=COOPERATING),
        UnitRow("Tổ dân phố số 2", Counts(1, 0, 3, 0), group="Các tổ dân phố"),
        UnitRow("Tổ dân phố số 7", Counts(0, 1, 2, 1), group="Các tổ dân phố"),
        UnitRow("Trạm Y tế phường", Counts(2, 0, 6, 0)),
        UnitRow("Đoàn Thanh niên", Counts(1, 0, 6, 0), relation=REQUESTED),
    ),
    items=(INDICATORS, CHECK_IN, RETURNED, SUBMITTED, EXTENDED, SILENT),
    cases=Counts(done_on_time=2, open_overdue=1),
    rounds=(
        Round("đợt 1", date(2025, 4, 22), date(2025, 5, 9), 16, 14, 60, 30, 12, 9, 3, document="12/TB-UBND"),
        Round("đợt 2", date(2025, 7, 22), date(2025, 8, 4), 16, 0, 60),
    ),
    targets=(
        Target(
            "Giảm trẻ em tử vong do tai nạn, thương tích",
            "decrease_at_least",
            10,
            "%",
            "unknown",
            baseline_year=2024,
            led_by="UBND phường",
        ),
        Target("Trẻ em có hoàn cảnh đặc biệt được trợ giúp", "equal", 100, "%", "met", result=1234.5),
    ),
    campaigns=(
        Campaign(
            "Tháng hành động vì trẻ em",
            date(2025, 6, 1),
            date(2025, 6, 30),
            "law",
            "Luật Trẻ em 2016, Điều 11",
            Counts(open_in_time=4),
        ),
        Campaign("Tết Trung thu", date(2025, 10, 6), date(2025, 10, 6), "custom", "rằm tháng Tám"),
    ),
    questions=(Question("III.6-1", "«các phường» trong kế hoạch của một phường: ai?"),),
    to=("UBND quận Hà Đông",),
    recipients=("UBND quận Hà Đông", "Các tổ dân phố"),
    revision=2,
    entry=117,
    example=True,
)
