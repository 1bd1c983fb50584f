"""Ids: unique regardless of case, known where they are used, units in good order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from plan.draft import Draft
from plan.problems import Path
from plan.scalars import SLUG_PATTERN, slugified
from plan.schema import MemberPattern, Recipient, Successor, UnitEntry
from rules.values import CHECK_IN_TASK

_SLUG = re.compile(SLUG_PATTERN)
RESERVED_UNITS = frozenset({"office", "campaigns"})
"""What calendars that are no unit's are called: in `kehoach feed`, and as files (usecases.calendars)."""
_NUMBER = re.compile(r"\{(n+)\}")

UNITS, PLAN, CALENDAR, ESCALATION, TARGETS = (
    f"{each}.yaml" for each in ("units", "plan", "calendar", "escalation", "targets")
)


def member_ids(pattern: MemberPattern) -> list[tuple[str, str]]:
    """(id, name) of each member: `{n}` is its number, `{nn}` the same in two digits."""
    return [(_numbered(pattern.id, n), _numbered(pattern.name, n)) for n in range(1, pattern.count + 1)]


def members_of(unit: UnitEntry) -> list[tuple[str, str]]:
    """(id, name) of the members of a group that has named them."""
    if unit.members is None:
        return []
    if unit.members.pattern is not None:
        return member_ids(unit.members.pattern)
    return [(each.id, each.name) for each in unit.members.named]


def _numbered(text: str, number: int) -> str:
    return _NUMBER.sub(lambda found: str(number).zfill(len(found[1])), text)


def gather(draft: Draft) -> None:
    """`draft.known` from the plain values, so that an entry with an error of its own is known all the same."""
    raw = draft.raw
    for kind, file, key in (
        ("units", UNITS, "units"),
        ("recipients", PLAN, "recipients"),
        ("campaigns", CALENDAR, "campaigns"),
        ("rungs", ESCALATION, "rungs"),
        ("targets", TARGETS, "targets"),
    ):
        if isinstance(raw.get(file), dict):
            draft.known[kind] = {each for _, each in _ids(draft, kind, file, raw[file].get(key), (key,))}
    if "units" in draft.known:
        draft.known["units"] |= _members(draft)
    _task_ids(draft)
    _duplicate_rounds(draft)


def _ids(draft: Draft, kind: str, file: str, items: Any, path: Path) -> Iterator[tuple[int, str]]:
    seen: dict[str, str] = {}
    for place, item in enumerate(items if isinstance(items, list) else ()):
        text = item.get("id") if isinstance(item, dict) else None
        if isinstance(text, str):
            _unique(draft, seen, file, (*path, place, "id"), text, kind)
            if kind == "units":
                _not_reserved(draft, (*path, place, "id"), text)
            yield place, text


def _unique(draft: Draft, seen: dict[str, str], file: str, path: Path, text: str, kind: str) -> None:
    lower = text.lower()
    if lower not in seen:
        seen[lower] = text
        return
    same = seen[lower]
    code = "duplicate_id" if same == text else "id_case"
    draft.error(code, file, path, id=text, other=same, right=f"{slugified(text)}-2", kind=kind)


def _not_reserved(draft: Draft, path: Path, text: str) -> None:
    if text.lower() in RESERVED_UNITS:
        draft.error("reserved_unit_id", UNITS, path, id=text, right=f"{slugified(text)}-2")


def _members(draft: Draft) -> set[str]:
    units = {each.lower() for each in draft.known["units"]}
    found: set[str] = set()
    for place, unit in draft.units:
        path: Path = ("units", place, "members")
        for text in _member_ids(draft, unit, path):
            if text.lower() in units or text in found:
                draft.error("duplicate_id", UNITS, path, id=text, other=text, right=f"{text}-2", kind="units")
            _not_reserved(draft, path, text)
            found.add(text)
    return found


def _member_ids(draft: Draft, unit: UnitEntry, path: Path) -> list[str]:
    pattern = unit.members.pattern if unit.members is not None else None
    if pattern is None:
        return [text for text, _ in members_of(unit)]
    if not 1 <= pattern.count <= 2000:
        draft.error("bad_count", UNITS, (*path, "count"), value=pattern.count)
        return []
    if not _NUMBER.search(pattern.id) or not _SLUG.match(_numbered(pattern.id, 1)):
        right = slugified(_NUMBER.sub("", pattern.id)) or unit.id
        draft.error("bad_member_id", UNITS, (*path, "id"), value=pattern.id, right=right + "-{nn}")
        return []
    return [text for text, _ in member_ids(pattern)]


