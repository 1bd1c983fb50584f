"""The one door of the command line to the flows: run a stage, get its reports, or one of our own errors."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flows import environment
from rules.errors import KehoachError, OutsideFailed, RequestRefused

STAGES = ("nightly", "sync", "sweep", "deliver", "publish")


def run(
    stage: str,
    *,
    home: Path,
    database_url: str,
    directory: Path | None = None,
    as_of: str | None = None,
    now: str | None = None,
    lang: str = "vi",
    console: bool = False,
    verbose: bool = False,
) -> dict[str, Any]:
    """Run one stage, or `nightly`, as a Prefect flow; returns {today, now, <stage>: report, …} of plain values.

    `as_of` is a local day in ISO 8601 (default: today in Asia/Ho_Chi_Minh), `now` an instant with its offset (default:
    the clock). The reports are those of the use cases (`as_json`), a list of one a plan for all but `sync`. Uses the
    Prefect API that the environment names (PREFECT_API_URL), else one of its own for the time of the run.
    Raises KehoachError as the stage did, OutsideFailed where Prefect itself failed.
    """
    if stage not in STAGES:
        raise RequestRefused("flow.unknown_stage", stage=stage, allowed=", ".join(STAGES))
    given = {
        "home": str(home.absolute()),
        "database_url": database_url,
        "directory": str(directory.absolute()) if directory else None,
        "as_of": as_of,
        "now": now,
        "lang": lang,
        "console": console,
    }
    with api(home, level="INFO" if verbose else environment.QUIET):
        from flows import nightly

        flow = getattr(nightly, stage)
        takes = inspect.signature(flow.fn).parameters
        return _translated(stage, flow, {name: value for name, value in given.items() if name in takes})


@contextmanager
def api(home: Path, *, level: str = environment.QUIET, scheduling: bool = False) -> Iterator[None]:
    """Prefect's API for what runs inside: the one that is set, else one of our own for as long as this lasts.

    `run` opens it by itself; around several runs it saves two to six seconds for each after the first. `scheduling`:
    flows run in other processes, on a schedule.
    """
    environment.prepare(home, level=level)
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    from flows import server

    # Without heartbeats a flow need not wait a second for their thread to end; they serve to find crashed runs of a
    # worker, and this run's end is seen by who started it.
    quick = {} if scheduling else {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}
    if PREFECT_API_URL.value():
        with temporary_settings(quick):
            yield
        return
    with server.running(scheduling=scheduling) as url, temporary_settings(quick | {PREFECT_API_URL: url}):
        try:
            yield
        finally:
            _let_go()


def _let_go() -> None:
    """End Prefect's sender of events before its server goes: what it still holds leaves, and exit is quiet."""
    from prefect.events.worker import EventsWorker

    logging.getLogger("EventsWorker").setLevel(logging.ERROR)  # it warns that there was something to send
    EventsWorker.drain_all()


def _translated(stage: str, flow: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    import httpx
    from prefect.exceptions import PrefectException

    try:
        result: dict[str, Any] = flow(**parameters)
    except KehoachError as error:
        raise error from None
    except (PrefectException, httpx.HTTPError) as error:
        raise _ours(error) or OutsideFailed("flow.failed", stage=stage, reason=_reason(error)) from error
    return result


def _ours(error: BaseException | None) -> KehoachError | None:
    """Our own error inside Prefect's wrappers, if there is one."""
    while error is not None and not isinstance(error, KehoachError):
        error = error.__cause__ or error.__context__
    return error


def _reason(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
