"""The page of the API: as accessible, valid and printable as the desk's, and quiet."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from tests.browser import chromium, js_libraries, judge
from tests.browser.conftest import Opens
from tests.browser.test_every_page import found, resize
from tests.browser.ward import Served

pytestmark = pytest.mark.xdist_group("browser")  # one browser, in one process

PAGE = "/api/v1/"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_is_for_everybody(lang: str, standing: Served, browser: Browser) -> None:
    """WCAG 2.2 AA by axe, light and dark, telephone and desk; no sideways scroll down to 320 px; nothing that the
    policy forbids, and not one script."""
    window = chromium.opened(browser, standing.address, size="phone")
    page = window.go(f"{PAGE}?lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    wrong = found(page, "light", "phone") + found(page, "dark", "desktop")
    wrong += found(page, "dark", "phone", judge.COLOURS) + found(page, "light", "desktop", judge.COLOURS)
    resize(page, "reflow")
    wrong += [f"320 px: {each}" for each in judge.sideways(page)] + window.complaints()
    assert page.locator("script, style, [style]").count() == 0
    window.context.close()
    assert not wrong, "\n".join(wrong)


def test_its_html_is_valid(standing: Served, tmp_path: Path) -> None:
    """No id twice, nothing where the standard does not allow it."""
    files = []
    for lang in ("vi", "en"):
        files.append(tmp_path / f"{lang}.html")
        files[-1].write_text(standing.browser().get(f"{PAGE}?lang={lang}").text, encoding="utf-8")
    js_libraries.folder()
    told = "\n".join(map(str, files))
    judge_ = ["node", js_libraries.HERE / "validate.mjs"]
    ran = subprocess.run(judge_, input=told, capture_output=True, text=True)
    assert (ran.returncode, json.loads(ran.stdout)) == (0, []), ran.stderr


def test_it_is_found_where_tokens_are_made_and_prints(opens: Opens, standing: Served) -> None:
    """A link leads there from the page of tokens; on paper it has no contents to press, and every verb."""
    page = opens(standing, "office").go("/ma-truy-cap")
    page.get_by_role("link", name="Hệ thống ấy gọi thế nào").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("API")
    page.get_by_role("navigation").get_by_role("link", name="Khi bị từ chối").click()
    assert page.url.endswith("#refused")
    sheets = [each.extract_text() for each in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages]
    assert "Mục lục" not in sheets[0]
    words = "".join("".join(sheets).split())
    for each in ("/extend/grant", "request.request_reused", "Content-Type"):
        assert each in words
