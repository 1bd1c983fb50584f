"""Dates: one operator each, with where it comes from, and in the document's own words where it says so."""

from __future__ import annotations

from datetime import date, timedelta

from plan import almanac
from plan.check_ids import CALENDAR, members_of
from plan.draft import Draft
from plan.operators import Refused, last_day, operator, trigger_term
from plan.problems import Path
from plan.schema import Campaign, Deadline, Origin, Task, Trigger
from plan.statements import Quotes, judge
from rules.deadlines import Before, By, Every, In, Lunar, Operator, Window, Within
from rules.errors import KehoachError

SETTERS = {
    "stated": ("cấp trên", "UBND"),
    "law": ("luật",),
    "custom": ("thông lệ", "UBND", "cấp trên"),
    "plan": ("UBND", "cấp trên"),
    "office": ("Văn phòng",),
}
"""Who can have set a day of that basis, the default first."""

_KEYS = {
    Before: "before",
    By: "by",
    In: "in",
    Window: "to",
    Lunar: "lunar",
    Every: "every",
    Within: "within",
}
"""The key under which an operator stands."""

_REASONS = {"law": "article", "custom": "reason"}


def is_advisory(origin: Origin | Trigger) -> bool:
    """An office-set day binds nobody until the signed document is named (design section 2)."""
    return origin.basis == "office" and (origin.document is None or origin.advisory is True)


def set_by(origin: Origin | Trigger) -> str | None:
    """Who set the day; where the file does not say, who sets days of that basis."""
    if origin.set_by is not None or origin.basis is None:
        return origin.set_by
    return SETTERS[origin.basis][0]


def reason(origin: Origin | Trigger) -> str:
    """The article, custom or document that gives the day."""
    return {"law": origin.article, "custom": origin.reason, "office": origin.document}.get(origin.basis or "") or ""


def check_deadlines(draft: Draft) -> None:
    """The deadlines and triggers of every task."""
    for file, path, task in draft.tasks():
        if task.deadlines:
            _task(draft, file, path, task)
        if task.trigger is not None:
            _trigger(draft, file, (*path, "trigger"), task)


def _task(draft: Draft, file: str, path: Path, task: Task) -> None:
    periods: set[str] = set()
    quotes: Quotes | None = None
    for place, each in enumerate(task.deadlines):
        at: Path = (*path, "deadlines", place)
        op = _operator(draft, file, at, each)
        _period(draft, file, at, each, periods)
        if not _origin(draft, file, at, each, op) or op is None:
            continue
        if each.basis == "stated":
            quotes = quotes or _quotes(draft, task)
            _stated(draft, file, at, op, quotes)
        elif each.basis == "office" and is_advisory(each):
            day = _shown(op)
            draft.warn("office_advisory", file, at, task=task.id, period=each.period or "", day=day)


def _operator(draft: Draft, file: str, path: Path, entry: Deadline | Campaign) -> Operator | None:
    try:
        op = operator(entry)
    except Refused as error:
        code, key, values = error.fault
        draft.error(code, file, (*path, key) if key else path, **values)
        return None
    starts = draft.starts_on
    if starts is None or draft.plan is None:
        return op
    year = draft.plan.year
    if isinstance(op, Lunar):
        return op if _lunar(draft, file, path, op, year) else None
    day = last_day(op)
    if day is None:
        return op
    key = _KEYS[type(op)]
    if day < starts:
        draft.error("before_start", file, (*path, key), key=key, day=str(day), start=str(starts))
        return None
    if day.year > year + 1 or (isinstance(op, Window) and op.from_day.year < year - 1):
        draft.error("far_day", file, (*path, key), day=str(day), year=year)
        return None
    return op


def _lunar(draft: Draft, file: str, path: Path, op: Lunar, year: int) -> bool:
    try:
        almanac.solar(year, op.month, op.day, op.leap)
    except almanac.NoLeapMonth:
        right = f"{op.month}-{op.day}"
        draft.error("no_leap_month", file, (*path, "lunar"), month=op.month, year=year, right=right)
        return False
    except KehoachError:
        draft.error("bad_lunar", file, (*path, "lunar"), value=f"{op.month}-{op.day}")
        return False
    return True


def _period(draft: Draft, file: str, path: Path, entry: Deadline, seen: set[str]) -> None:
    if entry.every is not None:
        if entry.period is not None:
            draft.error("period_with_every", file, (*path, "period"), period=entry.period)
        return
    name = entry.named
    if not name:
        draft.error("no_period", file, path)
    elif name in seen:
        draft.error("duplicate_period", file, (*path, "period"), period=name)
    seen.add(name)


