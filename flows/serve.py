"""The nightly schedule on one machine: a Prefect server with its scheduler, and a runner that starts the nights.

`kehoach serve` runs this beside the desk as a process of its own: `python -m flows.serve`.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from flows import environment
from flows.run import api
from settings import Settings

if TYPE_CHECKING:
    from prefect.runner import Runner

CRON = "30 1 * * *"
"""01:30 in Việt Nam: after the day that ended can no longer be met, before anybody works."""

DELIVER_CRON = "30 7-17 * * *"
"""On the half hour of the working day: what hours held at night (`delivery`), what a channel refused."""

NAME = "nightly"


def serve_nightly(
    *,
    home: Path,
    database_url: str,
    directory: Path | None = None,
    lang: str = "vi",
    cron: str = CRON,
    verbose: bool = False,
) -> None:
    """Run `nightly` on `cron` (Asia/Ho_Chi_Minh) until SIGINT or SIGTERM, and once at the start.

    The first run catches up whatever nights were missed while the machine was off: nothing to do costs seconds. Each
    night is a process of its own; its errors go to the log, with their traceback.
    """
    with api(home, scheduling=True, level="INFO" if verbose else "WARNING"):
        runner, deployment = _runner(home, database_url, directory, lang, cron)
        _start_one(deployment)
        with suppress(KeyboardInterrupt):
            asyncio.run(runner.start())


def _runner(home: Path, database_url: str, directory: Path | None, lang: str, cron: str) -> tuple[Runner, UUID]:
    from prefect.runner import Runner
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.nightly import deliver, nightly

    # Paused on shutdown is Prefect's default: a restart after SIGINT would then never run again.
    runner = Runner(name=NAME, pause_on_shutdown=False, limit=1)
    deployment = runner.add_flow(
        nightly,
        name=NAME,
        schedules=[Cron(cron, timezone=environment.ZONE)],
        parameters={
            "home": str(home.absolute()),
            "database_url": database_url,
            "directory": str(directory.absolute()) if directory else None,
            "lang": lang,
        },
        concurrency_limit=1,
        tags=["kehoach"],
        # By module, not by file: the same wherever the process was started, and `flows/` stays off the import path.
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    runner.add_flow(
        deliver,
        name="deliver",
        schedules=[Cron(DELIVER_CRON, timezone=environment.ZONE)],
        parameters={"home": str(home.absolute()), "database_url": database_url, "lang": lang},
        concurrency_limit=1,
        tags=["kehoach"],
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(deployment, UUID)  # a coroutine only where a loop runs already
    return runner, deployment


def _start_one(deployment: UUID) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        client.create_flow_run_from_deployment(deployment, name="catch-up")


def main() -> None:
    """Serve with the settings of the environment (settings.py)."""
    settings = Settings.from_environment()
    logging.getLogger("httpx").setLevel(logging.WARNING)  # else a line for every poll
    serve_nightly(
        home=settings.home, database_url=settings.database_url, directory=settings.plan_folder, lang=settings.lang
    )


if __name__ == "__main__":
    main()
