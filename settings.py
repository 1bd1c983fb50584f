"""Typed settings from the environment. Read by cli, flows and web only, and passed inwards as values."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may set; every field has an environment variable and a line in docs/settings.md."""

    home: Path
    """KEHOACH_HOME: the data folder (database, plan overlay, evidence, outbox, what is published)."""
    database_url: str
    """KEHOACH_DATABASE_URL: default SQLite, `kehoach.db` in the data folder."""
    lang: str
    """KEHOACH_LANG: vi (default) or en."""

    @classmethod
    def from_environment(cls) -> Settings:
        home = Path(os.environ.get("KEHOACH_HOME") or default_home()).expanduser()
        return cls.at(home, os.environ.get("KEHOACH_DATABASE_URL"), os.environ.get("KEHOACH_LANG"))

    @classmethod
    def at(cls, home: Path, database_url: str | None = None, lang: str | None = None) -> Settings:
        """Settings for a data folder; an unknown language falls back to Vietnamese."""
        return cls(
            home=home,
            database_url=database_url or f"sqlite:///{home.absolute() / 'kehoach.db'}",
            lang=lang if lang in ("vi", "en") else "vi",
        )

    @property
    def evidence(self) -> Path:
        return self.home / "evidence"

    @property
    def outbox(self) -> Path:
        return self.home / "outbox"

    @property
    def published(self) -> Path:
        return self.home / "published"

    @property
    def overlay(self) -> Path:
        return self.home / "overlay.yaml"


def default_home() -> str:
    """The XDG data folder: the same from whichever folder the command is called."""
    return os.path.join(os.environ.get("XDG_DATA_HOME") or "~/.local/share", "kehoach")
