"""The ladder played over days against units that follow a script: who would be told what, and when.

Pure and in memory: the same `ladder.decide` and `states.apply` that the real nights use, day by day. In the morning
what is due leaves, unless the office's hours hold it; in the course of the day the units do what their script says.
Days are local to the plan's zone, inclusive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from rules import ladder, states
from rules.days import WorkingCalendar
from rules.delivery import Hours, Reach
from rules.directory import OWN_ROLES
from rules.ladder import Directory, Policy, Telling
from rules.script import Conduct, Script
from rules.units import holder
from rules.values import CHECK_IN, Fact, Key, State, Terms

FIXED = ("luật", "thông lệ")
"""Who set these dates is not there to extend them."""

NO_CHANNEL = "file"
"""The channel of last resort: of who has none of their own."""

MORNING, DAY = time(7), time(10)
"""When messages leave where the office has not chosen an hour, and when units act."""


@dataclass(frozen=True, slots=True)
class Setting:
    """The plan's values, as they stand on the morning of the first day."""

    pairs: Sequence[tuple[Terms, State]]
    policy: Policy
    calendar: WorkingCalendar
    directory: Directory
    told: Mapping[Key, Collection[tuple[str, int, str]]] = field(default_factory=dict)
    """(rung, version, recipient) of what was told before."""
    since: Mapping[Key, date] = field(default_factory=dict)
    """When the unit was first told, where that was before."""
    hours: Hours = field(default_factory=Hours)
    reach: Mapping[str, Reach] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """One rung that one recipient reads of, in the digest of one day and channel."""

    day: date
    recipient: str
    channel: str
    key: Key
    telling: Telling
    folded: bool = False
    """A later rung of the same occurrence is in the same digest, which speaks of that one."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a unit did in the course of a day: a kind of ledger entry."""

    day: date
    key: Key
    kind: str
    state: State
    """As the entry leaves it."""


@dataclass(frozen=True, slots=True)
class Played:
    """The days, in order."""

    told: list[Told]
    acts: list[Act]


def play(setting: Setting, script: Script, days: Iterable[date]) -> Played:
    """Play consecutive `days`; what was due before the first of them and not told leaves on its morning.

    Raises CalendarRangeError where a rung falls outside the working calendar.
    """
    stage = _Stage(setting, script, list(days))
    for day in stage.days:
        stage.hand_over(day)
        stage.deliver(day)
        stage.act(day)
    return Played(stage.told, stage.acts)


class _Item:
    """One occurrence while it is played."""

    __slots__ = ("confirm_on", "decide_on", "first_told", "heard", "state", "terms", "told", "waiting")

    def __init__(self, terms: Terms, state: State, told: Iterable[tuple[str, int, str]]) -> None:
        self.terms, self.state, self.told = terms, state, set(told)
        self.waiting: list[Telling] = []
        """What is to come and has not been told, by day."""
        self.first_told: date | None = None
        self.heard = False
        """Whether the unit was written to and has not said yet that it heard."""
        self.decide_on: date | None = None
        """When who set the date answers the unit's request for another."""
        self.confirm_on: date | None = None


