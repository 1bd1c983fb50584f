"""The occurrence that a request is about, and whose word is recorded of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models import queries
from models.session import reading
from rules.values import Key
from web.api.problems import Problem

if TYPE_CHECKING:
    from web.api.bodies import OfUnit, Said
    from web.api.caller import Caller


@dataclass(frozen=True, slots=True)
class Work:
    """An occurrence that the caller may see."""

    id: str
    """As use cases name it: task/unit/period."""
    held_by: str


def visible(caller: Caller, task: str, unit: str, period: str, *, withdrawn: bool = False) -> Work:
    """The occurrence of the path. A case, another unit's work and an id that was never given are one refusal.

    `withdrawn`: also what the plan no longer asks, of which past days can still be shown.
    """
    with reading(caller.engine) as session:
        row = queries.occurrence(session, Key(caller.office, caller.in_force.plan, task, unit, period))
    if row is None or row.private or not caller.sees(row.held_by) or (row.withdrawn and not withdrawn):
        raise hidden()
    return Work(f"{task}/{unit}/{period}", row.held_by)


def hidden() -> Problem:
    """What is not there, or not for this caller."""
    return Problem(404, "api.no_occurrence")


def of_unit(caller: Caller, said: OfUnit, default: str | None) -> dict[str, Any]:
    """What a verb is told where it is a unit's word: `by` (default: `default`) and the way it came.

    A unit's token speaks for its unit and no other. The office names the way by which another's word reached it.
    """
    by = said.by or default
    if not caller.sees_all and by != caller.unit:
        raise Problem(403, "api.not_your_unit", faults=[("api.not_your_unit", {}, "body", "by")])
    if by is not None and by not in caller.in_force.units:
        raise Problem(422, "request.unknown_unit", {"unit": by}, [("request.unknown_unit", {"unit": by}, "body", "by")])
    return {"by": by, **common(caller, said.request_id), "on": said.on, "channel": channel(caller, by, said.channel)}


def of_office(caller: Caller, said: Said) -> dict[str, Any]:
    """What a verb is told where it is the office's word: that of the unit of the token."""
    if caller.unit is None:
        raise Problem(422, "api.no_unit")
    return {"by": caller.unit, **common(caller, said.request_id), "on": said.on, "channel": "api"}


def channel(caller: Caller, by: str | None, said: str | None) -> str:
    """`api` for one's own word; of another's how it reached the office, which must be said."""
    if by is not None and by == caller.unit:
        return said if said is not None and caller.sees_all else "api"
    if said is None:
        raise Problem(422, "api.needs_way", faults=[("api.needs_way", {}, "body", "channel")])
    return said


def common(caller: Caller, request_id: str | None) -> dict[str, Any]:
    """What every verb is told: the plan, the moment, who types, and the request's id, apart from those of others."""
    key = caller.request_key
    if key is not None and request_id is not None and key != request_id:
        raise Problem(422, "api.two_keys", faults=[("api.two_keys", {}, "header", "Idempotency-Key")])
    chosen = request_id or key
    return {
        "plan": caller.plan,
        "now": caller.now,
        "recorded_by": caller.recorded_by,
        "request_id": f"api:{caller.id}:{chosen}" if chosen else None,
    }
