"""A task of the plan by itself: what the document says of it, whose it is, each time it falls due, and how the rounds
answered it. Every task has this page, also one that makes no occurrence of its own, so that each clause leads to its
tasks and each task back to its clauses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from usecases.desk.reading import Desk, Line
from usecases.desk.task import Quoted, quoted, recipient_of

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Answered:
    """What one unit answered for the task in one round that has opened."""

    line: Line
    """The check-in."""
    answer: str | None


@dataclass(frozen=True, slots=True)
class Round:
    """One round of check-ins, unit by unit."""

    label: str
    answers: tuple[Answered, ...]

    @property
    def given(self) -> int:
        """How many have answered."""
        return sum(each.answer is not None for each in self.answers)


@dataclass(frozen=True, slots=True)
class Duty:
    """What the page shows."""

    id: str
    title: str
    kind: str
    unit: str
    unit_name: str
    requested: bool
    """Its unit is only asked, on the day of the page."""
    private: bool
    """About a case: nothing of its state is shown."""
    helpers: tuple[str, ...]
    confirm: str
    to: str
    quoted: tuple[Quoted, ...]
    lines: tuple[Line, ...]
    """Its occurrences, by day; what was cancelled is among them."""
    rounds: tuple[Round, ...]
    """Of a continuous duty, the latest first."""


def duty(desk: Desk, task: str) -> Duty:
    """The task as it stood on the day of the page; pure. Raises KeyError for one that it has not."""
    in_force = desk.plan
    said = in_force.tasks[task]
    unit = in_force.units.get(said["unit"])
    return Duty(
        id=task,
        title=said["title"],
        kind=said["kind"],
        unit=said["unit"],
        unit_name=in_force.unit_name(said["unit"]),
        requested=unit is not None and unit.relation_on(desk.as_of) == "đề nghị",
        private=bool(said.get("private")),
        helpers=tuple(in_force.unit_name(each) for each in said.get("with", ())),
        confirm=in_force.unit_name(said["confirm"]) if said.get("confirm") else "",
        to=recipient_of(in_force, said.get("to")),
        quoted=tuple(quoted(in_force, said["sources"])),
        lines=tuple(each for each in desk.lines if each.task == task),
        rounds=tuple(_rounds(desk, task)),
    )


def _rounds(desk: Desk, task: str) -> Iterator[Round]:
    of: dict[str, list[Answered]] = {}
    for line in sorted(desk.lines, key=lambda each: each.opens_on or desk.as_of, reverse=True):
        if line.opens_on is None or line.opens_on > desk.as_of or line.status == "cancelled":
            continue
        for asked, answer in line.answers:
            if asked == task:
                of.setdefault(line.label, []).append(Answered(line, answer))
    for label, answers in of.items():
        yield Round(label, tuple(answers))
