"""Browsers for this room, one of each kind at a time, and wards as the room above has them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from tests.browser.others.driver import BROWSERS, Wire
from tests.browser.others.window import Window
from tests.browser.ward import Served

HEIGHT = 844
WIDTHS = {"phone": 390, "desktop": 1180}
Opens = Callable[..., Window]


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Only `make browsers` asks for this room, which few machines have the browsers for."""
    return None if os.environ.get("KEHOACH_TEST_OTHERS") == "on" else True


class Drivers:
    """The browsers that are running, each started when it is first asked for: a setting of its own needs its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.running: dict[tuple[str, bool, bool], Wire] = {}
        self.stack = ExitStack()

    def get(self, name: str, *, js: bool, dark: bool) -> Wire:
        """This browser, where it was left."""
        asked = (name, js, dark)
        if asked not in self.running:
            home = self.home / f"{name}-{len(self.running)}"
            self.running[asked] = self.stack.enter_context(BROWSERS[name](home, js=js, dark=dark))
        return self.running[asked]


@pytest.fixture(scope="package", params=["webkit", "firefox"])
def drivers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Wire]]:
    """One of the two browsers: all tests with it, then all with the other."""
    made = Drivers(tmp_path_factory.mktemp("browsers"))
    with made.stack:
        yield partial(made.get, request.param)


@pytest.fixture
def opens(drivers: Callable[..., Wire]) -> Opens:
    """Opens the window of one of the browsers on a ward, as `opens(house, "office", size="phone", js=False)`."""

    def open_one(
        house: Served, who: str | None = None, *, size: str = "phone", js: bool = True, dark: bool = False
    ) -> Window:
        window = Window(drivers(js=js, dark=dark), house.address)
        window.size(WIDTHS[size], HEIGHT)
        window.go("/vao")
        if js:
            window.run("localStorage.clear()")
        window.wire("forget_cookies")
        window.keep({"name": "kehoach-lang", "value": "vi"})
        if who:
            window.keep(house.cookie(who))
        return window

    return open_one
