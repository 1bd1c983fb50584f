"""How benches measure: contestants in turn, one uncounted round first, medians, the ratio to a yardstick, one table.

Milliseconds belong to one machine on one day; the ratio of two medians of one run is what may be carried further.
"""

from __future__ import annotations

import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = "| what | yardstick, ms | ours, ms | ratio | limit |\n|---|---:|---:|---:|---:|"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: medians in milliseconds; `limit` is the ratio not to be passed, None where none is set."""

    what: str
    yardstick: float
    ours: float
    limit: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.yardstick

    @property
    def kept(self) -> bool:
        return self.limit is None or self.ratio <= self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"{self.limit:g}"
        mark = "" if self.kept else " **over**"
        return f"| {self.what} | {_short(self.yardstick)} | {_short(self.ours)} | {self.ratio:.2f}{mark} | {limit} |"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


@contextmanager
def collector_off(off: bool = True) -> Iterator[None]:
    """The garbage collector paused, after one full collection, so that it does not fall on one contestant by chance."""
    gc.collect()
    if off:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()


def alternate(
    contestants: Mapping[str, Callable[[], float | None]], *, runs: int = 11, gc_off: bool = False
) -> dict[str, float]:
    """Median milliseconds of each contestant, run in turn (A B A B …) after one uncounted round.

    A contestant that measures itself returns its own milliseconds; of any other the wall time of the call is taken.
    """
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(runs + 1):
        for name, run in contestants.items():
            with collector_off(gc_off):
                start = time.perf_counter()
                own = run()
                wall = (time.perf_counter() - start) * 1000
            if turn:
                found[name].append(wall if own is None else own)
    return {name: statistics.median(each) for name, each in found.items()}


def compare(
    what: str,
    yardstick: Callable[[], float | None],
    ours: Callable[[], float | None],
    *,
    limit: float | None = None,
    runs: int = 11,
    gc_off: bool = False,
) -> Row:
    """`ours` beside `yardstick` in one run, as a row."""
    medians = alternate({"yardstick": yardstick, "ours": ours}, runs=runs, gc_off=gc_off)
    return Row(what, medians["yardstick"], medians["ours"], limit)


def process(arguments: Sequence[str | Path], **environment: str) -> Callable[[], None]:
    """A contestant that is a whole process, from the repository's root; a failure raises with what it said."""

    def run() -> None:
        ran = subprocess.run(
            [str(each) for each in arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        if ran.returncode:
            raise RuntimeError(f"{arguments}: {ran.stderr.decode(errors='replace')}")

    return run


def report(rows: Sequence[Row], *, head: bool = True) -> int:
    """Print the rows as Markdown; 1 where one is over its limit, for the exit code."""
    if head:
        sys.stdout.write(HEAD + "\n")
    for row in rows:
        sys.stdout.write(f"{row}\n")
    return int(not all(row.kept for row in rows))
