"""The yardstick of bench.calendars: made-up deadlines, and the plainest builder that gives their calendar's bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid5

from outputs import ical
from outputs.ical_item import Item
from rules.values import Key

YEAR = date(2025, 1, 1)
NAME, ABOUT = "Uỷ ban nhân dân phường: Kế hoạch trẻ em 2025", "Thời hạn của mọi đơn vị, theo kế hoạch."
UNITS = [
    ("ldtbxh", "Bộ phận Lao động - Thương binh và Xã hội phường", "Bộ phận LĐ-TB&XH"),
    ("cong-an", "Công an phường", "Công an"),
    ("tram-y-te", "Trạm Y tế phường", "Trạm Y tế"),
    ("tu-phap", "Bộ phận Tư pháp - Hộ tịch phường", "Tư pháp - Hộ tịch"),
]
VERBS = ["Báo cáo", "Tổ chức", "Rà soát", "Thăm hỏi, tặng quà", "Xây dựng kế hoạch"]
OBJECTS = ["bộ chỉ tiêu công tác trẻ em", "phòng, chống xâm hại trẻ em", "kinh phí bảo vệ trẻ em; hộ tịch"]
QUOTE = "Báo cáo Bộ Chỉ tiêu công tác trẻ em: Báo cáo 6 tháng (trước ngày {day}); báo cáo năm (trước ngày 13/11/2025)."


def items(n: int) -> list[Item]:
    """The same n deadlines for the same n: 40 % done, 5 % cancelled, 10 % extended."""
    random = Random(20250820)
    return [_item(i, random) for i in range(n)]


def _item(i: int, random: Random) -> Item:
    unit, name, short = random.choice(UNITS)
    last = YEAR + timedelta(days=random.randrange(365))
    share = random.random()
    phase = "done" if share < 0.40 else "cancelled" if share < 0.45 else "open"
    stated = last + timedelta(days=1)
    words = f"trước ngày {stated.day}/{stated.month}/{stated.year}"
    return Item(
        key=Key("bench", "bench-2025", f"viec-{i:05}", unit, "nam"),
        kind="report",
        title=f"{random.choice(VERBS)} {random.choice(OBJECTS)}, đợt {i}",
        label="năm",
        unit=name,
        short=short,
        changed_at=datetime(2025, 1, 2, tzinfo=UTC) + timedelta(minutes=i),
        sequence=random.randrange(3),
        last_day=last,
        extended_from=last - timedelta(days=7) if random.random() < 0.1 else None,
        words=words,
        set_by="cấp trên",
        sources=((f"III.{i % 9 + 1}-{i % 5 + 1}", QUOTE.format(day=f"{stated.day}/{stated.month}/{stated.year}")),),
        helpers=("Công an phường", "Trạm Y tế phường") if i % 2 else (),
        recipient="UBND quận Hà Đông",
        via="Phòng LĐ-TB&XH quận",
        phase=phase,
        done_on=last if phase == "done" else None,
        document=f"{i}/BC-UBND" if phase == "done" else "",
    )


def fold(line: str) -> str:
    octets = line.encode()
    if len(octets) <= 75:
        return line
    out, start, room = [], 0, 75
    while len(octets) - start > room:
        end = start + room
        while octets[end] & 0xC0 == 0x80:
            end -= 1
        out.append(octets[start:end].decode())
        start, room = end, 74
    out.append(octets[start:].decode())
    return "\r\n ".join(out)


def esc(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def spoken(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def plain_event(x: Item) -> str:
    name = "/".join((*x.key, "event"))
    stamp = x.changed_at.strftime("%Y%m%dT%H%M%SZ")
    first = x.last_day.strftime("%Y%m%d")  # type: ignore[union-attr]
    after = (x.last_day + timedelta(days=1)).strftime("%Y%m%d")  # type: ignore[operator]
    tone = {"done": "✓ hoàn thành", "cancelled": "Đã hủy", "open": "Hạn"}[x.phase]
    summary = esc(f"{tone}: {x.title} ({x.label}) – {x.short}")
    said = []
    if x.phase == "cancelled":
        said.append("Nhiệm vụ này đã hủy, không cần làm")
    elif x.phase == "done":
        said.append(f"Hoàn thành ngày {spoken(x.done_on)}, văn bản {x.document}")  # type: ignore[arg-type]
    said += [
        f"Ngày cuối: {spoken(x.last_day)}",  # type: ignore[arg-type]
        f"Văn bản ghi: «{x.words}»",
        "Căn cứ của ngày: ghi trong văn bản",
        f"Người ấn định: {x.set_by}",
    ]
    if x.extended_from:
        said.append(f"Đã gia hạn; thời hạn đầu: {spoken(x.extended_from)}")
    said.append(f"Chủ trì: {x.unit}")
    if x.helpers:
        said.append(f"Phối hợp: {', '.join(x.helpers)}")
    said.append(f"Nơi nhận: {x.recipient}, qua {x.via}")
    said += [f"{clause}: «{quote}»" for clause, quote in x.sources]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uuid5(ical.NAMESPACE, name)}",
        f"DTSTAMP:{stamp}",
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{x.sequence + ical.RENDERER}",
        f"DTSTART;VALUE=DATE:{first}",
        f"DTEND;VALUE=DATE:{after}",
        f"SUMMARY:{summary}",
        "DESCRIPTION:" + esc("\n".join(said)),
        f"CATEGORIES:{esc(x.unit)},Báo cáo",
        "COLOR:" + ("gray" if x.phase == "cancelled" else "crimson"),
        "STATUS:" + ("CANCELLED" if x.phase == "cancelled" else "CONFIRMED"),
        "TRANSP:TRANSPARENT",
    ]
    if x.phase == "open":
        for trigger in ("-P6DT16H", "-PT16H"):
            lines += ["BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{trigger}", f"DESCRIPTION:{summary}", "END:VALARM"]
    lines.append("END:VEVENT")
    return "\r\n".join(fold(line) for line in lines) + "\r\n"


def plain(of: list[Item]) -> bytes:
    ordered = sorted(of, key=lambda x: (x.key.task, x.key.unit, x.key.period))
    return (ical.head(NAME, ABOUT) + "".join(plain_event(x) for x in ordered) + ical.TAIL).encode()
