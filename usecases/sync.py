"""Plan files to database: what was added, changed, withdrawn, as one revision that a past day can be replayed with.

Unchanged files are one hash pass and touch no row. A changed plan is one transaction: an entry `plan_revised`, the
revision's documents, a version row for each occurrence that it says something new of, and their recomputed rungs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import plan as language
from models import ledger, queries
from models.session import begin, reading
from models.tables import Entry, Office, Plan, PlanRevision
from plan.almanac import RULES
from rules import states
from rules.values import Fact, Terms
from usecases import changes, plans, revision_reasons
from usecases.moment import local_day
from usecases.plan_difference import Difference, found

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did. Names are `task/unit/period`; `flagged` are tasks whose clause of the document changed."""

    office: str
    plan: str
    title: str
    revision: int
    unchanged: bool
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    flagged: list[str] = field(default_factory=list)
    warnings: list[Any] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        names = ("office", "plan", "title", "revision", "unchanged", "added", "changed", "withdrawn", "flagged")
        return {name: getattr(self, name) for name in names}


def sync(
    engine: Engine,
    *,
    directory: Path,
    overlay: Path | None,
    now: datetime,
    recorded_by: str,
    effective: date | None = None,
) -> SyncReport:
    """Bring the database to what the files say.

    The first revision counts from the plan's own day; a later one from `effective` (local day; default today).
    Raises plan.problems.PlanErrors with every problem of the files, and then writes nothing.
    """
    file_hash = language.content_hash(directory, overlay)
    libraries = json.dumps(language.libraries(), sort_keys=True)
    with reading(engine) as session:
        current = queries.current_with_hash(session, file_hash, libraries)
    if current is not None:
        return SyncReport(current.office, current.plan, current.title, current.revision, unchanged=True)
    loaded = language.load(directory, overlay)
    with begin(engine) as session:
        first = _ensure(session, loaded)
        current = queries.current_with_hash(session, file_hash, libraries)
        if current is not None:  # another sync of the same files was quicker
            return SyncReport(current.office, current.plan, current.title, current.revision, unchanged=True)
        before = None if first else plans.in_force(session, loaded.meta.office.id, loaded.meta.id)
        day = effective or (loaded.starts_on if before is None else local_day(now, loaded.meta.time_zone))
        return _revise(session, _Revision(loaded, before, file_hash, libraries, day, now, recorded_by))


@dataclass(frozen=True, slots=True)
class _Revision:
    """What is to become the plan's next revision, and how it comes to be."""

    loaded: language.Plan
    before: plans.InForce | None
    file_hash: str
    libraries: str
    effective: date
    now: datetime
    recorded_by: str


def _revise(session: Session, new: _Revision) -> SyncReport:
    loaded, before = new.loaded, new.before
    documents = language.documents(loaded)
    after = _after(loaded, before, documents)
    known = None if before is None else _libraries(session, before)
    rules_moved = known is not None and _rules(known) != _rules(new.libraries)
    # Where nothing that decides the days of rungs moved, those of what the plan says nothing new of stand.
    whole = before is None or rules_moved or _ladder_moved(before, after)
    difference = found(session, loaded, before, after, new.effective, replayed=rules_moved)
    data: dict[str, Any] = {
        "revision": after.revision,
        "file_hash": new.file_hash,
        "calendar_hash": loaded.calendar_hash,
        "digest": queries.revision_digest(documents, difference.said()),
    }
    if before is not None and known is not None:
        changed = [(terms, old) for terms, old, _ in difference.changed]
        same = difference.same if whole else []
        data["reason"] = revision_reasons.reasons(before, after, changed, same, (known, new.libraries))
    entry = _record(session, new, after, documents, data)
    _write(session, after, difference, entry.seq, entry.recorded_at, new.effective, whole=whole)
    return SyncReport(
        after.office,
        after.plan,
        loaded.title,
        after.revision,
        unchanged=False,
        added=[terms.key.short for terms in difference.added],
        changed=[terms.key.short for terms, _, _ in difference.changed],
        withdrawn=[terms.key.short for terms, _ in difference.withdrawn],
        flagged=language.changed_sources(documents["tasks"], before.text("tasks")) if before else [],
        warnings=list(loaded.warnings),
    )


