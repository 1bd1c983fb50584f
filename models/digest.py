"""The digests that people were sent, one a person, day and channel, and the addresses that take nothing any more.

A digest names the notices that it tells, so that a run which died between the server's answer and our mark is repeated
with the same ones under the same id.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Row,
    Table,
    Text,
    bindparam,
    delete,
    select,
    update,
)
from sqlmodel import Field, SQLModel

from models.scope import by_name, count, named
from models.upsert import upsert

if TYPE_CHECKING:
    from sqlmodel import Session


class Digest(SQLModel, table=True):
    """One message a person, local day and channel; of all plans of the office together."""

    __table_args__ = (
        ForeignKeyConstraint(["office"], ["office.id"]),
        CheckConstraint("state in ('claimed','sent','failed')", name="state"),
        {"sqlite_with_rowid": False},
    )

    office: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    id: str
    """Fixed by the key: the Message-ID of every try."""
    address: str
    notices: str = Field(sa_column=Column(Text, nullable=False))
    """JSON list of [plan, task, unit, period, rung, version] of what it tells."""
    state: str = "claimed"
    """claimed: being sent, or sent for all we know; sent: the other side said so; failed: it certainly has not."""
    claimed_at: datetime
    claimed_by: str
    sent_at: datetime | None = None
    attempts: int = 1
    error: str | None = None


class DeadAddress(SQLModel, table=True):
    """An address that refused for good or bounced: nothing is sent there until somebody takes it off."""

    __tablename__ = "dead_address"
    __table_args__ = (ForeignKeyConstraint(["office"], ["office.id"]),)

    office: str = Field(primary_key=True)
    channel: str = Field(primary_key=True)
    address: str = Field(primary_key=True)
    since: datetime
    reason: str
    recorded_by: str


_DIGEST: Table = SQLModel.metadata.tables["digest"]
_DEAD: Table = SQLModel.metadata.tables["dead_address"]
_KEY = ("office", "day", "recipient", "channel")
_SETTLE = (
    update(_DIGEST)
    .where(*by_name(_DIGEST, _KEY))
    .values(state=bindparam("as_"), error=bindparam("why"), sent_at=bindparam("at"))
)


def digests_of(session: "Session", office: str, day: date) -> dict[tuple[str, str], Row[Any]]:
    """The state and notices of each digest of one local day, by (recipient, channel)."""
    columns = (_DIGEST.c[name] for name in ("recipient", "channel", "state", "notices"))
    rows = session.execute(select(*columns).where(_DIGEST.c.office == office, _DIGEST.c.day == day))
    return {(row.recipient, row.channel): row for row in rows}


def claim_digests(session: "Session", rows: Iterable[dict[str, Any]]) -> None:
    """Claim each digest: a new one, or the failed or claimed one of its day again.

    A row names the key, id, address, notices, claimed_at and claimed_by. An office has one deliverer (models.locks).
    """
    statement = upsert(session, _DIGEST)
    again = {name: statement.excluded[name] for name in ("address", "notices", "claimed_at", "claimed_by")}
    again |= {"state": "claimed", "error": None, "attempts": _DIGEST.c.attempts + 1}
    statement = statement.on_conflict_do_update(index_elements=_KEY, set_=again, where=_DIGEST.c.state != "sent")
    values = [{"state": "claimed", "attempts": 1} | each for each in rows]
    if values:
        session.execute(statement, values)


def settle_digest(session: "Session", key: Any, state: str, now: datetime, error: str | None = None) -> None:
    """What became of a claimed digest; `key` has its office, day, recipient and channel."""
    values = {"as_": state, "why": error, "at": now if state == "sent" else None}
    count(session, _SETTLE, [named(key, _KEY) | values])


def dead_addresses(session: "Session", office: str) -> Sequence[Row[Any]]:
    """The addresses of an office that nothing is sent to, in the order they died."""
    return session.execute(select(_DEAD).where(_DEAD.c.office == office).order_by(_DEAD.c.since, _DEAD.c.address)).all()


def add_dead_address(session: "Session", row: dict[str, Any]) -> bool:
    """Note an address as dead; False where it was."""
    noted = upsert(session, _DEAD).values(row).on_conflict_do_nothing().returning(_DEAD.c.address)
    return session.execute(noted).first() is not None


def remove_dead_address(session: "Session", office: str, channel: str, address: str) -> bool:
    """Write there again; False where it was not noted."""
    key = {"k_office": office, "k_channel": channel, "k_address": address}
    return count(session, delete(_DEAD).where(*by_name(_DEAD, ("office", "channel", "address"))), [key]) == 1
