"""The file that says how units behave in a simulation (`kehoach simulate --units-answer FILE`).

    default: never
    confirm: after 2 days
    units:
      cong-an: after 3 days                 # calendar days after it was first told
      truong: on 2025-05-20
      to-dan-pho: { answer: after 10 days, acknowledge: yes, absent: 2025-04-28..2025-05-05 }
    tasks:
      bao-cao-bo-chi-tieu: { answer: after 30 days, extension: 10 days, granted: no }

A task goes before a unit, a unit before the default; a group's word is that of each of its members that has none of its
own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from plan import reading
from plan.problems import PlanErrors, Problem
from rules.errors import RequestRefused
from rules.script import Conduct, Script
from usecases.plans import InForce, nearest

TOP = ("default", "confirm", "units", "tasks")
KEYS = ("answer", "acknowledge", "extension", "granted", "absent")
NEVER = "never"

_AFTER = re.compile(r"after (\d{1,4}) days?")
_ON = re.compile(r"on (\d{4}-\d\d-\d\d)")
_DAYS = re.compile(r"(\d{1,3}) days?")
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
_YES = {"yes": True, "true": True, "no": False, "false": False}


def script_of(file: Path, in_force: InForce) -> Script:
    """The behaviour that the file describes. Raises PlanErrors where it is no YAML that a plan could be written in,
    RequestRefused where it names what the plan does not have or says what cannot be read."""
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise RequestRefused("simulate.unreadable", file=str(file), fault=fault.strerror or str(fault)) from None
    said = _mapping(_values(data, str(file)), "", TOP)
    units = _expanded(_mapping(said.get("units"), "units", in_force.units), in_force)
    tasks = _mapping(said.get("tasks"), "tasks", in_force.tasks)
    after, on = _when(said.get("confirm", "after 1 day"), "confirm")
    if on is not None:
        raise _wrong("confirm", said["confirm"])
    return Script(
        default=_conduct(said.get("default", NEVER), "default"),
        units={unit: _conduct(each, f"units.{unit}") for unit, each in units.items()},
        tasks={task: _conduct(each, f"tasks.{task}") for task, each in tasks.items()},
        confirms=after,
    )


def _values(data: bytes, name: str) -> Any:
    """The file's values, read as plan files are: every scalar a text, no aliases, no duplicate keys."""
    problems: list[Problem] = []
    try:
        if len(data) > reading.MAX_BYTES:
            raise RequestRefused("simulate.too_large", file=name, limit=reading.MAX_BYTES // 1024 // 1024)
        said = reading.values_of(reading.compose(reading.decode(data, name), name), name, problems)
    except reading.Unreadable as error:
        raise PlanErrors(error.problems) from None
    if problems:
        raise PlanErrors(problems)
    return said


def _mapping(said: Any, where: str, known: Collection[str]) -> Mapping[str, Any]:
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise _wrong(where or "—", said)
    for name in said:
        if name not in known:
            place = f"{where}.{name}" if where else name
            raise RequestRefused("simulate.unknown", where=place, near=nearest(name, known))
    return said


def _expanded(said: Mapping[str, Any], in_force: InForce) -> dict[str, Any]:
    """A group's conduct given to each member; what names a member itself goes before."""
    members = {
        each: conduct for unit, conduct in said.items() for each in sorted(in_force.members_of(unit)) if each != unit
    }
    return {**members, **said}


def _conduct(said: Any, where: str) -> Conduct:
    if isinstance(said, str):
        said = {"answer": said}
    fields = _mapping(said, where, KEYS)
    after, on = _when(fields.get("answer", NEVER), f"{where}.answer")
    return Conduct(
        after=after,
        on=on,
        acknowledges=_yes(fields.get("acknowledge", "no"), f"{where}.acknowledge"),
        extension=_days(fields.get("extension"), f"{where}.extension"),
        granted=_yes(fields.get("granted", "yes"), f"{where}.granted"),
        absent=tuple(_spans(fields.get("absent", []), f"{where}.absent")),
    )


def _when(said: Any, where: str) -> tuple[int | None, date | None]:
    if said == NEVER:
        return None, None
    text = said if isinstance(said, str) else ""
    if found := _AFTER.fullmatch(text):
        return int(found[1]), None
    if found := _ON.fullmatch(text):
        return None, _day(found[1], where)
    raise _wrong(where, said)


def _days(said: Any, where: str) -> int:
    if said is None:
        return 0
    found = _DAYS.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        raise _wrong(where, said)
    return int(found[1])


def _yes(said: Any, where: str) -> bool:
    if not isinstance(said, str) or said.lower() not in _YES:
        raise _wrong(where, said)
    return _YES[said.lower()]


def _spans(said: Any, where: str) -> Iterator[tuple[date, date]]:
    for each in said if isinstance(said, list) else [said]:
        found = _SPAN.fullmatch(each) if isinstance(each, str) else None
        if found is None:
            raise _wrong(where, each)
        first, last = (_day(text, where) for text in found.groups())
        if last < first:
            raise _wrong(where, each)
        yield first, last


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _wrong(where, text) from None


def _wrong(where: str, said: Any) -> RequestRefused:
    return RequestRefused("simulate.not_understood", where=where, value=said if isinstance(said, str) else "…")
