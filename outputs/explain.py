"""What a command came to, in lines for people: a sync, an entry, a refused move, a run, a verification.

Made of the documents that `--json` prints; the words are in texts/{vi,en}/print.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from outputs.figures import day, number
from outputs.standing import status_words
from texts import say

Document = Mapping[str, Any]

VERBS = (
    "reported",
    "issued",
    "answered",
    "confirmed",
    "returned",
    "supplement_asked",
    "retracted",
    "cancelled",
    "noted",
)
"""Kinds of entry that people write and that move something; the others are nobody's next step."""


def synced_lines(report: Document, lang: str) -> list[str]:
    """What a sync added, changed and withdrew; a first sync only counts, since all is new."""
    if report["unchanged"]:
        return [say("print.unchanged", lang, plan=report["plan"], revision=report["revision"])]
    sizes = {name: len(report[name]) for name in ("added", "changed", "withdrawn")}
    lines = [say("print.synced", lang, plan=report["plan"], revision=report["revision"], **sizes)]
    signs = (("added", "+"), ("changed", "~"), ("withdrawn", "-"))
    if report["revision"] > 1:
        lines += [f"  {sign} {each}" for name, sign in signs for each in report[name]]
    lines += [say("print.flagged", lang, task=each) for each in report["flagged"]]
    return lines


def recorded_line(entry: Document, lang: str) -> str:
    """What an entry came to: «Đã ghi số 12: … – hoàn thành đúng hạn»."""
    key = "print.repeated" if entry["repeated"] else "print.recorded"
    kind = say(f"print.entry_{entry['kind']}", lang)
    return say(key, lang, seq=entry["seq"], kind=kind, id=entry["occurrence"], state=status_words(entry, lang).text)


def measured_line(entry: Document, lang: str) -> str:
    """What a measured value came to: «đạt», «chưa đạt» or «chưa đánh giá được»."""
    return say(
        "print.measured",
        lang,
        seq=entry["seq"],
        target=entry["target"],
        value=number(entry["value"], lang),
        day=day(entry["on"], lang),
        state=say(f"print.target_{entry['state']}", lang),
    )


def moves_words(values: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The values of a refused move in words: kinds of entry, the phase, and of what is allowed what people can do."""
    told = dict(values)
    if "kind" in told:
        told["kind"] = say(f"print.entry_{told['kind']}", lang)
    if "phase" in told:
        told["phase"] = say(f"print.phase_{told['phase']}", lang)
        told["step"] = say(f"print.entry_{told.get('step', '')}", lang)
        told["allowed"] = (
            ", ".join(say(f"print.entry_{kind}", lang) for kind in told["allowed"] if kind in VERBS) or "—"
        )
    return told


def run_lines(done: Document, lang: str) -> list[str]:
    """What a run did, a line a stage and plan, in the order of a night."""
    lines = synced_lines(done["sync"], lang) if "sync" in done else []
    for stage in ("sweep", "deliver", "publish"):
        for report in done.get(stage, ()):
            sizes = {name: len(report[name]) for name in ("files", "changed") if name in report}
            lines.append(say(f"print.run_{stage}", lang, **{**report, **sizes}))
            lines += _moved(report.get("succession"), lang)
            lines += _delivered(report, lang)
    return lines


def _delivered(report: Document, lang: str) -> list[str]:
    """Of a delivery: digests, what waits for a better moment and why, who was not reached."""
    lines = []
    if report.get("digests"):
        lines.append(say("digest.run.digests", lang, plan=report["plan"], digests=report["digests"]))
    if report.get("held"):
        why = say(f"digest.held.{report['held_why']}", lang)
        lines.append(say("digest.run.held", lang, plan=report["plan"], held=report["held"], why=why))
    if report.get("undelivered"):
        lines.append(say("digest.run.undelivered", lang, plan=report["plan"], undelivered=report["undelivered"]))
    return lines


def _moved(succession: Document | None, lang: str) -> list[str]:
    """Work that went to a successor, and work whose successor no document names."""
    if succession is None:
        return []
    moved = [say("print.moved", lang, step=step, count=count) for step, count in succession["moved"].items()]
    left = [say("print.undecided", lang, unit=unit, count=count) for unit, count in succession["undecided"].items()]
    return moved + left


def verified_lines(verified: Document, lang: str) -> list[str]:
    """What was recomputed, or each place where it did not agree."""
    if verified["faults"]:
        return [say(each["code"], lang, **each["values"]) for each in verified["faults"]]
    return [say("print.verified", lang, **verified)]
