"""Digests to people's own channels: claimed with the notices they tell, sent, settled; at most one a person and day.

A digest that was claimed and not settled may have arrived. It is repeated with the same notices under the same id, on
its own day only; later they join the new day's digest. What certainly did not arrive is free again at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

from models import digest, queries
from models.canonical import canonical
from models.session import begin, reading
from outputs import ical
from outputs.channels import AddressRefused, Channel, ChannelFailed
from outputs.digest import Letter, Unsent, alone, compose, digest_id
from outputs.notices import Message, written
from rules import ladder
from rules.delivery import TOLD_TODAY
from rules.values import Key
from texts import say
from usecases.calendar_items import item
from usecases.digest_links import Desk, DigestLinks
from usecases.outgoing import Outgoing, last_rungs
from usecases.people import name_of
from usecases.telling import told_of

TRIES = 4
"""After so many failed tries the next of a person's channels is tried; those that remain are tried on every run."""

_BATCH = 50
"""Digests claimed in one transaction: a claim tells nobody anything, so a crash among them costs nothing."""

_NAMES = ("plan", "task", "unit", "period", "rung", "version")


class Way(NamedTuple):
    """A channel of a person's, and their address there."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes to one person by one way, and the ways that remain where it fails."""

    recipient: str
    rows: list[Any]
    ways: Sequence[Way]
    repeat: bool = False
    """A digest whose answer was lost goes again: it says what it said, and nothing of what failed meanwhile."""

    @property
    def way(self) -> Way:
        return self.ways[0]


class _Key(NamedTuple):
    office: str
    day: Any
    recipient: str
    channel: str


