"""Calendar texts as they were made, so that a calendar of which 1 % changed costs little more than its bytes.

A cache: everything in it can be made again from the ledger and the plan, and is, where a row is missing. One row is the
whole calendar as of a ledger seq; rows of later seqs hold only what had changed by then. A row counts for one version
of the renderer and one revision of the plan, whose names and quotes are in the texts.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, ForeignKeyConstraint, LargeBinary, Row, Text, and_, bindparam, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, Session, SQLModel

from models.tables import OF_PLAN, Entry, Occurrence


class CalendarChunk(SQLModel, table=True):
    """Texts made for one calendar in one form and language, as of a ledger seq."""

    __tablename__ = "calendar_chunk"
    __table_args__ = (ForeignKeyConstraint(*OF_PLAN),)

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    which: str = Field(primary_key=True)
    """A unit, or `office`."""
    form: str = Field(primary_key=True)
    lang: str = Field(primary_key=True)
    alarms: bool = Field(primary_key=True)
    renderer: int = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    """Every change up to and including this ledger seq is in it, or in a row before it."""
    whole: bool
    """Whether it is the whole calendar, rather than what changed since the row before."""
    sizes: str = Field(sa_column=Column(Text, nullable=False))
    """JSON {name: octets} in the order of the body; 0 for what left the calendar."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Made(NamedTuple):
    """Which texts: of one calendar in one form, by one renderer from one revision of the plan."""

    office: str
    plan: str
    which: str
    form: str
    lang: str
    alarms: bool
    renderer: int
    revision: int


_TABLE: Any = CalendarChunk.__table__  # type: ignore[attr-defined]
_OCCURRENCE: Any = Occurrence.__table__  # type: ignore[attr-defined]
_ENTRY: Any = Entry.__table__  # type: ignore[attr-defined]
_NAME = ("task", "unit", "period")
_NEW = (
    select(*(_ENTRY.c[name] for name in _NAME), func.max(_ENTRY.c.seq).label("entry_seq"))
    .where(
        _ENTRY.c.office == bindparam("office"),
        _ENTRY.c.plan == bindparam("plan"),
        _ENTRY.c.seq > bindparam("seq"),
        _ENTRY.c.task.is_not(None),
    )
    .group_by(*(_ENTRY.c[name] for name in _NAME))
    .subquery()
)
_CHANGED = (
    select(_OCCURRENCE, _NEW.c.entry_seq)
    .join_from(_NEW, _OCCURRENCE, and_(*(_OCCURRENCE.c[name] == _NEW.c[name] for name in _NAME)))
    .where(_OCCURRENCE.c.office == bindparam("office"), _OCCURRENCE.c.plan == bindparam("plan"))
)
_OF_CALENDAR = Made._fields[:6]


def kept(session: Session, of: Made) -> Sequence[Row[Any]]:
    """(seq, whole, sizes, body) of the newest whole row and of the changes after it, oldest first."""
    rows = session.execute(
        select(_TABLE.c.seq, _TABLE.c.whole, _TABLE.c.sizes, _TABLE.c.body)
        .where(*(_TABLE.c[name] == value for name, value in of._asdict().items()))
        .order_by(_TABLE.c.seq)
    ).all()
    wholes = [at for at, row in enumerate(rows) if row.whole]
    return rows[wholes[-1] :] if wholes else []


def keep(session: Session, of: Made, seq: int, sizes: str, body: bytes, *, whole: bool) -> None:
    """Keep texts as of `seq`; a whole calendar replaces what was kept up to then, and what other versions made.

    Two writers may do so at once: the same seq gives the same texts, and rows after a whole one stand on either.
    """
    if whole:
        stale = (_TABLE.c.renderer != of.renderer) | (_TABLE.c.revision != of.revision) | (_TABLE.c.seq <= seq)
        session.execute(delete(_TABLE).where(*(_TABLE.c[name] == getattr(of, name) for name in _OF_CALENDAR), stale))
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    row = of._asdict() | {"seq": seq, "whole": whole, "sizes": sizes, "body": body}
    session.execute(insert(_TABLE).values(row).on_conflict_do_nothing())


def changed_since(session: Session, office: str, plan: str, seq: int) -> Sequence[Row[Any]]:
    """The occurrences that any entry after that ledger seq is about, each with `entry_seq`, its last one.

    One range of the ledger's primary key, then each occurrence by its own: an office pays for its own changes, however
    many offices there are.
    """
    return session.execute(_CHANGED, {"office": office, "plan": plan, "seq": seq}).all()


def held(session: Session, office: str, plan: str, holders: Iterable[str] | None) -> Sequence[Row[Any]]:
    """Every occurrence of the plan, or those that one of `holders` holds; withdrawn ones among them."""
    query = select(_OCCURRENCE).where(_OCCURRENCE.c.office == office, _OCCURRENCE.c.plan == plan)
    if holders is not None:
        query = query.where(_OCCURRENCE.c.held_by.in_(sorted(holders)))
    return session.execute(query).all()
