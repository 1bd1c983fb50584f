"""Rungs still to come and the outbox: what the sweep moves and deliver sends. Offered through models.queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Table, and_, bindparam, delete, func, literal, select, tuple_, update
from sqlmodel import SQLModel

from models.scope import by_name, count, insert_all, named, of_key, of_plan, on_the_ladder
from models.tables import OCCURRENCE_KEY
from models.upsert import upsert
from rules.ladder import EVENTS
from rules.values import Key

if TYPE_CHECKING:
    from sqlmodel import Session

_OCCURRENCE: Table = SQLModel.metadata.tables["occurrence"]
_RUNG_DAY: Table = SQLModel.metadata.tables["rung_day"]
_NOTICE: Table = SQLModel.metadata.tables["notice"]

_NOTICE_KEY = (*OCCURRENCE_KEY, "rung", "version", "recipient")

Telling = tuple[str, int, str]
"""(rung, deadline version, recipient)."""

Told = frozenset[Telling]
"""What is in the outbox, of one occurrence."""


def rung_days(session: Session, office: str, plan: str) -> Sequence[Row[Any]]:
    """Every rung still to come."""
    return session.execute(select(_RUNG_DAY).where(*of_plan(_RUNG_DAY, office, plan))).all()


def add_notice(session: Session, row: Mapping[str, Any]) -> None:
    """One pending notice, beside those that the sweep moves."""
    insert_all(session, _NOTICE, [dict(row) | {"state": "pending", "attempts": 0}])


def settle_unsent(
    session: Session, dropped: Iterable[tuple[Key, Telling]], owed: Iterable[tuple[Key, Telling]]
) -> None:
    """Nobody is told any more what no longer holds: unsent notices of `dropped` are. Those of `owed` that were dropped
    are forgotten, so that they are told after all. Tellings are (rung, deadline version, recipient)."""
    of = update(_NOTICE).where(*by_name(_NOTICE, _NOTICE_KEY), _NOTICE.c.state == "pending").values(state="dropped")
    count(session, of, [_of_notice(*each) for each in dropped])
    again = delete(_NOTICE).where(*by_name(_NOTICE, _NOTICE_KEY), _NOTICE.c.state == "dropped")
    count(session, again, [_of_notice(*each) for each in owed])


def _of_notice(key: Key, telling: Telling) -> dict[str, Any]:
    return named(key) | dict(zip(("k_rung", "k_version", "k_recipient"), telling, strict=True))


def replace_rung_days(session: Session, rows: Mapping[Key, Sequence[Mapping[str, Any]]]) -> None:
    """Put the given rows in place of each occurrence's remaining rungs; an empty list leaves it none."""
    if rows:
        session.execute(delete(_RUNG_DAY).where(*by_name(_RUNG_DAY)), [named(key) for key in rows])
        insert_all(session, _RUNG_DAY, [dict(row) for each in rows.values() for row in each])


def notices_of(session: Session, key: Key) -> Sequence[Row[Any]]:
    """What the outbox holds and has sent of one occurrence, by day."""
    return session.execute(
        select(_NOTICE).where(*of_key(_NOTICE, key)).order_by(_NOTICE.c.due_on, _NOTICE.c.version, _NOTICE.c.rung)
    ).all()


def notices(session: Session, office: str, plan: str, *, upto: date) -> Sequence[Row[Any]]:
    """The outbox up to the local day `upto` (inclusive), in the order of its days."""
    due = _NOTICE.c.due_on <= upto
    return session.execute(
        select(_NOTICE).where(*of_plan(_NOTICE, office, plan), due).order_by(_NOTICE.c.due_on, _NOTICE.c.recipient)
    ).all()


def told(session: Session, office: str, plan: str, key: Key | None = None) -> dict[Key, Told]:
    """What the outbox holds already, sent or not, by occurrence."""
    return {of: frozenset(tellings) for of, tellings in outbox(session, office, plan, key).items()}


