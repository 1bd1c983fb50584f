"""Calendars from the ledger: what is in them, that the kept texts change no byte, and that only changes change."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from icalendar import Calendar, Component
from sqlalchemy import Engine, event, func, select
from sqlmodel import Session

from models import queries
from models.calendar_chunk import CalendarChunk, Made, keep, kept
from models.session import begin, open_engine, reading
from outputs import ical
from rules.errors import KehoachError, RequestRefused
from rules.values import Key
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import calendars, events, plans, publish, succession

REPORT = "bao-cao/a/6-thang"
UNITS = ("a", "cong-an", "doan", "to", "to-01", "to-02", "to-03", "van-phong", "phong-moi")
ALL = (calendars.OFFICE, calendars.CAMPAIGNS, *UNITS)
_CHUNKS: Any = CalendarChunk.__table__  # type: ignore[attr-defined]


def made(engine: Engine, which: str = calendars.OFFICE, *, write: bool = False, **options: Any) -> bytes:
    """The calendar as the ledger stands; `write`: what is worth keeping is kept."""
    layers: list[calendars.Layer] = []
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session))
        body = calendars.calendar(session, in_force, which=which, worth_keeping=layers, **options)
    if write:
        calendars.keep_layers(engine, layers)
    return body


def anew(engine: Engine, which: str = calendars.OFFICE, **options: Any) -> bytes:
    """The same from every occurrence, past anything that was kept."""
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session))
        rows = queries.occurrences(session, in_force.office, in_force.plan)
        pairs = [(queries.to_terms(row), queries.to_state(row)) for row in rows]
        return calendars.render(session, in_force, pairs, which=which, **options)


def rows_kept(engine: Engine) -> list[tuple[str, int, bool]]:
    """(which, seq, whole) of every layer."""
    with reading(engine) as session:
        query = select(_CHUNKS.c.which, _CHUNKS.c.seq, _CHUNKS.c.whole).where(_CHUNKS.c.part == 0)
        return sorted(tuple(row) for row in session.execute(query))


def components(body: bytes) -> dict[str, Component]:
    """What is in a calendar, by UID."""
    parsed = Calendar.from_ical(body)
    return {str(each["UID"]): each for each in parsed.subcomponents if each.name != "VTIMEZONE"}


def texts(body: bytes) -> dict[str, str]:
    """The text of each component, by UID."""
    found = re.findall(r"BEGIN:(?:VEVENT|VTODO)\r\nUID:(\S+)\r\n(.*?)END:(?:VEVENT|VTODO)\r\n", body.decode(), re.S)
    return dict(found)


def uid(name: str, form: str = ical.EVENT) -> str:
    """The UID of `task/unit/period`."""
    return ical.uid(Key("nho", "nho-2025", *name.split("/")), form)


@pytest.fixture
def small_layers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every change is kept, and folded in often."""
    monkeypatch.setattr(calendars, "KEEP_FROM", 1)
    monkeypatch.setattr(calendars, "COMPACT_LAYERS", 2)
    yield


def test_the_office_sees_every_unit_and_no_case(ward: Ward) -> None:
    """Every occurrence of the plan is an event; a case that was opened is not, in any calendar."""
    before = {which: made(ward.engine, which) for which in ALL}
    with reading(ward.engine) as session:
        names = queries.occurrence_names(session, "nho", "nho-2025")
    assert components(before[calendars.OFFICE]).keys() == {uid(each) for each in names}
    events.open_event(
        ward.engine,
        task="vu-viec",
        at=small.at("2025-03-01"),
        ref="v-07",
        now=small.at("2025-03-01"),
        recorded_by="thử",
    )
    for which in ALL:
        assert made(ward.engine, which) == before[which]
        assert b"v-07" not in before[which]


