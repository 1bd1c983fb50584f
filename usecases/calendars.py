"""Calendars of a unit, of the office and of the campaigns: from the ledger, with the texts that were made before.

Texts are kept in chunks (models.calendar_chunk); a calendar is what was kept plus what changed since, and gives the
same bytes whether anything was kept or not. `kehoach ics` asks for one by name and day.

Everywhere `base` is where people reach the desk (KEHOACH_BASE_URL through outputs.ical.base_address), empty where that
is not known. It is in the texts, and in the key under which they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from models import queries
from models.calendar_chunk import Made, changed_since, held, keep, kept
from models.scope import key_of
from models.session import begin, reading
from outputs import ical
from outputs.calendar_cache import Chunk, compact, join, pack, splice
from outputs.ical_item import CAMPAIGN, Item
from rules.values import State, Terms
from texts import say
from usecases import plans, status
from usecases.calendar_items import campaign_items, item, succession_items
from usecases.moment import local_day

if TYPE_CHECKING:
    from sqlalchemy import Engine, Row
    from sqlmodel import Session

OFFICE, CAMPAIGNS = "office", "campaigns"
"""Two calendars that are no unit's: everything, and one event for each campaign period of the plan."""

KEEP_FROM = 64
"""How many changed occurrences make it worth a layer; fewer are made again each time, which needs no writer."""
COMPACT_LAYERS = 32
COMPACT_SHARE = 4
"""Layers of changes are folded into a new whole one when there are so many, or they reach this part of its size."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which occurrences a calendar holds: all (None), or those that one of `units` holds and the group's campaigns."""

    units: frozenset[str] | None
    group: str | None

    @property
    def holders(self) -> frozenset[str] | None:
        """Whose occurrences to look at; all where None."""
        return self.units if self.units is None or self.group is None else self.units | {self.group}

    def has(self, held_by: str, kind: str) -> bool:
        return self.units is None or held_by in self.units or (kind == CAMPAIGN and held_by == self.group)


@dataclass(frozen=True, slots=True)
class Layer:
    """Texts of a calendar as of a ledger seq: the whole of it, or what changed since the layer of seq `after`."""

    made: Made
    seq: int
    chunks: list[Chunk]
    whole: bool
    after: int | None
    """The last layer that was read; None where nothing was kept."""


def scope_of(in_force: plans.InForce, which: str) -> Scope:
    """A unit holds what it holds, a group what its members hold; raises RequestRefused for an unknown unit."""
    if which == OFFICE:
        return Scope(None, None)
    group = in_force.require_unit(which).group
    return Scope(frozenset(in_force.members_of(which)), group)


def calendar(
    session: Session,
    in_force: plans.InForce,
    *,
    which: str,
    form: str = ical.EVENT,
    lang: str = "vi",
    alarms: bool = True,
    base: str = "",
    worth_keeping: list[Layer] | None = None,
) -> bytes:
    """The calendar as the ledger now stands. `which` is a unit, OFFICE or CAMPAIGNS.

    Nothing is written, so nobody waits for it: what the next time could use is added to `worth_keeping`, for
    `keep_layers`. The bytes are the same without anything kept. Raises RequestRefused for an unknown unit.
    """
    if which == CAMPAIGNS:
        return _whole(in_force, campaign_items(session, in_force), which, form, lang, alarms, base)
    scope = scope_of(in_force, which)
    made = Made(in_force.office, in_force.plan, which, form, lang, alarms, ical.RENDERER, in_force.revision, base)
    make = ical.render(form)
    # Their names sort before all others, so they stand between the head and what is kept.
    first = [make(each, lang, alarms, base) for each in succession_items(session, in_force, which)]
    head = "".join([_head(in_force, which, lang), *first]).encode()
    return _joined(session, in_force, scope, made, head, worth_keeping)


def keep_layers(engine: Engine, layers: Iterable[Layer]) -> None:
    """Keep texts for the next time, in a short transaction of its own; where another was quicker, his stand."""
    layers = list(layers)
    if not layers:
        return
    with begin(engine, relaxed=True) as session:
        for each in layers:
            keep(session, each.made, each.seq, map(_row, each.chunks), whole=each.whole, after=each.after)


def render(
    session: Session,
    in_force: plans.InForce,
    pairs: Iterable[tuple[Terms, State]],
    *,
    which: str,
    form: str = ical.EVENT,
    lang: str = "vi",
    alarms: bool = True,
    base: str = "",
) -> bytes:
    """The calendar of a past day, from the terms and states as they then stood; nothing is kept."""
    if which == CAMPAIGNS:
        return _whole(in_force, campaign_items(session, in_force), which, form, lang, alarms, base)
    scope = scope_of(in_force, which)
    items = [item(in_force, *pair) for pair in pairs if scope.has(pair[1].held_by, pair[0].kind)]
    items += succession_items(session, in_force, which)
    return _whole(in_force, items, which, form, lang, alarms, base)


