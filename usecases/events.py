"""Opening an on-event occurrence: a thing that happened, and what the plan asks for because of it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from models import ledger, queries
from models.session import begin
from rules import deadlines, states
from rules.errors import RequestRefused
from rules.values import Dates, Key, Terms
from usecases import changes, plans
from usecases.moment import local_day
from usecases.record import Recorded

if TYPE_CHECKING:
    from sqlalchemy import Engine

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
) -> Recorded:
    """Open `task/unit/ref` for an event at the instant `at` (aware; a naive one is taken in the plan's zone).

    `ref` is the office's own code for the case, never a name. The last day is counted from the event by the task's
    `within`, its own day not counted; where the document gives no term, none is made.
    """
    code = ref.strip().lower()
    if not _CODE.fullmatch(code):
        raise RequestRefused("request.bad_ref", ref=ref)
    with begin(engine) as session:
        office, plan_id = plans.find(session, plan)
        in_force = plans.in_force(session, office, plan_id)
        zone = ZoneInfo(in_force.zone)
        at = at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
        today = local_day(now, in_force.zone)
        said = _trigger(in_force, task)
        holder = unit or said["unit"]
        if holder not in in_force.members_of(said["unit"]):
            raise RequestRefused("request.not_holder", occurrence=task, by=holder, holder=said["unit"])
        terms = _terms(in_force, Key(office, plan_id, task, holder, code), said, at)
        states.check_day(terms, at.date(), today, in_force.starts_on)
        if queries.occurrence(session, terms.key) is not None:
            raise RequestRefused("request.event_exists", occurrence=terms.key.short)
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
        return Recorded(terms.key.short, "event_opened", entry.seq, states.status(terms, state, today), 0, state)


def _trigger(in_force: plans.InForce, task: str) -> dict[str, Any]:
    said = in_force.tasks.get(task)
    kinds = [each for each, known in in_force.tasks.items() if known["kind"] == "on-event"]
    if said is None or said["kind"] != "on-event":
        raise RequestRefused("request.not_on_event", task=task, near=plans.nearest(task, kinds))
    return said


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
            basis=deadline["basis"] or "plan",
            set_by=deadline["set_by"],
            words=deadline["words"] or "",
        ),
        relation=in_force.units[key.unit].relation_on(at.date()),
        confirm=extra["confirm"],
        evidence=extra["evidence"],
        private=extra["private"],
    )
