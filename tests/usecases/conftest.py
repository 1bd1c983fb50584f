"""A database into which the small plan was synced on 10/1/2025, on each engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.usecases import small
from usecases import record, sync


@dataclass
class Ward:
    """An office at work: its engine, its plan folder, and short forms of the verbs."""

    engine: Engine
    folder: Path
    home: Path

    def sync(self, day: str, **more: Any) -> sync.SyncReport:
        return sync.sync(self.engine, directory=self.folder, overlay=None, now=small.at(day), recorded_by="thử", **more)

    def done(self, occurrence: str, by: str, day: str, on: str | None = None, **more: Any) -> record.Recorded:
        from datetime import date

        return record.done(
            self.engine,
            occurrence=occurrence,
            by=by,
            on=date.fromisoformat(on) if on else None,
            now=small.at(day),
            recorded_by="thử",
            **more,
        )

    def answer(self, occurrence: str, line: str, answer: str, day: str, **more: Any) -> record.Recorded:
        return record.answer(
            self.engine, occurrence=occurrence, line=line, answer=answer, now=small.at(day), recorded_by="thử", **more
        )

    def say(self, kind: str, occurrence: str, day: str, **more: Any) -> record.Recorded:
        return record.say(self.engine, kind=kind, occurrence=occurrence, now=small.at(day), recorded_by="thử", **more)


@pytest.fixture
def ward(engine: Engine, tmp_path: Path) -> Ward:
    """The small plan, synced."""
    made = Ward(engine, small.write(tmp_path), tmp_path / "home")
    made.sync("2025-01-10")
    return made
