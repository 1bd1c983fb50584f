"""Every operation of the API is declared here with who may; nothing else is served."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from usecases.roles import OF_OFFICE, OF_UNIT
from usecases.tokens import ROLES
from web.desk.routing import DECIDES, ENTERS, SEES_ALL

EVERYBODY = frozenset(ROLES)
"""Whoever has a token; a unit's sees its own alone."""
WRITES = frozenset(OF_UNIT) | ENTERS
"""Who records a unit's work: itself, or the office for it."""

SMALL, LARGE = 64 * 1024, 28 * 1024 * 1024
"""Most octets of a body: words, or a file of 20 MiB in base64 with words beside it."""

__all__ = ["DECIDES", "ENTERS", "EVERYBODY", "LARGE", "OF_OFFICE", "SEES_ALL", "SMALL", "WRITES", "operations"]


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb at one address."""

    method: str
    path: str
    who: frozenset[str]
    """Roles that may."""
    name: str
    """Its operationId; `api.op_<name>` says in texts what it does."""
    handler: Callable[..., Any]
    document: Any
    """The type of what it answers; None for a file."""
    versioned: bool
    """Whether the answer follows from the ledger, the plan and the day, so that an ETag can tell it unchanged."""
    refuses: tuple[int, ...]
    """What else it may answer, beside what every operation may."""
    most: int
    """Octets of its body; 0 where it takes none."""
    area: str
    ladder: bool = False
    """Whether the answer follows from what was told, too, which a night moves without an entry."""
    parts: bool = False
    """Whether its body, which has a file, may also come in parts (web.api.parts)."""

    @property
    def changes(self) -> bool:
        return self.method != "GET"

    @property
    def records(self) -> bool:
        """Whether it makes an entry, which a request's id makes harmless to repeat."""
        return self.area == "record"


@dataclass
class Registry:
    """The operations, in the order they were declared."""

    operations: list[Operation] = field(default_factory=list)

    def get(self, path: str, who: frozenset[str], **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an operation that changes nothing."""
        return self._declare("GET", path, who, **({"versioned": True} | more))

    def post(self, path: str, who: frozenset[str], **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an operation that writes."""
        return self._declare("POST", path, who, **more)

    def delete(self, path: str, who: frozenset[str], **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Declare an operation that ends something."""
        return self._declare("DELETE", path, who, **more)

    def _declare(
        self,
        method: str,
        path: str,
        who: frozenset[str],
        *,
        name: str,
        document: Any,
        area: str = "read",
        versioned: bool = False,
        refuses: tuple[int, ...] = (),
        most: int = 0,
        ladder: bool = False,
        parts: bool = False,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def declare(handler: Callable[..., Any]) -> Callable[..., Any]:
            self.operations.append(
                Operation(method, path, who, name, handler, document, versioned, refuses, most, area, ladder, parts)
            )
            return handler

        return declare


operations = Registry()
"""What the API serves; filled when the modules of web/api are imported, read by web.api.described and by the tests."""
