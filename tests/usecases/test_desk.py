"""The office's pages as values, on a small ward at work."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from models import queries
from models.session import reading
from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import events, extend, plans, revisions, show, status, sweep
from usecases.desk import board as boards
from usecases.desk import document as documents
from usecases.desk import matters
from usecases.desk import meeting as meetings
from usecases.desk import reading as desk_reading
from usecases.desk import targets as target_pages
from usecases.desk import task as task_pages
from usecases.desk import year as years
from usecases.desk.filters import KINDS, STATES, Filters


@pytest.fixture
def ward(sqlite_engine: Engine, tmp_path: Path) -> Ward:
    """The small ward on SQLite: the pages are pure functions of one read, and the reads run on both elsewhere."""
    made = Ward(sqlite_engine, small.write(tmp_path), tmp_path / "home")
    made.sync("2025-01-10")
    return made


@pytest.fixture
def busy(ward: Ward) -> Ward:
    """On 20/5: a report seven days late, a course that waits for confirmation, a case, a round answered once."""
    return at_work(ward)


def at_work(ward: Ward) -> Ward:
    """What `busy` tells, recorded in a ward."""
    ward.answer("cap-nhat/cong-an/dot-1", "tuan-tra", "done", "2025-04-22", note="đã tuần tra")
    events.open_event(
        ward.engine,
        task="vu-viec",
        at=small.at("2025-05-15", 8),
        ref="vv-01",
        by="a",
        now=small.at("2025-05-15"),
        recorded_by="thử",
    )
    ward.done("tap-huan/a/nam", "a", "2025-05-16", note="đã tổ chức")
    ward.say("noted", "bao-cao/a/6-thang", "2025-05-18", note="chờ số liệu của trường")
    for day in ("2025-05-14", "2025-05-16", "2025-05-20"):
        sweep.sweep(ward.engine, today=date.fromisoformat(day), now=small.at(day, 1))
    return ward


def read(ward: Ward, day: str = "2025-05-22", **more: Any) -> desk_reading.Desk:
    with reading(ward.engine) as session:
        return desk_reading.read(session, now=small.at(day), **more)


def lines(found: Any) -> list[str]:
    return [each.id for each in found]


def test_the_cells_are_those_of_the_status(busy: Ward) -> None:
    """The board counts what `kehoach status` counts, cases in the totals and nowhere below."""
    desk = read(busy)
    made = boards.board(desk, Filters())
    known = status.status(busy.engine, now=small.at("2025-05-22"))
    assert {name: getattr(made.counts, name) for name in status.CELLS} == known.counts
    assert made.cases.total == 1
    below = sum(each.counts.total for each in made.units)
    assert below + made.cases.total == made.counts.total
    assert not any("vu-viec" in each.id for each in desk.lines)


def test_what_is_late_stands_first_with_its_ladder(busy: Ward) -> None:
    """Most serious first: the upper level's report; who was told by then, the rung reached, who is next."""
    made = boards.board(read(busy), Filters())
    assert made.late[0].id == "bao-cao/a/6-thang"
    assert made.late[0].days_late == 9
    assert made.late[0].rung == "office"
    assert [each.on for each in made.late[0].told] == sorted(each.on for each in made.late[0].told)
    assert made.late[0].next is not None
    assert made.late[0].next.on > date(2025, 5, 22)
    assert lines(made.waiting) == ["tap-huan/a/nam"]
    assert not made.quiet


def test_a_requested_body_is_never_late_nor_counted(ward: Ward) -> None:
    """«Đề nghị» stands apart: silent after its day, in no cell of the totals, in no list of what is late."""
    made = boards.board(read(ward, "2025-08-20"), Filters())
    assert lines(made.unanswered) == ["thieu-nhi/doan/thang-6"]
    assert [each.id for each in made.asked_units] == ["doan"]
    assert made.asked_units[0].counts.open_overdue == 0
    assert made.asked_units[0].silent == 1
    assert not any(each.requested for each in made.late)
    assert sum(each.counts.total for each in made.units) == made.counts.total


