"""From an instant to the local day of the plan's zone."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo


def local_day(now: datetime, zone: str) -> date:
    """The day it is in `zone` at the aware instant `now`."""
    return now.astimezone(ZoneInfo(zone)).date()
