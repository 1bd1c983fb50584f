"""Which installed distributions own one of our top-level names: `plan`, `models`, `cli` … are ours alone.

Python installs top-level names flat; a dependency that ships `models/` would hide ours, or be hidden by it. Run by
tests/test_house.py in the checkout's environment and by .ci/run in the wheel's: prints each clash, exit code 1 if any.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OURS_ALONE = "kehoach"


def our_names(root: Path = ROOT) -> frozenset[str]:
    """The modules at the root and the rooms; `migrations` is a folder of scripts, installed under its own name too."""
    modules = {path.stem for path in root.glob("*.py")}
    rooms = {path.parent.name for path in root.glob("*/__init__.py")}
    return frozenset(modules | rooms | {"migrations"})


def clashes(names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each (distribution, name) where an installed distribution other than ours has a file under one of `names`."""
    for distribution in distributions():
        owner = distribution.metadata["Name"]
        if owner.lower() == OURS_ALONE:
            continue
        # "../../../bin/x" and "x.dist-info/METADATA" never equal a name of ours
        tops = {Path(file).parts[0].removesuffix(".py") for file in distribution.files or ()}
        for name in sorted(tops & names):
            yield owner, name


def main() -> int:
    found = list(clashes(our_names()))
    for owner, name in found:
        sys.stdout.write(f"{owner} owns the top-level name {name!r}, which is ours\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
