"""What was erased, and what erasing leaves: texts and files that `redacted` entries name, and the bytes beneath them.

A `redacted` entry names a text by `seq` (the entry that it stood in), a file by `file` (its SHA-256) and `of` (the
entry that it was sent with). The guards and models.chain know the first; `usecases.verify` recomputes the second.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from sqlalchemy import Row, Table, select, text, update
from sqlmodel import SQLModel

import models.tables as _tables  # noqa: F401  (the metadata below)
from models.scope import of_plan
from rules.evidence import named
from rules.values import Key

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

_ENTRY: Table = SQLModel.metadata.tables["entry"]
_TEXT: Table = SQLModel.metadata.tables["entry_text"]
_EVIDENCE: Table = SQLModel.metadata.tables["evidence"]

ERASED = "redacted"
WAIT_SECONDS = 10
"""How long `scrub` waits for whoever reads or writes meanwhile."""


class Erased(NamedTuple):
    """What one `redacted` entry erased."""

    by: int
    """Its own seq."""
    on: date
    """The local day."""
    of: int
    """The entry whose text or file it was."""
    file: str | None
    """The file's SHA-256; None for a text."""


def of_entry(row: Any) -> Erased | None:
    """What an entry (a row with its columns) erased; None where it is none that erases."""
    if row.kind != ERASED:
        return None
    data = json.loads(row.data)
    return Erased(row.seq, row.happened_on, data.get("of", data.get("seq")), data.get("file"))


def erased(session: Session, office: str, plan: str) -> list[Erased]:
    """All that was erased of a plan, in order."""
    query = select(_ENTRY).where(*of_plan(_ENTRY, office, plan), _ENTRY.c.kind == ERASED).order_by(_ENTRY.c.seq)
    return [found for row in session.execute(query) if (found := of_entry(row)) is not None]


@dataclass(frozen=True, slots=True)
class Marks:
    """When texts and files were erased."""

    texts: Mapping[int, date] = field(default_factory=dict)
    """By the seq of their entry."""
    files: Mapping[str, date] = field(default_factory=dict)
    """By SHA-256, whichever entry they were erased at."""

    def of_files(self, data: Mapping[str, Any]) -> date | None:
        """When the last of the files that an entry names was erased; None where one of them is still there."""
        days = [self.files.get(each) for each in named(data)]
        return max((day for day in days if day), default=None) if None not in days else None


def marks(session: Session, office: str, plan: str, entries: Iterable[tuple[Any, str | None]]) -> Marks:
    """What was erased of these entries, each with its text; asks only where a text is missing or a file is named."""
    if not any((row.text_hash and said is None) or '"evidence"' in row.data for row, said in entries):
        return Marks()
    every = erased(session, office, plan)
    return Marks(
        {each.of: each.on for each in every if each.file is None},
        {each.file: each.on for each in every if each.file is not None},
    )


def entry(session: Session, office: str, plan: str, seq: int) -> tuple[Row[Any], str | None] | None:
    """The entry `seq` of the plan and its free text (None: none, or erased)."""
    row = session.execute(select(_ENTRY).where(*of_plan(_ENTRY, office, plan), _ENTRY.c.seq == seq)).one_or_none()
    if row is None:
        return None
    said = select(_TEXT.c.text).where(*of_plan(_TEXT, office, plan), _TEXT.c.seq == seq)
    return row, session.execute(said).scalar_one_or_none()


def key_of(row: Any) -> Key | None:
    """The occurrence that an entry is about; None where it is about the plan or a target."""
    return None if row.task is None else Key(row.office, row.plan, row.task, row.unit, row.period)


# ---- files


def files(session: Session, office: str, plan: str, hashes: Collection[str]) -> Sequence[Row[Any]]:
    """The rows of these files."""
    query = select(_EVIDENCE).where(*of_plan(_EVIDENCE, office, plan), _EVIDENCE.c.sha256.in_(sorted(hashes)))
    return session.execute(query).all()


def erase_file(session: Session, office: str, plan: str, sha256: str, seq: int) -> None:
    """Write that the entry `seq` erased the file, and forget what it was called."""
    this = (*of_plan(_EVIDENCE, office, plan), _EVIDENCE.c.sha256 == sha256)
    session.execute(update(_EVIDENCE).where(*this).values(name="", erased_seq=seq))


def still_named(session: Session, sha256: str) -> bool:
    """Whether some plan of the installation still keeps the file of this content: plans share one folder."""
    query = select(_EVIDENCE.c.sha256).where(_EVIDENCE.c.sha256 == sha256, _EVIDENCE.c.erased_seq.is_(None)).limit(1)
    return session.execute(query).first() is not None


def hold_file(session: Session, sha256: str) -> None:
    """Until the transaction ends nobody else stores or removes a file of this content. SQLite's writer is alone."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(hashtext(:name))"), {"name": f"kehoach.file.{sha256}"})


# ---- bytes


def scrub(engine: Engine) -> bool:
    """Take what was erased out of the database's own files; False where somebody was in the way or the disk full.

    SQLite keeps old bytes in free pages, in pages that were split and in its write-ahead log: VACUUM writes every page
    anew (secure_delete alone does not reach the splits), the checkpoint empties the log. On PostgreSQL old versions of
    rows are the server's to remove, and the application may not order it: docs/settings.md says how.
    """
    if engine.dialect.name != "sqlite":
        return True
    uri = f"file:{quote(str(Path(str(engine.url.database)).absolute()))}?mode=rw"
    with closing(sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA secure_delete=ON")
            connection.execute("VACUUM")
            return bool(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0)
        except sqlite3.OperationalError:
            return False