def outbox(session: Session, office: str, plan: str, key: Key | None = None) -> dict[Key, dict[Telling, str]]:
    """The state of each telling that the outbox holds, by occurrence; of the whole plan, or of `key`."""
    names = ("task", "unit", "period", "rung", "version", "recipient", "state")
    where = of_plan(_NOTICE, office, plan) if key is None else of_key(_NOTICE, key)
    found: dict[Key, dict[Telling, str]] = {}
    for task, unit, period, *telling, state in session.execute(
        select(*(_NOTICE.c[each] for each in names)).where(*where)
    ):
        rung, version, recipient = telling
        found.setdefault(Key(office, plan, task, unit, period), {})[rung, version, recipient] = state
    return found


def latest_rungs(session: Session, office: str, plan: str, *, upto: date) -> dict[tuple[Key, int], str]:
    """The last rung that was told, or is on its way, by the local day `upto` (inclusive), of each occurrence and each
    version of its deadline: what was told of an earlier day says nothing of the one that now stands.
    """
    query = (
        select(_NOTICE.c.task, _NOTICE.c.unit, _NOTICE.c.period, _NOTICE.c.version, _NOTICE.c.rung)
        .where(
            *of_plan(_NOTICE, office, plan),
            _NOTICE.c.due_on <= upto,
            _NOTICE.c.state != "dropped",
            _NOTICE.c.recipient != EVENTS,
            on_the_ladder(_NOTICE),
        )
        .order_by(_NOTICE.c.due_on, _NOTICE.c.rung)
    )
    return {
        (Key(office, plan, task, unit, period), version): rung
        for task, unit, period, version, rung in session.execute(query)
    }


def anything_pending(session: Session, office: str, plan: str) -> bool:
    """Whether the outbox has something to send."""
    query = select(literal(1)).where(*of_plan(_NOTICE, office, plan), _NOTICE.c.state == "pending").limit(1)
    return session.execute(query).first() is not None


def pending(session: Session, office: str, plan: str) -> Sequence[Row[Any]]:
    """What waits in the outbox by recipient and day, each with the terms and the state of its occurrence; `version` is
    the notice's.
    """
    occurrence = [column for column in _OCCURRENCE.c if column.name != "version"]
    notice = [
        _NOTICE.c[name]
        for name in ("rung", "version", "recipient", "role", "passed_from", "due_on", "attempts", "claimed_by", "error")
    ]
    same = and_(*(_OCCURRENCE.c[name] == _NOTICE.c[name] for name in OCCURRENCE_KEY))
    return session.execute(
        select(*occurrence, *notice)
        .join_from(_NOTICE, _OCCURRENCE, same)
        .where(*of_plan(_NOTICE, office, plan), _NOTICE.c.state == "pending")
        .order_by(_NOTICE.c.recipient, _NOTICE.c.due_on, *(_NOTICE.c[name] for name in ("task", "unit", "period")))
    ).all()


def told_before(session: Session, office: str, plan: str, before: datetime) -> dict[Key, tuple[int, date]]:
    """How often people were told before that instant, and the last rung's day, of each occurrence of which something
    waits again.
    """
    key = [_NOTICE.c[name] for name in ("task", "unit", "period")]
    waits = select(*key).where(*of_plan(_NOTICE, office, plan), _NOTICE.c.state == "pending")
    query = (
        select(*key, func.count(), func.max(_NOTICE.c.due_on))
        .where(
            *of_plan(_NOTICE, office, plan),
            _NOTICE.c.state == "sent",
            _NOTICE.c.sent_at < before,
            _NOTICE.c.recipient != EVENTS,
            tuple_(*key).in_(waits),
        )
        .group_by(*key)
    )
    return {
        Key(office, plan, task, unit, period): (times, last)
        for task, unit, period, times, last in session.execute(query)
    }


