"""The judges that npm fetches once, exactly as named in js/package.json; a missing tool fails, loudly."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "js"


@cache
def folder() -> Path:
    """The folder whose node_modules hold the versions that package.json names."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.fail(f"{tool} is missing: on Debian `apt-get install nodejs npm`", pytrace=False)
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    if {name: _installed(name) for name in wanted} != wanted:
        npm = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        ran = subprocess.run(npm, cwd=HERE, capture_output=True, text=True)
        assert ran.returncode == 0, f"npm could not install {wanted}: {ran.stderr}"
    return HERE / "node_modules"


def _installed(name: str) -> str | None:
    package = HERE / "node_modules" / name / "package.json"
    return json.loads(package.read_text())["version"] if package.exists() else None


def source(path: str) -> str:
    """The text of one script below node_modules."""
    return (folder() / path).read_text(encoding="utf-8")