def _task_ids(draft: Draft) -> None:
    """All tasks together: a task id is unique in the plan, in whichever file it stands."""
    texts: list[str] = []
    for file in draft.task_files:
        texts += [task.id for _, task in file.tasks]
    draft.known["tasks"] = set(texts)
    if len(draft.known["tasks"]) != len(texts) or CHECK_IN_TASK in draft.known["tasks"] or draft.errors:
        seen: dict[str, str] = {}
        for name, path, text in _raw_tasks(draft):
            draft.known["tasks"].add(text)
            _unique(draft, seen, name, path, text, "tasks")
            if text == CHECK_IN_TASK:
                draft.error("reserved_id", name, path, id=text, right=f"{text}-…")


def _raw_tasks(draft: Draft) -> Iterator[tuple[str, Path, str]]:
    for file in sorted(draft.raw):
        held = draft.raw[file]
        if file.startswith("tasks/") and isinstance(held, dict) and isinstance(held.get("tasks"), list):
            for place, item in enumerate(held["tasks"]):
                if isinstance(item, dict) and isinstance(item.get("id"), str):
                    yield file, ("tasks", place, "id"), item["id"]
    for each in draft.task_files:
        if each.prefix:
            yield from ((each.file, (*each.prefix, "tasks", place, "id"), task.id) for place, task in each.tasks)


def _duplicate_rounds(draft: Draft) -> None:
    if draft.calendar is not None:
        items = [{"id": each.id} for each in draft.calendar.rounds]
        for _ in _ids(draft, "rounds", CALENDAR, items, ("rounds",)):
            pass


def refer(draft: Draft, kind: str, text: str | None, file: str, path: Path, also: str | None = None) -> None:
    """That `text` is a known id of `kind` (or of `also`); silent where that file could not be read."""
    if text is None or kind not in draft.known or text in draft.known[kind]:
        return
    if also is not None and (also not in draft.known or text in draft.known[also]):
        return
    known = draft.known[kind] | (draft.known[also] if also else set())
    draft.error(f"unknown_{kind[:-1]}", file, path, id=text, near=draft.near(text, known))


def check_units(draft: Draft) -> None:
    """Successors known, dated and not in a circle; validity in order; what stands inside what."""
    units = {unit.id: unit for _, unit in draft.units}
    for place, unit in draft.units:
        path: Path = ("units", place)
        refer(draft, "units", unit.inside, UNITS, (*path, "inside"))
        if unit.from_ and unit.until and unit.until < unit.from_:
            draft.error("ends_before", UNITS, (*path, "until"), first=str(unit.from_), last=str(unit.until))
        _section(draft, unit, path)
        _successors(draft, unit.successors, UNITS, path, "units")
        _circle(draft, unit.id, units, UNITS, (*path, "successors"))
        undecided = ", ".join(each.unit for each in unit.successors if each.by is None)
        if undecided:
            draft.warn("successor_undecided", UNITS, (*path, "successors"), unit=unit.name, successors=undecided)
    if draft.plan is not None:
        _recipients(draft, draft.plan.recipients)


def _section(draft: Draft, unit: UnitEntry, path: Path) -> None:
    source = draft.source
    if source is None or unit.section is None:
        return
    if unit.section not in source.by_address and unit.section not in source.headings:
        known = [*source.by_address, *source.headings]
        draft.error(
            "unknown_clause", UNITS, (*path, "section"), clause=unit.section, near=draft.near(unit.section, known)
        )


def _successors(draft: Draft, successors: Iterable[Successor], file: str, path: Path, kind: str) -> None:
    leads = 0
    for place, each in enumerate(successors):
        at: Path = (*path, "successors", place)
        refer(draft, kind, each.unit, file, (*at, "unit"), also="units")
        leads += each.lead
        if leads > 1 and each.lead:
            draft.error("two_leads", file, (*at, "lead"), unit=each.unit)


def _circle(
    draft: Draft, start: str, entries: dict[str, UnitEntry] | dict[str, Recipient], file: str, path: Path
) -> None:
    """Any way along successors back to `start`; named once, at the entry that is first in the circle's ids."""
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        entry = entries.get(way[-1])
        for each in entry.successors if entry is not None else ():
            if each.unit == start:
                if start == min(way):
                    draft.error("successor_circle", file, path, circle=" → ".join((*way, start)))
                return
            if each.unit not in seen:
                seen.add(each.unit)
                ways.append((*way, each.unit))


def _recipients(draft: Draft, recipients: list[Recipient]) -> None:
    known = {each.id: each for each in recipients}
    for place, each in enumerate(recipients):
        path: Path = ("recipients", place)
        refer(draft, "units", each.unit, PLAN, (*path, "unit"))
        _successors(draft, each.successors, PLAN, path, "recipients")
        _circle(draft, each.id, known, PLAN, (*path, "successors"))
        undecided = ", ".join(one.unit for one in each.successors if one.by is None)
        if undecided:
            draft.warn("successor_undecided", PLAN, (*path, "successors"), unit=each.name, successors=undecided)
