"""The wards of a city: which they are, when their nights last ran, and whom they could not reach."""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Row, Table, and_, delete, func, insert, select
from sqlmodel import Field, Session, SQLModel

from models.digest import DeadAddress
from models.tables import OF_PLAN


class CityWard(SQLModel, table=True):
    """An office that a city follows. It need not be there yet: a ward without a plan is what the city looks for."""

    __tablename__ = "city_ward"
    __table_args__ = (ForeignKeyConstraint(["city"], ["office.id"]), Index("ix_city_ward_city", "city"))

    office: str = Field(primary_key=True)
    """The ward; of one city at most."""
    city: str
    """An office of its own; with or without a plan."""
    name: str
    """As the city calls it, short: «Phường Kiến Hưng»."""
    listed_at: datetime
    listed_by: str


class Night(SQLModel, table=True):
    """The last day up to which the due rungs of a plan went to the outbox."""

    __table_args__ = (ForeignKeyConstraint(*OF_PLAN),)

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    swept_on: date
    """A local day of the plan."""
    swept_at: datetime


_TABLES = SQLModel.metadata.tables
_OFFICE: Table = _TABLES["office"]
_PLAN: Table = _TABLES["plan"]
_NOTICE: Table = _TABLES["notice"]
_WARD: Table = _TABLES["city_ward"]
_NIGHT: Table = _TABLES["night"]
_DEAD: Any = DeadAddress.__table__  # type: ignore[attr-defined]


def last_night(session: Session) -> datetime | None:
    """When any plan was last swept; None where none ever was."""
    at: datetime | None = session.execute(select(func.max(_NIGHT.c.swept_at))).scalar_one()
    return at


# ---- which wards


def office(session: Session, id_: str) -> Row[Any] | None:
    """(id, name, time_zone) of an office."""
    columns = (_OFFICE.c.id, _OFFICE.c.name, _OFFICE.c.time_zone)
    return session.execute(select(*columns).where(_OFFICE.c.id == id_)).one_or_none()


def cities(session: Session) -> Sequence[Row[Any]]:
    """(id, name, wards) of every office that follows others."""
    columns = (_OFFICE.c.id, _OFFICE.c.name)
    return session.execute(
        select(*columns, func.count().label("wards"))
        .join(_WARD, _WARD.c.city == _OFFICE.c.id)
        .group_by(*columns)
        .order_by(_OFFICE.c.id)
    ).all()


def listed(session: Session, offices: Collection[str]) -> dict[str, str]:
    """Of these offices those that a city follows, with the city."""
    rows = session.execute(select(_WARD.c.office, _WARD.c.city).where(_WARD.c.office.in_(sorted(offices))))
    return {row.office: row.city for row in rows}


def put_wards(session: Session, city: str, names: Mapping[str, str], at: datetime, by: str) -> None:
    """Make these, by office with its name, the wards of the city; who is not among them is none of it any more."""
    session.execute(delete(_WARD).where(_WARD.c.city == city))
    rows = [
        {"office": each, "city": city, "name": name, "listed_at": at, "listed_by": by} for each, name in names.items()
    ]
    if rows:
        session.execute(insert(_WARD), rows)


def wards(session: Session, city: str) -> Sequence[Row[Any]]:
    """A row for each plan of each ward, and one for a ward without any: office, name, head_seq, plan, year, starts_on,
    swept_on, swept_at; what is not there is None."""
    return session.execute(
        select(
            _WARD.c.office,
            _WARD.c.name,
            _OFFICE.c.head_seq,
            _PLAN.c.id.label("plan"),
            _PLAN.c.year,
            _PLAN.c.starts_on,
            _NIGHT.c.swept_on,
            _NIGHT.c.swept_at,
        )
        .outerjoin(_OFFICE, _OFFICE.c.id == _WARD.c.office)
        .outerjoin(_PLAN, _PLAN.c.office == _WARD.c.office)
        .outerjoin(_NIGHT, and_(_NIGHT.c.office == _PLAN.c.office, _NIGHT.c.plan == _PLAN.c.id))
        .where(_WARD.c.city == city)
        .order_by(_WARD.c.office, _PLAN.c.id)
    ).all()


def unreached(session: Session, city: str) -> dict[str, int]:
    """How many people of each ward could not be written to: a channel refused their messages, or their address is
    dead. Wards without any are left out."""
    of_city = select(_WARD.c.office).where(_WARD.c.city == city)
    waiting = (
        select(_NOTICE.c.office, _NOTICE.c.recipient.label("who"))
        .where(_NOTICE.c.office.in_(of_city), _NOTICE.c.state == "pending", _NOTICE.c.error.is_not(None))
        .distinct()
    )
    dead = select(_DEAD.c.office, _DEAD.c.address.label("who")).where(_DEAD.c.office.in_(of_city))
    both = waiting.union_all(dead).subquery()
    rows = session.execute(select(both.c.office, func.count()).group_by(both.c.office))
    return {row[0]: row[1] for row in rows}
