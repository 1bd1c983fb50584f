"""The demonstration from one end to the other: check, sync, two chapters of a year, and the nightly flow after each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import plan as language
from flows import run as flows
from models.session import open_engine
from settings import Settings
from usecases import demo, told
from usecases.status import StatusReport, status
from usecases.verify import verify


@dataclass(frozen=True, slots=True)
class Told:
    """How the year stood at the end of one chapter."""

    day: date
    entries: int
    """How many example entries were typed in it."""
    night: dict[str, Any]
    """The reports of the nightly flow's stages."""
    status: StatusReport
    written: list[told.Written]
    """Who was written to by then, at which rung, and of how many items."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demo made, for the command line to tell."""

    home: Path
    plan: str
    tasks: int
    occurrences: int
    coverage: dict[str, Any]
    chapters: list[Told]
    faults: int
    """What `verify` found amiss; 0 in a good demo."""
    files: list[Path]
    """What to open, most telling first."""


def run(
    home: Path, *, directory: Path, lang: str = "vi", progress: Callable[[str, Any], object] = lambda *_: None
) -> Demonstration:
    """Make `home` anew (only if it is empty or bears the demo's mark) and play the story of the plan in `directory`.

    `progress` hears (step, value): check, coverage, sync, day, nightly. Raises KehoachError as the steps do.
    """
    story = demo.story(directory)
    loaded = language.load(directory, story.overlay)
    progress("check", len(loaded.tasks))
    covered = language.coverage(loaded).as_json()
    progress("coverage", covered["percent"])
    demo.prepare(home)
    settings = Settings.at(home.absolute())
    engine = open_engine(settings.database_url)
    play = demo.Play(engine, story, home, lang)
    chapters = []
    with flows.api(home):
        synced = play.begin()
        progress("sync", len(synced.added))
        since = story.first_day - timedelta(days=1)
        for chapter in story.chapters:
            typed = play.chapter(chapter, since, lambda day: progress("day", day))
            progress("nightly", chapter.day)
            chapters.append(_night(settings, story, chapter.day, typed, directory, lang))
            since = chapter.day
    last = settings.published / loaded.meta.id
    made = Demonstration(
        home=home,
        plan=loaded.meta.id,
        tasks=len(loaded.tasks),
        occurrences=len(synced.added),
        coverage=covered,
        chapters=chapters,
        faults=len(verify(engine, evidence_folder=settings.evidence).faults),
        files=[last / "report.html", last / "report.md", last / "calendars", settings.outbox],
    )
    engine.dispose()
    return made


def _night(settings: Settings, story: demo.Story, day: date, typed: int, directory: Path, lang: str) -> Told:
    """The nightly flow as of the evening of `day`, when its entries are all typed."""
    now = datetime.combine(day, time(23, 0), ZoneInfo(story.zone))
    night = flows.run(
        "nightly",
        home=settings.home,
        database_url=settings.database_url,
        directory=directory,
        as_of=day.isoformat(),
        now=now.isoformat(),
        lang=lang,
    )
    engine = open_engine(settings.database_url)
    try:
        return Told(day, typed, night, status(engine, now=now), told.written(engine, upto=day, lang=lang))
    finally:
        engine.dispose()
