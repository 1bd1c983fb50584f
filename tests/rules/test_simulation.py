"""The ladder over thousands of random years: what it may never do, counted by other means than its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rules import ladder, states
from rules.days import WorkingCalendar
from rules.ladder import Telling
from rules.script import Conduct, Script
from rules.simulation import NO_CHANNEL, Played, Setting, Told, play
from rules.values import REQUESTED, Fact, Key, State, Terms
from tests.rules import years
from tests.rules.made import CALENDAR, DIRECTORY, POLICY, terms

LEADERS = ("vice-chair", "chair")
SAID = (
    *("reported", "issued", "answered", "confirmed", "returned", "supplement_asked", "retracted"),
    *("acknowledged", "urged", "extension_asked", "extension_granted", "extension_refused", "noted"),
)
YEARS = 2500
HANDOVER = date(2025, 7, 1)
"""The day on which one unit of the random years hands over its work."""
PARTS = 10


@dataclass
class Version:
    """One deadline of one occurrence: from which morning it counted, to which evening it was owed."""

    last_day: date
    begins: date
    ends: date
    acks: list[date] = field(default_factory=list)


def versions(terms: Terms, state: State, played: Played) -> dict[int, Version]:
    """The deadlines of an occurrence in the order in which they stood, read from what the units did."""
    assert state.last_day is not None
    found = {1: Version(state.last_day, years.FIRST, years.LAST)}
    current = 1
    for act in played.acts:
        if act.key != terms.key:
            continue
        if act.kind == "acknowledged":
            found[current].acks.append(act.day)
        if act.state.version != current:
            assert act.state.last_day is not None
            found[current].ends = act.day
            current = act.state.version
            found[current] = Version(act.state.last_day, act.day + timedelta(days=1), years.LAST)
        if act.state.phase not in ("open", "returned"):
            found[current].ends = min(found[current].ends, act.day)
    return found


def nth(day: date, n: int, calendar: WorkingCalendar) -> date:
    """The n-th working day from `day`, by walking; a last day that is a day off is reminded of before it."""
    step = timedelta(days=1 if n > 0 else -1)
    while n:
        day += step
        if calendar.is_working(day):
            n -= 1 if step.days > 0 else -1
    while not calendar.is_working(day):
        day -= timedelta(days=1)
    return day


def rungs(terms: Terms, last_day: date, calendar: WorkingCalendar) -> dict[str, date]:
    """The rungs that this work gets and their days, spelt out once more by hand."""
    names = [each.id for each in POLICY.rungs if each.id in POLICY.relations[terms.relation]]
    if terms.key.task == "nhe":
        names = [each for each in names if each == "unit-3"]
    elif terms.kind == "campaign":
        names = [each for each in names if each in POLICY.kinds["campaign"]]
    if terms.kind != "report" or terms.dates.set_by != "cấp trên":
        names = [each for each in names if each != "office-2"]
    if terms.private:
        names = [each for each in names if each.startswith("unit") or each == "head"]
    days = {each.id: nth(last_day, each.at, calendar) for each in POLICY.rungs if each.id in names}
    if "chair" in days:
        day = days.pop("chair")
        for number in range(1, 5):
            days[f"chair-{number}"] = day
            day = nth(day, 5, calendar)
    if terms.opens_on is not None:
        opening = calendar.next_working(terms.opens_on)
        days = {name: day if day >= terms.opens_on else opening for name, day in days.items()}
    return days


def check_once(played: Played) -> None:
    """Nothing is told twice, and a person gets one digest a day, by one channel."""
    told = [(each.key, each.telling.rung, each.telling.version, each.telling.recipient) for each in played.told]
    assert len(told) == len(set(told))
    channels = defaultdict(set)
    for each in played.told:
        channels[each.day, each.recipient].add(each.channel)
    assert all(len(each) == 1 for each in channels.values())


def check_days(setting: Setting, played: Played) -> None:
    """No rung has a day off for its day, nothing leaves on one that holds, nothing leaves before its day."""
    for each in played.told:
        assert setting.calendar.is_working(each.telling.due_on)
        assert each.telling.due_on <= each.day
        assert setting.calendar.is_working(each.day) or not setting.hours.hold_days_off


def check_people(setting: Setting, played: Played) -> None:
    """Who is written to by name holds a role on the rung's day, and whoever has left by then is not written to."""
    serving = defaultdict(list)
    for people in setting.directory.people.values():
        for person in people:
            serving[person.id].append(person)
    for each in played.told:
        day, who = each.telling.due_on, each.recipient
        if who not in serving:
            continue
        stands_in = any(a.deputy == who and a.from_day <= day <= a.until for a in setting.directory.absences)
        in_office = any(
            (person.from_day or years.FIRST) <= each.day <= (person.until or years.LAST) for person in serving[who]
        )
        assert stands_in or in_office, each


