"""The progress report: what the status, the ladder, the rounds and the targets say, as the report's values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from models import queries
from models.scope import key_of
from models.session import reading
from outputs.report import report as render
from outputs.report_view import Campaign, Counts, Item, Question, ReportView, Round, Target, Told, UnitRow
from rules.ladder import EVENTS
from rules.values import CHECK_IN, REQUESTED, Key
from usecases import plans, status, targets
from usecases.people import name_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

_PLACE = re.compile(r"(?:phường|xã|thị trấn|đặc khu)\s+(.+)$", re.IGNORECASE)


def report(
    engine: Engine,
    *,
    now: datetime,
    plan: str | None = None,
    form: Literal["md", "html"] = "md",
    as_of: date | None = None,
    known_by: date | None = None,
    lang: str = "vi",
) -> str:
    """The report as at the end of `as_of` (local day; default today), in Markdown or as one HTML file."""
    with reading(engine) as session:
        office, plan_id = plans.find(session, plan)
        standing = status.read(session, office, plan_id, now=now, as_of=as_of, known_by=known_by)
        shown = view(session, standing, standing.in_force or plans.in_force(session, office, plan_id), lang)
    return render(shown, lang, form)


def view(
    session: Session,
    standing: status.StatusReport,
    in_force: plans.InForce,
    lang: str = "vi",
) -> ReportView:
    """Everything that the report says, from one status and the same session."""
    ladders = _ladders(session, standing, in_force, lang)
    place = _PLACE.search(in_force.office_name)
    meta = in_force.meta
    return ReportView(
        office=in_force.office_name,
        place=place.group(1) if place else "",
        plan=in_force.title,
        as_of=standing.as_of,
        known_by=standing.known_by,
        units=[_unit(each, in_force, standing.as_of) for each in standing.units],
        items=[_item(each, in_force, ladders.get(each.terms.key, ((), None)), lang) for each in standing.items],
        cases=counts_of(standing.cases),
        rounds=_rounds(standing.items),
        targets=[
            _target(each, in_force) for each in targets.read(session, in_force, standing.as_of, standing.known_by)
        ],
        campaigns=_campaigns(meta, standing),
        questions=[Question(each["clause"], each["ask"]) for each in meta.get("questions", ())],
        recipients=[each["name"] for each in meta.get("recipients", ()) if "VT" not in each["name"]],
        plan_document=meta.get("number") or "",
        revision=in_force.revision,
        entry=_last_entry(session, in_force, standing.known_by),
        example=bool(meta.get("example")),
    )


def _last_entry(session: Session, in_force: plans.InForce, known_by: date | None) -> int:
    if known_by is None:
        return queries.head(session, in_force.office)
    return queries.head_known(session, in_force.office, known_by, in_force.zone)


def counts_of(cells: Mapping[str, int]) -> Counts:
    """The four cells as the report adds them."""
    return Counts(**cells)


def _unit(each: status.UnitCounts, in_force: plans.InForce, day: date) -> UnitRow:
    known = in_force.units.get(each.unit)
    group = in_force.unit_name(known.group) if known and known.group else ""
    relation = known.relation_on(day) if known else REQUESTED
    if each.requested:
        relation = REQUESTED
    return UnitRow(in_force.unit_name(each.unit), counts_of(each.counts), relation, group)


def _item(each: status.Item, in_force: plans.InForce, ladder: tuple[tuple[Told, ...], Told | None], lang: str) -> Item:
    terms, state, dates = each.terms, each.state, each.terms.dates
    return Item(
        id=terms.key.short,
        title=terms.title,
        label=terms.label,
        unit=in_force.unit_name(state.held_by),
        status=each.status,
        kind=terms.kind,
        basis=dates.basis,
        relation=terms.relation,
        last_day=state.last_day,
        time=dates.time,
        words=dates.words,
        reason=dates.reason,
        set_by=dates.set_by,
        days_late=each.days_late,
        extended_from=state.extended_from,
        done_on=state.done_on,
        document=state.document,
        recorded_late=state.recorded_late,
        rung=_rung_name(each.rung, in_force, lang),
        told=ladder[0],
        next=ladder[1],
    )


def _rung_name(rung: str | None, in_force: plans.InForce, lang: str) -> str:
    roles = {each.id: each.role for each in in_force.policy.rungs}
    if rung is None:
        return ""
    role = roles.get(rung) or roles.get(rung.rsplit("-", 1)[0])
    return name_of(in_force, role, lang).strip() if role and role != "head" else rung


def _ladders(
    session: Session, standing: status.StatusReport, in_force: plans.InForce, lang: str
) -> dict[Key, tuple[tuple[Told, ...], Told | None]]:
    """Who was written to about each occurrence by the day of the report, and who is next."""
    office, plan = in_force.office, in_force.plan
    told: dict[Key, list[Told]] = {}
    for row in queries.notices(session, office, plan, upto=standing.as_of):
        if row.recipient != EVENTS and row.state in ("sent", "pending"):
            of = told.setdefault(key_of(row), [])
            of.append(Told(name_of(in_force, row.recipient, lang), row.due_on))
    coming: dict[Key, Told] = {}
    for row in queries.rung_days(session, office, plan):
        if row.recipient != EVENTS and row.due_on > standing.as_of:
            key = key_of(row)
            if key not in coming or row.due_on < coming[key].on:
                coming[key] = Told(name_of(in_force, row.recipient, lang), row.due_on)
    return {key: (tuple(told.get(key, ())), coming.get(key)) for key in told.keys() | coming.keys()}


def _rounds(items: Iterable[status.Item]) -> list[Round]:
    of: dict[str, list[status.Item]] = {}
    for each in items:
        if each.terms.kind == CHECK_IN and each.status != "cancelled":
            of.setdefault(each.terms.key.period, []).append(each)
    return [_round(of[period]) for period in sorted(of, key=lambda each: of[each][0].state.last_day or date.max)]


def _round(items: list[status.Item]) -> Round:
    terms = items[0].terms
    last = terms.dates.last_day or date.max
    given = [[each.state.answers.get(line) for line in each.terms.lines] for each in items]
    answers = [answer.answer for lines in given for answer in lines if answer is not None]
    return Round(
        label=terms.label,
        first_day=terms.opens_on or last,
        last_day=last,
        units=len(items),
        answered_units=sum(1 for lines in given if None not in lines),
        lines=sum(len(lines) for lines in given),
        done=answers.count("done"),
        planned=answers.count("planned"),
        nothing=answers.count("nothing"),
        not_yet=answers.count("not-yet"),
        document="" if terms.advisory else terms.dates.reason,
    )


def _target(each: dict[str, Any], in_force: plans.InForce) -> Target:
    lead = in_force.meta["target_leads"].get(each["id"])
    return Target(
        title=each["title"],
        operator=each["operator"],
        value=each["value"],
        unit=each["unit"] or "",
        state=each["state"],
        baseline=each["baseline"],
        baseline_year=each["baseline_year"],
        result=each["result"],
        led_by=in_force.unit_name(lead) if lead else "",
    )


def _campaigns(meta: Mapping[str, Any], standing: status.StatusReport) -> list[Campaign]:
    found = []
    for each in meta.get("campaigns", ()):
        cells = status.count(
            (
                item
                for item in standing.items
                if item.terms.kind == "campaign" and item.terms.key.period == each["id"] and not item.requested
            ),
            standing.as_of,
        )
        first, last = date.fromisoformat(each["from"]), date.fromisoformat(each["to"])
        found.append(Campaign(each["label"], first, last, each["basis"], each["reason"] or "", counts_of(cells)))
    return sorted(found, key=lambda each: each.first_day)
