"""The nightly flow and its four parts. One flow, one task a stage: a task costs milliseconds, a sub-flow a second.

Results are never cached: a stage is repeated because it may have died half-way, and what makes that harmless is in the
database (docs/decisions/0030-prefect-grain.md).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.runtime import flow_run, task_run
from prefect.tasks import Task, exponential_backoff

from flows import stages
from flows.announce import emit
from flows.channels import limited, places
from flows.stages import Night
from outputs.channels import ChannelFailed
from rules.errors import OutsideFailed
from rules.states import CELLS
from settings import ChannelSettings
from texts import say

ARTIFACT = "kehoach-progress"
"""The key of the progress table among Prefect's artifacts."""

DELIVERIES = 4
"""How often a delivery is tried in one run, the first among them; what then still waits is the next run's."""


def _outside(_of: Task[..., Any], _run: TaskRun, state: State) -> bool:
    """Whether another try may help: not where the plan or the request is wrong."""
    return isinstance(state.result(raise_on_failure=False), OutsideFailed)


@task(name="sync", cache_policy=NO_CACHE, persist_result=False)
def sync_task(night: Night) -> dict[str, Any]:
    """Plan files → occurrences."""
    return stages.sync(night)


@task(name="sweep", cache_policy=NO_CACHE, persist_result=False)
def sweep_task(night: Night) -> list[dict[str, Any]]:
    """Due rungs → outbox."""
    return stages.sweep(night)


@task(
    name="deliver",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=DELIVERIES - 1,
    retry_delay_seconds=exponential_backoff(1),
    retry_condition_fn=_outside,
)
def deliver_task(night: Night) -> list[dict[str, Any]]:
    """Outbox → channels; tried again, after 1, 2 and 4 seconds, while some of it could not be sent."""
    with places(limited(ChannelSettings.from_environment())):
        reports = stages.deliver(night, emit)
    failed = sum(each["failed"] for each in reports)
    if failed and task_run.run_count < DELIVERIES:
        raise ChannelFailed("deliver", failed)
    return reports


@task(name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish_task(night: Night) -> list[dict[str, Any]]:
    """Calendars and the report → files; the progress table → Prefect."""
    reports = stages.publish(night)
    create_table_artifact(
        key=ARTIFACT,
        table=progress_table(reports, night.lang),
        description=say("flow.progress", night.lang, day=f"{night.day:%d/%m/%Y}"),
    )
    return reports


TASKS: dict[str, Callable[[Night], Any]] = {
    "sync": sync_task,
    "sweep": sweep_task,
    "deliver": deliver_task,
    "publish": publish_task,
}


def progress_table(reports: list[dict[str, Any]], lang: str) -> list[dict[str, Any]]:
    """Rows of unit and the four cells (design section 3, counting), over all plans of the run."""
    names = {cell: say(f"flow.column.{cell}", lang) for cell in ("unit", *CELLS)}
    return [{name: row[cell] for cell, name in names.items()} for report in reports for row in report["progress"]]


@flow(name="nightly")
def nightly(
    home: str | None = None,
    database_url: str | None = None,
    directory: str | None = None,
    as_of: str | None = None,
    now: str | None = None,
    lang: str | None = None,
    console: bool = False,
) -> dict[str, Any]:
    """sync → sweep → deliver → publish, in this order; every one of them can be killed and run again."""
    return _run(tuple(TASKS), home, database_url, directory, as_of, now, lang, console)


@flow(name="sync")
def sync(
    home: str | None = None,
    database_url: str | None = None,
    directory: str | None = None,
    now: str | None = None,
    lang: str | None = None,
) -> dict[str, Any]:
    """The plan's files into the database."""
    return _run(("sync",), home, database_url, directory, None, now, lang)


@flow(name="sweep")
def sweep(
    home: str | None = None,
    database_url: str | None = None,
    as_of: str | None = None,
    now: str | None = None,
    lang: str | None = None,
) -> dict[str, Any]:
    """What changed with the day, into the outbox."""
    return _run(("sweep",), home, database_url, None, as_of, now, lang)


@flow(name="deliver")
def deliver(
    home: str | None = None,
    database_url: str | None = None,
    as_of: str | None = None,
    now: str | None = None,
    lang: str | None = None,
    console: bool = False,
) -> dict[str, Any]:
    """What waits in the outbox, out."""
    return _run(("deliver",), home, database_url, None, as_of, now, lang, console)


@flow(name="publish")
def publish(
    home: str | None = None,
    database_url: str | None = None,
    as_of: str | None = None,
    now: str | None = None,
    lang: str | None = None,
) -> dict[str, Any]:
    """Calendars, the report and the progress table."""
    return _run(("publish",), home, database_url, None, as_of, now, lang)


def _run(
    names: tuple[str, ...],
    home: str | None,
    database_url: str | None,
    directory: str | None,
    as_of: str | None,
    now: str | None,
    lang: str | None,
    console: bool = False,
) -> dict[str, Any]:
    night = stages.night(
        home=home,
        database_url=database_url,
        directory=directory,
        as_of=as_of,
        now=now,
        lang=lang,
        run=str(flow_run.id),
        console=console,
    )
    return {"today": night.today, "now": night.now} | {name: TASKS[name](night) for name in names}