def check_words(terms: Terms, told: list[Told]) -> None:
    """Who may be told of it at all: a case stays with its unit, advice is said once, who is asked not pressed."""
    of_ladder = [each for each in told if each.telling.role != ladder.CONFIRMER]
    if terms.private:
        assert all(each.telling.role in ("unit", "head") for each in told)
    if terms.advisory:
        by_version = defaultdict(set)
        for each in of_ladder:
            by_version[each.telling.version].add(each.telling.rung)
        assert all(len(each) == 1 for each in by_version.values())
    if terms.relation == REQUESTED:
        assert {each.telling.rung for each in of_ladder} <= {"unit-3", "request-letter"}
    if terms.key.unit == "nhom":
        assert not {each.telling.role for each in told} & set(LEADERS)


def check_rungs(terms: Terms, state: State, setting: Setting, played: Played) -> None:
    """Each rung is told on its day, at the latest when a pause of three working days ends; none outlives the work."""
    told = [each for each in played.told if each.key == terms.key]
    check_words(terms, told)
    known = versions(terms, state, played)
    for each in told:
        if each.telling.role != ladder.CONFIRMER:
            version = known[each.telling.version]
            assert version.begins <= each.day <= version.ends
    if terms.advisory:
        return
    for number, version in known.items():
        of_it = [each for each in told if each.telling.version == number]
        for name, day in rungs(terms, version.last_day, setting.calendar).items():
            check_rung(terms, setting, version, of_it, name, max(day, version.begins))


def check_rung(terms: Terms, setting: Setting, version: Version, told: list[Told], name: str, day: date) -> None:
    latest = day
    if any(ack < day for ack in version.acks):
        latest = setting.calendar.add_working(day, 3)
    while setting.hours.hold_days_off and not setting.calendar.is_working(latest):
        latest += timedelta(days=1)
    # Who takes over is told on that day what was due before it; on the rung's own day it was told, or stood back.
    mine = [each for each in told if each.telling.rung == name and not day < HANDOVER <= each.day]
    if mine:
        assert day <= min(each.day for each in mine) <= latest, (name, day)
        return
    if latest >= version.ends:
        return  # closed, extended or out of the story before it was due
    role = next(each.role for each in POLICY.rungs if name in (each.id, *(f"{each.id}-{n}" for n in range(1, 5))))
    above = [each for each in told if day <= each.day <= latest and rank(each.telling) >= ladder.ROLES.index(role)]
    unreachable = terms.key.unit == "nhom" and role in LEADERS
    case_of_nobody = terms.private and terms.key.unit == "mo-coi"
    assert above or unreachable or case_of_nobody, (name, day)


def rank(telling: Telling) -> int:
    return ladder.ROLES.index(telling.role) if telling.role in ladder.ROLES else -1


def check(setting: Setting, played: Played) -> None:
    check_once(played)
    check_days(setting, played)
    check_people(setting, played)
    for each in setting.pairs:
        check_rungs(*each, setting, played)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_years(part: int) -> None:
    """Nothing overdue without its rung, nothing twice, on no quiet day, to nobody who left; every hold is resumed."""
    told = 0
    for seed in range(part, YEARS, PARTS):
        setting, script = years.year(seed)
        played = play(setting, script, years.DAYS)
        try:
            check(setting, played)
        except AssertionError as error:
            raise AssertionError(f"year {seed}") from error
        told += len(played.told)
    assert told > YEARS // PARTS


