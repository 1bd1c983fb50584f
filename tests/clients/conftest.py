"""The real plan with its example year entered, and every calendar that can be asked of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from models.session import open_engine, reading
from outputs import ical
from plan import PACKAGED
from tests.usecases.conftest import ward
from texts import LANGUAGES
from usecases import calendars, demo, plans, succession

__all__ = ["ward"]  # the fixture of the small plan, for the tests of this room

BASE = "https://kehoach.phu-la.example"
MOVING_DAY = date(2025, 7, 1)
"""The day from which the ward's new departments hold the work."""


@dataclass(frozen=True)
class Made:
    """One calendar as it is asked for, and its bytes."""

    which: str
    form: str
    lang: str
    body: bytes

    def __str__(self) -> str:
        return f"{self.which}-{self.form}-{self.lang}"


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Engine]:
    """The Phú La plan on SQLite with every example entry of the year typed; nothing is swept or sent."""
    home = tmp_path_factory.mktemp("year")
    shutil.copyfile(sqlite_template, home / "kehoach.db")
    engine = open_engine(f"sqlite:///{home / 'kehoach.db'}")
    story = demo.story(PACKAGED)
    play = demo.Play(engine, story, home)
    play.begin()
    moved = False
    for chapter in story.chapters:
        for entry in chapter.entries:
            if not moved and entry["at"].date() >= MOVING_DAY:
                now = datetime.combine(MOVING_DAY, datetime.min.time(), play.zone)
                succession.succeed(engine, today=MOVING_DAY, now=now, recorded_by="thử")
                moved = True
            play.enter(entry)
    yield engine
    engine.dispose()


def every_which(engine: Engine) -> list[str]:
    """The office, the campaigns, every unit, group and member."""
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session))
        return [calendars.OFFICE, calendars.CAMPAIGNS, *in_force.units]


def make(engine: Engine, which: str, **options: Any) -> bytes:
    """One calendar as the ledger stands, as a link serves it."""
    with reading(engine) as session:
        in_force = plans.in_force(session, *plans.find(session))
        return calendars.calendar(session, in_force, which=which, **options)


@pytest.fixture(scope="session")
def every_calendar(year: Engine) -> list[Made]:
    """Every calendar of the real plan in both forms and languages, leading to the desk."""
    return [
        Made(which, form, lang, make(year, which, form=form, lang=lang, base=BASE))
        for which in every_which(year)
        for form in ical.FORMS
        for lang in LANGUAGES
    ]


def in_json(value: object) -> str:
    """Any answer as the text in which a word can be looked for, letters as they are."""
    return json.dumps(value, ensure_ascii=False, default=str)
