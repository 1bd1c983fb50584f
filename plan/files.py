"""The files of a plan: which there are, their bytes, and one hash over them all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import NamedTuple

from plan.problems import PlanErrors, Problem
from plan.reading import MAX_BYTES

SINGLE = ("plan", "units", "calendar", "escalation", "targets")
SOURCE = "source.txt"
TASKS = "tasks"


class Files(NamedTuple):
    """The bytes of each file by its name relative to the folder, the overlay under the path it was given."""

    data: dict[str, bytes]
    overlay: str | None
    hash: str
    problems: list[Problem]


def _names(directory: FilePath) -> list[str]:
    found = (directory / TASKS).glob("*.yaml")
    tasks = sorted(each.name for each in found if each.is_file() and not each.name.startswith("."))
    return [*(f"{each}.yaml" for each in SINGLE), SOURCE, *(f"{TASKS}/{each}" for each in tasks)]


def _paths(directory: FilePath, overlay: FilePath | None) -> Iterator[tuple[str, str, FilePath]]:
    """(name in messages, name in the hash, path), sorted by name, the overlay last."""
    if not directory.is_dir():
        raise PlanErrors([Problem("no_folder", str(directory), 1, {"folder": str(directory)})])
    for name in sorted(_names(directory)):
        yield name, name, directory / name
    if overlay is not None and overlay.is_file():
        yield str(overlay), "overlay", overlay


def _add(digest: hashlib._Hash, name: str, size: int) -> None:
    digest.update(f"{name}\0{size}\0".encode())


def content_hash(directory: FilePath | str, overlay: FilePath | str | None = None) -> str:
    """SHA-256 over the names and bytes of the plan's files and the overlay; nothing is parsed.

    A file that is missing is left out, so a folder that cannot be loaded has a hash too. Raises PlanErrors where the
    folder itself is missing, OSError where a file cannot be read.
    """
    digest = hashlib.sha256()
    for _, name, path in _paths(FilePath(directory), None if overlay is None else FilePath(overlay)):
        if path.is_file():
            with path.open("rb") as file:
                _add(digest, name, path.stat().st_size)
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def read_files(directory: FilePath, overlay: FilePath | None) -> Files:
    """The bytes of every file, and what is missing or too large to be read at all (by its size, before reading)."""
    digest = hashlib.sha256()
    data: dict[str, bytes] = {}
    problems: list[Problem] = []
    for shown, name, path in _paths(directory, overlay):
        if not path.is_file():
            problems.append(Problem("missing_file", shown, 1, {"file": shown}))
            continue
        size = path.stat().st_size
        if size > MAX_BYTES:
            values = {"size": f"{size / 1_000_000:.1f}", "limit": MAX_BYTES // 1_000_000}
            problems.append(Problem("too_large", shown, 1, values))
            continue
        held = data[shown] = path.read_bytes()
        _add(digest, name, len(held))
        digest.update(held)
    for path in sorted([*directory.glob("*.yml"), *(directory / TASKS).glob("*.yml")]):
        file = path.relative_to(directory).as_posix()
        problems.append(Problem("wrong_suffix", file, 1, {"file": file, "right": path.with_suffix(".yaml").name}))
    if not any(each.startswith(f"{TASKS}/") for each in [*data, *(each.file for each in problems)]):
        problems.append(Problem("missing_file", f"{TASKS}/", 1, {"file": f"{TASKS}/01-….yaml"}))
    shown_overlay = str(overlay) if overlay is not None and str(overlay) in data else None
    return Files(data, shown_overlay, digest.hexdigest(), problems)