def stuck(session: Session, office: str, plan: str) -> Sequence[Row[Any]]:
    """Notices that a channel has failed to take: the whole row of each, by recipient and day."""
    return session.execute(
        select(_NOTICE)
        .where(*of_plan(_NOTICE, office, plan), _NOTICE.c.state == "pending", _NOTICE.c.error.is_not(None))
        .order_by(_NOTICE.c.recipient, _NOTICE.c.due_on, *(_NOTICE.c[name] for name in ("task", "unit", "period")))
    ).all()


def written_to(session: Session, office: str, plan: str) -> dict[str, int]:
    """Every recipient of a notice that was sent or waits, with how many reached them by file alone."""
    filed = func.count().filter(_NOTICE.c.channel.like("file%"))
    query = (
        select(_NOTICE.c.recipient, filed.label("filed"))
        .where(*of_plan(_NOTICE, office, plan), _NOTICE.c.state.in_(("pending", "sent")), _NOTICE.c.recipient != EVENTS)
        .group_by(_NOTICE.c.recipient)
    )
    return {row.recipient: row.filed for row in session.execute(query)}


_UNSENT = (*by_name(_NOTICE, _NOTICE_KEY), _NOTICE.c.state == "pending")
# Built once: a digest is three statements, and building them would cost more than running them.
_CLAIM = (
    update(_NOTICE)
    .where(*_UNSENT)
    .values(claimed_at=bindparam("at"), claimed_by=bindparam("by"), attempts=_NOTICE.c.attempts + 1, error=None)
)
_SENT = update(_NOTICE).where(*_UNSENT).values(state="sent", sent_at=bindparam("at"), channel=bindparam("through"))
_SETTLE = update(_NOTICE).where(*_UNSENT).values(state=bindparam("as_"))
_RELEASE = update(_NOTICE).where(*_UNSENT).values(claimed_at=None, claimed_by=None, error=bindparam("why"))


def claim(session: Session, rows: Sequence[Row[Any]], run: str, now: datetime) -> list[Row[Any]]:
    """Mark pending notices as being sent by `run`, each by one update that must change one row; those that it did."""
    claimed = [named(row, _NOTICE_KEY) | {"at": now, "by": run} for row in rows]
    if count(session, _CLAIM, claimed) == len(claimed):
        return list(rows)
    waits = select(literal(1)).select_from(_NOTICE).where(*_UNSENT)
    return [row for row in rows if session.execute(waits, named(row, _NOTICE_KEY)).first() is not None]


def readdress(session: Session, row: Row[Any], recipient: str, now: datetime) -> None:
    """Drop a pending notice and let one to `recipient` wait in its place, unless that was sent already."""
    count(session, _SETTLE, [named(row, _NOTICE_KEY) | {"as_": "dropped"}])
    new = {name: getattr(row, name) for name in (*_NOTICE_KEY, "role", "due_on")}
    new |= {"recipient": recipient, "passed_from": row.recipient, "made_at": now, "state": "pending", "attempts": 0}
    waits = upsert(session, _NOTICE).values(new)
    session.execute(
        waits.on_conflict_do_update(
            index_elements=_NOTICE_KEY, set_={"state": "pending"}, where=_NOTICE.c.state == "dropped"
        )
    )


def mark(session: Session, rows: Iterable[Row[Any]], state: str, now: datetime, channel: str | None) -> int:
    """Settle pending notices as sent (through `channel`), folded or dropped; how many were."""
    keys = [named(row, _NOTICE_KEY) for row in rows]
    if state == "sent":
        return count(session, _SENT, [key | {"at": now, "through": channel} for key in keys])
    return count(session, _SETTLE, [key | {"as_": state} for key in keys])


def release(session: Session, failed: Iterable[tuple[Row[Any], str]]) -> None:
    """Give claimed notices back to the outbox, each with what went wrong."""
    count(session, _RELEASE, [named(row, _NOTICE_KEY) | {"why": why} for row, why in failed])
