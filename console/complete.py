"""What the shell's completion offers for occurrences, units, tasks and targets: the names in the database.

Where nothing can be read nothing is offered: a completion has no place to complain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from rules.errors import KehoachError

if TYPE_CHECKING:
    from usecases.contents import Contents

Offer = list[tuple[str, str]]
"""(name, what it is)."""


def occurrences(ctx: typer.Context, incomplete: str) -> Offer:
    """Occurrences as `task/unit/period`; only the task's name until it is typed, so that the list stays short."""
    from usecases.contents import occurrence_names

    try:
        names = occurrence_names(ctx.obj.engine, plan=ctx.obj.plan)
    except KehoachError:
        return []
    depth = incomplete.count("/") + 1
    begun = ("/".join(name.split("/")[:depth]) + ("/" if depth < 3 else "") for name in names)
    return [(name, "") for name in dict.fromkeys(begun) if name.startswith(incomplete)]


def units(ctx: typer.Context, incomplete: str) -> Offer:
    """Units, groups and members, with their names."""
    said = _contents(ctx)
    return [(each["id"], each["name"]) for each in said.units if each["id"].startswith(incomplete)] if said else []


def tasks(ctx: typer.Context, incomplete: str) -> Offer:
    """Tasks, with their titles."""
    said = _contents(ctx)
    return [(each["id"], each["title"]) for each in said.tasks if each["id"].startswith(incomplete)] if said else []


def targets(ctx: typer.Context, incomplete: str) -> Offer:
    """Targets, with their titles."""
    said = _contents(ctx)
    return [(each["id"], each["title"]) for each in said.targets if each["id"].startswith(incomplete)] if said else []


def feeds(ctx: typer.Context, incomplete: str) -> Offer:
    """Calendar links that stand, with their calendars' names."""
    from usecases.feeds import listed

    try:
        rows = listed(ctx.obj.engine, plan=ctx.obj.plan, lang=ctx.obj.lang)
    except KehoachError:
        return []
    return [(row["id"], row["name"]) for row in rows if not row["revoked_at"] and row["id"].startswith(incomplete)]


def addresses(ctx: typer.Context, incomplete: str) -> Offer:
    """Addresses that messages are sent to, with whose they are."""
    from usecases.undelivered import living

    try:
        rows = living(ctx.obj.engine, plan=ctx.obj.plan, lang=ctx.obj.lang)
    except KehoachError:
        return []
    return [(each.address, ", ".join(each.names)) for each in rows if each.address.startswith(incomplete)]


def _contents(ctx: typer.Context) -> Contents | None:
    from usecases.contents import of_database

    try:
        return of_database(ctx.obj.engine, plan=ctx.obj.plan)
    except KehoachError:
        return None