def test_a_group_is_one_line_and_its_members_where_asked_for(ward: Ward) -> None:
    """The residential groups stand together; filtered by the group, each has its line."""
    desk = read(ward)
    together = {each.id: each for each in boards.board(desk, Filters()).units}
    assert together["to"].members == 3
    apart = [each.id for each in boards.board(desk, Filters(unit="to")).units]
    assert apart == ["to-01", "to-02", "to-03"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(unit="cong-an"), {"cap-nhat/cong-an/dot-1", "cap-nhat/cong-an/dot-2", "tuyen-truyen/cong-an/thang-6"}),
        (Filters(kind="report"), {"bao-cao/a/6-thang", "bao-cao/a/nam"}),
        (Filters(kind="report", state="open_overdue"), {"bao-cao/a/6-thang"}),
        (Filters(state="submitted"), {"tap-huan/a/nam"}),
        (Filters(week=date(2025, 5, 12)), {"bao-cao/a/6-thang"}),
        (Filters(part="I.3"), {"thieu-nhi/doan/thang-6"}),
        (Filters(words="tap huan"), {"tap-huan/a/nam"}),
        (Filters(words="Thăm hỏi 2"), {"tham-hoi/to-02/thang-6"}),
        (Filters(words="không có gì như vậy"), set()),
        (Filters(unit="nobody"), set()),
    ],
)
def test_filters_let_pass_what_they_say(busy: Ward, filters: Filters, found: set[str]) -> None:
    """By unit, kind, state, week, part of the document and words; the figures are those of what passes."""
    made = boards.board(read(busy), filters)
    assert set(lines(made.found)) == found
    assert made.counts.total + made.asked.total == len(made.found)
    assert made.cases.total == 0


def test_every_kind_and_state_can_be_filtered_by(busy: Ward) -> None:
    """What a form offers never fails, and the kinds part the plan: nothing is in two of them."""
    desk = read(busy)
    by_kind = [lines(Filters(kind=kind).of(desk)) for kind in KINDS]
    assert sorted(each for kind in by_kind for each in kind) == sorted(lines(desk.lines))
    for state in STATES:
        assert set(lines(Filters(state=state).of(desk))) <= set(lines(desk.lines))


def test_a_past_day_is_shown_as_it_was(busy: Ward) -> None:
    """What happened later is not there, and the ladder speaks of who was next then."""
    busy.done("bao-cao/a/6-thang", "a", "2025-05-23", document="25/BC-UBND")
    then = boards.board(read(busy, "2025-06-20", as_of=date(2025, 5, 15)), Filters())
    assert then.late[0].id == "bao-cao/a/6-thang"
    assert then.late[0].next is not None
    assert then.late[0].next.on > date(2025, 5, 15)
    assert all(each.on <= date(2025, 5, 15) for each in then.late[0].told)
    assert "tap-huan/a/nam" not in lines(then.waiting)
    now = boards.board(read(busy, "2025-06-20"), Filters())
    assert "bao-cao/a/6-thang" not in lines(now.late)


def test_a_day_before_the_plan_has_nothing(ward: Ward) -> None:
    """The plan's names are there, and not a single task."""
    desk = read(ward, as_of=date(2024, 12, 1))
    assert not desk.there
    assert desk.lines == ()
    assert boards.board(desk, Filters()).units == ()
    assert years.year(desk, Filters()).units == ()
    assert documents.document(desk).late == 0


def test_an_extension_that_was_asked_waits_for_an_answer(busy: Ward) -> None:
    """It stands on the board until somebody decides; before the chair only where Văn phòng cannot decide alone."""
    extend.ask(
        busy.engine,
        occurrence="bao-cao/a/6-thang",
        until=date(2025, 5, 30),
        reason="chờ số liệu",
        now=small.at("2025-05-21"),
        recorded_by="thử",
    )
    made = boards.board(read(busy), Filters())
    assert lines(made.extensions) == ["bao-cao/a/6-thang"]
    assert made.extensions[0].asked_until == date(2025, 5, 30)
    for set_by, asked in (("cấp trên", "extension_upward"), ("UBND", "extension"), ("Văn phòng", None)):
        desk = replace(read(busy), lines=(replace(made.extensions[0], set_by=set_by),))
        kinds = {each.kind for each in meetings.decisions(desk)} & {"extension", "extension_upward"}
        assert kinds == ({asked} if asked else set())


