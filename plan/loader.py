"""From a folder to a Plan, or to every problem there is, each with file and line."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path as FilePath
from typing import Any, TypeVar

from yaml.nodes import Node

from plan.checks import check
from plan.draft import Draft, TaskFile
from plan.expansion import unanswerable
from plan.files import SINGLE, SOURCE, TASKS, Files, read_files
from plan.overlay import merge
from plan.places import Places
from plan.plan import Plan, compiled
from plan.problems import Finding, Path, PlanErrors, Problem, nearest
from plan.reading import Unreadable, compose, decode, values_of
from plan.schema import FILES, CalendarFile, EscalationFile, PlanFile, TargetsFile, TasksFile, UnitsFile
from plan.shaping import Shaped, shape
from plan.source import read_source

Item = TypeVar("Item")

QUOTE_CODES = frozenset(("unknown_clause", "quote_not_found", "quote_elsewhere"))
"""Quotes that do not stand in their clause: `kehoach coverage` tolerates them, to list them all."""


def load(
    directory: FilePath | str, overlay: FilePath | str | None = None, *, tolerate: Collection[str] = frozenset()
) -> Plan:
    """The plan in `directory`, with what the office's `overlay` file adds (a path without a file adds nothing).

    Raises PlanErrors with all errors at once, in the order of files and lines; problems whose code is in `tolerate`
    become warnings. `Plan.warnings` holds what only a person can settle. OSError passes through.
    """
    reading = _Reading(read_files(FilePath(directory), None if overlay is None else FilePath(overlay)))
    draft = reading.draft()
    check(draft)
    errors = [each for each in draft.errors if each.code not in tolerate]
    if errors or reading.problems:
        raise PlanErrors(_ordered([*reading.problems, *_placed(reading.places(), errors)]))
    tolerated = [each for each in draft.errors if each.code in tolerate]
    warnings = _placed(reading.places(), [*tolerated, *draft.warnings]) if tolerated or draft.warnings else []
    plan = compiled(draft, FilePath(directory), reading.files.hash, _ordered(warnings))
    if late := _unanswerable(draft, plan):
        raise PlanErrors(_ordered(_placed(reading.places(), late)))
    return plan


def _unanswerable(draft: Draft, plan: Plan) -> list[Finding]:
    """What the rounds' days show, once there is a working calendar to count them in."""
    places = {entry.id: place for place, entry in draft.units}
    return [
        Finding(
            "unit_ended",
            "units.yaml",
            ("units", places[unit.group or unit.id], "until"),
            {"unit": unit.id, "until": str(unit.until), "day": str(last)},
        )
        for unit, last in unanswerable(plan)
    ]


def _placed(places: Places, findings: list[Finding]) -> list[Problem]:
    return [places.problem(each) for each in findings]


def _ordered(problems: list[Problem]) -> list[Problem]:
    seen: dict[str, Problem] = {}
    for each in sorted(problems, key=lambda one: (one.file, one.line)):
        seen.setdefault(repr(each), each)
    return list(seen.values())


