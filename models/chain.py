"""The chain: how an entry is hashed, and how a ledger is proved whole.

Format 1: SHA-256 over canonical JSON (sorted keys, no spaces, UTF-8, instants as RFC 3339 in UTC with microseconds) of
every column of the entry but `hash`, the previous entry's hash and its own `format` among them, no database id. The
free text enters by `text_hash`, SHA-256 of salt + text, so that it can be erased and the chain still verifies; the
salt keeps a short text from being guessed from its hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, Table, cast, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import SQLModel

import models.tables as _tables  # noqa: F401  (the metadata below)
from models import revisions
from models.canonical import canonical

if TYPE_CHECKING:
    from sqlmodel import Session

FORMAT = 1

_ENTRY: Table = SQLModel.metadata.tables["entry"]
_TEXT: Table = SQLModel.metadata.tables["entry_text"]
_OFFICE: Table = SQLModel.metadata.tables["office"]

_WORDS = (
    *("office", "plan", "task", "unit", "period", "line", "kind", "declared_by", "recorded_by"),
    *("channel", "request_id", "data", "text_hash", "prev_hash"),
)
_NUMBERS = ("seq", "format")


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a ledger is not what was written. `code` is a key of texts (`ledger.fault_…`)."""

    code: str
    office: str
    seq: int
    """The entry at which it shows; 0 for the ledger as a whole."""
    values: Mapping[str, Any]


