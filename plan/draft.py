"""A plan as far as its files could be read: what the checks look at, errors or not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plan.almanac import YEARS
from plan.problems import Finding, Path, nearest
from plan.schema import CalendarFile, EscalationFile, PlanFile, Target, Task, UnitEntry
from plan.source import Source


@dataclass(frozen=True, slots=True)
class TaskFile:
    """The sound tasks of one file, with their places in its list."""

    file: str
    prefix: Path
    tasks: list[tuple[int, Task]]


@dataclass(slots=True)
class Draft:
    """None or a missing name in `known` means: that file has no sound shape, so what depends on it is not judged."""

    plan: PlanFile | None = None
    calendar: CalendarFile | None = None
    escalation: EscalationFile | None = None
    units: list[tuple[int, UnitEntry]] = field(default_factory=list)
    targets: list[tuple[int, Target]] = field(default_factory=list)
    task_files: list[TaskFile] = field(default_factory=list)
    source: Source | None = None
    known: dict[str, set[str]] = field(default_factory=dict)
    """Ids by kind: units (members too), recipients, campaigns, rungs, tasks."""
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The merged plain values by file."""
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    searches: int = 50
    """For how many more faults the whole text or all ids are searched: ten thousand must not take minutes."""

    def error(self, code: str, file: str, path: Path, /, **values: object) -> None:
        self.errors.append(Finding(code, file, path, values))

    def warn(self, code: str, file: str, path: Path, /, **values: object) -> None:
        self.warnings.append(Finding(code, file, path, values))

    def near(self, wrong: str, known: Collection[str]) -> str:
        """The nearest known ids; once there are very many faults, only a sign that there were more."""
        if len(known) > 200:
            self.searches -= 1
            if self.searches < 0:
                return "…"
        return nearest(wrong, known)

    def tasks(self) -> Iterator[tuple[str, Path, Task]]:
        """(file, path, task) of every sound task."""
        for each in self.task_files:
            for place, task in each.tasks:
                yield each.file, (*each.prefix, "tasks", place), task

    @property
    def starts_on(self) -> date | None:
        """The plan's first day; None where the plan or its year is unsound."""
        return self.plan.starts_on if self.plan is not None and self.plan.year in YEARS else None

    def owners(self) -> Iterator[tuple[str, Path, Task | Target]]:
        """Whatever quotes the source: tasks, then targets."""
        yield from self.tasks()
        for place, target in self.targets:
            yield "targets.yaml", ("targets", place), target
