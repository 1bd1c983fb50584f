"""Typed settings from the environment. Read by cli, flows and web only, and passed inwards as values."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
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
    plan_folder: Path | None = None
    """KEHOACH_PLAN: the folder of plan files; default the one in ./plan, else the plan that comes with the package."""
    recorder: str = ""
    """KEHOACH_RECORDER: who types the entries; default the name of the account."""
    base_url: str = ""
    """KEHOACH_BASE_URL: where people reach the desk, https://…; calendars then lead to its pages. Default: unknown."""

    @classmethod
    def from_environment(cls, home: Path | None = None) -> Settings:
        """What the environment sets; a `home` that was asked for by name goes before KEHOACH_HOME."""
        home = home or Path(os.environ.get("KEHOACH_HOME") or default_home()).expanduser()
        folder = os.environ.get("KEHOACH_PLAN")
        return replace(
            cls.at(home, os.environ.get("KEHOACH_DATABASE_URL"), os.environ.get("KEHOACH_LANG")),
            plan_folder=Path(folder).expanduser() if folder else None,
            recorder=os.environ.get("KEHOACH_RECORDER", ""),
            base_url=os.environ.get("KEHOACH_BASE_URL", ""),
        )

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
    return f"{os.environ.get('XDG_DATA_HOME') or '~/.local/share'}/kehoach"
