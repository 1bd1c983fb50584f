"""Who is named to a case: the look-up that the pages ask. What is written here repeats the ledger's entries `named` and
`unnamed`, is written in the same transaction, and `kehoach verify` recomputes it (docs/decisions/0067)."""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, Row, and_, delete, func, insert, select
from sqlmodel import Field, Session, SQLModel

from models.account import OF_ACCOUNT, Account
from models.scope import of_key, of_plan
from models.tables import OCCURRENCE_KEY, OF_OCCURRENCE, Occurrence
from rules.values import Key

NAMED, UNNAMED = "named", "unnamed"
"""Kinds of entry; the account stands in their data."""


class CasePerson(SQLModel, table=True):
    """One account that is named to one case now; a row goes when it is named no longer."""

    __tablename__ = "case_person"
    __table_args__ = (
        ForeignKeyConstraint(*OF_OCCURRENCE),
        ForeignKeyConstraint(*OF_ACCOUNT),
        Index("ix_case_person_account", "account", "office", "plan"),
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    seq: int
    """The entry that names it."""


_CASE: Any = CasePerson.__table__  # type: ignore[attr-defined]
_ACCOUNT: Any = Account.__table__  # type: ignore[attr-defined]
_OCCURRENCE: Any = Occurrence.__table__  # type: ignore[attr-defined]
_OF_IT = and_(*(_OCCURRENCE.c[name] == _CASE.c[name] for name in OCCURRENCE_KEY))
_WHOSE = and_(_ACCOUNT.c.office == _CASE.c.office, _ACCOUNT.c.id == _CASE.c.account)


def of_account(session: Session, office: str, plan: str, account: str) -> Sequence[Row[Any]]:
    """The cases that this account is named to, those that the plan withdrew left out."""
    return session.execute(
        select(_OCCURRENCE)
        .join(_CASE, _OF_IT)
        .where(*of_plan(_CASE, office, plan), _CASE.c.account == account, _OCCURRENCE.c.withdrawn.is_(False))
    ).all()


def one(session: Session, key: Key, account: str) -> Row[Any] | None:
    """The case, where the account is named to it. One statement with one answer for a case of others and for an id that
    was never given, so that neither the answer nor its time tells them apart."""
    return session.execute(
        select(_OCCURRENCE)
        .join(_CASE, _OF_IT)
        .where(*of_key(_CASE, key), _CASE.c.account == account, _OCCURRENCE.c.withdrawn.is_(False))
    ).one_or_none()


def persons(session: Session, key: Key) -> Sequence[Row[Any]]:
    """The accounts named to a case with the entry that names each, disabled ones among them, by name."""
    return session.execute(
        select(_ACCOUNT, _CASE.c.seq).join(_CASE, _WHOSE).where(*of_key(_CASE, key)).order_by(_ACCOUNT.c.name)
    ).all()


def without_persons(session: Session, office: str, plan: str, held_by: str | None = None) -> Sequence[Row[Any]]:
    """Cases that nobody can open who can still sign in, of the unit that holds them or of all."""
    seen = (
        select(func.count())
        .select_from(_CASE.join(_ACCOUNT, _WHOSE))
        .where(_OF_IT, _ACCOUNT.c.disabled_at.is_(None))
        .scalar_subquery()
    )
    this = [*of_plan(_OCCURRENCE, office, plan), _OCCURRENCE.c.private.is_(True), _OCCURRENCE.c.withdrawn.is_(False)]
    this += [_OCCURRENCE.c.held_by == held_by] if held_by is not None else []
    return session.execute(select(_OCCURRENCE).where(*this, seen == 0)).all()


def name(session: Session, key: Key, account: str, seq: int) -> None:
    """Write that the entry `seq` named this account."""
    session.execute(insert(_CASE).values(**key._asdict(), account=account, seq=seq))


def end(session: Session, key: Key, account: str) -> None:
    """Write that the account is named no longer."""
    session.execute(delete(_CASE).where(*of_key(_CASE, key), _CASE.c.account == account))


def all_of(session: Session, office: str, plan: str) -> set[tuple[Key, str, int]]:
    """(case, account, entry) of every row of a plan."""
    rows = session.execute(select(_CASE).where(*of_plan(_CASE, office, plan)))
    return {(Key(*(getattr(row, name) for name in Key._fields)), row.account, row.seq) for row in rows}
