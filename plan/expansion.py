"""From tasks to occurrences: deadlines and campaign periods as days, fanned out over members; check-ins per round."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from plan import almanac
from plan.check_dates import is_advisory, reason, set_by
from plan.operators import operator
from plan.plan import Plan
from plan.schema import Campaign, Deadline, Round, Task
from plan.statements import Quotes, judge
from rules.deadlines import In, Lunar, Operator, Resolved, Window, resolve
from rules.units import Unit
from rules.values import CHECK_IN, CHECK_IN_TASK, Dates, Key, Terms

_QUARTERS = ("", "I", "II", "III", "IV")


class Due(NamedTuple):
    """One deadline or campaign period of a task, before it is given to units."""

    period: str
    label: str
    dates: Dates
    advisory: bool


def dues(plan: Plan, task: Task) -> list[Due]:
    """The deadlines and campaign periods of a task, in the order of its file; none for continuous and on-event ones."""
    quotes = Quotes((each.quote for each in task.source), plan.meta.year)
    found = [due for each in task.deadlines for due in _deadline(plan, each, quotes)]
    return found + [_campaign(plan, plan.campaigns[each]) for each in task.campaigns]


def _deadline(plan: Plan, entry: Deadline, quotes: Quotes) -> Iterator[Due]:
    op = operator(entry)
    words = judge(op, quotes).words if entry.basis == "stated" else ""
    for each in resolve(op, year=plan.meta.year, calendar=plan.calendar, solar=almanac.solar):
        if entry.every is not None and each.last_day < plan.starts_on:
            continue
        period = entry.period or each.period or ""
        label = entry.label or (_period_label(each.period) if entry.period is None and each.period else "")
        yield Due(period, label, _dates(entry, each, words), is_advisory(entry))


def _dates(entry: Deadline | Campaign, found: Resolved, words: str = "") -> Dates:
    return Dates(
        stated=found.stated,
        last_day=found.last_day,
        advised_day=found.advised_day,
        time=found.time,
        from_day=found.from_day,
        to_day=found.to_day,
        basis=entry.basis,
        set_by=set_by(entry),
        words=words,
        reason=reason(entry),
    )


def campaign_window(plan: Plan, entry: Campaign) -> Resolved:
    """The period of a campaign: from its first to its last day, never rolled."""
    op: Operator = operator(entry)
    if isinstance(op, In):
        op = Window(op.first_day, op.last_day)
    found = resolve(op, year=plan.meta.year, calendar=plan.calendar, solar=almanac.solar)[0]
    if isinstance(op, Lunar):
        day = found.last_day
        return Resolved(None, day, day, from_day=day, to_day=day)
    return found


def _campaign(plan: Plan, entry: Campaign) -> Due:
    return Due(entry.id, entry.label, _dates(entry, campaign_window(plan, entry)), is_advisory(entry))


def _period_label(period: str) -> str:
    """What a document calls a computed period: «tháng 3/2025», «quý II/2025», «6 tháng đầu năm 2025»."""
    year, _, rest = period.partition("-")
    if not rest:
        return f"năm {year}"
    if rest[0] == "q":
        return f"quý {_QUARTERS[int(rest[1])]}/{year}"
    if rest[0] == "h":
        return f"6 tháng {'đầu' if rest[1] == '1' else 'cuối'} năm {year}"
    return f"tuần {int(rest[1:])}/{year}" if rest[0] == "w" else f"tháng {int(rest)}/{year}"


def occurrences(plan: Plan) -> list[Terms]:
    """Every occurrence of the plan: deadlines and campaign periods by unit or member, then the check-ins.

    Continuous tasks are lines of check-ins; on-event ones have no occurrence until an event is opened.
    """
    found = [terms for task in plan.tasks.values() for terms in _of_task(plan, task)]
    return found + list(_check_ins(plan))


def _of_task(plan: Plan, task: Task) -> Iterator[Terms]:
    for due in dues(plan, task):
        for unit in plan.members(task.unit):
            yield Terms(
                key=_key(plan, task.id, unit.id, due.period),
                kind=task.kind,
                title=task.title,
                label=due.label,
                dates=due.dates,
                relation=unit.relation_on(due.dates.last_day or plan.starts_on),
                confirm=task.confirm,
                evidence=task.evidence,
                advisory=due.advisory,
            )


def _key(plan: Plan, task: str, unit: str, period: str) -> Key:
    return Key(plan.meta.office.id, plan.meta.id, task, unit, period)


def unanswerable(plan: Plan) -> Iterator[tuple[Unit, date]]:
    """Units that lead continuous duties but end before a round, nobody taking over: who, and the round's last day."""
    ended = [each for each in plan.units.values() if each.until is not None and not each.successors]
    ended = [each for each in ended if _lines(plan, each)]
    rounds = [round_day(plan, each) for each in plan.rounds.values()] if ended else []
    for unit in ended:
        missed = [last for last in rounds if unit.until is not None and unit.until < last]
        if missed:
            yield unit, min(missed)


def _check_ins(plan: Plan) -> Iterator[Terms]:
    asked = {unit: lines for unit in plan.units.values() if (lines := _lines(plan, unit))}
    for each in plan.rounds.values():
        last = round_day(plan, each)
        opens = plan.calendar.add_working(last, -each.open)
        dates = Dates(last_day=last, basis="office", set_by="Văn phòng", reason=each.document or "")
        for unit, lines in asked.items():
            if unit.from_day is not None and unit.from_day > last:
                continue
            yield Terms(
                key=_key(plan, CHECK_IN_TASK, unit.id, each.id),
                kind=CHECK_IN,
                title=each.title,
                label=each.label,
                dates=dates,
                relation=unit.relation_on(last),
                lines=lines,
                advisory=each.document is None,
                opens_on=opens,
            )


def round_day(plan: Plan, entry: Round) -> date:
    """The last day of a round: so many working days before the last day of the report that it feeds."""
    task = plan.tasks[entry.before.task]
    due = next(each for each in dues(plan, task) if each.period == entry.before.period)
    assert due.dates.last_day is not None
    return plan.calendar.add_working(due.dates.last_day, -entry.before.working_days)


def _lines(plan: Plan, unit: Unit) -> tuple[str, ...]:
    """What a unit answers in a round: the continuous tasks it leads, then those of others in which it takes part."""
    if unit.is_group and unit.members is not None:
        return ()  # its members answer
    names = {unit.id, unit.group or unit.id}
    leads = [task.id for task in plan.tasks.values() if task.kind == "continuous" and task.unit in names]
    helps = [
        task.id
        for task in plan.tasks.values()
        if task.with_ and task.unit not in names and not names.isdisjoint(task.with_)
    ]
    return (*leads, *helps)
