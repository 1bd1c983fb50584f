"""What a request says of one occurrence, before it is an entry of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from usecases.permits import Permit

if TYPE_CHECKING:
    from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Word:
    """One thing somebody says of one occurrence, before it is an entry."""

    kind: str
    by: str | None
    """None: the unit that holds the occurrence."""
    on: date | None = None
    """None: today."""
    line: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """What the entry keeps; None where nothing was said of it, so that a repeat must not say it either."""
    text: str | None = None
    same: Callable[[Mapping[str, Any]], bool] | None = None
    """What else the data of an entry must be for it to be this request's."""
    permit: Permit | None = None
    """Who may say it, where that is not what PERMITS says of the kind."""
    keep: Callable[[Session], object] | None = None
    """Stores what the entry names; called once nothing can refuse the entry any more, so that whoever is refused again
    and again leaves no files behind."""
