"""From the outbox to the channels: claim, send, mark. After a crash a notice may go twice, never not at all.

A claim is one update that must change one row. Only one deliverer of an office runs at a time (models.locks), so a
claim that it finds was left by a run that died, and is taken again at once. Several rungs of one occurrence that wait
for the same recipient, after an outage say, become one message: the last one; the others are marked as folded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from models import queries
from models.locks import delivering
from models.session import begin, reading
from outputs.channels import Channel, ChannelFailed
from outputs.notices import OverdueEvent, Told, notice_id, write
from rules import ladder
from rules.values import Terms
from texts import say
from usecases import changes, plans
from usecases.people import name_of

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine

Emit = Callable[[list[OverdueEvent]], Iterable["UUID"]]
"""Hands events over and answers with the ids that are known to have arrived."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What left the outbox of one plan. `failed` stay in it and are tried again."""

    office: str
    plan: str
    sent: int = 0
    folded: int = 0
    failed: int = 0
    events: int = 0
    waiting_events: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def deliver(
    engine: Engine,
    *,
    channel: Channel,
    now: datetime,
    run: str,
    plan: str | None = None,
    lang: str = "vi",
    emit: Emit | None = None,
) -> list[DeliveryReport]:
    """Send what waits in the outbox of one plan or of all. Without `emit` the events wait for a run that has it."""
    with reading(engine) as session:
        named = plans.all_plans(session, plan)
    reports = []
    for office, plan_id in named:
        with reading(engine) as session:
            if not queries.anything_pending(session, office, plan_id):
                reports.append(DeliveryReport(office, plan_id))
                continue
        with delivering(engine, office):
            reports.append(_Delivery(engine, office, plan_id, channel, now, run, lang).carry_out(emit))
    return reports


class _Delivery:
    """One plan's delivery; holds what every message needs."""

    def __init__(
        self, engine: Engine, office: str, plan: str, channel: Channel, now: datetime, run: str, lang: str
    ) -> None:
        self.engine, self.channel, self.now, self.run, self.lang = engine, channel, now, run, lang
        with reading(engine) as session:
            self.plan = plans.in_force(session, office, plan)
            self.pending = queries.pending(session, office, plan)
        self.sent = self.folded = self.failed = self.events = 0

    def carry_out(self, emit: Emit | None) -> DeliveryReport:
        by_recipient = groupby(self.pending, key=lambda row: row.recipient)
        waiting = 0
        for recipient, rows in by_recipient:
            if recipient == ladder.EVENTS:
                events = list(rows)
                waiting = len(events) - (self._emit(events, emit) if emit else 0)
            else:
                self._tell(list(rows))
        return DeliveryReport(
            self.plan.office, self.plan.plan, self.sent, self.folded, self.failed, self.events, waiting
        )

    def _tell(self, rows: list[Any]) -> None:
        """All that waits for one recipient: one transaction to claim it, one to mark it."""
        last: dict[tuple[str, str, str], Any] = {}
        for row in sorted(rows, key=lambda row: (row.due_on, row.rung)):
            last[row.task, row.unit, row.period] = row
        chosen = list(last.values())
        folded = [row for row in rows if row not in chosen]
        with begin(self.engine) as session:
            claimed = [row for row in chosen if queries.claim(session, row, self.run, self.now)]
            self.folded += queries.mark(session, folded, "folded", self.now, None)
        done, failed = [], []
        for row in claimed:
            try:
                self.channel.send(write(self._told(row), self.lang))
                done.append(row)
            except ChannelFailed as fault:  # one bad address stops nobody else
                failed.append((row, str(fault)))
        with begin(self.engine) as session:
            self.sent += queries.mark(session, done, "sent", self.now, self.channel.name)
            queries.release(session, failed)
        self.failed += len(failed)

    def _emit(self, rows: list[Any], emit: Emit) -> int:
        events = {}
        for row in rows:
            terms = queries.to_terms(row)
            event = OverdueEvent(
                id=notice_id(terms.key, row.rung, row.version, row.recipient),
                key=terms.key,
                title=terms.title,
                held_by=row.held_by,
                last_day=row.current_day or row.due_on,
                version=row.version,
            )
            events[event.id] = (event, row)
        arrived = [events[each][1] for each in emit([event for event, _ in events.values()]) if each in events]
        with begin(self.engine) as session:
            self.events += queries.mark(session, arrived, "sent", self.now, "prefect")
        return len(arrived)

    def _told(self, row: Any) -> Told:
        terms = queries.to_terms(row)
        unit = row.held_by
        last_day = row.current_day or terms.dates.last_day or row.due_on
        return Told(
            key=terms.key,
            title=terms.title,
            label=terms.label,
            unit_name=self.plan.unit_name(unit),
            words=terms.dates.words,
            last_day=last_day,
            basis=terms.dates.basis,
            relation=self._relation(terms, unit, row),
            rung=row.rung,
            version=row.version,
            role=row.role,
            recipient=row.recipient,
            recipient_name=name_of(self.plan, row.recipient, self.lang),
            due_on=row.due_on,
            days_late=(row.due_on - last_day).days,
            extended_from=row.extended_from,
            passed_from=name_of(self.plan, row.passed_from, self.lang) if row.passed_from else None,
            reason=say("notice.why.not-yet", self.lang) if row.rung == changes.NOT_YET else "",
            advisory=terms.advisory,
            private=terms.private,
            sender=self.plan.office_name,
        )

    def _relation(self, terms: Terms, unit: str, row: Any) -> str:
        known = self.plan.units.get(unit)
        return known.relation_on(row.due_on) if known else terms.relation
