"""What a database's own errors mean to the person at the door, in one place for SQLite and PostgreSQL.

SQLite says what is wrong by its extended result names (sqlite.org/rescode.html), PostgreSQL by SQLSTATE (appendix A).
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, IntegrityError

from rules.errors import OutsideFailed

if TYPE_CHECKING:
    from sqlalchemy import Engine

# By prefix, the longest first: SQLITE_IOERR_WRITE before SQLITE_IOERR.
_SQLITE = {
    "SQLITE_READONLY": "ledger.read_only",
    "SQLITE_FULL": "ledger.disk_full",
    "SQLITE_IOERR_WRITE": "ledger.disk_full",  # how SQLite names a quota or a file size limit
    "SQLITE_IOERR_SHMSIZE": "ledger.disk_full",
    "SQLITE_IOERR": "ledger.disk_failed",
    "SQLITE_BUSY": "ledger.busy",
    "SQLITE_LOCKED": "ledger.busy",
    "SQLITE_CANTOPEN": "ledger.unreachable",
    "SQLITE_PERM": "ledger.not_allowed",
    "SQLITE_CORRUPT": "ledger.damaged",
    "SQLITE_NOTADB": "ledger.damaged",
}
_POSTGRES = {
    "08": "ledger.unreachable",
    "25006": "ledger.read_only",
    "28": "ledger.not_allowed",
    "3D000": "ledger.no_database",
    "40": "ledger.busy",
    "42501": "ledger.not_allowed",
    "42P01": "ledger.no_database",
    "53100": "ledger.disk_full",
    "53300": "ledger.busy",  # too many connections
    "55P03": "ledger.busy",
    "57P": "ledger.unreachable",  # shutting down, or terminated by an administrator
    "58030": "ledger.disk_failed",
    "XX001": "ledger.damaged",
    "XX002": "ledger.damaged",
}


def place(engine: Engine) -> str:
    """Where the database is, as a person may be told: the file, or the address without its password."""
    if engine.dialect.name == "sqlite":
        return engine.url.database or ""
    return engine.url.render_as_string(hide_password=True)


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Turn what failed outside into OutsideFailed; what the code did wrong (a broken key, bad SQL) passes as it is."""
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        code = _code(error)
        if code == "ledger.unreachable" and engine.dialect.name == "sqlite" and not _may_write(place(engine)):
            code = "ledger.read_only"  # WAL cannot be opened in a folder where its files cannot be made
        if code is None:
            raise
        detail = str(error.orig).strip().partition("\n")[0]
        raise OutsideFailed(code, place=place(engine), detail=detail) from error


def of_os_error(error: OSError, path: str) -> OutsideFailed:
    """The same words where the file system, not the database, refuses."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    refused = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    code = "ledger.disk_full" if full else "ledger.read_only" if refused else "ledger.unreachable"
    return OutsideFailed(code, place=path, detail=error.strerror or str(error))


def _may_write(path: str) -> bool:
    return os.access(Path(path).parent, os.W_OK)


def _code(error: DBAPIError) -> str | None:
    if isinstance(error.orig, sqlite3.Error):
        return _sqlite_code(error.orig)
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None:
        # psycopg gives no SQLSTATE when there is no server to give one.
        return "ledger.unreachable" if error.connection_invalidated or _is_operational(error) else None
    return _longest(_POSTGRES, state)


def _is_operational(error: DBAPIError) -> bool:
    return type(error).__name__ == "OperationalError"


def _sqlite_code(error: sqlite3.Error) -> str | None:
    name: str = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_ERROR" and str(error).startswith("no such table"):
        return "ledger.no_database"
    return _longest(_SQLITE, name)


def _longest(codes: dict[str, str], name: str) -> str | None:
    found = [prefix for prefix in codes if name.startswith(prefix)]
    return codes[max(found, key=len)] if found else None
