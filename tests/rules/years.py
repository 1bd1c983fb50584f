"""Random years: an office, its people and absences, its work and how units behave, from one seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from rules import states
from rules.days import WorkingCalendar
from rules.delivery import Hours, Reach
from rules.ladder import Absence, Directory, Person
from rules.script import Conduct, Script
from rules.simulation import Setting
from rules.units import Relation, Successor, Unit
from rules.values import CHECK_IN, COOPERATING, REQUESTED, SUBORDINATE, Dates, Key, Terms
from tests.rules.made import POLICY

FIRST, LAST = date(2025, 1, 1), date(2026, 3, 31)
DAYS = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
MORNING = datetime(2025, 1, 1, tzinfo=UTC)


def _calendar(random: Random) -> WorkingCalendar:
    """Some thirty days off in two years, some of them in a row, and a few Saturdays worked instead."""
    off: set[date] = set()
    for _ in range(10):
        day = date(2024, 12, 1) + timedelta(days=random.randrange(700))
        off |= {day + timedelta(days=n) for n in range(random.choice((1, 1, 2, 5, 9)))}
    saturdays = [date(2025, 1, 4) + timedelta(weeks=random.randrange(60)) for _ in range(5)]
    return WorkingCalendar(
        off=frozenset(off),
        worked=frozenset(saturdays),
        names={},
        first=date(2024, 1, 1),
        last=date(2027, 12, 31),
    )


CALENDARS = [_calendar(Random(n)) for n in range(16)]
HOURS = (
    Hours(),
    Hours(at=time(7, 30), hold_days_off=True),
    Hours(quiet=(time(20), time(7)), hold_days_off=True),
    Hours(at=time(6), quiet=(time(19, 30), time(8))),
)
SUBORDINATES, COOPERATORS, REQUESTEES = ("a", "cu", "mo-coi"), ("b", "nhom"), ("c",)
UNITS = {
    each.id: each
    for each in (
        Unit("a", "Bộ phận A"),
        Unit("b", "Công an", relations=(Relation(COOPERATING),)),
        Unit("c", "Mặt trận", relations=(Relation(REQUESTED),)),
        Unit("nhom", "Các trường", relations=(Relation(COOPERATING),), members=None, is_group=True),
        Unit(
            "cu",
            "Bộ phận cũ",
            until=date(2025, 6, 30),
            successors=(Successor("moi", date(2025, 7, 1), lead=True, by="05/QĐ-UBND"),),
        ),
        Unit("moi", "Phòng mới", from_day=date(2025, 7, 1)),
        Unit("mo-coi", "Bộ phận không ai tiếp nhận", until=date(2025, 6, 30)),
    )
}
ADDRESSES = (
    *(f"{role}:{unit}" for role in ("unit", "head") for unit in UNITS),
    "monitor",
    "office",
    "vice-chair",
    "chair",
)


def directory(random: Random) -> Directory:
    """People come and go in the year; one may hold several roles; some are away and have a deputy."""
    everybody = [f"p{n}" for n in range(random.choice((2, 6, 20)))]
    people: dict[str, tuple[Person, ...]] = {}
    for address in ADDRESSES:
        serving = []
        for name in random.sample(everybody, random.choice((0, 1, 1, 2))):
            from_day = FIRST + timedelta(days=random.randrange(-400, 200)) if random.random() < 0.5 else None
            until = FIRST + timedelta(days=random.randrange(500)) if random.random() < 0.5 else None
            serving.append(Person(name, name, from_day, until))
        people[address] = tuple(serving)
    absences = []
    for name in random.sample(everybody, len(everybody) // 2):
        day = FIRST + timedelta(days=random.randrange(420))
        absences.append(Absence(name, day, day + timedelta(days=random.randrange(40)), random.choice(everybody)))
    return Directory(UNITS, people, "a", "b", tuple(absences))


def terms(random: Random, n: int) -> Terms:
    """Work of any kind, of any unit, with a day in the year."""
    unit = random.choice((*SUBORDINATES, *COOPERATORS, *REQUESTEES))
    relation = SUBORDINATE if unit in SUBORDINATES else COOPERATING if unit in COOPERATORS else REQUESTED
    kind = random.choice(("report", "once", "recurring", "campaign", CHECK_IN))
    last_day = FIRST + timedelta(days=random.randrange(20, 340))
    opens = last_day - timedelta(days=random.randrange(30)) if kind == CHECK_IN else None
    dates = Dates(
        last_day=last_day,
        from_day=last_day - timedelta(days=20) if kind == "campaign" else None,
        to_day=last_day if kind == "campaign" else None,
        set_by=random.choice(("cấp trên", "UBND", "luật")),
    )
    return Terms(
        Key("phu-la", "phu-la-2025", random.choice(("viec", "viec", "nhe")), unit, f"ky-{n}"),
        kind,
        "Việc",
        "",
        dates,
        relation=relation,
        confirm=random.choice((None, "b")),
        lines=("x", "y") if kind == CHECK_IN else (),
        advisory=random.random() < 0.1,
        private=random.random() < 0.1,
        opens_on=opens,
    )


def _conduct(random: Random) -> Conduct:
    day = FIRST + timedelta(days=random.randrange(400))
    away = FIRST + timedelta(days=random.randrange(400))
    return replace(
        random.choice((Conduct(), Conduct(), Conduct(after=random.randrange(60)), Conduct(on=day))),
        acknowledges=random.random() < 0.5,
        extension=random.choice((0, 0, 5, 30)),
        granted=random.random() < 0.8,
        absent=((away, away + timedelta(days=random.randrange(60))),) if random.random() < 0.4 else (),
    )


def year(seed: int) -> tuple[Setting, Script]:
    """One office's year."""
    random = Random(seed)
    pairs = []
    for n in range(random.randint(1, 3)):
        made = terms(random, n)
        pairs.append((made, states.initial(made, 0, MORNING)))
    known = directory(random)
    names = sorted({each.id for people in known.people.values() for each in people})
    reach = {
        name: random.choice((Reach({"email": "x@y.example", "zalo": "7"}), Reach({"zalo": "7"}), Reach({}, ("teams",))))
        for name in names
        if random.random() < 0.7
    }
    setting = Setting(pairs, POLICY, random.choice(CALENDARS), known, hours=random.choice(HOURS), reach=reach)
    units = {each: _conduct(random) for each in UNITS if random.random() < 0.8}
    return setting, Script(_conduct(random), units, confirms=random.choice((1, 2, 20, None)))
