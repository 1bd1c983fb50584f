"""What Google's Lighthouse says of the sign-in, a unit's page and the board, in Debian's Chromium.

    python -m bench.lighthouse            fetches Lighthouse with npm once (185 MB); half a minute

The unit's page and the sign-in as a mid-range telephone on slow 4G sees them (Lighthouse's usual simulation: 1.6
Mbit/s, 150 ms to the server and back, a processor four times slower), the board on a desk. The ward is that of the
browser tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from tests.browser import ward
from tests.browser.chromium import path

HERE = Path(__file__).parent / "js"
PAGES = (
    ("sign-in", "/vao", None, "telephone, slow 4G"),
    ("unit", "/don-vi/truong", "unit", "telephone, slow 4G"),
    ("board", "/bang", "office", "desk"),
)
CATEGORIES = ("performance", "accessibility", "best-practices")
TIMES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")


def installed() -> Path:
    """The command, installed once."""
    command = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not command.exists():
        npm = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
        subprocess.run(npm, cwd=HERE, check=True, stdout=subprocess.DEVNULL)
    return command


def judged(address: str, cookie: str, size: str) -> dict[str, Any]:
    """One page's report."""
    headers = json.dumps({"Cookie": cookie}) if cookie else "{}"
    flags = "--headless=new --disable-dev-shm-usage" + (" --no-sandbox" if os.geteuid() == 0 else "")
    asked = [
        *(f"--only-categories={','.join(CATEGORIES)}", "--output=json", "--quiet", f"--chrome-flags={flags}"),
        *(f"--extra-headers={headers}", *(["--preset=desktop"] if size == "desk" else [])),
    ]
    node = shutil.which("node")
    if node is None:
        raise SystemExit("node is missing: on Debian apt-get install nodejs npm")
    environment = os.environ | {"CHROME_PATH": path()}
    ran = subprocess.run(
        [node, installed(), address, *asked], capture_output=True, text=True, check=True, env=environment
    )
    report: dict[str, Any] = json.loads(ran.stdout)
    return report


def main() -> None:
    """Print the rows of bench/README.md."""
    with tempfile.TemporaryDirectory() as folder:
        template = ward.written(Path(folder) / "template")
        heads = ["page", "seen by", *CATEGORIES, "first", "largest", "blocked", "shift", "bytes"]
        print(f"| {' | '.join(heads)} |\n|---|---|{'---:|' * (len(heads) - 2)}")
        with ward.served(template, Path(folder) / "home") as house:
            for name, address, login, size in PAGES:
                held = house.cookie(login) if login else None
                cookie = f"{held['name']}={held['value']}" if held else ""
                told = judged(house.address + address, cookie, size)
                assert told["finalDisplayedUrl"] == house.address + address, told["finalDisplayedUrl"]
                print("|", " | ".join([name, size, *figures(told)]), "|")


def figures(told: dict[str, Any]) -> list[str]:
    """Scores of a hundred, times, and the bytes that came."""
    scores = [f"{round(100 * told['categories'][each]['score'])}" for each in CATEGORIES]
    times = [told["audits"][each]["displayValue"].replace("\xa0", " ") for each in TIMES]
    return [*scores, *times, f"{told['audits']['total-byte-weight']['numericValue']:,.0f}"]


if __name__ == "__main__":
    main()
