"""Which wards a city follows: kept by who runs the database they live in, from one list that is put in place whole."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models import city as of_city
from models.session import begin, reading
from models.tables import Office
from rules.errors import RequestRefused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine
    from sqlmodel import Session

ZONE = "Asia/Ho_Chi_Minh"


@dataclass(frozen=True, slots=True)
class Listed:
    """What putting a list in place changed."""

    city: str
    name: str
    wards: int
    joined: tuple[str, ...]
    left: tuple[str, ...]
    without_plan: tuple[str, ...]
    """Wards of which the database has no plan yet."""

    def as_json(self) -> dict[str, Any]:
        lists = {each: list(getattr(self, each)) for each in ("joined", "left", "without_plan")}
        return {"city": self.city, "name": self.name, "wards": self.wards} | lists


def names_of(text: str) -> dict[str, str]:
    """The wards of a list, a line each: the office's id, a comma, what the city calls it; «#» begins a remark.

    Raises RequestRefused(`city.bad_list`) with every line that is none, and those that name an office again.
    """
    names: dict[str, str] = {}
    wrong: list[str] = []
    for number, line in enumerate(csv.reader(io.StringIO(text.removeprefix("\ufeff"))), 1):
        if not line or line[0].strip().startswith("#"):
            continue
        office, name = (line[0].strip(), line[1].strip()) if len(line) == 2 else ("", "")
        if not office or not name or office in names:
            wrong.append(str(number))
        names[office] = name
    if wrong or not names:
        raise RequestRefused("city.bad_list", lines=", ".join(wrong) or "—")
    return names


def put(
    engine: Engine, *, city: str, wards: Mapping[str, str], now: datetime, by: str, name: str | None = None
) -> Listed:
    """Make these the wards of the city; who is not among them is none of it any more. Makes the city's office, which
    needs no plan, where `name` is given and there is none.

    Raises RequestRefused: `city.unknown`, `city.itself`, `city.of_another`.
    """
    with begin(engine) as session:
        known = _office(session, city, name)
        others = {each: of for each, of in of_city.listed(session, wards).items() if of != city}
        if city in wards:
            raise RequestRefused("city.itself", city=city)
        if others:
            raise RequestRefused("city.of_another", wards=", ".join(sorted(others)))
        rows = {row.office: row.plan for row in of_city.wards(session, city)}
        of_city.put_wards(session, city, wards, now, by)
        rows_now = {row.office: row.plan for row in of_city.wards(session, city)}
        return Listed(
            city,
            known,
            len(wards),
            joined=tuple(sorted(set(wards) - set(rows))),
            left=tuple(sorted(set(rows) - set(wards))),
            without_plan=tuple(sorted(each for each, plan in rows_now.items() if plan is None)),
        )


def _office(session: Session, city: str, name: str | None) -> str:
    """The name of the city's office; made where it is new and named."""
    found = of_city.office(session, city)
    if found is not None:
        return str(found.name)
    if not name:
        raise RequestRefused("city.unknown", city=city)
    session.add(Office(id=city, name=name, time_zone=ZONE))
    session.flush()
    return name


def listed(engine: Engine) -> list[dict[str, Any]]:
    """Every city of the database: id, name, how many wards it follows."""
    with reading(engine) as session:
        return [{"city": row.id, "name": row.name, "wards": row.wards} for row in of_city.cities(session)]