class Digests:
    """Sends what waits for people with channels of their own; what no way takes comes back from `send`."""

    def __init__(
        self,
        outgoing: Outgoing,
        channels: Mapping[str, Channel],
        unsent: tuple[Unsent, ...] = (),
        desk: Desk | None = None,
    ) -> None:
        self.of = outgoing
        self.channels = channels
        self.unsent = unsent
        self.links = DigestLinks(desk, outgoing.plans, outgoing.today, outgoing.now) if desk else None
        self._events: dict[Key, tuple[str, str]] = {}
        with reading(outgoing.engine) as session:
            self.known = digest.digests_of(session, outgoing.office, outgoing.today)

    def send(self, parcels: Sequence[Parcel]) -> list[Any]:
        """Carry out all parcels; returns the rows of those whose ways all refused, for the channel of last resort."""
        left: list[Any] = []
        for batch in _batches(parcels):
            for parcel in self._claim([self._opened(each) for each in batch]):
                left += self._carry(parcel)
        return left

    def _opened(self, parcel: Parcel) -> Parcel:
        """Cases go by themselves; of the rest, what today's digest may still tell."""
        cases = [row for row in parcel.rows if row.private]
        if cases:
            self.of.each(cases, self.channels[parcel.way.channel], lambda row: self._case(row, parcel.way))
        rows = [row for row in parcel.rows if not row.private]
        known = self.known.get((parcel.recipient, parcel.way.channel))
        if known is None or known.state == "failed":
            return replace(parcel, rows=rows)
        same = {tuple(each) for each in json.loads(known.notices)} if known.state == "claimed" else set()
        repeated = [row for row in rows if _name(row) in same]
        held = [row for row in rows if _name(row) not in same]
        self.of.count("held", held)
        self.of.count(TOLD_TODAY, held)
        return replace(parcel, rows=repeated, repeat=True)

    def _claim(self, parcels: list[Parcel]) -> Iterator[Parcel]:
        """One transaction for all of them; yields each with the rows that were still to be told."""
        of = self.of
        sorted_out = [(parcel, *last_rungs(parcel.rows)) for parcel in parcels]
        folded = [row for _, _, rows in sorted_out for row in rows]
        with begin(of.engine) as session:
            mine = queries.claim(session, [row for _, rows, _ in sorted_out for row in rows], of.run, of.now)
            kept = {id(row) for row in mine}
            queries.mark(session, folded, "folded", of.now, None)
            given = [replace(parcel, rows=[row for row in rows if id(row) in kept]) for parcel, rows, _ in sorted_out]
            claimed = [each for each in given if each.rows]
            digest.claim_digests(session, [self._row(each) for each in claimed])
            if self.links:
                self.links.make(session, [(each.way.channel, each.rows) for each in claimed])
        of.count("folded", folded)
        yield from claimed

    def _row(self, parcel: Parcel) -> dict[str, Any]:
        key = self._key(parcel)
        return key._asdict() | {
            "id": str(digest_id(key.office, key.recipient, key.channel, key.day)),
            "address": parcel.way.address,
            "notices": canonical([list(_name(row)) for row in parcel.rows]),
            "claimed_at": self.of.now,
            "claimed_by": self.of.run,
        }

    def _key(self, parcel: Parcel) -> _Key:
        return _Key(self.of.office, self.of.today, parcel.recipient, parcel.way.channel)

    def _carry(self, parcel: Parcel) -> list[Any]:
        """Send a claimed parcel, by the next way where the first refuses; the rows that no way takes."""
        of, key = self.of, self._key(parcel)
        try:
            self.channels[parcel.way.channel].send(self._message(parcel))
        except ChannelFailed as fault:
            return self._failed(parcel, fault)
        # Not waiting for the disk: after a power cut the message goes again, under its id.
        with begin(of.engine, relaxed=True) as session:
            queries.mark(session, parcel.rows, "sent", of.now, parcel.way.channel)
            digest.settle_digest(session, key, "sent", of.now)
        of.count("sent", parcel.rows)
        of.counts[parcel.rows[0].plan]["digests"] += 1
        return []

    def _failed(self, parcel: Parcel, fault: ChannelFailed) -> list[Any]:
        of, refused = self.of, isinstance(fault, AddressRefused)
        with begin(of.engine) as session:
            queries.release(session, [(row, str(fault.values["reason"])) for row in parcel.rows])
            state = "claimed" if fault.unknown else "failed"
            digest.settle_digest(session, self._key(parcel), state, of.now, str(fault.values["reason"]))
            if isinstance(fault, AddressRefused):
                of.bury(session, *parcel.way, fault)
        spent = not fault.unknown and max(row.attempts for row in parcel.rows) + 1 >= TRIES
        ways = parcel.ways[1:]
        if refused and not ways:
            return parcel.rows
        if (refused or spent) and ways:
            return self.send([replace(parcel, ways=ways)])
        of.count("failed", parcel.rows)
        return []

    def _message(self, parcel: Parcel) -> Message:
        of, lang, way = self.of, self.of.lang, parcel.way
        plan = of.plans[parcel.rows[0].plan]
        letter = Letter(
            id=digest_id(of.office, parcel.recipient, way.channel, of.today),
            recipient=parcel.recipient,
            name=name_of(plan, parcel.recipient, lang),
            day=of.today,
            office=of.office,
            sender=plan.office_name,
            unsent=self.unsent if parcel.recipient in self._monitors and not parcel.repeat else (),
            doors=self.links.doors(parcel.rows, way.channel, plan.zone) if self.links else None,
        )
        items = [told_of(of.plans[row.plan], row, lang, on=of.today, before=of.before) for row in parcel.rows]
        return replace(compose(items, letter, lang), address=way.address, calendar=self._calendar(parcel))

    def _calendar(self, parcel: Parcel) -> bytes:
        dated = [row for row in parcel.rows if row.current_day is not None or row.to_day is not None]
        events = sorted(self._event(row) for row in dated)
        return "".join((self._calendar_head, *(text for _, text in events), ical.TAIL)).encode()

    def _event(self, row: Any) -> tuple[str, str]:
        """The occurrence's place in a calendar and its event: made once a run, however many read of it."""
        key = Key(self.of.office, row.plan, row.task, row.unit, row.period)
        made = self._events.get(key)
        if made is None:
            of = item(self.of.plans[row.plan], queries.to_terms(row), queries.to_state(row))
            made = self._events[key] = (ical.by_name(of), ical.event(of, self.of.lang) if of.shown else "")
        return made

    @cached_property
    def _calendar_head(self) -> str:
        name = say("digest.calendar", self.of.lang, day=written(self.of.today))
        return ical.head(name, name, self.of.lang)

    def _case(self, row: Any, way: Way) -> Message:
        doors = None
        if self.links:
            with reading(self.of.engine) as session:
                doors = self.links.case_door(session, row, way.channel)
        told = told_of(self.of.plans[row.plan], row, self.of.lang)
        return replace(alone(told, self.of.lang, doors), address=way.address)

    @cached_property
    def _monitors(self) -> set[str]:
        """Who follows the plans today, and reads in their digest what could not be sent."""
        found = set()
        for each in self.of.plans.values():
            directory = each.directory
            found.add(ladder.recipient("monitor", directory.monitor, directory, self.of.today) or "monitor")
        return found


def _name(row: Any) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in _NAMES)


def _batches(parcels: Sequence[Parcel]) -> Iterator[list[Parcel]]:
    waiting = iter(parcels)
    while batch := list(islice(waiting, _BATCH)):
        yield batch
