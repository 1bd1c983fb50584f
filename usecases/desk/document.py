"""The official text as the interface: each clause with what became of the tasks that it gave rise to, and how much of
it tasks carry. From a clause to its tasks and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from plan.covering import Coverage, cover, find_quote, obliging
from plan.source import HEADINGS, Clause, Source, below
from plan.stored import source_from
from rules.states import OPEN
from usecases.desk.reading import Desk, Line

SERIOUS = ("over", "wait", "open", "done", "none")
"""The states of a clause, most serious first: something is late; something waits for confirmation or was returned;
under way or still to come; all done; no task, or none whose state may be shown."""

_COUNTED = ("done", "planned", "nothing", "not-yet")


@dataclass(frozen=True, slots=True)
class Round:
    """How the units that carry a continuous duty answered it in the latest round that has opened."""

    label: str
    units: int
    answered: int
    answers: tuple[tuple[str, int], ...]
    """(answer, how often), of those that were given."""


@dataclass(frozen=True, slots=True)
class ClauseTask:
    """A task that a clause gave rise to."""

    id: str
    title: str
    kind: str
    unit: str
    unit_name: str
    requested: bool
    private: bool
    """About a case: nothing of its state is shown."""
    state: str
    """One of SERIOUS."""
    lines: tuple[Line, ...]
    """Its occurrences that ask for something or are done, by day; of a group that has many, see `lines_in_all`."""
    lines_in_all: int
    done: int
    """How many of all are done."""
    round: Round | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a clause's text; `mark` is "" or why it is marked: a state of SERIOUS for a deadline, `bare` for words
    that no task carries."""

    text: str
    mark: str = ""
    basis: str = ""
    """Where the day comes from, for a deadline."""
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause of the text, or a heading."""

    address: str
    kind: str
    parts: tuple[Part, ...]
    state: str = "none"
    tasks: tuple[ClauseTask, ...] = ()
    targets: tuple[tuple[str, str], ...] = ()
    """(id, title) of the indicators that stand on it."""
    obliges: bool = False
    """Whether it must be covered."""
    bare: int = 0
    """How many pieces of it no task carries."""
    why_out: str = ""
    """Why it obliges nobody, as the plan declares it; "" for what counts."""
    goes_on: bool = False
    """The clause before it is left out for the same reason."""


@dataclass(frozen=True, slots=True)
class Document:
    """What the page shows; without clauses where the revision was made before the text was kept."""

    clauses: tuple[ClauseView, ...]
    coverage: Coverage
    stated: int
    """Deadlines that the text states."""
    late: int
    """Of all occurrences."""
    excluded: tuple[tuple[str, str], ...]
    """(address, why) of what obliges nobody, as the plan declares it."""


def document(desk: Desk) -> Document:
    """The text that was in force on the day of the page, with the state of that day; pure."""
    source = source_from(desk.plan.meta)
    tasks = desk.plan.tasks.values()
    excluded = {each["clause"]: each["why"] for each in desk.plan.meta.get("excluded", ())}
    obliges = desk.plan.meta.get("obliges", ())
    covered = cover(source, obliges, excluded, _quotes((*tasks, *desk.plan.targets)))
    made = _Made(desk, source, covered, {each.address for each in obliging(source, obliges, excluded)})
    return Document(
        tuple(_left_out((made.clause(each) for each in source.clauses), excluded)),
        covered,
        stated=len({(each.task, each.last_day) for each in desk.lines if each.basis == "stated"}),
        late=sum(each.late for each in desk.lines),
        excluded=tuple(excluded.items()),
    )


def _left_out(clauses: Iterable[ClauseView], excluded: Mapping[str, str]) -> Iterator[ClauseView]:
    """The clauses, each that coverage leaves out with the reason; headings are left out together, by one of them."""
    reasons = [(below((address,)), why) for address, why in excluded.items()]
    before = ""
    for each in clauses:
        mine = HEADINGS if each.kind == "heading" else each.address
        why = next((why for inside, why in reasons if f"{mine}-".startswith(inside)), "")
        yield replace(each, why_out=why, goes_on=bool(why) and why == before)
        before = why


def _quotes(owners: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    for owner in owners:
        for each in owner["sources"]:
            yield owner["id"], each["clause"], each["quote"]


class _Made:
    """What every clause asks for, found once."""

    def __init__(self, desk: Desk, source: Source, covered: Coverage, obliged: set[str]) -> None:
        self._desk, self._source, self._obliged = desk, source, obliged
        self._bare: dict[str, list[str]] = {}
        for piece in covered.uncovered:
            self._bare.setdefault(piece.clause, []).append(piece.text)
        self._lines: dict[str, list[Line]] = {}
        for each in desk.lines:
            self._lines.setdefault(each.task, []).append(each)
        self._tasks: dict[str, list[ClauseTask]] = {}
        rounds = _rounds(desk)
        for task in desk.plan.tasks.values():
            shown = _task(desk, task, self._lines.get(task["id"], []), rounds.get(task["id"]))
            for address in dict.fromkeys(each["clause"] for each in task["sources"]):
                self._tasks.setdefault(address, []).append(shown)
        self._targets: dict[str, list[tuple[str, str]]] = {}
        for target in desk.plan.targets:
            for each in target["sources"]:
                self._targets.setdefault(each["clause"], []).append((target["id"], target["title"]))

    def clause(self, clause: Clause) -> ClauseView:
        if clause.kind == "heading":
            return ClauseView(clause.address, clause.kind, (Part(clause.text),))
        tasks = self._tasks.get(clause.address, [])
        bare = self._bare.get(clause.address, [])
        return ClauseView(
            clause.address,
            clause.kind,
            tuple(_parts(clause.text, [*_deadlines(tasks), *((each, Part(each, "bare")) for each in bare)])),
            worst(each.state for each in tasks),
            tuple(tasks),
            tuple(self._targets.get(clause.address, ())),
            clause.address in self._obliged,
            len(bare),
        )


def worst(states: Iterable[str]) -> str:
    """The most serious of these states; `none` of none."""
    return min(states, key=SERIOUS.index, default="none")


def state_of(line: Line) -> str:
    """The colour of an occurrence, one of SERIOUS."""
    if line.late:
        return "over"
    if line.status in ("submitted", "returned") or line.asked_until is not None:
        return "wait"
    if line.status == "cancelled":
        return "none"
    return "open" if line.status in OPEN else "done"


def _task(desk: Desk, task: Mapping[str, Any], lines: Sequence[Line], last: Round | None) -> ClauseTask:
    private = bool(task.get("private"))
    unit = desk.plan.units.get(task["unit"])
    standing = [each for each in lines if each.status != "cancelled"]
    state = worst(state_of(each) for each in standing)
    if not standing and last is not None:
        state = "open"  # a continuous duty is never finished
    return ClauseTask(
        id=task["id"],
        title=task["title"],
        kind=task["kind"],
        unit=task["unit"],
        unit_name=desk.plan.unit_name(task["unit"], short=True),
        requested=unit is not None and unit.relation_on(desk.as_of) == "đề nghị",
        private=private,
        state="none" if private else state,
        lines=() if private else tuple(standing),
        lines_in_all=len(standing),
        done=sum(state_of(each) == "done" for each in standing),
        round=None if private else last,
    )


def _rounds(desk: Desk) -> dict[str, Round]:
    """By continuous task, the latest round that has opened by the day of the page."""
    found: dict[str, Round] = {}
    for label, answers in desk.answers_by_round():
        for task, given in answers.items():
            said = [each for each in given if each is not None]
            counted = tuple((answer, said.count(answer)) for answer in _COUNTED if answer in said)
            found[task] = Round(label, len(given), len(said), counted)
    return found


def _deadlines(tasks: Iterable[ClauseTask]) -> Iterator[tuple[str, Part]]:
    for task in tasks:
        of: dict[tuple[str, date | None], list[Line]] = {}
        for each in task.lines:
            if each.words and each.basis == "stated":
                of.setdefault((each.words, each.last_day), []).append(each)
        for (words, day), lines in of.items():
            yield words, Part(words, worst(state_of(each) for each in lines), "stated", day)


def _parts(text: str, marks: Iterable[tuple[str, Part]]) -> Iterator[Part]:
    """The text cut where something is marked; of two marks that meet, the first stands."""
    spans = []
    for words, part in marks:
        found = find_quote(text, words)
        if found is not None:
            spans.append((*found, part))
    at = 0
    for start, end, part in sorted(spans, key=lambda each: each[:2]):
        if start < at:
            continue
        if start > at:
            yield Part(text[at:start])
        yield Part(text[start:end], part.mark, part.basis, part.last_day)
        at = end
    if at < len(text):
        yield Part(text[at:])