def test_a_unit_sees_what_it_holds(ward: Ward) -> None:
    """A unit's calendar has what it holds, a group's what its members hold."""
    of_a = components(made(ward.engine, "a"))
    assert {uid(REPORT), uid("bao-cao/a/nam"), uid("tap-huan/a/nam"), uid("cap-nhat/a/dot-1")} <= of_a.keys()
    assert uid("tuyen-truyen/cong-an/thang-6") not in of_a
    members = [components(made(ward.engine, f"to-{n:02}")) for n in (1, 2, 3)]
    assert components(made(ward.engine, "to")).keys() == {each for found in members for each in found}
    assert uid("tham-hoi/to-02/thang-6") in members[1]
    last = components(made(ward.engine, "a"))[uid(REPORT)]
    assert (last["DTSTART"].dt, last["DTEND"].dt) == (date(2025, 5, 13), date(2025, 5, 14))
    assert "UBND quận" in last["DESCRIPTION"]


def test_a_campaign_calendar_has_one_event_for_each_period(ward: Ward) -> None:
    """Not one for each unit; what the plan no longer names stays, as cancelled; a UID of its own."""
    before = components(made(ward.engine, calendars.CAMPAIGNS))
    assert [(str(each["SUMMARY"]), each["DTSTART"].dt, each["DTEND"].dt) for each in before.values()] == [
        ("Tháng hành động", date(2025, 6, 1), date(2025, 7, 1))
    ]
    assert not before.keys() & components(made(ward.engine)).keys()
    small.edit(ward.folder / "calendar.yaml", "to: 2025-06-30", "to: 2025-07-05")
    ward.sync("2025-02-01")
    (after,) = components(made(ward.engine, calendars.CAMPAIGNS)).values()
    assert after["DTEND"].dt == date(2025, 7, 6)
    assert int(after["SEQUENCE"]) == 1 + ical.RENDERER
    assert after["LAST-MODIFIED"].dt == small.at("2025-02-01")
    small.edit(ward.folder / "units.yaml", "name: Công an", "name: Công an phường")
    ward.sync("2025-02-02")
    assert components(made(ward.engine, calendars.CAMPAIGNS)) == {str(after["UID"]): after}


def test_only_what_changed_changes(ward: Ward) -> None:
    """One report made: one event's text differs, and its SEQUENCE rises."""
    before = made(ward.engine, write=True)
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    after = made(ward.engine, write=True)
    was, now = texts(before), texts(after)
    assert was.keys() == now.keys()
    assert [each for each in was if was[each] != now[each]] == [uid(REPORT)]
    event = components(after)[uid(REPORT)]
    assert int(event["SEQUENCE"]) == int(components(before)[uid(REPORT)]["SEQUENCE"]) + 1
    assert str(event["SUMMARY"]).startswith("✓ hoàn thành: ")
    assert event["LAST-MODIFIED"].dt == small.at("2025-05-12")
    assert made(ward.engine, write=True) == after


def test_work_that_changes_hands_changes_calendars(ward: Ward, small_layers: None) -> None:
    """After the succession the new unit's calendar has the open work under the same UIDs, the old one's has not."""
    made(ward.engine, "a", write=True), made(ward.engine, "phong-moi", write=True)
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    succession.succeed(ward.engine, today=date(2025, 7, 1), now=small.at("2025-07-01"), recorded_by="thử")
    for write in (False, True):
        old, new = (components(made(ward.engine, which, write=write)) for which in ("a", "phong-moi"))
        assert uid("bao-cao/a/nam") in new and uid("bao-cao/a/nam") not in old
        assert uid(REPORT) in old and uid(REPORT) not in new
        assert made(ward.engine, "a", write=write) == anew(ward.engine, "a")


POINTER = ical.uid(Key("nho", "nho-2025", "!succession", "a", ""), ical.EVENT)


