"""The ladder tried out on the plan in the database: who would get what and when. Nothing is written or sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models import ledger, queries
from models.scope import key_of
from models.session import reading
from rules import states
from rules.directory import OWN_ROLES
from rules.errors import RequestRefused
from rules.script import Script
from rules.simulation import Act, Setting, Told, play
from rules.values import Key, Terms
from usecases import plans
from usecases.answers import script_of
from usecases.changes import news_of
from usecases.moment import local_day
from usecases.people import name_of
from usecases.plans import InForce
from usecases.status import state_of

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlmodel import Session

LIMIT = 1100
"""Days that are played at once at most: three years, as far as a working calendar reaches."""


@dataclass(frozen=True, slots=True)
class Message:
    """What one recipient would get on one day by one channel."""

    day: date
    recipient: str
    name: str
    channel: str
    lines: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Simulation:
    """The days that were asked for, in order."""

    first: date
    last: date
    messages: list[Message]
    acts: list[Act]
    terms: dict[Key, Terms]
    in_force: InForce

    def totals(self) -> list[dict[str, Any]]:
        """By recipient: messages, reminders in them, the last day; who gets most first."""
        messages = Counter(each.recipient for each in self.messages)
        items = Counter(dict.fromkeys(messages, 0))
        for each in self.messages:
            items[each.recipient] += len(each.lines)
        last = {each.recipient: each for each in self.messages}
        return [
            {
                "recipient": who,
                "name": last[who].name,
                "messages": messages[who],
                "items": items[who],
                "last": last[who].day.isoformat(),
            }
            for who in sorted(messages, key=lambda each: (-messages[each], each))
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.in_force.plan,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "messages": [
                {
                    "day": each.day.isoformat(),
                    "recipient": each.recipient,
                    "name": each.name,
                    "channel": each.channel,
                    "items": [self._line(line) for line in each.lines],
                }
                for each in self.messages
            ],
            "acts": [
                {"day": each.day.isoformat(), "occurrence": self._named(each.key), "kind": each.kind}
                for each in self.acts
            ],
            "totals": self.totals(),
        }

    def _line(self, line: Told) -> dict[str, Any]:
        telling = line.telling
        return {
            "occurrence": self._named(line.key),
            "rung": telling.rung,
            "role": telling.role,
            "version": telling.version,
            "due_on": telling.due_on.isoformat(),
            "passed_from": telling.passed_from,
            "folded": line.folded,
        }

    def _named(self, key: Key) -> str | None:
        """The occurrence's name; None of a case, which stands in no list."""
        return None if self.terms[key].private else key.short


def simulate(
    engine: Engine,
    *,
    first: date,
    last: date,
    now: datetime,
    plan: str | None = None,
    units_answer: Path | None = None,
    lang: str = "vi",
) -> Simulation:
    """Play the ladder from the morning of `first` to the evening of `last` (local days, inclusive).

    Days to come are played from today on, and shown from `first`; a past `first` starts from what the ledger says of
    the evening before it. Without `units_answer` nobody does anything.
    """
    if last < first:
        raise RequestRefused("simulate.backwards", first=first, last=last)
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session, plan))
        start = min(first, local_day(now, in_force.zone))
        days = (last - start).days + 1
        if days > LIMIT:
            raise RequestRefused("simulate.too_long", days=days, limit=LIMIT)
        script = script_of(units_answer, in_force) if units_answer else Script()
        setting = _setting(session, in_force, start, now)
    played = play(setting, script, [start + timedelta(days=n) for n in range(days)])
    return Simulation(
        first,
        last,
        _messages([each for each in played.told if each.day >= first], in_force, lang),
        [each for each in played.acts if each.day >= first],
        {terms.key: terms for terms, _ in setting.pairs},
        in_force,
    )


def _setting(session: Session, in_force: InForce, start: date, now: datetime) -> Setting:
    """The plan as it stands on the morning of `start`: its terms, states by what had happened, what was told."""
    office, plan = in_force.office, in_force.plan
    evening = start - timedelta(days=1)
    facts = ledger.facts(session, office, plan, zone=in_force.zone, upto=evening)
    pairs = []
    for terms, _ in queries.to_pairs(queries.standing(session, office, plan)):
        state = state_of(terms, facts.get(terms.key, []))
        if state is not None or terms.kind != "on-event":  # what has not happened is nobody's work yet
            pairs.append((terms, state or states.initial(terms, 0, now)))
    told: dict[Key, set[tuple[str, int, str]]] = {}
    since: dict[Key, date] = {}
    for row in queries.notices(session, office, plan, upto=evening):  # in the order of their days
        key = key_of(row)
        told.setdefault(key, set()).add((row.rung, row.version, row.recipient))
        if row.role in OWN_ROLES and not news_of(row.rung):
            since.setdefault(key, row.due_on)
    return Setting(
        pairs=pairs,
        policy=in_force.policy,
        calendar=in_force.calendar,
        directory=in_force.directory,
        told=told,
        since=since,
        hours=in_force.hours,
        reach=in_force.reach,
    )


def _messages(told: list[Told], in_force: InForce, lang: str) -> list[Message]:
    def whose(each: Told) -> tuple[date, str, str]:
        return each.day, each.recipient, each.channel

    return [
        Message(day, recipient, name_of(in_force, recipient, lang), channel, tuple(lines))
        for (day, recipient, channel), lines in groupby(sorted(told, key=whose), key=whose)
    ]
