"""A small plan that has every kind of task, written to a folder; the tests edit its files as an office would."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

SOURCE = """KẾ HOẠCH
Công tác năm 2025

I. NỘI DUNG
1. Bộ phận A
- Báo cáo kết quả 6 tháng (trước ngày 14/5/2025) và một năm (trước ngày 14/11/2025).
- Thường xuyên rà soát số liệu. Tham mưu tổ chức tập huấn.
- Báo cáo vụ việc theo quy định.
2. Công an
- Tuyên truyền Tháng hành động.
- Tăng cường tuần tra.
3. Đề nghị các đoàn thể
- Tổ chức Tháng hành động cho thiếu nhi.
4. Các tổ dân phố
- Thăm hỏi trẻ em. Rà soát các trường hợp khó khăn.
- Giảm 10% tai nạn.

Nơi nhận:
- Các đơn vị.
"""

PLAN = """id: nho-2025
title: Kế hoạch nhỏ năm 2025
office: { id: nho, code: "00001", name: Uỷ ban nhân dân phường Nhỏ }
year: 2025
time_zone: Asia/Ho_Chi_Minh
number:
day: 2025-01-10
parent: { title: Kế hoạch quận, number: 01/KH-UBND, day: 2025-01-05, issuer: UBND quận }
monitor: a
confirmer: van-phong
recipients:
  - { id: quan, name: UBND quận }
obliges: [I]
excluded:
  - { clause: mở đầu, why: Tên văn bản }
  - { clause: đề mục, why: Tiêu đề }
  - { clause: nơi nhận, why: Nơi nhận }
questions: []
"""

UNITS = """units:
  - id: a
    name: Bộ phận A
    relation: trực thuộc
    section: I.1
    until: 2025-06-30
    successors: [{ unit: phong-moi, lead: true, on: 2025-07-01, by: 05/QĐ-UBND ngày 01/7/2025 }]
  - id: cong-an
    name: Công an
    relation: phối hợp
    section: I.2
  - id: doan
    name: Các đoàn thể
    relation: đề nghị
    section: I.3
  - id: to
    name: Các tổ dân phố
    relation: trực thuộc
    section: I.4
    members: { count: 3, id: "to-{nn}", name: "Tổ dân phố số {n}" }
  - id: van-phong
    name: Văn phòng
    relation: trực thuộc
  - id: phong-moi
    name: Phòng mới
    relation: trực thuộc
    from: 2025-07-01
"""

CALENDAR = """week: [mon, tue, wed, thu, fri]
holidays: { add: [], remove: [], worked: [] }
campaigns:
  - id: thang-6
    label: Tháng hành động
    from: 2025-06-01
    to: 2025-06-30
    basis: law
    set_by: luật
    article: Luật Trẻ em 2016, Điều 11
rounds:
  - id: dot-1
    label: đợt 1
    before: { task: bao-cao, period: 6-thang, working_days: 10 }
    open: 10
    document: 12/TB-UBND ngày 03/3/2025
  - id: dot-2
    label: đợt 2
    before: { task: bao-cao, period: nam, working_days: 10 }
    open: 10
    document: 12/TB-UBND ngày 03/3/2025
"""

ESCALATION = """rungs:
  - { id: unit-10, at: -10 working days, to: unit }
  - { id: unit-3, at: -3 working days, to: unit }
  - { id: unit-0, at: 0 working days, to: unit }
  - { id: head, at: 1 working days, to: head }
  - { id: monitor, at: 3 working days, to: monitor }
  - { id: office, at: 5 working days, to: office }
  - { id: vice-chair, at: 10 working days, to: vice-chair }
  - { id: chair, at: 15 working days, to: chair, every: 5 working days, times: 4 }
relations:
  trực thuộc: [unit-10, unit-3, unit-0, head, monitor, office, vice-chair, chair]
  phối hợp: [unit-10, unit-3, unit-0, head, monitor, office]
  đề nghị: [unit-3]
