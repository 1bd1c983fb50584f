"""Why a revision of the plan moves days and rungs: what its entry in the ledger says for good.

Each reason is a mapping with `what`: `calendar` (days `off`, `worked`, and those that no longer are), `deadline` (of
one occurrence, `from` and `to`), `ladder`, `units`, `libraries` (name, `from`, `to`) and `rungs` (the open occurrences
whose own words stand but whose rungs moved, and how many there are).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from rules import ladder
from rules.values import State, Terms
from usecases.plans import InForce

NAMED = 100
"""How many occurrences with moved rungs are named; of the others only the number."""


def reasons(
    before: InForce,
    after: InForce,
    changed: Iterable[tuple[Terms, Terms]],
    same: Iterable[tuple[Terms, State]],
    libraries: tuple[str, str],
) -> list[dict[str, Any]]:
    """What moved from one revision to the next. `changed` are (new, old) terms, `libraries` the old and new JSON."""
    found = [*_libraries(*libraries)]
    if before.text("calendar") != after.text("calendar"):
        found.append(_calendar(before.text("calendar"), after.text("calendar")))
    found += [{"what": name} for name in ("ladder", "units") if before.text(name) != after.text(name)]
    found += [_deadline(new, old) for new, old in changed if new.dates.last_day != old.dates.last_day]
    moved = [terms.key.short for terms, state in same if _rungs(before, terms, state) != _rungs(after, terms, state)]
    if moved:
        found.append({"what": "rungs", "count": len(moved), "occurrences": sorted(moved)[:NAMED]})
    return found


def _libraries(old: str, new: str) -> list[dict[str, Any]]:
    was, now = json.loads(old), json.loads(new)
    return [
        {"what": "libraries", "name": name, "from": was.get(name), "to": now.get(name)}
        for name in sorted(was.keys() | now.keys())
        if was.get(name) != now.get(name)
    ]


def _calendar(old: str, new: str) -> dict[str, Any]:
    was, now = json.loads(old), json.loads(new)
    said: dict[str, Any] = {"what": "calendar"}
    for name in ("off", "worked"):
        said[name] = sorted(set(now[name]) - set(was[name]))
        said[f"no_longer_{name}"] = sorted(set(was[name]) - set(now[name]))
    said["week"] = now["week"] if now["week"] != was["week"] else None
    return {name: value for name, value in said.items() if value}


def _deadline(new: Terms, old: Terms) -> dict[str, Any]:
    days: tuple[date | None, date | None] = (old.dates.last_day, new.dates.last_day)
    was, now = (day.isoformat() if day else None for day in days)
    return {"what": "deadline", "occurrence": new.key.short, "from": was, "to": now}


def _rungs(plan: InForce, terms: Terms, state: State) -> list[ladder.Telling]:
    return ladder.tellings(terms, state, plan.policy, plan.calendar, plan.directory)
