"""`kehoach city`: which wards a city follows, one verb of usecases.cities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from outputs.tables import Table
from rules.errors import RequestRefused
from texts import say
from usecases import cities

if TYPE_CHECKING:
    from pathlib import Path

    from console.call import Call


def run(call: Call, action: str, city: str | None, file: Path | None, *, name: str | None) -> None:
    """Carry out one action; raises RequestRefused for words that it does not take."""
    if action == "list":
        rows = cities.listed(call.engine)
        columns = tuple(say(f"city.column_{each}", call.lang) for each in ("city", "name", "wards"))
        table = Table(columns, [tuple(str(value) for value in row.values()) for row in rows])
        call.show(rows, lambda: table if rows else [say("city.none", call.lang)])
        return
    if city is None or file is None:
        raise RequestRefused("city.needs_list", action=action)
    try:
        wards = cities.names_of(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RequestRefused("city.unreadable", file=str(file)) from error
    done = cities.put(call.engine, city=city, wards=wards, name=name, now=call.now, by=call.recorded_by)
    call.show(done.as_json(), lambda: _said(done, call.lang))


def _said(done: cities.Listed, lang: str) -> list[str]:
    counts = {"joined": len(done.joined), "left": len(done.left)}
    lines = [say("city.set", lang, name=done.name, wards=done.wards, **counts)]
    if done.without_plan:
        lines.append(say("city.set_without_plan", lang, wards=", ".join(done.without_plan)))
    return lines
