"""What changed between two calendars, in words and as JSON."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from outputs.figures import day as spoken
from outputs.ical import ZONE
from outputs.ical_diff import Calendar, Change, Day, Shown, Step, counts
from outputs.ical_text import clean
from texts import area, say

MOST_LINES = 8
"""Of a description, on either side."""


def lines(before: Calendar, after: Calendar, changes: list[Change], lang: str) -> list[str]:
    """A line for each item that changed, under a line that counts them; below it what its description says else."""
    said = [say("diff.none" if not changes else "diff.some", lang, count=len(changes))]
    if before.name != after.name:
        said.append(say("diff.calendar_renamed", lang, was=_line(before.name), now=_line(after.name)))
    return said + [line for each in changes for line in _change(each, lang)]


def as_json(before: Calendar, after: Calendar, changes: list[Change]) -> dict[str, Any]:
    """{before, after (names), counts, changes: [{uid, title, unit, phase, from, to, steps: [{kind, was, now}]}]}."""
    return {
        "before": before.name,
        "after": after.name,
        "counts": counts(changes),
        "changes": [_json(each) for each in changes],
    }


def _change(change: Change, lang: str) -> list[str]:
    item = change.item
    named = say("diff.item_of" if item.unit else "diff.item", lang, title=_line(item.title), unit=_line(item.unit))
    kinds = {step.kind for step in change.steps}
    if kinds & {"added", "gone"}:
        kind = "added" if "added" in kinds else "gone"
        return [say(f"diff.{kind}", lang, item=named, days=_span(item.first, item.last, lang))]
    worth = _worth_saying(change)
    steps = "; ".join(_step(step, lang) for step in worth)
    first = say("diff.changed", lang, item=named, days=_span(item.first, item.last, lang), steps=steps)
    return [first, *(line for step in worth if step.kind == "said" for line in _lines(step))]


def _lines(step: Step) -> list[str]:
    """What the description no longer says and what it now says, of a long one the beginning."""
    sides = (("−", step.was), ("+", step.now))
    return [
        f"    {sign} {_line(each) if at < MOST_LINES else '…'}"
        for sign, side in sides
        for at, each in enumerate(side[: MOST_LINES + 1])
    ]


def _worth_saying(change: Change) -> list[Step]:
    """Of an item of ours, without what only follows: one that is done stops reminding, and its description says so."""
    steps = list(change.steps)
    if not change.item.unit or {step.kind for step in steps} <= {"alarms", "said", "fields"}:
        return steps
    follows = frozenset({"CATEGORIES", "COLOR"})
    steps = [step for step in steps if step.kind != "said"]
    if change.item.phase != "open" or any(step.kind == "reopened" for step in steps):
        steps = [step for step in steps if step.kind != "alarms"]
    return [step for step in steps if step.kind != "fields" or not follows.issuperset(step.now)]


def _step(step: Step, lang: str) -> str:
    if step.kind == "moved":
        was, now = (_span(first, last, lang) for first, last in (step.was, step.now))
        return say("diff.moved", lang, was=was, now=now)
    if step.kind == "fields":
        return say("diff.fields", lang, names=", ".join(_field(name, lang) for name in step.now))
    if step.kind == "called":
        was, now = (area("diff", lang)[f"tone_{each}"] for each in (step.was, step.now))
        return say("diff.called", lang, was=was, now=now)
    if step.kind == "alarms" and step.was == step.now:
        return say("diff.alarm_times", lang)
    if step.kind in ("renamed", "handed"):
        was, now = (_line(each) or say("diff.nobody", lang) for each in (step.was, step.now))
        return say(f"diff.{step.kind}", lang, was=was, now=now)
    return say(f"diff.{step.kind}", lang, was=step.was, now=step.now)


def _field(name: str, lang: str) -> str:
    return area("diff", lang).get(f"field_{name}", _line(name))


def _span(first: Day | None, last: Day | None, lang: str) -> str:
    if first is None or last is None:
        return say("diff.no_day", lang)
    if first == last:
        return _spoken(first, lang)
    return say("diff.span", lang, first=_spoken(first, lang), last=_spoken(last, lang))


def _spoken(day: Day, lang: str) -> str:
    """13/5/2025, or 17:00 13/5/2025 in Việt Nam's zone; in English 2025-05-13."""
    if isinstance(day, datetime):
        local = day.astimezone(ZoneInfo(ZONE)) if day.tzinfo is not None else day
        return f"{local:%H:%M} {spoken(local.date(), lang)}"
    return spoken(day, lang)


def _line(text: str) -> str:
    """Anybody's words on one line of a terminal: no breaks, no controls, nothing that turns the reading direction."""
    one = " ".join(clean(text).split())
    return f"{one[:200]}…" if len(one) > 200 else one


def _json(change: Change) -> dict[str, Any]:
    item: Shown = change.item
    return {
        "uid": item.uid,
        "title": item.title,
        "unit": item.unit or None,
        "phase": item.phase,
        "from": _iso(item.first),
        "to": _iso(item.last),
        "steps": [{"kind": each.kind, "was": _value(each.was), "now": _value(each.now)} for each in change.steps],
    }


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return _iso(value) if isinstance(value, date) else value


def _iso(day: Day | None) -> str | None:
    return None if day is None else day.isoformat()
