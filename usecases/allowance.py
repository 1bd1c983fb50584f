"""How much a unit may have stored in a day by what it sends itself: a link that leaked must not fill the disk.

Counted by the rows of stored files, in one indexed read. What the office enters for a unit, and what the command line
puts in, is not counted and not bound.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from models import erasure, queries
from rules.errors import RequestRefused
from usecases.evidence import Sent, digest
from usecases.moment import local_day
from usecases.plans import InForce

if TYPE_CHECKING:
    from sqlmodel import Session

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much a unit may still have stored today by what it sends itself."""

    left: int
    """Bytes; never below zero."""
    most: int


def allowance(session: Session, in_force: InForce, unit: str, now: datetime, most: int) -> Allowance:
    """What is left to the unit of `most` bytes on the local day of `now`."""
    midnight = datetime.combine(local_day(now, in_force.zone), time(0), ZoneInfo(in_force.zone))
    sent = queries.sent_since(session, in_force.office, in_force.plan, unit, midnight.astimezone(UTC))
    return Allowance(max(0, most - sent), most)


def require_room(
    session: Session, in_force: InForce, files: Sequence[Sent], unit: str, now: datetime, most: int
) -> None:
    """Refuse (`upload.day_full`) what would make the unit's day more than `most` bytes; what is there already costs
    nothing."""
    by_hash = {digest(each): len(each.body) for each in files}
    known = {row.sha256 for row in erasure.files(session, in_force.office, in_force.plan, by_hash)}
    new = sum(size for sha256, size in by_hash.items() if sha256 not in known)
    room = allowance(session, in_force, unit, now, most)
    if new > room.left:
        left, of_day = (round(each / MEGABYTE, 1) for each in (room.left, most))
        raise RequestRefused("upload.day_full", unit=in_force.unit_name(unit), left=f"{left:g}", most=f"{of_day:g}")
