"""From an instant to the local day of the plan's zone, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_day(now: datetime, zone: str) -> date:
    """The day it is in `zone` at the aware instant `now`."""
    return now.astimezone(ZoneInfo(zone)).date()


def end_of(day: date, zone: str) -> datetime:
    """The last instant of `day` in `zone`, in UTC: what «as at 24:00 of that day» still includes."""
    midnight = datetime.combine(day + timedelta(days=1), time(0), ZoneInfo(zone))
    return (midnight - timedelta(microseconds=1)).astimezone(UTC)
