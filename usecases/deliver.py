"""From the outbox to the channels: claim, send, mark. After a crash a notice may go twice, never not at all.

Who has a channel of their own (an address, and a channel that is set up) gets one digest a day (usecases.digests);
everybody else is told by the channel of last resort, one message a notice (usecases.outgoing). Nobody is skipped. What
the office's hours hold waits in the outbox, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from models import queries
from models.locks import delivering
from models.session import begin, reading
from outputs.channels import Channel
from outputs.digest import Unsent
from outputs.notices import OverdueEvent, notice_id, write
from rules import ladder
from rules.delivery import DAY_OFF, EARLY, QUIET, TOLD_TODAY, Reach
from texts import say
from usecases import account_news, plans
from usecases.digests import Digests, Parcel, Way
from usecases.outgoing import Outgoing
from usecases.telling import told_of
from usecases.undelivered import DEAD, FAILED, Undelivered, undelivered

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Engine

    from usecases.digest_links import Desk

Emit = Callable[[list[OverdueEvent]], Iterable["UUID"]]
"""Hands events over and answers with the ids that are known to have arrived."""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What left the outbox of one plan. `failed` and `held` stay in it and are tried again."""

    office: str
    plan: str
    sent: int = 0
    folded: int = 0
    failed: int = 0
    events: int = 0
    waiting_events: int = 0
    digests: int = 0
    """Messages of several notices each, to people's own channels; counted with the plan of their first notice."""
    held: int = 0
    """Notices that wait for a better moment."""
    held_why: str | None = None
    """day-off, quiet, early or told-today: why most of them wait."""
    undelivered: int = 0
    """Recipients who could not be reached: a channel fails, or the address is dead (usecases.undelivered)."""

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
    channels: Mapping[str, Channel] | None = None,
    desk: Desk | None = None,
) -> list[DeliveryReport]:
    """Send what waits in the outbox of one plan or of all. Without `emit` the events wait for a run that has it.

    `channels` are people's own by name (`email`, `zalo`…); `channel` tells who has none of them. With `desk` a digest
    says where it is, with a signed link to the page of each unit that its reader acts for.
    """
    with reading(engine) as session:
        named = plans.all_plans(session, plan)
    reports: list[DeliveryReport] = []
    for office, of in groupby(named, key=lambda each: each[0]):
        ids = [plan_id for _, plan_id in of]
        with reading(engine) as session:
            waiting = [each for each in ids if queries.anything_pending(session, office, each)]
        made: dict[str, DeliveryReport] = {}
        if waiting:
            with delivering(engine, office):
                outgoing = Outgoing(engine, office, waiting, now, run, lang)
                made = _carry_out(outgoing, channel, channels or {}, emit, desk)
        if account_news.waits(engine, office):
            with delivering(engine, office):
                account_news.send(Outgoing(engine, office, ids, now, run, lang), channels or {})
        reports += [made.get(each) or DeliveryReport(office, each) for each in ids]
    return reports


def _carry_out(
    of: Outgoing, channel: Channel, channels: Mapping[str, Channel], emit: Emit | None, desk: Desk | None
) -> dict[str, DeliveryReport]:
    waiting_events = {each: _events(of, each, emit) for each in of.plans}
    unsent = _unreached(of)
    parcels, rest = _sorted_out(of, channels)
    if parcels:
        lines = tuple(Unsent(each.name, _reason(each, of.lang), each.notices) for each in unsent)
        rest += Digests(of, channels, lines, desk).send(parcels)
    for _, rows in groupby(sorted(rest, key=lambda row: row.recipient), key=lambda row: row.recipient):
        of.each(list(rows), channel, lambda row: write(told_of(of.plans[row.plan], row, of.lang), of.lang))
    unsent = _unreached(of)
    return {each: _report(of, each, waiting_events[each], unsent) for each in of.plans}


def _sorted_out(of: Outgoing, channels: Mapping[str, Channel]) -> tuple[list[Parcel], list[Any]]:
    """(for people's channels, for the channel of last resort); what the office's hours hold is in neither."""
    mine: dict[str, list[Any]] = {}
    for plan, rows in of.pending.items():
        of_people = [row for row in rows if row.recipient != ladder.EVENTS]
        in_force = of.plans[plan]
        why = in_force.hours.held(of.here, in_force.calendar)
        if why is not None:
            of.count("held", of_people)
            of.count(why, of_people)
            continue
        for row in of_people:
            mine.setdefault(row.recipient, []).append(row)
    parcels, rest = [], []
    for recipient, rows in mine.items():
        ways = of.reach.get(recipient, Reach()).ways(channels, of.dead)
        if ways:
            parcels.append(Parcel(recipient, rows, [Way(*each) for each in ways]))
        else:
            rest += rows
    return parcels, rest


def _events(of: Outgoing, plan: str, emit: Emit | None) -> int:
    """Hand the plan's events over; how many still wait."""
    rows = [row for row in of.pending[plan] if row.recipient == ladder.EVENTS]
    if emit is None or not rows:
        return len(rows)
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
    with begin(of.engine) as session:
        of.counts[plan]["events"] += queries.mark(session, arrived, "sent", of.now, "prefect")
    return len(rows) - len(arrived)


def _unreached(of: Outgoing) -> list[Undelivered]:
    every = [each for plan in of.plans for each in undelivered(of.engine, plan=f"{of.office}/{plan}", lang=of.lang)]
    return [each for each in every if each.why in (FAILED, DEAD)]


def _reason(each: Undelivered, lang: str) -> str:
    if each.why == DEAD:
        return say("digest.unsent.dead", lang, address=each.address, reason=each.reason)
    return each.reason


def _report(of: Outgoing, plan: str, waiting_events: int, unsent: list[Undelivered]) -> DeliveryReport:
    counts = of.counts[plan]
    whys = [why for why in (DAY_OFF, QUIET, EARLY, TOLD_TODAY) if counts[why]]
    return DeliveryReport(
        of.office,
        plan,
        sent=counts["sent"],
        folded=counts["folded"],
        failed=counts["failed"],
        events=counts["events"],
        waiting_events=waiting_events,
        digests=counts["digests"],
        held=counts["held"],
        held_why=max(whys, key=lambda why: counts[why], default=None),
        undelivered=len({each.recipient for each in unsent if each.plan == plan}),
    )
