"""What is wrong with a plan's files: codes and values with their places; the words are in texts/ under `plan.`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from rules.errors import KehoachError

Step = str | int
Path = tuple[Step, ...]
"""The way to a value inside a file: keys of mappings and places in lists (from 0)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong, or for a person to settle. Its text is `say("plan." + code, lang, **values)`."""

    code: str
    file: str
    """Relative to the plan's folder; the overlay by the path it was given."""
    line: int
    """1-based; 1 where the whole file is meant."""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem before its line is known: lines are looked up only once there is an error."""

    code: str
    file: str
    path: Path
    values: Mapping[str, object] = field(default_factory=dict)


class PlanErrors(KehoachError):
    """The plan cannot be used; `problems` holds every error, in the order of files and lines."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("plan.errors", count=len(problems))
        self.problems = list(problems)


def nearest(wrong: str, known: Iterable[str]) -> str:
    """What `wrong` was probably meant to be, best first; where nothing is near, the first of what is known."""
    known = sorted(known)
    lower = {each.lower(): each for each in known}
    close = get_close_matches(wrong.lower(), lower, n=3, cutoff=0.6)
    chosen = [lower[each] for each in close] or known[:8]
    rest = "…" if not close and len(known) > len(chosen) else ""
    return ", ".join(chosen) + rest if chosen else "–"