def instant(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds."""
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def text_hash(salt: bytes, text: str) -> str:
    """What an entry keeps of its free text."""
    return sha256(salt + text.encode()).hexdigest()


def entry_hash(entry: Mapping[str, Any]) -> str:
    """The hash of an entry given as its columns, `happened_on` a date and `recorded_at` an aware instant."""
    body = {name: entry[name] for name in (*_WORDS, *_NUMBERS)}
    body |= {"happened_on": entry["happened_on"].isoformat(), "recorded_at": instant(entry["recorded_at"])}
    return sha256(canonical(body).encode()).hexdigest()


def verify(session: Session, office: str) -> list[Fault]:
    """Recompute the whole ledger of `office`: order, gaps, hashes, texts, the clock, revisions and the head row.

    Values are read as the database stores them, so a byte that no longer reads as a day or a letter is a fault, too.
    """
    faults: list[Fault] = []
    walk = _Walk()
    texts = _Texts(session, office)
    for row in _stream(session, _ENTRY, office):
        at = _number(row["seq"]) or 0
        if at != walk.seq + 1:
            faults.append(_fault("gap", office, at, expected=walk.seq + 1))
        text, orphans = texts.upto(at)
        faults += (_fault("text_orphan", office, each) for each in orphans)
        faults += (_fault(code, office, at) for code in walk.take(at, row, text))
    faults += (_fault("text_orphan", office, each) for each in texts.rest())
    faults += (_fault(code, office, at) for code, at in walk.broken_promises())
    faults += (_fault("revision", office, each["seq"]) for each in walk.revised if not revisions.stands(session, each))
    faults += (_fault("revision_added", office, at) for at in revisions.unrecorded(session, office, walk.revised))
    return faults + _head_faults(session, office, walk.seq, walk.previous, walk.clock)


@dataclass(slots=True)
class _Walk:
    """What must be known of the entries so far to judge the next."""

    seq: int = 0
    previous: str = ""
    clock: str = ""
    redacted: set[tuple[str, int]] = field(default_factory=set)
    """(plan, seq) that some `redacted` entry names."""
    texts: dict[tuple[str, int], str] = field(default_factory=dict)
    """`kept` or `erased`, by (plan, seq)."""
    revised: list[dict[str, Any]] = field(default_factory=list)

    def take(self, at: int, row: Mapping[str, Any], text: Mapping[str, Any] | None) -> Iterator[str]:
        """The faults of the next entry, which then counts as read."""
        found = _read(row)
        if found is None:
            yield "unreadable"
        else:
            yield from _wrong(found, row, self.previous, self.clock)
            self.clock = max(self.clock, instant(found["recorded_at"]))
            self.redacted |= _named(found)
            if found["kind"] == "plan_revised":
                self.revised.append(found)
            state = _text_state(found["text_hash"], text)
            if state in ("kept", "erased"):
                self.texts[found["plan"], at] = state
            elif state:
                yield state
        self.previous, self.seq = _word(row["hash"]) or "", at

    def broken_promises(self) -> Iterator[tuple[str, int]]:
        """Texts erased though no entry says so, and texts kept though one says they are erased."""
        for (plan, at), state in self.texts.items():
            if (state == "erased") != ((plan, at) in self.redacted):
                yield ("erased" if state == "erased" else "not_erased"), at


def _fault(code: str, office: str, seq: int, **values: Any) -> Fault:
    return Fault(f"ledger.fault_{code}", office, seq, {"office": office, "seq": seq} | values)


class _Texts:
    """The texts of an office in the order of their entries, read alongside them."""

    def __init__(self, session: Session, office: str) -> None:
        self._rows = _stream(session, _TEXT, office)
        self._next = next(self._rows, None)

    def upto(self, seq: int) -> tuple[Mapping[str, Any] | None, list[int]]:
        """The text of entry `seq`, and the seqs of texts passed on the way that have no entry."""
        orphans: list[int] = []
        while self._next is not None and (at := _number(self._next["seq"]) or 0) <= seq:
            row, self._next = self._next, next(self._rows, None)
            if at == seq:
                return row, orphans
            orphans.append(at)
        return None, orphans

    def rest(self) -> list[int]:
        """The seqs of texts after the last entry."""
        first = [] if self._next is None else [self._next]
        return [_number(row["seq"]) or 0 for row in (*first, *self._rows)]


def _wrong(found: Mapping[str, Any], row: Mapping[str, Any], previous: str, clock: str) -> Iterator[str]:
    if found["format"] != FORMAT:
        yield "format"
    elif entry_hash(found) != _word(row["hash"]):
        yield "hash"
    if found["prev_hash"] != previous:
        yield "chain"
    if instant(found["recorded_at"]) < clock:
        yield "clock"


def _text_state(stated: str, row: Mapping[str, Any] | None) -> str:
    """`kept`, `erased`, empty where the entry has no text, or the code of a fault."""
    if row is None:
        return "text_missing" if stated else ""
    if not stated:
        return "text_added"
    salt, text = row["salt"], row["text"]
    if salt is None and text is None:
        return "erased"
    if salt is None or text is None or sha256(_bytes(salt) + _bytes(text)).hexdigest() != stated:
        return "text_hash"
    return "kept"


def _named(found: Mapping[str, Any]) -> set[tuple[str, int]]:
    """What a `redacted` entry names: (plan, seq), none where its data is not what we write."""
    if found["kind"] != "redacted":
        return set()
    try:
        data = json.loads(found["data"])
    except ValueError:
        return set()
    seq = data.get("seq") if isinstance(data, dict) else None
    return {(found["plan"], seq)} if isinstance(seq, int) and seq < found["seq"] else set()


def _head_faults(session: Session, office: str, seq: int, last: str, clock: str) -> list[Fault]:
    query = select(*(_raw(session, _OFFICE.c[each]) for each in ("head_seq", "head_hash", "head_recorded_at")))
    row = session.execute(query.where(_OFFICE.c.id == office)).mappings().one_or_none()
    if row is None:
        return [_fault("no_office", office, 0)]
    at = _instant(row["head_recorded_at"])
    head = (_number(row["head_seq"]), _word(row["head_hash"]), instant(at) if at else "")
    if head != (seq, last, clock):
        return [_fault("head", office, seq, head=head[0])]
    return []


def _stream(session: Session, table: Table, office: str) -> Iterator[Mapping[str, Any]]:
    """The office's rows in the order of seq, a few hundred at a time."""
    query = select(*(_raw(session, column) for column in table.columns)).where(table.c.office == office)
    for row in session.execute(query.order_by(table.c.seq), execution_options={"yield_per": 500}).mappings():
        yield dict(row)


def _raw(session: Session, column: Any) -> Any:
    """The column as stored: SQLite keeps any bytes in any column, and its driver fails on what is not UTF-8."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(column, LargeBinary).label(column.name)
    return type_coerce(column, NullType()).label(column.name)


def _read(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The columns typed, or None where one of them is not what we ever write."""
    day, at = _day(row["happened_on"]), _instant(row["recorded_at"])
    if day is None or at is None:
        return None
    found: dict[str, Any] = {"happened_on": day, "recorded_at": at}
    for name in _NUMBERS:
        found[name] = _number(row[name])
    for name in _WORDS:
        found[name] = _word(row[name])
        if found[name] is None and row[name] is not None:
            return None
    return found


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _word(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return None


def _number(value: Any) -> int | None:
    if isinstance(value, int):
        return value
    word = _word(value) or ""
    return int(word) if word.isascii() and word.isdigit() else None


def _day(value: Any) -> date | None:
    if isinstance(value, date):
        return value
    word = _word(value) or ""
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    return day if day.isoformat() == word else None


def _instant(value: Any) -> datetime | None:
    """SQLite: «YYYY-MM-DD HH:MM:SS.ffffff», in UTC, as SQLAlchemy writes it."""
    if isinstance(value, datetime):
        return value
    word = _word(value) or ""
    try:
        at = datetime.fromisoformat(word).replace(tzinfo=UTC)
    except ValueError:
        return None
    return at if at.strftime("%Y-%m-%d %H:%M:%S.%f") == word else None
