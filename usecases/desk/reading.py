"""One read of all that the office's pages show: the status of a day, the ladder's past and future, the plan in force.

Every page asks once and makes the rest of values, so the number of queries does not grow with the plan. Cases are in
the ward's totals and nowhere else (design section 6): they never become a `Line`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from models import queries
from outputs.report_view import Counts, Told
from rules import ladder, states
from rules.values import CHECK_IN, REQUESTED, Key
from usecases import plans, status
from usecases.desk.calls import Call, calls
from usecases.desk.fold import folded
from usecases.moment import local_day
from usecases.people import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlmodel import Session

LATE = "open_overdue"


@dataclass(frozen=True)
class Line:
    """One occurrence on a page; `status` and `cell` are identifiers, never words for people."""

    id: str
    """task/unit/period."""
    task: str
    unit: str
    """Who holds it."""
    group: str | None
    unit_name: str
    unit_short: str
    title: str
    label: str
    kind: str
    status: str
    cell: str | None
    """Which of the four cells it counts in; None where it was cancelled."""
    requested: bool
    """Its unit is only asked: outside every percentage, never «quá hạn»."""
    days_late: int
    last_day: date | None
    """The current last acceptable day, after extensions."""
    stated_day: date | None
    from_day: date | None
    to_day: date | None
    time: time | None
    basis: str
    words: str
    reason: str
    set_by: str | None
    extended_from: date | None
    asked_until: date | None
    """The day asked for, while nobody has granted or refused it."""
    done_on: date | None
    document: str | None
    recorded_late: bool
    opens_on: date | None
    answers: tuple[tuple[str, str | None], ...]
    """For a check-in: the task of each line that is asked, and the answer that was given."""
    clauses: tuple[str, ...]
    """Where in the document it comes from; for a check-in, what its lines come from."""
    rung: str
    """The role of the last rung told, in this deadline version; "" before the first."""
    told: tuple[Told, ...] = ()
    """Who was written to by the day of the page, in the order of days."""
    next: Told | None = None
    """Who is written to next, if nothing changes."""
    quotes: str = ""
    step: str = ""
    """Of a report on its way up: the last step taken, one of rules.values.STEPS; "" before the first."""
    step_on: date | None = None
    confirm: str | None = None
    """The unit that is named to confirm it."""
    reporter: str = ""
    """Whose word the standing report is."""

    @property
    def name(self) -> str:
        return f"{self.title} ({self.label})" if self.label else self.title

    @property
    def day(self) -> date | None:
        """The day by which it is judged: its last day, else the end of its period."""
        return self.last_day or self.to_day

    @property
    def late(self) -> bool:
        return self.cell == LATE and not self.requested

    @property
    def owed(self) -> bool:
        """Whether somebody still owes something: the unit, or who confirms."""
        return self.status in states.OPEN or self.status == "submitted"

    def silent_on(self, day: date) -> bool:
        """Its day has passed and nothing was heard: asked of a unit that is only requested, or a round whose day is
        advice. What is late is not silent, it is late."""
        passed = self.last_day is not None and self.last_day < day
        return passed and self.status in states.OPEN and not self.late and (self.requested or self.kind == CHECK_IN)

    @cached_property
    def searched(self) -> str:
        """What a search looks through, folded."""
        of_it = (
            self.title,
            self.label,
            self.unit_name,
            self.unit_short,
            self.unit,
            *self.clauses,
            self.document or "",
            self.quotes,
        )
        return folded(" ".join((*of_it, self.id)))


@dataclass(frozen=True, slots=True)
class Desk:
    """What was read."""

    plan: plans.InForce
    """As it stood on the day of the page; where there was none yet, as it stands now."""
    there: bool
    """Whether there was a plan on that day."""
    as_of: date
    today: date
    counts: Counts
    """The ward's totals, cases among them, units that are only requested not."""
    cases: Counts
    lines: tuple[Line, ...]
    """By day; what was cancelled is among them."""
    head: int
    """The seq of the office's last entry."""
    known_by: date | None = None
    """Of what had been recorded by the end of this local day alone; None: of all that is recorded by now."""
    calls: Mapping[str, Call] = field(default_factory=dict)
    """What units wrote and nobody has answered, by occurrence."""

    @property
    def past(self) -> bool:
        """Whether this is not how things stand now, so that nothing is decided on it."""
        return self.as_of < self.today or self.known_by is not None

    def knew(self, recorded_at: datetime) -> bool:
        """Whether what was recorded at this instant counts here."""
        return self.known_by is None or local_day(recorded_at, self.plan.zone) <= self.known_by

    def answers_by_round(self) -> Iterator[tuple[str, dict[str, list[str | None]]]]:
        """The rounds that have opened, by their days: the label, and for each task what its units answered, or None."""
        opened = [each for each in self.lines if each.answers and each.opens_on and each.opens_on <= self.as_of]
        of: dict[str, dict[str, list[str | None]]] = {}
        for each in sorted(opened, key=lambda line: line.opens_on or date.max):
            for task, answer in each.answers if each.status != "cancelled" else ():
                of.setdefault(each.label, {}).setdefault(task, []).append(answer)
        yield from of.items()


