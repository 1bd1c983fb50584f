"""What is recorded: each verb of the command line, one entry each, as the same use case decides it."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from usecases import events, extend, record, steps, targets
from usecases.evidence import Handed
from web.api import bodies
from web.api.answers import answered
from web.api.caller import Caller, Who
from web.api.documents import Measured, Recorded
from web.api.fields import Id
from web.api.operations import DECIDES, LARGE, SMALL, WRITES, operations
from web.api.problems import Problem
from web.api.work import channel, common, of_office, of_unit, visible

_OF = "/occurrences/{task}/{unit}/{period}"
_ENTRY: dict[str, Any] = {"document": Recorded, "refuses": (404, 409), "most": SMALL, "area": "record"}


@operations.post(f"{_OF}/done", WRITES, name="done", **(_ENTRY | {"most": LARGE, "parts": True}))
def done(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Done) -> Response:
    found = visible(caller, task, unit, period)
    told = of_unit(caller, said, found.held_by)
    recorded = record.done(
        caller.engine,
        occurrence=found.id,
        document=said.document,
        note=said.note,
        evidence=[Handed(each.name, each.content) for each in said.files],
        evidence_folder=caller.desk.evidence,
        most_a_day=None if caller.sees_all else caller.desk.most_a_day,
        **told,
    )
    return answered(caller, recorded.as_json())


@operations.post(f"{_OF}/answer", WRITES, name="answer", **_ENTRY)
def answer(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Answer) -> Response:
    found = visible(caller, task, unit, period)
    recorded = record.answer(
        caller.engine,
        occurrence=found.id,
        line=said.line,
        answer=said.answer,
        document=said.document,
        note=said.note,
        month=said.month,
        **of_unit(caller, said, found.held_by),
    )
    return answered(caller, recorded.as_json())


@operations.post(f"{_OF}/note", WRITES, name="note", **_ENTRY)
def note(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Note) -> Response:
    return _unit_says(caller, "noted", task, unit, period, said, note=said.note)


@operations.post(f"{_OF}/retract", WRITES, name="retract", **_ENTRY)
def retract(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Retract) -> Response:
    return _unit_says(caller, "retracted", task, unit, period, said, reason=said.reason)


@operations.post(f"{_OF}/ack", WRITES, name="ack", **_ENTRY)
def acknowledge(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Acknowledge) -> Response:
    return _unit_says(caller, "acknowledged", task, unit, period, said, note=said.note)


@operations.post(f"{_OF}/extend/ask", WRITES, name="extend_ask", **_ENTRY)
def extend_ask(caller: Who, task: Id, unit: Id, period: Id, said: bodies.ExtendAsk) -> Response:
    found = visible(caller, task, unit, period)
    told = of_unit(caller, said, found.held_by)
    recorded = extend.ask(caller.engine, occurrence=found.id, until=said.until, reason=said.reason, **told)
    return answered(caller, recorded.as_json())


@operations.post(f"{_OF}/step", WRITES, name="step", **_ENTRY)
def step(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Step) -> Response:
    found = visible(caller, task, unit, period)
    drafts = said.step in ("drafted", "presented") or caller.unit is None or not caller.sees_all
    told = of_unit(caller, said, found.held_by if drafts else caller.unit)
    recorded = steps.step(
        caller.engine, occurrence=found.id, step=said.step, document=said.document, note=said.note, **told
    )
    return answered(caller, recorded.as_json())


@operations.post(f"{_OF}/confirm", DECIDES, name="confirm", **_ENTRY)
def confirm(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Confirm) -> Response:
    return _office_says(caller, "confirmed", task, unit, period, said, note=said.note)


@operations.post(f"{_OF}/return", DECIDES, name="return", **_ENTRY)
def send_back(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Return) -> Response:
    kind = "supplement_asked" if said.supplement else "returned"
    return _office_says(caller, kind, task, unit, period, said, reason=said.reason, document=said.document)


@operations.post(f"{_OF}/cancel", DECIDES, name="cancel", **_ENTRY)
def cancel(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Cancel) -> Response:
    return _office_says(caller, "cancelled", task, unit, period, said, reason=said.reason)


@operations.post(f"{_OF}/urge", DECIDES, name="urge", **_ENTRY)
def urge(caller: Who, task: Id, unit: Id, period: Id, said: bodies.Urge) -> Response:
    return _office_says(caller, "urged", task, unit, period, said, via=said.via, to=said.to, note=said.note)


@operations.post(f"{_OF}/extend/grant", DECIDES, name="extend_grant", **_ENTRY)
def extend_grant(caller: Who, task: Id, unit: Id, period: Id, said: bodies.ExtendGrant) -> Response:
    found = visible(caller, task, unit, period)
    recorded = extend.grant(
        caller.engine,
        occurrence=found.id,
        until=said.until,
        document=said.document,
        decided_by=said.decided_by,
        note=said.note,
        **of_office(caller, said),
    )
    return answered(caller, recorded.as_json())


@operations.post(f"{_OF}/extend/refuse", DECIDES, name="extend_refuse", **_ENTRY)
def extend_refuse(caller: Who, task: Id, unit: Id, period: Id, said: bodies.ExtendRefuse) -> Response:
    found = visible(caller, task, unit, period)
    recorded = extend.refuse(
        caller.engine,
        occurrence=found.id,
        reason=said.reason,
        document=said.document,
        decided_by=said.decided_by,
        **of_office(caller, said),
    )
    return answered(caller, recorded.as_json())


@operations.post("/events", WRITES, name="event", **(_ENTRY | {"refuses": (404, 409)}))
def event(caller: Who, said: bodies.Event) -> Response:
    """Open what the plan asks for when something happens. Cases have their own page, and persons named for them."""
    if caller.in_force.meta["tasks"].get(said.task, {}).get("private"):
        raise Problem(403, "api.no_cases")
    unit = said.unit if caller.sees_all else caller.unit
    if not caller.sees_all and (said.unit or unit, said.by or unit) != (unit, unit):
        raise Problem(403, "api.not_your_unit", faults=[("api.not_your_unit", {}, "body", "unit")])
    by = said.by if caller.sees_all else caller.unit
    opened = events.open_event(
        caller.engine,
        task=said.task,
        at=said.at,
        ref=said.ref,
        unit=unit,
        by=by,
        channel=channel(caller, by or unit, said.channel),
        **common(caller, said.request_id),
    )
    return answered(caller, opened.as_json())


@operations.post(
    "/targets/{target}/measure",
    WRITES,
    name="measure",
    **(_ENTRY | {"document": Measured}),
)
def measure(caller: Who, target: Id, said: bodies.Measure) -> Response:
    lead = caller.in_force.meta.get("target_leads", {}).get(target)
    unit = said.unit or (lead if caller.sees_all else caller.unit)
    known = caller.in_force.units.get(unit or "")
    if lead is None or known is None or lead not in (known.id, known.group) or not caller.sees(known.id):
        raise Problem(404, "api.nothing_here")
    measured = targets.measure(
        caller.engine,
        target=target,
        value=said.value,
        unit=known.id,
        on=said.on,
        note=said.note,
        channel=channel(caller, known.id, said.channel),
        **common(caller, said.request_id),
    )
    return answered(caller, measured.as_json())


def _unit_says(
    caller: Caller, kind: str, task: str, unit: str, period: str, said: bodies.OfUnit, **more: Any
) -> Response:
    found = visible(caller, task, unit, period)
    told = of_unit(caller, said, found.held_by)
    return answered(caller, record.say(caller.engine, kind=kind, occurrence=found.id, **more, **told).as_json())


def _office_says(
    caller: Caller, kind: str, task: str, unit: str, period: str, said: bodies.Said, **more: Any
) -> Response:
    found = visible(caller, task, unit, period)
    told = of_office(caller, said)
    return answered(caller, record.say(caller.engine, kind=kind, occurrence=found.id, **more, **told).as_json())
