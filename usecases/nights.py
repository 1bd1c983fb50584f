"""When the nights ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models import city
from models.session import reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine


def last_night(engine: Engine) -> datetime | None:
    """When the last sweep of any plan began (aware, UTC); None where none ever did. Raises OutsideFailed."""
    with reading(engine) as session:
        return city.last_night(session)