def simple(conduct: Conduct, days: int = 90, **more: object) -> Played:
    """One task of Công an, last day 13/5/2025, played from 1/4."""
    made = terms()
    setting = Setting([(made, states.initial(made, 0, years.MORNING))], POLICY, CALENDAR, DIRECTORY)
    setting = replace(setting, **more)  # type: ignore[arg-type]
    return play(setting, Script(conduct), [date(2025, 4, 1) + timedelta(days=n) for n in range(days)])


def of(played: Played) -> list[tuple[str, str, str]]:
    return [(f"{each.day:%d/%m}", each.telling.rung, each.recipient) for each in played.told]


def test_a_unit_that_never_answers_goes_up_the_whole_ladder() -> None:
    """Every rung on its day, 30/4 to 4/5 being days off; the vice-chair is the chair and is told once a day."""
    assert of(simple(Conduct())) == [
        ("25/04", "unit-10", "an"),
        ("08/05", "unit-3", "an"),
        ("13/05", "unit-0", "an"),
        ("14/05", "head", "binh"),
        ("16/05", "monitor", "monitor"),
        ("20/05", "office", "dung"),
        ("27/05", "vice-chair", "em"),
        ("03/06", "chair-1", "em"),
        ("10/06", "chair-2", "em"),
        ("17/06", "chair-3", "em"),
        ("24/06", "chair-4", "em"),
    ]


def test_what_is_done_is_told_no_more() -> None:
    """Fifteen days after the first reminder it is done: what was still to come is not told."""
    played = simple(Conduct(after=15))
    assert [each.kind for each in played.acts] == ["reported"]
    assert of(played)[-1][:2] == ("08/05", "unit-3")


def test_an_absent_unit_does_it_on_its_first_day_back() -> None:
    """Away from the day on which it would have been done: reminded meanwhile, done on the day of return."""
    away = ((date(2025, 5, 6), date(2025, 5, 15)),)
    played = simple(Conduct(on=date(2025, 5, 7), absent=away))
    assert [(each.kind, each.day) for each in played.acts] == [("reported", date(2025, 5, 16))]
    assert [rung for _, rung, _ in of(played)] == ["unit-10", "unit-3", "unit-0", "head", "monitor"]


def test_an_acknowledgement_holds_one_rung_and_is_resumed() -> None:
    """Told on 13/5 and heard: the head, due on 14/5, waits until 16/5, the monitor keeps that day; heard again."""
    played = simple(Conduct(acknowledges=True))
    days = {rung: day for day, rung, _ in of(played)}
    assert (days["head"], days["monitor"], days["office"]) == ("16/05", "16/05", "21/05")
    assert sum(each.kind == "acknowledged" for each in played.acts) >= 3


@pytest.mark.parametrize("granted", [True, False])
def test_an_extension_starts_the_ladder_anew(granted: bool) -> None:
    """Asked when first told, decided on the next working day: granted it is version 2 from there on."""
    played = simple(Conduct(extension=20, granted=granted), days=60)
    assert [each.kind for each in played.acts][:1] == ["extension_asked"]
    assert {each.telling.version for each in played.told} == ({1, 2} if granted else {1})
    assert [each.day for each in played.acts] == [date(2025, 4, 25), date(2025, 4, 26)]  # a Saturday worked


def test_a_date_of_law_is_not_asked_to_be_extended() -> None:
    """Nobody is there to grant it."""
    made = terms(set_by="luật")
    setting = Setting([(made, states.initial(made, 0, years.MORNING))], POLICY, CALENDAR, DIRECTORY)
    played = play(setting, Script(Conduct(extension=20)), [date(2025, 4, 1) + timedelta(days=n) for n in range(60)])
    assert played.acts == []


def test_what_was_told_before_is_not_told_again() -> None:
    """The outbox's rungs are left out; what was due before the first day and not told leaves on its morning, folded."""
    made = terms()
    pairs = [(made, states.initial(made, 0, years.MORNING))]
    told: dict[Key, set[tuple[str, int, str]]] = {made.key: {("unit-10", 1, "an")}}
    setting = Setting(pairs, POLICY, CALENDAR, DIRECTORY, told)
    played = play(setting, Script(), [date(2025, 5, 13)])
    assert [(each.telling.rung, each.folded) for each in played.told] == [("unit-3", True), ("unit-0", False)]
    assert {each.channel for each in played.told} == {NO_CHANNEL}