def test_an_ended_units_calendar_says_who_took_over(ward: Ward, small_layers: None) -> None:
    """On the day itself, by its document, in that unit's calendar alone; it moves and goes with the plan's word."""
    assert [which for which in ALL if POINTER.encode() in made(ward.engine, which)] == ["a"]
    first = components(made(ward.engine, "a"))[POINTER]
    assert (first["DTSTART"].dt, int(first["SEQUENCE"])) == (date(2025, 7, 1), ical.RENDERER)
    assert str(first["SUMMARY"]) == "Phòng mới tiếp nhận công việc của Bộ phận A"
    assert "05/QĐ-UBND ngày 01/7/2025" in first["DESCRIPTION"]
    succession.succeed(ward.engine, today=date(2025, 7, 1), now=small.at("2025-07-01"), recorded_by="thử")
    assert components(made(ward.engine, "a", write=True))[POINTER] == first
    small.edit(ward.folder / "units.yaml", "name: Công an", "name: Công an phường")
    ward.sync("2025-07-02")
    assert components(made(ward.engine, "a", write=True))[POINTER] == first
    small.edit(ward.folder / "units.yaml", "on: 2025-07-01", "on: 2025-07-03")
    ward.sync("2025-07-03")
    moved = components(made(ward.engine, "a", write=True))[POINTER]
    assert (moved["DTSTART"].dt, int(moved["SEQUENCE"])) == (date(2025, 7, 3), 1 + ical.RENDERER)
    small.edit(ward.folder / "units.yaml", "by: 05/QĐ-UBND ngày 01/7/2025", "by:")
    ward.sync("2025-07-04")
    gone = components(made(ward.engine, "a", write=True))[POINTER]
    assert (str(gone["STATUS"]), int(gone["SEQUENCE"])) == ("CANCELLED", 2 + ical.RENDERER)
    assert gone["LAST-MODIFIED"].dt == small.at("2025-07-04")
    for write in (False, True):
        assert made(ward.engine, "a", write=write) == anew(ward.engine, "a")


def test_a_calendar_of_nothing_but_a_pointer_is_published(ward: Ward, tmp_path: Path) -> None:
    """All work of the unit was open and moved: its file goes on, and says where to."""
    succession.succeed(ward.engine, today=date(2025, 7, 1), now=small.at("2025-07-01"), recorded_by="thử")
    now = small.at("2025-07-01")
    publish.publish(ward.engine, folder=tmp_path / "out", today=date(2025, 7, 1), now=now, base="https://a.vn/")
    written = tmp_path / "out" / "nho-2025" / "calendars"
    assert components((written / "a.ics").read_bytes()).keys() == {POINTER}
    assert b"URL:https://a.vn/don-vi/phong-moi/xem/" in (written / "office.ics").read_bytes()


def test_another_desk_is_another_text(ward: Ward, small_layers: None) -> None:
    """What was kept for one address of the desk never answers for another, nor for none."""
    desks = ("", "https://a.vn", "https://b.vn")
    fresh = {base: anew(ward.engine, base=base) for base in desks}
    assert len(set(fresh.values())) == 3
    for base in (*desks, *desks):
        assert made(ward.engine, write=True, base=base) == fresh[base]
        assert len(rows_kept(ward.engine)) == 1
    with pytest.raises(RequestRefused, match=r"ical\.bad_base"):
        calendars.export(ward.engine, now=small.at("2025-03-01"), base="a.vn")


def test_a_renamed_unit_and_a_withdrawn_task(ward: Ward) -> None:
    """A new revision starts anew, keeps UIDs, and what it withdraws stays as cancelled."""
    before = components(made(ward.engine, write=True))
    small.edit(ward.folder / "units.yaml", "name: Công an", "name: Công an phường")
    small.edit(ward.folder / "tasks" / "01-a.yaml", "period: nam, label: một năm", "period: ca-nam, label: một năm")
    small.edit(ward.folder / "calendar.yaml", "period: nam,", "period: ca-nam,")
    ward.sync("2025-02-01")
    body = made(ward.engine, write=True)
    after = components(body)
    assert body == anew(ward.engine) == made(ward.engine)
    assert before.keys() <= after.keys()
    assert "Công an phường" in after[uid("tuyen-truyen/cong-an/thang-6")]["SUMMARY"]
    assert str(after[uid("bao-cao/a/nam")]["STATUS"]) == "CANCELLED"
    assert len({row for row in rows_kept(ward.engine) if row[0] == calendars.OFFICE}) == 1


