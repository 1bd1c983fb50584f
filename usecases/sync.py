"""Plan files to database: what was added, changed, withdrawn, as one revision that a past day can be replayed with.

Unchanged files are one hash pass and touch no row. A changed plan is one transaction: an entry `plan_revised`, the
revision's documents, a version row for each occurrence that it says something new of, and their recomputed rungs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import plan as language
from models import ledger, queries
from models.scope import key_of
from models.session import begin, reading
from models.tables import Office, Plan, PlanRevision
from plan.almanac import RULES
from rules import states
from rules.values import CHECK_IN, Fact, Key, State, Terms
from usecases import changes, plans, revision_reasons
from usecases.calendar_items import item
from usecases.moment import local_day
from usecases.verify import recomputed

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
        return _revise(session, loaded, first, file_hash, libraries, now, recorded_by, effective)


def _revise(
    session: Session,
    loaded: language.Plan,
    first: bool,
    file_hash: str,
    libraries: str,
    now: datetime,
    recorded_by: str,
    effective: date | None,
) -> SyncReport:
    meta = loaded.meta
    office, plan_id = meta.office.id, meta.id
    documents = language.documents(loaded)
    before = None if first else plans.in_force(session, office, plan_id)
    revision = 1 if before is None else before.revision + 1
    effective = effective or (loaded.starts_on if before is None else local_day(now, meta.time_zone))
    after = plans.InForce(
        office,
        meta.office.name,
        plan_id,
        loaded.title,
        meta.time_zone,
        revision,
        loaded.starts_on if before is None else before.starts_on,
        meta.year,
        plans.documents(documents),
    )
    known = None if before is None else _libraries(session, before)
    rules_moved = known is not None and _rules(known) != _rules(libraries)
    difference = _difference(session, loaded, before, after, effective, replayed=rules_moved)
    data: dict[str, Any] = {
        "revision": revision,
        "file_hash": file_hash,
        "calendar_hash": loaded.calendar_hash,
        "digest": queries.revision_digest(documents, difference.said()),
    }
    if before is not None and known is not None:
        # Where nothing that decides the days of rungs moved, those of what the plan says nothing new of stand.
        same = difference.same if rules_moved or _ladder_moved(before, after) else []
        changed = [(new, old) for new, old, _ in difference.changed]
        data["reason"] = revision_reasons.reasons(before, after, changed, same, (known, libraries))
    entry, _ = ledger.append(
        session,
        office=office,
        plan=plan_id,
        kind="plan_revised",
        happened_on=effective,
        now=now,
        declared_by=office,
        recorded_by=recorded_by,
        channel="sync",
        request_id=str(uuid4()),
        data=data,
    )
    session.add(
        PlanRevision(
            office=office,
            plan=plan_id,
            revision=revision,
            effective_on=effective,
            recorded_at=entry.recorded_at,
            seq=entry.seq,
            file_hash=file_hash,
            calendar_hash=loaded.calendar_hash,
            libraries=libraries,
            **documents,
        )
    )
    queries.set_current_revision(session, office, plan_id, revision, loaded.title, meta.year)
    session.flush()
    whole = before is None or rules_moved or _ladder_moved(before, after)
    _write(session, after, difference, entry.seq, entry.recorded_at, effective, whole=whole)
    flagged = language.changed_sources(documents["tasks"], before.text("tasks")) if before else []
    return SyncReport(
        office,
        plan_id,
        loaded.title,
        revision,
        unchanged=False,
        added=[terms.key.short for terms in difference.added],
        changed=[terms.key.short for terms, _, _ in difference.changed],
        withdrawn=[terms.key.short for terms, _ in difference.withdrawn],
        flagged=flagged,
        warnings=list(loaded.warnings),
    )


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


@dataclass(frozen=True, slots=True)
class _Difference:
    added: list[Terms]
    changed: list[tuple[Terms, Terms, State]]
    """(new terms, old terms, state before)."""
    withdrawn: list[tuple[Terms, State]]
    same: list[tuple[Terms, State]]

    def said(self) -> list[tuple[Terms, bool]]:
        """What the revision says anew: terms, and whether they are withdrawn."""
        news = [*self.added, *(terms for terms, _, _ in self.changed)]
        return [(terms, False) for terms in news] + [(terms, True) for terms, _ in self.withdrawn]


def _libraries(session: Session, before: plans.InForce) -> str:
    """What computed the revision that was in force: JSON {library: version}."""
    row = session.get_one(PlanRevision, (before.office, before.plan, before.revision))
    return row.libraries


def _rules(libraries: str) -> str | None:
    """The version of our own rules among them; None of a revision made before they had one."""
    version: str | None = json.loads(libraries).get(RULES)
    return version


def _difference(
    session: Session,
    loaded: language.Plan,
    before: plans.InForce | None,
    after: plans.InForce,
    effective: date,
    *,
    replayed: bool,
) -> _Difference:
    """`replayed`: states are made from the ledger again, since the rules that made the columns were others."""
    facts = ledger.facts(session, after.office, after.plan, zone=after.zone) if replayed else {}

    def state_of(row: Any, terms: Terms) -> State:
        return (recomputed(terms, facts.get(terms.key, [])) if replayed else None) or queries.to_state(row)

    old: dict[Key, Any] = {key_of(row): row for row in queries.occurrences(session, after.office, after.plan)}
    found = _Difference([], [], [], [])
    for terms in language.occurrences(loaded):
        row = old.pop(terms.key, None)
        if row is None:
            found.added.append(terms)
            continue
        was = queries.to_terms(row)
        state = state_of(row, was)
        if was.kind == CHECK_IN and was.opens_on is not None and was.opens_on <= effective and not row.withdrawn:
            terms = replace(terms, lines=was.lines)  # a round's lines freeze when it opens
        if terms != was or row.withdrawn or _shows_else(before, after, terms, state):
            found.changed.append((terms, was, state))
        else:
            found.same.append((terms, state))
    for row in old.values():
        was = queries.to_terms(row)
        pair = (was, state_of(row, was))
        if row.withdrawn or (row.kind == "on-event" and row.task in after.tasks):
            found.same.append(pair)
        else:
            found.withdrawn.append(pair)
    return found


def _shows_else(before: plans.InForce | None, after: plans.InForce, terms: Terms, state: State) -> bool:
    """Whether a calendar shows something else of it though its own terms stand: its task's words, somebody's name."""
    return before is not None and item(before, terms, state) != item(after, terms, state)


def _write(
    session: Session,
    after: plans.InForce,
    difference: _Difference,
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
