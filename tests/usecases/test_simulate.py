"""The ladder tried out on the plan in the database: days to come, days past, a file of answers; nothing written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from models.tables import Entry, Notice, RungDay
from outputs.channels import FileChannel
from rules.errors import RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import deliver, events, sweep
from usecases.simulate import Simulation, simulate

REPORT = "bao-cao/a/6-thang"


def tried(ward: Ward, first: str, last: str, *, now: str = "2025-01-20", answers: str | None = None) -> Simulation:
    file = None
    if answers is not None:
        file = ward.folder.parent / "answers.yaml"
        file.write_text(answers, encoding="utf-8")
    return simulate(
        ward.engine,
        first=date.fromisoformat(first),
        last=date.fromisoformat(last),
        now=small.at(now),
        units_answer=file,
    )


def of(played: Simulation, occurrence: str) -> list[tuple[str, str, str]]:
    return [
        (each.day.isoformat(), line.telling.rung, each.recipient)
        for each in played.messages
        for line in each.lines
        if line.key.short == occurrence
    ]


def test_the_report_climbs_where_nobody_answers(ward: Ward) -> None:
    """Last day 13/5; 30/4 to 4/5 are days off: each rung on its working day."""
    assert of(tried(ward, "2025-04-01", "2025-06-30"), REPORT) == [
        ("2025-04-25", "unit-10", "unit:a"),
        ("2025-05-08", "unit-3", "unit:a"),
        ("2025-05-13", "unit-0", "unit:a"),
        ("2025-05-14", "head", "head:a"),
        ("2025-05-16", "monitor", "monitor"),
        ("2025-05-20", "office", "office"),
        ("2025-05-27", "vice-chair", "vice-chair"),
        ("2025-06-03", "chair-1", "chair"),
        ("2025-06-10", "chair-2", "chair"),
        ("2025-06-17", "chair-3", "chair"),
        ("2025-06-24", "chair-4", "chair"),
    ]


def test_it_tells_what_the_real_nights_tell(ward: Ward, tmp_path: Path) -> None:
    """Sweep and deliver run on each day of two months: the outbox holds what the simulation said, day by day."""
    said = {
        (line.key.short, line.telling.rung, each.recipient, each.day)
        for each in tried(ward, "2025-04-01", "2025-05-31").messages
        for line in each.lines
    }
    for n in range((date(2025, 5, 31) - date(2025, 3, 31)).days + 1):
        day = date.fromordinal(date(2025, 3, 31).toordinal() + n)
        sweep.sweep(ward.engine, today=day, now=small.at(day.isoformat(), 1))
        deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "o"), now=small.at(day.isoformat(), 7), run=str(n))
    with Session(ward.engine) as session:
        rows = session.execute(select(Notice).where(Notice.recipient != "@events")).scalars().all()
    real = {
        (f"{row.task}/{row.unit}/{row.period}", row.rung, row.recipient, row.due_on)
        for row in rows
        if row.due_on >= date(2025, 4, 1)
    }
    assert real == said
    assert len(real) > 20


def test_units_behave_as_the_file_says(ward: Ward) -> None:
    """A task before a unit, a group's word for its members, the default for the rest."""
    played = tried(
        ward,
        "2025-04-01",
        "2025-07-31",
        answers="""
default: never
units:
  to: { answer: after 2 days, acknowledge: yes }
  cong-an: on 2025-06-20
tasks:
  bao-cao: { answer: after 40 days, extension: 10 days }
""",
    )
    acts = [(each.key.short, each.kind, each.day.isoformat()) for each in played.acts]
    assert (REPORT, "extension_asked", "2025-04-25") in acts
    assert (REPORT, "extension_granted", "2025-04-26") in acts  # a Saturday worked for 2/5
    assert (REPORT, "issued", "2025-06-04") in acts
    assert ("tuyen-truyen/cong-an/thang-6", "reported", "2025-06-20") in acts
    assert {key for key, kind, _ in acts if kind == "answered"} >= {f"cap-nhat/to-0{n}/dot-1" for n in (1, 2, 3)}
    assert not any(key.startswith("cap-nhat/a/") for key, kind, _ in acts if kind != "held_over")
    versions = {line.telling.version for each in played.messages for line in each.lines if line.key.short == REPORT}
    assert versions == {1, 2}


