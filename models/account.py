"""Who may sign in, how they were invited, their sessions, and the signed links that open one unit's page.

No secret lies here as it is used: a password as Argon2id makes it, the tokens of invitations and sessions by their
SHA-256; the second factor and the signature of a link follow from a key in the data folder, so that a copy of the
database opens nothing.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, LargeBinary, Row, or_, select, update
from sqlmodel import Field, Session, SQLModel

from models.tables import OF_PLAN
from models.upsert import upsert

OF_ACCOUNT = (("office", "account"), ("account.office", "account.id"))


class Account(SQLModel, table=True):
    """One person, or one telephone of a unit: what it may do follows from its roles and its unit."""

    __table_args__ = (
        ForeignKeyConstraint(["office"], ["office.id"]),
        Index("uq_account_login", "login", unique=True),
        Index("uq_account_outside", "outside", unique=True),
    )

    office: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    login: str
    """What is typed to sign in; unique in the database, since nobody types an office."""
    name: str
    unit: str | None = None
    """Whose work it speaks for; None for who only follows."""
    roles: str
    """Words of usecases.roles.ROLES, a space between them."""
    password_hash: str | None = None
    """None until the invitation was taken up, and where it is opened from outside."""
    outside: str | None = None
    """The mark of the identity at the city's provider that opens it (usecases.outside.mark_of); None for a password."""
    totp_salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """With the key of the data folder it gives the secret of the second factor; None where there is none."""
    totp_step: int | None = None
    """The last time step whose code was taken: no code opens twice (RFC 6238 section 5.2)."""
    wrong_codes: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Codes that were wrong though the password was right, since `wrong_since`; a right one ends the count."""
    wrong_since: datetime | None = None
    made_at: datetime
    made_by: str
    disabled_at: datetime | None = None
    disabled_by: str | None = None


class Invitation(SQLModel, table=True):
    """A one-time link by which an account gets its password and second factor."""

    __table_args__ = (
        ForeignKeyConstraint(*OF_ACCOUNT),
        Index("uq_invitation_token_hash", "token_hash", unique=True),
    )

    office: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    token_hash: str = Field(primary_key=True)
    made_at: datetime
    made_by: str
    expires_at: datetime
    used_at: datetime | None = None
    """Taken up, or put aside by a later one."""


class DeskSession(SQLModel, table=True):
    """A browser that signed in; it ends by being ended, by idleness or by age."""

    __tablename__ = "desk_session"
    __table_args__ = (
        ForeignKeyConstraint(*OF_ACCOUNT),
        Index("uq_desk_session_token_hash", "token_hash", unique=True),
        Index("ix_desk_session_outside", "outside"),
    )

    office: str = Field(primary_key=True)
    account: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    """What a list of sessions calls it; no secret."""
    token_hash: str
    outside: str | None = None
    """The mark of the session at the city's provider that it began with (its `sid`); None where none was said."""
    made_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None


