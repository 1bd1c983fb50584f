"""Every page that the desk serves, as somebody who may open it: made from the table of routes, so none is forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module

import pytest

from tests.browser.chromium import Window
from tests.browser.ward import Served
from web.desk import PAGES
from web.desk.routing import Route, routes

for _name in PAGES:
    import_module(f"web.desk.{_name}")

OPENED = [route for route in routes.routes if route.method == "GET"]
LINK = "link"
"""Who came by a signed link, beside the names of roles."""
SEEN_BY = (LINK, "office", "inspector")
"""Who opens what they may: a unit, who enters and decides, who only reads. Other roles see no other templates."""
UNIT = "to-dan-pho-07"
USUAL = {"unit": UNIT, "task": "tham-hoi-ngay-le", "of": UNIT, "period": "quoc-te-thieu-nhi"}
"""What the blanks of a path are filled with where `IN` says nothing else."""
IN: dict[str, dict[str, str]] = {
    "/cap-nhat/": {"task": "cap-nhat", "period": "dot-1"},
    "/nhap": {"unit": "to-dan-pho", "task": "cap-nhat", "period": "dot-1"},
    "/chi-tieu/": {"unit": "tu-phap", "target": "khai-sinh-dung-do-tuoi"},
    "/viec/": {"task": "tap-huan", "of": "ldtbxh", "period": "nam"},
}
"""By a part of the route's path: whatever makes its page the fullest."""
NO_PAGE = frozenset({"/", "/mo/{token}", "/don-vi/{unit}/tep/{sha256}"})
"""Routes that only lead on, or give a file."""


@dataclass(frozen=True)
class Opened:
    """One page as one person opens it."""

    route: Route
    who: str

    def __str__(self) -> str:
        return f"{self.who} {self.route.path}"

    def address(self, house: Served) -> str:
        """Where it is in this ward. Fails where the route has a blank that nobody has a value for."""
        values = USUAL | next((filled for part, filled in IN.items() if part in self.route.path), {})
        if "{token}" in self.route.path:
            values |= {"token": house.invited()}
        blanks = re.findall(r"\{(\w+)\}", self.route.path)
        unknown = [name for name in blanks if name not in values]
        if unknown:
            pytest.fail(f"{self.route.path}: say in tests/browser/pages.py what {unknown} may be", pytrace=False)
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], self.route.path)

    def enter(self, house: Served, window: Window) -> None:
        """Let this person in."""
        if self.who == LINK:
            unit = self.address(house).split("/")[2]
            window.context.add_cookies([house.link_cookie(unit)])
        elif self.who != "nobody":
            window.context.add_cookies([house.cookie(self.who)])


def every() -> list[Opened]:
    """Each page with each kind of visitor that is let in."""
    found = []
    for route in OPENED:
        if route.path in NO_PAGE:
            continue
        who = [each for each in SEEN_BY if ("unit" if each == LINK else each) in route.who]
        found += [Opened(route, each) for each in who if each != LINK or route.of_unit] or [Opened(route, "nobody")]
    return found
