"""A tiny plan in a folder, whole and without faults: each test changes the one thing it is about."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "plan.yaml": """\
id: thu-2025
title: Kế hoạch thử năm 2025
office: { id: phuong, name: Uỷ ban nhân dân phường }
year: 2025
monitor: van-phong
confirmer: van-phong
recipients:
  - { id: quan, name: UBND quận }
  - { id: noi-cong-an, name: Công an phường, unit: cong-an }
  - { id: noi-to, name: Các tổ dân phố, unit: to }
  - { id: noi-van-phong, name: Văn phòng, unit: van-phong }
obliges: [II]
excluded:
  - { clause: mở đầu, why: căn cứ }
  - { clause: đề mục, why: tên mục }
  - { clause: I, why: mục đích }
  - { clause: kết thúc, why: lời kết }
  - { clause: nơi nhận, why: nơi nhận }
""",
    "source.txt": """\
KẾ HOẠCH

Thực hiện công tác năm 2025

I. MỤC ĐÍCH

- Nêu mục đích.

II. NHIỆM VỤ

1. Công an phường

- Tăng cường tuần tra; báo cáo kết quả 6 tháng (trước ngày

14/5/2025) và ngày 20/11/2025.

- Phối hợp với các tổ dân phố tổ chức Tết Trung thu.

2. Các tổ dân phố

Thường xuyên rà soát hộ có trẻ em, đẩy mạnh xã hội hoá.

Trên đây là Kế hoạch, đề nghị các đơn vị thực hiện./.

Nơi nhận:
- Công an phường;
- Lưu: VT.
""",
    "units.yaml": """\
units:
  - id: cong-an
    name: Công an phường
    relation: phối hợp
  - id: to
    name: Các tổ dân phố
    relation: trực thuộc
    members: { count: 3, id: "to-{nn}", name: "Tổ dân phố số {n}" }
  - id: van-phong
    name: Văn phòng
    relation: trực thuộc
""",
    "calendar.yaml": """\
week: [mon, tue, wed, thu, fri]
campaigns:
  - { id: trung-thu, label: Tết Trung thu, lunar: 8-15, basis: custom, set_by: thông lệ, reason: rằm tháng Tám }
rounds:
  - id: dot-1
    label: đợt 1
    before: { task: bao-cao, period: 6-thang, working_days: 10 }
    open: 10
    document: 12/TB-UBND
""",
    "escalation.yaml": """\
rungs:
  - { id: unit-3, at: -3 working days, to: unit }
  - { id: chair, at: 15 working days, to: chair, every: 5 working days, times: 4 }
relations:
  trực thuộc: [unit-3, chair]
  phối hợp: [unit-3]
  đề nghị: [unit-3]
people:
  chair: { id: chu-tich, name: Chủ tịch }
""",
    "targets.yaml": "targets: []\n",
    "tasks/01-cong-an.yaml": """\
unit: cong-an
tasks:
  - id: tuan-tra
    title: Tuần tra
    kind: continuous
    source: [{ clause: II.1-1, quote: Tăng cường tuần tra }]
  - id: bao-cao
    title: Báo cáo
    kind: report
    source: [{ clause: II.1-1, quote: báo cáo kết quả 6 tháng (trước ngày 14/5/2025) và ngày 20/11/2025. }]
    deadlines:
      - { period: 6-thang, label: 6 tháng, before: 2025-05-14, basis: stated, set_by: cấp trên }
    to: quan
    evidence: document
  - id: trung-thu
    title: Tổ chức Tết Trung thu
    kind: campaign
    campaigns: [trung-thu]
    with: [to]
    source: [{ clause: II.1-2, quote: Phối hợp với các tổ dân phố tổ chức Tết Trung thu. }]
""",
    "tasks/02-to.yaml": """\
unit: to
tasks:
  - id: ra-soat
    title: Rà soát
    kind: continuous
    source:
      - clause: II.2
        quote: >-
          Thường xuyên rà soát hộ có trẻ em,
          đẩy mạnh xã hội hóa.
""",
}


def write(folder: Path, changes: dict[str, str | bytes | None] | None = None) -> Path:
    """The tiny plan in `folder`; `changes` replace files whole, None leaves one out."""
    files: dict[str, str | bytes | None] = dict(FILES) | (changes or {})
    for name, held in files.items():
        if held is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(held if isinstance(held, bytes) else held.encode())
    return folder


def edited(name: str, *pairs: tuple[str, str]) -> str:
    """A file of the tiny plan with its first `old` replaced by `new`, each of which must stand in it."""
    text = FILES[name]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