class _Reading:
    """The files on their way to a draft; `problems` are those whose lines are known already."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.problems = list(files.problems)
        self.texts: dict[str, str] = {}
        self.nodes: dict[str, Node | None] = {}
        self.merged: dict[str, Any] = {}
        self.laid: dict[str, Any] = {}
        self.extra: list[tuple[int, Any]] = []
        """Tasks that the overlay adds, as (place in the overlay, raw task)."""
        self.findings: list[Finding] = []
        for name, data in files.data.items():
            self._decode(name, data)
        for name, text in self.texts.items():
            if name != SOURCE:
                self.merged[name] = self._values(name, text)
        if files.overlay is not None:
            self._lay(files.overlay)

    def _decode(self, name: str, data: bytes) -> None:
        try:
            self.texts[name] = decode(data, name)
        except Unreadable as error:
            self.problems += error.problems

    def _values(self, name: str, text: str) -> Any:
        try:
            node = compose(text, name)
        except Unreadable as error:
            self.problems += error.problems
            return None
        if not name.startswith(f"{TASKS}/"):
            self.nodes[name] = node
        if node is None and name != self.files.overlay:
            self.problems.append(Problem("empty_file", name, 1, {"file": name}))
        return values_of(node, name, self.problems)

    def _lay(self, overlay: str) -> None:
        laid = self.merged.pop(overlay, None)
        if laid is None:
            return
        if not isinstance(laid, dict):
            self.findings.append(Finding("not_mapping", overlay, (), {"key": "overlay"}))
            return
        for kind, value in laid.items():
            if kind not in FILES:
                values = {"key": kind, "near": nearest(kind, FILES)}
                self.findings.append(Finding("unknown_key", overlay, (kind,), values))
            elif kind == "tasks":
                self._lay_tasks(value)
            elif self.merged.get(f"{kind}.yaml") is not None:
                self.laid[kind] = value
                self.merged[f"{kind}.yaml"] = merge(self.merged[f"{kind}.yaml"], value)

    def _lay_tasks(self, value: Any) -> None:
        """Tasks are laid on by id, in whichever file they stand; new ones stay in the overlay."""
        self.laid["tasks"] = value
        added = value.get("tasks", []) if isinstance(value, dict) else None
        if not isinstance(added, list):
            self.findings.append(Finding("not_mapping", str(self.files.overlay), ("tasks",), {"key": "tasks"}))
            return
        new = {each["id"]: each for each in added if isinstance(each, dict) and isinstance(each.get("id"), str)}
        for name, held in self.merged.items():
            if not name.startswith("tasks/") or not isinstance(held, dict) or not isinstance(held.get("tasks"), list):
                continue
            mine = [new.pop(each["id"]) for each in held["tasks"] if isinstance(each, dict) and each.get("id") in new]
            if mine:
                self.merged[name] = merge(held, {"tasks": mine})
        self.extra = [
            (place, each)
            for place, each in enumerate(added)
            if not isinstance(each, dict) or each.get("id", "") in {"", *new}
        ]

    def draft(self) -> Draft:
        draft = Draft(raw=self.merged, errors=self.findings)
        if SOURCE in self.texts:
            draft.source = read_source(self.texts[SOURCE])
            if not draft.source.by_address:
                self.problems.append(Problem("no_clauses", SOURCE, 1))
        for kind in SINGLE:
            self._single(draft, kind)
        for name in sorted(self.merged):
            if name.startswith("tasks/") and self.merged[name] is not None:
                self._tasks(draft, name, (), self.merged[name])
        if self.extra and self.files.overlay:
            file = dict(self.laid["tasks"], tasks=[each for _, each in self.extra])
            places = [place for place, _ in self.extra]
            self._tasks(draft, self.files.overlay, ("tasks",), file, places)
        return draft

    def _single(self, draft: Draft, kind: str) -> None:
        name = f"{kind}.yaml"
        if self.merged.get(name) is None:
            return
        shaped = shape(FILES[kind], self.merged[name], name)
        draft.errors += shaped.findings
        match shaped.model:
            case PlanFile():
                draft.plan = shaped.model
            case CalendarFile():
                draft.calendar = shaped.model
            case EscalationFile():
                draft.escalation = shaped.model
            case UnitsFile():
                draft.units = _with_places(shaped, shaped.model.units)
            case TargetsFile():
                draft.targets = _with_places(shaped, shaped.model.targets)
            case _:
                pass

    def _tasks(self, draft: Draft, name: str, prefix: Path, held: Any, places: list[int] | None = None) -> None:
        unit = held.get("unit") if isinstance(held, dict) else None
        if unit is not None and isinstance(held.get("tasks"), list):
            for each in held["tasks"]:
                if isinstance(each, dict):
                    each.setdefault("unit", unit)
        shaped = shape(TasksFile, held, name, prefix)
        draft.errors += shaped.findings
        if isinstance(shaped.model, TasksFile):
            kept = _with_places(shaped, shaped.model.tasks)
            if places:
                kept = [(places[place], each) for place, each in kept]
            draft.task_files.append(TaskFile(name, prefix, kept))

    def places(self) -> Places:
        return Places(self.node, self.merged, self.files.overlay, self.laid)

    def node(self, name: str) -> Node | None:
        """The nodes of a file, for positions; those of task files, which are large, are made again when asked for."""
        if name not in self.nodes:
            try:
                self.nodes[name] = compose(self.texts[name], name) if name in self.texts and name != SOURCE else None
            except Unreadable:
                self.nodes[name] = None
        return self.nodes[name]


def _with_places(shaped: Shaped, items: list[Item]) -> list[tuple[int, Item]]:
    """Each item with its place in the file, the gaps of unsound ones left out."""
    if not shaped.gaps:
        return list(enumerate(items))
    places = (place for place in range(len(items) + len(shaped.gaps)) if place not in shaped.gaps)
    return list(zip(places, items, strict=False))