def play(ward: Ward, random: Random) -> None:
    """One entry of some kind about some occurrence; what the rules forbid is not made."""
    with reading(ward.engine) as session:
        names = sorted(queries.occurrence_names(session, "nho", "nho-2025"))
    name = random.choice(names)
    unit = name.split("/")[1]
    day = f"2025-05-{random.randrange(1, 29):02}"
    verbs: list[Any] = [
        lambda: ward.done(name, unit, day, document="1/BC-UBND"),
        lambda: ward.say("cancelled", name, day, by="a", reason="thử"),
        lambda: ward.say("retracted", name, day, by=unit, reason="thử"),
        lambda: ward.say("returned", name, day, by="van-phong", reason="thử"),
        lambda: ward.say("noted", name, day, by="a", note="thử"),
    ]
    try:
        random.choice(verbs)()
    except KehoachError:
        return


def assert_versions_rise(before: bytes, after: bytes) -> None:
    """Google wants SEQUENCE and LAST-MODIFIED to rise with every change, and nothing to change without."""
    was, now = texts(before), texts(after)
    old, new = components(before), components(after)
    for each in was.keys() & now.keys():
        rises = int(new[each]["SEQUENCE"]) > int(old[each]["SEQUENCE"])
        assert rises == (was[each] != now[each])
        assert new[each]["LAST-MODIFIED"].dt >= old[each]["LAST-MODIFIED"].dt


@pytest.mark.parametrize("seed", [1, 2])
def test_kept_texts_change_no_byte(ward: Ward, small_layers: None, seed: int) -> None:
    """After any entries: with a cold cache, a warm one, a read-only session and no cache at all, the same bytes."""
    random = Random(seed)
    options = [{"form": form, "lang": lang} for form in ical.FORMS for lang in ("vi", "en")] + [{"alarms": False}]
    before = made(ward.engine)
    for _ in range(8):
        for _ in range(random.randrange(3)):
            play(ward, random)
        after = made(ward.engine)
        assert_versions_rise(before, after)
        before = after
        which, chosen = random.choice(ALL), random.choice(options)
        expected = anew(ward.engine, which, **chosen)
        for write in (False, True, True, False):
            assert made(ward.engine, which, write=write, **chosen) == expected
        assert made(ward.engine, write=True) == anew(ward.engine)