def read(
    session: Session,
    *,
    now: datetime,
    plan: str | None = None,
    as_of: date | None = None,
    known_by: date | None = None,
    lang: str = "vi",
) -> Desk:
    """Everything as at the end of the local day `as_of` (default: today), by what had been recorded by `known_by`."""
    office, plan_id = plans.find(session, plan)
    standing = status.read(session, office, plan_id, now=now, as_of=as_of, known_by=known_by)
    in_force = standing.in_force or plans.in_force(session, office, plan_id)
    told_by = min(standing.as_of, known_by or standing.as_of)
    ladders = _ladders(session, in_force, told_by, lang)
    desk = Desk(
        plan=in_force,
        there=standing.in_force is not None,
        as_of=standing.as_of,
        today=local_day(now, in_force.zone),
        counts=Counts(**standing.counts),
        cases=Counts(**standing.cases) if standing.cases else Counts(),
        lines=tuple(_line(each, in_force, standing.as_of, ladders) for each in standing.items),
        head=queries.head(session, office),
        known_by=known_by,
    )
    owed = {each.id: each.unit for each in desk.lines if each.owed}
    said = calls(session, in_force.office, in_force.plan, owed, upto=desk.as_of, knew=desk.knew)
    return replace(desk, calls=said)


def _line(item: status.Item, in_force: plans.InForce, day: date, ladders: _Ladders) -> Line:
    terms, state, dates = item.terms, item.state, item.terms.dates
    known = in_force.units.get(state.held_by)
    sources = _sources(item, in_force)
    cell = states.bucket(item.status, terms, state, day)
    rung, told, coming = ladders.of(item, cell)
    return Line(
        id=terms.key.short,
        task=terms.key.task,
        unit=state.held_by,
        group=known.group if known else None,
        unit_name=in_force.unit_name(state.held_by),
        unit_short=in_force.unit_name(state.held_by, short=True),
        title=terms.title,
        label=terms.label,
        kind=terms.kind,
        status=item.status,
        cell=cell,
        requested=terms.relation == REQUESTED,
        days_late=item.days_late,
        last_day=state.last_day,
        stated_day=dates.stated,
        from_day=dates.from_day,
        to_day=dates.to_day,
        time=dates.time,
        basis=dates.basis,
        words=dates.words,
        reason=dates.reason,
        set_by=dates.set_by,
        extended_from=state.extended_from,
        asked_until=state.asked_until,
        done_on=state.done_on,
        document=state.document,
        recorded_late=state.recorded_late,
        opens_on=terms.opens_on,
        answers=tuple((task, state.answers[task].answer if task in state.answers else None) for task in terms.lines),
        clauses=tuple(dict.fromkeys(each["clause"] for each in sources)),
        rung=rung,
        told=told,
        next=coming,
        quotes=" ".join(each["quote"] for each in sources),
        step=state.step,
        step_on=state.step_on,
        confirm=terms.confirm,
        reporter=state.reporter,
    )


def _sources(item: status.Item, in_force: plans.InForce) -> list[dict[str, Any]]:
    tasks = item.terms.lines if item.terms.kind == CHECK_IN else (item.terms.key.task,)
    return [source for task in tasks if task in in_force.tasks for source in in_force.tasks[task]["sources"]]


@dataclass(frozen=True, slots=True)
class _Ladders:
    """What the ladder has told, and how it goes on."""

    in_force: plans.InForce
    day: date
    lang: str
    told: Mapping[Key, tuple[Told, ...]]
    roles: Mapping[str, str]

    def of(self, item: status.Item, cell: str | None) -> tuple[str, tuple[Told, ...], Told | None]:
        """The role of the last rung told, who was told, and who is next: only of what asks for somebody."""
        coming = None
        if cell == LATE or item.status in ("submitted", "returned"):
            coming = self._next(item)
        return self._role(item.rung), self.told.get(item.terms.key, ()), coming

    def _role(self, rung: str | None) -> str:
        """Whom a rung tells, from its name in the outbox: repeated rungs are numbered (`chair-2`)."""
        if rung is None:
            return ""
        return self.roles.get(rung) or self.roles.get(rung.rpartition("-")[0]) or rung.rpartition("-")[0] or rung

    def _next(self, item: status.Item) -> Told | None:
        """As the ladder of that day has it, whatever was told or dropped since."""
        plan = self.in_force
        for each in ladder.tellings(item.terms, item.state, plan.policy, plan.calendar, plan.directory):
            if each.due_on > self.day and each.recipient != ladder.EVENTS:
                return Told(name_of(plan, each.recipient, self.lang), each.due_on)
        return None


def _ladders(session: Session, in_force: plans.InForce, day: date, lang: str) -> _Ladders:
    told: dict[Key, list[Told]] = {}
    names: dict[str, str] = {}
    for row in queries.notices(session, in_force.office, in_force.plan, upto=day):
        if row.recipient == ladder.EVENTS or row.state in ("dropped", "folded"):
            continue
        if row.recipient not in names:
            names[row.recipient] = name_of(in_force, row.recipient, lang)
        key = Key(in_force.office, in_force.plan, row.task, row.unit, row.period)
        told.setdefault(key, []).append(Told(names[row.recipient], row.due_on))
    roles = {each.id: each.role for each in in_force.policy.rungs}
    return _Ladders(in_force, day, lang, {key: tuple(each) for key, each in told.items()}, roles)


def count(lines: Iterable[Line]) -> Counts:
    """The four cells of these lines; what was cancelled is in none."""
    cells = dict.fromkeys(states.CELLS, 0)
    for each in lines:
        if each.cell is not None:
            cells[each.cell] += 1
    return Counts(**cells)
