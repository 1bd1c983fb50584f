"""`kehoach undelivered`: one verb of usecases.undelivered, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outputs.figures import MISSING, day
from outputs.tables import Table
from rules.delivery import EMAIL
from rules.errors import RequestRefused
from texts import say
from usecases import undelivered

if TYPE_CHECKING:
    from console.call import Call


def run(call: Call, action: str, address: str | None, *, reason: str | None, way: str | None) -> None:
    """Carry out one action; raises RequestRefused for words that it does not take."""
    if action == "list":
        if address or reason or way:
            raise RequestRefused("undelivered.no_address_here")
        _list(call)
        return
    if not address:
        raise RequestRefused("undelivered.needs_address", action=action)
    channel = way or EMAIL
    where: dict[str, Any] = {"address": address, "channel": channel, "plan": call.plan}
    if action == "bounced":
        now, by = call.now, call.recorded_by
        changed = undelivered.mark_bounced(call.engine, reason=reason or "", now=now, recorded_by=by, **where)
    else:
        if reason:
            raise RequestRefused("undelivered.only_bounced")
        changed = undelivered.write_again(call.engine, **where)
    said = say(f"undelivered.{action}{'' if changed else '_already'}", call.lang, address=address)
    call.show({"address": address, "channel": channel, "changed": changed}, lambda: [said])


def _list(call: Call) -> None:
    rows = undelivered.undelivered(call.engine, plan=call.plan, lang=call.lang)
    call.show(
        [each.as_json() for each in rows],
        lambda: _table(rows, call.lang) if rows else [say("undelivered.none", call.lang)],
    )


def _table(rows: list[undelivered.Undelivered], lang: str) -> Table:
    names = ("who", "why", "notices", "since", "address", "reason")
    columns = tuple(say(f"undelivered.column_{name}", lang) for name in names)
    return Table(
        columns,
        [
            (
                each.name,
                say(f"undelivered.why_{each.why}", lang),
                str(each.notices),
                day(each.since.isoformat(), lang) if each.since else MISSING,
                each.address or MISSING,
                each.reason or MISSING,
            )
            for each in rows
        ],
    )
