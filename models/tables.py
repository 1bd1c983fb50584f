"""The tables. Instants are aware and in UTC (a naive one is refused); days are local to the plan's zone; JSON columns
hold canonical text.

Every row and every foreign key carries office and plan (design section 3): one ward in one file and 3,321 communes in
one PostgreSQL run the same statements. `entry`, `entry_text`, `plan_revision` and `occurrence_version` are insert-only;
the database itself refuses change (migrations/). The columns of `occurrence` under "state" repeat what the ledger says,
are written in the same transaction as the entry, and `kehoach verify` recomputes them all.
"""

# No `from __future__ import annotations` here: SQLModel reads the annotations themselves.
from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, LargeBinary, MetaData, Text, text
from sqlmodel import Field, SQLModel

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

OCCURRENCE_KEY = ("office", "plan", "task", "unit", "period")
# A second index on a table leads with a column that the other keys do not: a PostgreSQL without statistics (a first
# sync) takes any index that begins with office and plan, and reads the whole plan for each row's foreign key.
OCCURRENCE_INDEX = ("task", "unit", "period", "office", "plan")
OF_PLAN = (("office", "plan"), ("plan.office", "plan.id"))
OF_OCCURRENCE = (OCCURRENCE_KEY, tuple(f"occurrence.{name}" for name in OCCURRENCE_KEY))
OF_REVISION = (
    ("office", "plan", "revision"),
    ("plan_revision.office", "plan_revision.plan", "plan_revision.revision"),
)
OF_ENTRY = (("office", "plan", "seq"), ("entry.office", "entry.plan", "entry.seq"))


class Office(SQLModel, table=True):
    """An issuing office, and the head of its ledger: locked to give the next seq, so seqs have no gaps."""

    id: str = Field(primary_key=True)
    name: str
    code: str | None = None
    time_zone: str
    head_seq: int = 0
    head_hash: str = ""
    head_recorded_at: datetime | None = None


class Plan(SQLModel, table=True):
    """A plan of an office, and which revision is current."""

    __table_args__ = (ForeignKeyConstraint(["office"], ["office.id"]),)

    office: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    title: str
    year: int
    revision: int = 0
    starts_on: date
    """The first day of the first revision; nothing is possible before it."""


