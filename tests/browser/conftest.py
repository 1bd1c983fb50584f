"""One browser for the room, a ward of its own for each test that changes something, and windows that tell on us."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium, ward
from tests.browser.chromium import Window
from tests.browser.ward import Served, Template

Opens = Callable[..., Window]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """KEHOACH_TEST_BROWSER=off leaves this room out; only who says so does without it."""
    return True if os.environ.get("KEHOACH_TEST_BROWSER") == "off" else None


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, for this room only: while it is driven no other event loop runs in this thread."""
    with chromium.started() as made:
        yield made


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The ward, to be copied."""
    return ward.written(tmp_path_factory.mktemp("ward") / "home")


@pytest.fixture
def house(template: Template, tmp_path: Path) -> Iterator[Served]:
    """A ward of the test's own, served."""
    with ward.served(template, tmp_path / "home") as made:
        yield made


@pytest.fixture(scope="package")
def standing(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A ward in which tests only look."""
    with ward.served(template, tmp_path_factory.mktemp("standing") / "home") as made:
        yield made


@pytest.fixture
def opens(browser: Browser) -> Iterator[Callable[..., Window]]:
    """Opens windows on a ward, as `opens(house, "office", size="phone", js=False)`; in the end none has complained."""
    windows: list[Window] = []

    def open_one(house: Served, login: str | None = None, **options: Any) -> Window:
        window = chromium.opened(browser, house.address, **options)
        if login is not None:
            window.context.add_cookies([house.cookie(login)])
        windows.append(window)
        return window

    yield open_one
    complaints = [each for window in windows for each in window.complaints()]
    for window in windows:
        window.context.close()
    assert not complaints, "\n".join(complaints)
