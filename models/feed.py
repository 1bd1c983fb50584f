"""Calendar links: whose calendar a secret token opens. Only the token's SHA-256 is kept.

Whoever revokes or rotates a link takes the old hash out of its row, so a revoked token is an unknown one: the same
look-up, in the same time. Reading a link writes at most one instant a day, beside the answer.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine, ForeignKeyConstraint, Index, Row, and_, func, or_, select, text, update
from sqlmodel import Field, Session, SQLModel, col

from models.faults import translated
from models.scope import of_plan
from models.tables import OCCURRENCE_KEY, OF_PLAN, Entry, Occurrence, Office, Plan, PlanRevision
from models.upsert import upsert

BUSY_MILLISECONDS = 50
"""A reader in WAL mode waits for nobody but a recovery; a server's only thread must not wait for that."""


class Feed(SQLModel, table=True):
    """A link to one calendar; it stands while it has a hash."""

    __table_args__ = (
        ForeignKeyConstraint(*OF_PLAN),
        Index("uq_feed_token_hash", "token_hash", unique=True),
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    """What the log and the command line call it; no secret."""
    which: str
    """The scope: a unit (a group, a member of one), `office` or `campaigns`, as usecases.calendars has them."""
    label: str = ""
    """Who has it, in the office's words."""
    token_hash: str | None = None
    """SHA-256 of the token in hexadecimal; None once revoked."""
    made_at: datetime
    made_by: str
    rotated_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    used_at: datetime | None = None
    """When its calendar was first read on the last day (UTC) that it was read on."""


class Served(SQLModel, table=True):
    """How calendars are served: one row. They change with it, and no entry of the ledger says so."""

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    base: str
    """The address of the desk, to which items lead; "" for none."""
    lang: str
    """Spoken to who asks for no language."""
    since: datetime | None = None
    """When it became so; None where it never was otherwise."""


_SERVED: Any = Served.__table__  # type: ignore[attr-defined]
_TABLE: Any = Feed.__table__  # type: ignore[attr-defined]
_OCCURRENCE: Any = Occurrence.__table__  # type: ignore[attr-defined]
_ENTRY: Any = Entry.__table__  # type: ignore[attr-defined]


class Found(NamedTuple):
    """What a token opens, and how far the ledger and the plan behind it have come: two equal ones, equal bytes."""

    id: str
    office: str
    plan: str
    which: str
    revision: int
    head_seq: int


_SQL = (
    "SELECT feed.id, feed.office, feed.plan, feed.which, plan.revision, office.head_seq FROM feed"
    " JOIN plan ON plan.office = feed.office AND plan.id = feed.plan"
    " JOIN office ON office.id = feed.office WHERE feed.token_hash = "
)
_FIND, _FIND_NAMED = f"{_SQL}?", text(f"{_SQL}:hash")


class Finder:
    """The look-up of every request: one statement by unique keys, prepared once, on a connection of its own.

    On SQLite it reads the file some microseconds long and may be called from an event loop; `blocks` says that it goes
    over a network instead. Not for two threads at once on SQLite.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.blocks = engine.dialect.name != "sqlite"
        self._cursor: sqlite3.Cursor | None = None
        self._owner: Any = None

    def find(self, token_hash: str) -> Found | None:
        """What the token of this hash opens as of this moment; None for any other. Raises OutsideFailed."""
        if self.blocks:
            with translated(self._engine), self._engine.connect() as connection:
                row = connection.execute(_FIND_NAMED, {"hash": token_hash}).one_or_none()
                return None if row is None else Found(*row)
        if self._cursor is None:
            self._cursor = self._open()
        try:
            found = self._cursor.execute(_FIND, (token_hash,)).fetchone()
        except sqlite3.Error:
            self.close()  # the next one opens the database anew
            raise
        return None if found is None else Found(*found)

    def _open(self) -> sqlite3.Cursor:
        with translated(self._engine):
            connection: Any = self._engine.raw_connection()
            connection.detach()  # from the pool, whose connections begin and end transactions
        own: sqlite3.Connection = connection.dbapi_connection
        self._owner = connection  # closes its connection when nobody holds it
        own.execute("PRAGMA query_only=ON")
        own.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
        return own.cursor()

    def close(self) -> None:
        if self._cursor is not None:
            self._cursor.connection.close()
            self._cursor = None


class Extent(NamedTuple):
    """How many occurrences a calendar may show, and the last change among them.

    Two equal ones of one revision are one set of occurrences, each as it was: whatever comes or changes has a later
    seq, whatever goes makes them fewer.
    """

    size: int
    seq: int
    changed_at: datetime | None
    left_seq: int
    left_at: datetime | None


def extent(session: Session, office: str, plan: str, holders: Collection[str] | None) -> Extent:
    """Of what one of `holders` holds; of everything where None, of nothing where empty.

    Cases are left out: one that is opened must not even move an ETag.
    """
    open_to_all = _OCCURRENCE.c.private.is_(False)
    query = select(func.count(), func.max(_OCCURRENCE.c.changed_seq), func.max(_OCCURRENCE.c.changed_at)).where(
        *of_plan(_OCCURRENCE, office, plan), open_to_all
    )
    if holders is not None and not holders:
        return Extent(0, 0, None, 0, None)
    if holders is None:
        return Extent(*_known(session.execute(query).one()), 0, None)
    here = session.execute(query.where(_OCCURRENCE.c.held_by.in_(sorted(holders)))).one()
    left = session.execute(
        select(func.max(_ENTRY.c.seq), func.max(_ENTRY.c.recorded_at))
        .join(_OCCURRENCE, and_(*(_OCCURRENCE.c[name] == _ENTRY.c[name] for name in OCCURRENCE_KEY)))
        .where(
            *of_plan(_ENTRY, office, plan),
            _ENTRY.c.kind == "held_over",
            _ENTRY.c.declared_by.in_(sorted(holders)),
            open_to_all,
        )
    ).one()
    return Extent(*_known(here), left[0] or 0, left[1])


def _known(row: Row[Any]) -> tuple[int, int, datetime | None]:
    return row[0], row[1] or 0, row[2]


class Standing(NamedTuple):
    """What is in force of a plan, how far its office's ledger has come, and what the office is called."""

    revision: int
    head_seq: int
    office_name: str
    """Any plan of the office that is synced may change it, without a revision of this one."""
    revised_at: datetime
    """When a plan of the office was last revised: this one, or one that may have renamed the office."""


def standing(session: Session, office: str, plan: str) -> Standing:
    """As of the session's moment; by primary keys."""
    revised = select(func.max(col(PlanRevision.recorded_at))).where(col(PlanRevision.office) == office)
    query = select(col(Plan.revision), col(Office.head_seq), col(Office.name), revised.scalar_subquery()).join(
        Office, col(Office.id) == col(Plan.office)
    )
    return Standing(*session.execute(query.where(col(Plan.office) == office, col(Plan.id) == plan)).one())


def feeds(session: Session, office: str, plan: str) -> Sequence[Row[Any]]:
    """Every link of the plan that was ever made, revoked ones among them, the first made first."""
    query = select(_TABLE).where(*of_plan(_TABLE, office, plan))
    return session.execute(query.order_by(_TABLE.c.made_at, _TABLE.c.id)).all()


def change(session: Session, office: str, plan: str, id: str, **values: Any) -> bool:
    """Set columns of a link that stands; False where there is none of that id, or it was revoked."""
    changed: Any = session.execute(update(_TABLE).where(_that_stands(office, plan, id)).values(**values))
    return bool(changed.rowcount)


def note_use(session: Session, office: str, plan: str, id: str, *, at: datetime, day: datetime) -> bool:
    """Note that a link that stands was read at `at`; False where a reading since `day` is noted already."""
    unnoted = or_(_TABLE.c.used_at.is_(None), _TABLE.c.used_at < day)
    noted: Any = session.execute(update(_TABLE).where(_that_stands(office, plan, id), unnoted).values(used_at=at))
    return bool(noted.rowcount)


def served(session: Session) -> Row[Any] | None:
    """How calendars were last served: base, lang, since."""
    return session.execute(select(_SERVED.c.base, _SERVED.c.lang, _SERVED.c.since)).one_or_none()


def serve(session: Session, *, base: str, lang: str, since: datetime | None) -> None:
    """They are served so from now on."""
    row = {"base": base, "lang": lang, "since": since}
    statement = upsert(session, _SERVED).values(id=1, **row)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def _that_stands(office: str, plan: str, id: str) -> Any:
    return and_(*of_plan(_TABLE, office, plan), _TABLE.c.id == id, _TABLE.c.token_hash.is_not(None))
