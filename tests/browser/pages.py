"""Every page that the desk serves, as somebody who may open it: made from the table of routes, so none is forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import import_module

import pytest

from tests.browser.ward import LINK, Served
from web.desk import PAGES
from web.desk.routing import Route, routes

for _name in PAGES:
    import_module(f"web.desk.{_name}")

OPENED = [route for route in routes.routes if route.method == "GET"]
SEEN_BY = ("office", "inspector")
"""Who opens what they may, beside units by their links: who enters and decides, who only reads."""
UNIT = "to-dan-pho-07"
USUAL = {"unit": UNIT, "task": "tham-hoi-ngay-le", "of": UNIT, "period": "quoc-te-thieu-nhi"}
"""What the blanks of a path are filled with where `IN` says nothing else."""
IN: dict[str, dict[str, str]] = {
    "/cap-nhat/": {"task": "cap-nhat", "period": "dot-1"},
    "/nhap": {"unit": "to-dan-pho", "task": "cap-nhat", "period": "dot-1"},
    "/don-vi/{unit}/chi-tieu/": {"unit": "tu-phap", "target": "khai-sinh-dung-do-tuoi"},
    "/buoc": {"unit": "ldtbxh", "task": "bao-cao-bo-chi-tieu", "of": "ldtbxh", "period": "6-thang"},
    "/don-doc/": {"task": "cap-nhat", "period": "dot-1"},
    "/don-doc": {"task": "bao-cao-bo-chi-tieu", "of": "ldtbxh", "period": "6-thang"},
    "/viec/": {"task": "tap-huan", "of": "ldtbxh", "period": "nam"},
    "/don-vi/{unit}/vu-viec": {"unit": "ldtbxh"},
    "/vu-viec/": {"task": "bao-cao-dot-xuat", "of": "ldtbxh", "period": "yc-01"},
}
"""By a part of the route's path, the first that fits: whatever makes its page the fullest."""
HALFWAY = "/vao/oidc/ma"
"""Opens between two steps only."""
NO_PAGE = {
    "/": "leads to one's first page",
    "/mo/{token}": "leads to the unit's page",
    "/don-vi/{unit}/tep/{sha256}": "gives a file",
    "/vu-viec/{task}/{of}/{period}/tep/{sha256}": "gives a file",
    "/thanh-pho.csv": "gives a file",
    "/vao/oidc": "leads to the city's sign-in",
    "/moi/{token}/oidc": "leads to the city's sign-in",
    "/vao/oidc/ve": "leads back from the city's sign-in",
    "/vao/oidc/ra": "leads to the city's sign-out",
}
"""Routes that show no page of ours, and what they do instead."""


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

    def cookies(self, house: Served) -> list[dict[str, str]]:
        """What this person's browser holds."""
        if self.who == LINK:
            return [house.link_cookie(self.address(house).split("/")[2])]
        if self.who == "nobody":
            return [house.halfway()] if self.route.path == HALFWAY else []
        return [house.cookie(self.who)]


def every() -> list[Opened]:
    """Each page with each kind of visitor that is let in; where none of them is, with another role."""
    found = []
    for route in OPENED:
        if route.path in NO_PAGE:
            continue
        who = [each for each in SEEN_BY if each in route.who]
        if "unit" in route.who and route.of_unit and not route.personal:
            who.insert(0, LINK)
        if "unit" in route.who and route.personal and "{" not in route.path:
            who.append("unit")
        found += [Opened(route, each) for each in who or sorted(route.who)[:1] or ["nobody"]]
    return found
