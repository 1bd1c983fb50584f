"""One invocation of the command line: what it was asked, what it works on, and how it answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from console.words import in_words
from rules.errors import OutsideFailed, RequestRefused
from texts import say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from outputs.tables import Table
    from settings import Settings
    from usecases.contents import Contents


@dataclass
class Call:
    """One invocation: what was asked of all commands alike, and the one reading of the clock."""

    now: datetime
    lang: str
    plan: str | None = None
    home: Path | None = None
    as_json: bool = False
    channel: str = "cli"
    recorder: str | None = None
    request_id: str | None = None
    folder: Path | None = None
    """The plan's files, once a command has asked for them: where the places of problems are."""

    def say(self, key: str, /, **values: object) -> str:
        """A text of texts/{vi,en}/cli.py in the reader's language."""
        return say(f"cli.{key}", self.lang, **in_words(values, self.lang))

    @cached_property
    def settings(self) -> Settings:
        from settings import Settings

        return Settings.from_environment(self.home)

    @cached_property
    def engine(self) -> Engine:
        """The database, which `sync` or `demo` must have made; refuses one of another version."""
        from models import migrate
        from models.session import open_engine

        engine = open_engine(self.settings.database_url)
        migrate.check(engine)
        return engine

    @cached_property
    def upgraded_engine(self) -> Engine:
        """The database, made or brought to this version first."""
        from models import migrate
        from models.session import open_engine

        engine = open_engine(self.settings.database_url)
        migrate.upgrade(engine)
        return engine

    def plan_folder(self, asked: Path | None) -> Path:
        """The plan's files: those asked for, KEHOACH_PLAN, the only plan in ./plan, else the one that comes with us."""
        import plan

        folder = asked or self.settings.plan_folder
        if folder is None:
            here = [each.parent for each in Path("plan").glob("*/plan.yaml")]
            folder = here[0] if len(here) == 1 else plan.PACKAGED
        if not folder.is_dir():
            raise RequestRefused("cli.no_plan_folder", folder=str(folder))
        self.folder = folder
        return folder

    def plan_to_sync(self, asked: Path | None) -> Path:
        """As `plan_folder`; the plan that comes with us is never laid beside plans of somebody's own by mistake."""
        from usecases.contents import require_chosen

        folder = self.plan_folder(asked)
        if asked is None:
            require_chosen(folder, self._plans_known())
        return folder

    def _plans_known(self) -> list[str]:
        from usecases.contents import plan_ids

        try:
            return plan_ids(self.engine)
        except OutsideFailed as failed:
            if failed.code in ("ledger.no_database", "ledger.older_database"):
                return []  # sync makes or upgrades it
            raise

    def contents(self, directory: Path | None) -> Contents:
        """What the plan says: from the files where a folder is given, else from the database."""
        from usecases import contents

        if directory is not None:
            return contents.of_files(self.plan_folder(directory))
        return contents.of_database(self.engine, plan=self.plan)

    @property
    def overlay(self) -> Path | None:
        """What the office adds over the plan, where the data folder has it."""
        return self.settings.overlay if self.settings.overlay.exists() else None

    @property
    def base(self) -> str:
        """Where people reach the desk, without the slash at its end: KEHOACH_BASE_URL, else where `kehoach serve`
        listens unless told otherwise."""
        return self.settings.base_url.rstrip("/") or "http://127.0.0.1:8765"

    @property
    def recorded_by(self) -> str:
        """Who types: --recorder, KEHOACH_RECORDER, else the account's name where it has one."""
        return self.recorder or self.settings.recorder or os.environ.get("USER") or os.environ.get("USERNAME") or "cli"

    def record(self, verb: Callable[..., Any], **told: Any) -> None:
        """Have one entry written and say what it came to."""
        entry = verb(
            self.engine,
            plan=self.plan,
            now=self.now,
            recorded_by=self.recorded_by,
            channel=self.channel,
            request_id=self.request_id,
            **told,
        )
        from outputs import explain

        document = entry.as_json()
        line = explain.measured_line if "target" in document else explain.recorded_line
        self.show(document, lambda: [line(document, self.lang)])

    def show(self, document: Any, readable: Callable[[], Table | list[str]]) -> None:
        """The one JSON document where it was asked for, else what people read."""
        if self.as_json:
            self.json(document)
        else:
            self.print(readable())

    def json(self, document: object, *, indent: int | None = None) -> None:
        """One JSON document on standard output: indented on a terminal, compact (and much faster) in a pipe."""
        import json

        if indent is None and sys.stdout.isatty():
            indent = 2
        typer.echo(json.dumps(document, ensure_ascii=False, indent=indent))

    def print(self, shown: Table | list[str]) -> None:
        """Lines as they are; a table with rules and colours on a terminal, plain aligned text in a pipe."""
        if isinstance(shown, list):
            typer.echo("\n".join(shown))
            return
        from outputs.tables import coloured, plain

        if sys.stdout.isatty():
            coloured(shown, sys.stdout)
        else:
            typer.echo(plain(shown))

    def write(self, body: bytes, output: Path | None) -> None:
        """The bytes to a file, whole or not at all, or to standard output as they are."""
        if output is None:
            sys.stdout.flush()
            sys.stdout.buffer.write(body)
            sys.stdout.buffer.flush()  # a reader that left early is then met here, not at the interpreter's end
            return
        from usecases.evidence import place

        if output.exists() and not output.is_file() and not output.is_dir():
            output.write_bytes(body)  # /dev/null, a pipe: to be written to, never to be replaced by a file
        else:
            place(output.resolve(), body)
        self.warn([self.say("written", file=output)])

    def warn(self, lines: list[str]) -> None:
        """Lines on standard error, apart from what was asked for."""
        for line in lines:
            typer.echo(line, err=True)

    @contextmanager
    def working(self, key: str) -> Iterator[Callable[[str], None]]:
        """Show on a terminal's standard error that long work is under way; what is yielded changes the words."""
        if not sys.stderr.isatty():
            yield lambda _: None
            return
        from rich.console import Console

        with Console(stderr=True).status(self.say(key)) as status:
            yield status.update

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, Any], None]]:
        """Tell the steps of the demonstration as they are reached: lines, and the day of the story on a terminal."""
        with self.working("demo_starting") as update:

            def tell(step: str, value: Any) -> None:
                text = self.say(f"demo_step_{step}", value=value)
                update(text)
                if step != "day":
                    self.warn([text])

            yield tell
