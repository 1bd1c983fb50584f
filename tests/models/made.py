"""An office with a plan of one revision and two occurrences, and short forms of what tests do with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models import ledger, queries
from models.session import begin
from models.tables import Entry, Office, Plan, PlanRevision
from rules.values import Dates, Key, State, Terms

OFFICE, PLAN, ZONE = "phu-la", "phu-la-2025", "Asia/Ho_Chi_Minh"
START = date(2025, 2, 10)
NOW = datetime(2025, 2, 10, 1, 30, tzinfo=UTC)
REPORT = Key(OFFICE, PLAN, "bao-cao", "ldtbxh", "6-thang")
ROUND = Key(OFFICE, PLAN, "cap-nhat", "cong-an", "dot-1")


def terms(key: Key = REPORT, last_day: date | None = date(2025, 5, 13), **more: Any) -> Terms:
    """A report due on 13/5, unless told otherwise."""
    return Terms(key, "report", "Báo cáo kết quả", "6 tháng", Dates(stated=last_day, last_day=last_day), **more)


def check_in(last_day: date = date(2025, 4, 25)) -> Terms:
    """A check-in of two lines."""
    return Terms(ROUND, "check-in", "Cập nhật", "đợt 1", Dates(last_day=last_day), lines=("tuan-tra", "ra-soat"))


def state(of: Terms, seq: int = 1) -> State:
    """The state of a new occurrence."""
    day = of.dates.last_day
    return State(last_day=day, plan_day=day, held_by=of.key.unit, changed_seq=seq, changed_at=NOW)


def words(**more: Any) -> dict[str, Any]:
    """What `ledger.append` asks for, with likely values."""
    said: dict[str, Any] = {
        "office": OFFICE,
        "plan": PLAN,
        "kind": "noted",
        "happened_on": START,
        "now": NOW,
        "declared_by": "ldtbxh",
        "recorded_by": "thử",
        "channel": "cli",
        "key": REPORT,
    }
    return said | more


def append(engine: Engine, request_id: str, **more: Any) -> Entry:
    """One entry in a transaction of its own."""
    with begin(engine) as session:
        return ledger.append(session, request_id=request_id, **words(**more))[0]


def revise(
    session: Session, revision: int, said: Iterable[Terms], effective_on: date, now: datetime, **more: Any
) -> int:
    """A revision of the plan, its entry and what it says; the seq of the entry."""
    told = {
        "kind": "plan_revised",
        "happened_on": effective_on,
        "now": now,
        "key": None,
        "data": {"revision": revision},
    }
    entry, _ = ledger.append(session, request_id=f"revision-{revision}", **words(**(told | more)))
    session.add(
        PlanRevision(
            office=entry.office,
            plan=entry.plan,
            revision=revision,
            effective_on=effective_on,
            recorded_at=entry.recorded_at,
            seq=entry.seq,
            file_hash=f"files-{revision}",
            calendar_hash="",
            libraries="{}",
            **dict.fromkeys(("units", "tasks", "targets", "ladder", "calendar", "meta"), "{}"),
        )
    )
    queries.set_current_revision(session, entry.office, entry.plan, revision, "Kế hoạch", 2025)
    queries.add_versions(session, said, revision, withdrawn=False)
    return entry.seq


def ward(engine: Engine, office: str = OFFICE, add: Callable[..., None] = queries.add_occurrences) -> None:
    """The office, its plan, revision 1 with two occurrences; the ledger then stands at seq 1."""
    said = [terms(), check_in()]
    if office != OFFICE:
        said = [terms(REPORT._replace(office=office)), terms(ROUND._replace(office=office))]
    with begin(engine) as session:
        session.add(Office(id=office, name="Phường", code="09552", time_zone=ZONE))
        session.flush()
        session.add(Plan(office=office, id=PLAN, title="Kế hoạch", year=2025, starts_on=START))
        session.flush()
        add(session, [(each, state(each)) for each in said], 1)
        revise(session, 1, said, START, NOW, office=office)
