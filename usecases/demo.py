"""The demonstration: a believable year on the real plan, in a data folder of its own, told in chapters.

The entries are examples (plan/phu-la-2025/example/), replayed through the very verbs that offices use, with the clock
of the story; between them every night sweeps and delivers. Nothing here is part of the plan.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from models import migrate
from outputs.channels import FileChannel
from rules.errors import RequestRefused
from usecases import deliver, events, record, succession, sweep, sync, targets

if TYPE_CHECKING:
    from sqlalchemy import Engine

MARK = ".kehoach-demo"
"""The file that says a folder is a demonstration and may be replaced."""

NIGHT = time(1, 30)
RECORDED_BY = "ví dụ"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the year that ends on `day` (local, inclusive), and the entries typed in it, in order."""

    day: date
    entries: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The plan folder, the example's overlay and its chapters."""

    directory: Path
    overlay: Path
    zone: str
    first_day: date
    chapters: tuple[Chapter, ...]


def is_demo(home: Path) -> bool:
    """Whether the data folder is a demonstration, whose entries are examples."""
    return (home / MARK).is_file()


def prepare(home: Path) -> None:
    """An empty folder with the demo's mark. Raises RequestRefused where something else lies there."""
    if home.exists() and not home.is_dir():
        raise RequestRefused("request.not_a_demo", folder=str(home))
    if home.is_dir() and any(home.iterdir()):
        if not is_demo(home):
            raise RequestRefused("request.not_a_demo", folder=str(home))
        for each in sorted(home.iterdir(), key=lambda path: path.name == MARK):  # the mark goes last
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).write_text("kehoach demo\n", encoding="utf-8")


def story(directory: Path) -> Story:
    """Read the example that lies beside the plan."""
    import yaml

    body = yaml.safe_load((directory / "example" / "entries.yaml").read_text(encoding="utf-8"))
    entries = [_typed(each) for each in body["entries"]]
    chapters, last = [], None
    for day in sorted(date.fromisoformat(str(each)) for each in body["chapters"]):
        end = datetime.combine(day, time.max)
        chapters.append(
            Chapter(day, tuple(each for each in entries if (last is None or last < each["at"]) and each["at"] <= end))
        )
        last = end
    return Story(
        directory,
        directory / "example" / "overlay.yaml",
        str(body["time_zone"]),
        date.fromisoformat(str(body["first_day"])),
        tuple(chapters),
    )


def _typed(entry: dict[str, Any]) -> dict[str, Any]:
    at = entry["at"]
    return entry | {"at": at if isinstance(at, datetime) else datetime.fromisoformat(str(at))}


class Play:
    """Plays a story into a database, chapter by chapter."""

    def __init__(self, engine: Engine, told: Story, home: Path, lang: str = "vi") -> None:
        self.engine, self.story, self.home, self.lang = engine, told, home, lang
        self.zone = ZoneInfo(told.zone)
        self.channel = FileChannel(home / "outbox", lang)

    def begin(self) -> sync.SyncReport:
        """Make the database and load the plan, on the story's first day; the overlay becomes the data folder's."""
        migrate.upgrade(self.engine)
        overlay = self.home / "overlay.yaml"
        shutil.copyfile(self.story.overlay, overlay)
        return sync.sync(
            self.engine,
            directory=self.story.directory,
            overlay=overlay,
            now=self._at(datetime.combine(self.story.first_day, time(8))),
            recorded_by=RECORDED_BY,
        )

    def chapter(self, chapter: Chapter, since: date, progress: Callable[[date], object] = str) -> int:
        """Play the days after `since` up to the chapter's, night by night; returns how many entries were typed.

        The last night is left to the `nightly` flow.
        """
        waiting = list(chapter.entries)
        typed = 0
        for day in _days(since, chapter.day):
            progress(day)
            self._night(day)
            while waiting and waiting[0]["at"].date() <= day:
                self.enter(waiting.pop(0))
                typed += 1
        return typed

    def _night(self, day: date) -> None:
        now = self._at(datetime.combine(day, NIGHT))
        succession.succeed(self.engine, today=day, now=now, recorded_by="kehoach")
        if any(each.notices or each.overdue for each in sweep.sweep(self.engine, today=day, now=now)):
            deliver.deliver(self.engine, channel=self.channel, now=now, run=f"demo-{day}", lang=self.lang)

    def _at(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.zone)

    def enter(self, entry: dict[str, Any]) -> None:
        """Type one example entry through the verb that an office would use."""
        common: dict[str, Any] = {
            "now": self._at(entry["at"]),
            "recorded_by": RECORDED_BY,
            "channel": entry.get("channel", "cli"),
        }
        verb = entry["verb"]
        on = date.fromisoformat(str(entry["on"])) if "on" in entry else None
        if verb == "measure":
            targets.measure(
                self.engine, target=entry["target"], value=float(entry["value"]), unit=entry["by"], on=on, **common
            )
        elif verb == "event":
            events.open_event(
                self.engine, task=entry["task"], at=entry["event_at"], ref=entry["ref"], by=entry.get("by"), **common
            )
        else:
            self._enter(verb, entry, common | {"occurrence": entry["occurrence"], "by": entry.get("by"), "on": on})

    def _enter(self, verb: str, entry: dict[str, Any], common: dict[str, Any]) -> None:
        document, note = entry.get("doc"), entry.get("note")
        if verb == "done":
            record.done(self.engine, document=document, note=note, **common)
        elif verb == "answer":
            record.answer(
                self.engine,
                line=entry["line"],
                answer=entry["answer"],
                document=document,
                note=note,
                month=entry.get("month"),
                **common,
            )
        else:
            record.say(
                self.engine,
                kind=record.SAID[verb],
                note=note,
                reason=entry.get("reason"),
                via=entry.get("via"),
                **common,
            )


def _days(after: date, upto: date) -> Iterator[date]:
    day = after + timedelta(days=1)
    while day <= upto:
        yield day
        day += timedelta(days=1)
