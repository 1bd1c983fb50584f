"""Files that prove work done: stored once under their SHA-256, before any entry names them."""

from __future__ import annotations

import hashlib
import mimetypes
import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
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


def keep(session: Session, in_force: InForce, sent: Sent, folder: Path | None, now: datetime) -> str:
    """Store the file and its row; returns its SHA-256. The same bytes are stored once.

    The bytes reach the disk before the row that names them: killed in between, a file is left that nobody names, never
    an entry without its file. Raises RequestRefused(`redact.erased_before`): what was erased does not come back.
    """
    if folder is None:
        raise OutsideFailed("request.no_evidence_folder")
    sha256 = digest(sent)
    erasure.hold_file(session, sha256)
    if any(row.erased_seq is not None for row in erasure.files(session, in_force.office, in_force.plan, {sha256})):
        raise RequestRefused("redact.erased_before")
    place(path_of(folder, sha256), sent.body, mode=0o600)
    media_type = mimetypes.guess_type(sent.name)[0] or "application/octet-stream"
    size = len(sent.body)
    queries.keep_evidence(session, in_force.office, in_force.plan, sha256, sent.name, media_type, size, now)
    return sha256


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
        part = path.with_name(f".part-{token_hex(8)}")
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
