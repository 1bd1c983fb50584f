"""What the use cases ask of the database and write to it, beside the ledger. Each call names its office and plan.

Rows are read as plain tuples with named columns: a status of 300 needs no identity map.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Table, and_, bindparam, func, select, update
from sqlmodel import SQLModel

from models.entries import entries_of, entry_by_request, evidence, keep_evidence, measured, sent_since
from models.facts import end_of
from models.outbox import (
    Telling,
    Told,
    add_notice,
    anything_pending,
    claim,
    latest_rungs,
    mark,
    notices,
    notices_of,
    outbox,
    pending,
    release,
    replace_rung_days,
    rung_days,
    settle_unsent,
    told,
)
from models.revisions import revision_digest
from models.rows import (
    opened_data,
    revised_data,
    state_columns,
    terms_columns,
    terms_data,
    to_pairs,
    to_state,
    to_terms,
)
from models.scope import by_name, insert_all, named, of_key, of_plan
from models.tables import OCCURRENCE_KEY, TermsColumns
from rules.values import CHECK_IN, Key, State, Terms

if TYPE_CHECKING:
    from sqlmodel import Session

_TABLES = SQLModel.metadata.tables
_OFFICE: Table = _TABLES["office"]
_PLAN: Table = _TABLES["plan"]
_REVISION: Table = _TABLES["plan_revision"]
_OCCURRENCE: Table = _TABLES["occurrence"]
_VERSION: Table = _TABLES["occurrence_version"]
_ENTRY: Table = _TABLES["entry"]

_OPEN = ("open", "submitted", "returned")

# ---- offices and plans


def offices(session: Session) -> list[str]:
    """The ids of every office in the database."""
    return list(session.execute(select(_OFFICE.c.id).order_by(_OFFICE.c.id)).scalars())


def head(session: Session, office: str) -> int:
    """The seq of the office's last entry; 0 where it has none."""
    return session.execute(select(_OFFICE.c.head_seq).where(_OFFICE.c.id == office)).scalar_one_or_none() or 0


def head_known(session: Session, office: str, known_by: date, zone: str) -> int:
    """The same of what had been recorded by 24:00 of the local day `known_by`."""
    known = _ENTRY.c.recorded_at < end_of(known_by, ZoneInfo(zone))
    return session.execute(select(func.max(_ENTRY.c.seq)).where(_ENTRY.c.office == office, known)).scalar() or 0


def current_with_hash(session: Session, file_hash: str, libraries: str) -> Row[Any] | None:
    """(office, plan, title, revision) of the plan whose current revision was made from these files and libraries."""
    return session.execute(
        select(_PLAN.c.office, _PLAN.c.id.label("plan"), _PLAN.c.title, _PLAN.c.revision)
        .join(_REVISION, and_(_REVISION.c.office == _PLAN.c.office, _REVISION.c.plan == _PLAN.c.id))
        .where(
            _REVISION.c.revision == _PLAN.c.revision,
            _REVISION.c.file_hash == file_hash,
            _REVISION.c.libraries == libraries,
        )
    ).first()


def set_current_revision(session: Session, office: str, plan: str, revision: int, title: str, year: int) -> None:
    """Make `revision`, which calls the plan so, the one in force from now on."""
    session.flush()
    this = and_(_PLAN.c.office == office, _PLAN.c.id == plan)
    session.execute(update(_PLAN).where(this).values(revision=revision, title=title, year=year))


# ---- occurrences


def occurrences(session: Session, office: str, plan: str) -> Sequence[Row[Any]]:
    """Every occurrence with its current terms and state, withdrawn ones among them."""
    return session.execute(select(_OCCURRENCE).where(*of_plan(_OCCURRENCE, office, plan))).all()


def standing(session: Session, office: str, plan: str) -> Sequence[Row[Any]]:
    """The occurrences that the plan still asks."""
    stands = _OCCURRENCE.c.withdrawn.is_(False)
    return session.execute(select(_OCCURRENCE).where(*of_plan(_OCCURRENCE, office, plan), stands)).all()


def occurrence(session: Session, key: Key) -> Row[Any] | None:
    """One occurrence, or None."""
    return session.execute(select(_OCCURRENCE).where(*of_key(_OCCURRENCE, key))).one_or_none()


def occurrence_names(session: Session, office: str, plan: str) -> list[str]:
    """`task/unit/period` of every occurrence that the plan still asks, to be offered to anybody: no case among them."""
    query = select(_OCCURRENCE.c.task, _OCCURRENCE.c.unit, _OCCURRENCE.c.period).where(
        *of_plan(_OCCURRENCE, office, plan), _OCCURRENCE.c.withdrawn.is_(False), _OCCURRENCE.c.private.is_(False)
    )
    return ["/".join(row) for row in session.execute(query)]


