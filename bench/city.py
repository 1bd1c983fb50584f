"""What the city's board asks of the database: 126 wards on both databases, and the country's 3,321 communes.

    python -m bench.city [WARDS] [COMMUNES]        default 126 and 3,321; a few minutes

Each row beside the barest statement that reads the same rows: `select office, count(*), max(current_day) … group by
office`. Cold: nothing is held. Warm: nothing has moved. After an entry: one ward has. A past day: what happened since
is replayed by the rules. The communes are copies of one ward's occurrences, made in SQL: only today is asked of them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text

from bench import town
from bench.desk import mark_once
from bench.measure import alternate
from models import city as of_city
from models.session import begin, open_engine, reading
from models.tables import Occurrence
from tests import postgres
from usecases.desk import city as desk_city

if TYPE_CHECKING:
    from sqlalchemy import Engine

WARDS, COMMUNES, RUNS = 126, 3_321, 7
BARE = text("select office, count(*), max(current_day) from occurrence where withdrawn = false group by office")
PAST = date(2025, 5, 15)


def rows(url: str, what: str, *, past: bool = True) -> Iterator[str]:
    """The lines of one database."""
    engine = open_engine(url)
    held = desk_city.Held()
    read(engine, held)

    def bare() -> None:
        with reading(engine) as session:
            session.execute(BARE).all()

    def entered() -> float:
        mark_once(url, "w0001")
        return timed(lambda: read(engine, held))

    asked = {
        "cold": lambda: timed(lambda: read(engine, desk_city.Held())),
        "warm": lambda: timed(lambda: read(engine, held)),
        "after an entry in one ward": entered,
    }
    if past:
        asked["a past day, cold"] = lambda: timed(lambda: read(engine, desk_city.Held(), PAST))
        asked["that day after an entry"] = lambda: timed(lambda: read(engine, held, PAST))
    medians = alternate({"bare": lambda: timed(bare), **asked}, runs=RUNS)
    for name in asked:
        figures = f"{medians['bare']:.1f} | {medians[name]:.1f} | {medians[name] / medians['bare']:.2f}"
        yield f"| {what}, {name} | {figures} |"
    engine.dispose()


def timed(run: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1000


def read(engine: Engine, held: desk_city.Held, day: date | None = None) -> desk_city.City:
    with reading(engine) as session:
        return desk_city.read(session, town.CITY, now=town.NOW, held=held, as_of=day)


def multiplied(url: str, communes: int) -> int:
    """Follow so many communes, each with the occurrences of the first ward; how many there are."""
    engine = open_engine(url)
    columns = [each for each in Occurrence.model_fields if each != "office"]
    names = town.wards(communes)
    with begin(engine) as session:
        run = session.connection().execute
        there = {row.id for row in run(text("select id from office"))}
        new = [{"id": each, "name": name} for each, name in names.items() if each not in there]
        run(text("insert into office (id, name, time_zone, head_seq, head_hash) select :id, :name, time_zone, 0, ''"
                 " from office where id = 'w0000'"), new)  # fmt: skip
        plan = "id, title, year, revision, starts_on"
        of_new = "o.id > (select max(office) from plan where office like 'w%')"
        run(text(f"insert into plan (office, {plan}) select o.id, {', '.join('p.' + each for each in plan.split(', '))}"
                 f" from office o, plan p where p.office = 'w0000' and {of_new}"))  # fmt: skip
        copied, of_it = ", ".join(columns), ", ".join(f"x.{each}" for each in columns)
        run(text(f"insert into occurrence (office, {copied}) select p.office, {of_it}"
                 " from plan p, occurrence x where x.office = 'w0000' and not exists"
                 " (select 1 from occurrence y where y.office = p.office)"))  # fmt: skip
        of_city.put_wards(session, town.CITY, names, town.NOW, "bench")
    with reading(engine) as session:
        count: int = session.execute(text("select count(*) from occurrence")).scalar_one()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")
    engine.dispose()
    return count


@contextmanager
def databases(folder: Path, wards: int) -> Iterator[list[tuple[str, str, str]]]:
    """(what, the owner's address, the application's) of SQLite and of PostgreSQL, each with the city."""
    with postgres.serve() as server, server.database() as name:
        url = f"sqlite:///{folder / 'kehoach.db'}"
        every = [("SQLite", url, url)]
        every.append(("PostgreSQL", server.url(name, postgres.OWNER), server.url(name, postgres.APPLICATION)))
        for _, owner, _ in every:
            town.build(owner, folder / "plans", wards)
        yield every


def main(arguments: Sequence[str]) -> int:
    wards, communes = ([int(each) for each in arguments] + [WARDS, COMMUNES][len(arguments) :])[:2]
    print("| board of | bare SQL, ms | ours, ms | ratio |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder), wards) as every:
        for what, _, application in every:
            for line in rows(application, f"{wards} wards, {what}"):
                print(line, flush=True)
        what, owner, application = every[-1]
        count = multiplied(owner, communes)
        for line in rows(application, f"{communes:,} communes, {what}, {count:,} occurrences", past=False):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
