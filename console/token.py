"""`kehoach token`: one verb of usecases.tokens, and what it says. A token is printed once, here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outputs.figures import day
from outputs.tables import Table
from rules.errors import RequestRefused
from texts import say
from usecases import tokens

if TYPE_CHECKING:
    from console.call import Call


def run(
    call: Call,
    action: str,
    id: str | None,
    *,
    label: str | None,
    roles: str | None,
    unit: str | None,
    days: int | None,
) -> None:
    """Carry out one action; raises RequestRefused for words that it does not take."""
    if action != "revoke" and id is not None:
        raise RequestRefused("token.no_id_here", action=action)
    if action != "add" and (label or roles or unit or days is not None):
        raise RequestRefused("token.only_add", action=action)
    if action == "list":
        rows = tokens.listed(call.engine, now=call.now, plan=call.plan)
        call.show(rows, lambda: _table(rows, call.lang) if rows else [say("token.none", call.lang)])
    elif action == "add":
        made = tokens.add(
            call.engine,
            label=label or "",
            roles=tuple((roles or "").replace(",", " ").split()),
            unit=unit,
            days=tokens.DAYS if days is None else days,
            now=call.now,
            made_by=call.recorded_by,
            plan=call.plan,
        )
        words = say("token.made", call.lang, id=made.id, label=made.label, day=day(made.expires_at.date(), call.lang))
        call.show(made.as_json(), lambda: [words, f"  {made.token}"])
    elif id is None:
        raise RequestRefused("token.needs_id", action=action)
    else:
        tokens.revoke(call.engine, id=id, now=call.now, by=call.recorded_by, plan=call.plan)
        document = {"id": id, "revoked_at": call.now.isoformat()}
        call.show(document, lambda: [say("token.revoked", call.lang, id=id)])


def _table(rows: list[dict[str, Any]], lang: str) -> Table:
    names = ("id", "label", "unit", "roles", "until", "seen", "state")
    columns = tuple(say(f"token.column_{name}", lang) for name in names)
    return Table(
        columns,
        [
            (
                row["id"],
                row["label"],
                row["unit"] or "",
                ", ".join(row["roles"]),
                day(row["expires_at"][:10], lang),
                day(row["seen_at"][:10], lang) if row["seen_at"] else say("token.never", lang),
                say(f"token.state_{row['state']}", lang),
            )
            for row in rows
        ],
    )
