"""A task's page: one occurrence whole, its clauses in full, its ledger and ladder, its evidence, and its siblings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from models import spoken
from models.erasure import ERASED
from plan.covering import find_quote
from plan.stored import source_from
from rules.errors import RequestRefused
from rules.evidence import named
from usecases import show
from usecases.desk.reading import Desk, Line
from usecases.people import name_of

if TYPE_CHECKING:
    from sqlmodel import Session

    from usecases.plans import InForce


@dataclass(frozen=True, slots=True)
class Quoted:
    """A clause with the quote in it: what stands before, the quote, what stands after."""

    clause: str
    before: str
    quote: str
    after: str


@dataclass(frozen=True, slots=True)
class File:
    """A file that proves work done."""

    sha256: str
    name: str
    media_type: str
    size: int
    seq: int
    """The entry that names it."""
    erased_on: date | None = None
    """The local day on which it was erased; its name is gone with it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the ledger, with the names of who said and who typed it."""

    seq: int
    kind: str
    happened_on: date
    recorded_at: datetime
    who: str
    recorded_by: str
    channel: str
    line: str
    """The title of the check-in line that was answered; "" otherwise."""
    said: tuple[tuple[str, str], ...]
    """(what, value) of what the entry holds beside the text: document, answer, month, via, to…"""
    text: str
    files: tuple[str, ...]
    erased_on: date | None = None
    """The local day on which its text was erased."""
    file_erased_on: date | None = None
    """The same of the files that went with it, once none of them is left."""
    left: tuple[str, ...] = ()
    """Those of `files` that were not erased."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder, for people."""

    rung: str
    due_on: date
    who: str
    version: int
    state: str
    """due, pending, sent, folded or dropped."""


@dataclass(frozen=True, slots=True)
class TaskPage:
    """What the page shows."""

    line: Line
    phase: str
    """Of the ledger: open, submitted, returned, done or cancelled."""
    advised_day: date | None
    confirm: str
    """The name of who confirms it; "" where reporting closes it."""
    evidence: str
    helpers: tuple[str, ...]
    """Units that take part, by name."""
    to: str
    quoted: tuple[Quoted, ...]
    answers: tuple[tuple[str, str, str | None], ...]
    """For a check-in: (task, its title, the answer)."""
    entries: tuple[Entry, ...]
    ladder: tuple[Rung, ...]
    files: tuple[File, ...]
    siblings: tuple[Line, ...]
    """Other occurrences of the same task, by day."""


_SAID = ("answer", "document", "month", "via", "to", "until", "value", "decided_by", "account")


def task(session: Session, desk: Desk, shown: show.Shown, lang: str = "vi") -> TaskPage:
    """The page of an occurrence that the desk may show. Raises RequestRefused (`request.unknown_occurrence`) for a
    case: to whom it is not open, it is not there."""
    terms = shown.item.terms
    line = next((each for each in desk.lines if each.id == terms.key.short), None)
    if line is None:
        raise RequestRefused("request.unknown_occurrence", occurrence=terms.key.short, near="—")
    in_force = shown.in_force
    said = shown.task or {}
    return TaskPage(
        line=line,
        phase=shown.item.state.phase,
        advised_day=terms.dates.advised_day,
        confirm=in_force.unit_name(terms.confirm) if terms.confirm else "",
        evidence=terms.evidence,
        helpers=tuple(in_force.unit_name(each) for each in said.get("with", ())),
        to=recipient_of(in_force, said.get("to")),
        quoted=tuple(quoted(in_force, said.get("sources", ()))),
        answers=tuple(
            (each, in_force.tasks[each]["title"] if each in in_force.tasks else each, answer)
            for each, answer in line.answers
        ),
        entries=entries_of(shown),
        ladder=rungs_of(shown, lang),
        files=files_of(session, shown),
        siblings=tuple(each for each in desk.lines if each.task == line.task and each.id != line.id),
    )


def recipient_of(in_force: InForce, recipient: str | None) -> str:
    """The name of who a report goes to; recipients are not always units."""
    if not recipient:
        return ""
    named = {each["id"]: each["name"] for each in in_force.meta.get("recipients", ())}
    return str(named.get(recipient) or in_force.unit_name(recipient))


def quoted(in_force: InForce, sources: Iterable[dict[str, str]]) -> Iterable[Quoted]:
    """Each quote in the words that stand around it in the document of this revision."""
    clauses = source_from(in_force.meta).by_address
    for each in sources:
        text = clauses[each["clause"]].text if each["clause"] in clauses else each["quote"]
        start, end = find_quote(text, each["quote"]) or (0, len(text))
        yield Quoted(each["clause"], text[:start], text[start:end], text[end:])


def entries_of(shown: show.Shown) -> tuple[Entry, ...]:
    """The ledger of the occurrence, the last entry first."""
    return tuple(_entry(each, shown) for each in reversed(shown.ledger))


def rungs_of(shown: show.Shown, lang: str) -> tuple[Rung, ...]:
    """Its ladder, by day."""
    return tuple(
        Rung(each.rung, each.due_on, name_of(shown.in_force, each.recipient, lang), each.version, each.state)
        for each in shown.ladder
    )


def _entry(each: show.Line, shown: show.Shown) -> Entry:
    tasks, data = shown.in_force.tasks, each.data
    return Entry(
        seq=each.seq,
        kind=each.kind,
        happened_on=each.happened_on,
        recorded_at=each.recorded_at,
        who=shown.in_force.unit_name(each.declared_by),
        recorded_by=each.recorded_by,
        channel=each.channel,
        line=(tasks[each.line]["title"] if each.line in tasks else each.line) if each.line else "",
        said=tuple(_said(each, shown)),
        text=each.text or "",
        files=named(data),
        left=tuple(sha256 for sha256 in named(data) if sha256 not in each.files_erased),
        erased_on=each.erased_on,
        file_erased_on=each.file_erased_on,
    )


def _said(each: show.Line, shown: show.Shown) -> Iterable[tuple[str, str]]:
    if each.kind == ERASED:
        yield "erased", str(each.data.get("of", each.data.get("seq")))
        yield from [("reason", str(each.data["reason"]))] if each.data.get("reason") else []
        return
    for name in _SAID:
        value = each.data.get(name)
        if value and name == "to" and each.kind == "held_over":
            yield "to_unit", shown.in_force.unit_name(str(value))
        elif value:
            yield name, str(value)


def files_of(session: Session, shown: show.Shown) -> tuple[File, ...]:
    """The files that its entries name, in that order."""
    places = {sha256: (line.seq, n) for line in shown.ledger for n, sha256 in enumerate(named(line.data))}
    erased = {sha256: day for line in shown.ledger for sha256, day in line.files_erased.items()}
    rows: Sequence[Any] = spoken.files(session, shown.in_force.office, shown.in_force.plan, places)
    return tuple(
        File(row.sha256, row.name, row.media_type, row.size, places[row.sha256][0], erased.get(row.sha256))
        for row in sorted(rows, key=lambda row: places[row.sha256])
    )