class PlanRevision(SQLModel, table=True):
    """One synced state of the plan files, kept for good, so that a past day is replayed with the plan as it stood."""

    __tablename__ = "plan_revision"
    __table_args__ = (ForeignKeyConstraint(*OF_PLAN), ForeignKeyConstraint(*OF_ENTRY))

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    effective_on: date
    recorded_at: datetime
    seq: int
    """The ledger entry `plan_revised` that records it, written before it."""
    file_hash: str
    """SHA-256 over the plan files and the overlay."""
    calendar_hash: str
    """SHA-256 over the computed working calendar: a new holiday list is a new revision."""
    libraries: str
    """JSON {library: version} of what computed the days."""
    units: str = Field(sa_column=Column(Text, nullable=False))
    """JSON list of plan.units (PlanUnit), groups and members among them."""
    tasks: str = Field(sa_column=Column(Text, nullable=False))
    """JSON list of tasks without their occurrences: id, title, unit, with, kind, sources, to, via…"""
    targets: str = Field(sa_column=Column(Text, nullable=False))
    ladder: str = Field(sa_column=Column(Text, nullable=False))
    calendar: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of the working calendar: off, worked, first, last."""
    meta: str = Field(sa_column=Column(Text, nullable=False))
    """JSON of what else the plan says: title, issuing office, recipients, monitor, questions, campaigns, rounds."""


class TermsColumns(SQLModel):
    """rules.values.Terms as columns; in `occurrence` the current version's, in `occurrence_version` one revision's."""

    kind: str
    title: str
    label: str = ""
    stated_day: date | None = None
    first_last_day: date | None = None
    """The last acceptable day by the plan, before any extension."""
    advised_day: date | None = None
    due_time: time | None = None
    from_day: date | None = None
    to_day: date | None = None
    basis: str
    set_by: str | None = None
    words: str = ""
    reason: str = ""
    relation: str
    confirm: str | None = None
    evidence: str = "any"
    lines: str = "[]"
    advisory: bool = False
    private: bool = False
    opens_on: date | None = None
    withdrawn: bool = False
    """No longer in the plan; kept, since the ledger speaks of it."""


class Occurrence(TermsColumns, table=True):
    """One thing to be done by one unit in one period."""

    __table_args__ = (
        ForeignKeyConstraint(*OF_PLAN),
        Index("ix_occurrence_held_by", "held_by", "office", "plan"),
        Index("ix_occurrence_changed", "changed_seq", "office", "plan"),
        CheckConstraint("phase in ('open','submitted','returned','done','cancelled')", name="phase"),
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    revision: int
    """The plan revision whose terms these are."""
    # state
    phase: str = "open"
    done_on: date | None = None
    document: str | None = None
    recorded_late: bool = False
    current_day: date | None = None
    """The last acceptable day, after extensions."""
    version: int = 1
    extended_from: date | None = None
    held_by: str
    reporter: str = ""
    answers: str = "{}"
    acknowledged_on: date | None = None
    sequence: int = 0
    changed_seq: int = 0
    changed_at: datetime | None = None
    extensions: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    asked_until: date | None = None
    waits: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    waits_since: date | None = None
    step: str = Field(default="", sa_column_kwargs={"server_default": ""})
    step_on: date | None = None
    held_since: date | None = None
    urged: str = Field(default="{}", sa_column_kwargs={"server_default": "{}"})
    """JSON {role: day}: when somebody was last urged by other means, in this deadline version."""


class OccurrenceVersion(TermsColumns, table=True):
    """What one revision of the plan said of an occurrence; written only where it says something new."""

    __tablename__ = "occurrence_version"
    __table_args__ = (
        ForeignKeyConstraint(*OF_OCCURRENCE),
        ForeignKeyConstraint(*OF_REVISION),
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)


class Entry(SQLModel, table=True):
    """The ledger: append-only, chained by hash within an office, `seq` without gaps."""

    __table_args__ = (
        ForeignKeyConstraint(*OF_PLAN),
        ForeignKeyConstraint(*OF_OCCURRENCE),
        Index("uq_entry_office_seq", "office", "seq", unique=True),
        Index("uq_entry_office_request", "request_id", "office", unique=True),
        Index("ix_entry_occurrence", *OCCURRENCE_INDEX, "seq"),
        Index(
            "ix_entry_held_over",  # what left a unit: a calendar link asks for it (models.feed)
            *("declared_by", "office", "plan"),
            sqlite_where=text("kind = 'held_over'"),
            postgresql_where=text("kind = 'held_over'"),
        ),
        CheckConstraint("seq >= 1", name="seq"),
        CheckConstraint(
            "(task is null and unit is null and period is null)"
            " or (task is not null and unit is not null and period is not null)",
            name="occurrence",
        ),
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    task: str | None = None
    unit: str | None = None
    period: str | None = None
    line: str | None = None
    """The task of an answered check-in line, or the target of a measured value."""
    kind: str
    happened_on: date
    recorded_at: datetime
    declared_by: str
    """Whose word it is: a unit."""
    recorded_by: str
    """Who typed it: a person or an account, as far as known."""
    channel: str
    request_id: str
    """Unique within the office: the same request again is harmless."""
    data: str = Field(default="{}", sa_column=Column(Text, nullable=False))
    """Canonical JSON: document, day, evidence hash, month, value…; never the free text."""
    text_hash: str = ""
    """SHA-256 of salt + text in `entry_text`, empty where there is none."""
    format: int = 1
    """The version of the canonical form that `hash` covers."""
    prev_hash: str
    hash: str


class EntryText(SQLModel, table=True):
    """The free text of an entry, erasable: emptied only together with a `redacted` entry."""

    __tablename__ = "entry_text"
    __table_args__ = (ForeignKeyConstraint(*OF_ENTRY),)

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    text: str | None = Field(default=None, sa_column=Column(Text, nullable=True))


class RungDay(SQLModel, table=True):
    """A rung still to come: written by the rules when the occurrence changes, taken by the sweep when its day comes."""

    __tablename__ = "rung_day"
    __table_args__ = (
        ForeignKeyConstraint(*OF_OCCURRENCE),
        Index("ix_rung_day_occurrence", *OCCURRENCE_INDEX),
        {"sqlite_with_rowid": False},
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    due_on: date = Field(primary_key=True)
    task: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    rung: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    role: str
    """As what the recipient is told: unit, head, monitor, office, vice-chair, chair, confirmer or events."""
    passed_from: str | None = None
    """Whom it would have reached, where that rung had no reachable recipient and passed at once to this one."""


class Notice(SQLModel, table=True):
    """The outbox: one rung, told to one recipient, once. Rung `overdue` to `@events` is the Prefect event."""

    __table_args__ = (
        ForeignKeyConstraint(*OF_OCCURRENCE),
        Index(
            "ix_notice_pending",
            "office",
            "plan",
            "recipient",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
        CheckConstraint("state in ('pending','sent','folded','dropped')", name="state"),
        {"sqlite_with_rowid": False},
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    task: str = Field(primary_key=True)
    unit: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    rung: str = Field(primary_key=True)
    version: int = Field(primary_key=True)
    recipient: str = Field(primary_key=True)
    role: str
    passed_from: str | None = None
    due_on: date
    made_at: datetime
    state: str = "pending"
    """pending; sent; folded (a later rung of the same item went instead); dropped (closed before it was sent)."""
    claimed_at: datetime | None = None
    claimed_by: str | None = None
    sent_at: datetime | None = None
    channel: str | None = None
    attempts: int = 0
    error: str | None = None


class Evidence(SQLModel, table=True):
    """A file that proves work done, content-addressed: the bytes lie in the data folder under their SHA-256."""

    __table_args__ = (
        ForeignKeyConstraint(*OF_PLAN),
        Index("ix_evidence_unit", "unit", "office", "plan", "stored_at"),  # what it sent today
    )

    office: str = Field(primary_key=True)
    plan: str = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    name: str
    """What it was called; empty once it was erased, since a name may tell as much as the file."""
    media_type: str
    size: int
    stored_at: datetime
    erased_seq: int | None = None
    """The `redacted` entry by which it was erased: the hash stays, the bytes are gone."""
    unit: str | None = None
    """The unit that sent it itself, on whose day it counts; None where the office or the command line put it in."""
