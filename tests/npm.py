"""Judges that npm fetches once, exactly as the package.json beside them names them; a missing tool fails, loudly."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest


@cache
def installed(folder: Path, way_out: str = "") -> Path:
    """`folder`, whose git-ignored node_modules hold the versions that its package.json names.

    `way_out` ends the words of the failure where node or npm is missing: how to leave these tests out.
    """
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.fail(f"{tool} is missing: on Debian `apt-get install nodejs npm`{way_out}", pytrace=False)
    with (folder / "package.json").open() as named:
        fcntl.flock(named, fcntl.LOCK_EX)  # two processes of the tests may want it at once, and npm knows no such lock
        wanted = json.load(named)["dependencies"]
        if {name: _version(folder, name) for name in wanted} != wanted:
            npm = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
            ran = subprocess.run(npm, cwd=folder, capture_output=True, text=True)
            assert ran.returncode == 0, f"npm could not install {wanted}: {ran.stderr}"
    return folder


def _version(folder: Path, name: str) -> str | None:
    package = folder / "node_modules" / name / "package.json"
    return json.loads(package.read_text())["version"] if package.exists() else None
