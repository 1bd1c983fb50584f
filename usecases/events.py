"""Opening an on-event occurrence: a thing that happened, and what the plan asks for because of it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from models import ledger, queries
from models.session import begin
from rules import deadlines, states
from rules.errors import RequestRefused
from rules.values import NO_TERM, Dates, Key, Terms
from usecases import changes, naming, plans
from usecases.moment import local_day
from usecases.record import Recorded, require_channel

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def open_event(
    engine: Engine,
    *,
    task: str,
    at: datetime,
    ref: str,
    now: datetime,
    recorded_by: str,
    plan: str | None = None,
    by: str | None = None,
    unit: str | None = None,
    channel: str = "cli",
    request_id: str | None = None,
    named: Sequence[str] = (),
) -> Recorded:
    """Open `task/unit/ref` for an event at the instant `at` (aware; a naive one is taken in the plan's zone).

    `ref` is the office's own code for the case, never a name. Of a group whose members are named, `unit` says which one
    it is given to. The last day is counted from the event by the task's `within`, its own day not counted; where the
    document gives no term, none is made. `named` are the accounts (ids) that see it, where it is a case. A `request_id`
    sent again with the same words changes nothing.
    """
    code = ref.strip().lower()
    if not _CODE.fullmatch(code):
        raise RequestRefused("request.bad_ref", ref=ref)
    require_channel(channel)
    with begin(engine) as session:
        office, plan_id = plans.find(session, plan)
        ledger.lock(session, office)
        in_force = plans.in_force(session, office, plan_id)
        zone = ZoneInfo(in_force.zone)
        at = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
        today = local_day(now, in_force.zone)
        said = _trigger(in_force, task)
        holder = _holder(in_force, said, unit)
        in_force.require_unit(by or holder)
        terms = _terms(in_force, Key(office, plan_id, task, holder, code), said, at)
        earlier = queries.entry_by_request(session, office, request_id) if request_id else None
        if earlier is not None:
            return _repeated(session, terms, earlier, at, by or holder, channel, today)
        _check_instant(in_force, terms, at, now)
        if queries.occurrence(session, terms.key) is not None:
            raise RequestRefused("request.event_exists", occurrence=terms.key.short)
        persons = _persons(session, terms, named)
        # The row comes first: the entry's foreign key names it.
        head = queries.head(session, office)
        queries.add_occurrences(session, [(terms, states.initial(terms, head + 1, now))], in_force.revision)
        entry, _ = ledger.append(
            session,
            office=office,
            plan=plan_id,
            kind="event_opened",
            happened_on=at.date(),
            now=now,
            declared_by=by or holder,
            recorded_by=recorded_by,
            channel=channel,
            request_id=request_id or str(uuid4()),
            key=(task, holder, code),
            data={"at": at.isoformat(timespec="minutes"), "terms": queries.terms_data(terms)},
        )
        queries.add_versions(session, [terms], in_force.revision, withdrawn=False)
        state = states.initial(terms, entry.seq, entry.recorded_at)
        changes.save(session, in_force, [(terms, state)])
        for each in persons:
            naming.write(
                session, in_force, terms.key, each, by=by or holder, recorded_by=recorded_by, now=now, channel=channel
            )
        return Recorded(terms.key.short, "event_opened", entry.seq, states.status(terms, state, today), 0, state)


def _persons(session: Session, terms: Terms, named: Sequence[str]) -> list[str]:
    """The accounts to be named, each once. Raises RequestRefused: `cases.not_a_case`, `cases.unknown_account`."""
    if named and not terms.private:
        raise RequestRefused("cases.not_a_case", occurrence=terms.key.short)
    return [naming.standing_account(session, terms.key.office, each).id for each in dict.fromkeys(named)]


def _trigger(in_force: plans.InForce, task: str) -> dict[str, Any]:
    said = in_force.tasks.get(task)
    kinds = [each for each, known in in_force.tasks.items() if known["kind"] == "on-event"]
    if said is None or said["kind"] != "on-event":
        raise RequestRefused("request.not_on_event", task=task, near=plans.nearest(task, kinds))
    return said


def _holder(in_force: plans.InForce, said: dict[str, Any], unit: str | None) -> str:
    """Whom the event is given to: the unit of the task, or that member of its group that `unit` names."""
    group = in_force.units[said["unit"]]
    members = sorted(in_force.members_of(group.id) - {group.id})
    if unit not in {None, group.id, *members}:
        raise RequestRefused("request.not_holder", occurrence=said["id"], by=unit, holder=group.id)
    if members and unit in (None, group.id):
        raise RequestRefused("request.which_member", task=said["id"], members=", ".join(members))
    return unit or group.id


def _check_instant(in_force: plans.InForce, terms: Terms, at: datetime, now: datetime) -> None:
    """It has happened, and not before the plan was there; `at` is local."""
    states.check_day(terms, at.date(), local_day(now, in_force.zone), in_force.starts_on)
    if at > now:
        raise RequestRefused("request.future_hour", at=at)


def _repeated(session: Session, asked: Terms, entry: Any, at: datetime, by: str, channel: str, today: date) -> Recorded:
    """What this request opened before; an id that was used for anything else is refused. Who was named is not asked."""
    of_it = (*asked.key[1:], "event_opened", by, channel, at.isoformat(timespec="minutes"))
    said = (entry.plan, entry.task, entry.unit, entry.period, entry.kind, entry.declared_by, entry.channel)
    row = queries.occurrence(session, asked.key)
    if row is None or (*said, json.loads(entry.data).get("at")) != of_it:
        raise RequestRefused("request.request_reused", request_id=entry.request_id, seq=entry.seq)
    terms, state = queries.to_terms(row), queries.to_state(row)
    status, late = states.status(terms, state, today), states.days_late(terms, state, today)
    return Recorded(asked.key.short, entry.kind, entry.seq, status, late, state, repeated=True)


def _terms(in_force: plans.InForce, key: Key, said: dict[str, Any], at: datetime) -> Terms:
    extra = in_force.meta["tasks"][said["id"]]
    deadline = said["deadlines"][0]
    trigger = deadline["trigger"]
    last: date | None = None
    hour = None
    for name, unit in (("hours", "hours"), ("days", "days"), ("working_days", "working days")):
        if trigger.get(name):
            found = deadlines.within(deadlines.Within(trigger[name], unit, roll=extra["roll"]), at, in_force.calendar)
            last, hour = found.last_day, found.time
    return Terms(
        key=key,
        kind="on-event",
        title=said["title"],
        label=key.period,
        dates=Dates(
            last_day=last,
            time=hour,
            from_day=at.date(),
            basis=deadline["basis"] or NO_TERM,
            set_by=deadline["set_by"],
            words=deadline["words"] or "",
            reason=extra.get("reason", ""),  # a revision made before it was kept has none
        ),
        relation=in_force.units[key.unit].relation_on(at.date()),
        confirm=extra["confirm"],
        evidence=extra["evidence"],
        advisory=extra.get("advisory", False),
        private=extra["private"],
    )
