"""The HTML of every page, judged without a browser: what a browser repairs in silence, another tool stumbles over."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.browser import js_libraries, pages
from tests.browser.ward import Served

pytestmark = pytest.mark.xdist_group("browser")  # npm installs the judges once, in one process


def test_every_page_is_valid_html(standing: Served, tmp_path: Path) -> None:
    """No id twice, no field without a label, nothing where the standard does not allow it."""
    written: dict[str, pages.Opened] = {}
    for number, opened in enumerate(pages.every()):
        browser = standing.browser()
        for cookie in opened.cookies(standing):
            browser.client.cookies.set(cookie["name"], cookie["value"])
        answer = browser.get(opened.address(standing))
        browser.client.close()
        assert answer.status_code == 200, opened
        (tmp_path / f"{number}.html").write_text(answer.text, encoding="utf-8")
        written[str(tmp_path / f"{number}.html")] = opened
    js_libraries.folder()
    ran = subprocess.run(
        ["node", js_libraries.HERE / "validate.mjs"], input="\n".join(written), capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    wrong = [f"{written[name]}, line {line}: {rule}: {why}" for name, line, rule, why in json.loads(ran.stdout)]
    assert not wrong, "\n".join(wrong)
