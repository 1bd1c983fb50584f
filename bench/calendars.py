"""Calendars beside plain Python text: the first build, and the rebuild after 1 % of the items changed.

    python -m bench.calendars [N …]        default 300 10000

The yardstick of the first build is the plainest builder that gives the same bytes: f-strings, escaping and folding line
by line. That of the rebuild is writing the calendar's bytes to a new file, put in place of the old one. Both run in
turn with ours in one process, garbage collector off; the best of RUNS counts. `made` is the bytes in hand, from a
database that is open and a plan whose names are read; `made and written` puts them in the file as well.
"""

from __future__ import annotations

import gc
import json
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

from sqlalchemy import Engine  # noqa: E402

from models import ledger, migrate, queries  # noqa: E402
from models.ledger import Draft  # noqa: E402
from models.session import begin, open_engine, reading  # noqa: E402
from models.tables import Office, Plan, PlanRevision  # noqa: E402
from outputs import ical  # noqa: E402
from outputs.ical_item import Item  # noqa: E402
from plan.contracts import unit_document  # noqa: E402
from rules import states  # noqa: E402
from rules.units import Unit  # noqa: E402
from rules.values import Dates, Fact, Key, Terms  # noqa: E402
from usecases import calendars, plans  # noqa: E402

RUNS = {300: 40, 10_000: 7}
YEAR = date(2025, 1, 1)
NOW = datetime(2025, 1, 2, tzinfo=UTC)
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


# ---- the rebuild


def database(path: Path, of: list[Item]) -> tuple[Engine, list[Terms]]:
    """The items as occurrences of a plan of one revision, one task each, with the ledger entry that made them."""
    engine = open_engine(f"sqlite:///{path}")
    migrate.upgrade(engine)
    units = [unit_document(Unit(id, name, short), YEAR) for id, name, short in UNITS]
    tasks = [
        {"id": x.key.task, "with": ["cong-an", "tram-y-te"] if x.helpers else [], "to": "quan", "via": "phong"}
        | {"sources": [{"clause": clause, "quote": quote} for clause, quote in x.sources]}
        for x in of
    ]
    recipients = [{"id": "quan", "name": "UBND quận Hà Đông"}, {"id": "phong", "name": "Phòng LĐ-TB&XH quận"}]
    documents = {"units": units, "tasks": tasks, "meta": {"recipients": recipients, "campaigns": []}}
    texts = dict.fromkeys(("targets", "ladder", "calendar"), "{}")
    texts |= {name: json.dumps(value) for name, value in documents.items()}
    with begin(engine) as session:
        session.add(Office(id="bench", name="Uỷ ban nhân dân phường", time_zone=ical.ZONE))
        session.flush()
        session.add(Plan(office="bench", id="bench-2025", title="Kế hoạch 2025", year=2025, revision=1, starts_on=YEAR))
        session.flush()
        (entry,) = ledger.append_many(session, "bench", [_draft("plan_revised", "sync", None, {})], now=NOW)
        texts |= dict.fromkeys(("file_hash", "calendar_hash", "libraries"), "")
        told = {"effective_on": YEAR, "recorded_at": NOW, "seq": entry.seq}
        session.add(PlanRevision(office="bench", plan="bench-2025", revision=1, **told, **texts))
        session.flush()
        terms = [
            Terms(x.key, x.kind, x.title, x.label, Dates(last_day=x.last_day, words=x.words, set_by=x.set_by))
            for x in of
        ]
        queries.add_occurrences(session, [(each, states.initial(each, entry.seq, NOW)) for each in terms], 1)
    return engine, terms


def _draft(kind: str, request: str, key: Key | None, data: dict[str, str]) -> Draft:
    return Draft("bench-2025", kind, YEAR, "bench", "bench", "bench", request, key, None, data, None)


def change(engine: Engine, terms: list[Terms], turn: int) -> int:
    """Extend one in a hundred, scattered; how many."""
    data = {"to": f"2026-01-{turn % 28 + 1:02}"}  # later than any day of theirs
    with begin(engine) as session:
        rows = {row.task: row for row in queries.occurrences(session, "bench", "bench-2025")}
        picked = [each for each in terms[turn % 100 :: 100] if rows[each.key.task].phase == "open"]
        drafts = [_draft("extension_granted", f"{turn}/{each.key.task}", each.key, data) for each in picked]
        written = ledger.append_many(session, "bench", drafts, now=NOW)
        after = []
        for each, entry in zip(picked, written, strict=True):
            fact = Fact(entry.seq, "extension_granted", YEAR, NOW, YEAR, data=data)
            after.append((each.key, states.apply(each, queries.to_state(rows[each.key.task]), fact)))
        queries.save_states(session, after)
    return len(picked)


def rebuild(n: int) -> None:
    with tempfile.TemporaryDirectory(dir=ROOT / "bench") as name:
        folder = Path(name)
        engine, terms = database(folder / "kehoach.db", items(n))
        with reading(engine) as session:
            in_force = plans.in_force(session, "bench", "bench-2025")
        build_cold = time.perf_counter()
        layers: list[calendars.Layer] = []
        with reading(engine) as session:
            calendars.calendar(session, in_force, which=calendars.OFFICE, worth_keeping=layers)
        calendars.keep_layers(engine, layers)
        build_cold = (time.perf_counter() - build_cold) * 1e3
        changed = change(engine, terms, 1)

        def made() -> bytes:
            with reading(engine) as session:
                return calendars.calendar(session, in_force, which=calendars.OFFICE)

        def write(body: bytes) -> None:
            with (folder / "new.ics").open("wb") as file:
                file.write(body)
            (folder / "new.ics").replace(folder / "calendar.ics")

        body = made()
        with reading(engine) as session:
            rows = queries.occurrences(session, "bench", "bench-2025")
            pairs = [(queries.to_terms(row), queries.to_state(row)) for row in rows]
            assert body == calendars.render(session, in_force, pairs, which=calendars.OFFICE), "kept and anew differ"
        best = best_in_turn(
            {"bytes": lambda: write(body), "made": made, "made and written": lambda: write(made())}, RUNS.get(n, 7)
        )
        counts = f"{changed:,} of {len(terms):,} changed, {len(body):,} octets"
        for what in ("made", "made and written"):
            print(
                f"| {n:,} | 1 % changed, {what} | {counts} | the bytes {best['bytes']:.2f} | {best[what]:.2f} |"
                f" {best[what] / best['bytes']:.2f} (≤ 3) |",
                flush=True,
            )
        print(f"| {n:,} | from the database, nothing kept | {counts} | | {build_cold:.1f} | |", flush=True)
        engine.dispose()


def main() -> None:
    sizes = [int(each) for each in sys.argv[1:]] or [300, 10_000]
    print("| items | work | counts | yardstick ms | kehoach ms | ratio |")
    print("|---:|---|---|---:|---:|---:|")
    for n in sizes:
        first_build(n)
        rebuild(n)


if __name__ == "__main__":
    main()
