"""Every page of the desk is declared here with who may open it; nothing reaches a handler that was not let in.

A handler is a plain function of a `Visit` and runs in a thread. Before it runs: the rate of the address, who it is
(identity), the role and the unit of the route, and for a POST the token of the form (security).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from usecases.roles import LEADERS, OF_CITY, OF_OFFICE, OF_UNIT

if TYPE_CHECKING:
    from starlette.responses import Response

    from web.desk.visit import Visit

ANYONE: frozenset[str] = frozenset()
"""Pages before sign-in."""
EVERYBODY = frozenset((*OF_UNIT, *OF_OFFICE))
"""Whoever is of a ward, signed in or by a signed link."""
SEES_ALL = frozenset(OF_OFFICE)
"""Roles that see every unit; a route of these alone is the office's."""
FOLLOWS = frozenset(OF_CITY)
"""Who sees the totals of the wards that their office follows, and of no ward anything else."""
ENTERS = frozenset({"office", "monitor", "clerk"})
"""Roles that record what a unit said (nhập thay)."""
DECIDES = frozenset({"office", "monitor"})
"""Roles that confirm, return, urge, and grant or refuse extensions, as the unit that their account names."""
SPEAKS = DECIDES | frozenset(LEADERS)
"""They and the leaders, who do the same in the name of UBND, whatever unit their account names."""
ERASES = frozenset({"office"})
"""Who erases what was written by mistake (usecases.redact); in a case it is who is named to it."""
WRITES = frozenset(OF_UNIT) | ENTERS
"""Who records a unit's work: itself, or the office for it."""

Handler = Callable[["Visit"], "Response"]


@dataclass(frozen=True, slots=True)
class Route:
    """One page or form."""

    method: str
    path: str
    who: frozenset[str]
    """Roles that may; empty for ANYONE. Roles of a unit are let in only where `of_unit`, and only to their own."""
    handler: Handler
    of_unit: bool
    """Its path has `{unit}`: whoever is of a unit must be of this one."""
    personal: bool = False
    """Only for who has signed in: a signed link is passed on, so it opens nothing that is one person's."""
    files: bool = False
    """Its form may carry files."""

    @property
    def changes(self) -> bool:
        return self.method == "POST"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation: a key of texts, where it leads, who sees it."""

    key: str
    path: str
    who: frozenset[str]
    place: int = 0
    manages: bool = False
    """Belongs in the menu «Quản lý»: what is opened now and then, apart from the pages of every day."""


@dataclass
class Registry:
    """The pages of the desk, and the navigation, in the order they were declared."""

    routes: list[Route] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def get(self, path: str, who: frozenset[str], *, personal: bool = False) -> Callable[[Handler], Handler]:
        """Declare a page, which changes nothing."""
        return self._declare("GET", path, who, personal)

    def post(
        self, path: str, who: frozenset[str], *, personal: bool = False, files: bool = False
    ) -> Callable[[Handler], Handler]:
        """Declare a form's target. Its token is checked before the handler runs; others than `files` are small."""
        return self._declare("POST", path, who, personal, files)

    def navigation(self, key: str, path: str, who: frozenset[str], *, place: int = 0, manages: bool = False) -> None:
        """Show a line in the navigation to these roles, who must be able to open `path`; `key` is a key of texts,
        `area.name`. A higher `place` stands further on, alike ones as they were declared; what `manages` stands in a
        menu of its own."""
        self.entries.append(Entry(key, path, who, place, manages))
        self.entries.sort(key=lambda entry: entry.place)

    def _declare(
        self, method: str, path: str, who: frozenset[str], personal: bool, files: bool = False
    ) -> Callable[[Handler], Handler]:
        of_unit = "{unit}" in path
        if not of_unit and who & set(OF_UNIT) and not who >= EVERYBODY:
            raise ValueError(f"{path}: a page of units' roles names its unit")

        def declare(handler: Handler) -> Handler:
            self.routes.append(Route(method, path, who, handler, of_unit, personal, files))
            return handler

        return declare


routes = Registry()
"""What the desk serves; filled when the modules of web/desk are imported, read by web.desk.mount and by the tests."""
