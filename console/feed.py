"""`kehoach feed`: one verb of usecases.feeds, and what it says. A token is printed once, here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from outputs.figures import MISSING, day
from outputs.tables import Table
from rules.errors import RequestRefused
from texts import say
from usecases import calendars, feeds

if TYPE_CHECKING:
    from console.call import Call


def run(call: Call, action: str, id: str | None, *, which: str | None, each: bool, label: str | None) -> None:
    """Carry out one action; raises RequestRefused for words that it does not take."""
    if action in ("add", "list") and id is not None:
        raise RequestRefused("feed.no_id_here", action=action)
    if action != "add" and (which or each or label):
        raise RequestRefused("feed.only_add", action=action)
    if each:
        _show_each(call, which, label)
    elif action == "add":
        link = feeds.add(
            call.engine, which=which, label=label or "", now=call.now, made_by=call.recorded_by, **_common(call)
        )
        _show(call, link, [])
    elif action == "list":
        rows = feeds.listed(call.engine, **_common(call))
        call.show(rows, lambda: _table(rows, call.lang) if rows else [say("feed.none", call.lang)])
    elif id is None:
        raise RequestRefused("feed.needs_id", action=action)
    elif action == "rotate":
        link = feeds.rotate(call.engine, id=id, now=call.now, **_common(call))
        _show(call, link, [say("feed.rotated", call.lang, id=id)])
    else:
        feeds.revoke(call.engine, id=id, now=call.now, by=call.recorded_by, plan=call.plan)
        call.show({"id": id, "revoked_at": call.now.isoformat()}, lambda: [say("feed.revoked", call.lang, id=id)])


def _common(call: Call) -> dict[str, Any]:
    return {"plan": call.plan, "lang": call.lang}


def _show_each(call: Call, group: str | None, label: str | None) -> None:
    """Make a link for each member of a group, and say them all."""
    if group is None or group == calendars.CAMPAIGNS or label:
        raise RequestRefused("feed.each_of_group")
    made = feeds.add_members(call.engine, group=group, now=call.now, made_by=call.recorded_by, **_common(call))
    told = [_told(call, link) for link in made]
    call.show([document for document, _ in told], lambda: [line for _, lines in told for line in lines])


def _show(call: Call, link: feeds.Link, more: list[str]) -> None:
    document, lines = _told(call, link)
    call.show(document, lambda: [*lines, *more])


def _told(call: Call, link: feeds.Link) -> tuple[dict[str, Any], list[str]]:
    """The link as a document and in words."""
    page, calendar = feeds.address(call.base, link.token, ending=""), feeds.address(call.base, link.token)
    lines = [
        say("feed.made", call.lang, id=link.id, name=link.name),
        "  " + say("feed.page", call.lang, address=page),
        "  " + say("feed.link", call.lang, address=calendar),
    ]
    return link.as_json() | {"page": page, "link": calendar}, lines


def _table(rows: list[dict[str, Any]], lang: str) -> Table:
    columns = tuple(say(f"feed.column_{name}", lang) for name in ("id", "name", "label", "made", "by", "used", "state"))
    return Table(
        columns,
        [
            (
                row["id"],
                row["name"],
                row["label"],
                day(row["made_at"][:10], lang),
                row["made_by"],
                day(row["used_at"][:10], lang) if row["used_at"] else MISSING,
                _state(row, lang),
            )
            for row in rows
        ],
    )


def _state(row: dict[str, Any], lang: str) -> str:
    for key in ("revoked", "rotated"):
        if row[f"{key}_at"]:
            return say(f"feed.{key}_on", lang, day=day(row[f"{key}_at"][:10], lang))
    return say("feed.standing", lang)