class _Stage:
    """The items, and on which days something may happen to them."""

    def __init__(self, setting: Setting, script: Script, days: list[date]) -> None:
        self.setting, self.script, self.days = setting, script, days
        self.items = {terms.key: _Item(terms, state, setting.told.get(terms.key, ())) for terms, state in setting.pairs}
        for key, day in setting.since.items():
            if key in self.items:
                self.items[key].first_told = day
        self.told: list[Told] = []
        self.acts: list[Act] = []
        self.due: dict[date, dict[Key, None]] = {}
        """Mornings on which something of an item leaves."""
        self.agenda: dict[date, dict[Key, None]] = {}
        """Days on which a unit, or who answers it, has something to do."""
        self.handovers = _handovers(setting.directory)
        self.seq = 0
        for item in self.items.values():
            self._arm(item, days[0] if days else date.min)
            self._plan(item, days[0] if days else date.min)

    # ---- mornings

    def hand_over(self, day: date) -> None:
        """Open work goes to the successor that a document names, on its day."""
        for unit in self.handovers.get(day, ()):
            to, undecided = holder(self.setting.directory.units, unit, day)
            for item in self.items.values():
                if item.state.held_by == unit and not undecided and item.state.phase not in ("done", "cancelled"):
                    self._enter(item, day, "held_over", {"to": to})

    def deliver(self, day: date) -> None:
        """One digest for each recipient and channel of what has come due; all of it waits where the hours hold."""
        due = self.due.pop(day, None)
        if not due:
            return
        if not self._may_leave(day):
            self.due.setdefault(day + timedelta(days=1), {}).update(due)
            return
        digests: dict[str, list[tuple[_Item, Telling]]] = {}
        for key in due:
            item = self.items[key]
            for telling in item.waiting:
                if telling.due_on <= day:
                    digests.setdefault(telling.recipient, []).append((item, telling))
            item.waiting = [each for each in item.waiting if each.due_on > day]
            self._wake(item, day)
        for recipient in sorted(digests):
            self._digest(day, recipient, digests[recipient])

    def _may_leave(self, day: date) -> bool:
        """Whether there is a moment of the day at which the office's hours let messages go."""
        hours = self.setting.hours
        moments = [hours.at or MORNING, MORNING, *(hours.quiet[1:] if hours.quiet else ())]
        return any(hours.held(datetime.combine(day, moment, UTC), self.setting.calendar) is None for moment in moments)

    def _digest(self, day: date, recipient: str, lines: list[tuple[_Item, Telling]]) -> None:
        reach = self.setting.reach.get(recipient, Reach())
        ways = reach.ways({*reach.channels, *reach.addresses})
        last = {item.terms.key: telling for item, telling in lines}
        for item, telling in lines:
            key = item.terms.key
            item.told.add((telling.rung, telling.version, telling.recipient))
            channel = ways[0][0] if ways else NO_CHANNEL
            self.told.append(Told(day, recipient, channel, key, telling, folded=last[key] is not telling))
            if telling.role in OWN_ROLES:
                item.heard = True
                if item.first_told is None:
                    item.first_told = day
                self.agenda.setdefault(day, {})[key] = None

    # ---- in the course of the day

    def act(self, day: date) -> None:
        """What units do today, and who answers them."""
        for key in self.agenda.pop(day, ()):
            item = self.items[key]
            if item.state.phase == "submitted" and item.confirm_on == day:
                self._enter(item, day, "confirmed", by=item.terms.confirm or self.setting.directory.confirmer)
            elif states.is_open(item.state):
                self._move(item, day)

    def _move(self, item: _Item, day: date) -> None:
        conduct = self.script.of(item.terms, item.state)
        if item.decide_on == day and item.state.asked_until is not None:
            kind = "extension_granted" if conduct.granted else "extension_refused"
            self._enter(item, day, kind, {"to": item.state.asked_until.isoformat()})
        there = conduct.there(day)
        if there != day:
            self.agenda.setdefault(there, {})[item.terms.key] = None
            return
        planned = self._planned(item, conduct)
        if planned is not None and planned <= day:
            self._answer(item, day)
            return
        if self._asks(item, conduct, day):
            self._ask(item, day, conduct)
        if conduct.acknowledges and item.heard:
            self._enter(item, day, "acknowledged")
        item.heard = False
        self._plan(item, day)

    def _planned(self, item: _Item, conduct: Conduct) -> date | None:
        """The day on which the unit does the work, as far as it is known by now."""
        day = conduct.on
        if day is None and conduct.after is not None and item.first_told is not None:
            day = item.first_told + timedelta(days=conduct.after)
        if day is None:
            return None
        dates = item.terms.dates
        period = item.terms.kind == "campaign" and dates.from_day != dates.to_day
        possible = [day, item.terms.opens_on, dates.from_day if period else None]
        return conduct.there(max(each for each in possible if each is not None))

    def _plan(self, item: _Item, day: date) -> None:
        """Put on the agenda when the unit does the work, if that is still to come."""
        if not states.is_open(item.state):
            return
        planned = self._planned(item, self.script.of(item.terms, item.state))
        if planned is not None:
            self.agenda.setdefault(max(planned, day), {})[item.terms.key] = None

    def _answer(self, item: _Item, day: date) -> None:
        """The work is done: a report issued, every line of a check-in answered, anything else reported."""
        if item.terms.kind == CHECK_IN:
            for line in item.terms.lines:
                if line not in item.state.answers and states.is_open(item.state):
                    self._enter(item, day, "answered", {"answer": "nothing"}, line)
        elif item.terms.kind == "report":
            self._enter(item, day, "issued", {"document": item.state.document or "mô phỏng"})
        else:
            self._enter(item, day, "reported")
        if item.state.phase == "submitted" and self.script.confirms is not None:
            item.confirm_on = day + timedelta(days=max(self.script.confirms, 1))
            self.agenda.setdefault(item.confirm_on, {})[item.terms.key] = None

    def _asks(self, item: _Item, conduct: Conduct, day: date) -> bool:
        return (
            conduct.extension > 0
            and item.decide_on is None
            and item.first_told is not None
            and item.state.last_day is not None
            and day <= item.state.last_day
            and item.terms.dates.set_by not in FIXED
        )

    def _ask(self, item: _Item, day: date, conduct: Conduct) -> None:
        assert item.state.last_day is not None
        calendar = self.setting.calendar
        to = calendar.next_working(item.state.last_day + timedelta(days=conduct.extension))
        self._enter(item, day, "extension_asked", {"to": to.isoformat()})
        item.decide_on = calendar.next_working(day + timedelta(days=1))
        self.agenda.setdefault(item.decide_on, {})[item.terms.key] = None

    # ---- what an entry changes

    def _enter(
        self,
        item: _Item,
        day: date,
        kind: str,
        data: Mapping[str, Any] | None = None,
        line: str | None = None,
        by: str | None = None,
    ) -> None:
        """Apply one fact of that day; the rungs that remain are computed anew, and told from tomorrow on."""
        self.seq += 1
        at = datetime.combine(day, DAY, UTC)
        by = by or item.state.held_by
        fact = Fact(self.seq, kind, day, at, day, declared_by=by, recorded_by=by, line=line, data=data or {})
        item.state = states.apply(item.terms, item.state, fact)
        self.acts.append(Act(day, item.terms.key, kind, item.state))
        self._arm(item, day if kind == "held_over" else day + timedelta(days=1))

    def _arm(self, item: _Item, day: date) -> None:
        """Compute what is still to be told of the item, from the morning of `day` on."""
        if not self.days:
            return
        setting = self.setting
        item.waiting = [
            each
            for each in ladder.decide(
                item.terms,
                item.state,
                setting.policy,
                setting.calendar,
                setting.directory,
                self.days[-1],
                item.told,
            )
            if each.recipient != ladder.EVENTS
        ]
        self._wake(item, day)

    def _wake(self, item: _Item, day: date) -> None:
        if item.waiting:
            self.due.setdefault(max(item.waiting[0].due_on, day), {})[item.terms.key] = None


def _handovers(directory: Directory) -> dict[date, list[str]]:
    """The days on which work changes hands, and the units that give it."""
    found: dict[date, list[str]] = {}
    for unit in directory.units.values():
        lead = unit.lead_successor()
        if lead is not None and lead.by is not None:
            found.setdefault(lead.on, []).append(unit.id)
    return found