def export(
    engine: Engine,
    *,
    now: datetime,
    plan: str | None = None,
    which: str | None = None,
    form: str = ical.EVENT,
    lang: str = "vi",
    alarms: bool = True,
    base: str = "",
    as_of: date | None = None,
    known_by: date | None = None,
) -> bytes:
    """What `kehoach ics` writes: the calendar at the end of `as_of` (local day; default: now).

    `which` is a unit, OFFICE (the default) or CAMPAIGNS. Raises RequestRefused for an unknown unit or plan, or a
    `base` that is no address.
    """
    which, base = which or OFFICE, ical.base_address(base)
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        today = local_day(now, in_force.zone)
        if known_by is None and (as_of is None or as_of >= today):
            return calendar(session, in_force, which=which, form=form, lang=lang, alarms=alarms, base=base)
        then, pairs = status.replay(session, in_force, as_of or today, known_by, withdrawn=True)
        if then is None:  # before the plan's first day there is nothing, campaigns neither
            return _whole(in_force, (), which, form, lang, alarms, base)
        return render(session, then, pairs, which=which, form=form, lang=lang, alarms=alarms, base=base)


def _whole(
    in_force: plans.InForce, items: Iterable[Item], which: str, form: str, lang: str, alarms: bool, base: str
) -> bytes:
    name, description = names(in_force, which, lang)
    return ical.calendar(items, name=name, description=description, form=form, lang=lang, alarms=alarms, base=base)


def _head(in_force: plans.InForce, which: str, lang: str) -> str:
    return ical.head(*names(in_force, which, lang), lang)


def names(in_force: plans.InForce, which: str, lang: str) -> tuple[str, str]:
    """The calendar's own name and what it says of itself."""
    kind = which if which in (OFFICE, CAMPAIGNS) else "unit"
    unit = in_force.unit_name(which) if kind == "unit" else ""
    values = {"unit": unit, "office": in_force.office_name, "plan": in_force.title}
    return say(f"ical.name_{kind}", lang, **values), say(f"ical.about_{kind}", lang, **values)


def _joined(
    session: Session, in_force: plans.InForce, scope: Scope, made: Made, head: bytes, worth_keeping: list[Layer] | None
) -> bytes:
    """The texts in the order of their names, between head and tail."""
    rows, tail = kept(session, made), ical.TAIL.encode()
    layers: list[Row[Any]] = []
    for row in rows:
        if row.whole:
            break
        layers.append(row)
    else:
        first = _make_all(session, in_force, scope, made)
        if worth_keeping is not None:
            worth_keeping.append(first)
        return b"".join([head, *(chunk.body for chunk in first.chunks), tail])
    base: Iterable[Chunk] = map(_chunk, chain([row], rows))
    after = layers[-1].seq if layers else row.seq
    changes = {name: text for each in layers for name, text in _chunk(each).texts()}
    found = changed_since(session, made.office, made.plan, after)
    new = _make(in_force, scope, made, found)
    changes |= new
    if worth_keeping is not None and len(found) >= KEEP_FROM:
        base, seq = list(base), max(each.entry_seq for each in found)
        whole = len({each.seq for each in layers}) >= COMPACT_LAYERS or _much(changes, row.ahead)
        chunks = compact(base, changes) if whole else pack(sorted(new.items()))
        worth_keeping.append(Layer(made, seq, chunks, whole, after))
    expected = len(head) + row.ahead + _octets(changes) + len(tail)
    return join(chain([head], splice(base, changes), [tail]), expected)


def _much(changes: Mapping[str, bytes], whole: int) -> bool:
    return _octets(changes) * COMPACT_SHARE > whole


def _octets(texts: Mapping[str, bytes]) -> int:
    return sum(map(len, texts.values()))


def _chunk(row: Row[Any]) -> Chunk:
    return Chunk(row.names, row.sizes, row.body)


def _row(chunk: Chunk) -> tuple[str, bytes, bytes]:
    return chunk.names, chunk.sizes, chunk.body


def _make_all(session: Session, in_force: plans.InForce, scope: Scope, made: Made) -> Layer:
    # The seq first: a change that comes between the two queries is then made once too often, never missed.
    seq = queries.head(session, made.office)
    texts = _make(in_force, scope, made, held(session, made.office, made.plan, scope.holders))
    return Layer(made, seq, pack(sorted((name, text) for name, text in texts.items() if text)), True, None)


def _make(in_force: plans.InForce, scope: Scope, made: Made, rows: Iterable[Any]) -> dict[str, bytes]:
    """name -> text of each row; empty where the calendar does not hold it (any more)."""
    text_of, texts = ical.render(made.form), {}
    for row in rows:
        text = b""
        if not row.private and scope.has(row.held_by, row.kind):
            of = item(in_force, queries.to_terms(row), queries.to_state(row))
            text = text_of(of, made.lang, made.alarms, made.base).encode() if of.shown else b""
        texts[ical.name_of(key_of(row))] = text
    return texts
