"""Who could not be reached, and why: for the desk, the monitoring officer's digest and a line after each delivery."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from models import digest, outbox
from models.session import begin, reading
from rules.delivery import EMAIL
from rules.errors import RequestRefused
from usecases import plans
from usecases.people import name_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

FAILED, DEAD, NO_ADDRESS = "failed", "dead", "no-address"


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One recipient of one plan who was not reached.

    `failed`: notices still wait, a channel did not take them; they are tried on every run. `dead`: an address that
    refused or bounced, nothing goes there until `write_again`. `no-address`: none is known, so they are told by file.
    """

    office: str
    plan: str
    recipient: str
    name: str
    why: str
    notices: int
    """How many wait (failed), or were written to files only."""
    since: date | None
    """failed: the day of the oldest that waits; dead: the local day the address died."""
    channel: str = ""
    address: str = ""
    reason: str = ""
    """What the channel said."""
    attempts: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"since": self.since.isoformat() if self.since else None}


def undelivered(engine: Engine, *, plan: str | None = None, lang: str = "vi") -> list[Undelivered]:
    """All of it, of one plan or of every plan in the database: failed first, then dead addresses, then none at all."""
    found: list[Undelivered] = []
    with reading(engine) as session:
        for office, plan_id in plans.all_plans(session, plan):
            found += of_plan(session, plans.in_force(session, office, plan_id), lang)
    return sorted(found, key=lambda each: (FAILED, DEAD, NO_ADDRESS).index(each.why))


def of_plan(session: Session, in_force: plans.InForce, lang: str = "vi") -> list[Undelivered]:
    """Those of one plan, inside a session that is open already, in the same order."""
    office, plan_id = in_force.office, in_force.plan
    waiting = outbox.stuck(session, office, plan_id)
    filed = outbox.written_to(session, office, plan_id)
    dead = digest.dead_addresses(session, office)
    return [
        *_failed(in_force, waiting, lang),
        *_dead(in_force, dead, filed, lang),
        *_unknown(in_force, filed, lang),
    ]


def _failed(in_force: plans.InForce, waiting: Iterable[Any], lang: str) -> list[Undelivered]:
    found = []
    for recipient, of in groupby(waiting, key=lambda row: row.recipient):
        rows = list(of)
        found.append(
            Undelivered(
                in_force.office,
                in_force.plan,
                recipient,
                name_of(in_force, recipient, lang),
                FAILED,
                len(rows),
                since=rows[0].due_on,
                reason=rows[-1].error or "",
                attempts=max(row.attempts for row in rows),
            )
        )
    return found


def _dead(in_force: plans.InForce, dead: Iterable[Any], filed: dict[str, int], lang: str) -> list[Undelivered]:
    return [
        Undelivered(
            in_force.office,
            in_force.plan,
            recipient,
            name_of(in_force, recipient, lang),
            DEAD,
            filed.get(recipient, 0),
            since=row.since.date(),
            channel=row.channel,
            address=row.address,
            reason=row.reason,
        )
        for row in dead
        for recipient, reach in in_force.reach.items()
        if reach.addresses.get(row.channel) == row.address
    ]


def _unknown(in_force: plans.InForce, filed: dict[str, int], lang: str) -> list[Undelivered]:
    return [
        Undelivered(
            in_force.office, in_force.plan, each, name_of(in_force, each, lang), NO_ADDRESS, filed[each], since=None
        )
        for each in sorted(filed)
        if each not in in_force.reach
    ]


class Address(NamedTuple):
    """Where the plan reaches somebody."""

    channel: str
    address: str
    names: tuple[str, ...]
    """Of those who are reached there."""


def living(engine: Engine, *, plan: str | None = None, lang: str = "vi") -> list[Address]:
    """The addresses of the plan that messages are sent to, by channel and address."""
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        dead = {(row.channel, row.address) for row in digest.dead_addresses(session, in_force.office)}
    found: dict[tuple[str, str], list[str]] = {}
    for recipient, reach in in_force.reach.items():
        for way in reach.addresses.items():
            found.setdefault(way, []).append(name_of(in_force, recipient, lang))
    return [Address(*way, tuple(sorted(names))) for way, names in sorted(found.items()) if way not in dead]


def mark_bounced(
    engine: Engine,
    *,
    address: str,
    reason: str,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    channel: str = EMAIL,
) -> bool:
    """Stop writing to an address that bounced, of the plan's office; False where that is noted already.

    Raises RequestRefused: `undelivered.needs_reason`, `.unknown_address` where nobody in the plan is reached there.
    """
    if not reason.strip():
        raise RequestRefused("undelivered.needs_reason")
    with begin(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        known = {each.addresses.get(channel) for each in in_force.reach.values()} - {None}
        if address not in known:
            near = plans.nearest(address, sorted(map(str, known)))
            raise RequestRefused("undelivered.unknown_address", address=address, near=near)
        row = {"office": in_force.office, "channel": channel, "address": address, "since": now}
        return digest.add_dead_address(session, row | {"reason": reason, "recorded_by": recorded_by})


def write_again(engine: Engine, *, address: str, plan: str | None = None, channel: str = EMAIL) -> bool:
    """Write to an address again, which somebody has mended; False where it was not dead."""
    with begin(engine) as session:
        office, _ = plans.find(session, plan)
        return digest.remove_dead_address(session, office, channel, address)
