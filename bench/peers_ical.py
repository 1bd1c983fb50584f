"""A calendar of 10,000 events beside libical, ical.js, `icalendar` and ical-generator, in one run.

    python -m bench.peers_ical [N [RUNS]]        default 10000 5

Every contestant is given the same events with the same values of the same properties (ours, two alarms among them; only
ical-generator has no COLOR), and writes one file. `inner` is each program's own clock: records in memory to the file
written, its library loaded; `whole` is the process. Contestants run in turn, one uncounted round first, medians.

Set up in a temporary folder that is removed: ical.js and ical-generator by npm, the C program by cc against libical
(`apt-get install libical-dev gcc pkg-config`). What is missing is skipped, loudly.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench import calendars as bench
from bench.measure import ROOT
from models.session import reading
from outputs import ical
from outputs.ical_item import Item
from outputs.ical_words import categories, description, summary
from usecases import calendars, plans

HERE = Path(__file__).parent / "peers"
_INNER = re.compile(r"inner_ms ([\d.]+) events (\d+)")


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program that writes the calendar to a file and says its own milliseconds."""

    name: str
    command: list[str]
    out: Path


def plain(escaped: str) -> str:
    """An escaped TEXT value as it is meant, for libraries that escape by themselves."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], escaped)


def record(of: Item) -> list[str]:
    """The values of one event as every contestant gets them."""
    assert of.last_day is not None
    stamp = of.changed_at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    days = (of.last_day, of.last_day + timedelta(days=1))
    alarms = ical.DAY_ALARMS if of.phase in ("open", "returned") else ()
    return [
        ical.uid(of.key, ical.EVENT),
        stamp,
        str(of.sequence + ical.RENDERER),
        *(f"{day:%Y%m%d}" for day in days),
        plain(summary(of, "vi")),
        plain(description(of, "vi")),
        f"{of.unit},{plain(categories('', of.kind, 'vi'))}",
        "gray" if of.phase == "cancelled" else ical.COLOURS[of.kind],
        "CANCELLED" if of.phase == "cancelled" else "CONFIRMED",
        " ".join(alarms),
    ]


# ---- the two Python programs, each run as a process of its own


def build_icalendar(records: list[list[str]]) -> bytes:
    """The same events with the `icalendar` library."""
    from icalendar import Alarm, Calendar, Event, vDuration

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//bench//icalendar//VI")
    for uid, stamp, sequence, start, end, title, said, category, colour, status, triggers in records:
        event = Event()
        at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        for name, value in (("uid", uid), ("dtstamp", at), ("last-modified", at), ("sequence", int(sequence))):
            event.add(name, value)
        for name, day in (("dtstart", start), ("dtend", end)):
            event.add(name, date(int(day[:4]), int(day[4:6]), int(day[6:])))
        for name, text in (("summary", title), ("description", said), ("color", colour), ("status", status)):
            event.add(name, text)
        event.add("categories", category.split(","))
        event.add("transp", "TRANSPARENT")
        for trigger in triggers.split():
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", vDuration.from_ical(trigger))
            alarm.add("description", title)
            event.add_component(alarm)
        calendar.add_component(event)
    return calendar.to_ical()


def timed(build: Callable[[], bytes], out: Path) -> None:
    """Build and write, and say how long it took."""
    begun = time.perf_counter()
    body = build()
    out.write_bytes(body)
    spent = (time.perf_counter() - begun) * 1e3
    print(f"inner_ms {spent:.3f} events {body.count(b'BEGIN:VEVENT')}")


def child(kind: str, records: Path, out: Path, n: int) -> None:
    """One Python contestant in this process."""
    if kind == "icalendar":
        import icalendar  # noqa: F401  (loaded before the clock starts)

        rows = [row.split("\x1f") for row in records.read_text(encoding="utf-8").split("\x1e")[:-1]]
        timed(lambda: build_icalendar(rows), out)
    elif kind == "ours":
        of = bench.items(n)
        timed(lambda: bench.ours(of), out)
    else:  # rebuilt: the office's calendar after 1 % changed, from the database of that path
        from models.session import open_engine

        engine = open_engine(f"sqlite:///{records.with_name('kehoach.db')}")
        with reading(engine) as session:
            in_force = plans.in_force(session, "bench", "bench-2025")
            calendars.calendar(session, in_force, which=calendars.CAMPAIGNS)  # every module is loaded

        def rebuild() -> bytes:
            with reading(engine) as session:
                return calendars.calendar(session, in_force, which=calendars.OFFICE)

        timed(rebuild, out)
        engine.dispose()


# ---- set-up and measuring


def skip(name: str, why: str) -> None:
    print(f"SKIPPED {name}: {why}", file=sys.stderr, flush=True)


def set_up(folder: Path, n: int) -> list[Contestant]:
    """Write the records, make the database of the rebuild, and install what peers there can be."""
    records = folder / "records"
    of = bench.items(n)
    rows = ("\x1f".join(record(each)) + "\x1e" for each in sorted(of, key=ical.by_name))
    records.write_text("".join(rows), encoding="utf-8")
    engine, terms = bench.database(folder / "kehoach.db", of)
    layers: list[calendars.Layer] = []
    with bench.reading(engine) as session:
        in_force = plans.in_force(session, "bench", "bench-2025")
        calendars.calendar(session, in_force, which=calendars.OFFICE, worth_keeping=layers)
    calendars.keep_layers(engine, layers)
    bench.change(engine, terms, 1)
    engine.dispose()
    python = [sys.executable, "-m", "bench.peers_ical", "--child"]
    found = [
        Contestant(name, [*python, kind, str(records), str(folder / f"{kind}.ics"), str(n)], folder / f"{kind}.ics")
        for name, kind in (
            ("kehoach, first build", "ours"),
            ("kehoach, rebuilt after 1 % changed, from the database", "rebuilt"),
            ("icalendar (Python)", "icalendar"),
        )
    ]
    return found + _libical(folder, records) + _npm(folder, records)


def _libical(folder: Path, records: Path) -> list[Contestant]:
    if not shutil.which("cc") or not shutil.which("pkg-config"):
        skip("libical (C)", "needs cc, pkg-config and libical-dev")
        return []
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libical"], capture_output=True, text=True)
    built = folder / "build_libical"
    made = subprocess.run(
        ["cc", "-O2", "-o", built, HERE / "build_libical.c", *flags.stdout.split()], capture_output=True, text=True
    )
    if flags.returncode or made.returncode:
        skip("libical (C)", (flags.stderr or made.stderr).strip().splitlines()[0])
        return []
    out = folder / "libical.ics"
    return [Contestant("libical (C)", [str(built), str(records), str(out)], out)]


def _npm(folder: Path, records: Path) -> list[Contestant]:
    names = ("ical.js", "ical-generator")
    if not shutil.which("node") or not shutil.which("npm"):
        skip(", ".join(names), "needs node and npm")
        return []
    (folder / "package.json").write_text(json.dumps({"private": True}))
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"]
    found = []
    for name in names:
        if subprocess.run([*npm, name], cwd=folder, capture_output=True).returncode:
            skip(name, "npm could not install it")
            continue
        out = folder / f"{name}.ics"
        found.append(
            Contestant(name, ["node", str(HERE / "build.mjs"), name, str(records), str(out), str(folder)], out)
        )
    return found


def run(of: Contestant, n: int) -> tuple[float, float]:
    """(inner, whole) milliseconds of one run; the events are counted each time."""
    begun = time.perf_counter()
    ran = subprocess.run(of.command, cwd=ROOT, capture_output=True, text=True)
    whole = (time.perf_counter() - begun) * 1e3
    said = _INNER.search(ran.stdout)
    if ran.returncode or said is None or int(said[2]) != n:
        raise RuntimeError(f"{of.name}: {ran.stdout[-300:]}{ran.stderr[-600:]}")
    return float(said[1]), whole


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5]))
        return
    n, runs = ([int(each) for each in sys.argv[1:]] + [10_000, 5][len(sys.argv) - 1 :])[:2]
    with tempfile.TemporaryDirectory() as name:
        contestants = set_up(Path(name), n)
        took: dict[str, list[tuple[float, float]]] = {each.name: [] for each in contestants}
        for turn in range(runs + 1):
            for each in contestants:
                found = run(each, n)
                if turn:
                    took[each.name].append(found)
        print(f"| {n:,} events | inner, ms | whole process, ms | octets |\n|---|---:|---:|---:|")
        medians = {
            each.name: [statistics.median(column) for column in zip(*took[each.name], strict=True)]
            for each in contestants
        }
        for each in sorted(contestants, key=lambda each: medians[each.name][0]):
            inner, whole = medians[each.name]
            print(f"| {each.name} | {inner:.0f} | {whole:.0f} | {each.out.stat().st_size:,} |")


if __name__ == "__main__":
    main()
