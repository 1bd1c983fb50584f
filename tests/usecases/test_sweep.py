"""The night: due rungs to the outbox, the outbox to a channel, successions, replay."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from models import queries
from models.session import reading
from models.tables import Entry, Notice, Occurrence
from outputs.channels import ChannelFailed, FileChannel
from outputs.notices import Message
from rules import ladder
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import deliver, plans, succession, sweep
from usecases.status import status
from usecases.verify import verify

REPORT = "bao-cao/a/6-thang"


def night(ward: Ward, day: str) -> tuple[int, int]:
    today = date.fromisoformat(day)
    (report,) = sweep.sweep(ward.engine, today=today, now=small.at(day, 1, 30))
    return report.notices, report.overdue


def outbox(ward: Ward) -> dict[tuple[str, str, str], str]:
    with Session(ward.engine) as session:
        return {(each.task, each.rung, each.recipient): each.state for each in session.exec(select(Notice))}


def test_the_sweep_equals_decide(ward: Ward) -> None:
    """Set statements over stored days give what the rules decide from scratch, on any day of the year."""
    with reading(ward.engine) as session:
        office, plan = plans.find(session)
        in_force = plans.in_force(session, office, plan)
        pairs = [(queries.to_terms(row), queries.to_state(row)) for row in queries.occurrences(session, office, plan)]
    expected: set[tuple[object, ...]] = set()
    for day in ("2025-03-01", "2025-05-14", "2025-05-20", "2025-06-30", "2025-07-15", "2026-01-05"):
        today = date.fromisoformat(day)
        night(ward, day)
        for terms, state in pairs:
            told = {row[1:] for row in expected if row[0] == terms.key}
            for each in ladder.decide(
                terms, state, in_force.policy, in_force.calendar, in_force.directory, today, told
            ):
                expected.add((terms.key, each.rung, each.version, each.recipient))
        with reading(ward.engine) as session:
            found = {(key, *one) for key, told in queries.told(session, office, plan).items() for one in told}
        assert found == expected


def test_a_second_sweep_finds_nothing(ward: Ward) -> None:
    """The same night again moves nothing and writes nothing."""
    first = night(ward, "2025-05-14")
    assert first[0] > 0
    assert first[1] > 0
    before = outbox(ward)
    assert night(ward, "2025-05-14") == (0, 0)
    assert outbox(ward) == before


def test_a_week_of_missed_nights_is_one_message_per_item(ward: Ward, tmp_path: Path) -> None:
    """Three rungs to the same unit waited: the last goes, the others are folded into it."""
    night(ward, "2025-05-14")
    (report,) = deliver.deliver(
        ward.engine, channel=FileChannel(tmp_path / "out"), now=small.at("2025-05-14", 1, 30), run="r"
    )
    states = {rung: state for (task, rung, who), state in outbox(ward).items() if task == "bao-cao" and who == "unit:a"}
    assert states == {"unit-10": "folded", "unit-3": "folded", "unit-0": "sent"}
    assert report.failed == 0
    assert report.waiting_events > 0
    assert len(list((tmp_path / "out").iterdir())) == report.sent


class Dying:
    """A file channel that dies after so many messages, as a process does."""

    name = "file"

    def __init__(self, folder: Path, after: int) -> None:
        self.real, self.left = FileChannel(folder), after

    def send(self, message: Message) -> None:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.real.send(message)


@pytest.mark.parametrize("after", range(4))
def test_a_crash_between_claim_and_mark_loses_nothing(ward: Ward, tmp_path: Path, after: int) -> None:
    """The run died with claims of its own; the next one ends where an unbroken run ends."""
    night(ward, "2025-05-14")
    with pytest.raises(KeyboardInterrupt):
        deliver.deliver(ward.engine, channel=Dying(tmp_path / "a", after), now=small.at("2025-05-14"), run="1")
    deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "a"), now=small.at("2025-05-14"), run="2")
    states = set(outbox(ward).values())
    assert states == {"sent", "folded", "pending"}  # pending: the events, which wait for Prefect
    names = sorted(each.name for each in (tmp_path / "a").iterdir())
    with Session(ward.engine) as session:
        sent = session.exec(select(Notice).where(Notice.state == "sent")).all()
    assert len(names) == len(set(names)) == len(sent)


def test_one_bad_address_stops_nobody_else(ward: Ward, tmp_path: Path) -> None:
    """A channel that refuses one recipient: the others get theirs, the refused one waits with its reason."""

    class Refusing:
        name = "file"
        real = FileChannel(tmp_path / "out")

        def send(self, message: Message) -> None:
            if message.recipient == "unit:a":
                raise ChannelFailed("file", "địa chỉ sai")
            self.real.send(message)

    night(ward, "2025-05-14")
    (report,) = deliver.deliver(ward.engine, channel=Refusing(), now=small.at("2025-05-14"), run="1")
    assert report.failed > 0
    assert report.sent > 0
    with Session(ward.engine) as session:
        waiting = session.exec(select(Notice).where(Notice.state == "pending", Notice.recipient == "unit:a")).all()
    assert waiting
    assert all("địa chỉ sai" in (each.error or "") and each.attempts == 1 for each in waiting)


def test_events_are_marked_only_when_they_arrived(ward: Ward, tmp_path: Path) -> None:
    """Half of them arrived: the other half is given again, under the same ids."""
    night(ward, "2025-07-10")
    given_ids: list[list[object]] = []

    def half(events: list) -> list:
        given_ids.append([each.id for each in events])
        return [each.id for each in events][: len(events) // 2]

    channel = FileChannel(tmp_path / "out")
    (first,) = deliver.deliver(ward.engine, channel=channel, now=small.at("2025-07-10"), run="1", emit=half)
    (second,) = deliver.deliver(ward.engine, channel=channel, now=small.at("2025-07-10"), run="2", emit=half)
    assert first.events > 0
    assert first.waiting_events == len(given_ids[1])
    assert set(given_ids[1]) < set(given_ids[0])
    assert second.events == len(given_ids[1]) // 2


def test_what_was_done_before_it_was_sent_is_dropped(ward: Ward, tmp_path: Path) -> None:
    """Nobody is urged for what is done."""
    night(ward, "2025-05-14")
    ward.done(REPORT, "a", "2025-05-14", document="15/BC-UBND")
    (report,) = deliver.deliver(ward.engine, channel=FileChannel(tmp_path / "o"), now=small.at("2025-05-14"), run="1")
    of_report = {state for (task, _, who), state in outbox(ward).items() if task == "bao-cao" and who != "@events"}
    assert of_report == {"dropped"}
    assert report.failed == 0


def test_open_work_goes_to_the_successor_that_a_document_names(ward: Ward) -> None:
    """On 1/7 the new office holds what is open, old names keep what is past; ids never change; twice moves nothing."""
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    today = date(2025, 7, 1)

    def succeed() -> dict[str, int]:
        (report,) = succession.succeed(ward.engine, today=today, now=small.at("2025-07-01", 1), recorded_by="kehoach")
        return report.moved

    assert sum(succeed().values()) > 0
    assert succeed() == {}
    with Session(ward.engine) as session:
        held = {(each.task, each.period): each.held_by for each in session.exec(select(Occurrence)) if each.unit == "a"}
    assert held["bao-cao", "nam"] == "phong-moi"
    assert held["bao-cao", "6-thang"] == "a"
    assert ward.done("bao-cao/a/nam", "phong-moi", "2025-11-10", document="90/BC-UBND").status == "done_on_time"
    assert verify(ward.engine).faults == []
    then = status(ward.engine, now=small.at("2025-12-01"), as_of=date(2025, 6, 15))
    assert {each.state.held_by for each in then.items if each.terms.key.task == "bao-cao"} == {"a"}


DAYS = st.integers(0, 360).map(lambda n: date(2025, 1, 10) + timedelta(days=n))


def test_replay_of_today_equals_the_columns(ward: Ward) -> None:
    """The answer from the ledger and the answer from the columns that repeat it are one."""
    ward.done(REPORT, "a", "2025-05-12", document="15/BC-UBND")
    ward.answer("cap-nhat/cong-an/dot-1", "tuan-tra", "nothing", "2025-04-14")
    ward.done("tap-huan/a/nam", "a", "2025-05-15", on="2025-05-14")
    ward.say("returned", "tap-huan/a/nam", "2025-05-19", by="van-phong", reason="thiếu")
    now = small.at("2025-06-01")
    fast = status(ward.engine, now=now).as_json()
    slow = status(ward.engine, now=now, known_by=date(2025, 6, 1)).as_json()
    assert slow | {"known_by": None} == fast


def test_as_of_and_known_by(ward: Ward) -> None:
    """Done on 12/5 but typed on 16/5: on 14/5 it was done in truth, and overdue as far as anybody knew."""
    ward.done(REPORT, "a", "2025-05-16", on="2025-05-12", document="15/BC-UBND")
    now = small.at("2025-06-01")

    def of(report) -> str:
        return next(each.status for each in report.items if each.terms.key.short == REPORT)

    assert of(status(ward.engine, now=now, as_of=date(2025, 5, 11))) == "due_soon"
    assert of(status(ward.engine, now=now, as_of=date(2025, 5, 14))) == "submitted"
    assert of(status(ward.engine, now=now, as_of=date(2025, 5, 14), known_by=date(2025, 5, 14))) == "overdue"
    before = status(ward.engine, now=now, as_of=date(2025, 1, 9))
    assert before.items == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=DAYS, known=DAYS)
def test_every_past_day_counts_each_item_once(ward: Ward, day: date, known: date) -> None:
    """The cells of the units and the list agree on every day, whatever was known."""
    report = status(ward.engine, now=small.at("2026-01-10"), as_of=day, known_by=known)
    shown = [each for each in report.items if each.status != "cancelled"]
    assert sum(sum(each.counts.values()) for each in report.units) == len(shown)
    requested = sum(sum(each.counts.values()) for each in report.units if each.requested)
    assert sum(report.counts.values()) == len(shown) - requested


def test_entries_change_nothing_that_was_known_before(ward: Ward) -> None:
    """A report made today leaves yesterday's answer, known by yesterday, as it was."""
    now = small.at("2025-06-01")
    before = status(ward.engine, now=now, as_of=date(2025, 5, 20), known_by=date(2025, 5, 20)).as_json()
    ward.done("tap-huan/a/nam", "a", "2025-05-21", on="2025-05-19")
    assert status(ward.engine, now=now, as_of=date(2025, 5, 20), known_by=date(2025, 5, 20)).as_json() == before
    with Session(ward.engine) as session:
        assert len(session.exec(select(Entry)).all()) == 2
