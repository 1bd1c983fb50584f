"""Much that is one matter: the same task of the same period, whoever's it is, on the board and before a meeting.

Cases never become a `Line`, so they are never in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from usecases.desk.reading import Desk, Line

if TYPE_CHECKING:
    from outputs.report_view import Told
    from usecases.plans import InForce

SAID = 2
"""Of what was said about one matter, how much."""
MANY = 3
"""From how many members on a group is named instead of each."""
_WHY = ("noted", "returned", "supplement_asked", "retracted", "extension_asked")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One thing that was said or done about an occurrence."""

    kind: str
    on: date
    who: str
    text: str
    """As written; "" where nothing was, or where it was erased."""


def _explains(each: Spoken) -> bool:
    return bool(each.text) and each.kind in _WHY


@dataclass(frozen=True, slots=True)
class Matter:
    """One task in one period, of one unit or of many; where it is late, with what explains it and what was done."""

    lines: tuple[Line, ...]
    """The most pressing first."""
    units: tuple[tuple[str, int], ...]
    """Whose it is: the short name and for how many it stands; members of a group from MANY on in one."""
    spoken: tuple[Spoken, ...]
    """In the order of days."""

    @property
    def line(self) -> Line:
        """The most pressing, which stands for all."""
        return self.lines[0]

    @property
    def why(self) -> tuple[Spoken, ...]:
        """What tells why it is late, the last SAID of it."""
        return tuple(each for each in self.spoken if _explains(each))[-SAID:]

    @property
    def done(self) -> tuple[Spoken, ...]:
        """What was done about it beside the ladder, the last SAID of it."""
        return tuple(each for each in self.spoken if not _explains(each))[-SAID:]

    @property
    def told(self) -> tuple[Told, ...]:
        """Who was written to, in the order of days."""
        return tuple(sorted((each for line in self.lines for each in line.told), key=lambda each: each.on))

    @property
    def next(self) -> Told | None:
        """Who is written to next, if nothing changes."""
        return min((each.next for each in self.lines if each.next), key=lambda each: each.on, default=None)

    @property
    def rungs(self) -> tuple[tuple[str, int], ...]:
        """The roles that the ladder has reached and for how many units, the most serious unit's first."""
        return tuple(Counter(each.rung for each in self.lines if each.rung).items())

    @property
    def period(self) -> str:
        """The period that all of them are of, as in their keys."""
        return self.line.id.rpartition("/")[2]

    @property
    def group(self) -> str | None:
        """The group whose members all of them are; None where they are not."""
        groups = {each.group for each in self.lines}
        return groups.pop() if len(groups) == 1 else None

    @property
    def told_after(self) -> tuple[Told, ...]:
        """Who was written to after the last day, in the order of days."""
        after = (each for line in self.lines for each in line.told if line.last_day is None or each.on > line.last_day)
        return tuple(sorted(after, key=lambda each: each.on))


def matters(desk: Desk, lines: Iterable[Line], said: Mapping[str, Sequence[Spoken]]) -> list[Matter]:
    """The lines by task and period, in the order of the first of each; pure."""
    return [
        Matter(held, units_of(desk, held), tuple(sorted((s for each in held for s in said.get(each.id, ())), key=_day)))
        for held in grouped(lines, task_of)
    ]


def units_of(desk: Desk, lines: Sequence[Line]) -> tuple[tuple[str, int], ...]:
    """Whose work the lines are: see Matter.units."""
    members: dict[str | None, list[Line]] = {}
    for each in lines:
        members.setdefault(each.group, []).append(each)
    found: dict[str, int] = {}
    for each in lines:
        of = members[each.group]
        together = each.group is not None and len(of) >= MANY
        name = desk.plan.unit_name(str(each.group), short=True) if together else each.unit_short
        found[name] = len(of) if together else found.get(name, 0) + 1
    return tuple(found.items())


def names_of(plan: InForce, lines: Sequence[Line]) -> dict[str, str]:
    """The short name of each one's unit, by occurrence; where one unit holds several, with whose work it was."""
    held = Counter(each.unit for each in lines)
    return {
        each.id: each.unit_short if held[each.unit] == 1 else f"{each.unit_short} ({_first(plan, each)})"
        for each in lines
    }


def _first(plan: InForce, line: Line) -> str:
    return plan.unit_name(line.id.split("/")[1], short=True)


def task_of(line: Line) -> tuple[str, str]:
    """Lines of the same are one matter: the task, and the period of their keys."""
    return line.task, line.id.rpartition("/")[2]


def _day(said: Spoken) -> date:
    return said.on


def grouped(lines: Iterable[Line], key: Callable[[Line], Any]) -> Iterator[tuple[Line, ...]]:
    """The lines in groups, each group where its first line stood."""
    of: dict[Any, list[Line]] = {}
    for each in lines:
        of.setdefault(key(each), []).append(each)
    yield from map(tuple, of.values())
