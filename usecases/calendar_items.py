"""What a calendar shows of an occurrence, a campaign period and a succession: terms, state, names of who is meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, select
from sqlmodel import col

from models.tables import PlanRevision
from outputs.ical_item import CAMPAIGN, CANCELLED, SUCCESSION, Item
from plan import stored
from rules.units import Unit
from rules.values import Key, State, Terms
from usecases.plans import InForce

if TYPE_CHECKING:
    from sqlmodel import Session

CAMPAIGN_TASK = "@campaign"
"""Stands for the task in the key of a campaign period: no slug, so no task can have it."""
SUCCESSION_TASK = "!succession"
"""The same of a unit's succession; it sorts before every slug, so that a calendar can put it ahead of what it keeps."""


def item(in_force: InForce, terms: Terms, state: State) -> Item:
    """What calendars show of one occurrence, with the names that the revision in force gives."""
    dates, task = terms.dates, in_force.tasks.get(terms.key.task, {})
    assert state.changed_at is not None  # an occurrence exists from an entry on
    due = state.last_day or dates.to_day
    to, until = recipient(in_force, task.get("to"), due)
    return Item(
        key=terms.key,
        kind=terms.kind,
        title=terms.title,
        label=terms.label,
        unit=in_force.unit_name(state.held_by),
        short=in_force.unit_name(state.held_by, short=True),
        holder=state.held_by,
        relation=terms.relation,
        changed_at=state.changed_at,
        sequence=state.sequence,
        last_day=state.last_day,
        # An extension grants a day: the hour was the first deadline's.
        at=dates.time if state.last_day == dates.last_day else None,
        from_day=dates.from_day,
        to_day=dates.to_day,
        advised_day=dates.advised_day,
        extended_from=state.extended_from,
        advisory=terms.advisory,
        words=dates.words,
        basis=dates.basis,
        set_by=dates.set_by,
        reason=dates.reason,
        sources=tuple((each["clause"], each["quote"]) for each in task.get("sources", ())),
        helpers=tuple(in_force.unit_name(each) for each in task.get("with", ())),
        recipient=to,
        recipient_until=until,
        via=recipient(in_force, task.get("via"), due)[0],
        lines=len(terms.lines),
        phase=state.phase,
        done_on=state.done_on,
        document=state.document or "",
        private=terms.private,
    )


def recipient(in_force: InForce, named: str | None, due: date | None) -> tuple[str, date | None]:
    """Who receives it on the day it is due, following successors whose deciding document is known.

    With it the last day of one that ends before that and has no such successor: who receives then is not known.
    """
    known = {each["id"]: each for each in in_force.meta.get("recipients", ())}
    seen: set[str] = set()
    while named is not None and named in known and named not in seen:
        seen.add(named)
        each = known[named]
        until = _day(each.get("until"))
        if due is None or until is None or due <= until:
            return each["name"], None
        heir = _heir(each.get("successors", ()), due)
        if heir is None:
            return each["name"], until
        named = heir
    return ("" if named is None else in_force.unit_name(named)), None


def _heir(successors: Iterable[dict[str, Any]], due: date) -> str | None:
    """The lead successor by that day, where a document decides it; nobody is guessed."""
    decided = [each for each in successors if each.get("by") and date.fromisoformat(each["on"]) <= due]
    leads = [each for each in decided if each.get("lead")] or (decided if len(decided) == 1 else [])
    return leads[0]["unit"] if leads else None


def campaign_items(session: Session, in_force: InForce) -> list[Item]:
    """One item for each campaign period that the plan names or has named, up to the revision in force.

    It changes with the revision that changes what it shows; one that the plan no longer names stays, as cancelled.
    """
    items: dict[str, Item] = {}
    for recorded_at, meta in _revisions(session, in_force, col(PlanRevision.meta)):
        now = {each["id"]: each for each in json.loads(meta)["campaigns"]}
        for period in items.keys() | now.keys():
            items[period] = _next(in_force, period, items.get(period), now.get(period), recorded_at)
    return list(items.values())


