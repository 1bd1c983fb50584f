"""`kehoach case`: who is named to a case. For who keeps the database; on the desk the persons themselves do it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.errors import RequestRefused
from texts import say
from usecases import naming

if TYPE_CHECKING:
    from console.call import Call


def run(call: Call, action: str, occurrence: str, login: str | None) -> None:
    """Carry out one action; raises RequestRefused for words that it does not take."""
    if action == "list":
        if login is not None:
            raise RequestRefused("cases.takes_no_login")
        rows = naming.listed(call.engine, occurrence=occurrence, plan=call.plan)
        call.show(rows, lambda: [_line(call, each) for each in rows] or [say("cases.cli_nobody", call.lang)])
        return
    if login is None:
        raise RequestRefused("cases.needs_login", action=action)
    verb = naming.name if action == "name" else naming.end
    done = verb(
        call.engine,
        occurrence=occurrence,
        to=naming.account_of(call.engine, login=login, plan=call.plan),
        now=call.now,
        recorded_by=call.recorded_by,
        plan=call.plan,
        channel=call.channel,
        request_id=call.request_id,
    )
    words = say(f"cases.cli_{done.kind}", call.lang, occurrence=done.occurrence, login=login)
    call.show(done.as_json(), lambda: [words])


def _line(call: Call, row: dict[str, Any]) -> str:
    left = f" ({say('cases.left', call.lang)})" if row["left"] else ""
    return f"{row['login']}: {row['name']}{left}"
