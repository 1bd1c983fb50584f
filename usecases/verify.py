"""`kehoach verify`: the chain of the ledger, the guards of the database, every column that repeats the ledger or a
revision, every rung still to come and every evidence file, recomputed and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import case, erasure, ledger, migrate, queries
from models.scope import key_of
from models.session import reading
from rules.values import Fact, Key, State, Terms
from usecases import changes, naming, plans
from usecases.evidence import path_of
from usecases.status import state_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as the ledger says: `code` is a text of texts/request.py with `values`."""

    code: str
    values: dict[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "values": {name: str(value) for name, value in self.values.items()}}


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was recomputed, and what did not agree."""

    offices: int
    entries: int
    occurrences: int
    files: int
    faults: list[Fault]

    def as_json(self) -> dict[str, Any]:
        return {
            "offices": self.offices,
            "entries": self.entries,
            "occurrences": self.occurrences,
            "files": self.files,
            "faults": [each.as_json() for each in self.faults],
        }


def verify(engine: Engine, *, evidence_folder: Path | None = None) -> Verified:
    """Recompute everything that can be recomputed; changes nothing."""
    faults = [Fault("verify.guard_missing", {"guard": each}) for each in migrate.guards(engine)]
    entries = occurrences = files = 0
    with reading(engine) as session:
        offices = queries.offices(session)
        for office in offices:
            faults += [
                Fault(each.code, {"office": each.office, "seq": each.seq, **each.values})
                for each in ledger.verify(session, office)
            ]
            entries += queries.head(session, office)
        for office, plan in plans.all_plans(session):
            of_plan = _occurrences(session, plans.in_force(session, office, plan, anew=True))
            occurrences += of_plan[0]
            faults += of_plan[1]
        if evidence_folder is not None:
            of_files = _files(session, evidence_folder)
            files, faults = len(of_files), faults + [fault for of_one in of_files for fault in of_one]
    return Verified(len(offices), entries, occurrences, files, faults)


def _occurrences(session: Session, in_force: plans.InForce) -> tuple[int, list[Fault]]:
    office, plan = in_force.office, in_force.plan
    facts = ledger.facts(session, office, plan, zone=in_force.zone)
    told = queries.told(session, office, plan)
    rungs = _stored_rungs(session, office, plan)
    latest, versions = queries.versions_at(session, office, plan, date.max, None, in_force.zone)
    said = {key_of(each): each for each in versions}
    faults = _plan(session, in_force, latest) + _named(session, in_force, facts)
    rows = queries.occurrences(session, office, plan)
    for row in rows:
        terms, stored = queries.to_terms(row), queries.to_state(row)
        faults += _terms(row, terms, said.get(terms.key), facts.get(terms.key, []))
        state = state_of(terms, facts.get(terms.key, []), strict=True)
        if state is None or queries.state_columns(state) != queries.state_columns(stored):
            faults.append(
                Fault("verify.state_differs", {"occurrence": terms.key.short, "differs": _differs(state, stored)})
            )
            continue
        expected = {
            (each["rung"], each["version"], each["recipient"], each["due_on"])
            for each in changes.rung_rows(in_force, terms, state, told.get(terms.key, frozenset()))
        }
        if expected != rungs.get(terms.key, set()):
            faults.append(Fault("verify.rungs_differ", {"occurrence": terms.key.short}))
    return len(rows), faults


def _plan(session: Session, in_force: plans.InForce, latest: int | None) -> list[Fault]:
    """The plan's own row against its revisions: which one is in force, what it is called, and since when it counts."""
    first = plans.in_force(session, in_force.office, in_force.plan, revision=1, anew=True).meta
    starts_on = first["day"] or f"{first['year']}-01-01"
    theirs = (in_force.revision, in_force.title, in_force.year, in_force.starts_on.isoformat())
    if theirs == (latest, in_force.meta["title"], in_force.meta["year"], starts_on):
        return []
    return [Fault("verify.plan_differs", {"plan": in_force.plan, "revision": latest})]


def _named(session: Session, in_force: plans.InForce, facts: Mapping[Key, list[Fact]]) -> list[Fault]:
    """Who sees which case, against the entries that named them."""
    said = {(key, account, seq) for key, of_it in facts.items() for account, seq in naming.recomputed(of_it).items()}
    differs = said ^ case.all_of(session, in_force.office, in_force.plan)
    return [Fault("verify.named_differ", {"occurrence": each}) for each in sorted({key.short for key, *_ in differs})]


def _terms(row: Any, terms: Terms, version: Any | None, facts: list[Fact]) -> list[Fault]:
    """What an occurrence asks against the last revision that speaks of it, and an event's against its opening."""
    if version is None:
        return [Fault("verify.terms_differ", {"occurrence": terms.key.short, "differs": "—"})]
    ours = queries.terms_columns(queries.to_terms(version), withdrawn=version.withdrawn) | {
        "revision": version.revision
    }
    theirs = queries.terms_columns(terms, withdrawn=row.withdrawn) | {"revision": row.revision}
    differs = [name for name in ours if ours[name] != theirs[name]]
    opened = next((fact.data for fact in facts if fact.kind == "event_opened"), {})
    if "terms" in opened and queries.opened_data(opened["terms"]) != queries.terms_data(queries.to_terms(version)):
        differs.append("event_opened")
    if not differs:
        return []
    return [Fault("verify.terms_differ", {"occurrence": terms.key.short, "differs": ", ".join(differs)})]


def _differs(state: State | None, stored: State) -> str:
    if state is None:
        return "—"
    ours, theirs = queries.state_columns(state), queries.state_columns(stored)
    return ", ".join(f"{name}: {theirs[name]!r} ≠ {ours[name]!r}" for name in ours if ours[name] != theirs[name])


def _stored_rungs(session: Session, office: str, plan: str) -> dict[Key, set[tuple[Any, ...]]]:
    found: dict[Key, set[tuple[Any, ...]]] = {}
    for row in queries.rung_days(session, office, plan):
        found.setdefault(key_of(row), set()).add((row.rung, row.version, row.recipient, row.due_on))
    return found


def _files(session: Session, folder: Path) -> list[list[Fault]]:
    """For each file what is wrong with it: its bytes, or what was erased of it against the entries that say so."""
    said = {
        (office, plan, each.file): each.by
        for office, plan in plans.all_plans(session)
        for each in reversed(erasure.erased(session, office, plan))
        if each.file is not None
    }
    rows = queries.evidence(session)
    kept = {row.sha256 for row in rows if row.erased_seq is None}
    found = []
    for row in rows:
        path, by = path_of(folder, row.sha256), said.get((row.office, row.plan, row.sha256))
        if row.erased_seq is None and by is None:
            found.append(_file(path, row.sha256, row.name))
        elif row.erased_seq != by or row.name:
            found.append([Fault("verify.erased_differs", {"sha256": row.sha256})])
        else:
            stays = path.exists() and row.sha256 not in kept
            found.append([Fault("verify.file_not_erased", {"sha256": row.sha256, "seq": by})] if stays else [])
    return found


def _file(path: Path, digest: str, name: str) -> list[Fault]:
    if not path.is_file():
        return [Fault("verify.file_missing", {"name": name, "sha256": digest})]
    if sha256(path.read_bytes()).hexdigest() != digest:
        return [Fault("verify.file_differs", {"name": name, "sha256": digest})]
    return []
