"""A real PostgreSQL for one test session: from `pgserver`, else from Debian's package; never a pretended one."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql

from models import migrate
from models.session import open_engine

OWNER, APPLICATION = "kehoach_owner", "kehoach_app"
_TEMPLATE = "kehoach_template"


class NoPostgres(Exception):
    """None could be had. Install one, or say KEHOACH_TEST_POSTGRES=off."""


@dataclass(frozen=True)
class Server:
    """A running server that listens on a socket in `folder` only, and its superuser's name."""

    folder: str
    superuser: str

    def url(self, database: str, role: str) -> str:
        return f"postgresql://{role}@/{database}?host={self.folder}"

    def run(self, *statements: sql.Composable | str, database: str = "postgres") -> None:
        """As superuser, each in its own transaction."""
        with psycopg.connect(host=self.folder, dbname=database, user=self.superuser, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement if isinstance(statement, sql.Composable) else sql.SQL(statement))

    def prepare(self) -> None:
        """Make the two roles and a migrated database that tests copy: migrated by its owner, granted to the other."""
        self.run(
            # What tests commit need not survive a power cut.
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
            f"CREATE ROLE {OWNER} LOGIN",
            f"CREATE ROLE {APPLICATION} LOGIN",
            f"CREATE DATABASE {_TEMPLATE} OWNER {OWNER}",
        )
        self.run(f"ALTER SCHEMA public OWNER TO {OWNER}", database=_TEMPLATE)
        owner = open_engine(self.url(_TEMPLATE, OWNER))
        migrate.upgrade(owner)
        migrate.grant_application(owner, APPLICATION)
        owner.dispose()

    @contextmanager
    def database(self, *, empty: bool = False) -> Iterator[str]:
        """The name of a database of its own: a copy of the migrated one, or an empty one of the owner's."""
        name = f"kehoach_{uuid4().hex}"
        template = "template0" if empty else _TEMPLATE
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
        if empty:
            self.run(f"ALTER SCHEMA public OWNER TO {OWNER}", database=name)
        try:
            yield name
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def serve() -> Iterator[Server]:
    """Start a server and stop it at the end. KEHOACH_TEST_POSTGRES=pgserver or =debian takes that one only."""
    wanted = os.environ.get("KEHOACH_TEST_POSTGRES", "")
    ways: dict[str, Callable[[], Iterator[Server]]] = {"pgserver": _from_pgserver, "debian": _from_debian}
    reasons = []
    for name, start in ways.items():
        if wanted in ("", name):
            try:
                with contextmanager(start)() as server:
                    server.prepare()
                    yield server
                    return
            except NoPostgres as reason:
                reasons.append(f"{name}: {reason}")
    raise NoPostgres("; ".join(reasons) or f"KEHOACH_TEST_POSTGRES={wanted}: pgserver, debian or off")


def _folder() -> str:
    """In memory where there is such a place: what tests write need not reach a disk."""
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30  # a container may have 64 MiB
    return tempfile.mkdtemp(prefix="kehoach-pg-", dir=memory if roomy else None)


def _from_pgserver() -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # platformdirs misses XDG_RUNTIME_DIR
        try:
            import pgserver
        except ImportError as error:
            raise NoPostgres(str(error)) from error
        folder = _folder()
        try:
            server = pgserver.get_server(folder, cleanup_mode="delete")  # type: ignore[attr-defined]
        except (OSError, RuntimeError, subprocess.SubprocessError, AssertionError) as error:
            raise NoPostgres(str(error)) from error
    try:
        yield Server(folder, "postgres")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _from_debian() -> Iterator[Server]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not programs:
        raise NoPostgres("no /usr/lib/postgresql/*/bin/initdb")
    binaries = programs[-1].parent
    as_root = os.geteuid() == 0  # PostgreSQL refuses to run as root
    folder = Path(_folder())
    user = pwd.getpwnam("postgres") if as_root else pwd.getpwuid(os.getuid())
    if as_root:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def run(*command: str) -> None:
        done = subprocess.run(
            command,
            user=user.pw_uid if as_root else None,
            group=user.pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=300,
        )
        if done.returncode:
            raise NoPostgres(done.stderr.strip())

    data = str(folder / "data")
    run(str(binaries / "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
    run(str(binaries / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", f"-k {folder} -h ''", "start")
    try:
        yield Server(str(folder), "postgres")
    finally:
        run(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
