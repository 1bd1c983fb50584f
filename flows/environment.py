"""Prefect's settings, before it is imported: quiet, offline, and its own database inside the data folder.

Prefect reads its environment once, at import. What somebody has set already stays as it is, but for what would call
home: that is always off (docs/decisions/0030-prefect-grain.md lists every look-up found in 3.8.8).
"""

from __future__ import annotations

import os
from pathlib import Path

from rules.errors import OutsideFailed

ZONE = "Asia/Ho_Chi_Minh"
"""The zone of every schedule, and of the day a run stands for. Việt Nam has one zone and no summer time."""

OFFLINE = {
    # Amplitude, on the first import in a terminal; the word is honoured by many tools (consoledonottrack.com).
    "DO_NOT_TRACK": "1",
    # sens-o-matic.prefect.io, by the server every ten minutes, by an ephemeral one too.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # Block documentation and logos point outside; nothing here uses a block.
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}

QUIET = "CRITICAL"
"""An error in a stage is told once, by the command; Prefect would print it too, with a traceback."""

_DEFAULTS = {
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_CLI_COLORS": "false",
    "PREFECT_UI_ENABLED": "false",
    "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
    # Leases outlive the server, else a restart would keep the places of the runs that it ended (flows.channels).
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
    # An event is confirmed once it is stored; five seconds (the default) would be the longest stage of a night.
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL": "0.2",
}


def prepare(home: Path, *, level: str = QUIET) -> None:
    """Set what Prefect reads at import; `level` is that of its log, on the error stream.

    Raises OutsideFailed where the data folder cannot be written.
    """
    os.environ.update(OFFLINE)
    defaults = _DEFAULTS | {
        "PREFECT_HOME": str(home.absolute() / "prefect"),
        "PREFECT_LOGGING_LEVEL": level,
        "PREFECT_SERVER_LOGGING_LEVEL": level,
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)
    try:
        Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutsideFailed("flow.no_home", place=os.environ["PREFECT_HOME"], reason=error.strerror) from error
