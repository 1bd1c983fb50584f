"""Calendars, terms and facts that the tests of the rules share. Days off are those of domain-facts section 3."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from rules.days import WorkingCalendar
from rules.ladder import Directory, Person, Policy, Rung
from rules.units import Relation, Successor, Unit
from rules.values import COOPERATING, REQUESTED, SUBORDINATE, Dates, Fact, Key, Terms


def days(*texts: str) -> frozenset[date]:
    """The days written in ISO form; `a/b` is a range, both inclusive."""
    found: set[date] = set()
    for text in texts:
        first, _, last = text.partition("/")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return frozenset(found)


OFF = days(
    "2025-01-01",
    "2025-01-27/2025-01-31",
    "2025-04-07",
    "2025-04-30/2025-05-02",
    "2025-09-01/2025-09-02",
    "2026-01-01/2026-01-02",
    "2026-02-16/2026-02-20",
    "2026-04-26/2026-04-27",
    "2026-04-30/2026-05-01",
    "2026-08-31/2026-09-02",
    "2026-11-24",
)
CALENDAR = WorkingCalendar(
    off=OFF,
    worked=days("2025-04-26", "2026-01-10", "2026-08-22"),
    names={},
    first=date(2024, 1, 1),
    last=date(2027, 12, 31),
)

AT = datetime(2025, 1, 2, 3, 0, tzinfo=UTC)


def terms(last_day: str | None = "2025-05-13", kind: str = "once", unit: str = "cong-an", **values: Any) -> Terms:
    """Terms with a last day; `from_day` and `to_day` go to the dates, the rest to the terms.

    The relation is that of the unit, unless another is asked for: the directory decides where it knows the unit.
    """
    values.setdefault("relation", UNITS[unit].relations[0].relation if unit in UNITS else SUBORDINATE)
    dated = {name: values.pop(name) for name in ("from_day", "to_day", "time", "set_by") if name in values}
    dates = Dates(last_day=date.fromisoformat(last_day) if last_day else None, **dated)
    key = Key("phu-la", "phu-la-2025", values.pop("task", "viec"), unit, "nam")
    return Terms(key, kind, "Việc", "", dates, **values)


def fact(seq: int, kind: str, on: str, *, recorded: str | None = None, **values: Any) -> Fact:
    """An entry about work of `on`, typed on `recorded` (the same day where it is not given)."""
    happened_on = date.fromisoformat(on)
    recorded_on = date.fromisoformat(recorded) if recorded else happened_on
    at = datetime(recorded_on.year, recorded_on.month, recorded_on.day, 2, 0, tzinfo=UTC)
    values.setdefault("declared_by", "cong-an")
    return Fact(seq, kind, happened_on, at, recorded_on, **values)


POLICY = Policy(
    rungs=(
        Rung("unit-10", -10, "unit"),
        Rung("unit-3", -3, "unit"),
        Rung("office-2", -2, "office", only_kinds=("report",), only_set_by=("cấp trên",)),
        Rung("unit-0", 0, "unit"),
        Rung("head", 1, "head"),
        Rung("monitor", 3, "monitor"),
        Rung("office", 5, "office"),
        Rung("request-letter", 5, "letter"),
        Rung("vice-chair", 10, "vice-chair"),
        Rung("letter", 10, "letter"),
        Rung("chair", 15, "chair", every=5, times=4),
    ),
    relations={
        SUBORDINATE: ("unit-10", "unit-3", "office-2", "unit-0", "head", "monitor", "office", "vice-chair", "chair"),
        COOPERATING: ("unit-10", "unit-3", "unit-0", "head", "monitor", "office", "letter"),
        REQUESTED: ("unit-3", "request-letter"),
    },
    kinds={"campaign": ("unit-3", "unit-0", "head", "monitor", "office", "request-letter")},
    tasks={"nhe": ("unit-3",)},
)

UNITS = {
    each.id: each
    for each in (
        Unit("cong-an", "Công an phường"),
        Unit("ldtbxh", "Bộ phận LĐ-TB&XH", until=date(2025, 6, 30)),
        Unit(
            "y-te",
            "Trạm Y tế",
            until=date(2025, 6, 30),
            successors=(Successor("y-te-moi", date(2025, 7, 1), lead=True, by="12/QĐ-UBND"),),
        ),
        Unit("y-te-moi", "Trạm Y tế phường Kiến Hưng", from_day=date(2025, 7, 1)),
        Unit("quan-su", "Ban Chỉ huy Quân sự phường", relations=(Relation(COOPERATING),)),
        Unit("truong", "Các Nhà trường", relations=(Relation(COOPERATING),), members=None, is_group=True),
        Unit("mttq", "Mặt trận Tổ quốc", relations=(Relation(REQUESTED),)),
    )
}

DIRECTORY = Directory(
    units=UNITS,
    people={
        "unit:cong-an": (Person("an", "A. An"),),
        "head:cong-an": (Person("binh", "B. Bình", until=date(2025, 5, 31)), Person("chi", "C. Chi", date(2025, 6, 1))),
        "office": (Person("dung", "D. Dung"),),
        "vice-chair": (Person("em", "E. Em"),),
        "chair": (Person("em", "E. Em"),),
    },
    monitor="ldtbxh",
)