def check_ins_of(session: Session, office: str, plan: str, unit: str) -> Sequence[Row[Any]]:
    """The check-ins first given to `unit`, in every round."""
    return session.execute(
        select(_OCCURRENCE).where(
            *of_plan(_OCCURRENCE, office, plan), _OCCURRENCE.c.unit == unit, _OCCURRENCE.c.kind == CHECK_IN
        )
    ).all()


def open_held_by(session: Session, office: str, plan: str, units: Collection[str]) -> Sequence[Row[Any]]:
    """What is neither done nor cancelled (submitted is open) and held by one of `units`, in the order of its key."""
    return session.execute(
        select(_OCCURRENCE)
        .where(
            *of_plan(_OCCURRENCE, office, plan),
            _OCCURRENCE.c.held_by.in_(sorted(units)),
            _OCCURRENCE.c.phase.in_(_OPEN),
        )
        .order_by(*(_OCCURRENCE.c[name] for name in OCCURRENCE_KEY))
    ).all()


def add_occurrences(session: Session, new: Iterable[tuple[Terms, State]], revision: int) -> None:
    """Insert occurrences as `revision` gives them."""
    insert_all(
        session,
        _OCCURRENCE,
        [
            terms.key._asdict() | terms_columns(terms) | state_columns(state) | {"revision": revision}
            for terms, state in new
        ],
    )


def revise_occurrences(session: Session, changed: Iterable[Terms], revision: int, *, withdrawn: bool) -> None:
    """Put the terms that `revision` gives in place of the earlier ones; the state is saved apart."""
    rows = [named(terms.key) | terms_columns(terms, withdrawn=withdrawn) | {"revision": revision} for terms in changed]
    if rows:
        names = (*TermsColumns.model_fields, "revision")
        session.execute(
            update(_OCCURRENCE).where(*by_name(_OCCURRENCE)).values({name: bindparam(name) for name in names}), rows
        )


def save_states(session: Session, changed: Iterable[tuple[Key, State]]) -> None:
    """Write what the ledger now says of each occurrence into the columns that repeat it."""
    rows = [named(key) | state_columns(state) for key, state in changed]
    if rows:
        names = [name for name in rows[0] if not name.startswith("k_")]
        session.execute(
            update(_OCCURRENCE).where(*by_name(_OCCURRENCE)).values({name: bindparam(name) for name in names}), rows
        )


# ---- revisions and versions


def add_versions(session: Session, said: Iterable[Terms], revision: int, *, withdrawn: bool) -> None:
    """What `revision` says of each occurrence; insert-only. The revision's own row must be there."""
    insert_all(
        session,
        _VERSION,
        [terms.key._asdict() | terms_columns(terms, withdrawn=withdrawn) | {"revision": revision} for terms in said],
    )


def versions_at(
    session: Session, office: str, plan: str, day: date, known_by: date | None, zone: str, key: Key | None = None
) -> tuple[int | None, Sequence[Row[Any]]]:
    """The revision in force at the end of `day`, and what it and those before it said of each occurrence, or of `key`.

    In force: the last one effective on or before `day` and recorded by 24:00 of `known_by` (local days, inclusive).
    (None, ()) where there was none yet.
    """
    known = [] if known_by is None else [_REVISION.c.recorded_at < end_of(known_by, ZoneInfo(zone))]
    revision = session.execute(
        select(func.max(_REVISION.c.revision)).where(
            *of_plan(_REVISION, office, plan), _REVISION.c.effective_on <= day, *known
        )
    ).scalar()
    if revision is None:
        return None, ()
    columns = [_VERSION.c[name] for name in OCCURRENCE_KEY]
    scope = of_plan(_VERSION, office, plan) if key is None else of_key(_VERSION, key)
    last = (
        select(*columns, func.max(_VERSION.c.revision).label("revision"))
        .where(*scope, _VERSION.c.revision <= revision)
        .group_by(*columns)
        .subquery()
    )
    same = and_(*(_VERSION.c[name] == last.c[name] for name in (*OCCURRENCE_KEY, "revision")))
    return revision, session.execute(select(_VERSION).join(last, same)).all()


__all__ = [
    "Telling",
    "Told",
    "add_notice",
    "add_occurrences",
    "add_versions",
    "anything_pending",
    "check_ins_of",
    "claim",
    "current_with_hash",
    "entries_of",
    "entry_by_request",
    "evidence",
    "head",
    "head_known",
    "keep_evidence",
    "latest_rungs",
    "mark",
    "measured",
    "notices",
    "notices_of",
    "occurrence",
    "occurrence_names",
    "occurrences",
    "offices",
    "open_held_by",
    "opened_data",
    "outbox",
    "pending",
    "release",
    "replace_rung_days",
    "revise_occurrences",
    "revised_data",
    "revision_digest",
    "rung_days",
    "save_states",
    "sent_since",
    "set_current_revision",
    "settle_unsent",
    "standing",
    "state_columns",
    "terms_columns",
    "terms_data",
    "to_pairs",
    "to_state",
    "to_terms",
    "told",
    "versions_at",
]
