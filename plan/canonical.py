"""The documents that a plan revision keeps for good: the contracts of plan.contracts, and what they leave out."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from plan.check_dates import is_advisory, reason, set_by
from plan.contracts import iso, sources_json, task_json, unit_documents
from plan.expansion import campaign_window, round_day
from plan.operators import operator
from plan.plan import Plan
from plan.schema import Campaign, Delivery, Origin, Task, Trigger
from plan.wording import fingerprint


def canonical(value: object) -> str:
    """JSON with sorted keys and no blanks: equal values give equal bytes. Days are ISO."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=date.isoformat)


def documents(plan: Plan) -> dict[str, str]:
    """The canonical JSON of a plan revision: units, tasks, targets, ladder, calendar, meta. plan.stored reads it back.

    `tasks` keeps the fingerprint of the clause of each quote, so that a later revision can tell what it was built on.
    """
    return {
        "units": canonical(unit_documents(plan)),
        "tasks": canonical([task_json(plan, each) | _kept(plan, each) for each in plan.tasks.values()]),
        "targets": canonical(_targets(plan)),
        "ladder": canonical(_ladder(plan)),
        "calendar": canonical(_calendar(plan)),
        "meta": canonical(_meta(plan)),
    }


def _kept(plan: Plan, task: Task) -> dict[str, Any]:
    clauses = plan.source.by_address
    return {
        "evidence": task.evidence,
        "confirm": task.confirm,
        "private": task.is_private,
        "photos": task.allows_photos,
        "fingerprints": {
            each.clause: fingerprint(clauses[each.clause].text) for each in task.source if each.clause in clauses
        },
    }


def _targets(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "id": each.id,
            "title": each.title,
            "operator": each.operator,
            "value": each.value,
            "unit": each.unit,
            "baseline": each.baseline,
            "baseline_year": each.baseline_year,
            "sources": sources_json(each.source),
        }
        for each in plan.targets.values()
    ]


def _ladder(plan: Plan) -> dict[str, Any]:
    policy = plan.policy
    return {
        "rungs": [
            {
                "id": each.id,
                "at": each.at,
                "to": each.to,
                "working": each.working,
                "every": each.every,
                "every_working": each.every_working,
                "times": each.times,
                "only_kinds": list(each.only_kinds),
                "only_set_by": list(each.only_set_by),
            }
            for each in policy.rungs
        ],
        "relations": {name: list(rungs) for name, rungs in policy.relations.items()},
        "kinds": {name: list(rungs) for name, rungs in policy.kinds.items()},
        "tasks": {name: list(rungs) for name, rungs in policy.tasks.items()},
        "grace": {kind: {"days": each.days, "working": each.working} for kind, each in policy.grace.items()},
        "absences": [
            {"person": each.person, "from": iso(each.from_day), "until": iso(each.until), "deputy": each.deputy}
            for each in plan.absences
        ],
        "people": {
            role: [
                {"id": each.id, "name": each.name, "from": iso(each.from_day), "until": iso(each.until)}
                for each in people
            ]
            for role, people in plan.people.items()
        },
    } | _delivery(plan)


def _delivery(plan: Plan) -> dict[str, Any]:
    """How people are reached and when; without a word of it the document is what it was before there was any."""
    said = plan.ladder.delivery
    reach = {
        id_: {"addresses": dict(each.addresses), "channels": list(each.channels)} for id_, each in plan.reach.items()
    }
    hours = {
        "at": said.at.isoformat("minutes") if said.at else None,
        "quiet": [each.isoformat("minutes") for each in said.quiet] if said.quiet else None,
        "days_off": said.days_off,
    }
    return ({"reach": reach} if reach else {}) | ({"delivery": hours} if said != Delivery() else {})


def _calendar(plan: Plan) -> dict[str, Any]:
    calendar = plan.calendar
    return {
        "off": sorted(day.isoformat() for day in calendar.off),
        "worked": sorted(day.isoformat() for day in calendar.worked),
        "names": {day.isoformat(): name for day, name in calendar.names.items()},
        "first": calendar.first.isoformat(),
        "last": calendar.last.isoformat(),
        "week": sorted(calendar.week),
    }


def _meta(plan: Plan) -> dict[str, Any]:
    meta = plan.meta.model_dump(by_alias=True)
    return meta | {
        "campaigns": [_campaign(plan, each) for each in plan.campaigns.values()],
        "rounds": [
            {
                "id": each.id,
                "label": each.label,
                "last_day": round_day(plan, each).isoformat(),
                "open": each.open,
                "document": each.document,
            }
            for each in plan.rounds.values()
        ],
        "tasks": {
            each.id: {
                "evidence": each.evidence,
                "confirm": each.confirm,
                "private": each.is_private,
                "roll": (each.trigger.roll if each.trigger else None) or "next",
            }
            | (_kept_of(each.trigger) if each.trigger else {})
            for each in plan.tasks.values()
        },
        "target_leads": {each.id: each.led_by for each in plan.targets.values()},
        "clauses": [[each.address, each.kind, each.text] for each in plan.source.clauses],
    }


def _kept_of(trigger: Trigger) -> dict[str, Any]:
    """Of what an event opens: the article, custom or document of its term, and whether that is advice."""
    return {"reason": reason(trigger), "advisory": is_advisory(trigger)}


def _campaign(plan: Plan, entry: Campaign) -> dict[str, Any]:
    found = campaign_window(plan, entry)
    origin: Origin = entry
    return {
        "id": entry.id,
        "label": entry.label,
        "from": iso(found.from_day),
        "to": iso(found.to_day),
        "basis": entry.basis,
        "set_by": set_by(origin),
        "reason": reason(origin),
        "words": "",
        "operator": type(operator(entry)).__name__.lower(),
    }


def changed_sources(new_tasks: str, old_tasks: str) -> list[str]:
    """Ids of tasks whose clauses no longer say what they said when the old revision was made.

    Both are `tasks` documents. A clause that only moved to another number flags nothing: it is the words that count.
    A task that the new revision no longer has is not named.
    """
    old = {each["id"]: set(each["fingerprints"].values()) for each in json.loads(old_tasks)}
    return [
        each["id"]
        for each in json.loads(new_tasks)
        if not old.get(each["id"], set()) <= set(each["fingerprints"].values())
    ]