def test_the_year_holds_every_week_in_which_something_falls_due(busy: Ward) -> None:
    """A unit's weeks add up to what it has; the campaign, the rounds and the stated deadlines are its periods."""
    desk = read(busy)
    made = years.year(desk, Filters())
    for unit in made.units:
        assert sum(each.total for each in unit.weeks.values()) == unit.counts.total
    assert {each.what for each in made.periods} == {"campaign", "round", "deadline"}
    assert [each.last for each in made.periods if each.what == "deadline"] == [date(2025, 5, 13), date(2025, 11, 13)]
    campaign = next(each for each in made.periods if each.what == "campaign")
    assert campaign.counts.total == 4  # the requested body is not among them


def test_the_document_is_coloured_by_what_became_of_it(busy: Ward) -> None:
    """A clause takes the most serious state of its tasks; a deadline in its words is marked; a case says nothing."""
    made = documents.document(read(busy))
    by_address = {each.address: each for each in made.clauses}
    assert by_address["I.1-1"].state == "over"
    marks = [(each.text, each.mark) for each in by_address["I.1-1"].parts if each.mark]
    assert marks == [("trước ngày 14/5/2025", "over"), ("trước ngày 14/11/2025", "open")]
    assert "".join(each.text for each in by_address["I.1-1"].parts).startswith("Báo cáo kết quả 6 tháng")
    assert by_address["I.1-2"].state == "wait"
    case = by_address["I.1-3"].tasks[0]
    assert (case.private, case.state, case.lines) == (True, "none", ())
    assert by_address["I.4-2"].targets == (("giam-tai-nan", "Giảm ít nhất 10% tai nạn"),)
    assert made.coverage.complete
    assert made.stated == 2


def test_what_obliges_nobody_says_why(ward: Ward) -> None:
    """Preamble, headings and recipients bear the plan's reason, a run of clauses once; what obliges bears none."""
    made = documents.document(read(ward))
    out = [(each.address, each.why_out) for each in made.clauses if each.why_out and not each.goes_on]
    assert ("mở đầu", "Tên văn bản") in out
    assert ("nơi nhận", "Nơi nhận") in out
    assert {each.why_out for each in made.clauses if each.kind == "heading"} == {"Tiêu đề"}
    assert {each.why_out for each in made.clauses if each.obliges} == {""}
    assert (
        sum(each.goes_on for each in made.clauses if each.address == "mở đầu")
        == len([each for each in made.clauses if each.address == "mở đầu"]) - 1
    )


def test_a_continuous_duty_shows_how_its_round_was_answered(busy: Ward) -> None:
    """The latest round that has opened, by unit: answered or silent."""
    by_task = {task.id: task for each in documents.document(read(busy)).clauses for task in each.tasks}
    assert by_task["tuan-tra"].round == documents.Round("đợt 1", 1, 1, (("done", 1),))
    assert by_task["ra-soat-kho-khan"].round == documents.Round("đợt 1", 3, 0, ())


def test_words_that_no_task_carries_are_marked(ward: Ward) -> None:
    """Where the plan covers less than the text, the margin says so."""
    desk = read(ward)
    tasks = revisions.document(json.dumps([each for key, each in desk.plan.tasks.items() if key != "tap-huan"]))
    desk = replace(desk, plan=replace(desk.plan, documents={**desk.plan.documents, "tasks": tasks}))
    clause = next(each for each in documents.document(desk).clauses if each.address == "I.1-2")
    assert clause.bare == 1
    assert [each.text for each in clause.parts if each.mark == "bare"] == ["Tham mưu tổ chức tập huấn."]


def test_what_was_recorded_later_is_left_out(ward: Ward) -> None:
    """A report issued on 12/5 and typed on 20/5: known on the 22nd, and not by what stood there on the 15th."""
    ward.done("bao-cao/a/6-thang", "a", "2025-05-20", on="2025-05-12", document="1/BC-UBND")

    def asked(known_by: date | None) -> tuple[str, bool]:
        with reading(ward.engine) as session:
            desk = desk_reading.read(session, now=small.at("2025-05-22"), as_of=date(2025, 5, 15), known_by=known_by)
        return next(each.status for each in desk.lines if each.id == "bao-cao/a/6-thang"), desk.past

    assert asked(None) == ("submitted", True)
    assert asked(date(2025, 5, 15)) == ("overdue", True)
    assert asked(date(2025, 5, 20)) == ("submitted", True)