kinds: {}
tasks: {}
people: {}
"""

TARGETS = """targets:
  - id: giam-tai-nan
    title: Giảm ít nhất 10% tai nạn
    operator: decrease_at_least
    value: 10
    unit: "%"
    baseline:
    baseline_year: 2024
    led_by: to
    source: [{ clause: I.4-2, quote: Giảm 10% tai nạn. }]
"""

TASKS = {
    "01-a.yaml": """unit: a
tasks:
  - id: bao-cao
    title: Báo cáo kết quả
    kind: report
    source:
      - { clause: I.1-1, quote: "Báo cáo kết quả 6 tháng (trước ngày 14/5/2025) và một năm (trước ngày 14/11/2025)." }
    deadlines:
      - { period: 6-thang, label: 6 tháng, before: 2025-05-14, basis: stated, set_by: cấp trên }
      - { period: nam, label: một năm, before: 2025-11-14, basis: stated, set_by: cấp trên }
    to: quan
    evidence: document
  - id: ra-soat
    title: Rà soát số liệu
    kind: continuous
    source: [{ clause: I.1-2, quote: Thường xuyên rà soát số liệu. }]
    with: [to]
  - id: tap-huan
    title: Tập huấn
    kind: once
    source: [{ clause: I.1-2, quote: Tham mưu tổ chức tập huấn. }]
    deadlines: [{ period: nam, in: 2025, basis: plan, set_by: UBND }]
    confirm: van-phong
  - id: vu-viec
    title: Báo cáo vụ việc
    kind: on-event
    trigger: { event: vu-viec, within: 2 working days, basis: law, article: Điều 9 }
    source: [{ clause: I.1-3, quote: Báo cáo vụ việc theo quy định. }]
    evidence: document
    private: true
""",
    "02-cong-an.yaml": """unit: cong-an
tasks:
  - id: tuyen-truyen
    title: Tuyên truyền Tháng hành động
    kind: campaign
    campaigns: [thang-6]
    source: [{ clause: I.2-1, quote: Tuyên truyền Tháng hành động. }]
  - id: tuan-tra
    title: Tăng cường tuần tra
    kind: continuous
    source: [{ clause: I.2-2, quote: Tăng cường tuần tra. }]
""",
    "03-doan.yaml": """unit: doan
tasks:
  - id: thieu-nhi
    title: Tháng hành động cho thiếu nhi
    kind: campaign
    campaigns: [thang-6]
    source: [{ clause: I.3-1, quote: Tổ chức Tháng hành động cho thiếu nhi. }]
""",
    "04-to.yaml": """unit: to
tasks:
  - id: tham-hoi
    title: Thăm hỏi trẻ em
    kind: campaign
    photos: false
    campaigns: [thang-6]
    source: [{ clause: I.4-1, quote: Thăm hỏi trẻ em. }]
  - id: ra-soat-kho-khan
    title: Rà soát các trường hợp khó khăn
    kind: continuous
    source: [{ clause: I.4-1, quote: Rà soát các trường hợp khó khăn. }]
""",
}


def write(folder: Path) -> Path:
    """The plan's folder, made under `folder`."""
    plan = folder / "nho-2025"
    (plan / "tasks").mkdir(parents=True)
    files = {
        "source.txt": SOURCE,
        "plan.yaml": PLAN,
        "units.yaml": UNITS,
        "calendar.yaml": CALENDAR,
        "escalation.yaml": ESCALATION,
        "targets.yaml": TARGETS,
    }
    for name, text in (*files.items(), *((f"tasks/{name}", text) for name, text in TASKS.items())):
        (plan / name).write_text(text, encoding="utf-8")
    return plan


def edit(file: Path, old: str, new: str) -> None:
    """Change words in a plan file; the old words must stand there."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def at(day: str, hour: int = 9, minute: int = 0) -> datetime:
    """The instant of a local time of day, in UTC."""
    year, month, date = map(int, day.split("-"))
    return datetime(year, month, date, hour, minute, tzinfo=ZONE).astimezone(UTC)
