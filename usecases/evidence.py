"""Files that prove work done: stored once under their SHA-256, before any entry names them.

Before its bytes are laid down a file is announced, by an empty file in `pending/`, until its entry is committed. Killed
in between, the night finds the announcement and takes away what no entry came to name: nothing else is ever guessed to
be nobody's, so that a folder beside the wrong database, or one restored from an older backup, loses nothing.
"""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from models import erasure, queries
from models.session import begin
from rules.errors import OutsideFailed, RequestRefused
from usecases.plans import InForce

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

MAX_BYTES = 20 * 1024 * 1024
MAX_FILES = 10
"""Of one report: a document photographed page by page."""
MAX_TOGETHER = 40 * 1024 * 1024
"""Of one report: some minutes of a telephone's line."""
PENDING = "pending"
_SETTLED = timedelta(hours=1)
"""After which no transaction that announced a file can still be under way."""


_PART = ".part-"
_IS_HASH = re.compile(r"[0-9a-f]{64}").fullmatch


@dataclass(frozen=True, slots=True)
class Handed:
    """A file as it was handed in, and nobody has looked at it yet; at most one byte more than MAX_BYTES of it."""

    name: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was looked at (usecases.uploads): the name and the bytes to keep."""

    name: str
    body: bytes
    photo: bool = False


def path_of(folder: Path, sha256: str) -> Path:
    """Where the bytes of an evidence file lie in the evidence folder."""
    return folder / sha256[:2] / sha256


def digest(sent: Sent) -> str:
    """The SHA-256 by which a file is stored and named."""
    return hashlib.sha256(sent.body).hexdigest()


def keep(
    session: Session,
    *,
    in_force: InForce,
    files: Sequence[Sent],
    folder: Path | None,
    now: datetime,
    unit: str | None = None,
) -> None:
    """Store the files and their rows; `unit` sent them itself. The same bytes are stored once.

    The bytes reach the disk before the rows that name them: killed in between, a file is left that nobody names, never
    an entry without its files. Raises RequestRefused(`redact.erased_before`): what was erased does not come back.
    """
    if folder is None:
        raise OutsideFailed("request.no_evidence_folder")
    by_hash = {digest(each): each for each in files}
    for sha256 in sorted(by_hash):  # in one order, so that two who store the same never wait for each other
        erasure.hold_file(session, sha256)
    if any(row.erased_seq is not None for row in erasure.files(session, in_force.office, in_force.plan, by_hash)):
        raise RequestRefused("redact.erased_before")
    for sha256, sent in by_hash.items():
        _announce(folder / PENDING / sha256)
        place(path_of(folder, sha256), sent.body, mode=0o600)
        media_type = mimetypes.guess_type(sent.name)[0] or "application/octet-stream"
        size = len(sent.body)
        queries.keep_evidence(session, in_force.office, in_force.plan, sha256, sent.name, media_type, size, now, unit)


def _announce(announcement: Path) -> None:
    """An empty file, on the disk before the bytes are."""
    try:
        announcement.parent.mkdir(parents=True, exist_ok=True)
        announcement.touch(mode=0o600)
    except OSError as fault:
        why = fault.strerror or str(fault)
        raise OutsideFailed("request.cannot_write", file=str(announcement), fault=why) from fault
    _sync_folder(announcement.parent)


@contextmanager
def announced(engine: Engine, folder: Path | None, hashes: Collection[str]) -> Iterator[None]:
    """Around a transaction that keeps these files: afterwards nothing is announced, and what it did not come to name is
    gone. Where the database is away by then, the night does it (`settle`)."""
    if folder is None or not hashes:
        yield
        return
    try:
        yield
    except BaseException:
        with suppress(OutsideFailed):
            for sha256 in hashes:
                _settle(engine, sha256, folder)
        raise
    with suppress(OSError):  # recorded and whole; an announcement that stays is the night's to take away
        for sha256 in hashes:
            (folder / PENDING / sha256).unlink(missing_ok=True)


def settle(engine: Engine, *, folder: Path, now: datetime) -> int:
    """Take away what was announced more than an hour ago and no entry came to name; returns how many files went.

    What a kill left: bytes that were laid down, or the part of them that was written.
    """
    pending = folder / PENDING
    before = (now - _SETTLED).timestamp()
    try:
        old = [each.name for each in sorted(pending.iterdir()) if _is_older(each, before)]
    except FileNotFoundError:
        return 0
    except OSError as fault:
        raise OutsideFailed("request.cannot_write", file=str(pending), fault=fault.strerror or str(fault)) from fault
    return sum(_settle(engine, sha256, folder, before) for sha256 in old if _IS_HASH(sha256))


def _settle(engine: Engine, sha256: str, folder: Path, before: float = 0.0) -> bool:
    """Whether there was a file that no entry names; parts of files older than `before` go with it."""
    announcement, path = folder / PENDING / sha256, path_of(folder, sha256)
    if not announcement.exists():
        return False
    with begin(engine) as session:
        erasure.hold_file(session, sha256)
        try:
            gone = path.exists() and not erasure.still_named(session, sha256)
            if gone:
                path.unlink()
            for part in path.parent.glob(f"{_PART}*"):
                if _is_older(part, before):
                    part.unlink(missing_ok=True)
            announcement.unlink(missing_ok=True)
        except OSError as fault:
            raise OutsideFailed("request.cannot_write", file=str(path), fault=fault.strerror or str(fault)) from fault
    return gone


def _is_older(path: Path, before: float) -> bool:
    """Whether it was last written before; what somebody has taken away meanwhile is not."""
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:
        return False


def remove(engine: Engine, sha256: str, folder: Path) -> bool:
    """Take the bytes of an erased file off the disk; False where another plan still keeps the same file.

    Called once the entry that erases it is committed: killed in between, `kehoach verify` finds the bytes, and erasing
    again finishes. Raises OutsideFailed(`redact.file_stays`).
    """
    path = path_of(folder, sha256)
    with begin(engine) as session:
        erasure.hold_file(session, sha256)
        if erasure.still_named(session, sha256):
            return False
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync_folder(path.parent)
        except OSError as fault:
            raise OutsideFailed("redact.file_stays", sha256=sha256, fault=fault.strerror or str(fault)) from fault
    return True


def place(path: Path, body: bytes, *, mode: int = 0o666) -> bool:
    """Put the bytes at `path` whole or not at all (a temporary name, fsync, rename); False if they stood there.

    After it has returned, a power cut leaves them there: the folder's entry is on the disk, too. `mode` is what the
    process's umask lets through, as for any new file.
    """
    try:
        if path.is_file() and path.read_bytes() == body:
            return False
        new = not path.parent.is_dir()
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{_PART}{token_hex(8)}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
                out.write(body)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent) if new else (path.parent,):
            _sync_folder(folder)
    except OSError as fault:
        raise OutsideFailed("request.cannot_write", file=str(path), fault=fault.strerror or str(fault)) from fault
    return True


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # a folder that we may not list, a file system that has no such call: the file is whole
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
