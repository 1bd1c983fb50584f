"""Calendar texts as they were made, so that a calendar of which 1 % changed costs little more than its bytes.

A cache: everything in it can be made again from the ledger and the plan, and is, where nothing was kept. The rows of
one ledger seq are a layer: the whole calendar as of then, or only what had changed since the layer before. A layer
counts for one version of the renderer, one revision of the plan, whose names and quotes are in the texts, and one
address of the desk.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from collections import namedtuple
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    LargeBinary,
    Row,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
)
from sqlmodel import Field, Session, SQLModel

from models.tables import OF_PLAN, Entry, Occurrence, Plan


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
    base: str = Field(primary_key=True)
    """What the addresses in the texts begin with; empty where they have none."""
    whole: bool = Field(primary_key=True)
    """Whether the layer is the whole calendar, rather than what changed since the layer before."""
    seq: int = Field(primary_key=True)
    """Every change up to and including this ledger seq is in this layer, or in one before it."""
    part: int = Field(primary_key=True)
    """The place of the chunk in its layer, from 0."""
    ahead: int
    """The octets of the bodies in this layer from this part on."""
    names: str = Field(sa_column=Column(Text, nullable=False))
    sizes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """With `names` and `body`, an outputs.calendar_cache.Chunk."""
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Made(NamedTuple):
    """Which texts: of one calendar in one form, by one renderer from one revision of the plan, for one desk."""

    office: str
    plan: str
    which: str
    form: str
    lang: str
    alarms: bool
    renderer: int
    revision: int
    base: str = ""


_TABLE: Any = CalendarChunk.__table__  # type: ignore[attr-defined]
_PLAN: Any = Plan.__table__  # type: ignore[attr-defined]
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
# A row's columns are read some fifty times each: a named tuple's attributes cost a tenth of a Row's.
_named: Any = namedtuple  # its names are the table's, which mypy does not take
_Changed = _named("_Changed", [*(column.name for column in _OCCURRENCE.c), "entry_seq"])
_OF_CALENDAR = Made._fields[:6]

_LAST = select(func.max(_TABLE.c.seq)).where(*(_TABLE.c[name] == bindparam(name) for name in Made._fields))
_KEPT = (
    select(*(_TABLE.c[name] for name in ("seq", "whole", "ahead", "names", "sizes", "body")))
    .where(*(_TABLE.c[name] == bindparam(name) for name in Made._fields))
    .order_by(_TABLE.c.whole, _TABLE.c.seq, _TABLE.c.part)
)


def kept(session: Session, of: Made) -> Iterator[Row[Any]]:
    """(seq, whole, ahead, names, sizes, body) of every chunk: first the layers of changes, then the whole one.

    They come in the order of the key and one at a time, so that a large calendar is not held twice.
    """
    return iter(session.execute(_KEPT, of._asdict()))


def keep(
    session: Session,
    of: Made,
    seq: int,
    chunks: Iterable[tuple[str, bytes, bytes]],
    *,
    whole: bool,
    after: int | None,
) -> None:
    """Keep a layer of (names, sizes, body) as of `seq`; a whole one in place of all that was kept of that calendar.

    `after` is the seq of the last layer that was read, None where nothing was kept. Where another writer has kept
    something since, nothing is done: this layer might leave out what that one holds.
    """
    # On SQLite a writer is alone anyway; on PostgreSQL this is where the second one waits.
    of_plan = and_(_PLAN.c.office == of.office, _PLAN.c.id == of.plan)
    session.execute(select(_PLAN.c.id).where(of_plan).with_for_update(key_share=True))
    if session.execute(_LAST, of._asdict()).scalar() != after:
        return
    if whole:
        session.execute(delete(_TABLE).where(*(_TABLE.c[name] == getattr(of, name) for name in _OF_CALENDAR)))
    layer = of._asdict() | {"seq": seq, "whole": whole}
    rows: list[dict[str, Any]] = [{"names": names, "sizes": sizes, "body": body} for names, sizes, body in chunks]
    ahead = sum(len(row["body"]) for row in rows)
    for part, row in enumerate(rows):
        row |= layer | {"part": part, "ahead": ahead}
        ahead -= len(row["body"])
    session.execute(insert(_TABLE), rows)


def changed_since(session: Session, office: str, plan: str, seq: int) -> list[Any]:
    """The occurrences that any entry after that ledger seq is about, each with `entry_seq`, its last one.

    One range of the ledger's primary key, then each occurrence by its own: an office pays for its own changes, however
    many offices there are.
    """
    return list(map(_Changed._make, session.execute(_CHANGED, {"office": office, "plan": plan, "seq": seq})))


def held(session: Session, office: str, plan: str, holders: Iterable[str] | None) -> list[Any]:
    """Every occurrence of the plan, or those that one of `holders` holds; withdrawn ones among them."""
    query = select(_OCCURRENCE, _OCCURRENCE.c.changed_seq).where(
        _OCCURRENCE.c.office == office, _OCCURRENCE.c.plan == plan
    )
    if holders is not None:
        query = query.where(_OCCURRENCE.c.held_by.in_(sorted(holders)))
    return list(map(_Changed._make, session.execute(query)))