def _after(loaded: language.Plan, before: plans.InForce | None, documents: dict[str, str]) -> plans.InForce:
    """The plan as its next revision states it; its first day is that of its first revision."""
    meta = loaded.meta
    return plans.InForce(
        meta.office.id,
        meta.office.name,
        meta.id,
        loaded.title,
        meta.time_zone,
        1 if before is None else before.revision + 1,
        loaded.starts_on if before is None else before.starts_on,
        meta.year,
        plans.documents(documents),
    )


def _record(
    session: Session, new: _Revision, after: plans.InForce, documents: dict[str, str], data: dict[str, Any]
) -> Entry:
    """The entry `plan_revised`, the revision that it records, and the plan's row, which from now on names it."""
    entry, _ = ledger.append(
        session,
        office=after.office,
        plan=after.plan,
        kind="plan_revised",
        happened_on=new.effective,
        now=new.now,
        declared_by=after.office,
        recorded_by=new.recorded_by,
        channel="sync",
        request_id=str(uuid4()),
        data=data,
    )
    session.add(
        PlanRevision(
            office=after.office,
            plan=after.plan,
            revision=after.revision,
            effective_on=new.effective,
            recorded_at=entry.recorded_at,
            seq=entry.seq,
            file_hash=new.file_hash,
            calendar_hash=new.loaded.calendar_hash,
            libraries=new.libraries,
            **documents,
        )
    )
    queries.set_current_revision(session, after.office, after.plan, after.revision, after.title, after.year)
    session.flush()
    return entry


def _ensure(session: Session, loaded: language.Plan) -> bool:
    """Make the office's and the plan's rows where they are missing; True where the plan is new.

    An office is called as the plan that was synced last calls it.
    """
    office, plan_id = loaded.meta.office, loaded.meta.id
    row = session.get(Office, office.id, with_for_update=True) or Office(
        id=office.id, name=office.name, time_zone=loaded.meta.time_zone
    )
    row.name, row.code, row.time_zone = office.name, office.code, loaded.meta.time_zone
    session.add(row)
    session.flush()
    if session.get(Plan, (office.id, plan_id)) is not None:
        return False
    session.add(
        Plan(office=office.id, id=plan_id, title=loaded.title, year=loaded.meta.year, starts_on=loaded.starts_on)
    )
    session.flush()
    return True


def _libraries(session: Session, before: plans.InForce) -> str:
    """What computed the revision that was in force: JSON {library: version}."""
    row = session.get_one(PlanRevision, (before.office, before.plan, before.revision))
    return row.libraries


def _rules(libraries: str) -> str | None:
    """The version of our own rules among them; None of a revision made before they had one."""
    version: str | None = json.loads(libraries).get(RULES)
    return version


def _write(
    session: Session,
    after: plans.InForce,
    difference: Difference,
    seq: int,
    at: datetime,
    effective: date,
    *,
    whole: bool,
) -> None:
    def revised(terms: Terms, *, withdrawn: bool = False) -> Fact:
        data = queries.revised_data(terms, withdrawn=withdrawn)
        return Fact(seq, "revised", effective, at, local_day(at, after.zone), data=data)

    added = [(terms, states.initial(terms, seq, at)) for terms in difference.added]
    changed = [(new, states.apply(new, state, revised(new))) for new, _, state in difference.changed]
    gone = [(old, states.apply(old, state, revised(old, withdrawn=True))) for old, state in difference.withdrawn]
    queries.add_occurrences(session, added, after.revision)
    queries.revise_occurrences(session, [terms for terms, _ in changed], after.revision, withdrawn=False)
    queries.revise_occurrences(session, [terms for terms, _ in gone], after.revision, withdrawn=True)
    queries.add_versions(session, [terms for terms, _ in (*added, *changed)], after.revision, withdrawn=False)
    queries.add_versions(session, [terms for terms, _ in gone], after.revision, withdrawn=True)
    moved = (*added, *changed, *gone)
    if whole:
        moved = (*moved, *difference.same)
    changes.save(session, after, moved)


def _ladder_moved(before: plans.InForce, after: plans.InForce) -> bool:
    """Whether rungs must be recomputed for what the plan says nothing new of: other working days, units or ladder."""
    return any(before.text(each) != after.text(each) for each in ("calendar", "units", "ladder", "meta"))
