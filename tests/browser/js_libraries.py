"""The judges of pages, as js/package.json names them."""

from __future__ import annotations

from pathlib import Path

from tests import npm

HERE = Path(__file__).parent / "js"


def folder() -> Path:
    """The folder whose node_modules hold the versions that package.json names."""
    return npm.installed(HERE) / "node_modules"


def source(path: str) -> str:
    """The text of one script below node_modules."""
    return (folder() / path).read_text(encoding="utf-8")