def test_no_days_are_no_story() -> None:
    """Nothing is played and nothing is told."""
    assert simple(Conduct(), days=0) == Played([], [])


class Nights(RuleBasedStateMachine):
    """One occurrence, night after night, while people do to it whatever the table of moves allows."""

    def __init__(self) -> None:
        super().__init__()
        self.today = years.FIRST
        self.told: list[Telling] = []
        self.seq = 0

    @initialize(seed=st.integers(0, 10_000))
    def begin(self, seed: int) -> None:
        """An office, its people, and one piece of work."""
        self.setting, _ = years.year(seed)
        self.terms, self.state = self.setting.pairs[0]
        assert self.state.last_day is not None
        self.today = self.state.last_day - timedelta(days=20)

    def tellings(self, state: State) -> list[Telling]:
        s = self.setting
        return ladder.tellings(self.terms, state, s.policy, s.calendar, s.directory)

    def decide(self, today: date, told: list[Telling]) -> list[Telling]:
        s = self.setting
        known = {(each.rung, each.version, each.recipient) for each in told}
        return ladder.decide(self.terms, self.state, s.policy, s.calendar, s.directory, today, known)

    @rule(nights=st.integers(1, 12))
    def sleep(self, nights: int) -> None:
        """Some nights pass: one run afterwards tells what a run in each of them would have told, in that order."""
        each_night = list(self.told)
        for n in range(1, nights + 1):
            each_night += self.decide(self.today + timedelta(days=n), each_night)
        self.today += timedelta(days=nights)
        tonight = self.decide(self.today, self.told)
        if nights == 1 or not any(each.due_on <= self.today - timedelta(days=nights) for each in tonight):
            assert self.told + tonight == each_night
        self.told += tonight
        assert self.decide(self.today, self.told) == []

    @rule(kind=st.sampled_from(SAID), more=st.integers(1, 40))
    def say(self, kind: str, more: int) -> None:
        """Somebody tells something; what the table does not allow leaves everything as it was."""
        self.seq += 1
        data = {"document": "1/BC", "via": "phone", "answer": "nothing"}
        if kind.startswith("extension") and self.state.last_day is not None:
            data["to"] = (self.state.last_day + timedelta(days=more)).isoformat()
        line = self.terms.lines[self.seq % len(self.terms.lines)] if kind == "answered" and self.terms.lines else None
        at = years.MORNING + (self.today - years.FIRST)
        fact = Fact(self.seq, kind, self.today, at, self.today, declared_by="a", line=line, data=data)
        self.state = states.replay(self.terms, self.state, [fact])

    @invariant()
    def nothing_is_told_twice(self) -> None:
        """Whatever was returned, extended or retracted in between."""
        assert len(self.told) == len({(each.rung, each.version, each.recipient) for each in self.told})

    @precondition(lambda self: hasattr(self, "state"))
    @invariant()
    def every_hold_is_resumed(self) -> None:
        """An acknowledgement moves a rung by three working days at the most, and takes none away."""
        if self.state.acknowledged_on is None or self.terms.advisory or not states.is_open(self.state):
            return
        held = {each.rung: each.due_on for each in self.tellings(self.state)}
        free = {each.rung: each.due_on for each in self.tellings(replace(self.state, acknowledged_on=None))}
        days = {*held.values()}
        for rung, day in free.items():
            latest = self.setting.calendar.add_working(day, 3)
            assert day <= held[rung] <= latest if rung in held else any(day <= each <= latest for each in days)

    @precondition(lambda self: hasattr(self, "state"))
    @invariant()
    def only_the_deadline_that_stands_is_told_of(self) -> None:
        """What an extension or a new day left behind is told no more."""
        assert {each.version for each in self.tellings(self.state)} <= {self.state.version}

    @precondition(lambda self: hasattr(self, "state") and not states.is_open(self.state))
    @invariant()
    def what_is_closed_is_left_alone(self) -> None:
        """Only who confirms is still written to, and only while something waits."""
        waits = {ladder.CONFIRMER} if self.state.phase == "submitted" else set()
        assert {each.role for each in self.tellings(self.state)} <= waits


TestNights = Nights.TestCase
TestNights.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
