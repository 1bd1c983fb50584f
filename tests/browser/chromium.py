"""Chromium as tests use it: found on this machine, driven by Playwright, watched for whatever it complains of."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "reflow": {"viewport": {"width": 320, "height": 640}},  # WCAG 1.4.10: 1280 px at 400 %
}
PATIENCE = 40_000
"""Milliseconds in which a page is there and looks as it is expected to, on a machine that has much else to do."""
_ABORTED = "net::ERR_ABORTED"
"""What a download, and a page left before it was whole, end with."""


def path() -> str:
    """Where Chromium is. Fails loudly, never skips: pages that no browser has opened are not tested."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(
            f"no browser ({', '.join(NAMES)}): on Debian `apt-get install chromium fonts-noto-core`, or set"
            " KEHOACH_TEST_BROWSER=off to leave the tests in a browser out",
            pytrace=False,
        )
    return found


@contextmanager
def started() -> Iterator[Browser]:
    """Debian's Chromium without a window. Its own sandbox is off where we are root, who may not have one."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path(),
            args=[*root, "--disable-dev-shm-usage", "--force-color-profile=srgb"],
            env={
                **os.environ,
                "LANGUAGE": "vi",
            },  # fields for a day: the day first, where Debian's chromium-l10n is there
        )
        yield browser
        browser.close()


@dataclass
class Window:
    """One person's browser window, and what went wrong in it."""

    context: BrowserContext
    page: Page
    address: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """Patterns of faults that the test brings about: a refusal, a lost connection."""

    def go(self, path: str) -> Page:
        """Open one of our addresses."""
        self.page.goto(self.address + path)
        return self.page

    def expect(self, *patterns: str) -> None:
        self.expected.extend(patterns)

    def complaints(self) -> list[str]:
        """What was not expected."""
        return [each for each in self.faults if not any(re.search(pattern, each) for pattern in self.expected)]


def opened(browser: Browser, address: str, *, size: str = "desktop", js: bool = True, **more: Any) -> Window:
    """A new window without cookies. Errors of the console, of scripts, of requests, and what the developer tools call
    an issue (a broken policy, a field without a name) are kept as faults."""
    options = {"locale": "vi-VN", "timezone_id": "Asia/Ho_Chi_Minh", "reduced_motion": "reduce"}
    context = browser.new_context(java_script_enabled=js, **(options | SIZES[size] | more))
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    window = Window(context, page, address)
    page.on("console", lambda said: said.type in ("error", "warning") and window.faults.append(f"console: {said.text}"))
    page.on("pageerror", lambda error: window.faults.append(f"script: {error}"))
    page.on("requestfailed", lambda request: _failed(window, request.url, request.failure or ""))
    tools = context.new_cdp_session(page)
    tools.on("Audits.issueAdded", lambda told: window.faults.append(f"issue: {told['issue']}"))
    tools.send("Audits.enable")
    return window


def _failed(window: Window, url: str, why: str) -> None:
    if why != _ABORTED:
        window.faults.append(f"request: {url} {why}")