def test_layers_are_added_and_folded(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few changes are not kept; from KEEP_FROM on a layer is; after COMPACT_LAYERS one whole layer stands for all."""
    monkeypatch.setattr(calendars, "COMPACT_LAYERS", 2)
    monkeypatch.setattr(calendars, "COMPACT_SHARE", 0)
    names = [
        "tuyen-truyen/cong-an/thang-6",
        "thieu-nhi/doan/thang-6",
        *(f"tham-hoi/to-0{n}/thang-6" for n in (1, 2, 3)),
    ]
    made(ward.engine, write=True)
    counts = []
    for at, name in enumerate(names):
        monkeypatch.setattr(calendars, "KEEP_FROM", 2 if at == 0 else 1)
        ward.done(name, name.split("/")[1], "2025-06-20", note="đã làm")
        assert made(ward.engine, write=True) == anew(ward.engine)
        counts.append([whole for _, _, whole in rows_kept(ward.engine)])
    assert counts == [[True], [True, False], [True, False, False], [True], [True, False]]


def test_a_reading_session_keeps_nothing(ward: Ward) -> None:
    """A link that is fetched needs no writer's lock."""
    assert made(ward.engine) == anew(ward.engine)
    assert rows_kept(ward.engine) == []


def test_publishing_holds_up_no_writer(ward: Ward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever records while calendars are made waits for none of it, and is not half in what is written."""
    make = calendars.calendar

    def meanwhile(session: Session, *args: Any, **more: Any) -> bytes:
        body = make(session, *args, **more)
        if more["which"] == calendars.OFFICE:
            ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
        return body

    monkeypatch.setattr(calendars, "calendar", meanwhile)
    now = small.at("2025-05-12")
    publish.publish(ward.engine, folder=tmp_path / "out", today=now.date(), now=now)
    written = tmp_path / "out" / "nho-2025" / "calendars"
    assert b"15/BC-UBND" not in (written / "a.ics").read_bytes(), "of one moment"
    monkeypatch.undo()
    publish.publish(ward.engine, folder=tmp_path / "out", today=now.date(), now=now)
    assert (written / "a.ics").read_bytes() == anew(ward.engine, "a")


def test_revisions_are_read_once_for_all_calendars(ward: Ward) -> None:
    """Of a plan whose units hand their work over, each calendar would otherwise read every revision anew."""
    told: list[str] = []
    event.listen(ward.engine, "before_cursor_execute", lambda *given: told.append(given[2]))
    with reading(ward.engine) as session:
        in_force = plans.in_force(session, *plans.find(session))
        told.clear()
        for which in UNITS:
            calendars.calendar(session, in_force, which=which)
    assert len([each for each in told if "plan_revision" in each]) == 1


def test_who_comes_second_keeps_nothing(ward: Ward) -> None:
    """A layer made from what was read before another writer's is not kept: it may leave out what that one holds."""
    made(ward.engine, write=True)
    of = Made("nho", "nho-2025", calendars.OFFICE, ical.EVENT, "vi", True, ical.RENDERER, 1)
    before = rows_kept(ward.engine)
    for after in (None, before[0][1] - 1):
        with begin(ward.engine) as session:
            keep(session, of, 99, [("x", b"\1\0\0\0", b"y")], whole=after is None, after=after)
    assert rows_kept(ward.engine) == before


def test_another_renderer_makes_everything_again(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raising RENDERER raises every SEQUENCE once, and leaves nothing of the old renderer behind."""
    before = components(made(ward.engine, write=True))
    monkeypatch.setattr(ical, "RENDERER", ical.RENDERER + 1)
    after = components(made(ward.engine, write=True))
    assert {each: int(event["SEQUENCE"]) + 1 for each, event in before.items()} == {
        each: int(event["SEQUENCE"]) for each, event in after.items()
    }
    with reading(ward.engine) as session:
        assert session.execute(select(func.count()).select_from(_CHUNKS)).scalar_one() == 1
        of = Made("nho", "nho-2025", calendars.OFFICE, ical.EVENT, "vi", True, ical.RENDERER, 1)
        assert [row.whole for row in kept(session, of)] == [True]


def test_the_same_ledger_gives_the_same_bytes(ward: Ward, sqlite_template: Path, tmp_path: Path) -> None:
    """In another database, of the other kind where that is PostgreSQL, and with a day's entries in another order."""
    shutil.copyfile(sqlite_template, tmp_path / "other.db")
    (tmp_path / "other").mkdir()
    other = Ward(open_engine(f"sqlite:///{tmp_path / 'other.db'}"), small.write(tmp_path / "other"), tmp_path / "home")
    other.sync("2025-01-10")
    entries = [(REPORT, "a"), ("tuyen-truyen/cong-an/thang-6", "cong-an")]
    for each, order in ((ward, entries), (other, entries[::-1])):
        for name, unit in order:
            each.done(name, unit, "2025-06-12", document="15/BC-UBND")
    for which in ALL:
        for form in ical.FORMS:
            assert made(ward.engine, which, form=form) == made(other.engine, which, form=form)
    other.engine.dispose()


def test_a_past_day_is_made_as_it_then_stood(ward: Ward) -> None:
    """`--as-of` before the report shows it open; today's shows it done; a day before the plan has no items."""
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    now = small.at("2025-05-20")
    then = components(calendars.export(ward.engine, now=now, as_of=date(2025, 5, 11)))
    today = components(calendars.export(ward.engine, now=now))
    assert str(then[uid(REPORT)]["SUMMARY"]).startswith("Hạn: ")
    assert str(today[uid(REPORT)]["SUMMARY"]).startswith("✓ hoàn thành: ")
    assert calendars.export(ward.engine, now=now, as_of=date(2025, 5, 20)) == made(ward.engine)
    assert calendars.export(ward.engine, now=now, known_by=date(2025, 5, 20)) == made(ward.engine)
    assert components(calendars.export(ward.engine, now=now, as_of=date(2025, 1, 1))) == {}
    early = calendars.export(ward.engine, now=now, which=calendars.CAMPAIGNS, as_of=date(2025, 1, 1))
    assert components(early) == {}


def test_recipients_are_those_of_the_day_it_is_due(ward: Ward) -> None:
    """A recipient hands over to the successor that a document names; where none does, that is said."""
    there = "{ id: quan, name: UBND quận }"
    heir = "[{ unit: thanh-pho, lead: true, on: 2025-07-01 }]"
    ended = f"{{ id: quan, name: UBND quận, until: 2025-06-30, successors: {heir} }}"
    small.edit(ward.folder / "plan.yaml", there, f"{ended}\n  - {{ id: thanh-pho, name: UBND thành phố }}")
    ward.sync("2025-02-01")
    undecided = components(made(ward.engine))
    assert "kết thúc" not in undecided[uid(REPORT)]["DESCRIPTION"]
    assert "UBND quận kết thúc ngày 30/6/2025" in undecided[uid("bao-cao/a/nam")]["DESCRIPTION"]
    small.edit(ward.folder / "plan.yaml", "on: 2025-07-01 }]", "on: 2025-07-01, by: 01/NQ }]")
    ward.sync("2025-02-02")
    decided = components(made(ward.engine))
    assert "Nơi nhận: UBND quận" in decided[uid(REPORT)]["DESCRIPTION"]
    assert "Nơi nhận: UBND thành phố" in decided[uid("bao-cao/a/nam")]["DESCRIPTION"]


def test_to_dos_have_uids_of_their_own(ward: Ward) -> None:
    """The same items, none of the same UIDs; a check-in counts its lines."""
    events_, todos = components(made(ward.engine)), components(made(ward.engine, form=ical.TODO))
    assert not events_.keys() & todos.keys()
    assert todos.keys() == {uid(each, ical.TODO) for each in _names(ward)}
    assert "Số nội dung cần cập nhật: 1" in todos[uid("cap-nhat/a/dot-1", ical.TODO)]["DESCRIPTION"]
    assert {each["DTSTAMP"].dt for each in todos.values()} == {small.at("2025-01-10")}


def _names(ward: Ward) -> list[str]:
    with reading(ward.engine) as session:
        return queries.occurrence_names(session, "nho", "nho-2025")


def test_nothing_follows_from_today(ward: Ward) -> None:
    """The day it is asked on changes no byte: nothing is late in a calendar."""
    bodies = {calendars.export(ward.engine, now=datetime(year, 3, 1, tzinfo=UTC)) for year in (2025, 2026, 2030)}
    assert len(bodies) == 1


def test_an_unknown_unit_is_refused(ward: Ward) -> None:
    """With the nearest ids."""
    with pytest.raises(RequestRefused, match=r"request\.unknown_unit") as refusal:
        calendars.export(ward.engine, now=small.at("2025-03-01"), which="cong-ang")
    assert "cong-an" in str(refusal.value.values["near"])
