"""`kehoach account` and `kehoach invite`: one verb of usecases.accounts or signed_links. A token is printed once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outputs.figures import day
from outputs.tables import Table
from rules.errors import RequestRefused
from texts import say
from usecases import accounts, desk_key, signed_links

if TYPE_CHECKING:
    from console.call import Call
    from usecases.invitations import Invited


def run(
    call: Call,
    action: str,
    login: str | None,
    *,
    roles: str | None,
    unit: str | None,
    name: str | None,
    office: str | None = None,
) -> None:
    """Carry out one action; raises RequestRefused for words that it does not take."""
    if action != "add" and (roles or unit or name):
        raise RequestRefused("account.only_add", action=action)
    if action == "list":
        rows = accounts.listed(call.engine, plan=call.plan, office=office)
        call.show(rows, lambda: _table(rows, call.lang) if rows else [say("account.none", call.lang)])
    elif login is None:
        raise RequestRefused("account.needs_login", action=action)
    elif action == "add":
        made = accounts.add(
            call.engine,
            login=login,
            name=name or login,
            roles=tuple((roles or "").replace(",", " ").split()),
            unit=unit,
            now=call.now,
            made_by=call.recorded_by,
            plan=call.plan,
            office=office,
        )
        _show_invited(call, made)
    else:
        accounts.disable(call.engine, login=login, now=call.now, by=call.recorded_by)
        document = {"login": login, "disabled_at": call.now.isoformat()}
        call.show(document, lambda: [say("account.disabled", call.lang, login=login)])


def invite(call: Call, login: str | None, *, unit: str | None, days: int | None, label: str | None) -> None:
    """A new invitation for an account, or a signed link to the page of a unit."""
    if (login is None) == (unit is None):
        raise RequestRefused("account.either_login_or_unit")
    if unit is None:
        if days or label:
            raise RequestRefused("account.only_unit")
        _show_invited(call, accounts.invite(call.engine, login=str(login), now=call.now, made_by=call.recorded_by))
        return
    made = signed_links.make(
        call.engine,
        key=desk_key.read_or_make(call.settings.home),
        unit=unit,
        days=signed_links.DAYS if days is None else days,
        label=label or "",
        now=call.now,
        made_by=call.recorded_by,
        plan=call.plan,
    )
    address, until = f"{call.base}/mo/{made.token}", made.expires_at
    document = {"id": made.id, "unit": made.unit, "address": address, "expires_at": until.isoformat()}
    words = say("account.link_made", call.lang, unit=made.unit, day=day(until.date(), call.lang))
    call.show(document, lambda: [words, f"  {address}"])


def _show_invited(call: Call, made: Invited) -> None:
    address = f"{call.base}/moi/{made.token}"
    words = say("account.invited", call.lang, login=made.login, day=day(made.expires_at.date(), call.lang))
    call.show(made.as_json() | {"address": address}, lambda: [words, f"  {address}"])


def _table(rows: list[dict[str, Any]], lang: str) -> Table:
    columns = tuple(
        say(f"account.column_{name}", lang) for name in ("login", "name", "unit", "roles", "state", "second")
    )
    return Table(
        columns,
        [
            (
                row["login"],
                row["name"],
                row["unit"] or "",
                ", ".join(row["roles"]),
                say(f"account.state_{row['state']}", lang),
                "✓" if row["second"] else "",
            )
            for row in rows
        ],
    )