def _revisions(session: Session, in_force: InForce, document: Any) -> Iterable[tuple[datetime, str]]:
    """When each revision up to the one in force was recorded, and what one of its documents says, in order."""
    said = select(col(PlanRevision.recorded_at), document).where(
        col(PlanRevision.office) == in_force.office,
        col(PlanRevision.plan) == in_force.plan,
        col(PlanRevision.revision) <= in_force.revision,
    )
    for row in session.execute(said.order_by(col(PlanRevision.revision))):
        yield row[0], row[1]


def _shows(was: Item, values: Mapping[str, Any]) -> bool:
    """Whether the item says all of that already."""
    return all(getattr(was, name) == value for name, value in values.items())


def _next(in_force: InForce, period: str, was: Item | None, said: dict[str, Any] | None, at: datetime) -> Item:
    """The item after a revision that says `said` of the period; the same item where that is nothing new."""
    if said is None:
        assert was is not None
        values = {name: getattr(was, name) for name in _SHOWN} | {"phase": CANCELLED}
    else:
        values = {
            "title": said["label"],
            "from_day": _day(said["from"]),
            "to_day": _day(said["to"]),
            "basis": said["basis"],
            "set_by": said["set_by"],
            "reason": said["reason"] or "",
            "words": said["words"],
            "phase": "open",
        }
    if was is not None and _shows(was, values):
        return was
    return Item(
        key=Key(in_force.office, in_force.plan, CAMPAIGN_TASK, "", period),
        kind=CAMPAIGN,
        unit="",
        changed_at=at,
        sequence=0 if was is None else was.sequence + 1,
        **values,
    )


_SHOWN = ("title", "from_day", "to_day", "basis", "set_by", "reason", "words")


def succession_items(session: Session, in_force: InForce, unit: str) -> list[Item]:
    """One item, in the calendar of a unit that ends, where a document names who takes over its work; else none.

    It follows from the plan alone: it changes with the revision that says something else, and stays, as cancelled,
    where the plan no longer says so.
    """
    if unit not in in_force.units:
        return []
    if "successions" not in in_force.worked_out:
        in_force.worked_out["successions"] = _successions(session, in_force)
    item = in_force.worked_out["successions"].get(unit)
    return [] if item is None else [item]


def _successions(session: Session, in_force: InForce) -> dict[str, Item]:
    """The item of each unit that has one, from all revisions up to the one in force."""
    decided = col(PlanRevision.units).contains('"by":"', autoescape=True)  # most plans decide nothing: read no JSON
    items: dict[str, Item] = {}
    said_then = _revisions(session, in_force, case((decided, col(PlanRevision.units)), else_="[]"))
    for recorded_at, document in said_then:
        units = stored.units_from(document)
        said = {unit: each for unit in units if (each := _succession(units, unit)) is not None}
        for unit in items.keys() | said.keys():
            values = {"phase": "open", **said[unit]} if unit in said else {"phase": CANCELLED}
            items[unit] = _over(in_force, unit, items.get(unit), values, recorded_at)
    return items


def _succession(units: Mapping[str, Unit], unit: str) -> dict[str, Any] | None:
    """What a revision says of the unit's succession, None where no document decides it."""
    lead = units[unit].lead_successor()
    if lead is None or lead.by is None:
        return None
    heir = units.get(lead.unit)
    names = {"unit": units[unit].name, "short": units[unit].short}
    return names | {"title": heir.name if heir else lead.unit, "last_day": lead.on, "document": lead.by}


def _over(in_force: InForce, unit: str, was: Item | None, values: dict[str, Any], at: datetime) -> Item:
    """The item after a revision; the same item where that says nothing new."""
    if was is not None and _shows(was, values):
        return was
    if was is not None:
        return replace(was, changed_at=at, sequence=was.sequence + 1, **values)
    return Item(
        key=Key(in_force.office, in_force.plan, SUCCESSION_TASK, unit, ""),
        kind=SUCCESSION,
        recipient=in_force.office_name,
        changed_at=at,
        **values,
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
