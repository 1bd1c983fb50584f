"""A unit's own page: what is late, next and running, what waits or came back, where it only helps, and its history.

Cases are on no page of a unit (design section 6). `in_force` is handed in, since every page of a plan has read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import erasure, held, queries
from models.session import reading
from rules import states
from rules.errors import RequestRefused
from rules.evidence import named
from rules.units import holder
from rules.values import CHECK_IN, REQUESTED, Key
from usecases import targets as measured_targets
from usecases.moment import local_day
from usecases.permits import Case, deciders
from usecases.status import Item

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

    from usecases.plans import InForce

HISTORY = 60
"""Entries shown of a unit's history."""
_LOOKED_THROUGH = 400
"""Of a unit's latest entries, for why its work was returned; of what is older its own page says it still."""


@dataclass(frozen=True, slots=True)
class Helps:
    """A task that another unit leads and this one supports (phối hợp)."""

    task: str
    title: str
    lead: str


@dataclass(frozen=True, slots=True)
class SentBack:
    """A report that was returned, or of which more was asked (đề nghị bổ sung)."""

    by: str
    """The unit whose word it is."""
    on: date
    why: str | None
    returned: bool
    """Else it stands, and more is asked for."""


@dataclass(frozen=True, slots=True)
class UnitPage:
    """What a unit has before it on a day, most pressing first within each list."""

    unit: str
    today: date
    requested: bool
    """A unit that is only asked («đề nghị»): nothing of its is ever late."""
    returned: list[Item] = field(default_factory=list)
    asked: list[Item] = field(default_factory=list)
    """Reported, and more is asked of it (đề nghị bổ sung)."""
    sent_back: dict[Key, SentBack] = field(default_factory=dict)
    """Why and by whom, of each of `returned` and `asked`."""
    late: list[Item] = field(default_factory=list)
    running: list[Item] = field(default_factory=list)
    soon: list[Item] = field(default_factory=list)
    """The next ones: those due soon, and always at least one where any is left."""
    later: list[Item] = field(default_factory=list)
    anytime: list[Item] = field(default_factory=list)
    """Without a binding day."""
    waiting: list[Item] = field(default_factory=list)
    done: list[Item] = field(default_factory=list)
    helps: list[Helps] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)
    """The indicators that it leads, with their results."""
    heir: str | None = None
    """Who holds its work today, where that is another (after a succession)."""


def page(engine: Engine, *, in_force: InForce, unit: str, now: datetime) -> UnitPage:
    """The page of one unit, or of one that acts as a group. Raises RequestRefused for an unknown unit."""
    with reading(engine) as session:
        return read(session, in_force=in_force, unit=unit, now=now)


def read(session: Session, *, in_force: InForce, unit: str, now: datetime) -> UnitPage:
    """`page` inside a session that is open already: one statement, one more where something was reported or returned,
    and one for who leads indicators."""
    known = in_force.require_unit(unit)
    today = local_day(now, in_force.zone)
    rows = held.held_by(session, in_force.office, in_force.plan, {unit})
    heir, _ = holder(in_force.units, unit, today)
    made = UnitPage(unit, today, known.relation_on(today) == REQUESTED, heir=heir if heir != unit else None)
    for item in sorted((_item(row, today) for row in rows), key=_pressing):
        _place(made, item)
    if made.returned or made.waiting:
        _place_sent_back(made, held.entries_of_units(session, in_force.office, in_force.plan, {unit}, _LOOKED_THROUGH))
    _fill_soon(made)
    made.done.sort(key=lambda item: item.state.done_on or date.min, reverse=True)
    made.helps.extend(_helps(in_force, unit))
    leads = in_force.meta.get("target_leads", {})
    led = {id for id, lead in leads.items() if lead in (unit, known.group)}
    if led:
        made.targets.extend(each for each in measured_targets.read(session, in_force, None, None) if each["id"] in led)
    return made


def _item(row: Any, today: date) -> Item:
    terms, state = queries.to_terms(row), queries.to_state(row)
    return Item(terms, state, states.status(terms, state, today), states.days_late(terms, state, today), None)


def _pressing(item: Item) -> tuple[Any, ...]:
    dates = item.terms.dates
    return (item.state.last_day or dates.to_day or date.max, item.terms.key)


def _place(made: UnitPage, item: Item) -> None:
    lists = {
        "returned": made.returned,
        "overdue": made.late,
        "running": made.running,
        "submitted": made.waiting,
        "done_on_time": made.done,
        "done_late": made.done,
        "advisory": made.anytime,
        "due_soon": made.soon,
        "not_due": made.later,
    }
    asked_now = item.status == "advisory" and item.terms.kind == CHECK_IN
    if item.status in lists:
        (made.soon if asked_now else lists[item.status]).append(item)


def _place_sent_back(made: UnitPage, latest: Sequence[tuple[Any, str | None, str | None]]) -> None:
    """Say why what was returned was; what waits and more is asked of stands beside it."""
    of: dict[Key, list[tuple[Any, str | None]]] = {}
    for row, text, _ in reversed(latest):
        if row.task is not None:
            of.setdefault(Key(row.office, row.plan, row.task, row.unit, row.period), []).append((row, text))
    for item in [*made.returned, *made.waiting]:
        found = _sent_back(of.get(item.terms.key, []))
        if found is not None:
            made.sent_back[item.terms.key] = found
    made.asked.extend(item for item in made.waiting if item.terms.key in made.sent_back)
    made.waiting[:] = [item for item in made.waiting if item.terms.key not in made.sent_back]