def test_values_recorded_later_are_left_out(ward: Ward) -> None:
    """A value of March that was typed in May is unknown in April, and an as-of of today with it is a past view."""
    from usecases.targets import measure

    measure(
        ward.engine,
        target="giam-tai-nan",
        value=18.0,
        unit="to",
        on=date(2025, 3, 1),
        now=small.at("2025-05-21"),
        recorded_by="thử",
    )

    def values(known_by: date | None) -> list[float]:
        with reading(ward.engine) as session:
            desk = desk_reading.read(session, now=small.at("2025-05-22"), known_by=known_by)
            assert desk.past == (known_by is not None)
            return [each.value for each in target_pages.targets(session, desk)[0].values]

    assert (values(None), values(date(2025, 4, 30)), values(date(2025, 5, 21))) == ([18.0], [], [18.0])


def page(ward: Ward, occurrence: str, day: str = "2025-05-22") -> task_pages.TaskPage:
    shown = show.show(ward.engine, occurrence=occurrence, now=small.at(day))
    with reading(ward.engine) as session:
        return task_pages.task(session, desk_reading.read(session, now=small.at(day)), shown)


def test_a_tasks_page_has_the_quote_in_its_clause(busy: Ward) -> None:
    """The words around the quote, the ledger newest first, the ladder, and the other occurrences."""
    made = page(busy, "bao-cao/a/6-thang")
    assert made.quoted[0].before + made.quoted[0].quote + made.quoted[0].after == small.SOURCE.splitlines()[5][2:]
    assert [each.kind for each in made.entries] == ["noted"]
    assert made.entries[0].text == "chờ số liệu của trường"
    assert {each.state for each in made.ladder} == {"pending", "due"}
    assert lines(made.siblings) == ["bao-cao/a/nam"]
    assert made.to == "UBND quận"


def test_a_case_has_no_page_here(busy: Ward) -> None:
    """To whom a case is not open it does not exist, whatever its address."""
    with reading(busy.engine) as session:
        private = next(
            "/".join((each.task, each.unit, each.period))
            for each in queries.standing(session, *plans.find(session))
            if each.private
        )
    with pytest.raises(RequestRefused) as refused:
        page(busy, private)
    assert refused.value.code == "request.unknown_occurrence"


def test_an_indicator_says_what_is_missing(ward: Ward) -> None:
    """Without a baseline nothing can be judged, and the page says that it is the baseline."""
    with reading(ward.engine) as session:
        desk = desk_reading.read(session, now=small.at("2025-05-22"))
        found = target_pages.targets(session, desk)
    assert [(each.id, each.state, each.missing) for each in found] == [("giam-tai-nan", "unknown", "baseline")]


def test_values_of_an_indicator_come_by_day(ward: Ward) -> None:
    """What was measured, in the order of its days, up to the day of the page."""
    from usecases.targets import measure

    for value, on in ((20.0, "2024-12-31"), (17.0, "2025-05-20"), (18.0, "2025-03-01")):
        measure(
            ward.engine,
            target="giam-tai-nan",
            value=value,
            unit="to",
            on=date.fromisoformat(on),
            now=small.at("2025-05-21"),
            recorded_by="thử",
        )
    with reading(ward.engine) as session:
        desk = desk_reading.read(session, now=small.at("2025-05-22"))
        found = target_pages.targets(session, desk)[0]
        before = target_pages.targets(
            session, desk_reading.read(session, now=small.at("2025-05-22"), as_of=date(2025, 4, 1))
        )
    assert [each.value for each in found.values] == [20.0, 18.0, 17.0]
    assert (found.baseline, found.result, found.state) == (20.0, 15.0, "met")
    assert [each.value for each in before[0].values] == [20.0, 18.0]


