"""The ledger's entries as people ask for them, and the files that prove them. Offered through models.queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Table, and_, func, select
from sqlmodel import SQLModel

import models.tables as _tables  # noqa: F401  (the metadata below)
from models.scope import of_key, of_plan
from models.upsert import upsert
from rules.values import Key

if TYPE_CHECKING:
    from sqlmodel import Session

_ENTRY: Table = SQLModel.metadata.tables["entry"]
_TEXT: Table = SQLModel.metadata.tables["entry_text"]
_EVIDENCE: Table = SQLModel.metadata.tables["evidence"]

_WITH_TEXT = select(_ENTRY, _TEXT.c.text).outerjoin(
    _TEXT, and_(*(_TEXT.c[name] == _ENTRY.c[name] for name in ("office", "plan", "seq")))
)


def entry_by_request(session: Session, office: str, request_id: str) -> Row[Any] | None:
    """The entry that a request made before, with its free text (None: none, or erased); or None."""
    asked = _WITH_TEXT.where(_ENTRY.c.office == office, _ENTRY.c.request_id == request_id)
    return session.execute(asked).one_or_none()


def entries_of(session: Session, key: Key) -> list[tuple[Row[Any], str | None]]:
    """The entries of one occurrence in order, each with its free text (None: none, or erased)."""
    rows = session.execute(_WITH_TEXT.where(*of_key(_ENTRY, key)).order_by(_ENTRY.c.seq))
    return [(row, row.text) for row in rows]


def measured(session: Session, office: str, plan: str) -> Sequence[Row[Any]]:
    """The entries `measured` in order; `line` is the target, data has `value`."""
    of_kind = _ENTRY.c.kind == "measured"
    return session.execute(select(_ENTRY).where(*of_plan(_ENTRY, office, plan), of_kind).order_by(_ENTRY.c.seq)).all()


def keep_evidence(
    session: Session,
    office: str,
    plan: str,
    sha256: str,
    name: str,
    media_type: str,
    size: int,
    now: datetime,
    unit: str | None = None,
) -> None:
    """Note a stored file, and the unit that sent it itself; the same bytes again are the same row."""
    row = {"sha256": sha256, "name": name, "media_type": media_type, "size": size, "stored_at": now, "unit": unit}
    session.execute(upsert(session, _EVIDENCE).values(office=office, plan=plan, **row).on_conflict_do_nothing())


def sent_since(session: Session, office: str, plan: str, unit: str, since: datetime) -> int:
    """Bytes that the unit itself had stored from the instant `since` on."""
    query = select(func.coalesce(func.sum(_EVIDENCE.c.size), 0)).where(
        *of_plan(_EVIDENCE, office, plan), _EVIDENCE.c.unit == unit, _EVIDENCE.c.stored_at >= since
    )
    return int(session.execute(query).scalar_one())


def evidence(session: Session) -> Sequence[Row[Any]]:
    """Every stored file of every office."""
    return session.execute(select(_EVIDENCE)).all()
