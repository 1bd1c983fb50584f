"""What an office adds over a plan: mappings merge key by key, lists by what names their items."""

from __future__ import annotations

from typing import Any

IDENTITY = ("id", "period", "unit", "day")
"""What names an item of a list, the first that it has: deadlines by period, successors by unit, holidays by day."""


def identity(item: Any) -> tuple[str, str] | None:
    """The key and value that name an item of a list; None where nothing does, and the list is replaced whole."""
    if isinstance(item, dict):
        for key in IDENTITY:
            if isinstance(item.get(key), str):
                return key, item[key]
    return None


def merge(base: Any, over: Any) -> Any:
    """`base` with `over` laid on it; neither is changed. Items that `base` lacks come at the end, in their order."""
    if isinstance(base, dict) and isinstance(over, dict):
        return base | {key: merge(base.get(key), value) for key, value in over.items()}
    if isinstance(base, list) and isinstance(over, list) and over and all(identity(each) for each in over):
        merged = list(base)
        places = {identity(each): place for place, each in enumerate(base)}
        for each in over:
            place = places.get(identity(each))
            if place is None:
                merged.append(each)
            else:
                merged[place] = merge(merged[place], each)
        return merged
    return over
