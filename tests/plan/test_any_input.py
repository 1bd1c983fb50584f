"""Whatever stands in a plan's files: a plan, or problems with a place and words in both languages. No traceback."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import plan
from tests.plan.tiny import FILES, write
from texts import LANGUAGES, say

NAMES = sorted(each for each in FILES if each.endswith(".yaml"))
KEYS = st.sampled_from(
    [
        "id",
        "name",
        "unit",
        "until",
        "from",
        "to",
        "by",
        "before",
        "in",
        "lunar",
        "every",
        "roll",
        "basis",
        "set_by",
        "document",
        "members",
        "count",
        "relation",
        "successors",
        "on",
        "lead",
        "source",
        "clause",
        "quote",
        "kind",
        "deadlines",
        "period",
        "trigger",
        "event",
        "within",
        "campaigns",
        "with",
        "tasks",
        "units",
        "people",
        "at",
        "times",
    ]
)
SCALARS = st.sampled_from(
    [
        "x",
        "2025",
        "2025-02-30",
        "2025-05-14",
        "8-15",
        "L8-15",
        "2025-Q2",
        "2025-05-14T17:00",
        "true",
        "unknown",
        "to",
        "to-02",
        "cong-an",
        "II.1-1",
        "stated",
        "law",
        "office",
        "report",
        "on-event",
        "5_working_days",
        "Văn_phòng",
        "{nn}",
        "{n}",
        "{}",
        "%",
        "null",
        "99999999999999999999",
        "-1",
        "month",
        "chair",
        "head:to",
    ]
).map(lambda each: each.replace("_", " ")) | st.text(max_size=6)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=6
)


class _Plain(yaml.SafeDumper):
    """Writes shared lists twice: the plan language refuses aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def places(held: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to everything inside a structure."""
    steps = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
    return [each for key, value in steps for each in [(*path, key), *places(value, (*path, key))]]


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, str | bytes | None]:
    """Files of the tiny plan with one to three values replaced, or keys added."""
    changes: dict[str, str | bytes | None] = {}
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)):
        held = copy.deepcopy(yaml.load(FILES[name], yaml.BaseLoader))
        *above, last = draw(st.sampled_from(places(held)))
        inner = held
        for step in above:
            inner = inner[step]
        if isinstance(inner, dict) and draw(st.booleans()):
            last = draw(KEYS)
        inner[last] = draw(VALUES)
        changes[name] = yaml.dump(held, allow_unicode=True, sort_keys=False, Dumper=_Plain)
    return changes


def tell(folder: Path, overlay: Path | None = None) -> None:
    try:
        loaded = plan.load(folder, overlay, tolerate=plan.QUOTE_CODES)
        problems = loaded.warnings
        plan.documents(loaded)
        plan.occurrences(loaded)
        plan.coverage(loaded).as_json()
    except plan.PlanErrors as error:
        problems = error.problems
        assert problems
    for each in problems:
        assert each.line >= 1
        assert all(say(f"plan.{each.code}", lang, **each.values) for lang in LANGUAGES)


@settings(max_examples=150, deadline=None)
@given(spoiled())
def test_values_of_any_shape(changes: dict[str, str | bytes | None]) -> None:
    """A value of any shape in any place: a list for a day, a mapping for an id, a key from elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        tell(write(Path(folder), changes))


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["plan", "units", "calendar", "escalation", "targets", "tasks"]), VALUES, max_size=3
    )
)
def test_overlays_of_any_shape(laid: dict[str, Any]) -> None:
    """The same of the overlay."""
    with tempfile.TemporaryDirectory() as folder:
        overlay = Path(folder) / "overlay.yaml"
        overlay.write_text(yaml.dump(laid, allow_unicode=True, Dumper=_Plain), "utf-8")
        tell(write(Path(folder) / "plan"), overlay)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.binary(max_size=60), st.integers(0, 400))
def test_bytes_of_any_kind(name: str, noise: bytes, place: int) -> None:
    """Noise anywhere in any file."""
    data = FILES[name].encode()
    with tempfile.TemporaryDirectory() as folder:
        tell(write(Path(folder), {name: data[:place] + noise + data[place:]}))
