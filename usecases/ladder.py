"""Why the ladder of one occurrence is as it is: what was sent, what comes next, when, to whom, and what stays unsaid.

The rules plan it (rules.ladder.planned), the outbox tells what became of it; nothing here decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import queries
from models.session import reading
from rules import ladder, states
from rules.ladder import Why
from rules.values import REQUESTED, State, Terms
from usecases import plans
from usecases.enter import find_occurrence
from usecases.moment import local_day

if TYPE_CHECKING:
    from sqlalchemy import Engine

_SAID = ("sent", "folded")
_SILENCING = ("urged", "same_person")

DUE, SILENT = "due", "silent"
"""Still to come; said to nobody, for the reasons given. The other states are those of a notice."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung to one recipient, as planned and as it went."""

    rung: str
    role: str
    recipient: str | None
    """A person's id or an address; None where nobody can be told."""
    nominal: date | None
    """The day that the policy counts to; None for what was told of an earlier deadline version."""
    due_on: date
    version: int
    state: str
    """due, silent, or the notice's: pending, sent, folded, dropped."""
    sent_at: datetime | None = None
    channel: str | None = None
    why: tuple[Why, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "rung": self.rung,
            "role": self.role,
            "recipient": self.recipient,
            "nominal": _iso(self.nominal),
            "due_on": self.due_on.isoformat(),
            "version": self.version,
            "state": self.state,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "channel": self.channel,
            "why": [why_json(each) for each in self.why],
        }


@dataclass(frozen=True, slots=True)
class Explained:
    """The whole ladder of one occurrence, and what holds for all of it."""

    occurrence: str
    today: date
    status: str
    version: int
    last_day: date | None
    extended_from: date | None
    extensions: int
    asked_until: date | None
    steps: list[Step]
    why: tuple[Why, ...] = ()
    """What holds for the whole ladder: closed, waits for confirmation, advisory, requested, a case, extended…"""

    def as_json(self) -> dict[str, Any]:
        return {
            "occurrence": self.occurrence,
            "today": self.today.isoformat(),
            "status": self.status,
            "version": self.version,
            "last_day": _iso(self.last_day),
            "extended_from": _iso(self.extended_from),
            "extensions": self.extensions,
            "asked_until": _iso(self.asked_until),
            "why": [why_json(each) for each in self.why],
            "steps": [each.as_json() for each in self.steps],
        }


def why_json(why: Why) -> dict[str, str | None]:
    """A reason: its code, the day and the person, address or rung that it is about (null where it is about none)."""
    return {"code": why.code, "day": _iso(why.day), "who": why.who}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def explain(
    engine: Engine, *, occurrence: str, now: datetime, plan: str | None = None
) -> tuple[Explained, plans.InForce]:
    """The rungs of the deadline version that stands, told or not, and what was told of earlier ones, by day; with the
    plan, which knows what people are called."""
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        terms, state = find_occurrence(session, in_force, occurrence)
        notices = [row for row in queries.notices_of(session, terms.key) if row.recipient != ladder.EVENTS]
    today = local_day(now, in_force.zone)
    every = ladder.planned(terms, state, in_force.policy, in_force.calendar, in_force.directory)
    explained = Explained(
        occurrence=terms.key.short,
        today=today,
        status=states.status(terms, state, today),
        version=state.version,
        last_day=state.last_day,
        extended_from=state.extended_from,
        extensions=state.extensions,
        asked_until=state.asked_until,
        steps=_steps(every, notices, state, today),
        why=tuple(_of_all(terms, state, every)),
    )
    return explained, in_force


def _steps(every: list[ladder.Planned], notices: list[Any], state: State, today: date) -> list[Step]:
    held = {(row.rung, row.version, row.recipient): row for row in notices}
    steps = []
    for each in every:
        telling = each.telling
        if telling.recipient == ladder.EVENTS:
            continue
        row = held.pop((telling.rung, telling.version, telling.recipient), None)
        steps.append(_planned(each, today) if row is None else _told(row, each.nominal, _still_so(each, row)))
    steps += [_told(row, None, _of_the_past(row, state)) for row in held.values()]
    return sorted(steps, key=lambda step: (step.due_on, step.version, step.rung, step.recipient or ""))


def _still_so(each: ladder.Planned, row: Any) -> tuple[Why, ...]:
    """The plan's reasons; of what was told all the same, not those why it would be told to nobody now."""
    if each.told or row.state not in _SAID:
        return each.why
    return tuple(why for why in each.why if why.code not in _SILENCING)


def _planned(each: ladder.Planned, today: date) -> Step:
    telling = each.telling
    missed = each.told and telling.due_on <= today
    return Step(
        rung=telling.rung,
        role=telling.role,
        recipient=telling.recipient or None,
        nominal=each.nominal,
        due_on=telling.due_on,
        version=telling.version,
        state=DUE if each.told else SILENT,
        why=(*each.why, Why("next_run")) if missed else each.why,
    )


def _told(row: Any, nominal: date | None, why: tuple[Why, ...]) -> Step:
    return Step(
        rung=row.rung,
        role=row.role,
        recipient=row.recipient,
        nominal=nominal,
        due_on=row.due_on,
        version=row.version,
        state=row.state,
        sent_at=row.sent_at,
        channel=row.channel,
        why=why,
    )


def _of_the_past(row: Any, state: State) -> tuple[Why, ...]:
    """Why a notice is no longer among what the ladder tells."""
    if row.state != "dropped":
        return ()
    return (Why("new_deadline", state.last_day),) if row.version < state.version else (Why("no_longer"),)


def _of_all(terms: Terms, state: State, every: list[ladder.Planned]) -> list[Why]:
    found = [
        (state.phase in ("done", "cancelled"), Why("closed", state.done_on)),
        (state.phase == "submitted", Why("waits", state.waits_since)),
        (state.extensions > 0, Why("extended", state.extended_from, str(state.extensions))),
        (state.asked_until is not None, Why("asked", state.asked_until)),
        (terms.advisory, Why("advisory")),
        (terms.relation == REQUESTED, Why("requested")),
        (terms.private, Why("private")),
        (state.last_day is None, Why("no_day")),
        (not every and states.is_open(state) and state.last_day is not None, Why("no_rung")),
    ]
    return [why for holds, why in found if holds]
