"""When a message may reach a person, and by which ways: hours that hold (never drop), addresses in order of preference.

Hours are local to the plan's zone. A hold has no moment at which it must be resumed: whichever run comes first after it
sends what waits, so an outage at the digest's hour loses nothing (Vikunja's digest fires only in one exact minute).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time

from rules.days import CalendarRangeError, WorkingCalendar

EMAIL, ZALO = "email", "zalo"

OF_ONE_PERSON = frozenset({EMAIL, ZALO})
"""Channels of which only the recipient reads: a text to paste goes into a group, a service's address may be a room."""

DAY_OFF, EARLY, QUIET, TOLD_TODAY = "day-off", "early", "quiet", "told-today"
"""Why a notice waits: a day off, before the digest's hour, quiet hours, its recipient has had today's digest."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The office's choice (escalation.yaml, `delivery`); nothing is held where it chose nothing."""

    at: time | None = None
    """The digest's hour: nothing leaves before it on any day."""
    quiet: tuple[time, time] | None = None
    """From (inclusive) to (exclusive); from 20:00 to 07:00 goes over midnight."""
    hold_days_off: bool = False
    """Whether what falls on a day off waits for the next working day."""

    def held(self, now: datetime, calendar: WorkingCalendar) -> str | None:
        """Why nothing may leave at `now` (aware, in the plan's zone); None where it may.

        A day outside the calendar's years counts as worked: told on a day off beats not told.
        """
        hour = now.time()
        if self.hold_days_off and not _is_working(now, calendar):
            return DAY_OFF
        if self.quiet is not None and _between(hour, *self.quiet):
            return QUIET
        return EARLY if self.at is not None and hour < self.at else None


def _between(hour: time, first: time, last: time) -> bool:
    return first <= hour < last if first <= last else hour >= first or hour < last


def _is_working(now: datetime, calendar: WorkingCalendar) -> bool:
    try:
        return calendar.is_working(now.date())
    except CalendarRangeError:
        return True


@dataclass(frozen=True, slots=True)
class Reach:
    """How one person is reached."""

    addresses: Mapping[str, str] = field(default_factory=dict)
    """Address by channel: `email`, `zalo` (the user's id at the office's OA), an office's own service."""
    channels: tuple[str, ...] = ()
    """The channels the person prefers, first the best; empty: all that have an address, e-mail before the others."""

    def ways(self, offered: Collection[str], dead: Collection[tuple[str, str]] = ()) -> list[tuple[str, str]]:
        """(channel, address) pairs to try in turn: of the channels `offered`, without the `dead` addresses.

        A channel that the person names without an address has one of its own (a Teams room, a Zalo group).
        """
        chosen = self.channels or sorted(self.addresses, key=lambda name: name != EMAIL)
        ways = [(name, self.addresses.get(name, "")) for name in chosen if name in offered]
        return [way for way in ways if way not in dead]
