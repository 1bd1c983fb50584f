"""The city's board: its figures are those of the wards' own status, its queries few, its wards its own."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from models.session import reading
from models.tallies import Tally
from rules import states
from rules.errors import RequestRefused
from tests.usecases import small
from usecases import cities, events, extend, record, status, sweep, sync
from usecases.desk import city as desk_city

CITY, NAME = "thanh-pho", "Uỷ ban nhân dân thành phố Thử"
NOW, LATE = small.at("2025-12-01", 10), "open_overdue"
WORK = (
    ("bao-cao/a/6-thang", "a"),
    ("bao-cao/a/nam", "a"),
    ("tap-huan/a/nam", "a"),
    ("tuyen-truyen/cong-an/thang-6", "cong-an"),
    ("tham-hoi/to-01/thang-6", "to-01"),
    ("tham-hoi/to-02/thang-6", "to-02"),
    ("thieu-nhi/doan/thang-6", "doan"),
)


def ward(engine: Engine, folder: Path, office: str, *edits: tuple[str, str, str]) -> None:
    """The small plan as this office's own, with other words in some of its files."""
    (folder / office).mkdir()
    plan = small.write(folder / office)
    small.edit(
        plan / "plan.yaml", 'id: nho, code: "00001", name: Uỷ ban nhân dân phường Nhỏ', f"id: {office}, name: {office}"
    )
    for file, old, new in edits:
        small.edit(plan / file, old, new)
    sync.sync(engine, directory=plan, overlay=None, now=small.at("2025-01-10"), recorded_by="thử")


ADVICE = ("calendar.yaml", "    document: 12/TB-UBND ngày 03/3/2025\n  - id: dot-2", "  - id: dot-2")
"""Nobody signed the first round: its day is advice, never overdue."""
WARNED = (
    ("escalation.yaml", "  - { id: head,", "  - { id: warn, at: -2 working days, to: office }\n  - { id: head,"),
    ("escalation.yaml", "trực thuộc: [unit-10,", "trực thuộc: [warn, unit-10,"),
    ("escalation.yaml", "monitor, office, vice-chair, chair]", "monitor, vice-chair, chair]"),
)
"""Văn phòng is warned before the day: that is no rung of what is overdue."""


