"""Two people at once: each decision is made on what the other has already saved."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlmodel import Session, select

from models import ledger
from models.session import begin
from models.tables import Entry
from rules.errors import IllegalMove, RequestRefused
from tests.usecases import small
from tests.usecases.conftest import Ward
from usecases import events
from usecases.verify import verify


def at_once(ward: Ward, *verbs: Callable[[], Any]) -> list[Future[Any]]:
    """Start them all while another holds the office's ledger, then let them go."""
    with ThreadPoolExecutor() as pool:
        with begin(ward.engine) as session:
            ledger.lock(session, "nho")
            waiting = [pool.submit(verb) for verb in verbs]
            time.sleep(0.3)
        return waiting


def test_work_is_reported_once(ward: Ward) -> None:
    """Of two reports of the same work, one is the second: refused, and the ledger replays without an illegal move."""
    verbs = [
        lambda number=number: ward.done("bao-cao/a/6-thang", "a", "2025-05-12", document=number) for number in "12"
    ]
    faults = [each.exception() for each in at_once(ward, *verbs)]
    assert sorted(type(each) for each in faults if each) == [IllegalMove]
    with Session(ward.engine) as session:
        assert [each.kind for each in session.exec(select(Entry).order_by(Entry.seq))] == ["plan_revised", "issued"]
    assert verify(ward.engine).faults == []


def test_an_event_is_opened_once(ward: Ward) -> None:
    """The same code typed by two people is one event."""

    def opened() -> None:
        said = {"task": "vu-viec", "at": small.at("2025-02-03"), "ref": "vv-1", "now": small.at("2025-02-03", 10)}
        events.open_event(ward.engine, recorded_by="thử", **said)

    faults = [each.exception() for each in at_once(ward, opened, opened)]
    assert [each.code for each in faults if isinstance(each, RequestRefused)] == ["request.event_exists"]
    assert faults.count(None) == 1
    assert verify(ward.engine).faults == []


def test_changed_files_are_one_revision(ward: Ward) -> None:
    """Two syncs of the same new files make one revision; the second finds nothing new."""
    small.edit(ward.folder / "plan.yaml", "title: Kế hoạch nhỏ năm 2025", "title: Kế hoạch nhỏ của năm 2025")
    done = [each.result() for each in at_once(ward, *[lambda: ward.sync("2025-02-01")] * 2)]
    assert sorted((each.revision, each.unchanged) for each in done) == [(2, False), (2, True)]
    assert verify(ward.engine).faults == []
