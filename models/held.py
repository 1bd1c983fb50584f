"""What units hold and what was said of it, for their own pages: one statement each, whatever its size. No case."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Table, and_, func, or_, select
from sqlmodel import SQLModel

from models.scope import of_plan
from models.tables import OCCURRENCE_KEY

if TYPE_CHECKING:
    from sqlmodel import Session

_TABLES = SQLModel.metadata.tables
_OCCURRENCE: Table = _TABLES["occurrence"]
_ENTRY: Table = _TABLES["entry"]
_TEXT: Table = _TABLES["entry_text"]
_EVIDENCE: Table = _TABLES["evidence"]

SILENT = ("revised", "plan_revised", "redacted")
"""Kinds of entry that the program makes by itself."""


def held_by(session: Session, office: str, plan: str, units: Collection[str]) -> Sequence[Row[Any]]:
    """What the plan still asks and one of `units` holds, done or not; no case."""
    return session.execute(
        select(_OCCURRENCE).where(
            *of_plan(_OCCURRENCE, office, plan),
            _OCCURRENCE.c.held_by.in_(sorted(units)),
            _OCCURRENCE.c.withdrawn.is_(False),
            _OCCURRENCE.c.private.is_(False),
        )
    ).all()


def entries_of_units(
    session: Session, office: str, plan: str, units: Collection[str], most: int, before: int | None = None
) -> Sequence[tuple[Row[Any], str | None, str | None]]:
    """The latest entries (or those before the seq `before`) about what one of `units` holds, and what they measured:
    (entry, its text, the title of the occurrence), the last recorded first; no case, and nothing that the program wrote
    by itself.
    """
    earlier = [] if before is None else [_ENTRY.c.seq < before]
    of_occurrence = and_(*(_OCCURRENCE.c[name] == _ENTRY.c[name] for name in OCCURRENCE_KEY))
    of_entry = and_(*(_TEXT.c[name] == _ENTRY.c[name] for name in ("office", "plan", "seq")))
    theirs = or_(
        and_(_OCCURRENCE.c.held_by.in_(sorted(units)), _OCCURRENCE.c.private.is_(False)),
        and_(_ENTRY.c.task.is_(None), _ENTRY.c.kind == "measured", _ENTRY.c.declared_by.in_(sorted(units))),
    )
    rows = session.execute(
        select(_ENTRY, _TEXT.c.text.label("said"), _OCCURRENCE.c.title, _OCCURRENCE.c.label)
        .outerjoin(_OCCURRENCE, of_occurrence)
        .outerjoin(_TEXT, of_entry)
        .where(*of_plan(_ENTRY, office, plan), theirs, _ENTRY.c.kind.not_in(SILENT), *earlier)
        .order_by(_ENTRY.c.seq.desc())
        .limit(most)
    )
    return [(row, row.said, " · ".join(each for each in (row.title, row.label) if each) or None) for row in rows]


def evidence_of_units(session: Session, office: str, plan: str, units: Collection[str], sha256: str) -> Row[Any] | None:
    """The stored file `sha256`, where an entry about what one of `units` holds names it; None for any other, and for
    one that was erased.

    `sha256` is 64 hexadecimal digits, checked by the caller.
    """
    of_occurrence = and_(*(_OCCURRENCE.c[name] == _ENTRY.c[name] for name in OCCURRENCE_KEY))
    named = (
        select(func.count())
        .select_from(_ENTRY)
        .join(_OCCURRENCE, of_occurrence)
        .where(
            *of_plan(_ENTRY, office, plan),
            _OCCURRENCE.c.held_by.in_(sorted(units)),
            _OCCURRENCE.c.private.is_(False),
            _ENTRY.c.kind.in_(("reported", "issued")),
            _ENTRY.c.data.contains(f'"{sha256}"'),
        )
    )
    row = session.execute(
        select(_EVIDENCE).where(
            *of_plan(_EVIDENCE, office, plan), _EVIDENCE.c.sha256 == sha256, _EVIDENCE.c.erased_seq.is_(None)
        )
    ).one_or_none()
    return row if row is not None and session.execute(named).scalar() else None
