"""Reads the documents of a plan revision back into values of the rules: no YAML, no pydantic, no files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Any

from plan.source import Clause, Source, source_of
from plan.wording import speaks_of_visits
from rules.days import WorkingCalendar
from rules.delivery import Hours, Reach
from rules.ladder import Absence, Grace, Person, Policy, Rung
from rules.units import Relation, Successor, Unit

TASK_KEYS = ("id", "title", "unit", "with", "kind", "sources", "deadlines", "to", "via")
UNIT_KEYS = ("id", "name", "relation", "group", "members", "from", "until", "successors", "inside")
"""The keys of the contracts; what a revision keeps beside them is for us."""


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def units_from(text: str) -> dict[str, Unit]:
    """The units by id, members of groups among them."""
    return {each["id"]: _unit(each) for each in json.loads(text)}


def _unit(said: Mapping[str, Any]) -> Unit:
    return Unit(
        id=said["id"],
        name=said["name"],
        short=said["short"],
        relations=tuple(
            Relation(each["relation"], _day(each["from"]), _day(each["until"])) for each in said["relations"]
        ),
        group=said["group"],
        members=said["members"],
        is_group=said["is_group"],
        inside=said["inside"],
        from_day=_day(said["from"]),
        until=_day(said["until"]),
        successors=tuple(
            Successor(each["unit"], date.fromisoformat(each["on"]), each["lead"], each["by"])
            for each in said["successors"]
        ),
        aliases=tuple(said["aliases"]),
        section=said["section"],
    )


def tasks_from(text: str) -> list[dict[str, Any]]:
    """The tasks: the keys of the contract, and evidence, confirm, private, photos, fingerprints ({clause: digits})."""
    tasks: list[dict[str, Any]] = json.loads(text)
    return tasks


def allows_photos(task: Mapping[str, Any]) -> bool:
    """Whether photographs may prove the task. A revision from before plans said so is judged by the task's title."""
    said: bool | None = task.get("photos")
    return said if said is not None else task["kind"] != "on-event" and not speaks_of_visits(task["title"])


def tasks_json(text: str) -> list[dict[str, Any]]:
    """The `tasks` contract of design section 8."""
    return [{key: each[key] for key in TASK_KEYS} for each in json.loads(text)]


def units_json(text: str) -> list[dict[str, Any]]:
    """The `units` contract of design section 8."""
    return [{key: each[key] for key in UNIT_KEYS} for each in json.loads(text)]


def policy_from(text: str) -> Policy:
    """The ladder's rungs and who gets which."""
    said = json.loads(text)
    return Policy(
        rungs=tuple(
            Rung(**each | {"only_kinds": tuple(each["only_kinds"]), "only_set_by": tuple(each["only_set_by"])})
            for each in said["rungs"]
        ),
        relations={name: tuple(rungs) for name, rungs in said["relations"].items()},
        kinds={name: tuple(rungs) for name, rungs in said["kinds"].items()},
        tasks={name: tuple(rungs) for name, rungs in said["tasks"].items()},
        grace={kind: Grace(**each) for kind, each in said.get("grace", {}).items()},
    )


def people_from(text: str) -> dict[str, tuple[Person, ...]]:
    """Who holds which role, from the `ladder` document."""
    return {
        role: tuple(Person(each["id"], each["name"], _day(each["from"]), _day(each["until"])) for each in people)
        for role, people in json.loads(text)["people"].items()
    }


def absences_from(text: str) -> tuple[Absence, ...]:
    """Who is away and who stands in, from the `ladder` document."""
    return tuple(
        Absence(each["person"], date.fromisoformat(each["from"]), date.fromisoformat(each["until"]), each["deputy"])
        for each in json.loads(text).get("absences", ())
    )


def reach_from(text: str) -> dict[str, Reach]:
    """How each person is reached, by id, from the `ladder` document."""
    return {
        id_: Reach(each["addresses"], tuple(each["channels"]))
        for id_, each in json.loads(text).get("reach", {}).items()
    }


def hours_from(text: str) -> Hours:
    """When messages may leave, from the `ladder` document; one that says nothing has what the schema takes for it."""
    said = json.loads(text).get("delivery")
    if said is None:
        return Hours(hold_days_off=True)
    at, quiet = said["at"], said["quiet"]
    return Hours(
        time.fromisoformat(at) if at else None,
        (time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])) if quiet else None,
        said["days_off"] == "hold",
    )


def calendar_from(text: str) -> WorkingCalendar:
    """The working calendar as it was computed, whatever the libraries say today."""
    said = json.loads(text)
    return WorkingCalendar(
        off=frozenset(date.fromisoformat(each) for each in said["off"]),
        worked=frozenset(date.fromisoformat(each) for each in said["worked"]),
        names=MappingProxyType({date.fromisoformat(day): name for day, name in said["names"].items()}),
        first=date.fromisoformat(said["first"]),
        last=date.fromisoformat(said["last"]),
        week=frozenset(said["week"]),
    )


def source_from(meta: Mapping[str, Any]) -> Source:
    """The official text as the revision keeps it, without the lines it stood on; without clauses where it was made
    before they were kept."""
    return source_of(Clause(address, kind, text, 0, (0,), (0,)) for address, kind, text in meta.get("clauses", ()))