def test_a_past_day_starts_from_what_had_happened_by_then(ward: Ward, tmp_path: Path) -> None:
    """On 30/5 the first two weeks of May are tried out again: not told twice, and not yet done."""
    for day in ("2025-04-25", "2025-05-08"):
        sweep.sweep(ward.engine, today=date.fromisoformat(day), now=small.at(day, 1))
    ward.done(REPORT, "a", "2025-05-26", document="15/BC-UBND")
    again = tried(ward, "2025-05-09", "2025-05-20", now="2025-05-30")
    assert [rung for _, rung, _ in of(again, REPORT)] == ["unit-0", "head", "monitor", "office"]
    assert of(tried(ward, "2025-05-27", "2025-06-30", now="2025-05-30"), REPORT) == []


def test_who_was_told_long_ago_answers_at_once(ward: Ward) -> None:
    """«After 3 days» counts from when the unit was first told, also where that was before the first day."""
    sweep.sweep(ward.engine, today=date(2025, 4, 25), now=small.at("2025-04-25", 1))
    played = tried(ward, "2025-05-05", "2025-05-20", now="2025-05-05", answers="tasks: { bao-cao: after 3 days }")
    assert [(each.kind, each.day) for each in played.acts if each.key.short == REPORT] == [("issued", date(2025, 5, 5))]


def test_days_to_come_are_played_from_today(ward: Ward) -> None:
    """What happens before the first day shown is played too: a unit that answers in April is silent in May."""
    later = tried(ward, "2025-05-10", "2025-06-30", answers="tasks: { bao-cao: after 1 day }")
    assert of(later, REPORT) == []
    assert min(each.day for each in later.messages) >= date(2025, 5, 10)
    assert all(each.day >= date(2025, 5, 10) for each in later.acts)


def test_nothing_is_written(ward: Ward) -> None:
    """No entry, no notice, no rung."""

    def sizes() -> list[int]:
        with Session(ward.engine) as session:
            return [
                session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (Entry, Notice, RungDay)
            ]

    before = sizes()
    assert tried(ward, "2025-04-01", "2025-12-31", answers="default: after 3 days").messages
    assert sizes() == before


def test_a_case_is_told_without_its_name(ward: Ward) -> None:
    """What is told of a case stands in the document without the occurrence."""
    opened = events.open_event(
        ward.engine,
        task="vu-viec",
        at=small.at("2025-05-12").astimezone(small.ZONE),
        ref="vv-01",
        now=small.at("2025-05-12", 10),
        recorded_by="thử",
    )
    played = tried(ward, "2025-05-13", "2025-05-20", now="2025-05-13")
    assert of(played, opened.occurrence)
    document = played.as_json()
    assert "vv-01" not in str(document)
    assert any(item["occurrence"] is None for each in document["messages"] for item in each["items"])


def test_the_totals_add_up(ward: Ward) -> None:
    """By recipient: messages, reminders, the last day; one message a day."""
    document = tried(ward, "2025-04-01", "2025-12-31").as_json()
    assert sum(each["messages"] for each in document["totals"]) == len(document["messages"])
    assert sum(each["items"] for each in document["totals"]) == sum(len(each["items"]) for each in document["messages"])
    days = [(each["day"], each["recipient"]) for each in document["messages"]]
    assert len(days) == len(set(days))
    assert days == sorted(days)


def test_an_empty_file_is_one_in_which_nobody_answers(ward: Ward) -> None:
    """As no file at all."""
    first, last = "2025-04-01", "2025-05-31"
    assert tried(ward, first, last, answers="\n").as_json() == tried(ward, first, last).as_json()


def test_what_cannot_be_played_is_refused(ward: Ward, tmp_path: Path) -> None:
    """Days backwards, more than three years, a file that is not there."""
    for first, last, code in (("2025-05-02", "2025-05-01", "backwards"), ("2025-01-20", "2030-01-01", "too_long")):
        with pytest.raises(RequestRefused) as refused:
            tried(ward, first, last)
        assert refused.value.code == f"simulate.{code}"
    with pytest.raises(RequestRefused) as refused:
        simulate(
            ward.engine,
            first=date(2025, 5, 1),
            last=date(2025, 5, 2),
            now=small.at("2025-01-20"),
            units_answer=tmp_path / "none.yaml",
        )
    assert refused.value.code == "simulate.unreadable"