def lived(engine: Engine, office: str, chance: random.Random) -> None:
    """A year in which each ward did other things, some of them late, some returned, extended or about a case."""
    more: dict[str, Any] = {"plan": f"{office}/nho-2025", "recorded_by": "thử"}
    for occurrence, by in WORK:
        on = date(2025, 3, 1) + timedelta(days=chance.randrange(270))
        now = datetime.combine(on, small.at("2025-01-01").timetz()) + timedelta(days=chance.choice((0, 0, 9)))
        act = chance.choice(("done", "done", "returned", "extended", "nothing", "cancelled"))
        with suppress(RequestRefused):  # what is not possible on that day
            if act in ("done", "returned"):
                record.done(engine, occurrence=occurrence, by=by, on=on, document="1/BC", now=now, **more)
            if act == "returned":
                record.say(
                    engine, kind="returned", occurrence=occurrence, by="van-phong", reason="thiếu", now=now, **more
                )
            if act == "extended":
                grant = {"until": date(2026, 1, 20), "document": "02/UBND-VP ngày 01/3/2025", "by": "van-phong"}
                extend.grant(engine, occurrence=occurrence, now=now, **grant, **more)
            if act == "cancelled":
                record.say(
                    engine, kind="cancelled", occurrence=occurrence, by="van-phong", reason="thôi", now=now, **more
                )
    if chance.random() < 0.7:
        at = small.at("2025-07-01") + timedelta(days=chance.randrange(60))
        events.open_event(engine, task="vu-viec", ref="01", at=at, now=at, **more)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements that were sent meanwhile, without those that only begin or tune."""
    said: list[str] = []

    def note(_c: Any, _u: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


def read(engine: Engine, held: desk_city.Held | None = None, now: datetime = NOW, **more: Any) -> desk_city.City:
    with reading(engine) as session:
        return desk_city.read(session, CITY, now=now, held=held or desk_city.Held(), **more)


def followed(engine: Engine, *offices: str) -> cities.Listed:
    names = {each: f"Phường {each}" for each in offices}
    return cities.put(engine, city=CITY, name=NAME, wards=names, now=NOW, by="thử")


def test_figures_are_those_of_the_wards_own_status(engine: Engine, tmp_path: Path) -> None:
    """Today and on any past day, with reports, returns, extensions, cancellations, cases and a ladder behind them."""
    offices = [f"phuong-{n}" for n in range(6)]
    edits: dict[str, tuple[tuple[str, str, str], ...]] = {"phuong-3": WARNED, "phuong-4": (ADVICE,)}
    for n, office in enumerate(offices):
        ward(engine, tmp_path, office, *edits.get(office, ()))
        lived(engine, office, random.Random(n))
    plan = tmp_path / "phuong-5" / "nho-2025"
    small.edit(plan / "calendar.yaml", "to: 2025-06-30", "to: 2025-06-15")
    sync.sync(engine, directory=plan, overlay=None, now=small.at("2025-09-01"), recorded_by="thử")
    more = {"plan": "phuong-3/nho-2025", "now": small.at("2025-11-30"), "note": "hỏi lại", "recorded_by": "thử"}
    record.say(engine, kind="noted", occurrence="cap-nhat/a/dot-1", **more)  # warned before its day, and late since
    for day in ("2025-05-20", "2025-06-30", "2025-08-11", "2025-12-01"):
        sweep.sweep(engine, today=date.fromisoformat(day), now=small.at(day, 2))
    followed(engine, *offices)
    seen: set[tuple[int, ...]] = set()
    for day in [NOW.date() - timedelta(days=n) for n in (0, 1, 17, 45, 90, 130, 155, 170, 200, 212, 260, 320, 400)]:
        city = read(engine, as_of=day)
        for each in city.every:
            own = status.status(engine, plan=f"{each.office}/nho-2025", as_of=day, now=NOW)
            assert {name: getattr(each.counts, name) for name in own.counts} == own.counts, (each.office, day)
            late = [item for item in own.items if states.bucket(item.status, item.terms, item.state, day) == LATE]
            over = [item for item in late if not item.requested]
            private = 1 if own.cases.get("open_overdue") else 0
            chair = sum(str(item.rung).partition("-")[0] in ("chair", "vice") for item in over)
            assert chair <= each.tally.at_chair <= chair + private, (each.office, day)
            seen.add(tuple(own.counts.values()))
            told = [item for item in over if item.rung == "office"]
            assert len(told) <= each.tally.at_office <= len(told) + private, (each.office, day)
    assert len(seen) > 12
    assert any(each.tally.at_office + each.tally.at_chair for each in read(engine).every)


@pytest.mark.parametrize("day", [None, date(2025, 7, 1)])
def test_queries_do_not_grow_with_the_wards(engine: Engine, tmp_path: Path, day: date | None) -> None:
    """Two wards and five ask alike; a second look asks less; an entry in one ward reads that ward alone."""
    for n in range(5):
        ward(engine, tmp_path, f"phuong-{n}")
    said = []
    for count in (2, 5):
        followed(engine, *(f"phuong-{n}" for n in range(count)))
        with counted(engine) as statements:
            read(engine, as_of=day)
        said.append(len(statements))
    assert said == ([4, 4] if day is None else [7, 7])
    held = desk_city.Held()
    before = read(engine, held, as_of=day)
    with counted(engine) as statements:
        assert read(engine, held, as_of=day) == before
    assert len(statements) == (3 if day is None else 2)
    kept = dict(held.kept)
    sweep.sweep(engine, plan="phuong-2/nho-2025", today=date(2025, 12, 1), now=small.at("2025-12-01", 2))
    assert [each.night for each in read(engine, held, as_of=day).every if each.night] == [date(2025, 12, 1)]
    assert [key[0] for key in held.kept if key not in kept] == ["phuong-2"]
    before, kept = read(engine, held, as_of=day), dict(held.kept)
    record.done(
        engine,
        occurrence="tap-huan/a/nam",
        by="a",
        on=date(2025, 6, 1),
        plan="phuong-3/nho-2025",
        now=NOW,
        recorded_by="x",
    )
    after = read(engine, held, as_of=day)
    assert [key[0] for key in held.kept if key not in kept] == ["phuong-3"]
    assert [a.office for a, b in zip(before.every, after.every, strict=True) if a != b] == ["phuong-3"]


def test_a_city_has_its_own_wards_and_no_others(engine: Engine, tmp_path: Path) -> None:
    """Two cities in one database: neither sees a ward of the other, nor can it take one."""
    for office in ("phuong-1", "phuong-2"):
        ward(engine, tmp_path, office)
    followed(engine, "phuong-1")
    other = {"city": "thanh-pho-khac", "name": "Thành phố khác", "now": NOW, "by": "thử"}
    cities.put(engine, wards={"phuong-2": "Phường Hai"}, **other)
    assert [each.office for each in read(engine).every] == ["phuong-1"]
    with pytest.raises(RequestRefused) as refused:
        cities.put(engine, wards={"phuong-1": "Phường Một", "phuong-2": "Phường Hai"}, **other)
    assert refused.value.code == "city.of_another"
    assert refused.value.values["wards"] == "phuong-1"
    assert [each["wards"] for each in cities.listed(engine)] == [1, 1]


def test_the_list_is_put_in_place_whole(engine: Engine, tmp_path: Path) -> None:
    """Who is not on it leaves; a ward without a plan stands out; a city is named once, and no ward of its own."""
    ward(engine, tmp_path, "phuong-1")
    with pytest.raises(RequestRefused) as refused:
        cities.put(engine, city=CITY, wards={"phuong-1": "P"}, now=NOW, by="thử")
    assert refused.value.code == "city.unknown"
    assert followed(engine, "phuong-1", "phuong-2").without_plan == ("phuong-2",)
    changed = followed(engine, "phuong-2", "phuong-3")
    assert (changed.joined, changed.left) == (("phuong-3",), ("phuong-1",))
    with pytest.raises(RequestRefused) as refused:
        followed(engine, CITY)
    assert refused.value.code == "city.itself"
    city = read(engine)
    assert [each.there for each in city.every] == [False, False]
    assert city.year is None


def test_a_list_is_read_whole_or_refused() -> None:
    """Every bad line is named at once; remarks and empty lines are none."""
    assert cities.names_of("\ufeff# phường\nkien-hung,Phường Kiến Hưng\n\n a , Xã A \n") == {
        "kien-hung": "Phường Kiến Hưng",
        "a": "Xã A",
    }
    for text, lines in (("a\nb,B\nb,B\n,x", "1, 3, 4"), ("", "—")):
        with pytest.raises(RequestRefused) as refused:
            cities.names_of(text)
        assert refused.value.values["lines"] == lines


def test_a_ward_whose_night_did_not_run_stands_out(engine: Engine, tmp_path: Path) -> None:
    """From six in the morning the night of the day must have run; before, the one before."""
    for office in ("phuong-1", "phuong-2"):
        ward(engine, tmp_path, office)
    followed(engine, "phuong-1", "phuong-2")
    sweep.sweep(engine, today=date(2025, 12, 1), now=small.at("2025-12-01", 2))
    sweep.sweep(engine, plan="phuong-1/nho-2025", today=date(2025, 12, 2), now=small.at("2025-12-02", 2))
    sweep.sweep(engine, plan="phuong-1/nho-2025", today=date(2025, 11, 2), now=small.at("2025-12-02", 3))

    def missed(now: datetime, **more: Any) -> list[str]:
        return [each.office for each in read(engine, now=now, **more).night_missed]

    assert missed(small.at("2025-12-02", 5)) == []
    assert missed(small.at("2025-12-02", 7)) == ["phuong-2"]
    assert missed(small.at("2025-12-03", 7)) == ["phuong-1", "phuong-2"]
    assert missed(small.at("2025-12-03", 7), as_of=date(2025, 12, 2)) == []
    assert [each.night for each in read(engine).every] == [date(2025, 12, 2), date(2025, 12, 1)]


def test_search_filters_and_order() -> None:
    """With or without marks; worst first, by the Vietnamese alphabet, by share; without a plan last."""

    def made(name: str, late: int, done: int, *, there: bool = True) -> desk_city.Ward:
        return desk_city.Ward(name, name, there, Tally(done_on_time=done, open_overdue=late))

    every = (
        made("Đống Đa", 1, 9),
        made("Dương Nội", 5, 5),
        made("Ba Đình", 0, 9),
        made("Ăn", 2, 2, there=False),
        made("Áo", 5, 9),
    )
    day = NOW.date()
    city = desk_city.City(CITY, NAME, 2025, day, day, day, every, every)

    def names(**more: str) -> list[str]:
        return [each.name for each in desk_city.shown(city, **more).wards]

    assert names() == ["Dương Nội", "Áo", "Đống Đa", "Ba Đình", "Ăn"]
    assert names(order="name") == ["Áo", "Ăn", "Ba Đình", "Dương Nội", "Đống Đa"]
    assert names(order="share")[:2] == ["Ba Đình", "Đống Đa"]
    assert names(words="dong da") == names(words="ĐỐNG") == ["Đống Đa"]
    assert names(only="no_plan") == ["Ăn"]
    assert names(only="overdue") == ["Dương Nội", "Áo", "Đống Đa", "Ăn"]
    assert desk_city.shown(city, words="ba").counts.total == 9
