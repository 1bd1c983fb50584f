"""Calendars beside plain Python text: the first build, and the rebuild after 1 % of the items changed.

    python -m bench.calendars [N …]        default 300 10000

The yardstick of the first build is the plainest builder that gives the same bytes: f-strings, escaping and folding line
by line. That of the rebuild is writing the calendar's bytes to a new file. Both run in
turn with ours in one process, garbage collector off; the best of RUNS counts.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid5

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from outputs import ical  # noqa: E402
from outputs.ical_item import Item  # noqa: E402
from rules.values import Key  # noqa: E402

RUNS = {300: 40, 10_000: 7}
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


# ---- the yardstick: plain text


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


def ours(of: list[Item]) -> bytes:
    return ical.calendar(of, name=NAME, description=ABOUT)


# ---- measuring


def best_in_turn(contestants: dict[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """The best milliseconds of each, one after the other in every round, the first round uncounted."""
    best = dict.fromkeys(contestants, float("inf"))
    for each in range(runs + 1):
        for name, work in contestants.items():
            gc.collect()
            gc.disable()
            start = time.perf_counter()
            work()
            spent = (time.perf_counter() - start) * 1e3
            gc.enable()
            if each:
                best[name] = min(best[name], spent)
    return best


def first_build(n: int) -> None:
    of = items(n)
    made = ours(of)
    assert made == plain(of), "the yardstick must give the same bytes"
    events = made.count(b"BEGIN:VEVENT\r\n")
    best = best_in_turn({"plain": lambda: plain(of), "ours": lambda: ours(of)}, RUNS.get(n, 7))
    print(
        f"| {n:,} | first build | {events:,} events, {len(made):,} octets | plain text {best['plain']:.2f} |"
        f" {best['ours']:.2f} | {best['ours'] / best['plain']:.2f} (≤ 1.25) |",
        flush=True,
    )


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] or [300, 10_000]
    print("| items | work | counts | yardstick ms | kehoach ms | ratio |")
    print("|---:|---|---|---:|---:|---:|")
    for n in sizes:
        first_build(n)


if __name__ == "__main__":
    main()