class SignedLink(SQLModel, table=True):
    """A link that opens one unit's page without sign-in, until it expires or is revoked."""

    __tablename__ = "signed_link"
    __table_args__ = (
        ForeignKeyConstraint(*OF_PLAN),
        Index("uq_signed_link_id", "id", unique=True),
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    unit: str
    label: str = ""
    """Who got it, in the office's words."""
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None


_ACCOUNT: Any = Account.__table__  # type: ignore[attr-defined]
_INVITATION: Any = Invitation.__table__  # type: ignore[attr-defined]
_SESSION: Any = DeskSession.__table__  # type: ignore[attr-defined]
_LINK: Any = SignedLink.__table__  # type: ignore[attr-defined]


def by_login(session: Session, login: str, *, lock: bool = False) -> Row[Any] | None:
    """The account that signs in so, disabled ones among them. `lock`: whoever else would change it waits for the end of
    this transaction (on SQLite every writer waits anyway)."""
    query = select(_ACCOUNT).where(_ACCOUNT.c.login == login)
    return session.execute(query.with_for_update() if lock else query).one_or_none()


def by_id(session: Session, office: str, account: str) -> Row[Any] | None:
    """One account by what rows refer to it with."""
    return session.execute(select(_ACCOUNT).where(_ACCOUNT.c.office == office, _ACCOUNT.c.id == account)).one_or_none()


def by_outside(session: Session, mark: str, *, lock: bool = False) -> Row[Any] | None:
    """The account that this identity opens; `lock` as in `by_login`."""
    query = select(_ACCOUNT).where(_ACCOUNT.c.outside == mark)
    return session.execute(query.with_for_update() if lock else query).one_or_none()


def accounts(session: Session, office: str, *, lock: bool = False) -> Sequence[Row[Any]]:
    """Every account of the office, by login; `lock` as in `by_login`."""
    query = select(_ACCOUNT).where(_ACCOUNT.c.office == office).order_by(_ACCOUNT.c.login)
    return session.execute(query.with_for_update() if lock else query).all()


def opened_before(session: Session) -> bool:
    """Whether any account of the database was ever taken up."""
    query = select(_ACCOUNT.c.id).where(or_(_ACCOUNT.c.password_hash.is_not(None), _ACCOUNT.c.outside.is_not(None)))
    return session.execute(query.limit(1)).first() is not None


def change(session: Session, office: str, account: str, **values: Any) -> None:
    """Write columns of one account."""
    this = (_ACCOUNT.c.office == office, _ACCOUNT.c.id == account)
    session.execute(update(_ACCOUNT).where(*this).values(**values))


def invitation(session: Session, token_hash: str, *, lock: bool = False) -> Row[Any] | None:
    """The invitation with this token beside its account's columns, whatever became of either; `lock`: as `by_login`."""
    joined = (_INVITATION.c.office == _ACCOUNT.c.office) & (_INVITATION.c.account == _ACCOUNT.c.id)
    query = (
        select(_ACCOUNT, _INVITATION.c.expires_at, _INVITATION.c.used_at)
        .join(_INVITATION, joined)
        .where(_INVITATION.c.token_hash == token_hash)
    )
    return session.execute(query.with_for_update() if lock else query).one_or_none()


def use_invitations(session: Session, office: str, account: str, now: datetime) -> None:
    """Put aside every invitation of the account that still stands."""
    this = (_INVITATION.c.office == office, _INVITATION.c.account == account, _INVITATION.c.used_at.is_(None))
    session.execute(update(_INVITATION).where(*this).values(used_at=now))


def of_session(session: Session, token_hash: str) -> Row[Any] | None:
    """The session with this token that was not ended, beside its account's columns."""
    joined = (_SESSION.c.office == _ACCOUNT.c.office) & (_SESSION.c.account == _ACCOUNT.c.id)
    return session.execute(
        select(
            _ACCOUNT,
            _SESSION.c.id.label("session_id"),
            _SESSION.c.made_at.label("session_made_at"),
            _SESSION.c.seen_at.label("session_seen_at"),
        )
        .join(_SESSION, joined)
        .where(_SESSION.c.token_hash == token_hash, _SESSION.c.ended_at.is_(None))
    ).one_or_none()


def sessions(session: Session, office: str, account: str) -> Sequence[Row[Any]]:
    """The sessions of an account that were not ended, the latest seen first."""
    this = (_SESSION.c.office == office, _SESSION.c.account == account, _SESSION.c.ended_at.is_(None))
    return session.execute(select(_SESSION).where(*this).order_by(_SESSION.c.seen_at.desc())).all()


def seen(session: Session, token_hash: str, now: datetime) -> None:
    """Note that a session was used."""
    session.execute(update(_SESSION).where(_SESSION.c.token_hash == token_hash).values(seen_at=now))


def end_sessions(
    session: Session, office: str, account: str, now: datetime, *, id: str | None = None, keep: str | None = None
) -> None:
    """End one session of an account, or all of them but `keep`."""
    this = [_SESSION.c.office == office, _SESSION.c.account == account, _SESSION.c.ended_at.is_(None)]
    if id is not None:
        this.append(_SESSION.c.id == id)
    if keep is not None:
        this.append(_SESSION.c.id != keep)
    session.execute(update(_SESSION).where(*this).values(ended_at=now))


def end_outside_sessions(
    session: Session, now: datetime, *, of: tuple[str, str] | None = None, outside: str | None = None
) -> int:
    """End sessions by whose they are (office, account), by the mark of the session at the provider that they began
    with, or by both: then those of that account, too, that have no mark. How many ended; by neither, none."""
    if of is None and outside is None:
        return 0
    this = [_SESSION.c.ended_at.is_(None)]
    this += [_SESSION.c.office == of[0], _SESSION.c.account == of[1]] if of is not None else []
    if outside is not None:
        began = _SESSION.c.outside == outside
        this.append(or_(began, _SESSION.c.outside.is_(None)) if of is not None else began)
    done: Any = session.execute(update(_SESSION).where(*this).values(ended_at=now))
    return int(done.rowcount)


def signed_link(session: Session, id: str) -> Row[Any] | None:
    """The link of this id, whatever became of it."""
    return session.execute(select(_LINK).where(_LINK.c.id == id)).one_or_none()


def signed_links(session: Session, office: str, plan: str, unit: str | None = None) -> Sequence[Row[Any]]:
    """The links of a plan, or of one unit of it, the latest first."""
    this = [_LINK.c.office == office, _LINK.c.plan == plan, *([_LINK.c.unit == unit] if unit else [])]
    return session.execute(select(_LINK).where(*this).order_by(_LINK.c.made_at.desc(), _LINK.c.id)).all()


def add_signed_links(session: Session, rows: Collection[dict[str, Any]]) -> None:
    """Add links, all columns named; one whose id stands already stays as it is."""
    if rows:
        session.execute(upsert(session, _LINK).on_conflict_do_nothing(index_elements=["id"]), list(rows))


def signed_links_by_id(session: Session, ids: Collection[str]) -> dict[str, Row[Any]]:
    """Those of these links that there are, whatever became of them."""
    rows = session.execute(select(_LINK).where(_LINK.c.id.in_(sorted(ids)))).all()
    return {row.id: row for row in rows}


def revoke_signed_links(
    session: Session, office: str, plan: str, now: datetime, by: str, *, id: str | None = None, unit: str | None = None
) -> int:
    """Revoke one link or all of a unit; how many stood until now."""
    this = [_LINK.c.office == office, _LINK.c.plan == plan, _LINK.c.revoked_at.is_(None)]
    this += [_LINK.c.id == id] if id is not None else []
    this += [_LINK.c.unit == unit] if unit is not None else []
    done: Any = session.execute(update(_LINK).where(*this).values(revoked_at=now, revoked_by=by))
    return int(done.rowcount)
