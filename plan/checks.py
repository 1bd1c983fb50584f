"""What the files of a plan mean together: every check, each adding its findings to the draft."""

from __future__ import annotations

from plan.almanac import YEARS
from plan.check_dates import check_campaigns, check_deadlines, check_ended
from plan.check_ids import CALENDAR, ESCALATION, PLAN, TARGETS, check_units, gather, refer
from plan.check_quotes import check_clauses, check_quotes
from plan.draft import Draft
from plan.problems import Path
from plan.schema import EscalationFile, Task
from plan.wording import speaks_of_visits
from rules.delivery import EMAIL
from rules.ladder import LETTER, ROLES

ZONE = "Asia/Ho_Chi_Minh"
_FIELDS = {
    "report": ("deadlines",),
    "recurring": ("deadlines",),
    "once": ("deadlines",),
    "campaign": ("campaigns",),
    "continuous": (),
    "on-event": ("trigger",),
}
"""What a kind's days stand under: needed, and the only one."""

_NEEDS_VALUE = frozenset(("at_least", "at_most", "equal", "decrease_at_least"))
_PEOPLE = ("monitor", "office", "vice-chair", "chair")


def check(draft: Draft) -> None:
    """All of it. What depends on a file without sound shape is left unjudged."""
    gather(draft)
    check_units(draft)
    _plan(draft)
    _tasks(draft)
    check_quotes(draft)
    check_clauses(draft)
    check_deadlines(draft)
    check_campaigns(draft)
    check_ended(draft)
    _rounds(draft)
    _targets(draft)
    _escalation(draft)


def _plan(draft: Draft) -> None:
    plan = draft.plan
    if plan is None:
        return
    if plan.year not in YEARS:
        draft.error("bad_year", PLAN, ("year",), value=plan.year)
    elif plan.day is not None and abs(plan.day.year - plan.year) > 1:
        draft.error("far_day", PLAN, ("day",), day=str(plan.day), year=plan.year)
    if plan.time_zone != ZONE:  # the hours of calendars, of the law and of the nights are in this one
        draft.error("bad_zone", PLAN, ("time_zone",), value=plan.time_zone)
    refer(draft, "units", plan.monitor, PLAN, ("monitor",))
    refer(draft, "units", plan.confirmer, PLAN, ("confirmer",))
    if plan.committee is not None:
        refer(draft, "units", plan.committee, PLAN, ("committee",))
    for place, question in enumerate(plan.questions):
        draft.warn("question", PLAN, ("questions", place), clause=question.clause or "–", ask=question.ask)
    _addressees(draft)


def _addressees(draft: Draft) -> None:
    """Units with duties that «Nơi nhận» does not name: only the office can say whether they received the plan."""
    plan = draft.plan
    if plan is None or not draft.units:
        return
    named = {each.unit for each in plan.recipients}
    leads = {task.unit for _, _, task in draft.tasks()}
    for place, unit in draft.units:
        if unit.id in leads and unit.id not in named:
            draft.warn("not_addressed", "units.yaml", ("units", place), unit=unit.id, name=unit.name)


def _tasks(draft: Draft) -> None:
    units = draft.known.get("units", set())
    targets = draft.known.get("units", set()) | draft.known.get("recipients", set())
    campaigns = draft.known.get("campaigns", set())
    for file, path, task in draft.tasks():
        if task.unit not in units:
            refer(draft, "units", task.unit, file, (*path, "unit"))
        if task.with_:
            _with(draft, file, path, task)
        for key, text in (("to", task.to), ("via", task.via)):
            if text is not None and text not in targets:
                refer(draft, "recipients", text, file, (*path, key), also="units")
        if task.confirm is not None:
            _confirm(draft, file, path, task)
        for place, each in enumerate(task.campaigns):
            if each not in campaigns:
                refer(draft, "campaigns", each, file, (*path, "campaigns", place))
        _kind(draft, file, path, task)


def _with(draft: Draft, file: str, path: Path, task: Task) -> None:
    for place, each in enumerate(task.with_):
        at: Path = (*path, "with", place)
        refer(draft, "units", each, file, at)
        if each == task.unit:
            draft.error("with_lead", file, at, unit=each)
        elif each in task.with_[:place]:
            draft.error("duplicate_with", file, at, unit=each)


def _confirm(draft: Draft, file: str, path: Path, task: Task) -> None:
    refer(draft, "units", task.confirm, file, (*path, "confirm"))
    if task.confirm == task.unit:
        right = draft.plan.confirmer if draft.plan is not None else "–"
        draft.error("confirms_itself", file, (*path, "confirm"), unit=task.unit, right=right)