def test_work_without_a_decided_successor_is_asked_about(ward: Ward) -> None:
    """A unit that has ended without a document: the chair is asked who takes its work."""
    small.edit(ward.folder / "units.yaml", ", by: 05/QĐ-UBND ngày 01/7/2025", "")
    ward.sync("2025-06-01")
    made = [each for each in meetings.decisions(read(ward, "2025-07-10")) if each.kind == "successor"]
    assert [each.units for each in made] == [(("Bộ phận A", 1),)]
    assert "bao-cao/a/nam" in lines(made[0].lines)


def test_before_a_meeting_much_is_one_matter(busy: Ward) -> None:
    """One task of many units is asked and told once, its group named; the rest is cut, and counted by occurrences."""
    desk = read(busy, "2025-12-31")
    late = boards.late(desk.lines)
    made = matters.matters(desk, late, {})
    assert sorted(line.id for each in made for line in each.lines) == sorted(each.id for each in late)
    assert len({(each.line.task, each.line.label) for each in made}) == len(made) < len(late)
    visit = next(each for each in made if each.line.task == "tham-hoi")
    assert visit.units == (("Các tổ dân phố", len(visit.lines)),) and len(visit.lines) >= matters.MANY
    cut = meetings.Cut(tuple(made[:1]), tuple(made[1:]))
    assert (len(cut), cut.left) == (len(late), len(late) - len(made[0].lines))


def test_before_a_meeting_what_explains_stands_apart_from_what_was_done(busy: Ward) -> None:
    """A return and a note tell why, a call tells what was done; of many words the last."""
    desk = read(busy, "2025-12-31")
    kinds = ("noted", "urged", "returned", "noted", "extension_refused", "noted", "acknowledged")
    said = [
        matters.Spoken(kind, date(2025, 12, place + 1), "A", f"lần {place}" if kind != "acknowledged" else "")
        for place, kind in enumerate(kinds)
    ]
    first = boards.late(desk.lines)[0]
    made = matters.matters(desk, [first], {first.id: said[::-1]})[0]
    assert [each.text for each in made.why] == ["lần 3", "lần 5"]
    assert [each.kind for each in made.done] == ["extension_refused", "acknowledged"]


def test_on_the_board_much_that_is_late_is_one_matter(busy: Ward) -> None:
    """As before a meeting: every late occurrence once, the most serious first, with its rungs; a late case in none."""
    sweep.sweep(busy.engine, today=date(2025, 7, 7), now=small.at("2025-07-07", 1))
    busy.done("tham-hoi/to-01/thang-6", "to-01", "2025-07-07", note="đã thăm")
    desk = read(busy, "2025-07-10")
    assert desk.cases.open_overdue == 1
    made = boards.board(desk, Filters())
    assert sorted(each for matter in made.matters for each in lines(matter.lines)) == sorted(lines(made.late))
    assert made.matters[0].line.set_by == "cấp trên"
    visit = next(each for each in made.matters if each.line.task == "tham-hoi")
    assert "to-01" not in {each.unit for each in visit.lines} and len(visit.lines) > 1
    assert visit.group == "to" and {each.on for each in visit.told_after} == {date(2025, 7, day) for day in (1, 3, 7)}
    assert visit.rungs == (("office", len(visit.lines)),)
    assert "vu-viec" not in {each.line.task for each in made.matters}
    alone = boards.board(desk, Filters(unit="to-02"))
    assert lines(matter.line for matter in alone.matters) == lines(alone.late)


@pytest.mark.parametrize("words", ["%", "_", "\\", "«»", "…"])
def test_a_search_for_signs_alone_finds_nothing(busy: Ward, words: str) -> None:
    """They begin no word; finding everything would say that everything has them."""
    assert Filters(words=words).of(read(busy, "2025-05-20")) == ()


def test_the_number_of_queries_does_not_grow(busy: Ward) -> None:
    """One read of a page asks the same number of questions, whatever there is to show and for whichever day."""
    asked: list[str] = []
    event.listen(busy.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def queries_of(**more: Any) -> int:
        asked.clear()
        read(busy, **more)
        return sum(each.lstrip().upper().startswith("SELECT") for each in asked)

    now = queries_of()
    assert now == 7
    for day in ("2025-05-20", "2025-05-01", "2025-02-01"):
        assert queries_of(as_of=date.fromisoformat(day)) == 11
    assert queries_of(day="2025-12-01") == now
