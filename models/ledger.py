"""The ledger: entries are added, read back as facts, and their text erased; nothing else ever happens to them.

`seq` is given under the lock of the office's head row, so it has no gaps and its order is the order of recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from secrets import token_bytes
from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import is_normalized, normalize

from sqlalchemy import Table, and_, insert, select, update
from sqlmodel import SQLModel

from models.canonical import canonical
from models.chain import FORMAT, Fault, entry_hash, text_hash, verify
from models.facts import as_fact, facts, texts
from models.tables import Entry
from rules.errors import RequestRefused

if TYPE_CHECKING:
    from sqlmodel import Session

_ENTRY: Table = SQLModel.metadata.tables["entry"]
_TEXT: Table = SQLModel.metadata.tables["entry_text"]
_OFFICE: Table = SQLModel.metadata.tables["office"]

_SALT_BYTES = 16
_AT_ONCE = 500
"""Values in one IN list: below SQLite's limit of 999 variables in old builds."""

# What makes two requests of one id the same request; the clock and the place in the chain are not asked for.
_ASKED = (
    *("plan", "task", "unit", "period", "line", "kind", "happened_on"),
    *("declared_by", "recorded_by", "channel", "data"),
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One thing to be recorded. `happened_on` is a local day; `text` is free text, kept apart to be erasable."""

    plan: str
    kind: str
    happened_on: date
    declared_by: str
    recorded_by: str
    channel: str
    request_id: str
    key: Sequence[str] | None = None
    """(task, unit, period), or a rules.values.Key; None where the entry is about the plan or a target."""
    line: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    text: str | None = None


class Written(NamedTuple):
    """Where a draft stands in the ledger."""

    seq: int
    recorded_at: datetime
    repeated: bool
    """The request had been recorded before; nothing was written."""


def append(
    session: Session,
    *,
    office: str,
    plan: str,
    kind: str,
    happened_on: date,
    now: datetime,
    declared_by: str,
    recorded_by: str,
    channel: str,
    request_id: str,
    key: Sequence[str] | None = None,
    line: str | None = None,
    data: Mapping[str, Any] | None = None,
    text: str | None = None,
) -> tuple[Entry, bool]:
    """Add one entry; True where this very request had been recorded before, then the entry is the first one.

    `now` is aware; `recorded_at` becomes the later of it and the ledger's last, so it never decreases. `key` is (task,
    unit, period) or a Key. Raises RequestRefused: `ledger.request_reused` (that id, other content),
    `ledger.unknown_office`.
    """
    draft = Draft(plan, kind, happened_on, declared_by, recorded_by, channel, request_id, key, line, data or {}, text)
    row, repeated = _write(session, office, [draft], now)[0]
    return Entry(**row), repeated


def append_many(session: Session, office: str, drafts: Iterable[Draft], *, now: datetime) -> list[Written]:
    """Add many entries in the given order, quickly; each is what `append` makes of it. Raises as `append`."""
    rows = _write(session, office, list(drafts), now)
    return [Written(row["seq"], row["recorded_at"], repeated) for row, repeated in rows]


def redact(
    session: Session,
    *,
    office: str,
    plan: str,
    seq: int,
    happened_on: date,
    now: datetime,
    declared_by: str,
    recorded_by: str,
    channel: str,
    request_id: str,
    reason: str = "",
) -> tuple[Entry, bool]:
    """Erase the free text of entry `seq`, and record that, who and why; the chain still verifies.

    `reason` says why in general words, never what stood there: it is kept for good. Raises RequestRefused:
    `ledger.unknown_entry`, `ledger.no_text` (none was written, or it is erased already).
    """
    of_entry = and_(_ENTRY.c.office == office, _ENTRY.c.plan == plan, _ENTRY.c.seq == seq)
    head = lock(session, office)
    row = session.execute(select(_ENTRY).where(of_entry)).one_or_none()
    if row is None or seq > head["head_seq"]:
        raise RequestRefused("ledger.unknown_entry", seq=seq)
    of_text = and_(_TEXT.c.office == office, _TEXT.c.plan == plan, _TEXT.c.seq == seq)
    entry, repeated = append(
        session,
        office=office,
        plan=plan,
        kind="redacted",
        happened_on=happened_on,
        now=now,
        declared_by=declared_by,
        recorded_by=recorded_by,
        channel=channel,
        request_id=request_id,
        key=None if row.task is None else (row.task, row.unit, row.period),
        data={"seq": seq, "reason": reason} if reason else {"seq": seq},
    )
    if not repeated:
        kept = session.execute(select(_TEXT.c.text).where(of_text)).scalar_one_or_none()
        if kept is None:
            raise RequestRefused("ledger.no_text", seq=seq)
        if session.get_bind().dialect.name == "sqlite":  # what is freed is overwritten, not only given up
            session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
        session.execute(update(_TEXT).where(of_text).values(salt=None, text=None))
    return entry, repeated


def _write(session: Session, office: str, drafts: list[Draft], now: datetime) -> list[tuple[dict[str, Any], bool]]:
    """Rows as they stand in the ledger, in the order of the drafts, and whether each was there before."""
    session.flush()
    head = lock(session, office)
    known = _by_request(session, office, [draft.request_id for draft in drafts])
    at = max(now.astimezone(UTC), head["head_recorded_at"] or datetime.min.replace(tzinfo=UTC))
    seq, previous = head["head_seq"], head["head_hash"]
    new: list[dict[str, Any]] = []
    new_texts: list[dict[str, Any]] = []
    results: list[tuple[dict[str, Any], bool]] = []
    for draft in map(_composed, drafts):
        earlier = known.get(draft.request_id)
        if earlier is not None:
            results.append((_same(earlier, draft), True))
            continue
        seq += 1
        row = _columns(office, draft) | {"seq": seq, "recorded_at": at, "format": FORMAT, "prev_hash": previous}
        salt = token_bytes(_SALT_BYTES) if draft.text is not None else None
        row["text_hash"] = "" if salt is None else text_hash(salt, draft.text or "")
        row["hash"] = previous = entry_hash(row)
        if salt is not None:
            new_texts.append({"office": office, "plan": draft.plan, "seq": seq, "salt": salt, "text": draft.text})
        new.append(row)
        known[draft.request_id] = row | {"salt": salt, "text": draft.text}
        results.append((row, False))
    if new:
        session.execute(insert(_ENTRY), new)
        if new_texts:
            session.execute(insert(_TEXT), new_texts)
        values = {"head_seq": seq, "head_hash": previous, "head_recorded_at": at}
        session.execute(update(_OFFICE).where(_OFFICE.c.id == office).values(values))
    return results


def _composed(draft: Draft) -> Draft:
    """Each letter of the text as one, as Unicode's NFC has it: what is pasted from a PDF or typed on a Mac is found and
    compared like what is typed elsewhere."""
    if draft.text is None or is_normalized("NFC", draft.text):
        return draft
    return replace(draft, text=normalize("NFC", draft.text))


def lock(session: Session, office: str) -> Mapping[str, Any]:
    """The office's head row, locked until the transaction ends: what is read from then on stands when it is saved.

    Who decides by what the database holds takes it first: on PostgreSQL two at once would both find the work open and
    both report it. SQLite's writer holds the whole file already. Raises RequestRefused(`ledger.unknown_office`).
    """
    query = select(_OFFICE.c.head_seq, _OFFICE.c.head_hash, _OFFICE.c.head_recorded_at)
    row = session.execute(query.where(_OFFICE.c.id == office).with_for_update()).mappings().one_or_none()
    if row is None:
        raise RequestRefused("ledger.unknown_office", office=office)
    return dict(row)


def _by_request(session: Session, office: str, request_ids: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    of_entry = and_(*(_TEXT.c[each] == _ENTRY.c[each] for each in ("office", "plan", "seq")))
    query = select(_ENTRY, _TEXT.c.salt, _TEXT.c.text).outerjoin(_TEXT, of_entry).where(_ENTRY.c.office == office)
    for start in range(0, len(request_ids), _AT_ONCE):
        some = request_ids[start : start + _AT_ONCE]
        for row in session.execute(query.where(_ENTRY.c.request_id.in_(some))).mappings():
            found[row["request_id"]] = dict(row)
    return found


def _columns(office: str, draft: Draft) -> dict[str, Any]:
    task, unit, period = draft.key[-3:] if draft.key is not None else (None, None, None)
    return {
        "office": office,
        "plan": draft.plan,
        "task": task,
        "unit": unit,
        "period": period,
        "line": draft.line,
        "kind": draft.kind,
        "happened_on": draft.happened_on,
        "declared_by": draft.declared_by,
        "recorded_by": draft.recorded_by,
        "channel": draft.channel,
        "request_id": draft.request_id,
        "data": canonical(dict(draft.data)),
    }


def _same(earlier: dict[str, Any], draft: Draft) -> dict[str, Any]:
    """The earlier entry, if it is the same request; an erased text is not held against it."""
    asked = _columns(earlier["office"], draft)
    erased = earlier["text_hash"] and earlier["text"] is None
    if any(earlier[name] != asked[name] for name in _ASKED) or (not erased and earlier["text"] != draft.text):
        raise RequestRefused("ledger.request_reused", request_id=draft.request_id, seq=earlier["seq"])
    return {name: value for name, value in earlier.items() if name not in ("salt", "text")}


__all__ = [
    "Draft",
    "Fault",
    "Written",
    "append",
    "append_many",
    "as_fact",
    "facts",
    "lock",
    "redact",
    "texts",
    "verify",
]
