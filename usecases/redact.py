"""Erasing what should not have been written: the free text of an entry, or the file that went with it.

The entry stays, who erased it, when and why is an entry of its own, and the chain still verifies: models.ledger.redact.
Văn phòng erases for its office; in a case whoever is named to it, since nobody else can read what stands there. Erasing
again what is erased records nothing and finishes what a kill or a busy database left undone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from models import case, erasure, ledger, queries
from models.session import begin
from rules import personal
from rules.errors import OutsideFailed, RequestRefused
from rules.evidence import named
from rules.values import Key
from usecases import evidence, plans
from usecases.enter import find_occurrence, require_channel
from usecases.moment import local_day
from usecases.permits import office_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from usecases.naming import Caller
    from usecases.plans import InForce

OFFICE = "office"
"""The role of Văn phòng, usecases.roles."""
LONGEST_REASON = 200
"""A reason is kept for good: it is general words, not a report."""


@dataclass(frozen=True, slots=True)
class Redacted:
    """What was erased."""

    occurrence: str
    """Empty for an entry that is about the plan or a target."""
    of: int
    """The entry whose text or file is gone."""
    seq: int
    """The entry that says so; of several files the last."""
    on: date
    """The local day."""
    file: bool
    repeated: bool = False
    """It was erased before; nothing was recorded."""

    kind = erasure.ERASED

    def as_json(self) -> dict[str, Any]:
        return {
            "occurrence": self.occurrence,
            "kind": self.kind,
            "seq": self.seq,
            "of": self.of,
            "on": self.on.isoformat(),
            "file": self.file,
            "repeated": self.repeated,
        }


@dataclass(frozen=True, slots=True)
class _Target:
    """The entry that is spoken of."""

    row: Any
    text: str | None
    files: tuple[Any, ...]
    """Rows of the files that it names."""

    @property
    def key(self) -> Key | None:
        return erasure.key_of(self.row)

    def left(self, *, file: bool) -> bool:
        """Whether there is anything to erase."""
        return any(each.erased_seq is None for each in self.files) if file else self.text is not None

    def of(self, only: str) -> _Target:
        """The same with the one file whose SHA-256 begins so. Raises RequestRefused: `redact.no_such_file`."""
        if not only:
            return self
        found = tuple(each for each in self.files if each.sha256.startswith(only.lower()))
        if len(found) != 1:
            raise RequestRefused("redact.no_such_file", seq=self.row.seq, only=only)
        return replace(self, files=found)

    def had(self, *, file: bool) -> bool:
        return bool(self.files) if file else bool(self.row.text_hash)


def redact(
    engine: Engine,
    *,
    reason: str,
    now: datetime,
    recorded_by: str,
    occurrence: str | None = None,
    seq: int | None = None,
    file: bool = False,
    only: str = "",
    by: str | None = None,
    caller: Caller | None = None,
    evidence_folder: Path | None = None,
    plan: str | None = None,
    channel: str = "cli",
    request_id: str | None = None,
) -> Redacted:
    """Erase the text (or with `file` the files) of the entry `seq`; without `seq` that of the occurrence's only one.

    `only` is how the SHA-256 of one of several files begins: the others stay.
    `reason` says why in general words and is kept for good. `by` is Văn phòng (the default). `caller` is who signed in
    at the desk; None is who keeps the database. Raises RequestRefused: `ledger.unknown_entry`, `redact.…`; once it is
    recorded and bytes are still there OutsideFailed: `redact.file_stays`, `redact.pages_stay` (erase again).
    """
    require_channel(channel)
    why = " ".join(reason.split())
    with begin(engine) as session:
        office, plan_id = plans.find(session, plan)
        ledger.lock(session, office)
        in_force = plans.in_force(session, office, plan_id)
        today = local_day(now, in_force.zone)
        target = _target(session, in_force, occurrence, seq, caller, file=file).of(only)
        speaks = _speaks(session, in_force, target.key, by, caller, today)
        if target.left(file=file):
            _require_general(why, target)
            told = {
                "happened_on": today,
                "now": now,
                "declared_by": speaks,
                "recorded_by": recorded_by,
                "channel": channel,
            }
            request = request_id or str(uuid4())
            done = _files(session, target, why, request, told) if file else _text(session, target, why, request, told)
        else:
            done = _before(session, target, file=file)
    _finish(engine, target, evidence_folder, file=file)
    return done


def _finish(engine: Engine, target: _Target, folder: Path | None, *, file: bool) -> None:
    if file and folder is not None:
        for each in target.files:
            evidence.remove(engine, each.sha256, folder)
    if not erasure.scrub(engine):
        raise OutsideFailed("redact.pages_stay", seq=target.row.seq)


# ---- which entry, and whose word


def _target(
    session: Session, in_force: InForce, occurrence: str | None, seq: int | None, caller: Caller | None, *, file: bool
) -> _Target:
    """The entry of the plan, of `occurrence` where that is named, and of a case only for who is named to it."""
    key = None
    if occurrence is not None:
        key = find_occurrence(session, in_force, occurrence)[0].key
    if seq is None:
        assert key is not None
        return _only(session, in_force, key, file=file)
    found = erasure.entry(session, in_force.office, in_force.plan, seq)
    if found is None or (key is not None and erasure.key_of(found[0]) != key):
        raise RequestRefused("ledger.unknown_entry", seq=seq)
    target = _with_files(session, in_force, *found)
    if not _sees(session, target.key, caller):
        raise RequestRefused("ledger.unknown_entry", seq=seq)
    if not target.had(file=file):
        raise RequestRefused("redact.no_file" if file else "ledger.no_text", seq=seq)
    return target


def _only(session: Session, in_force: InForce, key: Key, *, file: bool) -> _Target:
    """The one entry of the occurrence that has something to erase."""
    every = [_with_files(session, in_force, *each) for each in queries.entries_of(session, key)]
    left = [each for each in every if each.left(file=file)]
    if len(left) != 1:
        code = "redact.which" if left else "redact.nothing"
        raise RequestRefused(code, occurrence=key.short, seqs=", ".join(str(each.row.seq) for each in left))
    return left[0]


def _with_files(session: Session, in_force: InForce, row: Any, text: str | None) -> _Target:
    hashes = named(json.loads(row.data))
    rows = erasure.files(session, in_force.office, in_force.plan, hashes) if hashes else ()
    return _Target(row, text, tuple(rows))


def _sees(session: Session, key: Key | None, caller: Caller | None) -> bool:
    """A case is nothing to who is not named to it, whatever their role."""
    if caller is None or key is None or not _is_case(session, key):
        return True
    return case.one(session, key, caller.account) is not None


def _is_case(session: Session, key: Key) -> bool:
    row = queries.occurrence(session, key)
    return row is not None and bool(row.private)


def _speaks(
    session: Session, in_force: InForce, key: Key | None, by: str | None, caller: Caller | None, today: date
) -> str:
    """The unit whose word it is: Văn phòng by today; in a case, signed in, the unit of who is named to it."""
    office = min(office_of(in_force, today))
    if caller is not None and key is not None and _is_case(session, key):
        row = queries.occurrence(session, key)
        return caller.unit or str(row.held_by if row is not None else office)
    if caller is not None and OFFICE not in caller.roles:
        raise RequestRefused("redact.only_office")
    if by not in (None, office):
        in_force.require_unit(str(by))
        raise RequestRefused("redact.not_office", by=in_force.unit_name(str(by)), allowed=office)
    return office


def _require_general(reason: str, target: _Target) -> None:
    """A reason is never erased, so it must not say again what is."""
    if not reason:
        raise RequestRefused("request.needs_reason", kind=erasure.ERASED)
    if len(reason) > LONGEST_REASON:
        raise RequestRefused("redact.reason_long", most=LONGEST_REASON)
    gone = "\n".join(each for each in (target.text, *(file.name for file in target.files)) if each)
    if personal.repeats(reason, gone) or personal.signs(reason):
        raise RequestRefused("redact.reason_tells")


# ---- what is recorded


def _text(session: Session, target: _Target, reason: str, request_id: str, told: dict[str, Any]) -> Redacted:
    row = target.row
    entry, _ = ledger.redact(
        session, office=row.office, plan=row.plan, seq=row.seq, reason=reason, request_id=request_id, **told
    )
    return _redacted(target, entry.seq, told["happened_on"])


def _files(session: Session, target: _Target, reason: str, request_id: str, told: dict[str, Any]) -> Redacted:
    row, seq = target.row, 0
    for each in target.files:
        if each.erased_seq is not None:
            continue
        entry, _ = ledger.append(
            session,
            office=row.office,
            plan=row.plan,
            kind=erasure.ERASED,
            key=target.key and target.key[2:],
            data={"file": each.sha256, "of": row.seq, "reason": reason},
            request_id=f"{request_id}:{each.sha256[:16]}",
            **told,
        )
        seq = entry.seq
        erasure.erase_file(session, row.office, row.plan, each.sha256, seq)
    return _redacted(target, seq, told["happened_on"], file=True)


def _before(session: Session, target: _Target, *, file: bool) -> Redacted:
    """The erasure that took it, for who asks again."""
    hashes = {each.sha256 for each in target.files}
    for each in reversed(erasure.erased(session, target.row.office, target.row.plan)):
        if (each.file in hashes) if file else (each.file is None and each.of == target.row.seq):
            return _redacted(target, each.by, each.on, file=file, repeated=True)
    raise RequestRefused("ledger.no_text", seq=target.row.seq)


def _redacted(target: _Target, seq: int, on: date, *, file: bool = False, repeated: bool = False) -> Redacted:
    return Redacted(target.key.short if target.key else "", target.row.seq, seq, on, file, repeated)
