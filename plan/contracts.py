"""A plan as JSON: the contracts of design section 8, which commands and the API answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from plan.check_dates import set_by
from plan.covering import Coverage, cover
from plan.expansion import Due, dues
from plan.plan import Plan
from plan.schema import SourceQuote, Task, Trigger
from plan.statements import Quotes, judge
from plan.stored import UNIT_KEYS
from plan.wording import collapse
from rules.deadlines import Within
from rules.units import Successor, Unit


def iso(day: date | None) -> str | None:
    """The day as JSON has it."""
    return None if day is None else day.isoformat()


def coverage(plan: Plan) -> Coverage:
    """What of the duty text tasks and targets carry."""
    excluded = {each.clause: each.why for each in plan.meta.excluded}
    return cover(plan.source, plan.meta.obliges, excluded, _quotes(plan))


def _quotes(plan: Plan) -> Iterator[tuple[str, str, str]]:
    for task in plan.tasks.values():
        for each in task.source:
            yield task.id, each.clause, each.quote
    for target in plan.targets.values():
        for each in target.source:
            yield target.id, each.clause, each.quote


def tasks_json(plan: Plan) -> list[dict[str, Any]]:
    """The `tasks` contract: every deadline and campaign period; on-event tasks one entry with `trigger`."""
    return [task_json(plan, each) for each in plan.tasks.values()]


def task_json(plan: Plan, task: Task) -> dict[str, Any]:
    """One task of the contract."""
    deadlines = [_due(each) for each in dues(plan, task)]
    if task.trigger is not None:
        deadlines = [_trigger(plan, task, task.trigger)]
    return {
        "id": task.id,
        "title": task.title,
        "unit": task.unit,
        "with": list(task.with_),
        "kind": task.kind,
        "sources": sources_json(task.source),
        "deadlines": deadlines,
        "to": task.to,
        "via": task.via,
    }


def sources_json(quotes: list[SourceQuote]) -> list[dict[str, str]]:
    """The clauses that ask for something, each with its quote on one line."""
    return [{"clause": each.clause, "quote": collapse(each.quote)} for each in quotes]


def _due(due: Due) -> dict[str, Any]:
    dates = due.dates
    return {
        "label": due.label or None,
        "period": due.period,
        "stated": iso(dates.stated),
        "last_day": iso(dates.last_day),
        "advised_day": iso(dates.advised_day),
        "time": None if dates.time is None else f"{dates.time:%H:%M}",
        "from": iso(dates.from_day),
        "to": iso(dates.to_day),
        "basis": dates.basis,
        "set_by": dates.set_by,
        "words": dates.words or None,
        "trigger": None,
    }


def _trigger(plan: Plan, task: Task, trigger: Trigger) -> dict[str, Any]:
    number, unit = trigger.within or (None, "")
    words = None
    if trigger.basis == "stated" and number is not None:
        quotes = Quotes((each.quote for each in task.source), plan.meta.year)
        words = judge(Within(number, unit), quotes).words or None
    names = ("label", "period", "stated", "last_day", "advised_day", "time", "from", "to")
    return dict.fromkeys(names) | {
        "basis": trigger.basis,
        "set_by": set_by(trigger),
        "words": words,
        "trigger": {
            "event": trigger.event,
            "hours": number if unit == "hours" else None,
            "days": number if unit == "days" else None,
            "working_days": number if unit == "working days" else None,
        },
    }


def units_json(plan: Plan) -> list[dict[str, Any]]:
    """The `units` contract; the relation is that of the plan's first day."""
    return [{key: each[key] for key in UNIT_KEYS} for each in unit_documents(plan)]


def unit_documents(plan: Plan) -> list[dict[str, Any]]:
    """Every unit as the revision keeps it."""
    return [unit_document(each, plan.starts_on) for each in plan.units.values()]


def unit_document(unit: Unit, day: date) -> dict[str, Any]:
    """A unit as the revision keeps it: the contract's keys, and what the contract leaves out."""
    return {
        "id": unit.id,
        "name": unit.name,
        "short": unit.short,
        "relation": unit.relation_on(day),
        "relations": [
            {"relation": each.relation, "from": iso(each.from_day), "until": iso(each.until)} for each in unit.relations
        ],
        "group": unit.group,
        "members": unit.members,
        "is_group": unit.is_group,
        "from": iso(unit.from_day),
        "until": iso(unit.until),
        "successors": [_successor(each) for each in unit.successors],
        "inside": unit.inside,
        "aliases": list(unit.aliases),
        "section": unit.section,
    }


def _successor(each: Successor) -> dict[str, Any]:
    return {"unit": each.unit, "lead": each.lead, "on": iso(each.on), "by": each.by}
