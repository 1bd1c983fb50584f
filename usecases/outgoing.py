"""What a delivery knows of one office while it runs, and how notices go one by one: claim, send, mark.

A claim is one update that must change one row. Only one deliverer of an office runs at a time (models.locks), so a
claim that it finds was left by a run that died, and is taken again at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from models import digest, outbox, queries
from models.session import begin, reading
from outputs.channels import AddressRefused, Channel, ChannelFailed
from outputs.notices import Message
from rules.delivery import Reach
from usecases import leavers, plans
from usecases.changes import news_of

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from usecases.telling import Before

RECORDED_BY = "kehoach"
"""Who notes that an address refused: nobody, the program."""


class Outgoing:
    """One office's outbox under way. `counts` is what happened so far, by plan."""

    def __init__(
        self, engine: Engine, office: str, plan_ids: Iterable[str], now: datetime, run: str, lang: str
    ) -> None:
        self.engine, self.office, self.now, self.run, self.lang = engine, office, now, run, lang
        with reading(engine) as session:
            self.plans = {each: plans.in_force(session, office, each) for each in plan_ids}
            self.pending = {each: queries.pending(session, office, each) for each in self.plans}
            self.dead = {(row.channel, row.address) for row in digest.dead_addresses(session, office)}
        self.counts: dict[str, Counter[str]] = {each: Counter() for each in self.plans}
        zone = next(iter(self.plans.values())).zone
        self.here = now.astimezone(ZoneInfo(zone))
        self.today = self.here.date()
        self._readdress()

    def _readdress(self) -> None:
        for each, in_force in self.plans.items():
            gone = leavers.left(in_force, self.today)
            if any(row.recipient in gone for row in self.pending[each]):
                with begin(self.engine) as session:
                    leavers.readdress(session, in_force, self.pending[each], self.today, self.now)
                    waiting = queries.pending(session, self.office, each)
                self.pending[each] = [row for row in waiting if row.recipient not in gone]

    @cached_property
    def reach(self) -> Mapping[str, Reach]:
        """How people are reached, over all the office's plans; what the latest plan says goes first."""
        found: dict[str, Reach] = {}
        for each in sorted(self.plans.values(), key=lambda each: each.year):
            found |= each.reach
        return found

    @cached_property
    def before(self) -> Before:
        """What was told before today of what waits: the repeat of a digest says what its first try said."""
        midnight = self.here.replace(hour=0, minute=0, second=0, microsecond=0)
        with reading(self.engine) as session:
            every = [outbox.told_before(session, self.office, each, midnight) for each in self.plans]
        return {key: told for of_plan in every for key, told in of_plan.items()}

    def each(self, rows: list[Any], channel: Channel, make: Callable[[Any], Message]) -> None:
        """One message a notice: one transaction to claim them, one to mark them."""
        claimed = self.claim(rows)
        done, failed, refused = [], [], []
        for row in claimed:
            message = make(row)
            try:
                channel.send(message)
                done.append(row)
            except ChannelFailed as fault:  # one bad address stops nobody else
                failed.append((row, str(fault.values["reason"])))
                if isinstance(fault, AddressRefused):
                    refused.append((message.address, fault))
        with begin(self.engine) as session:
            self.count("sent", done)
            queries.mark(session, done, "sent", self.now, channel.name)
            queries.release(session, failed)
            for address, refusal in refused:
                self.bury(session, channel.name, address, refusal)
        self.count("failed", [row for row, _ in failed])

    def claim(self, rows: list[Any]) -> list[Any]:
        """What is still to be told: of several rungs of one occurrence the last, the others are folded into it."""
        chosen, folded = last_rungs(rows)
        with begin(self.engine) as session:
            claimed = queries.claim(session, chosen, self.run, self.now)
            queries.mark(session, folded, "folded", self.now, None)
        self.count("folded", folded)
        return claimed

    def bury(self, session: Any, channel: str, address: str, fault: AddressRefused) -> None:
        """Note an address that refused for good: nothing more goes there."""
        self.dead.add((channel, address))  # for the rest of this run, whatever the reason
        if fault.for_good:
            row = {"office": self.office, "channel": channel, "address": address, "since": self.now}
            digest.add_dead_address(session, row | {"reason": str(fault.values["reason"]), "recorded_by": RECORDED_BY})

    def count(self, what: str, rows: Iterable[Any]) -> None:
        """Add the rows to what happened to their plans."""
        for row in rows:
            self.counts[row.plan][what] += 1


def last_rungs(rows: list[Any]) -> tuple[list[Any], list[Any]]:
    """(chosen, folded): of each occurrence the last rung, and those before it that an outage left waiting."""
    last: dict[tuple[str, str, str, str], Any] = {}
    for row in sorted(rows, key=lambda row: (row.due_on, bool(news_of(row.rung)), row.rung)):
        last[row.plan, row.task, row.unit, row.period] = row
    chosen = list(last.values())
    kept = {id(row) for row in chosen}
    return chosen, [row for row in rows if id(row) not in kept]
