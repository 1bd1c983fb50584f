"""A letter to a unit about what it owes: one draft for one unit, with all of its late work in it.

Read only: the office decides, signs, numbers and sends; that it was sent is an entry (`urge --via letter`). Cases go in
no letter but one of their own, to who handles them (design section 6).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from models import queries
from models.session import reading
from outputs import letter as docx
from outputs.letter_view import FORMS, REMIND, REQUEST, URGE, LetterView, Matter, Source
from rules import ladder, states
from rules.delivery import EMAIL
from rules.directory import OWN_ROLES
from rules.errors import RequestRefused
from rules.values import CHECK_IN, REQUESTED, State, Terms
from texts import say
from usecases import plans
from usecases.changes import news_of
from usecases.moment import local_day
from usecases.people import name_of
from usecases.plans import InForce
from usecases.record import find_occurrence

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row
    from sqlmodel import Session

DAYS = 5
"""Working days that the draft proposes, counted from the next working day, on which it can be signed at the soonest."""

_FILES = {REMIND: "phieu-nhac-viec", URGE: "cong-van-don-doc", REQUEST: "cong-van-de-nghi"}

Pair = tuple[Terms, State]


@dataclass(frozen=True, slots=True)
class Letter:
    """The draft, and what its file would be called."""

    name: str
    body: bytes
    occurrences: tuple[str, ...]
    """What it speaks of, the occurrence asked for first."""


def letter(
    engine: Engine, *, occurrence: str, now: datetime, plan: str | None = None, to: str | None = None, lang: str = "vi"
) -> Letter:
    """The draft about `occurrence` and whatever else its unit is late with, as a .docx in the form of its relation.

    `to`: whom it is for where that is not the unit itself: a unit's id, or the name of the body's superior as it should
    be read. Refuses what is closed or not open yet, and to send a case past who handles it.
    """
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        named = find_occurrence(session, in_force, occurrence)
        today = local_day(now, in_force.zone)
        _refuse(named, in_force, today, to, lang)
        pairs = [named, *(() if named[0].private else _others(session, in_force, named, today))]
        view = _view(session, in_force, pairs, to, today, lang)
    unit = named[1].held_by
    return Letter(
        f"{_FILES[view.form]}-{unit}-{today.isoformat()}.docx",
        docx.letter(view, lang),
        tuple(terms.key.short for terms, _ in pairs),
    )


def _refuse(named: Pair, in_force: InForce, today: date, to: str | None, lang: str) -> None:
    terms, state = named
    if not states.is_open(state) or state.withdrawn:
        status = say(f"state.{states.status(terms, state, today)}", lang)
        raise RequestRefused("letter.nothing_owed", occurrence=terms.key.short, state=status)
    if terms.opens_on is not None and today < terms.opens_on:
        raise RequestRefused("letter.not_open_yet", occurrence=terms.key.short, day=terms.opens_on)
    if terms.private and to not in (None, state.held_by):
        holder = in_force.unit_name(state.held_by)
        raise RequestRefused("letter.case_to_others", occurrence=terms.key.short, holder=holder, to=to)


def _others(session: Session, in_force: InForce, named: Pair, today: date) -> list[Pair]:
    """What else the unit is late with, the longest first; a body that is only requested is asked, not late."""
    rows = queries.open_held_by(session, in_force.office, in_force.plan, [named[1].held_by])
    pairs = [
        (terms, state)
        for terms, state in queries.to_pairs(rows)
        if terms.key != named[0].key and states.is_open(state) and not (state.withdrawn or terms.private)
    ]
    late = [each for each in pairs if not each[0].advisory and each[1].last_day and each[1].last_day < today]
    return sorted(late, key=lambda each: (each[1].last_day or date.max, each[0].key))


def _view(session: Session, in_force: InForce, pairs: list[Pair], to: str | None, today: date, lang: str) -> LetterView:
    terms, state = pairs[0]
    known = in_force.units.get(state.held_by)
    relation = terms.relation if known is None else known.relation_on(today)
    if terms.relation == REQUESTED:
        relation = REQUESTED  # asked when the plan was made: nobody is ordered afterwards
    unit = in_force.unit_name(state.held_by)
    matters = tuple(_matter(session, in_force, each, relation, today, lang) for each in pairs)
    calendar = in_force.calendar
    meta = in_force.meta
    return LetterView(
        form=FORMS[relation],
        office=in_force.office_name,
        plan=in_force.title,
        plan_number=meta.get("number"),
        plan_day=date.fromisoformat(meta["day"]) if meta.get("day") else None,
        unit=unit,
        to=unit if to is None else in_force.unit_name(to),
        today=today,
        proposed=calendar.add_working(calendar.next_working(today + timedelta(days=1)), DAYS),
        matters=matters,
        contact=_contact(in_force, today, lang),
    )


def _matter(session: Session, in_force: InForce, pair: Pair, relation: str, today: date, lang: str) -> Matter:
    terms, state = pair
    task: dict[str, Any] = in_force.tasks.get(terms.key.task) or {"sources": []}
    return Matter(
        title=terms.key.period if terms.private else terms.title,
        label=terms.label,
        sources=tuple(Source(each["clause"], each["quote"]) for each in task["sources"]),
        words=terms.dates.words,
        last_day=state.last_day,
        basis=terms.dates.basis,
        reason=terms.dates.reason,
        days_late=(today - state.last_day).days if state.last_day else 0,
        returned=state.phase == "returned",
        advisory=terms.advisory,
        extended_from=state.extended_from,
        told=_told(session, in_force, terms, relation, lang),
        urged=_urged(session, terms),
        unanswered=(len(set(terms.lines) - state.answers.keys()), len(terms.lines)) if terms.kind == CHECK_IN else None,
        private=terms.private,
    )


def _told(
    session: Session, in_force: InForce, terms: Terms, relation: str, lang: str
) -> tuple[tuple[str, tuple[date, ...]], ...]:
    """Who was written to and on which days; another body reads only what it was told itself."""
    inside = FORMS[relation] == REMIND
    days: dict[str, list[date]] = {}
    for row in queries.notices_of(session, terms.key):
        own = row.role.partition(":")[0] in OWN_ROLES
        reminds = row.recipient != ladder.EVENTS and not news_of(row.rung)
        if row.state == "sent" and reminds and (own or inside):
            days.setdefault(name_of(in_force, row.recipient, lang), []).append(_sent_on(row, in_force))
    return tuple((name, tuple(sorted(set(on)))) for name, on in days.items())


def _sent_on(row: Row[Any], in_force: InForce) -> date:
    day: date = local_day(row.sent_at, in_force.zone) if row.sent_at else row.due_on
    return day


def _urged(session: Session, terms: Terms) -> tuple[tuple[str, date], ...]:
    entries = queries.entries_of(session, terms.key)
    return tuple((json.loads(entry.data)["via"], entry.happened_on) for entry, _ in entries if entry.kind == "urged")


def _contact(in_force: InForce, today: date, lang: str) -> str:
    """Who follows the plan on that day, with the e-mail address that the office gave."""
    monitor = ladder.recipient("monitor", in_force.directory.monitor, in_force.directory, today)
    who = monitor or "office"
    name = name_of(in_force, who, lang)
    reach = in_force.reach.get(who)
    email = reach.addresses.get(EMAIL) if reach else None
    return f"{name}, {email}" if email else name
