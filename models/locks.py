"""One deliverer at a time for an office: whoever holds this knows that every claim it finds is a dead run's."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from models.faults import of_os_error

if TYPE_CHECKING:
    from sqlalchemy import Engine


@contextmanager
def delivering(engine: Engine, office: str) -> Iterator[None]:
    """Wait for the other deliverers of `office`, then be the only one. The lock dies with the process, kill -9 too.

    SQLite: a lock on a file beside the database. PostgreSQL: an advisory lock of a session of its own.
    """
    if engine.dialect.name == "sqlite":
        path = Path(f"{engine.url.database}.{office}.deliver-lock")
        try:
            file = path.open("w")
        except OSError as error:
            raise of_os_error(error, str(path)) from error
        with file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(hashtext(:name))"), {"name": f"kehoach.deliver.{office}"})
        connection.commit()
        try:
            yield
        finally:
            connection.execute(
                text("select pg_advisory_unlock(hashtext(:name))"), {"name": f"kehoach.deliver.{office}"}
            )
            connection.commit()