def _origin(draft: Draft, file: str, path: Path, entry: Deadline | Campaign | Trigger, op: Operator | None) -> bool:
    """Basis, who set it and the reason fit each other."""
    basis = entry.basis or ""
    needed = _REASONS.get(basis)
    before = len(draft.errors)
    if needed is not None and getattr(entry, needed) is None:
        draft.error(f"{basis}_without_{needed}", file, (*path, "basis"))
    if basis == "stated" and entry.set_by is None:
        draft.error("stated_without_setter", file, path)
    elif entry.set_by is not None and entry.set_by not in SETTERS[basis]:
        right = ", ".join(SETTERS[basis])
        draft.error("setter_differs", file, (*path, "set_by"), basis=basis, set_by=entry.set_by, right=right)
    if entry.advisory is not None and basis != "office":
        draft.error("advisory_refused", file, (*path, "advisory"), basis=basis)
    elif entry.advisory is False and entry.document is None:
        draft.error("office_without_document", file, (*path, "advisory"))
    if basis == "plan" and not _plan_year(draft, op):
        year = draft.plan.year if draft.plan is not None else "…"
        draft.error("plan_basis", file, (*path, "basis"), right=f"in: {year}")
    return len(draft.errors) == before


def _plan_year(draft: Draft, op: Operator | None) -> bool:
    """Basis `plan` is the plan year itself, or regular periods of it; never a day."""
    if draft.plan is None or op is None:
        return True
    return isinstance(op, In) and op.period == str(draft.plan.year)


def _stated(draft: Draft, file: str, path: Path, op: Operator, quotes: Quotes) -> None:
    if draft.plan is None:
        return
    judged = judge(op, quotes)
    if judged.code:
        draft.error(judged.code, file, (*path, _KEYS[type(op)]), **(judged.values or {}))


def _quotes(draft: Draft, task: Task) -> Quotes:
    return Quotes((each.quote for each in task.source), draft.plan.year if draft.plan is not None else 0)


def _shown(op: Operator) -> str:
    day = last_day(op)
    return f"{day.day}/{day.month}/{day.year}" if day is not None else "–"


def _trigger(draft: Draft, file: str, path: Path, task: Task) -> None:
    trigger = task.trigger
    assert trigger is not None
    term = trigger_term(trigger)
    if term is None:
        given = [key for key in ("basis", "set_by", "article", "roll", "document", "reason") if getattr(trigger, key)]
        if given:
            draft.error("trigger_without_term", file, (*path, given[0]), key=given[0])
        return
    if trigger.basis is None:
        draft.error("trigger_without_basis", file, (*path, "within"))
    elif _origin(draft, file, path, trigger, term):
        if trigger.basis == "stated":
            _stated(draft, file, path, term, _quotes(draft, task))
        elif trigger.basis == "office" and is_advisory(trigger):
            draft.warn("office_advisory", file, path, task=task.id, period=trigger.event, day="–")


def check_campaigns(draft: Draft) -> None:
    """The periods of calendar.yaml; none of them stands in a quote, so `stated` is refused."""
    if draft.calendar is None:
        return
    for place, each in enumerate(draft.calendar.campaigns):
        path: Path = ("campaigns", place)
        op = _operator(draft, CALENDAR, path, each)
        if op is not None and not isinstance(op, In | Window | Lunar):
            draft.error("campaign_operator", CALENDAR, path, id=each.id)
        if each.basis == "stated":
            draft.error("campaign_stated", CALENDAR, (*path, "basis"), id=each.id)
        elif _origin(draft, CALENDAR, path, each, op) and op is not None and is_advisory(each):
            draft.warn("office_advisory", CALENDAR, path, task=each.id, period="", day=_shown(op))


def check_ended(draft: Draft) -> None:
    """A unit that no longer stands on the due day, and whose work nobody takes over, cannot do it.

    Days are taken before rolling; what rolls past a unit's last day is answered on that day.
    """
    ended = {
        name: unit
        for _, unit in draft.units
        if unit.until is not None and not unit.successors
        for name in (unit.id, *(member for member, _ in members_of(unit)))
    }
    if not ended or draft.plan is None:
        return
    windows = {each.id: each for each in draft.calendar.campaigns} if draft.calendar is not None else {}
    for file, path, task in draft.tasks():
        unit = ended.get(task.unit)
        if unit is None or unit.until is None:
            continue
        entries: list[tuple[Path, Deadline | Campaign]] = []
        entries += (((*path, "deadlines", place), each) for place, each in enumerate(task.deadlines))
        known = (each for each in enumerate(task.campaigns) if each[1] in windows)
        entries += (((*path, "campaigns", place), windows[each]) for place, each in known)
        for at, entry in entries:
            due = _due(entry, draft.plan.year)
            if due is not None and due > unit.until:
                values = {"unit": task.unit, "until": str(unit.until), "day": str(due)}
                draft.error("unit_ended", file, at, **values)


def _due(entry: Deadline | Campaign, year: int) -> date | None:
    try:
        op = operator(entry)
        if isinstance(op, Lunar):
            return almanac.solar(year, op.month, op.day, op.leap)
    except (Refused, KehoachError):
        return None
    if isinstance(op, Every):
        return date(year, 12, 31) - timedelta(days=31 - min(op.day, 31) if op.step != "week" else 7)
    return last_day(op)
