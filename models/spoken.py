"""What was said since a seq, or of some kinds: the ledger as a reader of news asks for it, cases left out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Table, and_, false, func, or_, select
from sqlmodel import SQLModel

import models.tables as _tables  # noqa: F401  (the metadata below)
from models.scope import of_plan
from models.tables import OCCURRENCE_KEY

if TYPE_CHECKING:
    from sqlmodel import Session

_ENTRY: Table = SQLModel.metadata.tables["entry"]
_TEXT: Table = SQLModel.metadata.tables["entry_text"]
_OCCURRENCE: Table = SQLModel.metadata.tables["occurrence"]
_OFFICE: Table = SQLModel.metadata.tables["office"]
_NOTICE: Table = SQLModel.metadata.tables["notice"]
_EVIDENCE: Table = SQLModel.metadata.tables["evidence"]

_OF_IT = and_(*(_OCCURRENCE.c[name] == _ENTRY.c[name] for name in OCCURRENCE_KEY))
_OPEN_TO_ALL = or_(_ENTRY.c.task.is_(None), _OCCURRENCE.c.private == false())
_ENTRY_COLUMNS = ("seq", "task", "unit", "period", "line", "kind", "happened_on", "recorded_at", "declared_by", "data")


def since(session: Session, office: str, plan: str, seq: int, *, most: int) -> tuple[int, Sequence[Row[Any]]]:
    """How many entries came after `seq`, and the latest `most` of them, newest first, with title and label."""
    where = (*of_plan(_ENTRY, office, plan), _ENTRY.c.seq > seq, _OPEN_TO_ALL)
    columns = [_ENTRY.c[name] for name in _ENTRY_COLUMNS]
    rows = session.execute(
        select(*columns, _OCCURRENCE.c.title, _OCCURRENCE.c.label, func.count().over().label("in_all"))
        .outerjoin(_OCCURRENCE, _OF_IT)
        .where(*where)
        .order_by(_ENTRY.c.seq.desc())
        .limit(most)
    ).all()
    return (rows[0].in_all if rows else 0), rows


def version(session: Session, office: str, plan: str) -> tuple[int, tuple[tuple[str, int], ...]]:
    """What changes whenever a status or its ladder does: the office's last seq, and how many notices of the plan are in
    which state. An entry moves the first, a night the second; nothing else does."""
    head = session.execute(select(_OFFICE.c.head_seq).where(_OFFICE.c.id == office)).scalar_one_or_none() or 0
    by_state = select(_NOTICE.c.state, func.count()).where(*of_plan(_NOTICE, office, plan)).group_by(_NOTICE.c.state)
    return head, tuple(sorted((state, count) for state, count in session.execute(by_state)))


def said(session: Session, office: str, plan: str, kinds: Collection[str], *, upto: date) -> Sequence[Row[Any]]:
    """Entries of these kinds up to the local day `upto` (inclusive) in order, each with its free text."""
    of_text = and_(*(_TEXT.c[name] == _ENTRY.c[name] for name in ("office", "plan", "seq")))
    return session.execute(
        select(*(_ENTRY.c[name] for name in _ENTRY_COLUMNS), _TEXT.c.text)
        .outerjoin(_OCCURRENCE, _OF_IT)
        .outerjoin(_TEXT, of_text)
        .where(
            *of_plan(_ENTRY, office, plan),
            _ENTRY.c.kind.in_(sorted(kinds)),
            _ENTRY.c.happened_on <= upto,
            _OPEN_TO_ALL,
        )
        .order_by(_ENTRY.c.seq)
    ).all()


def files(session: Session, office: str, plan: str, hashes: Collection[str]) -> Sequence[Row[Any]]:
    """The stored files of these SHA-256."""
    return session.execute(
        select(_EVIDENCE).where(*of_plan(_EVIDENCE, office, plan), _EVIDENCE.c.sha256.in_(sorted(hashes)))
    ).all()
