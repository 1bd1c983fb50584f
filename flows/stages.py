"""The four stages of a night as plain functions of plain values, each with its own connection; no Prefect here.

A stage may be killed anywhere and run again: what it does is idempotent below (usecases/), so nothing is remembered
here between stages or tries.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from flows.environment import ZONE
from rules.errors import RequestRefused
from settings import ChannelSettings, Settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from usecases.deliver import Emit
    from usecases.digest_links import Desk

RECORDED_BY = "kehoach"
"""Who typed what a night enters into the ledger: nobody, the program."""


@dataclass(frozen=True, slots=True)
class Night:
    """What every stage of one run is given: paths and addresses as text, days and instants in ISO 8601."""

    home: str
    database_url: str
    directory: str
    today: str
    """The local day the run stands for: all due up to and including it is done."""
    now: str
    """The instant of the run, with its UTC offset: when rows say they were written."""
    lang: str
    run: str
    """The run's own name, in claims of the outbox."""
    console: bool = False
    """Also say each notice in a line on the error stream."""
    base_url: str = ""
    """Where people reach the desk, so that calendars lead there."""

    @property
    def settings(self) -> Settings:
        return Settings.at(Path(self.home), self.database_url, self.lang)

    @property
    def day(self) -> date:
        return date.fromisoformat(self.today)

    @property
    def instant(self) -> datetime:
        return datetime.fromisoformat(self.now)


def night(
    *,
    home: str | None = None,
    database_url: str | None = None,
    directory: str | None = None,
    as_of: str | None = None,
    now: str | None = None,
    lang: str | None = None,
    run: str | None = None,
    console: bool = False,
) -> Night:
    """A night from parameters; what is not given comes from the environment (settings.py) and from the clock.

    `as_of` is a local day (default: the one it is at `now`, in Asia/Ho_Chi_Minh); `now` an instant with its offset,
    given by the demo and by tests only. Raises RequestRefused for a day or an instant that is none.
    """
    import plan

    known = Settings.from_environment(Path(home) if home else None)
    instant = _instant(now) if now else datetime.now(UTC)
    return Night(
        home=str(known.home.absolute()),
        database_url=database_url or known.database_url,
        directory=directory or str(known.plan_folder or plan.PACKAGED),
        today=(_day(as_of) if as_of else instant.astimezone(ZoneInfo(ZONE)).date()).isoformat(),
        now=instant.isoformat(),
        lang=lang if lang in ("vi", "en") else known.lang,
        run=run or str(uuid4()),
        console=console,
        base_url=known.base_url,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RequestRefused("flow.wrong_day", day=text) from None


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise RequestRefused("flow.wrong_instant", instant=text) from None
    if instant.tzinfo is None:
        raise RequestRefused("flow.wrong_instant", instant=text)
    return instant


def sync(night: Night) -> dict[str, Any]:
    """Plan files → occurrences; makes or migrates the database first."""
    from models.migrate import upgrade
    from usecases.contents import plan_ids, require_chosen
    from usecases.sync import sync

    overlay = night.settings.overlay
    with _engine(night) as engine:
        upgrade(engine)
        require_chosen(Path(night.directory), plan_ids(engine))
        report = sync(
            engine,
            directory=Path(night.directory),
            overlay=overlay if overlay.is_file() else None,
            now=night.instant,
            recorded_by=RECORDED_BY,
        )
    return report.as_json()


def sweep(night: Night) -> list[dict[str, Any]]:
    """What changed with the day: open work of units that ended moves to who succeeds them, due rungs to the outbox; and
    files that a kill left without an entry go."""
    from usecases import evidence
    from usecases.succession import succeed
    from usecases.sweep import sweep

    with _checked(night) as engine:
        moved = succeed(engine, today=night.day, now=night.instant, recorded_by=RECORDED_BY)
        reports = sweep(engine, today=night.day, now=night.instant)
        evidence.settle(engine, folder=night.settings.evidence, now=night.instant)
    succession = {(each.office, each.plan): each.as_json() for each in moved}
    return [each.as_json() | {"succession": succession.get((each.office, each.plan))} for each in reports]


def deliver(night: Night, emit: Emit | None = None) -> list[dict[str, Any]]:
    """Outbox → people's channels that the environment sets up, else files in the data folder (and the console).

    `emit` takes the events, else they wait.
    """
    from flows.channels import set_up
    from outputs.channels import Both, Channel, ConsoleChannel, FileChannel
    from usecases.deliver import deliver

    channel: Channel = FileChannel(night.settings.outbox, night.lang)
    if night.console:
        channel = Both(channel, ConsoleChannel(sys.stderr))
    known = ChannelSettings.from_environment()
    with _checked(night) as engine, set_up(known, night.settings.outbox, night.instant) as channels:
        reports = deliver(
            engine,
            channel=channel,
            channels=channels,
            now=night.instant,
            run=night.run,
            lang=night.lang,
            emit=emit,
            desk=_desk(night),
        )
    return [each.as_json() for each in reports]


def _desk(night: Night) -> Desk | None:
    """The desk that digests lead to; None where its address is not known, or its key is not here: a worker on another
    machine would make one of its own, and its links would open nothing."""
    if not night.base_url:
        return None
    from outputs.ical import base_address
    from usecases import desk_key
    from usecases.digest_links import Desk

    key = desk_key.read(Path(night.home))
    return None if key is None else Desk(base_address(night.base_url), key)


def publish(night: Night) -> list[dict[str, Any]]:
    """Calendars and the report, to files in the data folder."""
    from usecases.publish import publish

    with _checked(night) as engine:
        reports = publish(
            engine,
            folder=night.settings.published,
            today=night.day,
            now=night.instant,
            lang=night.lang,
            base=night.base_url,
        )
    return [each.as_json() for each in reports]


Stage = Callable[[Night], Any]

STAGES: dict[str, Stage] = {"sync": sync, "sweep": sweep, "deliver": deliver, "publish": publish}
"""In the order of a night."""


@contextmanager
def _engine(night: Night) -> Iterator[Engine]:
    from models.session import open_engine

    engine = open_engine(night.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _checked(night: Night) -> Iterator[Engine]:
    from models.migrate import check

    with _engine(night) as engine:
        check(engine)
        yield engine