def _kind(draft: Draft, file: str, path: Path, task: Task) -> None:
    allowed = _FIELDS[task.kind]
    for key in ("deadlines", "campaigns", "trigger"):
        if key in allowed:
            if not getattr(task, key):
                draft.error("kind_needs", file, (*path, "kind"), kind=task.kind, key=key)
        elif getattr(task, key):
            kinds = ", ".join(kind for kind, keys in _FIELDS.items() if key in keys)
            draft.error("kind_refuses", file, (*path, key), kind=task.kind, key=key, right=kinds)
    if task.private is not None and task.kind != "on-event":
        draft.error("kind_refuses", file, (*path, "private"), kind=task.kind, key="private", right="on-event")
    if task.photos and task.is_private:
        draft.error("private_photos", file, (*path, "photos"), task=task.id)
    elif task.photos is None and task.kind != "on-event" and speaks_of_visits(task.title):
        draft.warn("photos_unsaid", file, path, task=task.id, title=task.title)


def _rounds(draft: Draft) -> None:
    """Check-in rounds: the report each feeds, and that the office has named the document which sets it."""
    if draft.calendar is None:
        return
    tasks = {task.id: task for _, _, task in draft.tasks()}
    for place, each in enumerate(draft.calendar.rounds):
        path: Path = ("rounds", place, "before")
        task = tasks.get(each.before.task)
        if task is None:
            if each.before.task not in draft.known.get("tasks", ()):
                near = draft.near(each.before.task, [one.id for one in tasks.values() if one.deadlines])
                draft.error("unknown_task", CALENDAR, (*path, "task"), id=each.before.task, near=near)
            continue
        periods = [one.named for one in task.deadlines if one.every is None]
        if each.before.period not in periods:
            values = {"task": task.id, "period": each.before.period, "near": draft.near(each.before.period, periods)}
            draft.error("unknown_period", CALENDAR, (*path, "period"), **values)
        if not 1 <= each.open <= 120 or not 1 <= each.before.working_days <= 120:
            key = ("rounds", place, "open") if not 1 <= each.open <= 120 else (*path, "working_days")
            draft.error("bad_round_days", CALENDAR, key, round=each.id)
        if each.document is None:
            draft.warn("round_advisory", CALENDAR, ("rounds", place), round=each.id, label=each.label)


def _targets(draft: Draft) -> None:
    for place, each in draft.targets:
        path: Path = ("targets", place)
        refer(draft, "units", each.led_by, TARGETS, (*path, "led_by"))
        if each.value is None and each.operator in _NEEDS_VALUE:
            draft.error("target_value", TARGETS, path, operator=each.operator)


def _escalation(draft: Draft) -> None:
    ladder = draft.escalation
    if ladder is None:
        return
    _rungs(draft, ladder)
    _absences(draft, ladder)
    for key, chosen in (("relations", ladder.relations), ("kinds", ladder.kinds), ("tasks", ladder.tasks)):
        for name, rungs in chosen.items():
            for place, each in enumerate(rungs):
                refer(draft, "rungs", each, ESCALATION, (key, name, place))
    for task in ladder.tasks:
        if "tasks" in draft.known and task not in draft.known["tasks"]:
            near = draft.near(task, draft.known["tasks"])
            draft.error("unknown_task", ESCALATION, ("tasks", task), id=task, near=near)
    for role, people in ladder.people.items():
        _role(draft, role)
        for place, person in enumerate(people):
            if EMAIL in person.channels and person.email is None:
                path: Path = ("people", role, place, "channels")
                draft.error("channel_without_address", ESCALATION, path, id=person.id, channel=EMAIL)


def _absences(draft: Draft, ladder: EscalationFile) -> None:
    """Days in order, people who hold a role; nobody is their own deputy."""
    known = {each.id for people in ladder.people.values() for each in people}
    for place, each in enumerate(ladder.absences):
        path: Path = ("absences", place)
        for key, person in (("person", each.person), ("deputy", each.deputy)):
            if person not in known:
                draft.error("unknown_person", ESCALATION, (*path, key), id=person, near=draft.near(person, known))
        if each.deputy == each.person:
            draft.error("own_deputy", ESCALATION, (*path, "deputy"), id=each.person)
        if each.until < each.from_:
            draft.error("ends_before", ESCALATION, (*path, "until"), first=str(each.from_), last=str(each.until))
    for kind, (days, _) in ladder.grace.items():
        if days < 1:
            draft.error("bad_grace", ESCALATION, ("grace", kind), kind=kind)


def _rungs(draft: Draft, ladder: EscalationFile) -> None:
    for place, rung in enumerate(ladder.rungs):
        if rung.to not in ROLES and not rung.to.startswith(LETTER):
            near = draft.near(rung.to, [*ROLES, LETTER])
            draft.error("unknown_role", ESCALATION, ("rungs", place, "to"), id=rung.to, near=near)
        if (rung.every is None) != (rung.times is None) or (rung.every is not None and rung.every[0] < 1):
            draft.error("every_without_times", ESCALATION, ("rungs", place), id=rung.id)


def _role(draft: Draft, role: str) -> None:
    kind, _, unit = role.partition(":")
    if kind in ("unit", "head") and unit:
        refer(draft, "units", unit, ESCALATION, ("people", role))
    elif role not in _PEOPLE:
        near = draft.near(role, [*_PEOPLE, *(f"head:{each}" for each in draft.known.get("units", ()))])
        draft.error("unknown_role", ESCALATION, ("people", role), id=role, near=near)
