"""One occurrence whole: its dates and where they come from, the clause, the ledger, and the ladder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import erasure, queries
from models.session import reading
from rules import ladder, states
from rules.errors import RequestRefused
from rules.evidence import named
from rules.values import Terms
from usecases import plans, record
from usecases.moment import local_day
from usecases.status import Item, replay
from usecases.steps import standing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the ledger, as it is read aloud."""

    seq: int
    kind: str
    happened_on: date
    recorded_at: datetime
    declared_by: str
    recorded_by: str
    channel: str
    line: str | None
    data: dict[str, Any]
    text: str | None
    """None where there is none or where it was erased."""
    erased_on: date | None = None
    """The local day on which its text was erased."""
    file_erased_on: date | None = None
    """The same of the files that went with it, once none of them is left."""
    files_erased: Mapping[str, date] = field(default_factory=dict)
    """When which of them were erased, by SHA-256."""

    def as_json(self) -> dict[str, Any]:
        names = ("seq", "kind", "declared_by", "recorded_by", "channel", "line", "data", "text")
        return {name: getattr(self, name) for name in names} | {
            "happened_on": self.happened_on.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "erased_on": self.erased_on.isoformat() if self.erased_on else None,
            "file_erased_on": self.file_erased_on.isoformat() if self.file_erased_on else None,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder: when, to whom, and what became of it."""

    rung: str
    due_on: date
    recipient: str
    version: int
    state: str
    """due (still to come), or the notice's: pending, sent, folded, dropped."""
    sent_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "rung": self.rung,
            "due_on": self.due_on.isoformat(),
            "recipient": self.recipient,
            "version": self.version,
            "state": self.state,
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
        }


@dataclass(frozen=True, slots=True)
class Shown:
    """What `kehoach show` and a task's page tell."""

    item: Item
    task: dict[str, Any] | None
    """The task's entry of the `tasks` contract; None for a check-in, which the plan's rounds make."""
    ledger: list[Line]
    ladder: list[Step]
    in_force: plans.InForce

    def as_json(self) -> dict[str, Any]:
        dates = self.item.terms.dates
        return self.item.as_json() | {
            "kind": self.item.terms.kind,
            "advised_day": dates.advised_day.isoformat() if dates.advised_day else None,
            "time": dates.time.isoformat("minutes") if dates.time else None,
            "set_by": dates.set_by,
            "words": dates.words,
            "reason": dates.reason or None,
            "with": self.task["with"] if self.task else [],
            "sources": self.task["sources"] if self.task else [],
            "confirm": self.item.terms.confirm,
            "extensions": self.item.state.extensions,
            "asked_until": self.item.state.asked_until.isoformat() if self.item.state.asked_until else None,
            "stuck": stuck.as_json() if (stuck := standing(self.item.terms, self.item.state)) else None,
            "evidence": self.item.terms.evidence,
            "ledger": [each.as_json() for each in self.ledger],
            "ladder": [each.as_json() for each in self.ladder],
        }


def show(
    engine: Engine,
    *,
    occurrence: str,
    now: datetime,
    plan: str | None = None,
    as_of: date | None = None,
    known_by: date | None = None,
) -> Shown:
    """Everything about one occurrence, at the end of `as_of` (local day; default today), in the plan as it then stood.

    Raises RequestRefused: `request.not_there_yet`, where the plan did not ask it yet or its event had not happened.
    """
    with reading(engine) as session:
        office, plan_id = plans.find(session, plan)
        in_force = plans.in_force(session, office, plan_id)
        today = local_day(now, in_force.zone)
        day = as_of or today
        terms, state = record.find_occurrence(session, in_force, occurrence)
        if day < today or known_by is not None:
            then, pairs = replay(session, in_force, day, known_by, withdrawn=True, key=terms.key)
            if then is None or not pairs:
                raise RequestRefused("request.not_there_yet", occurrence=occurrence, day=day)
            in_force, ((terms, state),) = then, pairs
        steps = _steps(session, in_force, terms, state, day)
        told = [step for step in steps if step.state != "due" and step.version == state.version]
        item = Item(
            terms,
            state,
            states.status(terms, state, day),
            states.days_late(terms, state, day),
            max(told, key=lambda step: step.due_on).rung if told else None,
        )
        return Shown(
            item,
            in_force.tasks.get(terms.key.task),
            _lines(session, terms, day, known_by, in_force.zone),
            steps,
            in_force,
        )


def _lines(session: Session, terms: Terms, day: date, known_by: date | None, zone: str) -> list[Line]:
    """What is erased is gone of every past day, too; when it was erased is said of all of them."""
    entries = queries.entries_of(session, terms.key)
    marks = erasure.marks(session, terms.key.office, terms.key.plan, entries)
    return [
        Line(
            entry.seq,
            entry.kind,
            entry.happened_on,
            entry.recorded_at,
            entry.declared_by,
            entry.recorded_by,
            entry.channel,
            entry.line,
            data := json.loads(entry.data),
            text,
            marks.texts.get(entry.seq),
            marks.of_files(data),
            {sha256: marks.files[sha256] for sha256 in named(data) if sha256 in marks.files},
        )
        for entry, text in entries
        if entry.happened_on <= day and (known_by is None or local_day(entry.recorded_at, zone) <= known_by)
    ]


def _steps(session: Session, in_force: plans.InForce, terms: Terms, state: Any, day: date) -> list[Step]:
    told = [
        _told(row, day, in_force.zone)
        for row in queries.notices_of(session, terms.key)
        if row.due_on <= day and row.recipient != ladder.EVENTS
    ]
    have = {(step.rung, step.version, step.recipient) for step in told}
    coming = [
        Step(each.rung, each.due_on, each.recipient, each.version, "due")
        for each in ladder.tellings(terms, state, in_force.policy, in_force.calendar, in_force.directory)
        if each.recipient != ladder.EVENTS and (each.rung, each.version, each.recipient) not in have
    ]
    return sorted([*told, *coming], key=lambda step: (step.due_on, step.version, step.rung))


def _told(row: Any, day: date, zone: str) -> Step:
    """A notice of the outbox as at the end of `day`: one that left later was still waiting."""
    if row.sent_at is not None and local_day(row.sent_at, zone) > day:
        return Step(row.rung, row.due_on, row.recipient, row.version, "pending")
    return Step(row.rung, row.due_on, row.recipient, row.version, row.state, row.sent_at)