def _fill_soon(made: UnitPage) -> None:
    """A check-in that waits for answers does not hide what comes next by its day."""
    if made.later and not any(item.status == "due_soon" for item in made.soon):
        made.soon.append(made.later.pop(0))


def _helps(in_force: InForce, unit: str) -> list[Helps]:
    names = {unit, in_force.units[unit].group}
    return [
        Helps(task["id"], task["title"], in_force.unit_name(task["unit"]))
        for task in in_force.tasks.values()
        if names & set(task.get("with") or ()) and not task.get("private")
    ]


@dataclass(frozen=True, slots=True)
class Work:
    """One occurrence on its unit's forms."""

    item: Item
    task: Mapping[str, Any]
    """The task's document: sources with clause and quote; empty for a check-in."""
    may_extend: bool
    """Whether a later day may be asked for now."""
    sent_back: SentBack | None
    """Who returned it or asked for more, where that still stands."""

    @property
    def is_check_in(self) -> bool:
        return self.item.terms.kind == CHECK_IN


def work(
    engine: Engine, *, in_force: InForce, unit: str | None, task: str, of: str, period: str, now: datetime
) -> Work | None:
    """The occurrence `task/of/period`, where `unit` (None: any unit) holds it and it is no case; None for any other."""
    key = Key(in_force.office, in_force.plan, task, of, period)
    today = local_day(now, in_force.zone)
    with reading(engine) as session:
        row = queries.occurrence(session, key)
        if row is None or unit not in (None, row.held_by) or row.private or row.withdrawn:
            return None
        item = _item(row, today)
        back = _sent_back(queries.entries_of(session, key)) if item.status in ("returned", "submitted") else None
    return Work(item, in_force.tasks.get(task, {}), _may_extend(in_force, item, today), back)


def _sent_back(entries: list[tuple[Any, str | None]]) -> SentBack | None:
    """The last return or request for more after the last report."""
    back = None
    for entry, text in entries:
        if entry.kind in ("reported", "issued", "answered"):
            back = None
        elif entry.kind in ("returned", "supplement_asked"):
            back = SentBack(entry.declared_by, entry.happened_on, text, entry.kind == "returned")
    return back


def _may_extend(in_force: InForce, item: Item, today: date) -> bool:
    state = item.state
    if not states.is_open(state) or state.last_day is None or state.asked_until is not None:
        return False
    try:
        return bool(deciders(Case(in_force, item.terms, state, today)))
    except RequestRefused:
        return False


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a unit's history."""

    seq: int
    kind: str
    title: str
    line: str | None
    """The title of the check-in's line or of the indicator."""
    happened_on: date
    recorded_at: datetime
    declared_by: str
    recorded_by: str
    channel: str
    data: Mapping[str, Any]
    text: str | None
    erased_on: date | None = None
    """The local day on which its text was erased."""
    file_erased_on: date | None = None
    """The same of the files that went with it, once none of them is left."""
    files: tuple[tuple[str, date | None], ...] = ()
    """Each file with the day on which it was erased."""


def history(
    engine: Engine, *, in_force: InForce, unit: str, most: int = HISTORY, before: int | None = None
) -> list[Said]:
    """What was recorded about the unit's work, the last first; whose word and who typed it. `before`: only what was
    recorded before the entry of that seq."""
    titles = {each["id"]: each["title"] for each in in_force.targets}
    with reading(engine) as session:
        rows = held.entries_of_units(session, in_force.office, in_force.plan, {unit}, most, before)
        marks = erasure.marks(session, in_force.office, in_force.plan, [(row, text) for row, text, _ in rows])
        return [
            Said(
                seq=row.seq,
                kind=row.kind,
                title=title or titles.get(row.line or "", row.line or ""),
                line=_line_title(in_force, row.line) if row.task else None,
                happened_on=row.happened_on,
                recorded_at=row.recorded_at,
                declared_by=row.declared_by,
                recorded_by=row.recorded_by,
                channel=row.channel,
                data=(data := json.loads(row.data)),
                text=text,
                erased_on=marks.texts.get(row.seq),
                files=tuple((sha256, marks.files.get(sha256)) for sha256 in named(data)),
                file_erased_on=marks.of_files(data),
            )
            for row, text, title in rows
        ]


def _line_title(in_force: InForce, line: str | None) -> str | None:
    return None if line is None else in_force.tasks.get(line, {}).get("title", line)


@dataclass(frozen=True, slots=True)
class File:
    """A stored file that a unit's entry names."""

    sha256: str
    name: str
    media_type: str


def file(engine: Engine, *, in_force: InForce, unit: str, sha256: str) -> File | None:
    """The file, where an entry about the unit's own work names it; None for every other, alike."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        return None
    with reading(engine) as session:
        row = held.evidence_of_units(session, in_force.office, in_force.plan, {unit}, sha256)
    return None if row is None else File(row.sha256, row.name, row.media_type)
